"""Verbs about agreements: draft, review, sign, start and end; purposes and categories come with a draft.

Who may and what holds is asked of the database and held by it. The verbs about partners, people and circles
are in `designation`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from vangnet.agreements import drafts, rules
from vangnet.agreements.designation import (
    add_circle_member,
    add_partner,
    authorise,
    circle_member_leaves,
    open_circle,
    partner_leaves,
    remove_partner,
    revoke,
)
from vangnet.agreements.drafts import lacks
from vangnet.agreements.models import Agreement, Category, Purpose, PurposeCategory, Version
from vangnet.agreements.terms import REGIME_OF, Zone
from vangnet.audit import log
from vangnet.identity.models import Organisation, User

__all__ = [
    "add_circle_member",
    "add_partner",
    "authorise",
    "circle_member_leaves",
    "lacks",
    "open_circle",
    "partner_leaves",
    "remove_partner",
    "revoke",
]

FACTS = (
    *("max_retention", "document", "change", "dpia_adopted_on", "dpia_reference", "residual_risk_is_high"),
    *("prior_consultation", "coordinator", "contact_point", "reminder_days"),
)
Period = tuple[date, date]


@transaction.atomic
def draft_agreement(
    *,
    code: str,
    name: str,
    zone: str,
    lead: Organisation,
    period: Period,
    max_retention: int,
    by: User,
    at: datetime,
    **facts: Any,
) -> Version:
    """Begin an agreement with a first version in draft; `facts` are those of `edit_version`.

    Raises
    ------
    NotPermitted
        The session may not begin an agreement of this lead.
    Refused
        The code is taken, or the dates are reversed.
    """
    rules.require_start(lead.pk)
    rules.require_order(*period)
    with rules.in_words():
        agreement = Agreement.objects.create(
            code=code, name=name, zone=zone, regime=REGIME_OF[Zone(zone)], lead=lead
        )
        version = Version.objects.create(
            agreement=agreement, number=1, period=period, max_retention=max_retention, **facts
        )
    log.record("agreements.agreement.drafted", agreement.pk, by=by, at=at, code=code, zone=zone)
    return version


@transaction.atomic
def draft_version(agreement: Agreement, *, period: Period, change: str, by: User, at: datetime) -> Version:
    """Draft the next version: the facts of the last one, to be reviewed and signed again.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Refused
        There is a draft already, or the dates are reversed.
    """
    rules.require_administer(agreement.pk)
    rules.require_order(*period)
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if agreement.versions.filter(status=Version.Status.DRAFT).exists():
        raise rules.Refused("Er ligt al een concept van een volgende versie. Werk dat af of beëindig het.")
    last = agreement.versions.latest("number")
    facts = {name: getattr(last, name) for name in FACTS} | {"change": change, "period": period}
    with rules.in_words():
        version = Version.objects.create(agreement=agreement, number=last.number + 1, **facts)
    log.record("agreements.version.drafted", version.pk, by=by, at=at, number=version.number)
    return version


@transaction.atomic
def edit_version(version: Version, *, by: User, at: datetime, **fields: Any) -> Version:
    """Change the facts of a draft; a changed draft is reviewed and signed anew.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Refused
        It is no draft, or a rule does not hold.
    """
    version = drafts.draft(version)
    if unknown := fields.keys() - {*FACTS, "period"}:
        raise TypeError(f"no facts of a version: {', '.join(sorted(unknown))}")
    if "period" in fields:
        rules.require_order(*fields["period"])
    for name, value in fields.items():
        setattr(version, name, value)
    with rules.in_words():
        version.save()
        drafts.review_again(version)
    log.record("agreements.version.edited", version.pk, by=by, at=at, fields=sorted(fields))
    return version


@transaction.atomic
def advise(
    version: Version, *, advice: str, advised_on: date, reference: str, by: User, at: datetime
) -> Version:
    """Record what the review of lawfulness said of a draft.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Refused
        It is no draft, or the day lies ahead.
    """
    version = drafts.draft(version)
    drafts.require_past(advised_on, at=at)
    version.advice, version.advised_on, version.advice_reference = advice, advised_on, reference
    drafts.heed_again(version)
    version.save()
    log.record("agreements.version.advised", version.pk, by=by, at=at, advice=advice)
    return version


@transaction.atomic
def set_aside(version: Version, *, reason: str, by: User, at: datetime) -> Version:
    """Set the negative advice on a draft aside, by name and with reasons, as a mayor of a public partner.

    Raises
    ------
    NotPermitted
        The session is not of a mayor of a public partner, or has no second factor.
    Refused
        It is no draft, there is no negative advice, or the reasons are too short.
    """
    rules.require_set_aside(version.pk)
    rules.put_aside(version.pk, reason)
    log.record("agreements.version.advice_set_aside", version.pk, by=by, at=at)
    version.refresh_from_db()
    return version


@transaction.atomic
def sign(version: Version, *, signed_on: date, by: User, at: datetime) -> Version:
    """Record that all partners signed a draft.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Refused
        It is no draft, or the day lies ahead.
    """
    version = drafts.draft(version)
    drafts.require_past(signed_on, at=at)
    version.signed_on = signed_on
    version.save()
    log.record("agreements.version.signed", version.pk, by=by, at=at, signed_on=signed_on)
    return version


@transaction.atomic
def activate(version: Version, *, by: User, at: datetime) -> Version:
    """Let a complete draft work; a version that is active then gives way from its first day on.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Incomplete
        Something is missing; `codes` says what.
    """
    version = drafts.draft(version)
    if codes := lacks(version):
        raise rules.Incomplete(codes)
    active = version.agreement.versions.select_for_update().filter(status=Version.Status.ACTIVE)
    with rules.in_words():
        for earlier in active.filter(period__endswith__gt=version.period.lower):
            _give_way(earlier, version.period.lower, today=drafts.day_of(at))
        version.status, version.activated_at = Version.Status.ACTIVE, at
        version.save()
    log.record("agreements.version.activated", version.pk, by=by, at=at, number=version.number)
    return version


@transaction.atomic
def end_version(version: Version, *, on: date, reason: str, by: User, at: datetime) -> Version:
    """End a version from a day on (the first day without it); a draft is withdrawn at once.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Refused
        It ended already, or the day lies outside its period.
    """
    rules.require_administer(version.agreement_id)
    version = Version.objects.select_for_update().get(pk=version.pk)
    if version.status == Version.Status.ENDED:
        raise rules.NotADraft("Een beëindigde versie verandert niet meer.")
    if not version.is_draft and not version.period.lower <= on <= version.period.upper:
        raise rules.WrongDates("Beëindigd per: deze dag valt buiten de geldigheid. Kies een dag daarbinnen.")
    version.ended_on, version.end_reason = on, reason
    if version.is_draft or on <= drafts.day_of(at):
        version.status = Version.Status.ENDED
    with rules.in_words():
        version.save()
    log.record("agreements.version.ended", version.pk, by=by, at=at, on=on)
    return version


# --- what a draft brings in ---


@transaction.atomic
def add_purpose(version: Version, *, by: User, at: datetime, **fields: Any) -> Purpose:
    """Add a purpose: code, name, ground, law, article, activity and activity_uri.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Refused
        It is no draft, or the purpose has no basis in law.
    """
    version = drafts.draft(version)
    agreement = version.agreement
    with rules.in_words():
        purpose = Purpose.objects.create(
            agreement=agreement, version=version, regime=agreement.regime, **fields
        )
        drafts.review_again(version)
    log.record("agreements.purpose.added", purpose.pk, by=by, at=at, code=purpose.code)
    return purpose


@transaction.atomic
def end_purpose(purpose: Purpose, *, on: date, by: User, at: datetime) -> Purpose:
    """End a purpose from a day on: nobody works for it any more.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    """
    rules.require_administer(purpose.agreement_id)
    purpose = Purpose.objects.select_for_update().get(pk=purpose.pk)
    purpose.ended_on = on
    with rules.in_words():
        purpose.save(update_fields=["ended_on"])
    log.record("agreements.purpose.ended", purpose.pk, by=by, at=at, on=on)
    return purpose


@transaction.atomic
def add_category(
    purpose: Purpose,
    *,
    version: Version,
    category: Category,
    tier: int,
    retention: int,
    exception: str = "",
    by: User,
    at: datetime,
) -> PurposeCategory:
    """Allow a category of data for a purpose, in a tier, for some months.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Refused
        It is no draft, or the law does not allow it.
    """
    version = drafts.draft(version)
    if retention > version.max_retention:
        raise rules.TooLong(
            f"Bewaartermijn: dit convenant bewaart ten hoogste {version.max_retention} maanden. "
            "Kies een kortere termijn."
        )
    with rules.in_words():
        allowed = PurposeCategory.objects.create(
            purpose=purpose,
            version=version,
            category=category,
            kind=category.kind,
            is_health=category.is_health,
            regime=purpose.regime,
            activity=purpose.activity,
            tier=tier,
            retention=retention,
            exception=exception,
        )
        drafts.review_again(version)
    log.record("agreements.category.added", purpose.pk, by=by, at=at, category=category.pk, tier=tier)
    return allowed


@transaction.atomic
def remove_category(allowed: PurposeCategory, *, by: User, at: datetime) -> None:
    """Take a category out of a draft again.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    Refused
        It has been in force.
    """
    version = drafts.draft(allowed.version)
    log.record("agreements.category.removed", allowed.purpose_id, by=by, at=at, category=allowed.category_id)
    with rules.in_words():
        allowed.delete()
        drafts.review_again(version)


# --- how ---


def _give_way(earlier: Version, start: date, *, today: date) -> None:
    if start > earlier.period.lower:
        earlier.period = (earlier.period.lower, start)
    if start <= today:
        earlier.status = Version.Status.ENDED
    earlier.ended_on, earlier.end_reason = start, "Opgevolgd door een volgende versie"
    earlier.save()
