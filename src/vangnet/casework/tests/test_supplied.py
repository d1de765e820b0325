"""From a signal that is supplied to the RIEC to its case: nothing typed again, and the supplier sees it."""

from __future__ import annotations

import html
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests import databases

from vangnet.casework.tests.casedesk import UUID_IN, CaseDesk
from vangnet.casework.tests.desks import SEEN
from vangnet.casework.tests.supplying import Supplier
from vangnet.ui.formats import day

TOLD = {"tier": "1", "place": "GM0301", "phenomenon": "drugs"}
BUTTON = "Open een casus op dit dossier"


@pytest.fixture
def zutphen(own_database, anna, otto):
    return Supplier(anna, otto)


@pytest.fixture
def riec(own_database, esra):
    return CaseDesk(esra)


def waiting(desk: CaseDesk) -> list[str]:
    """Return on which supplied dossiers the list offers to open a case."""
    return re.findall(rf"/nieuw/({UUID_IN})/", desk.get("cases").content.decode())


def newest(desk: CaseDesk, before: list[str]) -> str:
    (made,) = set(waiting(desk)) - set(before)
    return made


@pytest.fixture
def before(riec):
    return waiting(riec)


@pytest.fixture
def signal(before, zutphen):
    return zutphen.supplied()


@pytest.fixture
def dossier(riec, before, signal):
    return newest(riec, before)


def dossier_page(desk: CaseDesk, dossier: str) -> str:
    return desk.client.get(f"/dossiers/{desk.purpose.pk}/{dossier}/").content.decode()


def words(desk: CaseDesk, case: str) -> str:
    """Return what is read in a case that is opened."""
    return html.unescape(desk.post("open", case).content.decode())


def signal_number(zutphen: Supplier, signal: str) -> str:
    return re.search(r"GEMEENTE-\d{4}-\d{6}", zutphen.get("signal", signal).content.decode())[0]


# --- the chain ---


def test_what_was_supplied_is_the_dossier_of_the_case_and_the_signal_is_its_origin(
    riec, zutphen, signal, dossier
):
    number = signal_number(zutphen, signal)
    offered = BUTTON in dossier_page(riec, dossier)
    asked = riec.text("from_supply", dossier)
    made = riec.done("from_supply", dossier, **TOLD)

    assert offered
    assert f"uit signaal {number}" in asked
    assert "Zutphen verstrekte dossier RIEC-" in asked
    assert made["Location"] == riec.address("case", dossier)
    assert f"Uit signaal {number}" in riec.text("case", dossier)
    assert SEEN in words(riec, dossier)
    assert dossier not in waiting(riec)
    assert BUTTON not in dossier_page(riec, dossier)


def test_the_municipality_sees_where_its_signal_lies_and_that_it_became_a_case(
    riec, zutphen, signal, dossier
):
    number = re.search(r"RIEC-\d{4}-\d{6}", riec.text("from_supply", dossier))[0]
    supplied = zutphen.get("signal", signal).content.decode()
    riec.done("from_supply", dossier, **TOLD)
    became = zutphen.get("signal", signal).content.decode()

    told = f"Verstrekt aan RIEC Oost-Nederland op {day(timezone.localdate())}, dossier {number}."
    assert told in supplied
    assert "Weeg de verstrekking af" not in supplied
    assert told in became
    assert f"een casus gemaakt: {number}, geopend op" in became
    assert riec.address("case", dossier) not in became


def test_who_takes_part_in_the_case_gets_there_from_the_signal(riec, zutphen, signal, dossier, lotte):
    riec.done("from_supply", dossier, **TOLD)
    riec.let_join(dossier, lotte, "gm0301")

    assert riec.address("case", dossier) in zutphen.get("signal", signal).content.decode()


def test_the_day_the_case_was_opened_is_offered_as_first_action(riec, zutphen, signal, dossier, own_database):
    riec.done("from_supply", dossier, **TOLD)
    opened = timezone.localdate() - timedelta(days=3)
    with databases.as_owner(own_database) as owner:
        owner.execute(
            "UPDATE casework_case SET opened_at = %s WHERE dossier_id = %s", [f"{opened} 12:00+01", dossier]
        )
        owner.execute("ALTER TABLE casework_signal DISABLE TRIGGER USER")
        owner.execute(
            "UPDATE casework_signal SET received_at = %s WHERE dossier_id = %s",
            [f"{opened - timedelta(days=9)} 12:00+01", signal],
        )
        owner.execute("ALTER TABLE casework_signal ENABLE TRIGGER USER")
    page = zutphen.get("signal", signal).content.decode()
    field = re.search(r'<input[^>]*name="on"[^>]*>', page)[0]

    assert f'value="{opened}"' in field
    assert "Op deze dag is de casus geopend." in page
    assert zutphen.post("act", signal, on=opened.isoformat()).status_code == 302
    assert "9 dagen na de melding" in " ".join(zutphen.get("signal", signal).content.decode().split())


def test_the_route_counts_the_signal_once_and_says_that_it_became_a_case(riec, zutphen, signal, dossier):
    def row():
        page = zutphen.get("routes").content.decode()
        cells = re.search(r'<th scope="row">RIEC-casus</th>(.*?)</tr>', page, re.DOTALL)[1]
        return [int(n) for n in re.findall(r'<td class="num">(\d+)</td>', cells)[:2]]

    before = row()
    riec.done("from_supply", dossier, **TOLD)

    assert row() == [before[0], before[1] + 1]


def test_all_that_is_supplied_under_one_weighing_lies_in_one_dossier(riec, before, zutphen):
    signal = zutphen.supplied(all_of_it=True)
    dossier = newest(riec, before)
    records = re.findall(r'name="records"', dossier_page(riec, dossier))
    numbers = set(re.findall(r"dossier (RIEC-\d{4}-\d{6})", zutphen.get("signal", signal).content.decode()))

    assert len(records) == 5  # what was reported, and the reasons of four steps
    assert len(numbers) == 1
    riec.done("from_supply", dossier, **TOLD)
    assert words(riec, dossier).count("Drie keer gezien") == 7  # the last step has four reasons


def test_what_is_supplied_after_a_partner_joined_lies_apart(riec, before, zutphen, lotte):
    signal = zutphen.passed_on()
    weighing = zutphen.allowed(signal)
    first, second, *_ = zutphen.to_supply(signal, weighing)
    zutphen.supply(signal, weighing, first)
    dossier = newest(riec, before)
    riec.done("from_supply", dossier, **TOLD)
    riec.let_join(dossier, lotte, "politie")
    assert zutphen.supply(signal, weighing, second).status_code == 302

    assert len(re.findall(r'name="records"', dossier_page(riec, dossier))) == 1
    assert newest(riec, before) != dossier


def test_a_signal_becomes_one_case_however_often_it_is_supplied(riec, before, zutphen):
    signal = zutphen.supplied()
    first = newest(riec, before)
    again = zutphen.allowed(signal)
    zutphen.supply(signal, again, zutphen.to_supply(signal, again)[0])
    second = newest(riec, [*before, first])
    riec.done("from_supply", first, **TOLD)
    answer = riec.post("from_supply", second, **TOLD)

    assert answer.status_code == 422
    assert "Van dit signaal is al een casus gemaakt." in answer.content.decode()


def test_the_tier_of_the_case_is_at_least_that_of_the_dossier_and_may_be_higher(riec, dossier, own_database):
    riec.done("from_supply", dossier, **TOLD | {"tier": "2"})
    with databases.as_owner(own_database) as owner:
        tier = owner.execute("SELECT tier FROM vault_dossier WHERE id = %s", [dossier]).fetchone()[0]

    assert tier == 2


# --- who may not ---


@pytest.mark.attack("A-03", "A-04")
@pytest.mark.parametrize("who", ["carla", "anna", "nora"])
def test_a04_another_organisation_and_who_only_reviews_open_no_case_on_it(request, riec, dossier, who):
    desk = CaseDesk(request.getfixturevalue(who))

    assert dossier not in waiting(desk)
    assert desk.get("from_supply", dossier).status_code == 404
    assert desk.post("from_supply", dossier, **TOLD).status_code == 404
    assert dossier in waiting(riec)


@pytest.mark.attack("A-05")
def test_a05_under_another_purpose_it_does_not_exist(dossier, esra):
    desk = CaseDesk(esra, "riec/scan")

    assert desk.get("from_supply", dossier).status_code == 404
    assert desk.post("from_supply", dossier, **TOLD).status_code == 404


def test_an_own_dossier_was_not_supplied(riec):
    case = riec.a_case()

    assert riec.get("from_supply", case).status_code == 404


# --- what came in between ---


def at_once(*tasks):
    start = threading.Barrier(len(tasks))

    def run(task):
        start.wait()
        try:
            return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


@pytest.mark.parametrize("again", range(3))
def test_of_two_who_open_it_at_the_same_moment_one_does_and_the_other_is_led_there(
    riec, dossier, lotte, own_database, again
):
    desks = riec, CaseDesk(lotte)
    answers = at_once(*[lambda d=desk: d.post("from_supply", dossier, **TOLD) for desk in desks])
    pages = [desk.client.get(riec.address("case", dossier)).content.decode() for desk in desks]
    with databases.as_owner(own_database) as owner:
        lines = owner.execute(
            "SELECT count(*) FROM audit_event WHERE verb = 'casework.case.opened' AND subject = %s", [dossier]
        ).fetchone()[0]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert {answer["Location"] for answer in answers} == {riec.address("case", dossier)}
    assert sorted("was al een casus geopend" in page for page in pages) == [False, True]
    assert lines == 1


def test_on_a_closed_dossier_there_is_no_case(riec, dossier):
    assert riec.client.post(f"/dossiers/{riec.purpose.pk}/{dossier}/sluiten/").status_code == 302
    answer = riec.post("from_supply", dossier, **TOLD)

    assert dossier not in waiting(riec)
    assert "Het dossier is gesloten." in riec.text("from_supply", dossier)
    assert BUTTON not in dossier_page(riec, dossier)
    assert answer.status_code == 409
    assert riec.get("case", dossier).status_code == 404


def test_what_was_recalled_becomes_no_case_and_can_be_supplied_again(riec, zutphen, signal, dossier):
    zutphen.recall(signal)
    answer = riec.post("from_supply", dossier, **TOLD)
    page = zutphen.get("signal", signal).content.decode()

    assert dossier not in waiting(riec)
    assert "is teruggeroepen of voorbij de bewaartermijn" in riec.text("from_supply", dossier)
    assert answer.status_code == 409
    assert f"Teruggeroepen op {day(timezone.localdate())}." in page
    assert "Weeg de verstrekking af" in page


def test_a_case_stays_when_its_supply_is_recalled_and_the_words_are_gone(riec, zutphen, signal, dossier):
    riec.done("from_supply", dossier, **TOLD)
    before = words(riec, dossier)
    zutphen.recall(signal)

    assert SEEN in before
    assert riec.get("case", dossier).status_code == 200
    assert SEEN not in words(riec, dossier)
    assert "een casus gemaakt" in zutphen.get("signal", signal).content.decode()
