"""Somebody of a partner reports to a municipality by keyboard; an administrator makes a system."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.test_journey import tab_to
from tests.browser.test_pages import look_closely
from tests.browser.test_signal import enter

SEEN = "Bij een inspectie stond de meterkast open en liep er een kabel buitenom."


def test_a_partner_reports_by_keyboard_and_sees_how_far_it_is(as_role, site):
    page = as_role("Daan Mulder")
    page.goto(f"{site}/melden/partner/")
    look_closely(page)
    enter(page, page.get_by_role("main").get_by_role("link", name="Zutphen"))
    look_closely(page)
    tab_to(page, page.get_by_label("Wat bent u in uw werk tegengekomen?"))
    page.keyboard.type(SEEN)
    tab_to(page, page.get_by_label("Waar was het?"))
    page.keyboard.type("Industrieweg")
    wants = page.get_by_label("Ik wil horen wat ermee gebeurt")
    tab_to(page, wants)
    page.keyboard.press("Space")
    settle = page.get_by_role("button", name="Verstuur de melding")
    tab_to(page, settle)
    enter(page, settle)
    look_closely(page)
    main = page.get_by_role("main")
    number = re.search(r"GEMEENTE-\d{4}-\d{6}", main.inner_text())[0]

    expect(main.get_by_role("row", name=number)).to_contain_text("Ontvangen")
    expect(main.get_by_text(SEEN)).to_have_count(0)
    adviser = as_role("Anna de Wit")
    adviser.goto(f"{site}/signalen/")
    enter(adviser, adviser.get_by_role("main").get_by_role("link", name=number))
    look_closely(adviser)
    expect(adviser.get_by_role("main").get_by_text("Partner: Openbaar Ministerie")).to_be_visible()


def test_an_administrator_makes_a_system_on_a_page_that_everybody_can_use(as_role, site):
    page = as_role("Jan Vos")
    page.goto(f"{site}/account/systemen/")
    look_closely(page)
    tab_to(page, page.get_by_label("Naam van het systeem"))
    page.keyboard.type("Zaaksysteem")
    settle = page.get_by_role("button", name="Maak het systeem")
    tab_to(page, settle)
    enter(page, settle)
    look_closely(page)

    expect(page.get_by_role("main").get_by_role("row", name="Zaaksysteem")).to_contain_text("Nog geen token")
    expect(page.get_by_role("button", name="Maak een token")).to_be_visible()
