"""Reporters who wanted to hear what became of it are told by who protects them, and by nobody else."""

from __future__ import annotations

import re

import pytest
from tests.logbook import Event

from vangnet.casework.tests.desks import REASONS, REPORTER, SignalDesk, purpose, without_demonstration
from vangnet.vault.tests.offices import browser

PAGE = "/signalen/terugkoppelen/"


@pytest.fixture
def desk(own_database, anna):
    without_demonstration(own_database)
    return SignalDesk(anna)


def passed_on(desk: SignalDesk, **told: str) -> tuple[str, str]:
    """Return a signal that was weighed, and its number."""
    signal = desk.report(**told)
    desk.post("weigh", signal, begin="1")
    for code in REASONS:
        desk.step(signal, code)
    assert desk.post("conclude", signal, outcome="gemeente", route="lokaal", partners="1").status_code == 302
    return signal, re.search(r"GEMEENTE-\d{4}-\d{6}", desk.get("signal", signal).content.decode())[0]


@pytest.mark.attack("A-35")
def test_a35_who_protects_reporters_sees_who_waits_for_word_and_of_which_signal(
    desk, anna, otto, petra, ineke
):
    desk.report(**REPORTER)  # not weighed yet
    passed_on(desk)  # nobody to tell
    signal, number = passed_on(desk, **REPORTER)
    page = browser(otto).get(PAGE).content.decode()
    dossier = re.search(rf"/dossiers/{purpose('melders').pk}/[0-9a-f-]{{36}}/", page)[0]
    opened = browser(otto).get(dossier).content.decode()
    record = re.search(r'value="([0-9a-f-]{36})"', opened)[1]
    words = browser(otto).post(f"{dossier}openen/", {"records": record, "reason": "behandeling"})

    assert re.findall(r"GEMEENTE-\d{4}-\d{6}", page).count(number) == 3  # in its row, and for who hears it
    assert page.count("Dossier van de melder") == 1
    assert "Gemeente heeft de leiding" in page
    assert "Wilhelmina" not in page
    assert "Wilhelmina Oud" in words.content.decode()
    assert "1 melder wacht op bericht" in browser(otto).get("/").content.decode()
    for other in (anna, petra, ineke):
        told = browser(other).post(PAGE, {"signal": signal})
        assert number not in browser(other).get(PAGE).content.decode()
        assert told.status_code in (403, 404)


def test_word_is_given_once_and_stands_with_the_signal(desk, otto):
    signal, number = passed_on(desk, **REPORTER)
    first = browser(otto).post(PAGE, {"signal": signal})
    page = browser(otto).get(PAGE).content.decode()

    assert first["Location"] == PAGE
    assert number not in page
    assert "Niemand wacht op bericht" in page
    assert "gegeven op" in desk.get("signal", signal).content.decode()
    assert Event.objects.filter(verb="casework.signal.reported_back", actor=otto.pk).count() == 1
    for wrong in (signal, "geen-kenmerk", "", "\0"):
        assert browser(otto).post(PAGE, {"signal": wrong}).status_code == 404


def test_many_who_wait_cost_no_more_questions_than_one(desk, otto, django_assert_max_num_queries):
    for _ in range(3):
        passed_on(desk, **REPORTER)
    client = browser(otto)
    client.get(PAGE)
    with django_assert_max_num_queries(8):
        assert client.get(PAGE).content.decode().count("Dossier van de melder") == 3


def test_who_is_not_signed_in_is_asked_to(outsider):
    assert outsider.get(PAGE)["Location"].startswith("/account/login/")
