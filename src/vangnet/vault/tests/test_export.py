"""Exports: what was permitted when it was asked counts for nothing; the job and the link ask again."""

import re

import pytest
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from tests import databases
from tests.logbook import Event

from vangnet.agreements import actions as agreements
from vangnet.agreements.models import Authorisation
from vangnet.identity.operator import operator, service_session
from vangnet.identity.rules import NotPermitted
from vangnet.vault import doors, tasks
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


def end_of_time():
    with databases.as_owner(this_database()) as owner:
        owner.execute("UPDATE vault_export SET until = now() WHERE until IS NOT NULL")


def test_a_file_that_nobody_fetches_is_wiped_when_its_time_is_over_and_that_is_logged(office, dossier):
    ask(office, dossier)
    work()
    (link,) = links(office, dossier)
    with databases.as_owner(this_database()) as owner:
        ((pk, name),) = owner.execute("SELECT id::text, stored_as FROM vault_export").fetchall()
    tasks.expire_exports(0)
    assert storages["vault"].exists(name)

    end_of_time()
    assert links(office, dossier) == []
    assert office.of("esra").get(link).status_code == 404
    tasks.expire_exports(0)

    assert not storages["vault"].exists(name)
    assert Event.objects.filter(verb="vault.export.expired", subject=pk).count() == 1
    assert "Niet opgehaald en gewist" in office.get("esra", "export", dossier).content.decode()
    tasks.expire_exports(0)
    assert Event.objects.filter(verb="vault.export.expired").count() == 1


def test_a_wipe_that_was_cut_off_after_the_file_is_finished_by_the_next(office, dossier):
    ask(office, dossier)
    work()
    end_of_time()
    with databases.as_owner(this_database()) as owner:
        ((name,),) = owner.execute("SELECT stored_as FROM vault_export").fetchall()
    storages["vault"].delete(name)

    tasks.expire_exports(0)

    with databases.as_owner(this_database()) as owner:
        assert owner.execute("SELECT state, stored_as FROM vault_export").fetchall() == [("verlopen", "")]


def test_nobody_but_the_job_sees_or_wipes_what_others_did_not_fetch(office, dossier, esra):
    ask(office, dossier)
    work()
    end_of_time()

    with service_session(esra), transaction.atomic():
        assert doors.rows("vault_expired_exports") == []
        with pytest.raises(NotPermitted), doors.rules():
            doors.one("vault_expire_export", esra.pk)


def test_wiping_is_planned_every_five_minutes():
    planned = {one.task.name: one.cron for one in app.periodic_registry.periodic_tasks.values()}

    assert planned["vault.expire_exports"] == "*/5 * * * *"


def this_database():
    from django.db import connection

    return connection.settings_dict["NAME"]
