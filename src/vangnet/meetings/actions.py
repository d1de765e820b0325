"""Verbs of meetings: plan, put on the agenda, hold, decide, adopt; actions, papers, keys, registrations."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.db.models import F

from vangnet.audit import log
from vangnet.directory.models import Body, Seat
from vangnet.identity import refusals
from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted
from vangnet.identity.session import digest
from vangnet.meetings.models import (
    ActionPoint,
    FeedKey,
    Matter,
    Paper,
    Presence,
    Registration,
    Ruling,
    Sitting,
    Stop,
)
from vangnet.meetings.rules import MEANWHILE

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Came:
    """How a seat was filled in a meeting: by its holder, by a deputy, or not."""

    seat: Seat
    account: User | None
    kind: str
    deputy: User | None = None


@transaction.atomic
def plan(sitting: Sitting, *, by: User, at: datetime) -> Sitting:
    """Plan a meeting, or record one that was held already.

    Raises
    ------
    NotPermitted
        The session does not keep this body.
    DoesNotHold
        The day is past and the meeting was not held, or the body is not there on that day.
    """
    sitting.planned_by, sitting.changed_at = by, at
    with refusals.rules():
        sitting.save(force_insert=True)
    log.record(
        "meetings.sitting.planned",
        sitting.pk,
        by=by,
        at=at,
        body=sitting.body_id,
        starts_at=sitting.starts_at,
    )
    return sitting


@transaction.atomic
def change(sitting: Sitting, *, seen: int, by: User, at: datetime, **told: Any) -> Sitting:
    """Change day, place, or the stand of a meeting: `state` held, off with a `remark`, or adopted on a day.

    `seen` is the revision that the person looked at; of two who change the same, the second is told.

    Raises
    ------
    NotPermitted
        The session does not keep this body, or does not speak for it when the list is adopted.
    DoesNotHold
        A colleague changed it meanwhile, the meeting is closed, or something is open still.
    """
    found = _touched(sitting, seen, at, **told)
    log.record("meetings.sitting.changed", found.pk, by=by, at=at, body=found.body_id, state=found.state)
    return found


@transaction.atomic
def put_in_order(sitting: Sitting, stops: Sequence[Stop], *, seen: int, by: User, at: datetime) -> Sitting:
    """Put the items of an agenda in this order; an item that waited comes on it, one left out waits again.

    Raises
    ------
    NotPermitted
        The session does not keep this body.
    DoesNotHold
        A colleague changed the agenda meanwhile, the meeting is closed, or the body has decided.
    """
    found = _touched(sitting, seen, at)
    wanted = {stop.pk: number for number, stop in enumerate(stops, start=1)}
    known = Stop.objects.select_for_update(of=("self",)).filter(
        models.Q(pk__in=wanted) | models.Q(sitting=found)
    )
    for stop in known:
        place = (found.pk, wanted[stop.pk]) if stop.pk in wanted else (None, 0)
        if (stop.sitting_id, stop.position) != place:
            _place(stop, *place)
    log.record("meetings.agenda.ordered", found.pk, by=by, at=at, body=found.body_id, items=len(wanted))
    return found


def _place(stop: Stop, sitting: UUID | None, position: int) -> None:
    stop.sitting_id, stop.position, stop.revision = sitting, position, stop.revision + 1
    with refusals.rules():
        stop.save(update_fields=["sitting", "position", "revision"])


@transaction.atomic
def raise_matter(matter: Matter, stop: Stop, *, by: User, at: datetime) -> Stop:
    """Bring a matter in a body, with its note; it waits there until it is put on an agenda.

    Raises
    ------
    NotPermitted
        The session has no seat in this body and does not keep it, or the change does not wait for it.
    DoesNotHold
        The body handles this change already.
    """
    matter.raised_by, matter.raised_at = by, at
    stop.matter, stop.body = matter, matter.body
    stop.written_by, stop.written_at = by, at
    with refusals.rules():
        matter.save(force_insert=True)
        stop.save(force_insert=True)
    log.record(
        "meetings.matter.raised", matter.pk, by=by, at=at, body=matter.body_id, version=matter.version_id
    )
    return stop


@transaction.atomic
def write_note(stop: Stop, *, seen: int, by: User, at: datetime, **told: str) -> Stop:
    """Rewrite the note with an item: `aim`, `occasion`, `asked`, `caveats`, `follow_up`.

    Raises
    ------
    NotPermitted
        The session does not keep the body; with a seat there one rewrites one's own note while it waits.
    DoesNotHold
        A colleague changed it meanwhile, or the body has decided.
    """
    found = _locked(Stop, stop)
    if found.revision != seen:
        raise refusals.DoesNotHold(MEANWHILE)
    found.revision, found.written_by, found.written_at = seen + 1, by, at
    for name, value in told.items():
        setattr(found, name, value)
    with refusals.rules():
        found.save(update_fields=["revision", "written_by", "written_at", *told])
    log.record("meetings.note.written", found.pk, by=by, at=at, body=found.body_id)
    return found


@transaction.atomic
def rule(ruling: Ruling, *, by: User, at: datetime) -> Ruling:
    """Record what a body said of an item; a next `number` mends it, and the earlier one stays readable.

    What is held over waits for the same body again, what is forwarded for the next.

    Raises
    ------
    NotPermitted
        The session does not speak for this body.
    DoesNotHold
        The meeting was not held, a colleague was first, a body would be skipped, it travelled already, the
        list was adopted and no reason is given, or the body judges this change in the strategy.
    """
    ruling.recorded_by, ruling.recorded_at = by, at
    with refusals.rules():
        ruling.save(force_insert=True)
    log.record(
        "meetings.ruling.recorded", ruling.stop_id, by=by, at=at,
        number=ruling.number, outcome=ruling.outcome, to=ruling.to_id,
    )  # fmt: skip
    return ruling


@transaction.atomic
def attend(sitting: Sitting, came: Sequence[Came], *, seen: int, by: User, at: datetime) -> Sitting:
    """Record for each seat whether it was filled, and by whom.

    Raises
    ------
    NotPermitted
        The session does not keep this body.
    DoesNotHold
        A colleague changed it meanwhile, or the meeting is closed.
    """
    found = _touched(sitting, seen, at)
    with refusals.rules():
        for one in came:
            told = {"account": one.account, "kind": one.kind, "deputy": one.deputy}
            Presence.objects.update_or_create(sitting=found, seat=one.seat, defaults=told)
    log.record("meetings.attendance.recorded", found.pk, by=by, at=at, body=found.body_id, seats=len(came))
    return found


@transaction.atomic
def agree_action(action: ActionPoint, *, by: User, at: datetime) -> ActionPoint:
    """Record who does what before which day.

    Raises
    ------
    NotPermitted
        The session does not keep this body.
    DoesNotHold
        The meeting was not held, the day lies before it, or the person works for no partner now.
    """
    action.noted_by, action.noted_at = by, at
    with refusals.rules():
        action.save(force_insert=True)
    log.record("meetings.action.agreed", action.pk, by=by, at=at, owner=action.owner_id, due_on=action.due_on)
    return action


@transaction.atomic
def finish_action(action: ActionPoint, *, done_on: date, remark: str, by: User, at: datetime) -> ActionPoint:
    """Record that an action is done, with a remark.

    Raises
    ------
    NotPermitted
        Not the owner, and not somebody who keeps the body.
    DoesNotHold
        It was done already, or the day has not come.
    """
    found = _locked(ActionPoint, action)
    if found.done_on is not None:
        raise refusals.DoesNotHold("Deze actie is al afgerond.")
    found.done_on, found.remark = done_on, remark
    with refusals.rules():
        found.save(update_fields=["done_on", "remark"])
    log.record("meetings.action.done", found.pk, by=by, at=at, done_on=done_on)
    return found


@transaction.atomic
def add_paper(paper: Paper, *, by: User, at: datetime) -> Paper:
    """Keep a file with a matter.

    Raises
    ------
    NotPermitted
        The matter is not at a body of this session.
    """
    paper.added_by, paper.added_at = by, at
    with refusals.rules():
        paper.save(force_insert=True)
    log.record("meetings.paper.added", paper.pk, by=by, at=at, matter=paper.matter_id, size=paper.size)
    return paper


@transaction.atomic
def remove_paper(paper: Paper, *, by: User, at: datetime) -> None:
    """Take a file away that should not be here.

    Raises
    ------
    NotPermitted
        The matter is not at a body of this session, or a body decided with this file at hand.
    """
    with refusals.rules():
        gone, _ = Paper.objects.filter(pk=paper.pk).delete()
    if not gone:
        raise NotPermitted("dit houdt een ander bij")
    log.record("meetings.paper.removed", paper.pk, by=by, at=at, matter=paper.matter_id)


@transaction.atomic
def make_key(*, body: Body | None, pk: UUID | None = None, by: User, at: datetime) -> str:
    """Make a key for a calendar feed and return it; it is kept nowhere, only its sha256.

    Raises
    ------
    NotPermitted
        The session works for no partner, or has no second factor.
    DoesNotHold
        There is a key with this `pk` already: a form was sent twice.
    """
    key = secrets.token_urlsafe(32)
    made = FeedKey(account=by, body=body, digest=digest(key), made_at=at)
    made.id = pk or made.id
    with refusals.rules():
        made.save(force_insert=True)
    log.record("meetings.feed.opened", made.pk, by=by, at=at, body=body and body.pk)
    return key


@transaction.atomic
def revoke_key(key: FeedKey, *, by: User, at: datetime) -> FeedKey:
    """Let the address of a calendar feed give nothing any more.

    Raises
    ------
    NotPermitted
        Not one's own.
    DoesNotHold
        It was revoked already.
    """
    found = _locked(FeedKey, key)
    if found.revoked_at is not None:
        raise refusals.DoesNotHold("Deze koppeling was al ingetrokken.")
    found.revoked_at = at
    with refusals.rules():
        found.save(update_fields=["revoked_at"])
    log.record("meetings.feed.closed", found.pk, by=by, at=at)
    return found


@transaction.atomic
def register(sitting: Sitting, *, by: User, at: datetime) -> Registration:
    """Register oneself for a meeting about a theme.

    Raises
    ------
    NotPermitted
        The session works for no partner, or has no second factor.
    DoesNotHold
        It is full, past, off, or one is registered already.
    """
    with refusals.rules():
        made: Registration = Registration.objects.create(sitting=sitting, account=by, registered_at=at)
    log.record("meetings.registration.made", sitting.pk, by=by, at=at)
    return made


@transaction.atomic
def unregister(sitting: Sitting, *, by: User, at: datetime) -> None:
    """Take back one's own registration.

    Raises
    ------
    DoesNotHold
        There is none.
    """
    with refusals.rules():
        gone, _ = Registration.objects.filter(sitting=sitting, account=by).delete()
    if not gone:
        raise refusals.DoesNotHold("U was niet aangemeld.")
    log.record("meetings.registration.withdrawn", sitting.pk, by=by, at=at)


def _touched(sitting: Sitting, seen: int, at: datetime, **told: Any) -> Sitting:
    """Return a meeting, held until the end, with a next revision; who looked at an older one is told."""
    found = _locked(Sitting, sitting)
    if found.revision != seen:
        raise refusals.DoesNotHold(MEANWHILE)
    changed: Mapping[str, Any] = {**told, "revision": F("revision") + 1, "changed_at": at}
    with refusals.rules():
        Sitting.objects.filter(pk=found.pk).update(**changed)
    found.refresh_from_db()
    return found


def _locked(model: type[Row], row: Row) -> Row:
    """Return a row as it is now, held until the end; what a session may not change cannot be held."""
    found = model._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None:
        raise NotPermitted("dit houdt een ander bij")
    return found
