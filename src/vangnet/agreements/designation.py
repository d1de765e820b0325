"""Verbs about who takes part in an agreement: partners, authorised people, circles of partners."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from vangnet.agreements import drafts, rules
from vangnet.agreements.models import Authorisation, Circle, CircleMember, Partner, Version
from vangnet.agreements.terms import Purpose
from vangnet.audit import log
from vangnet.identity.models import Organisation, User

Open = tuple[date, date | None]


@transaction.atomic
def add_partner(
    version: Version,
    *,
    organisation: Organisation,
    task: str,
    period: Open,
    is_public: bool = True,
    position: str = Partner.Position.CONTROLLER,
    by: User,
    at: datetime,
) -> Partner:
    """Let an organisation take part from a day on, with the task of its own for which it does.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Refused
        It is no draft, or this organisation cannot take part in this way.
    """
    version = drafts.draft(version)
    rules.require_order(*period)
    with rules.in_words():
        partner = Partner.objects.create(
            agreement=version.agreement,
            version=version,
            organisation=organisation,
            task=task,
            period=period,
            is_public=is_public,
            position=position,
        )
        drafts.review_again(version)
    log.record("agreements.partner.added", partner.pk, by=by, at=at, organisation=organisation.pk)
    return partner


@transaction.atomic
def remove_partner(partner: Partner, *, by: User, at: datetime) -> None:
    """Take a partner out of a draft again.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Refused
        It has taken part, or somebody is authorised for it.
    """
    version = drafts.draft(partner.version)
    if partner.authorisations.exists():
        raise rules.WrongPartner(
            "Voor deze partner zijn al mensen geautoriseerd. Laat de partner vertrekken."
        )
    log.record("agreements.partner.removed", partner.pk, by=by, at=at, organisation=partner.organisation_id)
    with rules.in_words():
        partner.delete()
        drafts.review_again(version)


@transaction.atomic
def partner_leaves(partner: Partner, *, on: date, reason: str, by: User, at: datetime) -> Partner:
    """Let a partner leave on a day (the first day without it): its people see nothing from then on.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Refused
        The day lies outside the time that it takes part.
    """
    rules.require_administer(partner.agreement_id)
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
    rules.require_order(partner.period.lower, on)
    partner.period, partner.left_because = (partner.period.lower, on), reason
    with rules.in_words():
        partner.save(update_fields=["period", "left_because"])
    log.record("agreements.partner.left", partner.pk, by=by, at=at, on=on)
    return partner


@transaction.atomic
def authorise(
    user: User,
    *,
    purpose: Purpose,
    partner: Partner,
    max_tier: int,
    since: date,
    until: date,
    document: str,
    task: str = Authorisation.Task.PROCESSING,
    by: User,
    at: datetime,
) -> Authorisation:
    """Designate somebody of a partner for a purpose, up to a tier, until a day (the first day without it).

    Raises
    ------
    NotPermitted
        The session may not authorise people of this organisation.
    Refused
        The person does not work there, is who designates, or has this authorisation already.
    """
    rules.require_authorise(partner.organisation_id)
    rules.require_order(since, until)
    with rules.in_words():
        given = Authorisation.objects.create(
            agreement_id=partner.agreement_id,
            partner=partner,
            purpose=purpose,
            organisation_id=partner.organisation_id,
            user=user,
            task=task,
            max_tier=max_tier,
            period=(since, until),
            document=document,
            given_by=by,
            given_at=at,
        )
    log.record("agreements.authorisation.given", given.pk, by=by, at=at, user=user.pk, purpose=purpose.pk)
    return given


@transaction.atomic
def revoke(authorisation: Authorisation, *, by: User, at: datetime) -> Authorisation:
    """Take an authorisation back, from this moment on.

    Raises
    ------
    NotPermitted
        The session may not authorise people of this organisation.
    Refused
        It was revoked before.
    """
    rules.require_authorise(authorisation.organisation_id)
    authorisation = Authorisation.objects.select_for_update().get(pk=authorisation.pk)
    if authorisation.revoked_at is not None:
        raise rules.Refused("Deze autorisatie is al ingetrokken.")
    authorisation.revoked_at, authorisation.revoked_by = at, by
    with rules.in_words():
        authorisation.save(update_fields=["revoked_at", "revoked_by"])
    log.record("agreements.authorisation.revoked", authorisation.pk, by=by, at=at, user=authorisation.user_id)
    return authorisation


@transaction.atomic
def open_circle(
    purpose: Purpose,
    *,
    name: str,
    period: Open,
    members_see_each_other: bool = False,
    by: User,
    at: datetime,
) -> Circle:
    """Open a circle within a purpose; its members do not see each other unless that is chosen.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Refused
        The dates are reversed.
    """
    rules.require_administer(purpose.agreement_id)
    rules.require_order(*period)
    with rules.in_words():
        circle = Circle.objects.create(
            agreement_id=purpose.agreement_id,
            purpose=purpose,
            name=name,
            period=period,
            members_see_each_other=members_see_each_other,
        )
    log.record("agreements.circle.opened", circle.pk, by=by, at=at, purpose=purpose.pk)
    return circle


@transaction.atomic
def add_circle_member(
    circle: Circle, *, partner: Partner, period: Open, by: User, at: datetime
) -> CircleMember:
    """Let a partner of the agreement into a circle from a day on.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Refused
        The partner is not of this agreement, or is in the circle already.
    """
    rules.require_administer(circle.agreement_id)
    rules.require_order(*period)
    with rules.in_words():
        member = CircleMember.objects.create(
            agreement_id=circle.agreement_id,
            circle=circle,
            partner=partner,
            organisation_id=partner.organisation_id,
            period=period,
        )
    log.record("agreements.circle.joined", circle.pk, by=by, at=at, organisation=partner.organisation_id)
    return member


@transaction.atomic
def circle_member_leaves(member: CircleMember, *, on: date, by: User, at: datetime) -> CircleMember:
    """Let a partner leave a circle on a day (the first day without it).

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Refused
        The day lies before the partner came in.
    """
    rules.require_administer(member.agreement_id)
    member = CircleMember.objects.select_for_update().get(pk=member.pk)
    rules.require_order(member.period.lower, on)
    if member.period.upper is not None and on > member.period.upper:
        raise rules.WrongDates("Een lid vertrekt eerder dan afgesproken, nooit later.")
    member.period = (member.period.lower, on)
    member.save(update_fields=["period"])
    log.record("agreements.circle.left", member.circle_id, by=by, at=at, on=on)
    return member
