"""A signal in Chromium: taken in by keyboard at the desk, weighed by the adviser, counted as a route."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.keys import choose, enter, tick, write
from tests.browser.test_pages import look_closely

SEEN = "Bij de loods aan de haven laadden vier mensen 's nachts vaten."
WHY = "Drie keer gezien door twee medewerkers."


def take_in(page, site) -> str:
    """Take in a report with the keyboard alone, and return its number."""
    page.goto(f"{site}/signalen/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nieuwe melding")
    look_closely(page)
    write(page, page.get_by_label("Wat is er gezien of gehoord?"), SEEN)
    choose(page, page.get_by_label("Branche"), "Bedrijventerrein")
    write(page, page.get_by_label("Naam van de melder"), "Verzonnen Melder")
    enter(page, page.get_by_role("button", name="Leg de melding vast"))
    told = page.get_by_text("De melding is ontvangen onder nummer")
    expect(told).to_be_visible()
    return re.search(r"GEMEENTE-\d{4}-\d{6}", told.inner_text())[0]


def test_what_is_typed_while_a_draft_is_on_its_way_goes_after_it(as_role, site):
    page, waiting = as_role("Petra Schouten"), []
    page.clock.install()
    page.goto(f"{site}/signalen/")
    page.route(
        "**/*", lambda route: waiting.append(route) if route.request.method == "POST" else route.continue_()
    )
    words, kept = page.get_by_label("Wat is er gezien of gehoord?"), page.locator("[data-draft-status]")

    def sent():
        """Return what is on its way, once held up here: that comes later than the news of its leaving."""
        page.clock.run_for(3000)
        for _ in range(500):
            if waiting:
                return waiting.pop()
            page.wait_for_timeout(20)
        raise AssertionError("nothing was sent")

    words.fill("Eerst dit.")
    first = sent()
    words.fill("Eerst dit. En dan dat.")
    page.clock.run_for(4000)  # the time to send comes while the first is still on its way
    assert not waiting
    first.fulfill(status=204)
    expect(kept).to_contain_text("Concept bewaard")

    assert "En dan dat." not in first.request.post_data
    second = sent()
    assert "En dan dat." in second.request.post_data
    second.fulfill(status=204)


def routed(page, site) -> int:
    """Return how many signals went along the local route this year."""
    page.goto(f"{site}/signalen/")
    enter(page, page.get_by_role("main").get_by_role("link", name="Routes"))
    look_closely(page)
    row = page.locator("tbody tr", has_text="Lokaal bilateraal of integraal")
    return int(row.locator("td").first.inner_text())


def open_and_weigh(page, weight: str) -> None:
    """Read what was reported, and answer every step with the keyboard."""
    look_closely(page)
    enter(page, page.get_by_role("button", name="Open de inhoud"))
    expect(page.get_by_text(SEEN)).to_be_visible()
    expect(page.get_by_text("Verzonnen Melder")).to_have_count(0)
    look_closely(page)
    enter(page, page.get_by_role("link", name="Terug naar het signaal"))
    enter(page, page.get_by_role("button", name="Begin de weging"))
    for answer in ("Ja", "Ja", "Ja", weight):
        look_closely(page)
        tick(page, page.get_by_label(answer, exact=True))
        for words in page.get_by_role("main").get_by_role("textbox").all():
            write(page, words, WHY)
        enter(page, page.get_by_role("button", name="Leg deze stap vast"))


def weigh_in_meeting(page, site, number: str, weight: str = "Middel") -> None:
    """Find a signal in the meeting and answer all that is asked."""
    page.goto(site)
    enter(page, page.get_by_role("link", name=re.compile(r"Signalen: \d+ wachten op weging")))
    expect(page.get_by_role("heading", level=1)).to_have_text("Weegoverleg")
    look_closely(page)
    enter(page, page.get_by_role("link", name=number))
    open_and_weigh(page, weight)
    expect(page.get_by_role("heading", level=1)).to_have_text("Uitkomst")
    look_closely(page)


def conclude(page, outcome: str, route: str) -> None:
    """End the weighing."""
    tick(page, page.get_by_label(outcome))
    choose(page, page.get_by_label("Route"), route)
    enter(page, page.get_by_role("button", name="Leg de uitkomst vast"))


@pytest.mark.requirement("TOE-01", "WGS-23")
def test_from_the_desk_to_a_route_and_the_shares_move_by_one(as_role, site):
    desk, adviser = as_role("Petra Schouten"), as_role("Anna de Wit")
    before = routed(adviser, site)
    number = take_in(desk, site)

    weigh_in_meeting(adviser, site, number)
    conclude(adviser, "Gemeente heeft de leiding", "Lokaal bilateraal of integraal")
    # The meeting goes on with the signal that waits longest.
    expect(adviser.get_by_text(f"Signaal {number}: gemeente heeft de leiding.")).to_be_visible()

    assert routed(adviser, site) == before + 1
