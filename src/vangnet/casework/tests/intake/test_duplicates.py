"""Signals that look alike are shown, and somebody says what to think of it; nothing merges."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests import databases
from tests.logbook import Event

from vangnet.casework.tests.desks import REPORT, SignalDesk
from vangnet.vault.tests.offices import browser

TODAY = timezone.localdate()


@pytest.fixture
def desk(own_database, anna):
    return SignalDesk(anna)


def seen(days_ago):
    return (TODAY - timedelta(days=days_ago)).isoformat()


def number(desk, signal):
    return desk.get("signal", signal).content.decode().split("<h1")[1].split("Signaal ")[1].split("<")[0]


def test_a_signal_of_the_same_kind_and_place_within_two_weeks_is_shown(desk):
    first, other = desk.report(observed_on=seen(20)), desk.report(observed_on=seen(6))
    page = desk.get("signal", first).content.decode()

    assert "Lijkt op" in page
    assert number(desk, other) in page
    assert number(desk, first) in desk.get("signal", other).content.decode()


@pytest.mark.parametrize(
    "changed",
    [{"place": "GM0200"}, {"branch": "horeca"}, {"phenomenon": "hennep"}, {"observed_on": seen(21)}],
)
def test_what_differs_in_place_kind_or_time_does_not_look_alike(desk, changed):
    first = desk.report(observed_on=seen(6))
    desk.report(**{"observed_on": seen(6), **changed})

    assert "Lijkt op" not in desk.get("signal", first).content.decode()


def test_the_page_opens_of_a_signal_seen_in_the_first_year(desk, own_database):
    """Such a day was taken in before a form refused it."""
    signal = desk.report()
    with databases.as_owner(own_database) as owner:
        owner.execute("UPDATE casework_signal SET observed_on = '0001-01-03'")

    assert desk.get("signal", signal).status_code == 200


def test_a_day_of_another_age_is_refused_at_the_desk(desk):
    answer = desk.post("receive", **REPORT, observed_on="0001-01-03")

    assert answer.status_code == 422
    assert "Deze dag ligt voor 1990" in answer.content.decode()


def test_without_branch_and_phenomenon_nothing_looks_alike(desk):
    first = desk.report(branch="", phenomenon="")
    desk.report(branch="", phenomenon="")

    assert "Lijkt op" not in desk.get("signal", first).content.decode()


def test_somebody_says_that_two_belong_together_and_nothing_merges(desk, anna, own_database):
    first, other = desk.report(), desk.report()
    answer = desk.post("likeness", first, ander=other, oordeel="hoort-bij")
    pages = [desk.get("signal", one).content.decode() for one in (first, other)]

    assert answer.status_code == 302
    for page in pages:
        assert "Hoort bij elkaar" in page
        assert "Lijkt op" not in page
    with databases.as_owner(own_database) as owner:
        assert owner.execute("SELECT count(*) FROM casework_signal").fetchone()[0] == 2
    assert Event.objects.filter(verb="casework.likeness.judged", by=anna.pk).exists()


def test_somebody_says_no_and_it_is_not_suggested_again_until_said_otherwise(desk):
    first, other = desk.report(), desk.report()
    desk.post("likeness", other, ander=first, oordeel="nee")
    after = desk.get("signal", first).content.decode()
    desk.post("likeness", first, ander=other, oordeel="hoort-bij")

    assert "Lijkt op" not in after
    assert "Hoort bij elkaar" not in after
    assert "Hoort bij elkaar" in desk.get("signal", other).content.decode()


@pytest.mark.attack("A-01")
def test_a01_what_one_does_not_see_is_not_judged(desk, petra, carla, own_database):
    first, other = desk.report(), desk.report()
    for person in (petra, carla):
        told = {"ander": other, "oordeel": "nee"}
        assert browser(person).post(desk.address("likeness", first), told).status_code == 404
    bad = [{"ander": first}, {"ander": "onzin"}, {"ander": "00000000-0000-4000-8000-000000000000"}]
    for told in [*bad, {"ander": other, "oordeel": "misschien"}]:
        assert desk.post("likeness", first, **{"oordeel": "nee", **told}).status_code == 404
    with databases.as_owner(own_database) as owner:
        assert owner.execute("SELECT count(*) FROM casework_likeness").fetchone()[0] == 0


def test_the_page_of_a_signal_asks_few_questions(desk, django_assert_max_num_queries):
    first = desk.report()
    for _ in range(4):
        desk.post("likeness", first, ander=desk.report(), oordeel="hoort-bij")
        desk.report()
    with django_assert_max_num_queries(15):
        desk.get("signal", first)
