"""What partners do together in Chromium, by keyboard: advice that becomes knowledge, and a joint position."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.keys import choose, enter, tick, write
from tests.browser.test_pages import look_closely

WIDTHS = (1360, 390)
QUESTION = "Leeg pand bij de haven"
ITEM = "Meldplicht voor vakantieparken"


def follow(page, name: str) -> None:
    """Go where a link of the page leads."""
    enter(page, page.get_by_role("main").get_by_role("link", name=name, exact=True).first)


def press(page, name: str) -> None:
    """Send the form of the page; what came of it has the focus."""
    enter(page, page.get_by_role("button", name=name, exact=True))
    expect(page.locator(".vn-messages")).to_be_focused()


@pytest.mark.requirement("TOE-01")
def test_a_question_is_answered_judged_and_becomes_knowledge_for_the_network(as_role, site):
    page = as_role("Bram Smit")
    page.goto(f"{site}/netwerk/advies/")
    look_closely(page, WIDTHS)
    follow(page, "Vraag advies")
    look_closely(page, WIDTHS)
    choose(page, page.get_by_label("Aan wie?"), "Esra Yilmaz")
    choose(page, page.get_by_label("Waar gaat het over?"), "Vastgoed")
    write(page, page.get_by_label("Onderwerp"), QUESTION)
    write(page, page.get_by_label("Uw vraag"), "Wat doen wij eerst: de eigenaar spreken of controleren?")
    press(page, "Stel de vraag")
    look_closely(page, WIDTHS)
    address = page.url

    expert = as_role("Esra Yilmaz")
    expert.goto(f"{site}/netwerk/advies/")
    follow(expert, QUESTION)
    look_closely(expert, WIDTHS)
    follow(expert, "Beantwoord")
    look_closely(expert, WIDTHS)
    write(expert, expert.get_by_label("Antwoord"), "Spreek eerst de eigenaar en leg vast wat u afspreekt.")
    press(expert, "Beantwoord")
    expect(expert.get_by_role("main")).to_contain_text("binnen de termijn")

    page.goto(address)
    follow(page, "Geef uw oordeel")
    look_closely(page, WIDTHS)
    tick(page, page.get_by_label("5: hier kon ik mee verder"))
    write(page, page.get_by_label("Waarom? (kort)"), "Wij konden dezelfde dag verder.")
    press(page, "Geef uw oordeel")
    expect(page.get_by_role("main")).to_contain_text("5 van 5")
    follow(page, "Geschikt als kennis")
    write(page, page.get_by_label("Titel voor het netwerk"), "Eerst het gesprek, dan de controle")
    write(page, page.get_by_label("Samenvatting"), "Een gesprek met de eigenaar vooraf scheelt een controle.")
    press(page, "Geschikt als kennis")
    look_closely(page, WIDTHS)

    other = as_role("Anna de Wit")
    other.goto(f"{site}/netwerk/advies/?lijst=kennis")
    follow(other, "Eerst het gesprek, dan de controle")
    expect(other.get_by_role("main")).to_contain_text("scheelt een controle")
    expect(other.get_by_role("main")).not_to_contain_text(QUESTION)
    look_closely(other, WIDTHS)


def support(page, address: str, body: str, stance: str, words: str = "") -> None:
    """Say what a body thinks of the position."""
    page.goto(address)
    follow(page, "Steunt uw overleg dit?")
    choose(page, page.get_by_label("Namens welk overleg?"), body)
    choose(page, page.get_by_label("Wat zegt het overleg?"), stance)
    if words:
        write(page, page.get_by_label("Kanttekening of reden"), words)
    press(page, "Leg vast")


@pytest.mark.requirement("TOE-01")
def test_a_table_treats_a_joint_position_that_three_districts_support_one_with_a_reservation(as_role, site):
    page = as_role("Frank ter Haar")
    page.goto(f"{site}/netwerk/bestuurlijk/")
    look_closely(page, WIDTHS)
    follow(page, "Zet iets op een tafel")
    look_closely(page, WIDTHS)
    write(page, page.get_by_label("Onderwerp", exact=True), ITEM)
    choose(page, page.get_by_label("Voor welke tafel?"), "VNG")
    choose(page, page.get_by_label("Thema of onderwerp"), "Vastgoed en vak")
    choose(page, page.get_by_label("Namens welk overleg?"), "DVO Twente")
    press(page, "Begin")
    address = page.url
    follow(page, "Schrijf het standpunt")
    look_closely(page, WIDTHS)
    write(page, page.get_by_label("Gezamenlijk standpunt"), "Wij willen weten wie er in een park woont.")
    write(page, page.get_by_label("Wat vragen wij van deze tafel?"), "Pleit voor een meldplicht.")
    press(page, "Bewaar")

    support(as_role("Willem Brink"), address, "DVO IJsselland", "Steunt")
    support(as_role("Xandra Meijerink"), address, "DVO Noord", "Steunt met", "Mits parken hulp krijgen.")
    last = as_role("Yusuf Demir")
    support(last, address, "DVO Gelderland", "Steunt")
    rows = last.get_by_role("table", name="Wie dit steunt").locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="Steunt met kanttekening")).to_contain_text("Mits parken hulp krijgen.")
    look_closely(last, WIDTHS)

    today = timezone.localdate()
    page.goto(address)
    for button in ("Zet op de agenda", "Is behandeld"):
        follow(page, button)
        expect(page.get_by_label("Op welke dag?")).to_have_value(today.isoformat())
        press(page, button)
    follow(page, "Leg de uitkomst vast")
    look_closely(page, WIDTHS)
    choose(page, page.get_by_label("Wat is de uitkomst?"), "Deels")
    write(page, page.get_by_label("Toelichting"), "Er komt eerst een proef in drie gemeenten.")
    press(page, "Leg de uitkomst vast")
    expect(page.get_by_role("main")).to_contain_text("deels overgenomen")
    look_closely(page, WIDTHS)
