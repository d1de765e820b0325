"""What was typed and not sent: kept for its writer, offered again, gone after a week."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests import databases

from vangnet.casework.tasks import forget
from vangnet.casework.tests.desks import REPORT, SEEN, SignalDesk
from vangnet.casework.tests.test_together import at_once
from vangnet.vault.marks import new_mark
from vangnet.vault.tests.offices import browser

TYPED = "Half getypt: bij de garage stond"


@pytest.fixture
def desk(own_database, anna):
    return SignalDesk(anna)


def keep(desk, page="receive", /, *ids, by_script=False, **told):
    headers = {"HTTP_X_CONCEPT": "1"} if by_script else {}
    return desk.client.post(desk.address(page, *ids), {"concept": "bewaar", **told}, **headers)


def rows(database, query):
    with databases.as_owner(database) as owner:
        return owner.execute(query).fetchall()


def test_a_script_keeps_what_is_typed_and_the_form_offers_it_again(desk):
    kept = keep(desk, by_script=True, text=TYPED, place="GM0301", branch="horeca")
    offered = desk.get("receive").content.decode()
    again = desk.client.get(desk.address("receive"), {"concept": "1"}).content.decode()

    assert (kept.status_code, kept.content) == (204, b"")
    assert re.search(r"Verder met uw concept van \d\d:\d\d", offered)
    assert TYPED not in offered
    assert TYPED in again
    assert '<option value="horeca" selected>' in again


def test_without_script_a_button_does_the_same(desk):
    page = desk.get("receive").content.decode()
    answer = keep(desk, text=TYPED)

    assert "Bewaar concept" in page
    assert answer.headers["Location"].endswith("?concept=1")
    assert TYPED in desk.client.get(answer.headers["Location"]).content.decode()


def test_a_draft_is_gone_when_the_report_was_sent_or_thrown_away(desk):
    keep(desk, text=TYPED)
    desk.report()
    sent = desk.get("receive").content.decode()
    keep(desk, text=TYPED)
    desk.client.post(desk.address("receive"), {"concept": "weg"})

    assert "Verder met uw concept" not in sent + desk.get("receive").content.decode()


def test_the_last_of_two_drafts_is_kept(desk, own_database):
    keep(desk, text=TYPED)
    keep(desk, text=f"{TYPED} een bus")

    assert "een bus" in desk.client.get(desk.address("receive"), {"concept": "1"}).content.decode()
    assert rows(own_database, "SELECT count(*) FROM casework_draft") == [(1,)]


def test_an_empty_form_keeps_no_draft(desk, own_database):
    keep(desk, text="  ")

    assert rows(own_database, "SELECT count(*) FROM casework_draft") == [(0,)]


@pytest.mark.attack("A-35")
def test_a35_who_reported_it_is_not_in_a_draft(desk):
    keep(desk, text=TYPED, source="inwoner", name="Wilhelmina Oud", contact="0575-000000")
    again = desk.client.get(desk.address("receive"), {"concept": "1"}).content.decode()

    assert "Wilhelmina" not in again
    assert "0575" not in again


def test_words_of_a_weighing_are_kept_per_signal_and_step(desk):
    first, second = desk.report(), desk.report()
    for signal in (first, second):
        desk.post("weigh", signal, begin="1")
    keep(desk, "weigh", first, **{"stap": "ondermijning", "answer": "ja", "reden-waarom": TYPED})

    assert TYPED in desk.client.get(desk.address("weigh", first), {"concept": "1"}).content.decode()
    assert "Verder met uw concept" not in desk.get("weigh", second).content.decode()
    desk.step(first, "ondermijning")
    assert "Verder met uw concept" not in desk.get("weigh", first).content.decode()


@pytest.mark.attack("A-01")
def test_a01_nobody_but_its_writer_sees_a_draft(desk, otto, petra):
    keep(desk, text=TYPED)

    for person in (otto, petra):
        page = SignalDesk(person).client.get(desk.address("receive"), {"concept": "1"}).content.decode()
        assert TYPED not in page
        assert "Verder met uw concept" not in page


def test_a_draft_lies_sealed_in_the_database(desk, own_database):
    keep(desk, text=TYPED)
    ((sealed,),) = rows(own_database, "SELECT sealed FROM casework_draft")

    assert TYPED.encode() not in bytes(sealed)


def test_after_a_week_a_draft_is_out_of_sight_and_then_gone(desk, own_database):
    keep(desk, text=TYPED)
    rows(own_database, "UPDATE casework_draft SET saved_at = now() - interval '8 days' RETURNING 1")
    page = desk.get("receive").content.decode()
    forget(0)

    assert "Verder met uw concept" not in page
    assert rows(own_database, "SELECT count(*) FROM casework_draft") == [(0,)]


def test_a_draft_over_its_time_does_not_stand_in_the_way_of_a_new_one(desk, own_database):
    """The job that throws it away comes by every hour."""
    keep(desk, text=TYPED)
    rows(own_database, "UPDATE casework_draft SET saved_at = now() - interval '8 days' RETURNING 1")
    keep(desk, text=f"{TYPED} een busje")

    assert f"{TYPED} een busje" in desk.client.get(desk.address("receive"), {"concept": "1"}).content.decode()


def test_a_draft_that_was_changed_in_the_database_is_not_offered(desk, own_database):
    keep(desk, text=TYPED)
    rows(own_database, "UPDATE casework_draft SET sealed = 'iets anders' RETURNING 1")

    assert desk.get("receive").status_code == 200


def test_without_a_second_factor_there_is_no_draft(desk, anna):
    keep(desk, text=TYPED)

    assert browser(anna, strong=False).get(desk.address("receive"), {"concept": "1"}).status_code == 403


def test_the_same_form_sent_twice_is_one_signal(desk, own_database):
    page = desk.get("receive").content.decode()
    mark = re.search(r'name="mark" value="([^"]+)"', page)[1]
    answers = [desk.client.post(desk.address("receive"), {**REPORT, "mark": mark}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert rows(own_database, "SELECT count(*) FROM casework_signal") == [(1,)]


@pytest.mark.parametrize(
    "changed",
    [
        {"text": f"{SEEN} Het waren er drie."},
        {"branch": "horeca"},
        {"source": "inwoner", "contact": "0575-000000"},
        {"attachments": SimpleUploadedFile("notitie.txt", b"Kenteken niet gezien.")},
    ],
)
def test_what_was_improved_after_a_slow_answer_is_kept_beside_the_first(desk, own_database, changed):
    told = {**REPORT, "mark": new_mark()}
    first, second = (desk.post("receive", **one)["Location"] for one in (told, {**told, **changed}))

    assert first != second
    assert rows(own_database, "SELECT count(*) FROM casework_signal") == [(2,)]


def test_the_mark_of_a_colleague_makes_a_signal_of_ones_own(desk, otto, own_database):
    for one in (desk, SignalDesk(otto)):
        one.client.post(one.address("receive"), {**REPORT, "mark": "een-en-hetzelfde"})

    assert rows(own_database, "SELECT count(*) FROM casework_signal") == [(2,)]


def test_the_same_form_sent_twice_at_once_is_one_signal(anna, own_database):
    desks = [SignalDesk(anna), SignalDesk(anna)]
    told = {**REPORT, "mark": "twee-keer-geklikt"}
    answers = at_once(*(lambda desk=desk: desk.client.post(desk.address("receive"), told) for desk in desks))

    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert rows(own_database, "SELECT count(*) FROM casework_signal") == [(1,)]
