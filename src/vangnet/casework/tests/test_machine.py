"""SQL by hand as the runtime role: the database knows the same machine, and has no way round it."""

from __future__ import annotations

from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tests import databases

from vangnet.casework.models import Signal
from vangnet.casework.tests.desks import SignalDesk, without_demonstration
from vangnet.identity import token
from vangnet.identity.operator import service_session
from vangnet.vault import actions as vault

STEP = (
    "INSERT INTO casework_step (signal_id, round, code, answer, reasons, by_id, at)"
    " VALUES (%s, %s, %s, %s, %s, %s, now())"
)
END = (
    "UPDATE casework_signal SET status = %s, outcome = %s, route = %s, decided_at = now(),"
    " ends_on = CASE WHEN %s = 'geen' THEN least(ends_on, today() + 365) ELSE ends_on END"
    " WHERE dossier_id = %s"
)
STATUS = {"geen": "geen-vervolg", "nader": "nader-onderzoek"}


@pytest.fixture
def desk(own_database, anna):
    without_demonstration(own_database)
    return SignalDesk(anna)


@contextmanager
def at_work(person, desk):
    with service_session(person), token.for_purpose(desk.purpose.pk), transaction.atomic():
        yield


def refused(statement, *values):
    """Run a statement and take it back; return the code of the refusal, or how many rows it met."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            transaction.set_rollback(True)
            return cursor.rowcount
    except DatabaseError as error:
        return error.__cause__.sqlstate


def reasons(signal, person):
    return vault.add_record(
        signal, category="signaal", text="Waarom", nature="oordeel", reliability="onbekend",
        provenance="analyse", marking="amber", by=person, at=timezone.now(),
    )  # fmt: skip


@contextmanager
def savepoint():
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


@pytest.mark.requirement("WGS-23")
def test_the_database_takes_exactly_the_steps_and_outcomes_of_the_protocol(desk, anna):
    signal = desk.report()
    desk.post("weigh", signal, begin="1")
    seen = set()
    with at_work(anna, desk):
        machine = Signal.objects.select_related("protocol").get(pk=signal).protocol.machine
        why = reasons(UUID(signal), anna)

        def walk(given):
            expected, outcomes = machine.next_step(given), machine.outcomes(given)
            for step in machine.steps:
                for answer in step.answers:
                    values = (signal, 1, step.code, answer.code, why, anna.pk)
                    assert refused(STEP, *values) == (1 if step == expected else "23514"), (given, values)
            for outcome in Signal.Outcome.values:
                status = STATUS.get(outcome, "doorgezet")
                for route in ("",) if outcome in STATUS else Signal.Route.values:
                    fits = outcome in outcomes and route in (machine.routes(outcome) or ("",))
                    taken = refused(END, status, outcome, route, outcome, signal)
                    assert taken == (1 if fits else "23514"), (given, outcome, route)
            seen.add((expected and expected.code, outcomes))
            for answer in expected.answers if expected else ():
                with savepoint(), connection.cursor() as cursor:
                    cursor.execute(STEP, (signal, 1, expected.code, answer.code, why, anna.pk))
                    walk([*given, (expected.code, answer.code)])

        walk([])
    assert len(seen) > 7


@pytest.mark.attack("A-08")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("status = 'doorgezet', outcome = 'gemeente', route = 'riec', decided_at = now()", "23514"),
        ("status = 'geen-vervolg', outcome = 'geen', decided_at = now()", "23514"),
        ("status = 'nieuw'", "23514"),
        ("outcome = 'riec'", "23514"),
        ("route = 'riec'", "23514"),
        ("hinted = 'riec'", "23514"),
        ("decided_at = now()", "23514"),
        ("ends_on = ends_on - 1", "23514"),
        ("ends_on = ends_on + 1", "23514"),
        ("organisation_id = (SELECT id FROM identity_organisation WHERE slug = 'gm0200')", "23514"),
        ("scope_id = scope_id + 1", "23514"),
        ("number = 'GEMEENTE-2026-999999'", "23514"),
        ("received_at = received_at - interval '1 day'", "23514"),
        ("reporter = gen_random_uuid()", "23514"),
        ("protocol_id = protocol_id + 1", "23514"),
        ("place = 'GM0200'", "23514"),
        ("round = round + 1", "23514"),
    ],
)
def test_a08_what_a_signal_is_does_not_change_by_hand(desk, anna, change, code):
    signal = desk.report()
    desk.post("weigh", signal, begin="1")
    with at_work(anna, desk):
        assert refused(f"UPDATE casework_signal SET {change} WHERE dossier_id = %s", signal) == code


@pytest.mark.attack("A-08")
def test_a08_no_follow_up_does_not_take_a_signal_out_of_sight_at_once(desk, anna):
    signal = desk.report()
    desk.post("weigh", signal, begin="1")
    desk.step(signal, "ondermijning", "nee")
    ended = END.replace("today() + 365", "today() + 1")
    with at_work(anna, desk):
        assert refused(ended, "geen-vervolg", "geen", "", "geen", signal) == "23514"
        early = END.replace("decided_at = now()", "decided_at = now() - interval '2 years'")
        assert refused(early, "geen-vervolg", "geen", "", "geen", signal) == "23514"
        assert refused(END, "geen-vervolg", "geen", "", "geen", signal) == 1


@pytest.mark.attack("A-03")
def test_a03_a_term_is_shortened_by_who_weighs_and_never_to_today(desk, anna, petra, bram):
    signal = desk.report()
    shorten = "SELECT vault_shorten_term(%s, today() + %s)"
    for person, days, code in ((petra, 9, "42501"), (bram, 9, "42501"), (anna, 0, "23514"), (anna, 9, 1)):
        with at_work(person, desk):
            assert refused(shorten, signal, days) == code


@pytest.mark.attack("A-03")
def test_a03_a_reporter_is_kept_shorter_only_where_no_follow_up_was_decided(desk, anna, petra, bram):
    signal = desk.report(source="inwoner", name="Wilhelmina Oud")
    for person, code in ((petra, "42501"), (bram, "42501"), (anna, "23514")):
        with at_work(person, desk):
            assert refused("SELECT casework_shorten_reporter(%s)", signal) == code


def test_what_was_decided_and_done_is_not_taken_back_by_hand(desk, anna):
    signal = desk.weighed()
    desk.post("conclude", signal, outcome="gemeente", route="lokaal", partners="2")
    desk.post("act", signal, on=timezone.localdate().isoformat())
    with at_work(anna, desk):
        for change in (
            "acted_at = NULL",
            "acted_at = received_at",
            "route = 'riec'",
            "status = 'in-weging', outcome = '', route = '', hinted = '', decided_at = NULL",
        ):
            assert refused(f"UPDATE casework_signal SET {change} WHERE dossier_id = %s", signal) == "23514"


@pytest.mark.attack("A-08")
def test_a08_a_step_is_one_s_own_with_reasons_of_this_signal_and_is_never_changed(desk, anna, otto):
    signal, other = desk.report(), desk.report()
    desk.post("weigh", signal, begin="1")
    with at_work(anna, desk):
        why, elsewhere = reasons(UUID(signal), anna), reasons(UUID(other), anna)
        told = ("ondermijning", "ja")
        assert refused(STEP, signal, 1, *told, why, anna.pk) == 1
        assert refused(STEP, signal, 1, *told, why, otto.pk) in ("42501", "23514")
        assert refused(STEP, signal, 1, *told, elsewhere, anna.pk) == "23514"
        assert refused(STEP, signal, 2, *told, why, anna.pk) == "23514"
        assert refused(STEP, other, 1, *told, elsewhere, anna.pk) == "23514"  # its weighing has not begun
        assert refused(STEP, uuid4(), 1, *told, why, anna.pk) in ("42501", "23514")
    desk.step(signal, "ondermijning")
    with at_work(anna, desk):
        assert refused("UPDATE casework_step SET answer = 'nee'") == "42501"
        assert refused("DELETE FROM casework_step") == "42501"
        assert refused("DELETE FROM casework_signal") == "42501"
        assert refused("UPDATE casework_protocol SET since = now()") == "42501"
        another = (
            "INSERT INTO casework_protocol (code, version, since, definition) VALUES ('x', 1, now(), '{}')"
        )
        assert refused(another) == "42501"


@pytest.mark.attack("A-03")
@pytest.mark.parametrize("who", ["bram", "petra", "greet", "jan", "esra"])
def test_a03_by_hand_nobody_else_sees_or_moves_a_signal(desk, request, who):
    person = request.getfixturevalue(who)
    signal = desk.report()
    desk.post("weigh", signal, begin="1")
    with at_work(person, desk):
        assert refused("SELECT * FROM casework_signal WHERE dossier_id = %s", signal) == 0
        assert refused("SELECT * FROM casework_step") == 0
        assert refused("UPDATE casework_signal SET branch_id = NULL WHERE dossier_id = %s", signal) == 0
        assert refused(STEP, signal, 1, "ondermijning", "ja", uuid4(), person.pk) in ("42501", "23514")


@pytest.mark.attack("A-03")
def test_a03_a_signal_is_listed_once_by_who_took_it_in(desk, anna, petra, bram):
    signal = desk.report()
    listed = "SELECT casework_list_signal(%s, 'balie', NULL, NULL, NULL, now(), NULL, false)"
    for person, code in ((petra, "42501"), (bram, "42501"), (anna, "23505")):
        with at_work(person, desk):
            assert refused(listed, signal) == code
    with at_work(anna, desk):
        assert refused("INSERT INTO casework_signal SELECT * FROM casework_signal") == "42501"
        assert refused("SELECT casework_last_answer(%s)", signal) == "42501"


def test_a_signal_that_came_before_any_protocol_is_not_listed(desk, own_database):
    with databases.as_owner(own_database) as owner:
        owner.execute("UPDATE casework_protocol SET since = '2999-01-01'")
    answer = desk.post("receive", text="Er stonden drie busjes.", place="GM0301", source="balie")

    assert answer.status_code == 422
    assert "geen weegprotocol" in answer.content.decode()
    assert "geen weegprotocol" in desk.client.get("/signalen/").content.decode()
    assert "niet vast te stellen" in desk.get("routes").content.decode()
