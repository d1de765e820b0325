"""Somebody at home reports without being known: by keyboard, without a cookie; a draft outlives its page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.keys import enter, tab_to
from tests.browser.test_pages import look_closely

SEEN = "Achter de loods aan het kanaal staan elke nacht vrachtwagens met draaiende motor."
TYPED = "Half getypt: bij de garage stonden"


def test_somebody_reports_anonymously_by_keyboard_and_leaves_no_cookie(quiet_page, site, as_role):
    page = quiet_page
    page.goto(f"{site}/melden/")
    look_closely(page)
    enter(page, page.get_by_role("link", name="Zutphen"))
    look_closely(page)
    main = page.get_by_role("main")
    expect(main.get_by_text("0900-8844")).to_be_visible()
    tab_to(page, page.get_by_label("Wat hebt u gezien of gehoord?"))
    page.keyboard.type(SEEN)
    tab_to(page, page.get_by_label("Waar was het?"))
    page.keyboard.type("Kanaalweg")
    enter(page, page.get_by_role("button", name="Verstuur de melding"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw melding is ontvangen")
    look_closely(page)
    number = re.search(r"GEMEENTE-\d{4}-\d{6}", main.inner_text())[0]

    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    adviser = as_role("Anna de Wit")
    adviser.goto(f"{site}/signalen/")
    enter(adviser, adviser.get_by_role("main").get_by_role("link", name=number))
    look_closely(adviser)
    expect(adviser.get_by_role("main").get_by_text("Anonieme melding")).to_be_visible()


def test_a_mistake_is_named_and_the_words_stay(page, site):
    """Not on a quiet page: the answer is 422 on purpose, which Chromium writes to its console."""
    page.goto(f"{site}/melden/gm0301/")
    page.get_by_label("Wat hebt u gezien of gehoord?").fill("Zijn nummer is 123456782.")
    page.get_by_label("Waar was het?").fill("Kanaalweg")
    with page.expect_navigation():
        page.get_by_role("button", name="Verstuur de melding").click()
    expect(page.get_by_text("Een burgerservicenummer hoort hier niet")).to_be_visible()
    expect(page.get_by_label("Waar was het?")).to_have_value("Kanaalweg")
    look_closely(page)


def test_what_somebody_types_is_kept_without_sending_it(as_role, site):
    desk = as_role("Anna de Wit")
    desk.goto(f"{site}/signalen/")
    enter(desk, desk.get_by_role("main").get_by_role("link", name="Nieuwe melding"))
    desk.get_by_label("Wat is er gezien of gehoord?").press_sequentially(TYPED)
    expect(desk.get_by_text("Concept bewaard om")).to_be_visible(timeout=10_000)
    desk.reload()
    look_closely(desk)
    enter(desk, desk.get_by_role("link", name=re.compile("Verder met uw concept van")))
    expect(desk.get_by_label("Wat is er gezien of gehoord?")).to_have_value(TYPED)
    look_closely(desk)
    desk.goto(desk.url.partition("?")[0])
    enter(desk, desk.get_by_role("button", name="Gooi weg"))
    expect(desk.get_by_text("U hebt nog een concept")).to_have_count(0)


def test_a_file_is_shown_before_it_is_taken_in(as_role, site):
    adviser = as_role("Anna de Wit")
    adviser.goto(f"{site}/signalen/")
    enter(adviser, adviser.get_by_role("main").get_by_role("link", name="Inlezen"))
    look_closely(adviser)
    table = "Zaaknummer;Omschrijving;Gemeente\nB-1;Bij de haven werd gelost.;Zutphen\n"
    file = {"name": "signalen.csv", "mimeType": "text/csv", "buffer": table.encode()}
    adviser.get_by_label("Bestand").set_input_files(file)
    enter(adviser, adviser.get_by_role("button", name="Bekijk wat erin staat"))
    look_closely(adviser)
    enter(adviser, adviser.get_by_role("button", name="Lees 1 signaal in"))
    expect(adviser.get_by_text("1 signaal is ingelezen.")).to_be_visible()
