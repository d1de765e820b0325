"""The network in Chromium: whom to call in three clicks, and a seat that is kept by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_journey import tab_to
from tests.browser.test_pages import look_closely
from tests.browser.test_registers import choose, settle
from tests.browser.test_signal import enter


@pytest.mark.requirement("TOE-01")
def test_a_secretary_opens_a_seat_and_appoints_somebody_by_keyboard(as_role, site):
    page = as_role("Frank ter Haar")
    page.goto(f"{site}/netwerk/overleggen/dvo-twente/")
    look_closely(page)
    enter(page, page.get_by_role("main").get_by_role("link", name="Nieuwe zetel"))
    look_closely(page)
    choose(page, "Rol", "Lid")
    choose(page, "Namens", "Gemeente Zutphen")
    choose(page, "Functie", "Burgemeester")
    settle(page, "Open de zetel")
    row = page.get_by_role("table", name="Zetels").locator("tbody tr", has_text="Gemeente Zutphen")
    expect(row).to_contain_text("Vacant")

    enter(page, row.get_by_role("link", name="Benoem iemand"))
    choose(page, "Wie", "Greet")
    settle(page, "Benoem")
    expect(row).to_contain_text("Greet Bakker")


@pytest.mark.requirement("TOE-01")
def test_an_employee_keeps_the_own_profile_by_keyboard(as_role, site):
    page = as_role("Petra Schouten")
    page.goto(f"{site}/netwerk/mijn-profiel/")
    look_closely(page)
    tab_to(page, page.get_by_label("Werktelefoon"))
    page.keyboard.type("0575 000 198")
    tab_to(page, page.get_by_label("Woninginbraak"))
    page.keyboard.press("Space")
    settle(page, "Bewaar mijn profiel")

    expect(page.get_by_role("link", name="0575 000 198")).to_be_visible()
    look_closely(page)


@pytest.mark.requirement("TOE-01")
def test_a_new_adviser_finds_whom_to_call_in_three_clicks(as_role, site):
    page = as_role("Anna de Wit")
    page.goto(site)
    enter(page, page.get_by_role("navigation").get_by_role("link", name="Netwerk", exact=True).first)
    look_closely(page)
    choose(page, "Waar gaat het over?", "Woninginbraak")
    enter(page, page.get_by_role("button", name="Toon wie ik bel"))
    enter(page, page.get_by_role("main").get_by_role("link", name="Otto Kuipers", exact=True))
    look_closely(page)

    expect(page.get_by_role("link", name="0575 000 102")).to_be_visible()
