"""A-07: somebody helps themselves to an authorisation, through the verbs and as the weak role in SQL."""

from __future__ import annotations

from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import ProgrammingError

from vangnet.agreements import actions, rules
from vangnet.agreements.models import Authorisation, Partner, Purpose
from vangnet.agreements.tests.drafting import NOW, TODAY, complete, days
from vangnet.identity.models import Membership
from vangnet.identity.operator import operator, service_session
from vangnet.identity.rules import NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.attack("A-07"), pytest.mark.requirement("WGS-03")]

INSERT = """
INSERT INTO agreements_authorisation (id, agreement_id, partner_id, purpose_id, organisation_id, user_id,
    task, max_tier, period, document, given_by_id, given_at)
VALUES (%s, %s, %s, %s, %s, %s, 'verwerking', 3, daterange(current_date, current_date + 9), 'x', %s, now())
"""


@contextmanager
def at_work(user, *, strong=True):
    with service_session(user, strong=strong), transaction.atomic():
        yield


def parts(slug):
    partner = Partner.objects.get(agreement__code="riec", organisation__slug=slug)
    return Purpose.objects.get(agreement__code="riec", code="scan"), partner


def authorise(user, slug, by):
    purpose, partner = parts(slug)
    return actions.authorise(
        user,
        purpose=purpose,
        partner=partner,
        max_tier=3,
        since=TODAY,
        until=days(9),
        document="besluit",
        by=by,
        at=NOW,
    )


def insert(user, slug, given_by):
    purpose, partner = parts(slug)
    values = [uuid4(), partner.agreement_id, partner.pk, purpose.pk, partner.organisation_id]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [*values, user.pk, given_by.pk])


def test_a07_an_adviser_authorises_nobody(anna, otto):
    with at_work(anna), pytest.raises(NotPermitted):
        authorise(otto, "gm0301", anna)
    with at_work(anna), pytest.raises(ProgrammingError, match="row-level security"):
        insert(otto, "gm0301", anna)


def test_a07_a_privacy_officer_does_not_authorise_herself(nora):
    with at_work(nora), pytest.raises(rules.SelfAuthorisation, match="uzelf"):
        authorise(nora, "riec", nora)


def test_a07_not_in_the_name_of_somebody_else_either(nora, jan):
    with at_work(nora), pytest.raises(DatabaseError):
        insert(nora, "riec", jan)
    with at_work(nora):
        assert not Authorisation.objects.filter(user=nora, given_by=jan).exists()


def test_a07_a_privacy_officer_authorises_in_her_own_organisation_only(nora, carla):
    with at_work(nora), pytest.raises(NotPermitted):
        authorise(carla, "politie", nora)
    with at_work(nora), pytest.raises(ProgrammingError, match="row-level security"):
        insert(carla, "politie", nora)


def test_a07_without_a_second_factor_nobody_authorises(nora, lotte, jan):
    for officer in (nora, jan):
        with at_work(officer, strong=False), pytest.raises(NotPermitted):
            authorise(lotte, "riec", officer)


def test_a07_a_revoked_authorisation_does_not_come_back(nora, esra):
    with at_work(nora):
        given = Authorisation.objects.get(user=esra, purpose__code="scan")
        actions.revoke(given, by=nora, at=NOW)
        with pytest.raises(DatabaseError), transaction.atomic():
            Authorisation.objects.filter(pk=given.pk).update(revoked_at=None)


def test_a07_a_tier_is_not_raised_afterwards(nora, anna):
    with at_work(operator()):
        given = Authorisation.objects.get(user=anna, agreement__code="riec")
        with pytest.raises(DatabaseError), transaction.atomic():
            Authorisation.objects.filter(pk=given.pk).update(max_tier=3)
    with at_work(anna):
        assert Authorisation.objects.filter(pk=given.pk).update(document="anders") == 0


SLIP_IN = """
INSERT INTO agreements_purposecategory (id, purpose_id, version_id, category_id, kind, is_health, regime,
    activity, tier, retention, exception)
SELECT gen_random_uuid(), id, version_id, 'signaal', 'gevoelig', false, regime, activity, 1, 12, ''
  FROM agreements_purpose WHERE code = 'scan'
"""


def test_a07_a_category_is_not_slipped_into_an_agreement_in_force(nora):
    refused = pytest.raises(DatabaseError, match="draft version only")
    with at_work(nora), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SLIP_IN)


def test_a07_an_incomplete_version_is_not_activated_in_sql(as_administrator, nora):
    version = complete(as_administrator, nora)
    actions.edit_version(version, coordinator=None, by=as_administrator, at=NOW)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE agreements_version SET status = 'actief' WHERE id = %s", [version.pk])


def test_a07_a_role_is_given_by_an_administrator_only(anna):
    from vangnet.identity import actions as identity

    own = Membership.objects.get(user=anna).organisation
    with at_work(anna), pytest.raises(NotPermitted):
        identity.give_role(anna, organisation=own, role="fg", since=TODAY, by=anna, at=NOW)
