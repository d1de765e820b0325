"""A case in Chromium, by keyboard: from the desk over the RIEC to partners, a measure and its result."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from tests.browser.keys import choose, enter, tab_to, tick, write, write_all, write_day
from tests.browser.test_pages import look_closely
from tests.browser.test_signal import SEEN, take_in, weigh_in_meeting
from tests.browser.test_signal import conclude as conclude_weighing

WHY = "Zonder deze partner lukt de aanpak van deze casus niet."
REASONS = "De vergunning wordt gebruikt voor iets anders dan waarvoor zij is."
TARGET = "RIEC-convenant: Casusoverleg RIEC"
LESSON = "Eerst samen controleren scheelde maanden."
PARTNERS = ("Politie Oost-Nederland", "Openbaar Ministerie Oost-Nederland", "Zutphen")


def heading(page, text) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(text))


def open_a_case(page, site) -> tuple[str, str]:
    """Open a case with the keyboard alone, and return its address and number."""
    page.goto(f"{site}/casussen/")
    look_closely(page)
    enter(page, page.get_by_role("link", name="Casusoverleg RIEC"))
    look_closely(page)
    enter(page, page.get_by_role("link", name="Nieuwe casus"))
    look_closely(page)
    choose(page, page.get_by_label("Gemeente"), "Zutphen")
    choose(page, page.get_by_label("Waar gaat het om?"), "Witwassen")
    tick(page, page.get_by_role("radio").first)
    enter(page, page.get_by_role("button", name="Open de casus"))
    heading(page, r"Casus RIEC-\d{4}-\d{6}")
    look_closely(page)
    return page.url, page.get_by_role("heading", level=1).inner_text().removeprefix("Casus ")


def let_join(page, colleague, case: str, partner: str) -> None:
    """Weigh whether a partner joins, have a colleague decide, and let it take part."""
    page.goto(case)
    enter(page, page.get_by_role("main").get_by_role("link", name="Laat een partner deelnemen").first)
    tick(page, page.get_by_label("Deelname aan het dossier"))
    ask(page, partner)
    grant(colleague, page)
    enter(page, page.get_by_role("button", name=re.compile("^Laat .* deelnemen$")))


def ask(page, partner: str) -> None:
    """Say which partner a weighing is about, on what ground, and why."""
    recipient = page.get_by_label("Welke partner?")
    names = recipient.locator("option").all_inner_texts()
    choose(page, recipient, next(name for name in names if name.endswith(partner)))
    write(page, page.get_by_label("Op welke grondslag"), "WGS 2.20")
    write_all(page, WHY)
    enter(page, page.get_by_role("button", name="Dien in"))


def grant(colleague, page) -> None:
    """Let a colleague find at home that the weighing that is shown waits, and decide about it."""
    colleague.goto(urljoin(page.url, "/"))
    look_closely(colleague)
    waits = colleague.get_by_role("link", name=re.compile("weegdocument wacht op uw besluit"))
    enter(colleague, waits)
    expect(colleague).to_have_url(page.url)
    tick(colleague, colleague.get_by_label("Toewijzen"))
    write(colleague, colleague.get_by_label("Motivering"), WHY)
    enter(colleague, colleague.get_by_role("button", name="Leg besluit vast"))
    carry_out(page)


def carry_out(page) -> None:
    """Find at home that what one asked was granted, and go there."""
    weighing = page.url
    page.goto(urljoin(weighing, "/"))
    enter(page, page.get_by_role("link", name=re.compile("is toegewezen, nog uitvoeren")))
    expect(page).to_have_url(weighing)
    look_closely(page)


def impose(page, case: str) -> None:
    """Let the municipality impose a measure, with the keyboard alone."""
    page.goto(case)
    enter(page, page.get_by_role("link", name="Leg een maatregel vast").first)
    look_closely(page)
    choose(page, page.get_by_label("Welke maatregel?"), "Vergunning weigeren")
    organisation = page.get_by_label("Van welke organisatie?")
    choose(page, organisation, organisation.locator("option", has_text="Zutphen").inner_text())
    write_day(page, page.get_by_label("Vanaf"), "2026-01-05")
    write_day(page, page.get_by_label(re.compile("^Tot")), "2026-03-05")
    choose(page, page.get_by_label("Wat moet de maatregel bereiken?"), "De activiteit stopt")
    indicator = page.get_by_label("Nulmeting: welke indicator?")
    choose(page, indicator, indicator.locator("option[value='drugshandel']").inner_text())
    write(page, page.get_by_label("Nulmeting: welke periode?"), "2024")
    write(page, page.get_by_label("Waarom deze maatregel?"), REASONS)
    enter(page, page.get_by_role("button", name="Leg de maatregel vast"))
    expect(page.get_by_text("De maatregel is vastgelegd.")).to_be_visible()


def open_the_words(page, case: str) -> None:
    page.goto(case)
    enter(page, page.get_by_role("button", name="Open de inhoud"))
    expect(page.get_by_text(REASONS)).to_be_visible()
    look_closely(page)


def conclude(page, case: str) -> None:
    """Write down the outcome of the measure and close the case."""
    page.goto(case)
    expect(page.get_by_text("wacht op resultaat")).to_be_visible()
    enter(page, page.get_by_role("link", name=re.compile("Leg de afloop vast")).first)
    look_closely(page)
    choose(page, page.get_by_label("Wat was de afloop?"), "Uitgevoerd, effect bereikt")
    enter(page, page.get_by_role("button", name="Leg de afloop vast"))
    enter(page, page.get_by_role("link", name="Rond de casus af"))
    look_closely(page)
    choose(page, page.get_by_label("Wat is het resultaat?"), "De activiteit is gestopt")
    write(page, page.get_by_label("Wat hebben we ervan geleerd?"), LESSON)
    enter(page, page.get_by_role("button", name="Rond de casus af"))


def supply_to_the_riec(adviser, colleague, site) -> None:
    """Weigh the supply of a signal to the RIEC, have a colleague decide, and supply what was reported."""
    enter(adviser, adviser.get_by_role("link", name="Weeg de verstrekking af"))
    look_closely(adviser)
    tick(adviser, adviser.get_by_label("Verstrekking"))
    choose(adviser, adviser.get_by_label("Voor welk doel"), TARGET)
    for box in adviser.get_by_role("group", name="Welke categorieën?").get_by_role("checkbox").all():
        tab_to(adviser, box)
        adviser.keyboard.press("Space")
    ask(adviser, "RIEC Oost-Nederland")
    grant(colleague, adviser)
    enter(adviser, adviser.get_by_role("button", name="Open en verstrek").first)


def open_on_what_was_supplied(page, site, signal: str) -> tuple[str, str]:
    """Open a case on the dossier that a signal was supplied to, with nothing but what it is about."""
    page.goto(f"{site}/casussen/")
    enter(page, page.get_by_role("link", name="Casusoverleg RIEC"))
    look_closely(page)
    row = page.get_by_role("main").get_by_role("listitem").filter(has_text=signal)
    enter(page, row.get_by_role("link", name=re.compile("^RIEC-")))
    look_closely(page)
    enter(page, page.get_by_role("link", name="Open een casus op dit dossier"))
    expect(page.get_by_text(f"uit signaal {signal}")).to_be_visible()
    look_closely(page)
    choose(page, page.get_by_label("Waar gaat het om?"), "Witwassen")
    enter(page, page.get_by_role("button", name="Open de casus"))
    heading(page, r"Casus RIEC-\d{4}-\d{6}")
    expect(page.get_by_text(f"Uit signaal {signal}.")).to_be_visible()
    look_closely(page)
    case, number = page.url, page.get_by_role("heading", level=1).inner_text().removeprefix("Casus ")
    enter(page, page.get_by_role("button", name="Open de inhoud"))
    expect(page.get_by_text(SEEN)).to_be_visible()
    look_closely(page)
    return case, number


def follow_the_signal(page, site, signal: str, number: str) -> None:
    """See at the signal where it was supplied and which case it became, and note the first action."""
    page.goto(f"{site}/signalen/?nummer={signal}")
    enter(page, page.get_by_role("link", name=signal))
    expect(page.get_by_text("Verstrekt aan RIEC Oost-Nederland op")).to_be_visible()
    expect(page.get_by_text("een casus gemaakt:")).to_be_visible()
    expect(page.get_by_text("Op deze dag is de casus geopend.")).to_be_visible()
    look_closely(page)
    enter(page, page.get_by_role("button", name="Leg de eerste actie vast"))
    expect(page.get_by_text("De eerste actie is vastgelegd.")).to_be_visible()
    enter(page, page.get_by_role("link", name=number))
    heading(page, f"Casus {number}")


@pytest.mark.requirement("TOE-01")
def test_from_the_desk_over_the_riec_to_three_partners_a_measure_and_a_result(as_role, site):
    desk, adviser = as_role("Petra Schouten"), as_role("Anna de Wit")
    signal = take_in(desk, site)
    weigh_in_meeting(adviser, site, signal, weight="Zwaar")
    conclude_weighing(adviser, "RIEC heeft de leiding", "RIEC-casus")
    adviser.goto(f"{site}/signalen/?nummer={signal}")
    enter(adviser, adviser.get_by_role("link", name=signal))
    supply_to_the_riec(adviser, as_role("Otto Kuipers"), site)
    riec, colleague = as_role("Esra Yilmaz"), as_role("Lotte Vermeer")
    case, number = open_on_what_was_supplied(riec, site, signal)
    for partner in PARTNERS:
        let_join(riec, colleague, case, partner)
    follow_the_signal(adviser, site, signal, number)
    look_closely(adviser)
    for partner in PARTNERS:
        expect(adviser.get_by_text(re.compile(f"{partner} neemt deel"))).to_be_visible()
    impose(adviser, case)
    open_the_words(as_role("Carla Peters"), case)
    conclude(riec, case)

    expect(riec.get_by_text(f"Casus {number} is afgerond.")).to_be_visible()
    riec.goto(case)
    expect(riec.get_by_text("Resultaat: De activiteit is gestopt.")).to_be_visible()
    look_closely(riec)
    for part in ("bord", "agenda"):
        riec.goto(f"{case.removesuffix('/').rpartition('/')[0]}/{part}/")
        look_closely(riec)


@pytest.mark.requirement("TOE-01")
def test_a_case_is_handed_over_and_leaves_its_number_behind(as_role, site):
    riec, police = as_role("Esra Yilmaz"), as_role("Carla Peters")
    case, number = open_a_case(riec, site)
    enter(riec, riec.get_by_role("link", name="Draag over"))
    look_closely(riec)
    choose(riec, riec.get_by_label("Aan welke organisatie?"), "Politie Oost-Nederland")
    write(riec, riec.get_by_label("Waarom draagt u over?"), WHY)
    enter(riec, riec.get_by_role("button", name="Bied de casus aan"))
    look_closely(riec)
    police.goto(f"{site}/casussen/")
    enter(police, police.get_by_role("link", name=f"Casus {number} van RIEC Oost-Nederland"))
    look_closely(police)
    enter(police, police.get_by_role("button", name="Aanvaard de casus"))
    heading(police, f"Casus {number}")

    assert riec.request.get(case).status == 404
    riec.goto(f"{case.removesuffix('/').rpartition('/')[0]}/")
    expect(riec.get_by_role("link", name=number)).to_be_visible()
    look_closely(riec)
