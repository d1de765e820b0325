"""Exports: what was permitted when it was asked counts for nothing; the job and the link ask again."""

import re

import pytest
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from tests import databases
from tests.logbook import Event

from vangnet.agreements import actions as agreements
from vangnet.agreements.models import Authorisation
from vangnet.identity.operator import operator, service_session
from vangnet.vault.tests.offices import RECORD, Office

LINK = re.compile(r'href="(/dossiers/[^"]+/export/[^"]+/)" download')


@pytest.fixture
def office(own_database, anna, carla, daan, esra, karel, lotte, nora):
    cast = {"anna": anna, "carla": carla, "daan": daan, "esra": esra}
    return Office(cast | {"karel": karel, "lotte": lotte, "nora": nora})


@pytest.fixture
def dossier(office):
    return office.a_dossier()


def work():
    """Do what waits in the queue, with a worker of its own."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def ask(office, dossier, who="esra"):
    record = office.a_record(dossier)
    answer = office.post(who, "export", dossier, records=[record], reason="overleg")
    assert answer.status_code == 302, answer.content.decode()
    return record


def links(office, dossier, who="esra"):
    return LINK.findall(office.get(who, "export", dossier).content.decode())


def revoke(person):
    with service_session(operator()), transaction.atomic():
        for given in Authorisation.objects.filter(user=person, revoked_at=None):
            agreements.revoke(given, by=operator(), at=timezone.now())


def test_a_file_is_made_by_a_job_and_fetched_once_with_a_line_for_every_opening(office, dossier):
    record = ask(office, dossier)
    work()
    (link,) = links(office, dossier)
    answer = office.of("esra").get(link)

    assert answer.status_code == 200
    assert RECORD["text"] in answer.content.decode()
    assert "TLP:AMBER" in answer.content.decode()
    assert answer["Content-Disposition"].startswith("attachment")
    opened = Event.objects.filter(verb="vault.record.opened", subject=record, outcome="toegestaan")
    assert opened.count() == 2
    assert office.of("esra").get(link).status_code == 404


@pytest.mark.attack("A-09")
def test_a09_a_queued_export_makes_nothing_after_the_authorisation_was_revoked(office, dossier, esra):
    ask(office, dossier)
    revoke(esra)
    work()

    with databases.as_owner(this_database()) as owner:
        rows = owner.execute("SELECT state, stored_as FROM vault_export").fetchall()
    assert rows == [("geweigerd", "")]


@pytest.mark.attack("A-09")
def test_a09_a_signed_link_gives_nothing_after_the_authorisation_was_revoked(office, dossier, esra):
    ask(office, dossier)
    work()
    (link,) = links(office, dossier)
    revoke(esra)

    assert office.of("esra").get(link).status_code == 404


@pytest.mark.attack("A-01", "A-10")
def test_a10_a_link_of_another_or_a_forged_one_gives_nothing(office, dossier):
    ask(office, dossier)
    work()
    (link,) = links(office, dossier)
    forged = link.rstrip("/")[:-2] + ("aa/" if not link.endswith("aa/") else "bb/")

    assert office.of("lotte").get(link).status_code == 404
    assert office.of("carla").get(link).status_code == 404
    assert office.of("esra").get(forged).status_code == 404
    assert office.of("esra").get(link).status_code == 200


def test_the_queue_and_the_table_hold_ids_and_no_content(office, dossier):
    ask(office, dossier)

    with databases.as_owner(this_database()) as owner:
        jobs = owner.execute(
            "SELECT args::text FROM procrastinate_jobs WHERE queue_name = 'vault'"
        ).fetchall()
        rows = owner.execute("SELECT vault_export::text FROM vault_export").fetchall()
    assert jobs
    assert rows
    assert RECORD["text"] not in f"{jobs}{rows}"


def test_without_a_fresh_proof_nothing_is_asked(office, dossier):
    record = office.a_record(dossier)
    with databases.as_owner(this_database()) as owner:
        owner.execute("UPDATE identity_session SET proven_at = now() - interval '6 minutes'")
    answer = office.post("esra", "export", dossier, records=[record], reason="overleg")

    assert answer.status_code == 302
    assert "/account/bevestigen/" in answer["Location"]


def this_database():
    from django.db import connection

    return connection.settings_dict["NAME"]
