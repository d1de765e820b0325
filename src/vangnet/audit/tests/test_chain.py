"""The chain over the log, and who may write and read which rows."""

import hashlib

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from tests import databases
from tests.logbook import Event

from vangnet.audit import log
from vangnet.audit.models import Event as VisibleEvent
from vangnet.identity.operator import service_session


def links(name):
    with databases.as_owner(name) as owner:
        return owner.execute(
            "SELECT l.number, l.previous, l.hash, audit_line(l.number, e)"
            " FROM audit_link l JOIN audit_event e ON e.id = l.event_id ORDER BY l.number"
        ).fetchall()


def test_each_row_is_linked_to_the_one_before_at_commit(own_database):
    log.record("test.first", "x", by=None, at=timezone.now())
    log.record("test.second", "x", by=None, at=timezone.now())

    chain = links(own_database)
    assert [number for number, *_ in chain] == list(range(1, Event.objects.count() + 1))
    before = hashlib.sha256(b"vangnet").digest()
    for _, previous, hash_, line in chain:
        assert previous == before
        assert hash_ == hashlib.sha256(previous + line.encode()).digest()
        before = hash_


def test_a_rolled_back_transaction_leaves_no_gap(own_database):
    with transaction.atomic():
        log.record("test.undone", "x", by=None, at=timezone.now())
        transaction.set_rollback(True)
    log.record("test.kept", "x", by=None, at=timezone.now())

    numbers = [number for number, *_ in links(own_database)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert '"test.kept"' in links(own_database)[-1][3]


@pytest.mark.parametrize("verb", ["audit.log.consulted", "vault.record.opened", "Bad verb", "x\ny", ""])
@pytest.mark.django_db
def test_reserved_and_malformed_verbs_are_refused(verb):
    values = [verb, "x", timezone.now()]
    for call in (
        "SELECT audit_record(%s, %s, NULL, %s, '{}')",
        "SELECT audit_write(%s, %s, NULL, %s, '{}', NULL, 'toegestaan', '', NULL)",
    ):
        with pytest.raises(Exception, match=r"written by the database itself|a verb is lower-case"):  # noqa: SIM117
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(call, values)


@pytest.mark.django_db
def test_a_session_sees_its_own_rows_and_no_other(anna, otto):
    for person in (anna, otto):
        with service_session(person):
            log.record("test.done", person.pk, by=person, at=timezone.now())

    with service_session(anna):
        assert set(VisibleEvent.objects.values_list("actor", flat=True)) == {anna.pk}
    assert VisibleEvent.objects.count() == 0


def sees_the_rows_of(person):
    with transaction.atomic():  # a transaction is what carries the session
        return VisibleEvent.objects.filter(actor=person.pk).exists()


def do_something(person):
    with service_session(person), transaction.atomic():
        log.record("test.done", "x", by=person, at=timezone.now())


def test_the_log_of_an_organisation_opens_after_a_committed_question(privacy_officer, anna):
    do_something(anna)

    with service_session(privacy_officer):
        assert not sees_the_rows_of(anna)
        with transaction.atomic():
            assert log.consult("interne_controle", at=timezone.now())
            assert not sees_the_rows_of(anna), "the question itself is not committed yet"
        assert sees_the_rows_of(anna)
    with service_session(anna):
        assert sees_the_rows_of(anna)
        assert not sees_the_rows_of(privacy_officer)


def test_a_question_for_another_purpose_opens_nothing_and_is_on_record(privacy_officer, anna):
    do_something(anna)
    with service_session(privacy_officer):
        with transaction.atomic():
            assert not log.consult("beoordelingsgesprek", at=timezone.now())
        assert not sees_the_rows_of(anna)

    row = Event.objects.get(verb="audit.log.consulted")
    assert (row.outcome, row.reason, row.actor) == ("geweigerd", "geen_rechtmatig_doel", privacy_officer.pk)


@pytest.mark.django_db
def test_who_is_no_privacy_officer_opens_nothing(anna):
    with service_session(anna):
        assert not log.consult("interne_controle", at=timezone.now())

    assert Event.objects.get(verb="audit.log.consulted").outcome == "geweigerd"


@pytest.mark.parametrize("table", ["audit_event", "audit_link", "audit_processing"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.django_db
def test_even_the_owner_changes_nothing(table, statement):
    column = "number" if table == "audit_link" else "id"
    name = connection.settings_dict["NAME"]
    with databases.as_owner(name) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(statement.format(table, column, column))


@pytest.mark.django_db
def test_the_weak_role_reads_neither_links_nor_lines_about_data_subjects():
    for table in ("audit_link", "audit_processing"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")


def test_a_line_about_a_data_subject_carries_the_trace_of_the_request(own_database):
    trace, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vangnet.trace', %s, true)", [f"{trace}-{span}"])
        cursor.execute("SELECT audit_processing_line('urn:activity:1', 'vault.open', 'pseudonym-1', 'Ok')")
        log.record("test.done", "traced", by=None, at=timezone.now())
    event = Event.objects.about("traced").get()

    with databases.as_owner(own_database) as owner:
        (row,) = owner.execute(
            "SELECT trace_id, parent_span_id, span_id, status FROM audit_processing WHERE trace_id = %s",
            [trace],
        )
    assert (event.trace_id, event.span_id) == row[:2] == (trace, span)
    assert len(row[2]) == 16
    assert row[2] != span
