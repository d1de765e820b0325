"""Signals that a system sends and lists: the checks of the desk, once each, and never a word back."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.logbook import Event

from vangnet.api.tests.conftest import SEEN, System
from vangnet.casework.tests.desks import SignalDesk

pytestmark = pytest.mark.django_db


def faults(answer):
    return {one["name"]: one["detail"] for one in answer.json()["errors"]}


# --- taking in ---


def test_a_report_of_a_system_becomes_a_signal_that_the_adviser_weighs(system, anna):
    answer = system.send(
        {
            "omschrijving": SEEN,
            "gemeente": "GM0301",
            "gezienOp": "2026-03-02",
            "branche": "autobranche",
            "verschijningsvorm": "drugs",
            "bron": "inwoner",
        }
    )
    told = answer.json()
    desk = SignalDesk(anna)

    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/signalen/{told['id']}" == told["_links"]["self"]["href"]
    assert answer["API-Version"] == "1.0.0"
    assert (told["status"], told["bron"], told["gezienOp"]) == ("nieuw", "inwoner", "2026-03-02")
    assert told["ontvangenOp"].endswith("Z")
    assert told["nummer"] in desk.get("signals").content.decode()
    assert SEEN not in answer.content.decode()
    assert desk.post("weigh", told["id"], begin="1").status_code == 302


def test_the_log_says_which_system_it_was(system):
    told = system.send().json()
    line = Event.objects.get(verb="casework.signal.received", subject=told["id"])

    assert (line.actor, line.by) == (system.account.pk, system.account.pk)
    assert line.organisation == system.organisation.pk


def test_without_a_place_it_is_the_own_municipality_and_without_a_source_it_was_read_in(system):
    told = system.send({"omschrijving": SEEN}).json()

    assert (told["gemeente"], told["bron"]) == ("GM0301", "ingelezen")


def test_what_is_sent_twice_under_one_key_is_one_signal(system):
    first, second = system.send(key="zaak-2026-1"), system.send(key="zaak-2026-1")

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert len(system.get("/signalen").json()["signalen"]) == 1 + others(system, first)


def others(system, answer):
    listed = system.get("/signalen", paginaGrootte=100).json()["signalen"]
    return len([one for one in listed if one["id"] != answer.json()["id"]])


def test_another_report_under_the_same_key_is_refused_and_not_kept(system):
    first = system.send(key="zaak-2026-1")
    second = system.send({"omschrijving": SEEN + " Ook overdag."}, key="zaak-2026-1")

    assert second.status_code == 409
    assert first.json()["nummer"] in second.json()["detail"]
    assert second["Content-Type"] == "application/problem+json"


def test_the_key_of_one_system_is_not_that_of_another(system):
    other = System(task="koppeling")

    assert system.send(key="1").json()["nummer"] != other.send(key="1").json()["nummer"]


@pytest.mark.parametrize("key", ["", "x" * 101, "é", "a\tb"])
def test_without_a_usable_key_nothing_is_taken(system, key):
    answer = system.client.post(
        "/api/v1/signalen",
        json.dumps({"omschrijving": SEEN}),
        content_type="application/json",
        headers=system.headers | {"Idempotency-Key": key},
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["name"] == "Idempotency-Key"


def test_every_fault_is_said_at_once_with_the_name_of_its_field(system):
    answer = system.send(
        {
            "omschrijving": "",
            "gemeente": "GM9999",
            "gezienOp": "02-03-2026",
            "branche": "geen",
            "bron": 7,
            "terugkoppelingGewenst": "ja",
            "verdachte": "Jan",
        }
    )

    assert answer.status_code == 400
    assert answer.json()["title"] == "Ongeldige aanvraag"
    assert set(faults(answer)) == {
        *("omschrijving", "gemeente", "gezienOp", "branche"),
        *("bron", "terugkoppelingGewenst", "verdachte"),
    }
    assert "Jan" not in answer.content.decode()


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"gezienOp": (timezone.localdate() + timedelta(days=1)).isoformat()}, "gezienOp"),
        ({"gezienOp": "1989-12-31"}, "gezienOp"),
        ({"omschrijving": "x" * 10_001}, "omschrijving"),
        ({"omschrijving": "De bewoner heeft BSN 123456782."}, "omschrijving"),
        ({"bron": "anoniem", "melderNaam": "W. Oud"}, "melderNaam"),
        ({"terugkoppelingGewenst": True}, "melderBereikbaar"),
    ],
)
def test_what_the_desk_refuses_is_refused_here(system, told, name):
    answer = system.send({"omschrijving": SEEN} | told)

    assert answer.status_code == 400
    assert list(faults(answer)) == [name]


def test_who_reported_it_is_sealed_apart_and_on_no_answer(system, anna):
    answer = system.send(
        {
            "omschrijving": SEEN,
            "bron": "inwoner",
            "melderNaam": "Wilhelmina Oud",
            "melderBereikbaar": "0575-000000",
            "terugkoppelingGewenst": True,
        }
    )
    signal = answer.json()["id"]
    page = SignalDesk(anna).get("signal", signal).content.decode()

    assert "gevraagd door de melder" in page
    assert "Wilhelmina" not in answer.content.decode() + page


def test_a_system_that_only_delivers_gets_a_number_and_sees_no_list(db):
    system = System(task="melding")
    answer = system.send()

    assert answer.status_code == 201
    assert list(answer.json()) == ["nummer"]
    assert not answer.has_header("Location")
    assert system.get("/signalen").status_code == 403


def test_a_system_without_authorisation_takes_in_nothing_and_sees_nothing(db):
    system = System()

    for answer in (system.send(), system.get("/signalen"), system.get("/routes")):
        assert answer.status_code == 403
        assert answer["Content-Type"] == "application/problem+json"


# --- the list ---


def test_the_list_gives_stubs_in_pages_with_links_that_keep_the_choice(system):
    for _ in range(3):
        system.send({"omschrijving": SEEN, "branche": "autobranche"})
    first = system.get("/signalen", branche="autobranche", status="nieuw", paginaGrootte=2).json()
    second = system.client.get(first["_links"]["next"]["href"], headers=system.headers).json()

    assert len(first["signalen"]) == 2
    assert "prev" not in first["_links"]
    assert "branche=autobranche" in first["_links"]["next"]["href"]
    assert second["_links"]["prev"]["href"].endswith("pagina=1")
    assert not {one["id"] for one in first["signalen"]} & {one["id"] for one in second["signalen"]}
    assert SEEN not in json.dumps(first)


def test_a_part_of_the_number_finds_the_signals_that_have_it(system):
    wanted, _ = system.send().json(), system.send().json()
    found = system.get("/signalen", nummer=wanted["nummer"][-6:].lower()).json()["signalen"]

    assert [one["id"] for one in found] == [wanted["id"]]


def test_a_stub_says_what_the_list_says(system):
    told = system.send().json()

    assert system.get(f"/signalen/{told['id']}").json() == told


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"status": "gesloten"}, "status"),
        ({"gemeente": "GM9999"}, "gemeente"),
        ({"jaar": "vorig"}, "jaar"),
        ({"doel": "x"}, "doel"),
        ({"sorteer": "naam"}, "sorteer"),
        ({"nummer": "x" * 31}, "nummer"),
        ({"pagina": ["1", "2"]}, "pagina"),
    ],
)
def test_a_parameter_that_is_not_understood_is_refused_and_not_ignored(system, query, name):
    answer = system.get("/signalen", **query)

    assert answer.status_code == 400
    assert list(faults(answer)) == [name]


def test_the_list_asks_few_questions_however_long_it_is(system, django_assert_max_num_queries):
    for _ in range(3):
        system.send()
    with django_assert_max_num_queries(14):
        assert system.get("/signalen").status_code == 200


def test_taking_in_asks_few_questions(system, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        assert system.send().status_code == 201
