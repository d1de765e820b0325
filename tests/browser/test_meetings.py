"""Meetings in Chromium: a matter goes from a district to the region and back, by three secretaries."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.keys import choose, enter, tick, write
from tests.browser.test_pages import look_closely

TITLE = "Toezicht op de havens"


def hold(page, site: str, body: str, *, closely: bool = False) -> None:
    """Record a meeting of today and put the matter on its agenda."""
    page.goto(f"{site}/vergaderingen/nieuw/{body}/")
    page.get_by_label("Dag").fill(timezone.localdate().isoformat())
    page.get_by_label("Begint om").fill("00:00")
    page.get_by_label("Eindigt om").fill("23:59")
    write(page, page.get_by_label("Plaats", exact=True), "Raadzaal")
    page.get_by_label("Deze vergadering is al gehouden").check()
    enter(page, page.get_by_role("button", name="Leg de vergadering vast"))
    enter(page, page.get_by_role("link", name="Agenda samenstellen").first)
    if closely:
        look_closely(page)
    write(page, page.get_by_label(f"Plaats van {TITLE}"), "1")
    enter(page, page.get_by_role("button", name="Bewaar de agenda"))
    enter(page, page.get_by_role("table", name="Agenda").get_by_role("link", name=TITLE))


def decide(page, outcome: str, words: str, *, to: str = "") -> None:
    """Record what the body says of the matter on the page."""
    enter(page, page.get_by_role("link", name="Leg het besluit vast"))
    tick(page, page.get_by_label(outcome, exact=True))
    write(page, page.get_by_label("Besluit en motivering"), words)
    if to:
        choose(page, page.get_by_label("Doorsturen aan"), to)
    enter(page, page.get_by_role("button", name="Leg vast"))


@pytest.mark.requirement("TOE-01")
def test_a_matter_goes_from_a_district_to_the_region_and_back_by_keyboard(as_role, site):
    page = as_role("Frank ter Haar")
    page.goto(f"{site}/vergaderingen/?overleg=dvo-twente")
    look_closely(page)
    enter(page, page.get_by_role("main").get_by_role("link", name="Breng een punt in"))
    look_closely(page)
    write(page, page.get_by_label("Onderwerp"), TITLE)
    tick(page, page.get_by_label("Ter besluitvorming"))
    write(page, page.get_by_label("Aanleiding"), "De havens liggen in drie gemeenten.")
    write(page, page.get_by_label("Gevraagd besluit"), "Stem in met gezamenlijk toezicht.")
    enter(page, page.get_by_role("button", name="Breng in"))
    hold(page, site, "dvo-twente", closely=True)
    look_closely(page)
    decide(page, "Doorgestuurd", "Het district stemt in.", to="Bestuurlijke")
    enter(page, page.get_by_role("link", name="Naar de vergadering"))
    look_closely(page)
    enter(page, page.get_by_role("link", name="Aanwezigheid", exact=True))
    look_closely(page)

    page = as_role("Hugo Visser")
    hold(page, site, "bbg")
    decide(page, "Doorgestuurd", "De groep vraagt inzet.", to="Regionaal")
    page = as_role("Carla Peters")
    hold(page, site, "rvo")
    decide(page, "Doorgestuurd", "Het overleg zegt inzet toe.", to="Bestuurlijke")
    page = as_role("Hugo Visser")
    hold(page, site, "bbg")
    decide(page, "Besloten", "Zo besloten.")

    way = page.get_by_role("table", name="De weg van dit punt").locator("tbody tr")
    expect(way).to_have_count(4)
    for row, said in enumerate(("district stemt in", "vraagt inzet", "zegt inzet toe", "Zo besloten")):
        expect(way.nth(row)).to_contain_text(said)
    look_closely(page)
    page = as_role("Frank ter Haar")
    page.goto(f"{site}/vergaderingen/mijn/")
    look_closely(page)
