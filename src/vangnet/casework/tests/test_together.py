"""Two people at the same time, each on a connection of their own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests import databases

from vangnet.casework.tests.desks import SEEN, SignalDesk

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
    routes = ("lokaal", "riec")
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


def test_ten_reports_at_once_get_ten_numbers(desks, own_database):
    before = count(own_database, "SELECT count(*) FROM casework_signal")
    answers = at_once(*[lambda d=desk: d.post("receive", **_report()) for desk in desks * 5])

    assert {answer.status_code for answer in answers} == {302}
    assert count(own_database, "SELECT count(DISTINCT number) FROM casework_signal") == before + 10


def _report():
    return {"text": SEEN, "place": "GM0301", "source": "balie"}
