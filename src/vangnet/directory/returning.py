"""A list of people that was handed out comes back: what was changed in it is kept, if nobody else did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from vangnet.audit import log
from vangnet.directory.departures import Departure
from vangnet.directory.listed import PROFILE, Listed, listed
from vangnet.identity import actions as identity
from vangnet.identity import refusals
from vangnet.identity.models import User
from vangnet.identity.rules import SharedAccount

TWICE = "Dit staat er al: het formulier is twee keer verstuurd."


@dataclass(frozen=True)
class NewProfile:
    """How to reach somebody who keeps no profile yet, and what that person knows about."""

    account: UUID
    function: str  # its code; empty when nobody knows
    phone: str
    days: tuple[int, ...]
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """What a row changes of somebody, and the mark of how they stood when that was looked at."""

    account: UUID
    seen: str
    values: Mapping[str, Any]  # by field of the list, as it is kept

    def is_done(self, now: Listed | None, today: date) -> bool:
        """Say whether it stands like this already."""
        if now is None:
            until = self.values.get("until")
            return until is not None and until <= today
        return all(now.values[field] == value for field, value in self.values.items())


def locked(changes: Sequence[Change], *, by: User, at: datetime) -> dict[UUID, Listed]:
    """Hold the accounts of these rows and return how each stands, when that is as it was looked at.

    Raises
    ------
    DoesNotHold
        Somebody left or was changed meanwhile, or the same was kept a moment ago.
    """
    keys, today = [one.account for one in changes], timezone.localdate(at)
    if not keys:
        return {}
    held = {one.pk: one for one in _held(keys)}
    now = {one.account: one for one in listed(by, today, only=keys)}
    moved = [one for one in changes if one.account not in now or now[one.account].mark != one.seen]
    if (
        moved
        and len(moved) == len(changes)
        and all(one.is_done(now.get(one.account), today) for one in moved)
    ):
        raise refusals.DoesNotHold(TWICE)
    if moved:
        name = held[moved[0].account].name if moved[0].account in held else "iemand in het bestand"
        raise refusals.DoesNotHold(
            f"Intussen wijzigde een ander wat hier staat over {name}. Kies het bestand opnieuw."
        )
    return now


def check_new(told: Sequence[NewProfile], *, by: User, at: datetime) -> None:
    """Let profiles pass that are not there yet as they are told.

    Raises
    ------
    DoesNotHold
        Every one of them is: the same was kept a moment ago.
    """
    if not told:
        return
    rows = listed(by, timezone.localdate(at), only=[one.account for one in told])
    now = {one.account: one for one in rows if one.is_filled_in}
    if all(
        one.account in now
        and NewProfile(one.account, *(now[one.account].values[field] for field in PROFILE)) == one
        for one in told
    ):
        raise refusals.DoesNotHold(TWICE)


def _held(keys: Sequence[UUID]) -> Any:
    return User.objects.get_queryset().select_for_update().filter(pk__in=keys).order_by("pk")


def profiles(changes: Sequence[Change], people: Mapping[UUID, Listed]) -> list[NewProfile]:
    """Return the profiles that these rows change, whole."""
    found = []
    for one in changes:
        if one.values.keys() & set(PROFILE):
            told = {**people[one.account].values, **one.values}
            function, phone, days, topics = (told[field] for field in PROFILE)
            found.append(NewProfile(one.account, function, phone, tuple(days), tuple(topics)))
    return found


def keep(changes: Sequence[Change], people: Mapping[UUID, Listed], *, by: User, at: datetime) -> None:
    """Keep what these rows change of accounts and of who works here; profiles are kept before.

    Raises
    ------
    NotPermitted
        No administrator, or this is about the own end.
    DoesNotHold
        An address is taken or of a desk, or an end does not fit.
    """
    accounts = {one.pk: one for one in _held([one.account for one in changes])}
    for one in changes:
        person, now = accounts[one.account], people[one.account]
        if one.values.keys() & {"email", "name"}:
            _rename(person, {**now.values, **one.values}, by, at)
        if one.values.keys() & {"until", "reason"}:
            _end(person, now, one.values, by, at)
        log.record("directory.person.changed", person.pk, by=by, at=at, fields=sorted(one.values))


def _rename(person: User, told: Mapping[str, Any], by: User, at: datetime) -> None:
    try:
        identity.change_account(person, email=told["email"], name=told["name"], by=by, at=at)
    except (identity.Overlap, SharedAccount) as error:
        raise refusals.DoesNotHold(f"{person.name}: {error}.") from error


def _end(person: User, now: Listed, values: Mapping[str, Any], by: User, at: datetime) -> None:
    told = {**now.values, **values}
    if "until" in values:
        identity.end_work(person, on=told["until"], by=by, at=at)
    with refusals.rules():
        Departure.objects.create(
            account=person, on=told["until"], reason=told["reason"], recorded_by=by, recorded_at=at
        )
