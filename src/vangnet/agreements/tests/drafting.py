"""A draft that lacks nothing but a review and a signature, for tests to spoil."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from vangnet.agreements import actions
from vangnet.agreements.models import Category
from vangnet.identity.models import Organisation

NOW = timezone.now()
TODAY = timezone.localdate()
PURPOSE = {
    "code": "proef",
    "name": "Proefdoel",
    "ground": "e",
    "law": "BWBR0049962",
    "article": "2.17",
    "activity": "b",
    "activity_uri": "urn:vangnet:proef",
}


def days(number):
    return TODAY + dt.timedelta(days=number)


def organisation(slug):
    return Organisation.objects.get(slug=slug)


def draft(by, *, code="proef", zone="riec", lead="riec", first=-10, last=300, **facts):
    return actions.draft_agreement(
        code=code,
        name="Proefconvenant",
        zone=zone,
        lead=organisation(lead),
        period=(days(first), days(last)),
        max_retention=60,
        by=by,
        at=NOW,
        **facts,
    )


def partner(version, slug, by, **fields):
    return actions.add_partner(
        version,
        organisation=organisation(slug),
        by=by,
        at=NOW,
        **{"task": "Eigen taak", "period": (days(-10), None)} | fields,
    )


def purpose(version, by, **fields):
    return actions.add_purpose(version, by=by, at=NOW, **PURPOSE | fields)


def allow(found, version, by, code="personalia", **fields):
    told = {"tier": 1, "retention": 12} | fields
    return actions.add_category(
        found, version=version, category=Category.objects.get(pk=code), by=by, at=NOW, **told
    )


def complete(by, coordinator, **fields):
    """Draft an agreement that may become active."""
    version = draft(by, coordinator=coordinator, contact_point="Loket", dpia_adopted_on=TODAY, **fields)
    for slug in ("riec", "politie"):
        partner(version, slug, by)
    allow(purpose(version, by), version, by)
    return review(version, by)


def review(version, by):
    actions.advise(version, advice="positief", advised_on=TODAY, reference="advies", by=by, at=NOW)
    return actions.sign(version, signed_on=TODAY, by=by, at=NOW)
