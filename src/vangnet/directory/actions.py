"""Verbs of the network: bodies from a region pack, seats that open and end, and who holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models, transaction

from vangnet.audit import log
from vangnet.directory import rules  # noqa: F401  names what the database refuses
from vangnet.directory.models import Body, BodyKind, Function, Holder, Seat, SeatRule, Topic
from vangnet.identity import refusals
from vangnet.identity.models import Organisation, User
from vangnet.identity.rules import NotPermitted

Entry = Mapping[str, Any]
Row = TypeVar("Row", bound=models.Model)


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
        "period": (entry.get("since"), entry.get("until")),
        "order": order,
    }
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
    seat = _locked(Seat, seat)
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
    holder = _locked(Holder, holder)
    _check_within(holder.period, on)
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
    seat = _locked(Seat, seat)
    _check_within(seat.period, on)
    for one in [*seat.deputies.select_for_update(of=("self",)).filter(period__contains=on), seat]:
        for holder in one.holders.select_for_update().filter(period__contains=on):
            holder.period = (holder.period.lower, on)
            with refusals.rules():
                holder.save(update_fields=["period"])
        one.period = (one.period.lower, on)
        with refusals.rules():
            one.save(update_fields=["period"])
    log.record("directory.seat.closed", seat.pk, by=by, at=at, body=seat.body_id, on=on)
    return seat


def _locked(model: type[Row], row: Row) -> Row:
    """Return a row as it is now, held until the end; what a session may not change cannot be held."""
    found = model._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None:
        raise NotPermitted("dit houdt een ander bij")
    return found


def _check_within(period: Any, on: date) -> None:
    if on <= period.lower or (period.upper and on > period.upper):
        raise refusals.DoesNotHold("Kies een dag na het begin en niet na het einde dat al is vastgelegd.")
