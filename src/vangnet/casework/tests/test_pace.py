"""How long signals took: the days between moments, per year, of what the session sees."""

import statistics
from datetime import timedelta

import pytest
from django.utils import timezone
from tests import databases

from vangnet.casework.tests.desks import SignalDesk, without_demonstration
from vangnet.vault.tests.offices import browser

DAYS = (1, 2, 4, 8, 30)


@pytest.fixture
def desk(own_database, anna):
    without_demonstration(own_database)
    return SignalDesk(anna)


def decided(name, signal, days, *, acted=None, asks=False):
    """Write down that a signal was decided on some days after its report, and what was done since."""
    told = "received_at + interval '1 day' *"
    with databases.as_owner(name) as owner:
        owner.execute("ALTER TABLE casework_signal DISABLE TRIGGER USER")
        owner.execute(
            f"""UPDATE casework_signal SET status = 'doorgezet', outcome = 'gemeente', route = 'gemeentelijk',
                decided_at = {told} %s, acted_at = {told} %s::int, wants_feedback = %s
                WHERE dossier_id = %s""",
            [days, acted, asks, signal],
        )
        owner.execute("ALTER TABLE casework_signal ENABLE TRIGGER USER")


def shown(desk):
    return desk.get("pace").context["years"]


def test_half_and_nine_of_ten_are_those_of_an_independent_computation(desk, own_database):
    for days in DAYS:
        decided(own_database, desk.report(), days, acted=days + 3)
    (year,) = shown(desk)
    decision, action, word = (row["pace"] for row in year["rows"])

    assert year["year"] == timezone.localdate(timezone.now() + timedelta(days=4)).year
    assert (decision.signals, decision.median) == (5, pytest.approx(statistics.median(DAYS)))
    assert decision.ninetieth == pytest.approx(statistics.quantiles(DAYS, n=10, method="inclusive")[8])
    assert action.median == pytest.approx(decision.median + 3)
    assert word.signals == 0


def test_what_is_still_open_is_said_and_a_few_signals_have_no_duration(desk, own_database):
    for days, acted in ((1, 2), (2, None), (3, None), (4, None)):
        decided(own_database, desk.report(), days, acted=acted, asks=days < 3)
    text = desk.get("pace").content.decode()

    assert "3 van 4 doorgezet" in text
    assert "2 van 2 die het wilden" in text
    assert "te weinig om iets te zeggen" in text


def test_without_decisions_the_page_says_so(desk):
    desk.report()

    assert "niet vast te stellen" in desk.get("pace").content.decode()


def test_a01_nobody_else_sees_how_long_it_took(desk, outsider, carla):
    address = desk.address("pace")

    assert browser(carla).get(address).status_code == 404
    assert outsider.get(address).status_code == 302


def test_the_page_takes_few_queries(desk, own_database, django_assert_max_num_queries):
    for days in DAYS:
        decided(own_database, desk.report(), days)
    with django_assert_max_num_queries(15):
        assert desk.get("pace").status_code == 200
