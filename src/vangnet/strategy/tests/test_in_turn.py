"""Who holds a portfolio, on which day it is decided, two decisions at once, and what a new theme brings."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from tests import databases

from vangnet.config import pack_directory
from vangnet.config.pack import Pack
from vangnet.directory.models import Topic
from vangnet.identity.models import Membership, Organisation
from vangnet.identity.operator import operator, service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.strategy import actions
from vangnet.strategy.models import Goal, Verdict, Version
from vangnet.strategy.tests.round import DISTRICTS, THEME, Desk, person


def judged(version: Version, by, **told) -> None:
    """Record a verdict past the pages, in a session of whoever gives it."""
    known = {"decider": "bbg", "stage": 1, "body_id": "bbg", "decided_on": timezone.localdate(), **told}
    verdict = Verdict(version=version, outcome="akkoord", in_writing=False, **known)
    with service_session(by), transaction.atomic():
        actions.judge(verdict, by=by, at=timezone.now())


def moved(who, slug: str) -> None:
    """Let somebody work for another organisation from today; their seats stay as they were."""
    with service_session(operator()):
        Membership.objects.filter(user=who).update(period=(date(2018, 1, 1), timezone.localdate()))
        Membership.objects.create(
            user=who, organisation=Organisation.objects.get(slug=slug), role="burgemeester",
            period=(timezone.localdate(), None),
        )  # fmt: skip


@pytest.mark.attack("A-08")
def test_a08_who_left_the_organisation_of_the_seat_holds_no_portfolio(anna):
    version = Desk(anna).change_goal("OND-08", title="Anders")
    holder = person("burgemeester-enschede")
    assert "Oordeel van" in Desk(holder).get(f"wijzigingen/{version.pk}/oordeel/portefeuillehouder/bbg/")
    moved(holder, "gm0301")

    assert Desk(holder).judge(version, "portefeuillehouder", "bbg").status_code == 404
    with pytest.raises(NotPermitted):
        judged(version, holder, decider="portefeuillehouder")
    with service_session(holder), connection.cursor() as cursor:
        cursor.execute("SELECT strategy_keeps_goal('OND-08')")
        assert cursor.fetchone() == (False,)


def test_a_decision_is_not_of_a_day_before_the_assents(own_database, anna):
    version = Desk(anna).propose("wijzigingen/nieuw/thema/", **THEME)
    with databases.as_owner(own_database) as owner:
        owner.execute(
            "UPDATE strategy_version SET submitted_at = submitted_at - interval '30 days' WHERE id = %s",
            [version.pk],
        )
    assent = timezone.localdate() - timedelta(days=10)
    for body, secretary in DISTRICTS.items():
        told = Desk(secretary).judge(version, "dvo", body, decided_on=assent.isoformat())
        assert told.status_code == 302
    team, day_before = Desk("aanjaagteam"), (assent - timedelta(days=1)).isoformat()
    refused = team.judge(version, "bbg", "bbg", decided_on=day_before)

    assert refused.status_code == 422
    assert "vanaf het laatste oordeel van de vorige stap" in refused.content.decode()
    assert team.judge(version, "bbg", "bbg", decided_on=assent.isoformat()).status_code == 302
    version.refresh_from_db()
    assert version.in_force_from == assent


def test_two_decisions_at_once_make_no_loop(own_database, anna, bram, hugo):
    first = Desk(anna).change_goal("ALG-05", parent="ALG-06")
    second = Desk(bram).change_goal("ALG-06", parent="ALG-05")
    said = []

    def meanwhile():
        try:
            judged(second, hugo)
        except DoesNotHold as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    other = threading.Thread(target=meanwhile)
    with transaction.atomic():
        judged(first, hugo)
        other.start()
        while other.is_alive() and not _somebody_waits():
            other.join(0.02)
    other.join(20)

    assert said == ["Dit doel zou onder zichzelf hangen. Kies een ander doel hierboven."]
    assert Goal.objects.get(code="ALG-06").parent_id is None


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted)"
        )
        return bool(cursor.fetchone()[0])


def test_a_new_theme_is_a_theme_of_the_network(anna):
    version = Desk(anna).propose("wijzigingen/nieuw/thema/", **THEME)
    before = [topic.pk for topic in Topic.objects.all()]
    for body, secretary in DISTRICTS.items():
        Desk(secretary).judge(version, "dvo", body)
    team = Desk("aanjaagteam")
    assert version.item not in before
    assert team.judge(version, "bbg", "bbg").status_code == 302

    assert [topic.pk for topic in Topic.objects.all()] == [*before, version.item]
    seat = team.client.get("/netwerk/overleggen/bbg/zetel/").content.decode()
    assert f'<option value="{version.item}">Weerbare samenleving</option>' in seat


def test_a_theme_that_was_renamed_keeps_its_name_when_the_region_pack_is_loaded_again(anna):
    told = {**THEME, "name": "Georganiseerde criminaliteit", "reason": "Die naam kent iedereen."}
    version = Desk(anna).propose("thema/ondermijning/wijzigen/", **told)
    for body, secretary in DISTRICTS.items():
        Desk(secretary).judge(version, "dvo", body)
    Desk("aanjaagteam").judge(version, "bbg", "bbg")
    with service_session(operator()):
        pack_directory.load(Pack(settings.REGION_FOLDER), by=operator(), at=timezone.now())

    assert Topic.objects.get(pk="ondermijning").name == "Georganiseerde criminaliteit"
    assert Topic.objects.get(pk="hennep").under_id == "ondermijning"
