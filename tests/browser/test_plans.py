"""A project plan in Chromium: begun as a draft, refused while incomplete, and adopted by a colleague."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.keys import enter
from tests.browser.test_pages import look_closely
from tests.browser.test_registers import choose, fill_day, settle

PARTS = (
    *("Aard en omvang", "Handelingsperspectief", "Verantwoordelijkheid per partner"),
    *("Afstemming tussen de niveaus", "Financiering", "Proactief", "Preventie", "Repressie", "Innovatie"),
)


def write_all(page) -> None:
    """Write a text for every part and the lines that three of them need."""
    for part in PARTS:
        page.locator("main a", has_text=f"Schrijf: {part}").click()
        page.get_by_label(part).fill(f"Dit is wat het team over {part.lower()} zegt.")
        page.get_by_role("button", name="Bewaar").click()
    page.get_by_role("link", name="Rol toevoegen").click()
    page.get_by_label("Partner").select_option(label="RIEC Oost-Nederland")
    page.get_by_label("Rol").select_option("A")
    page.get_by_label("Taak").fill("Trekt het plan")
    page.get_by_role("button", name="Bewaar").click()
    page.get_by_role("link", name="Afstemming toevoegen").click()
    page.get_by_label("Niveau").select_option("district")
    page.get_by_label("Met welk overleg of team").fill("DVO Twente")
    fill_day(page, "Afgestemd op", "2026-01-12")
    page.get_by_role("button", name="Bewaar").click()
    page.get_by_role("link", name="Begrotingsregel toevoegen").click()
    page.get_by_label("Bron of subsidie").fill("Eigen middelen")
    page.get_by_label("Waarvoor").fill("Scholing")
    page.get_by_role("button", name="Bewaar").click()


@pytest.fixture
def chair(browser, browser_context_args, sign_in_states):
    """A page of who leads the team; not a quiet one: a refusal is answered with 422, on purpose."""
    context = browser.new_context(**browser_context_args, storage_state=sign_in_states("Lotte"))
    yield context.new_page()
    context.close()


@pytest.mark.requirement("TOE-01")
def test_a_plan_goes_from_draft_through_incomplete_to_adopted(as_role, site, chair):
    page = as_role("Anna de Wit")
    page.goto(f"{site}/strategie/plannen/")
    look_closely(page)
    enter(page, page.get_by_role("main").get_by_role("link", name="Begin een plan"))
    look_closely(page)
    choose(page, "Expertteam", "Expertteam onder")
    choose(page, "Thema of onderwerp", "Ondermijning: Afpakken")
    page.get_by_label("Titel").fill("Afpakken in de proef")
    fill_day(page, "Begin", "2026-12-01")
    fill_day(page, "Einde", "2027-06-01")
    settle(page, "Begin het plan")
    expect(page.get_by_role("main")).to_contain_text("Nog niet compleet")
    look_closely(page)
    enter(page, page.get_by_role("main").get_by_role("link", name="Stel het plan voor"))
    settle(page, "Stel voor")
    address = page.url

    chair.goto(address)
    enter(chair, chair.get_by_role("link", name="Leg het oordeel vast"))
    chair.get_by_label("Akkoord: het plan is vastgesteld").check()
    settle(chair, "Leg vast")
    expect(chair.get_by_role("main")).to_contain_text(
        "Dit plan is nog niet compleet. Er ontbreekt: Aard en omvang"
    )
    look_closely(chair)

    page.goto(address)
    write_all(page)
    expect(page.get_by_role("main")).to_contain_text("Alle onderdelen en invalshoeken zijn er.")
    page.get_by_role("main").get_by_role("link", name="Stel het plan voor").click()
    settle(page, "Stel voor")
    chair.goto(address)
    chair.get_by_role("link", name="Leg het oordeel vast").click()
    chair.get_by_label("Akkoord: het plan is vastgesteld").check()
    settle(chair, "Leg vast")
    expect(chair.get_by_role("main")).to_contain_text("Akkoord door Expertteam ondermijning")
    look_closely(chair)
    chair.goto(f"{site}/strategie/plannen/tijdlijn/")
    look_closely(chair)
