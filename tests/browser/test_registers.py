"""Registers in Chromium: an amount entered by keyboard and corrected, and a youth group through its steps."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.keys import enter, tab_to
from tests.browser.test_pages import look_closely


def choose(page, label: str, typed: str) -> None:
    """Choose from a list with the keyboard."""
    tab_to(page, page.get_by_label(label))
    page.keyboard.type(typed)


def fill_day(page, label: str, day: str) -> None:
    """Fill in a day; its control differs per browser, so its parts are not typed one by one."""
    page.get_by_label(label).fill(day)


def settle(page, name: str) -> None:
    """Press a button with the keyboard."""
    button = page.get_by_role("button", name=name)
    tab_to(page, button)
    enter(page, button)


@pytest.mark.requirement("TOE-01")
def test_an_amount_is_entered_by_keyboard_and_corrected_with_a_reason(as_role, site):
    page = as_role("Anna de Wit")
    page.goto(f"{site}/registers/afpakken/")
    enter(page, page.get_by_role("main").get_by_role("link", name="Nieuw bedrag"))
    choose(page, "Soort", "Bestuurlijk")
    choose(page, "Fase", "Geïnd")
    tab_to(page, page.get_by_label("Bedrag"))
    page.keyboard.type("54321")
    fill_day(page, "Datum", "2026-11-20")
    settle(page, "Leg het bedrag vast")
    row = page.locator("tbody tr", has_text="54.321 euro")
    expect(row).to_contain_text("telt mee")

    enter(page, row.get_by_role("link"))
    look_closely(page)
    page.get_by_label("Bedrag").fill("54320")
    choose(page, "Waarom corrigeert u dit?", "Verschrijving")
    settle(page, "Leg de correctie vast")

    expect(page.locator("tbody tr", has_text="54.321 euro")).to_contain_text("gecorrigeerd")
    expect(page.locator("tbody tr", has_text="54.320 euro")).to_contain_text("Verschrijving")
    look_closely(page)


@pytest.mark.requirement("TOE-01")
def test_a_youth_group_goes_through_its_steps_under_a_code_name(as_role, site):
    page = as_role("Otto Kuipers")
    page.goto(f"{site}/registers/jeugdgroepen/nieuw/")
    choose(page, "Soort groep", "Hinderlijk")
    choose(page, "Omvang", "6 tot")
    fill_day(page, "In beeld sinds", "2026-11-02")
    settle(page, "Leg de groep vast")
    enter(page, page.get_by_role("main").get_by_role("link", name="Zutphen-").last)
    look_closely(page)

    enter(page, page.get_by_role("link", name="2. Informatie verzamelen"))
    look_closely(page)
    settle(page, "Leg de stap vast")
    expect(page.get_by_role("link", name="3. De groep in kaart brengen")).to_be_visible()

    enter(page, page.get_by_role("link", name="Nieuwe meting"))
    look_closely(page)
    choose(page, "Effect van de aanpak", "Minder")
    settle(page, "Leg de meting vast")
    expect(page.get_by_text("Minder overlast of criminaliteit").first).to_be_visible()


@pytest.mark.requirement("TOE-01")
def test_the_driving_team_records_the_agreement_of_a_year(as_role, site):
    page = as_role("Hugo Visser")
    page.goto(f"{site}/registers/afpakken/afspraak/")
    look_closely(page)
    choose(page, "Soort", "Fiscaal")
    tab_to(page, page.get_by_label("Afgesproken bedrag"))
    page.keyboard.type("1234567")
    settle(page, "Leg de afspraak vast")

    expect(page.locator("tbody tr", has_text="Fiscaal").first).to_contain_text("1.234.567")
