"""Dossiers, agreements, readings and one's own account in Chromium, as the people who work with them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests import databases
from tests.browser.keys import tab_to
from tests.browser.test_pages import look_at, look_closely

RIEC, OFFICER, ADMINISTRATOR = "Esra Yilmaz", "Nora", "Jan Vos"
ONE = """
SELECT d.purpose_id, d.id, r.id, w.id, r.category_id
  FROM vault_dossier d
  JOIN vault_record r ON r.dossier_id = d.id AND r.category_id = 'onderneming'
  JOIN vault_weighing w ON w.dossier_id = d.id
  JOIN agreements_purpose p ON p.id = d.purpose_id JOIN agreements_agreement a ON a.id = p.agreement_id
 WHERE a.code = 'riec' AND p.code = 'casusoverleg' LIMIT 1
"""


@pytest.fixture(scope="session")
def owner(site_database):
    with databases.as_owner(site_database) as owner:
        yield owner


@pytest.fixture(scope="session")
def known(owner):
    """Addresses of the first dossier of the demonstration."""
    purpose, dossier, record, weighing, _ = owner.execute(ONE).fetchone()
    aim = f"/dossiers/{purpose}/"
    return SimpleNamespace(
        purpose=aim, dossier=f"{aim}{dossier}/", record=f"{aim}{dossier}/gegeven/{record}/", pk=str(record),
        weighing=f"{aim}{dossier}/weging/{weighing}/",
    )  # fmt: skip


def steps(owner, *kinds):
    """Return the addresses of steps on the draft of the demonstration."""
    version, agreement = owner.execute(
        "SELECT v.id, a.code FROM agreements_version v JOIN agreements_agreement a ON a.id = v.agreement_id"
        " WHERE a.code = 'gemeente-gm0200'"
    ).fetchone()
    return [f"/convenanten/{agreement}/{kind}/{version}/" for kind in kinds]


@pytest.mark.requirement("TOE-01")
@pytest.mark.parametrize("part", ["dossiers", "agreements", "readings", "account"])
def test_pages_for_people_at_work_are_accessible_on_both_widths(as_role, site, owner, known, part):
    case, record = known.dossier, known.record
    below = ("", "betrokkene/", "gegeven/", "weging/", "export/", "sluiten/", "trede/")
    doing = ("wijzigen", "adviseren", "ondertekenen", "activeren", "doel", "partner", "beeindigen")
    account = ("bevestigen", "beveiliging", "sessies")
    visits = {
        "dossiers": (
            RIEC,
            ["/dossiers/", "/dossiers/berichten/", known.purpose, f"{known.purpose}nieuw/", known.weighing]
            + [f"{known.purpose}noodtoegang/", *(case + name for name in below)]
            + [record + name for name in ("wie/", "waarom/", "markering/", "bestand/")],
        ),
        "agreements": (
            ADMINISTRATOR,
            ["/convenanten/riec/", "/convenanten/gemeente-gm0200/", *steps(owner, *doing)],
        ),
        "readings": (OFFICER, ["/inzagen/", "/inzagen/organisatie/"]),
        "account": (ADMINISTRATOR, [f"/account/{name}/" for name in account]),
    }
    who, addresses = visits[part]
    page = as_role(who)
    for address in addresses:
        look_at(page, site + address)


def last_line(owner):
    return owner.execute("SELECT coalesce(max(id), 0) FROM audit_event").fetchone()[0]


def on_paper(page):
    """Return what can be seen of a page when it is printed, and what could be clicked on that paper."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth")
    clickable = page.locator("button:visible, .utrecht-button:visible, header nav:visible").count()
    text = page.locator("body").inner_text()
    page.emulate_media(media="screen")
    assert wide <= 680, page.url
    return text, clickable


@pytest.mark.requirement("TOE-01")
def test_what_was_opened_is_accessible_and_carries_its_marking_on_screen_and_paper(as_role, site, known):
    page = as_role(RIEC)
    page.goto(f"{site}{known.dossier}")
    page.locator(f"input[name=records][value='{known.pk}']").check()
    page.get_by_label("Behandeling van deze casus").check()
    page.get_by_role("button", name="Open de aangekruiste gegevens").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Geopend in RIEC-")
    look_closely(page)
    text, clickable = on_paper(page)

    assert clickable == 0
    for words in ("TLP:", "autobedrijf zonder personeel", "Verwijderen uiterlijk"):
        assert words in text


@pytest.mark.requirement("TOE-01")
def test_an_officer_opens_the_log_of_her_organisation_without_a_mouse(as_role, site):
    page = as_role(OFFICER)
    page.goto(f"{site}/inzagen/organisatie/")
    tab_to(page, page.locator("input[name=doel]").first)
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Leg vast en toon de inzagen"))
    page.keyboard.press("Enter")
    expect(page.locator("input[name=doel]")).to_have_count(0)
    look_closely(page)
    _, clickable = on_paper(page)

    assert clickable == 0


@pytest.mark.requirement("TOE-01")
@pytest.mark.parametrize("part", ["dossier", "wie", "agreement"])
def test_on_paper_there_is_the_content_and_nothing_to_click(as_role, site, known, part):
    address = {"dossier": known.dossier, "wie": f"{known.record}wie/", "agreement": "/convenanten/riec/"}[
        part
    ]
    page = as_role(RIEC)
    page.goto(f"{site}{address}")
    text, clickable = on_paper(page)

    assert clickable == 0
    assert len(text) > 200


@pytest.mark.requirement("I5")
def test_an_account_manager_opens_a_case_with_a_preset_reason_that_is_logged_first(
    as_role, site, owner, known
):
    """The first step of the journey that decides about trust, without a mouse."""
    page = as_role(RIEC)
    before = last_line(owner)
    page.goto(f"{site}{known.dossier}")
    tab_to(page, page.locator(f"input[name=records][value='{known.pk}']"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("Behandeling van deze casus"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Open de aangekruiste gegevens"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Geopend in RIEC-")
    expect(page.get_by_text("autobedrijf zonder personeel")).to_be_visible()
    (line,) = owner.execute(
        "SELECT subject, reason, outcome FROM audit_event WHERE verb = 'vault.record.opened' AND id > %s",
        [before],
    ).fetchall()
    assert line == (known.pk, "behandeling", "toegestaan")

    page.goto(f"{site}/inzagen/")
    expect(page.get_by_text("Behandeling van deze casus").first).to_be_visible()
