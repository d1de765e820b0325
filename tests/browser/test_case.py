"""A case in Chromium: opened by the RIEC, joined by three partners, a measure, its outcome and the result."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_journey import tab_to
from tests.browser.test_pages import look_closely
from tests.browser.test_signal import enter

WHY = "Zonder deze partner lukt de aanpak van deze casus niet."
REASONS = "De vergunning wordt gebruikt voor iets anders dan waarvoor zij is."
LESSON = "Eerst samen controleren scheelde maanden."
PARTNERS = ("Politie Oost-Nederland", "Openbaar Ministerie Oost-Nederland", "Zutphen")


def heading(page, text) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(text))


def fill_words(page, words: str) -> None:
    """Type the same words in every empty field for words, one after the other."""
    for field in page.get_by_role("main").locator("textarea").all():
        field.fill(words)


def open_a_case(page, site) -> tuple[str, str]:
    """Open a case with the keyboard alone, and return its address and number."""
    page.goto(f"{site}/casussen/")
    look_closely(page)
    enter(page, page.get_by_role("link", name="Casusoverleg RIEC"))
    look_closely(page)
    enter(page, page.get_by_role("link", name="Nieuwe casus"))
    look_closely(page)
    tab_to(page, page.get_by_label("Gemeente"))
    page.keyboard.type("Zutphen")
    tab_to(page, page.get_by_label("Waar gaat het om?"))
    page.keyboard.type("Witwassen")
    tab_to(page, page.get_by_role("radio").first)
    page.keyboard.press("Space")
    settle = page.get_by_role("button", name="Open de casus")
    tab_to(page, settle)
    enter(page, settle)
    heading(page, r"Casus RIEC-\d{4}-\d{6}")
    look_closely(page)
    return page.url, page.get_by_role("heading", level=1).inner_text().removeprefix("Casus ")


def let_join(page, colleague, case: str, partner: str) -> None:
    """Weigh whether a partner joins, have a colleague decide, and let it take part."""
    page.goto(case)
    enter(page, page.get_by_role("main").get_by_role("link", name="Laat een partner deelnemen").first)
    page.get_by_label("Deelname aan het dossier").check()
    recipient = page.get_by_label("Welke partner?")
    names = recipient.locator("option").all_inner_texts()
    recipient.select_option(label=next(name for name in names if name.endswith(partner)))
    page.get_by_label("Op welke grondslag").fill("WGS 2.20")
    fill_words(page, WHY)
    enter(page, page.get_by_role("button", name="Dien in"))
    colleague.goto(page.url)
    colleague.get_by_label("Toewijzen").check()
    colleague.get_by_label("Motivering").fill(WHY)
    enter(colleague, colleague.get_by_role("button", name="Leg besluit vast"))
    page.reload()
    enter(page, page.get_by_role("button", name=re.compile("^Laat .* deelnemen$")))


def impose(page, case: str) -> None:
    """Let the municipality impose a measure, with the keyboard alone."""
    page.goto(case)
    enter(page, page.get_by_role("link", name="Leg een maatregel vast").first)
    look_closely(page)
    tab_to(page, page.get_by_label("Welke maatregel?"))
    page.keyboard.type("Vergunning weigeren")
    tab_to(page, page.get_by_label("Van welke organisatie?"))
    page.get_by_label("Van welke organisatie?").select_option(index=1)
    page.get_by_label("Vanaf").fill("2026-01-05")
    page.get_by_label(re.compile("^Tot")).fill("2026-03-05")
    page.get_by_label("Wat moet de maatregel bereiken?").select_option(label="De activiteit stopt")
    page.get_by_label("Nulmeting: welke indicator?").select_option("drugshandel")
    page.get_by_label("Nulmeting: welke periode?").fill("2024")
    page.get_by_label("Waarom deze maatregel?").fill(REASONS)
    settle = page.get_by_role("button", name="Leg de maatregel vast")
    tab_to(page, settle)
    enter(page, settle)
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
    page.get_by_label("Wat was de afloop?").select_option(label="Uitgevoerd, effect bereikt")
    enter(page, page.get_by_role("button", name="Leg de afloop vast"))
    enter(page, page.get_by_role("link", name="Rond de casus af"))
    look_closely(page)
    page.get_by_label("Wat is het resultaat?").select_option(label="De activiteit is gestopt")
    page.get_by_label("Wat hebben we ervan geleerd?").fill(LESSON)
    enter(page, page.get_by_role("button", name="Rond de casus af"))


@pytest.mark.requirement("TOE-01")
def test_from_the_riec_to_three_partners_a_measure_and_a_result(as_role, site):
    riec, colleague, adviser = as_role("Esra Yilmaz"), as_role("Lotte Vermeer"), as_role("Anna de Wit")
    case, number = open_a_case(riec, site)
    for partner in PARTNERS:
        let_join(riec, colleague, case, partner)
    adviser.goto(f"{site}/casussen/")
    enter(adviser, adviser.get_by_role("link", name="Casusoverleg RIEC"))
    enter(adviser, adviser.get_by_role("link", name=number))
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
    riec.get_by_label("Aan welke organisatie?").select_option(label="Politie Oost-Nederland")
    riec.get_by_label("Waarom draagt u over?").fill(WHY)
    enter(riec, riec.get_by_role("button", name="Bied de casus aan"))
    look_closely(riec)
    police.goto(f"{site}/casussen/")
    enter(police, police.get_by_role("link", name=f"Casus {number} van RIEC Oost-Nederland"))
    look_closely(police)
    accept = police.get_by_role("button", name="Aanvaard de casus")
    tab_to(police, accept)
    enter(police, accept)
    heading(police, f"Casus {number}")

    assert riec.request.get(case).status == 404
    riec.goto(f"{case.removesuffix('/').rpartition('/')[0]}/")
    expect(riec.get_by_role("link", name=number)).to_be_visible()
    look_closely(riec)
