"""Verbs of the network: bodies from a region pack, seats that open and end, and who holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from vangnet.audit import log
from vangnet.directory import rules
from vangnet.directory.models import (
    Body,
    BodyKind,
    Expertise,
    Function,
    Holder,
    Profile,
    Seat,
    SeatRule,
    ThemePartner,
    Topic,
)
from vangnet.identity import refusals
from vangnet.identity.models import Organisation, User
from vangnet.identity.rules import NotPermitted
from vangnet.ui import formats

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Network:
    """What a region pack says of the network: lists of entries, in the order in which they are shown."""

    topics: Sequence[Entry] = ()
    functions: Sequence[Entry] = ()
    kinds: Sequence[Entry] = ()
    bodies: Sequence[Entry] = ()
    rules: Sequence[Entry] = ()


@transaction.atomic
def record_network(told: Network, *, by: User, at: datetime) -> None:
    """Make the lists and bodies of a region pack those of the network; what seats name already stays.

    Raises
    ------
    KeyError
        An entry lacks something; the message names it.
    NotPermitted
        Not the session of the command line.
    """
    with refusals.rules():
        for order, entry in enumerate(told.topics, start=1):
            known = {"name": entry["name"], "under_id": entry.get("under"), "order": order}
            Topic.objects.update_or_create(slug=entry["slug"], defaults=known)
        for order, entry in enumerate(told.functions, start=1):
            known = {"name": entry["name"], "order": order}
            Function.objects.update_or_create(code=entry["code"], defaults=known)
        for order, entry in enumerate(told.kinds, start=1):
            known = {"name": entry["name"], "about": entry.get("about", ""), "order": order}
            BodyKind.objects.update_or_create(code=entry["code"], defaults=known)
        for order, entry in enumerate(told.bodies, start=1):
            _record_body(entry, order)
        for order, entry in enumerate(told.rules, start=1):
            _record_rule(entry, order)
        SeatRule.objects.exclude(code__in=[entry["code"] for entry in told.rules]).delete()
    log.record("directory.network.recorded", "", by=by, at=at, bodies=len(told.bodies))


def _record_body(entry: Entry, order: int) -> None:
    known = {
        "name": entry["name"],
        "kind_id": entry["kind"],
        "area": entry.get("area", ""),
        "above_id": entry.get("above"),
        "topic_id": entry.get("topic"),
        "order": order,
    }
    former = Body.objects.filter(slug=entry["slug"]).first()
    until = entry.get("until") or (former and former.period.upper)  # what the driving team ended stays so
    known["period"] = (entry.get("since"), until)
    Body.objects.update_or_create(slug=entry["slug"], defaults=known)


def _record_rule(entry: Entry, order: int) -> None:
    known = {
        "kind_id": entry["kind"],
        "check_of": SeatRule.Check(entry["check"]),
        "role": entry.get("role", ""),
        "function_id": entry.get("function"),
        "partner": entry.get("partner", ""),
        "other_id": entry.get("other"),
        "divisible_id": entry.get("divisible"),
        "count": entry.get("count", 1),
        "says": entry["says"],
        "mend": entry["mend"],
        "order": order,
    }
    SeatRule.objects.update_or_create(code=entry["code"], defaults=known)


@transaction.atomic
def open_seat(
    body: Body,
    *,
    role: str,
    organisation: Organisation,
    function: Function,
    since: date,
    until: date | None = None,
    deputy_of: Seat | None = None,
    portfolio: Topic | None = None,
    by: User,
    at: datetime,
) -> Seat:
    """Open a seat in a body, vacant until somebody is appointed.

    Raises
    ------
    NotPermitted
        The session does not speak for this body, and is not of the driving team.
    DoesNotHold
        The body has a chair already, or the deputy is not of a seat of this body.
    """
    with refusals.rules():
        seat: Seat = Seat.objects.create(
            body=body,
            role=role,
            organisation=organisation,
            function=function,
            deputy_of=deputy_of,
            portfolio=portfolio,
            period=(since, until),
        )
    log.record("directory.seat.opened", seat.pk, by=by, at=at, body=body.pk, role=role, since=since)
    return seat


@transaction.atomic
def appoint(
    seat: Seat, *, account: User, since: date, until: date | None = None, by: User, at: datetime
) -> Holder:
    """Let somebody hold a seat from a day on; nobody appoints themselves.

    Raises
    ------
    NotPermitted
        The session does not speak for this body, or would appoint its own account.
    DoesNotHold
        The seat is taken in that period, or the person does not work for its organisation.
    """
    seat = rules.locked(Seat, seat)
    last = until or seat.period.upper
    with refusals.rules():
        holder: Holder = Holder.objects.create(seat=seat, account=account, period=(since, last))
    log.record("directory.holder.appointed", seat.pk, by=by, at=at, account=account.pk, since=since)
    return holder


@transaction.atomic
def step_down(holder: Holder, *, on: date, by: User, at: datetime) -> Holder:
    """Let somebody hold a seat no more from a day on; from then it is vacant.

    Raises
    ------
    NotPermitted
        The session does not speak for this body.
    DoesNotHold
        The day lies before the person began, or after they ended.
    """
    holder = rules.locked(Holder, holder)
    rules.check_within(holder.period, on)
    holder.period = (holder.period.lower, on)
    with refusals.rules():
        holder.save(update_fields=["period"])
    log.record("directory.holder.ended", holder.seat_id, by=by, at=at, account=holder.account_id, on=on)
    return holder


@transaction.atomic
def close_seat(seat: Seat, *, on: date, by: User, at: datetime) -> Seat:
    """Let a seat, its deputies and whoever holds them end on a day (the first day without it).

    Raises
    ------
    NotPermitted
        The session does not speak for this body.
    DoesNotHold
        The day lies before the seat began, or after it ended.
    """
    seat = rules.locked(Seat, seat)
    rules.check_within(seat.period, on)
    with refusals.rules(), connection.cursor() as cursor:
        # All in one: who ends their own seat speaks for the body no more once the holder ended.
        cursor.execute("SELECT directory_end_seat(%s, %s)", [seat.pk, on])
    seat.refresh_from_db()
    log.record("directory.seat.closed", seat.pk, by=by, at=at, body=seat.body_id, on=on)
    return seat


@transaction.atomic
def hand_over(
    account: User, successors: Mapping[UUID, User | None], *, on: date, by: User, at: datetime
) -> list[Holder]:
    """Pass on every seat of somebody who leaves, to a successor or knowingly to nobody, all or none.

    `successors` names each seat that the person holds on that day or later; None leaves it vacant. It may
    name seats that end before that day: nothing changes there. A holder who had not begun on that day is
    replaced and not ended.

    Raises
    ------
    NotPermitted
        The session does not keep one of these bodies, or would appoint its own account.
    DoesNotHold
        A seat was forgotten, one began between that day and today, or a successor does not work for the
        organisation of a seat.
    """
    held = Holder.objects.filter(account=account)
    still = held.filter(Q(period__contains=on) | Q(period__startswith__gte=on))
    leaving = list(still.select_for_update(of=("self",)).select_related("seat"))
    if still.count() > len(leaving):
        raise NotPermitted("een van deze zetels houdt een ander bij")
    seats = {one.seat_id for one in leaving}
    ended = held.filter(seat__in=successors.keys() - seats).values_list("seat", flat=True)
    if seats | set(ended) != successors.keys():
        raise refusals.DoesNotHold(
            "Intussen zijn er andere zetels. Kies opnieuw per zetel wie hem overneemt."
        )
    passed = []
    for one in leaving:
        since, last, heir = max(on, one.period.lower), one.period.upper, successors[one.seat_id]
        with refusals.rules():
            _leave(one, on, timezone.localdate(at))
            if heir is not None:
                passed.append(Holder.objects.create(seat=one.seat, account=heir, period=(since, last)))
    vacant = [str(seat) for seat, heir in successors.items() if heir is None and seat in seats]
    log.record(
        "directory.account.handed_over", account.pk, by=by, at=at, on=on, seats=len(leaving), vacant=vacant
    )
    return passed


def _leave(holder: Holder, on: date, today: date) -> None:
    """End what somebody holds on a day; what had not begun then leaves no trace but in the log."""
    if holder.period.lower < on:
        holder.period = (holder.period.lower, on)
        holder.save(update_fields=["period"])
        return
    if holder.period.lower < today:
        raise refusals.DoesNotHold(
            f"{holder.seat} begon op {formats.day(holder.period.lower)}. Kies een latere dag."
        )
    if Holder.objects.filter(pk=holder.pk).delete()[0] != 1:
        raise NotPermitted("een van deze zetels houdt een ander bij")


@transaction.atomic
def keep_profile(
    account: User,
    *,
    function: Function | None,
    phone: str,
    days: Sequence[int],
    topics: Sequence[Topic],
    by: User,
    at: datetime,
) -> Profile:
    """Say how colleagues reach somebody and what they know about; everybody their own.

    Raises
    ------
    NotPermitted
        Somebody else, or the session has no second factor.
    DoesNotHold
        The number is none, or a day is no working day.
    """
    told = {"function": function, "phone": phone, "days": sorted(days), "changed_on": timezone.localdate(at)}
    told["filled_in_by"] = None  # whoever filled it in: now it is of who it is about
    with refusals.rules():
        profile, _ = Profile.objects.update_or_create(account=account, defaults=told)
        known = Expertise.objects.filter(account=account)
        known.exclude(topic__in=topics).delete()
        new = set(topics) - {one.topic for one in known.select_related("topic")}
        Expertise.objects.bulk_create(Expertise(account=account, topic=one) for one in new)
    log.record("directory.profile.kept", account.pk, by=by, at=at, topics=len(topics))
    return profile


@transaction.atomic
def join_theme(
    organisation: Organisation, *, topic: Topic, since: date, reason: str, by: User, at: datetime
) -> ThemePartner:
    """Let an organisation take part in a theme from a day on.

    Raises
    ------
    NotPermitted
        Not the driving team, and not somebody who decides for this organisation.
    DoesNotHold
        It takes part already, or the subject is no theme.
    """
    with refusals.rules():
        partner: ThemePartner = ThemePartner.objects.create(
            organisation=organisation, topic=topic, period=(since, None), joined_for=reason
        )
    log.record("directory.theme.joined", partner.pk, by=by, at=at, topic=topic.pk, since=since, reason=reason)
    return partner


@transaction.atomic
def leave_theme(partner: ThemePartner, *, on: date, reason: str, by: User, at: datetime) -> ThemePartner:
    """Let an organisation take part in a theme no more from a day on, with a reason.

    Raises
    ------
    NotPermitted
        Not the driving team, and not somebody who decides for this organisation.
    DoesNotHold
        The day lies before it joined, or after it left.
    """
    partner = rules.locked(ThemePartner, partner)
    rules.check_within(partner.period, on)
    partner.period, partner.left_for = (partner.period.lower, on), reason
    with refusals.rules():
        partner.save(update_fields=["period", "left_for"])
    log.record("directory.theme.left", partner.pk, by=by, at=at, topic=partner.topic_id, on=on, reason=reason)
    return partner
