"""Nobody reads without a line of the log that was committed before: killed, broken off, twice at once."""

import contextlib
import os
import secrets
import subprocess
import sys
import threading
import time
from datetime import date, timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory
from django.utils import timezone
from tests import databases

from vangnet.identity import session, token
from vangnet.identity.rules import NotPermitted
from vangnet.vault import actions, doors

pytestmark = pytest.mark.usefixtures("own_database")
OLDER = (
    "ALTER TABLE audit_event DISABLE TRIGGER USER;"
    " UPDATE audit_event SET recorded_at = recorded_at {} interval '{}' WHERE id = {};"
    " ALTER TABLE audit_event ENABLE TRIGGER USER"
)


def read(line):
    with transaction.atomic(durable=True), doors.rules():
        return doors.rows("vault_open", line)


@pytest.mark.attack("A-15")
@pytest.mark.requirement("I5")
def test_a_reading_has_its_line_before_it_and_the_line_works_once(case, esra, opened_lines, chain):
    with case.session(esra):
        (line,) = case.announce(case.records[0])
        assert [row[0] for row in opened_lines()] == [line]
        assert chain()
        assert len(read(line)) == 1
        with pytest.raises(NotPermitted):
            read(line)
    assert [row[0] for row in opened_lines()] == [line]


@pytest.mark.attack("A-15")
@pytest.mark.requirement("I5")
def test_a_line_that_is_not_committed_gives_nothing(case, esra, opened_lines):
    with case.session(esra):
        with pytest.raises(NotPermitted):
            _read_in_the_transaction_of_the_line(case)
        assert opened_lines() == []
        with pytest.raises(RuntimeError), transaction.atomic():
            case.open(esra)  # inside another transaction it could be rolled back
    assert opened_lines() == []


def _read_in_the_transaction_of_the_line(case):
    with transaction.atomic(), doors.rules():
        rows = doors.call("vault_announce", case.records[:1], "overleg", None, timezone.now())
        doors.rows("vault_open", rows[0][0])


def _cut_off(pid, database):
    """End a connection of the application, as that role may itself."""
    with psycopg.connect(databases.on_database(settings.URLS.app, database)) as another:
        assert another.execute("SELECT pg_terminate_backend(%s)", [pid]).fetchone() == (True,)


def _break_while_reading(line, database):
    with transaction.atomic(durable=True):
        assert len(doors.rows("vault_open", line)) == 1
        _cut_off(connection.connection.info.backend_pid, database)
        doors.one("today")


@pytest.fixture
def key(esra):
    """A strong session of Esra that other processes can use."""
    key = secrets.token_urlsafe(32)
    session.serve(
        key,
        user_id=esra.pk,
        organisation_id=None,
        strong=True,
        expires_at=timezone.now() + timedelta(hours=1),
    )
    return key


@pytest.mark.attack("A-15")
@pytest.mark.requirement("I5")
def test_killed_between_line_and_reading_the_line_stays(
    case, key, own_database, esra, lotte, opened_lines, as_owner, chain
):
    line = _killed_after_announcing(case, key, own_database)

    assert opened_lines() == [(line, str(case.records[0]), esra.pk, "toegestaan")]
    assert chain()
    assert as_owner("SELECT count(*) FROM vault_reading") == [(0,)]
    with case.session(lotte), pytest.raises(NotPermitted):  # of the same organisation, but another
        read(line)
    with token.use(key), token.for_purpose(case.other.pk), pytest.raises(NotPermitted):
        read(line)
    as_owner(OLDER.format("-", "61 seconds", line))
    with token.use(key), token.for_purpose(case.purpose.pk), pytest.raises(NotPermitted):
        read(line)
    assert as_owner("SELECT count(*) FROM vault_reading") == [(0,)]


@pytest.mark.attack("A-15")
@pytest.mark.requirement("I5")
def test_cut_off_by_the_database_between_line_and_reading_the_line_stays(
    case, esra, opened_lines, as_owner, owner_connection, own_database
):
    """The way of the pages, held up where the reading begins: its line is there for all to see."""
    failed = []

    def read_as_a_page_does():
        try:
            with case.session(esra):
                case.open(esra, case.records[0])
        except DatabaseError as error:
            failed.append(error)
        finally:
            connection.close()

    with owner_connection() as held, held.transaction():
        held.execute("LOCK TABLE vault_reading IN ACCESS EXCLUSIVE MODE")
        reader = threading.Thread(target=read_as_a_page_does)
        reader.start()
        waiting = "SELECT pid FROM pg_locks WHERE relation = 'vault_reading'::regclass AND NOT granted"
        for _ in range(200):
            if found := as_owner(waiting):
                break
            time.sleep(0.02)
        lines = opened_lines()
        _cut_off(found[0][0], own_database)
        reader.join(timeout=20)

    assert len(lines) == 1
    assert opened_lines() == lines
    assert failed
    assert as_owner("SELECT count(*) FROM vault_reading") == [(0,)]


def _killed_after_announcing(case, key, database):
    words = [str(case.records[0]), str(case.purpose.pk)]
    surroundings = os.environ | {
        "SESSION": key,
        "DATABASE_URL": _address(database),
        "DJANGO_SETTINGS_MODULE": "vangnet.config.settings",
        "VANGNET_KEY_FILE": str(settings.KEY_FILE),
    }
    command = [sys.executable, "-m", "vangnet.vault.tests.readings.announcer", *words]
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True) as process:
        line = int(process.stdout.readline())
        process.kill()
    assert process.returncode == -9
    return line


def _address(database):
    parameters = connection.get_connection_params()
    host, port = parameters["host"], parameters.get("port") or ""
    user, password = parameters["user"], parameters.get("password") or ""
    return f"postgresql:///{database}?host={host}&port={port}&user={user}&password={password}"


@pytest.mark.attack("A-15")
@pytest.mark.requirement("I5")
def test_a_connection_that_breaks_during_the_reading_leaves_the_line(
    case, esra, opened_lines, own_database, chain
):
    with case.session(esra):
        (line,) = case.announce(case.records[0])
        with pytest.raises(DatabaseError):
            _break_while_reading(line, own_database)
        connection.close()
        assert [row[0] for row in opened_lines()] == [line]
        assert chain()
        # What was broken off was read by nobody; its line still gives the one reading that it is for.
        assert len(read(line)) == 1


@pytest.mark.attack("A-15")
@pytest.mark.requirement("I5")
def test_an_error_in_the_page_after_the_reading_leaves_the_line(case, esra, opened_lines, chain):
    @transaction.non_atomic_requests
    def view(request):
        case.open(esra, case.records[0])
        raise ZeroDivisionError

    with case.session(esra), pytest.raises(ZeroDivisionError):
        view(RequestFactory().get("/"))
    assert len(opened_lines()) == 1
    assert chain()


@pytest.mark.attack("A-15")
@pytest.mark.requirement("I5")
def test_what_is_refused_is_on_record_too(case, carla, anna, opened_lines, chain):
    for person in (carla, anna):
        with case.session(person), pytest.raises(NotPermitted):
            case.open(person, case.records[0])

    assert [row[2:] for row in opened_lines()] == [(carla.pk, "geweigerd"), (anna.pk, "geweigerd")]
    assert chain()


@pytest.mark.attack("A-15")
@pytest.mark.requirement("I5")
def test_two_who_open_at_once_give_two_lines_and_a_chain_without_gaps(case, esra, lotte, opened_lines, chain):
    start, found = threading.Barrier(2), {}

    def work(user):
        with contextlib.closing(connection), case.session(user):
            start.wait(10)
            found[user.pk] = [case.open(user)[0].text for _ in range(5)]

    threads = [threading.Thread(target=work, args=[user]) for user in (esra, lotte)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert found == {esra.pk: ["eerste geheim"] * 5, lotte.pk: ["eerste geheim"] * 5}
    assert len(opened_lines()) == 20  # two records, five times, two people
    assert len({row[0] for row in opened_lines()}) == 20
    assert chain()


@pytest.mark.attack("A-15")
@pytest.mark.requirement("I5")
def test_one_line_used_twice_at_once_gives_one_reading(case, key, opened_lines):
    with token.use(key), token.for_purpose(case.purpose.pk):
        (line,) = case.announce(case.records[0])
    start, results = threading.Barrier(2), []

    def work():
        with contextlib.closing(connection), token.use(key), token.for_purpose(case.purpose.pk):
            start.wait(10)
            try:
                results.append(len(read(line)))
            except NotPermitted:
                results.append(0)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(results) == [0, 1]


@pytest.mark.attack("A-16")
def test_a_line_from_a_clock_that_was_ahead_gives_nothing(case, esra, as_owner):
    with case.session(esra):
        (line,) = case.announce(case.records[0])
        as_owner(OLDER.format("+", "1 hour", line))
        with pytest.raises(NotPermitted):
            read(line)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-03-28T22:59:59Z", "2026-03-28"),  # winter: an hour before UTC
        ("2026-03-28T23:00:00Z", "2026-03-29"),
        ("2026-03-29T21:59:59Z", "2026-03-29"),  # the clock went forward that night
        ("2026-03-29T22:00:00Z", "2026-03-30"),
        ("2026-10-24T21:59:59Z", "2026-10-24"),
        ("2026-10-24T22:00:00Z", "2026-10-25"),
        ("2026-10-25T22:59:59Z", "2026-10-25"),  # the clock went back: this day had 25 hours
        ("2026-10-25T23:00:00Z", "2026-10-26"),
    ],
)
def test_the_day_of_the_rules_is_the_dutch_day(as_owner, instant, day):
    ((source,),) = as_owner("SELECT pg_get_functiondef('today()'::regprocedure)")
    expression = source.partition("RETURN ")[2].strip().rstrip(";")

    assert "Europe/Amsterdam" in expression
    at = expression.replace("CURRENT_TIMESTAMP", f"'{instant}'::timestamptz")
    at = at.replace("now()", f"'{instant}'::timestamptz")
    assert at != expression
    assert as_owner(f"SELECT ({at})::date::text") == [(day,)]


PSEUDONYMS = "SELECT pseudonym FROM vault_subject WHERE dossier_id = %s"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.requirement("AVG-30")
def test_each_data_subject_gets_a_processing_line_without_who_read(case, esra, as_owner):
    with case.session(esra, trace=TRACE):
        case.open(esra, case.records[0])
    rows = as_owner(
        "SELECT p.data_subject, p.activity, p.name, p.status, p.trace_id, p.span_id, p.parent_span_id,"
        " to_jsonb(p)::text FROM audit_processing p WHERE p.name = 'raadplegen'"
    )
    known = {row[0] for row in as_owner(PSEUDONYMS, case.dossier)}

    assert len(rows) == len(known) == 2
    assert {row[0] for row in rows} == known
    assert {row[1:5] for row in rows} == {("urn:proef:casusoverleg", "raadplegen", "Ok", TRACE[3:35])}
    assert len({row[5] for row in rows}) == 2
    for row in rows:
        for told in (str(esra.pk), esra.email, esra.name, "Verzonnen", "Bedacht", str(case.records[0])):
            assert told not in row[7]
    joined = as_owner(
        "SELECT DISTINCT e.actor, e.subject, e.span_id FROM audit_event e"
        " JOIN audit_processing p USING (trace_id) WHERE e.verb = 'vault.record.opened'"
    )
    assert joined == [(esra.pk, str(case.records[0]), rows[0][6])]


@pytest.mark.requirement("AVG-30")
def test_a_refused_reading_gives_no_processing_line(case, carla, as_owner):
    with case.session(carla), pytest.raises(NotPermitted):
        case.open(carla)

    assert as_owner("SELECT count(*) FROM audit_processing WHERE name = 'raadplegen'") == [(0,)]


@pytest.mark.requirement("AVG-30")
def test_a_pseudonym_is_of_one_purpose(case, esra, as_owner):
    def add(dossier):
        actions.add_subject(
            dossier,
            name="Piet Verzonnen",
            born=date(1980, 1, 1),
            capacity="verdachte",
            is_minor=False,
            by=esra,
            at=timezone.now(),
        )

    with case.session(esra):
        add(case.dossier)
    with case.session(esra, purpose=case.other):
        dossier, _ = actions.open_dossier(purpose=case.other, tier=1, by=esra, at=timezone.now())
        add(dossier)
    here, there = (as_owner(PSEUDONYMS, one) for one in (case.dossier, dossier))

    assert (len(here), len(there)) == (3, 1)
    assert set(here).isdisjoint(there)


def test_somebody_whose_birth_date_is_unknown_can_be_added(case, esra, as_owner):
    with case.session(esra):
        actions.add_subject(
            case.dossier,
            name="Onbekend Geboren",
            born=None,
            capacity="getuige",
            is_minor=False,
            by=esra,
            at=timezone.now(),
        )

    assert len(as_owner(PSEUDONYMS, case.dossier)) == 3
