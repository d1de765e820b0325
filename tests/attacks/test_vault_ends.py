"""A right that ended ends what was on its way: a job in the queue, a signed link, a page that is open."""

from __future__ import annotations

import re

import pytest
from procrastinate.contrib.django import app

from tests.attacks.site import text_of
from vangnet.vault import exports, tasks
from vangnet.vault.models import Export
from vangnet.vault.tests.offices import RECORD, Office

LINK = re.compile(r'href="(/dossiers/[^"]+/export/[^"]+/)" download')
ENDINGS = {
    "authorisation": "UPDATE agreements_authorisation SET revoked_at = now(), revoked_by_id = given_by_id"
    " WHERE agreement_id = %(agreement)s AND user_id = %(esra)s",
    "agreement": "UPDATE agreements_version SET status = 'beeindigd', ended_on = today()"
    " WHERE agreement_id = %(agreement)s",
    "partner": "UPDATE agreements_partner SET period = daterange(lower(period), today()), "
    "left_because = 'weg' WHERE agreement_id = %(agreement)s AND organisation_id = %(riec)s",
    "purpose": "UPDATE agreements_purpose SET ended_on = today() WHERE agreement_id = %(agreement)s",
    "restriction": "UPDATE vault_record SET restricted_at = now() WHERE dossier_id = %(dossier)s",
    "account": "UPDATE identity_user SET is_active = false WHERE id = %(esra)s",
}


def work():
    """Do what waits in the queue, with a worker of its own."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def states(owner, dossier):
    rows = owner.execute("SELECT state FROM vault_export WHERE dossier = %s ORDER BY asked_at", [dossier])
    return [state for (state,) in rows.fetchall()]


@pytest.fixture
def end(owner, office):
    """End something as the owner of the database, past the guards of the verbs, and undo what others need."""
    ended = []

    def end(what, purpose, dossier):
        values = {
            "agreement": purpose.agreement_id, "esra": office.cast["esra"].pk, "dossier": dossier,
            "riec": office.organisation("riec"),
        }  # fmt: skip
        with owner.transaction():
            for table in ("authorisation", "version", "partner", "purpose"):
                owner.execute(f"ALTER TABLE agreements_{table} DISABLE TRIGGER USER")
            assert owner.execute(ENDINGS[what], values).rowcount > 0
            owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("authorisation", "version", "partner", "purpose"):
                owner.execute(f"ALTER TABLE agreements_{table} ENABLE TRIGGER USER")
        ended.append(what)

    yield end
    if "account" in ended:
        owner.execute("UPDATE identity_user SET is_active = true WHERE id = %s", [office.cast["esra"].pk])


@pytest.mark.attack("A-09", "A-12")
@pytest.mark.requirement("I8")
@pytest.mark.parametrize("what", ENDINGS)
def test_a09_the_queue_the_link_and_the_open_page_give_nothing_after_the_end_of(office, owner, end, what):
    mine = Office(office.cast, f"einde-{what}")
    dossier = mine.a_dossier()
    record = mine.a_record(dossier)
    for _ in range(2):
        assert mine.post("esra", "export", dossier, records=[record], reason="overleg").status_code == 302
        if not states(owner, dossier)[1:]:
            work()  # the first is made; the second waits in the queue
    (link,) = LINK.findall(text_of(mine.get("esra", "export", dossier)))
    assert states(owner, dossier) == ["klaar", "wacht"]
    end(what, mine.purpose, dossier)
    work()

    assert states(owner, dossier)[0] == "klaar"
    assert states(owner, dossier)[1] != "klaar"
    gone = 302 if what == "account" else 404  # to the page that asks to sign in
    page = mine.open("esra", dossier, record)
    assert (mine.of("esra").get(link).status_code, page.status_code) == (gone, gone)
    assert RECORD["text"] not in text_of(page)
    listed = mine.get("esra", "dossiers")
    assert listed.status_code != 200 or what == "restriction"


@pytest.mark.attack("A-10")
def test_a10_a_link_is_good_for_a_quarter_of_an_hour(office, dossier, monkeypatch):
    record = office.a_record(dossier)
    office.post("esra", "export", dossier, records=[record], reason="overleg")
    work()
    (link,) = LINK.findall(text_of(office.get("esra", "export", dossier)))
    monkeypatch.setattr(exports, "MINUTES", -1)
    late = office.of("esra").get(link).status_code
    monkeypatch.undo()

    assert (late, office.of("esra").get(link).status_code) == (404, 200)


@pytest.mark.attack("A-12")
@pytest.mark.parametrize("who", ["lotte", "carla"])
def test_a12_a_job_with_another_in_its_arguments_has_the_rights_of_that_other(office, owner, dossier, who):
    """Lotte may read the record and did not ask; Carla works elsewhere. Neither gets what esra asked."""
    record = office.a_record(dossier)
    office.post("esra", "export", dossier, records=[record], reason="overleg")
    (order,) = owner.execute("SELECT id FROM vault_export WHERE dossier = %s", [dossier]).fetchone()
    owner.execute("DELETE FROM procrastinate_jobs WHERE queue_name = 'vault'")
    tasks.make_export.defer(
        export_id=str(order), user_id=str(office.cast[who].pk), purpose_id=str(office.purpose.pk),
        organisation_id=office.organisation("riec" if who == "lotte" else "politie"),
    )  # fmt: skip
    work()

    assert states(owner, dossier) == [Export.State.QUEUED]
