"""The strategy in Chromium, by keyboard: a theme is chosen and decided on, and a goal changes in writing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.keys import OUTLINE, choose, enter, near, tick, write
from tests.browser.test_pages import look_closely

SECRETARIES = ("Frank ter Haar", "Willem Brink", "Xandra Meijerink", "Yusuf Demir", "Zoë Hendriks")
THEME = "Veilig op het water"


def link(page, name: str):
    """Return a link on the page itself."""
    return page.get_by_role("main").get_by_role("link", name=name)


def press(page, name: str) -> None:
    """Send the form of the page."""
    enter(page, page.get_by_role("button", name=name, exact=True))


def judge(
    page,
    address: str,
    outcome: str,
    words: str = "",
    *,
    in_writing: bool = False,
    done: str = "vastgelegd",
    what: str = "oordeel",
) -> None:
    """Record what a body said of a proposal; the page after it tells so where the focus is."""
    page.goto(address)
    near(page, link(page, f"Leg het {what} vast").first, most=1)
    tick(page, page.get_by_label(outcome, exact=True))
    if words:
        write(page, page.get_by_label("Kanttekening of reden"), words)
    if in_writing:
        tick(page, page.get_by_label("In een schriftelijke ronde"))
    press(page, "Leg vast")
    told = page.get_by_role("status").filter(has_text="is vastgelegd")
    expect(told).to_be_focused()
    assert told.evaluate(OUTLINE) != "none", "the focus cannot be seen"
    expect(page.get_by_role("main")).to_contain_text(done)


def prepare(page) -> None:
    """Say by what is judged and what may be chosen, and score one paper."""
    enter(page, link(page, "Criterium toevoegen"))
    write(page, page.get_by_label("Criterium", exact=True), "Urgentie")
    write(page, page.get_by_label("Wanneer krijgt een onderwerp een hoge score?"), "Het komt vaak voor")
    write(page, page.get_by_label("Gewicht"), "50")
    choose(page, page.get_by_label("Waarop wordt gescoord?"), "Veiligheidsplannen")
    press(page, "Voeg toe")
    for name in (THEME, "Vuurwerk"):
        enter(page, link(page, "Onderwerp toevoegen"))
        write(page, page.get_by_label("Onderwerp", exact=True), name)
        press(page, "Voeg toe")
    press(page, "Zet criteria en gewichten vast")
    enter(page, link(page, "Score een stuk"))
    choose(page, page.get_by_label("Van welke organisatie?"), "Gemeente Zutphen")
    press(page, "Verder")
    choose(page, page.get_by_label(f"Urgentie: {THEME}"), "4")
    choose(page, page.get_by_label("Urgentie: Vuurwerk"), "1")
    press(page, "Leg vast")


@pytest.mark.requirement("TOE-01")
def test_a_theme_is_chosen_and_five_districts_assent_before_the_group_decides(as_role, site):
    page = as_role("Hugo Visser")
    page.goto(f"{site}/strategie/keuzes/")
    look_closely(page)
    enter(page, link(page, "Nieuwe themakeuze"))
    write(page, page.get_by_label("Naam van de ronde"), "Ronde op toetsen")
    write(page, page.get_by_label("Hoeveel thema's kiezen we?"), "1")
    press(page, "Begin de ronde")
    prepare(page)
    enter(page, link(page, "Sluit de ronde"))
    look_closely(page)
    write(page, page.get_by_label("Waarom sluit de ronde met zo weinig stukken?"), "Dit is een proef.")
    press(page, "Sluit de ronde")
    look_closely(page)
    enter(page, link(page, "Stel voor als thema"))
    choose(page, page.get_by_label("Soort"), "Inhoudelijk")
    write(page, page.get_by_label("Samenvatting"), "Samen toezicht houden op rivieren en havens.")
    press(page, "Bewaar als concept")
    press(page, "Dien in")
    look_closely(page)
    address = page.url

    for count, name in enumerate(SECRETARIES[1:], start=1):
        judge(as_role(name), address, "Akkoord", done=f"{count} van 5")
    last = as_role(SECRETARIES[0])
    judge(last, address, "Akkoord met kanttekening", "Mits de waterpolitie meedoet.", done="5 van 5")
    expect(last.get_by_role("main")).to_contain_text("Mits de waterpolitie meedoet.")
    look_closely(last)
    mayor = as_role("Greet Bakker")
    judge(mayor, address, "Akkoord")
    expect(mayor.get_by_role("main")).to_contain_text("van kracht vanaf")
    mayor.goto(f"{site}/strategie/")
    expect(mayor.get_by_role("main")).to_contain_text(THEME)


@pytest.mark.requirement("TOE-01")
def test_a_goal_changes_in_minutes_by_a_written_round(as_role, site):
    page = as_role("Anna de Wit")
    page.goto(f"{site}/strategie/doelen/KWP-10/")
    enter(page, link(page, "Stel een wijziging voor"))
    look_closely(page)
    write(page, page.get_by_label("Termijn"), "2023-2026")
    write(page, page.get_by_label("Waarom deze wijziging?"), "De looptijd is voorbij.")
    press(page, "Bewaar als concept")
    press(page, "Dien in")

    mayor = as_role("Greet Bakker")
    judge(mayor, page.url, "Akkoord", in_writing=True)
    expect(mayor.get_by_role("main")).to_contain_text("schriftelijk")
    look_closely(mayor)
    mayor.goto(f"{site}/strategie/doelen/KWP-10/")
    expect(mayor.get_by_role("main")).to_contain_text("2023-2026")


@pytest.mark.requirement("TOE-01")
def test_a_district_advises_on_a_proposed_goal_and_the_group_decides_with_the_advice_at_hand(as_role, site):
    page = as_role("Anna de Wit")
    page.goto(f"{site}/strategie/doelen/KWP-10/")
    enter(page, link(page, "Stel een wijziging voor"))
    write(page, page.get_by_label("Termijn"), "2024-2027")
    write(page, page.get_by_label("Waarom deze wijziging?"), "Het regionale beeld vraagt erom.")
    press(page, "Bewaar als concept")
    press(page, "Dien in")

    secretary = as_role("Frank ter Haar")
    secretary.goto(site)
    expect(secretary.get_by_role("main")).to_contain_text("Vergaderingen: ")
    judge(
        secretary,
        page.url,
        "Akkoord met kanttekening",
        "Mits er capaciteit is.",
        what="advies",
        done="1 van 5",
    )
    look_closely(secretary)
    mayor = as_role("Greet Bakker")
    mayor.goto(page.url)
    enter(mayor, link(mayor, "Leg het oordeel vast").first)
    expect(mayor.get_by_role("main")).to_contain_text("Advies over dit voorstel")
    expect(mayor.get_by_role("main")).to_contain_text("Mits er capaciteit is.")
    look_closely(mayor)
    judge(mayor, page.url, "Akkoord")
    expect(mayor.get_by_role("main")).to_contain_text("van kracht vanaf")
    look_closely(mayor)
    mayor.goto(f"{site}/strategie/doelen/KWP-10/")
    expect(mayor.get_by_role("main")).to_contain_text("2024-2027")
    page.goto(site)
    enter(page, page.get_by_role("link", name="Strategie: er is besloten over uw voorstel").first)
    press(page, "Gezien: haal het van mijn lijst")
    expect(page.get_by_role("status")).to_contain_text("niet meer bij wat op u wacht")


def test_two_texts_stand_side_by_side_on_a_phone(as_role, site):
    page = as_role("Anna de Wit")
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{site}/strategie/vergelijken/?van=2019-01-01&tot=2026-01-01")
    before, after = (page.locator("td.vn-words").nth(n).bounding_box() for n in (0, 1))

    assert before["y"] == after["y"]
    assert before["x"] + before["width"] <= after["x"] + 1
    assert after["x"] + after["width"] <= 390
    assert min(before["height"], after["height"]) > 24  # a line at least, and what is around it
