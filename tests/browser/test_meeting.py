"""A weekly meeting in Chromium: worked through by keyboard, closed, and its list of decisions read."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_journey import tab_to
from tests.browser.test_pages import look_closely
from tests.browser.test_signal import WHY, enter


def weigh_as_nothing(page) -> None:
    """Begin the weighing of the signal of this item, and end it without follow-up."""
    enter(page, page.get_by_role("button", name="Begin de weging"))
    no = page.get_by_label("Nee", exact=True)
    tab_to(page, page.get_by_role("radio").first)
    page.keyboard.press("Space")
    if not no.is_checked():
        page.keyboard.press("ArrowDown")
    expect(no).to_be_checked()
    for words in page.get_by_role("main").get_by_role("textbox").all():
        tab_to(page, words)
        page.keyboard.type(WHY)
    enter(page, page.get_by_role("button", name="Leg deze stap vast"))
    tab_to(page, page.get_by_label("Geen vervolg"))
    page.keyboard.press("Space")
    enter(page, page.get_by_role("button", name="Leg de uitkomst vast"))


@pytest.mark.requirement("TOE-01")
def test_a_meeting_is_worked_through_by_keyboard_and_leaves_a_list(as_role, site):
    page = as_role("Anna de Wit")
    page.goto(f"{site}/signalen/")
    enter(page, page.get_by_role("main").get_by_role("link", name="Weegoverleg", exact=True))
    look_closely(page)
    enter(page, page.get_by_role("link", name="Naar dit overleg"))
    look_closely(page)
    for name in ("Wijzig de agenda", "Wijzig dag en aanwezigen", "Sluit het overleg"):
        enter(page, page.get_by_role("link", name=name))
        look_closely(page)
        enter(page, page.get_by_role("link", name="Terug", exact=True))

    enter(page, page.get_by_role("link", name="Begin met het eerste punt"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Punt 1 van")
    look_closely(page)
    enter(page, page.get_by_role("button", name="Volgende"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Punt 2 van")
    weigh_as_nothing(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Punt 3 van")

    enter(page, page.get_by_role("link", name="Agenda", exact=True))
    expect(page.get_by_text(re.compile(r"U was bij punt 3 van \d"))).to_be_visible()
    enter(page, page.get_by_role("link", name="Sluit het overleg"))
    enter(page, page.get_by_role("button", name="Sluit het overleg"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Besluitenlijst")
    expect(page.get_by_text("Doorgeschoven", exact=True).first).to_be_visible()
    look_closely(page)


@pytest.mark.requirement("TOE-01")
def test_the_shares_beside_district_and_region_are_accessible(as_role, site):
    page = as_role("Anna de Wit")
    page.goto(f"{site}/signalen/")
    enter(page, page.get_by_role("main").get_by_role("link", name="Routes"))
    page.get_by_label("Jaar van besluit").select_option(index=1)
    enter(page, page.get_by_role("button", name="Toon"))
    expect(page.get_by_role("heading", name="Naast district en regio")).to_be_visible()
    expect(page.get_by_text("te klein om te tonen").first).to_be_visible()
    look_closely(page)
