"""The log: who is taken from the session, nothing can be changed afterwards."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tests import databases
from tests.logbook import Event

from vangnet.audit import log
from vangnet.identity.operator import operator, service_session

pytestmark = pytest.mark.django_db


def test_the_actor_is_the_user_of_the_session(anna):
    subject, at = uuid.uuid4(), timezone.now()
    with service_session(anna):
        log.record("test.done", subject, by=anna, at=at, count=3)

    event = Event.objects.about(subject).get()
    assert (event.actor, event.by, event.at, event.details) == (anna.pk, anna.pk, at, {"count": 3})
    assert abs((event.recorded_at - timezone.now()).total_seconds()) < 5


def test_without_a_session_there_is_no_actor(anna):
    subject = uuid.uuid4()
    log.record("test.done", subject, by=anna, at=timezone.now())

    assert Event.objects.about(subject).get().actor is None


@pytest.mark.attack("A-17")
def test_a_verb_cannot_write_in_the_name_of_another_session(anna, bram):
    subject = uuid.uuid4()
    with service_session(anna):
        log.record("test.done", subject, by=bram, at=timezone.now())

    event = Event.objects.about(subject).get()
    assert event.actor == anna.pk != event.by


@pytest.mark.attack("A-16")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET verb = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "INSERT INTO audit_event (recorded_at, verb, subject, at, details)"
        " VALUES (now(), 'x', 'y', now(), '{}')",
    ],
)
def test_the_runtime_role_cannot_change_the_log(statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.attack("A-16")
@pytest.mark.parametrize("statement", ["UPDATE audit_event SET verb = 'x'", "DELETE FROM audit_event"])
def test_even_the_owner_of_the_table_is_stopped(statement):
    import psycopg

    name = connection.settings_dict["NAME"]
    with databases.as_owner(name) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(statement)


def test_loading_the_region_pack_is_on_record():
    verbs = set(Event.objects.values_list("verb", flat=True))

    assert {"places.geography.recorded", "figures.import.saved", "strategy.recorded"} <= verbs
    # Invented dossiers, signals and cases are the work of the cast; the lists to weigh them by are not.
    of_a_case = "case|task|measure|decision|contribution|child|offer"
    of_signals = "signal|weighing|step|public_form|partner_report|meeting"
    of_bodies = r"meetings|cooperation\.(?!tables)|strategy\.(?!recorded)"
    of_the_cast = rf"^(vault|{of_bodies}|casework\.({of_signals}|{of_a_case}))"
    public = Event.objects.exclude(verb__regex=of_the_cast)
    assert "casework.protocol.recorded" in set(public.values_list("verb", flat=True))
    assert set(public.exclude(actor=operator().pk).values_list("verb", flat=True)) == set()
