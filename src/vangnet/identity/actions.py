"""Verbs about organisations, people and sessions."""

from __future__ import annotations

from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone

from vangnet.audit import log
from vangnet.identity import session
from vangnet.identity.models import Membership, Organisation, OrganisationKind, User
from vangnet.identity.refusals import DoesNotHold, rules
from vangnet.identity.rules import NotPermitted, require_administrator, require_personal


class Overlap(Exception):
    """The same thing already holds in a part of that period."""


@transaction.atomic
def register_organisation(
    *,
    slug: str,
    name: str,
    kind: str,
    since: date | None,
    until: date | None = None,
    place: str = "",
    must_be_new: bool = False,
    by: User,
    at: datetime,
) -> Organisation:
    """Add an organisation of one kind; the same slug again gives the same record, unless it must be new.

    Raises
    ------
    NotPermitted
        `by` is not an administrator.
    DoesNotHold
        It must be new, and there is or was one with this slug.
    """
    require_administrator(by, on=at.date())
    organisation, is_new = Organisation.objects.get_or_create(
        slug=slug, defaults={"name": name, "place": place}
    )
    if must_be_new and not is_new:
        raise DoesNotHold(f"Het kenmerk ‘{slug}’ is al van {organisation.name}. Kies een ander kenmerk.")
    if is_new:
        OrganisationKind.objects.create(organisation=organisation, kind=kind, period=(since, until))
        log.record("identity.organisation.registered", organisation.pk, by=by, at=at, kind=kind)
    return organisation


@transaction.atomic
def change_kind(
    organisation: Organisation, *, kind: str, since: date, by: User, at: datetime
) -> OrganisationKind:
    """Let an organisation be of another kind from a day on; the former kind ends that day.

    Raises
    ------
    NotPermitted
        `by` is not an administrator.
    Overlap
        A later change is already recorded.
    """
    require_administrator(by, on=at.date())
    rows = OrganisationKind.objects.select_for_update().filter(organisation=organisation)
    if rows.filter(period__startswith__gte=since).exists():
        raise Overlap("er is al een latere wijziging vastgelegd")
    for row in rows.filter(period__contains=since):
        row.period = (row.period.lower, since)
        row.save(update_fields=["period"])
    changed = OrganisationKind.objects.create(organisation=organisation, kind=kind, period=(since, None))
    log.record("identity.organisation.kind_changed", organisation.pk, by=by, at=at, kind=kind, since=since)
    return changed


@transaction.atomic
def register_user(*, email: str, name: str, password: str | None, by: User, at: datetime) -> User:
    """Add a person; without a password only a demo link or another sign-in method gives access.

    Raises
    ------
    NotPermitted
        `by` is not an administrator.
    SharedAccount
        The name or the address is of a desk or a team.
    Overlap
        The e-mail address is taken.
    """
    require_administrator(by, on=at.date())
    require_personal(email=email, name=name)
    user = User(email=email.lower(), name=name)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise Overlap(f"er is al een gebruiker met het e-mailadres {email}") from error
    log.record("identity.user.registered", user.pk, by=by, at=at)
    return user


@transaction.atomic
def set_password(user: User, *, password: str, by: User, at: datetime) -> User:
    """Give a person another password and end every session that began with the former one.

    Raises
    ------
    NotPermitted
        `by` is not an administrator.
    """
    require_administrator(by, on=at.date())
    user = User.objects.select_for_update().get(pk=user.pk)
    user.set_password(password)
    user.save(update_fields=["password"])
    session.end_all(user.pk)
    log.record("identity.user.password_set", user.pk, by=by, at=at)
    return user


@transaction.atomic
def end_sessions(user: User, *, by: User, at: datetime) -> int:
    """Sign a person out everywhere, at once; return how many sessions that ended.

    Raises
    ------
    NotPermitted
        `by` is not an administrator.
    """
    require_administrator(by, on=at.date())
    ended = session.end_all(user.pk)
    log.record("identity.session.ended", user.pk, by=by, at=at, ended=ended)
    return ended


@transaction.atomic
def close_account(user: User, *, by: User, at: datetime) -> User:
    """Close an account: from the next request on it is nobody's, and nobody signs in with it again.

    Raises
    ------
    NotPermitted
        `by` is not an administrator.
    """
    require_administrator(by, on=at.date())
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = False
    user.save(update_fields=["is_active"])
    session.end_all(user.pk)
    log.record("identity.user.closed", user.pk, by=by, at=at)
    return user


@transaction.atomic
def give_role(
    user: User,
    *,
    organisation: Organisation,
    role: str,
    since: date,
    until: date | None = None,
    by: User,
    at: datetime,
) -> Membership:
    """Give a person a role at an organisation from a day on.

    Raises
    ------
    NotPermitted
        `by` is not an administrator.
    Overlap
        The person has that role there in a part of the period.
    """
    require_administrator(by, on=at.date())
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                user=user, organisation=organisation, role=role, period=(since, until)
            )
    except IntegrityError as error:
        raise Overlap(f"{user} heeft deze rol al in een deel van die periode") from error
    log.record("identity.membership.given", user.pk, by=by, at=at, organisation=organisation.pk, role=role)
    return membership


@transaction.atomic
def end_role(membership: Membership, *, on: date, by: User, at: datetime) -> Membership:
    """End a role on a day (the first day without it); the person has to sign in again.

    Raises
    ------
    NotPermitted
        `by` is not an administrator.
    ValueError
        The day lies before the role began, or after it ended.
    """
    require_administrator(by, on=at.date())
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if on < membership.period.lower:
        raise ValueError("een rol kan niet eindigen voordat zij begint")
    if membership.period.upper is not None and on > membership.period.upper:
        raise ValueError("een rol kan niet eindigen nadat zij al is geëindigd")
    membership.period = (membership.period.lower, on)
    membership.save(update_fields=["period"])
    session.end_all(membership.user_id)
    log.record("identity.membership.ended", membership.user_id, by=by, at=at, role=membership.role, on=on)
    return membership


@transaction.atomic
def change_account(user: User, *, email: str, name: str, by: User, at: datetime) -> User:
    """Give an account another name or address; with another address everybody signs in anew.

    Raises
    ------
    NotPermitted
        `by` is not an administrator.
    SharedAccount
        The name or the address is of a desk or a team.
    Overlap
        The e-mail address is taken.
    """
    require_administrator(by, on=at.date())
    require_personal(email=email, name=name)
    user = User.objects.select_for_update().get(pk=user.pk)
    is_moved = user.email.casefold() != email.casefold()
    changed = [label for label, is_new in (("email", is_moved), ("name", user.name != name)) if is_new]
    user.email, user.name = email.lower() if is_moved else user.email, name
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "name"])
    except IntegrityError as error:
        raise Overlap(f"er is al een gebruiker met het e-mailadres {email}") from error
    if is_moved:
        EmailAddress.objects.filter(user=user).delete()  # the former address opens nothing any more
        if user.pk == by.pk:
            session.end_others()
        else:
            session.end_all(user.pk)
    log.record("identity.user.changed", user.pk, by=by, at=at, fields=changed)
    return user


@transaction.atomic
def end_work(user: User, *, on: date | None, by: User, at: datetime) -> User:
    """Let every role of a person end on a day (the first day without it); None takes an end back.

    Only roles that are not over yet: a later day, or none, moves those that would have ended last.

    Raises
    ------
    NotPermitted
        `by` is not an administrator, or would end the own roles.
    DoesNotHold
        A role begins on that day or later, or would then be there twice.
    """
    day = timezone.localdate(at)
    require_administrator(by, on=day)
    if user.pk == by.pk:
        raise NotPermitted("een ander legt uw einde vast")
    rows = Membership.objects.select_for_update().filter(user=user, period__endswith__gt=day)
    runs = [*rows, *Membership.objects.select_for_update().filter(user=user, period__upper_inf=True)]
    last = max((one.period.upper or date.max for one in runs), default=None)
    for one in runs:
        upper = one.period.upper or date.max
        if on is not None and one.period.lower is not None and one.period.lower >= on:
            raise DoesNotHold(f"{user} heeft een rol die pas begint op {one.period.lower:%d-%m-%Y}.")
        if upper > (on or date.max) or upper == last:
            one.period = (one.period.lower, on)
            with rules():
                one.save(update_fields=["period"])
    if on is not None and on <= day:
        session.end_all(user.pk)
    log.record("identity.work.ended", user.pk, by=by, at=at, on=on, roles=len(runs))
    return user
