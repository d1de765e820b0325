"""An agreement in force for tests: version, purpose, categories, partners and authorisations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from psycopg.types.range import Range

from vangnet.agreements.models import (
    REGIME_OF,
    Agreement,
    Authorisation,
    Category,
    Circle,
    CircleMember,
    Partner,
    Purpose,
    PurposeCategory,
    Version,
    Zone,
)
from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import operator, service_session

ACTIVITIES = {"riec": "b", "zvh": "casusoverleg"}
CATEGORIES = (("personalia", 1), ("signaal", 2), ("politie8", 2))
People = Sequence[tuple[User, str, int]]


def make_agreement(
    code: str = "proef",
    *,
    zone: str = "riec",
    partners: Sequence[str] = ("riec", "politie", "om"),
    people: People = (),
    reviewers: People = (),
    coordinator: User,
    categories: Sequence[tuple[str, int]] = CATEGORIES,
) -> Purpose:
    """Return the purpose of a new agreement that has been in force for a month; the first partner leads.

    Parameters
    ----------
    partners
        Slugs of organisations.
    people, reviewers
        Who, at which of the partners, up to which tier; they process, or review whether it is lawful.
    categories
        Codes of categories with their tier.
    """
    today = timezone.localdate()
    period = Range(today - timedelta(30), today + timedelta(300))
    at = {slug: Organisation.objects.get(slug=slug) for slug in partners}
    with service_session(operator()), transaction.atomic():
        agreement = Agreement.objects.create(
            code=code, name=f"Convenant {code}", zone=zone, regime=REGIME_OF[Zone(zone)], lead=at[partners[0]]
        )
        version = Version.objects.create(agreement=agreement, number=1, period=period, max_retention=60)
        purpose = _purpose(agreement, version)
        for category, tier in categories:
            _category(purpose, version, Category.objects.get(pk=category), tier)
        for organisation in at.values():
            Partner.objects.create(
                agreement=agreement, version=version, organisation=organisation, task="taak", period=period
            )
        for task, given in (("verwerking", people), ("rechtmatigheid", reviewers)):
            for user, slug, tier in given:
                _authorise(purpose, user, at[slug], task=task, tier=tier, period=period)
        _activate(version, coordinator)
    return purpose


def _purpose(agreement: Agreement, version: Version) -> Purpose:
    return Purpose.objects.create(
        agreement=agreement,
        version=version,
        regime=agreement.regime,
        code="casus",
        name=f"Casusoverleg {agreement.code}",
        ground="e",
        law="BWBR0049962",
        article="artikel 2.17",
        activity=ACTIVITIES.get(agreement.zone, "eigen"),
        activity_uri=f"urn:verwerking:{agreement.code}",
    )


def _category(purpose: Purpose, version: Version, category: Category, tier: int) -> None:
    PurposeCategory.objects.create(
        purpose=purpose,
        version=version,
        category=category,
        kind=category.kind,
        is_health=category.is_health,
        regime=purpose.regime,
        activity=purpose.activity,
        tier=tier,
        retention=36,
        exception="" if category.kind in {"gewoon", "gevoelig"} else "UAVG artikel 32",
    )


def _authorise(
    purpose: Purpose, user: User, organisation: Organisation, *, task: str, tier: int, period: Range[date]
) -> None:
    Authorisation.objects.create(
        agreement=purpose.agreement,
        partner=Partner.objects.get(agreement=purpose.agreement, organisation=organisation),
        purpose=purpose,
        organisation=organisation,
        user=user,
        task=task,
        max_tier=tier,
        period=period,
        document="aanwijzingsbesluit",
        given_by=operator(),
        given_at=timezone.now(),
    )


def _activate(version: Version, coordinator: User) -> None:
    version.dpia_adopted_on = version.signed_on = timezone.localdate()
    version.advice, version.coordinator, version.contact_point = "positief", coordinator, "loket"
    version.activated_at, version.status = timezone.now(), "actief"
    version.save()


def make_circle(purpose: Purpose, name: str, members: Sequence[str], *, blind: bool = True) -> Circle:
    """Return a circle of partners within a purpose; blind unless said otherwise."""
    today = timezone.localdate()
    period = Range(today, today + timedelta(200))
    with service_session(operator()), transaction.atomic():
        circle = Circle.objects.create(
            agreement=purpose.agreement,
            purpose=purpose,
            name=name,
            members_see_each_other=not blind,
            period=period,
        )
        for slug in members:
            partner = Partner.objects.get(agreement=purpose.agreement, organisation__slug=slug)
            CircleMember.objects.create(
                agreement=purpose.agreement,
                circle=circle,
                partner=partner,
                organisation=partner.organisation,
                period=period,
            )
    return circle
