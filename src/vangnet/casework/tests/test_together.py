"""Two people at the same time, each on a connection of their own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests import databases

from vangnet.casework.tests.desks import SEEN, SignalDesk, without_demonstration
from vangnet.casework.tests.meetings import Meetings, in_days

TYPED = "Dit typte ik net op, en het is lang genoeg."


@pytest.fixture
def desks(own_database, anna, otto):
    return SignalDesk(anna), SignalDesk(otto)


def at_once(*tasks):
    """Start every task at the same moment in a thread with a connection of its own."""
    start = threading.Barrier(len(tasks))

    def run(task):
        start.wait()
        try:
            return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return sorted(pool.map(run, tasks), key=lambda answer: answer.status_code)


def count(name, query, *values):
    with databases.as_owner(name) as owner:
        return owner.execute(query, values).fetchone()[0]


@pytest.mark.requirement("WGS-23")
@pytest.mark.parametrize("again", range(3))
def test_of_two_assessors_one_takes_the_step_and_the_other_keeps_what_was_typed(desks, own_database, again):
    signal = desks[0].report()
    desks[0].post("weigh", signal, begin="1")
    first, second = at_once(
        *[lambda d=desk: d.step(signal, "ondermijning", **{"reden-waarom": TYPED}) for desk in desks]
    )

    assert (first.status_code, second.status_code) == (302, 409)
    assert TYPED in second.content.decode()
    assert "was u voor" in second.content.decode()
    assert count(own_database, "SELECT count(*) FROM casework_step WHERE signal_id = %s", signal) == 1
    # What was reported, and one record with reasons: the other left nothing behind.
    assert count(own_database, "SELECT count(*) FROM vault_record WHERE dossier_id = %s", signal) == 2


def test_of_two_outcomes_one_holds(desks, own_database):
    signal = desks[0].weighed()
    routes = ("lokaal", "gemeentelijk")
    first, second = at_once(
        *[
            lambda d=desk, r=route: d.post("conclude", signal, outcome="gemeente", route=r, partners="1")
            for desk, route in zip(desks, routes, strict=True)
        ]
    )

    assert (first.status_code, second.status_code) == (302, 409)
    assert "al afgesloten" in second.content.decode()


def test_who_begins_second_is_told(desks):
    signal = desks[0].report()
    answers = at_once(*[lambda d=desk: d.post("weigh", signal, begin="1") for desk in desks])

    assert [answer.status_code for answer in answers] == [302, 302]
    assert sum(answer["Location"].endswith("/wegen/") for answer in answers) == 1


def test_of_two_who_prepare_a_meeting_at_once_one_does_and_the_other_is_told(desks, own_database):
    without_demonstration(own_database)
    first, second = at_once(*[lambda d=desk: d.post("meeting_new", held_on=in_days(1)) for desk in desks])

    assert (first.status_code, second.status_code) == (302, 409)
    assert count(own_database, "SELECT count(*) FROM casework_meeting") == 1


def test_of_two_who_arrange_an_agenda_at_once_one_does_and_nothing_is_overwritten(desks, own_database):
    without_demonstration(own_database)
    signals = [desks[0].report() for _ in range(3)]
    held = Meetings(desks[0])
    meeting = held.prepare()
    seen = held.version(meeting)
    gone = [{f"weg-{signal}": "on"} for signal in signals[:2]]
    first, second = at_once(
        *[
            lambda d=desk, t=told: d.post("meeting_arrange", meeting, version=seen, **t)
            for desk, told in zip(desks, gone, strict=True)
        ]
    )

    assert (first.status_code, second.status_code) == (302, 409)
    assert "intussen gewijzigd" in second.content.decode()
    assert count(own_database, "SELECT count(*) FROM casework_item") == 2


def test_of_two_who_close_a_meeting_one_does(desks, own_database):
    without_demonstration(own_database)
    desks[0].report()
    meeting = Meetings(desks[0]).prepare()
    at_once(*[lambda d=desk: d.post("meeting_close", meeting) for desk in desks])

    assert count(own_database, "SELECT count(*) FROM casework_meeting WHERE closed_at IS NOT NULL") == 1
    assert count(own_database, "SELECT count(*) FROM casework_item WHERE status = 'doorgeschoven'") == 1


def test_ten_reports_at_once_get_ten_numbers(desks, own_database):
    before = count(own_database, "SELECT count(*) FROM casework_signal")
    answers = at_once(*[lambda d=desk: d.post("receive", **_report()) for desk in desks * 5])

    assert {answer.status_code for answer in answers} == {302}
    assert count(own_database, "SELECT count(DISTINCT number) FROM casework_signal") == before + 10


def _report():
    return {"text": SEEN, "place": "GM0301", "source": "balie"}
