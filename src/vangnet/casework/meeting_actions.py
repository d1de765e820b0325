"""Verbs of the weekly meeting: prepare, arrange, put off, go on, close. Deciding is the weighing itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from vangnet.audit import log
from vangnet.casework.actions import Conflict
from vangnet.casework.meetings import Attendee, Item, Meeting
from vangnet.casework.models import Signal
from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted
from vangnet.ui.formats import day
from vangnet.vault import doors
from vangnet.vault.desks import Desk

AT_MOST = 50  # signals that the rule puts on one agenda; more can be added
Present = Sequence[tuple[UUID, UUID]]  # account and organisation


def candidates(held_on: date, now: datetime) -> QuerySet[Signal]:
    """Return what belongs on the agenda of a day, the oldest first.

    What waits to be weighed, but not what was put off to a later day; and what was to be analysed further,
    once a meeting put it off to this day.
    """
    items = Item.objects.filter(signal=OuterRef("pk"))
    later = items.filter(status=Item.Status.PUT_OFF, put_off_to__gt=held_on)
    left = items.filter(status__in=(Item.Status.PUT_OFF, Item.Status.CARRIED))
    again = left.filter(added_at__gt=OuterRef("decided_at"))
    belongs = Q(status__in=Signal.WAITING) | Q(status=Signal.Status.FURTHER) & Exists(again)
    found = Signal.objects.filter(belongs, ~Exists(later), received_at__lte=now)
    return found.order_by("received_at", "pk")


@transaction.atomic
def prepare(
    at_desk: Desk, *, held_on: date, chair: User | None = None, present: Present = (), by: User, at: datetime
) -> Meeting:
    """Prepare a meeting with an agenda made by rule.

    Raises
    ------
    NotPermitted
        Not a desk at which this session weighs.
    Conflict
        A meeting is prepared or held already.
    """
    scope = doors.one("scope")
    if scope is None or not doors.one("scope_writes"):
        raise NotPermitted("alleen wie signalen weegt, bereidt een weegoverleg voor")
    if Meeting.objects.running().exists():
        raise Conflict("Er staat al een weegoverleg open. Sluit dat eerst; wat blijft liggen gaat mee.")
    try:
        with doors.rules():
            meeting = Meeting.objects.create(
                scope_id=scope, organisation_id=at_desk.organisation, purpose=at_desk.purpose,
                held_on=held_on, chair=chair, changed_by=by, changed_at=at,
            )  # fmt: skip
            _seat(meeting, present)
    except doors.DoesNotHold as reason:
        raise Conflict(str(reason)) from reason
    for order, signal in enumerate(candidates(held_on, at)[:AT_MOST], start=1):
        Item.objects.create(meeting=meeting, signal=signal, order=order, added_at=at, by=by)
    log.record("casework.meeting.prepared", meeting.pk, by=by, at=at, held_on=held_on.isoformat())
    return meeting


@transaction.atomic
def change(
    meeting: Meeting,
    *,
    version: int,
    held_on: date,
    chair: User | None,
    present: Present,
    by: User,
    at: datetime,
) -> Meeting:
    """Change when a meeting is, who leads it and who is there.

    Raises
    ------
    Conflict
        Somebody else changed it, or it is closed.
    """
    meeting = _locked(meeting, version)
    meeting.held_on, meeting.chair = held_on, chair
    _changed(meeting, by, at)
    with doors.rules():
        Attendee.objects.filter(meeting=meeting).delete()
        _seat(meeting, present)
    log.record("casework.meeting.changed", meeting.pk, by=by, at=at, present=len(present))
    return meeting


@transaction.atomic
def arrange(
    meeting: Meeting,
    *,
    version: int,
    order: Mapping[UUID, int],
    gone: Sequence[UUID] = (),
    added: Signal | None = None,
    by: User,
    at: datetime,
) -> Meeting:
    """Put the agenda in another order, take signals off it, or add one at its end.

    Parameters
    ----------
    version
        Of the agenda that was looked at: what somebody else changed since is not overwritten.
    order
        Place per signal; signals with the same place stay in the order they had.

    Raises
    ------
    Conflict
        Somebody else changed it, it is closed, a signal was decided meanwhile, or cannot be added.
    """
    _hold(gone)
    meeting = _locked(meeting, version)
    items = _without(meeting, gone)
    if added is not None:
        if any(item.signal_id == added.pk for item in items):
            raise Conflict(f"Signaal {added.number} staat al op de agenda.")
        if added.status in (Signal.Status.PASSED_ON, Signal.Status.NOTHING):
            raise Conflict(f"Signaal {added.number} is al afgesloten: {added.get_status_display().lower()}.")
        items.append(Item(meeting=meeting, signal=added, order=len(items) + 1, added_at=at, by=by))
    items.sort(key=lambda item: (order.get(item.signal_id, item.order), item.order))
    for number, item in enumerate(items, start=1):
        is_new = item._state.adding
        if is_new or item.order != number:
            item.order, item.by = number, by
            item.save(force_insert=is_new)
    _changed(meeting, by, at)
    log.record("casework.meeting.arranged", meeting.pk, by=by, at=at, items=len(items))
    return meeting


@transaction.atomic
def put_off(meeting: Meeting, signal: UUID, *, to: date, by: User, at: datetime) -> Item:
    """Put a signal off to a later meeting; who asks the same twice is not refused.

    Raises
    ------
    Conflict
        It was decided or put off meanwhile, or the meeting is closed.
    """
    meeting = _locked(meeting)
    item = _item(meeting, signal)
    if item.status != Item.Status.OPEN:
        if (item.put_off_to, item.by_id) == (to, by.pk):
            return item
        who = "U was uzelf voor" if item.by_id == by.pk else f"{item.by} was u voor"
        raise Conflict(
            f"{who}: dit signaal is al uitgesteld tot {day(item.put_off_to)}. Uw datum is niet bewaard."
        )
    if is_decided(item):
        raise Conflict(f"Over dit signaal is al besloten: {item.signal.get_outcome_display().lower()}.")
    if to <= meeting.held_on:
        raise Conflict(f"Kies een dag na dit overleg van {day(meeting.held_on)}.")
    item.status, item.put_off_to, item.by = Item.Status.PUT_OFF, to, by
    item.save(update_fields=["status", "put_off_to", "by"])
    log.record("casework.signal.put_off", signal, by=by, at=at, to=to.isoformat())
    return item


@transaction.atomic
def take_up(meeting: Meeting, signal: UUID, *, by: User, at: datetime) -> Item:
    """Treat a signal after all that was put off in this same meeting.

    Raises
    ------
    Conflict
        It is not put off, or the meeting is closed.
    """
    meeting = _locked(meeting)
    item = _item(meeting, signal)
    if item.status != Item.Status.PUT_OFF:
        raise Conflict("Dit signaal is niet uitgesteld.")
    item.status, item.put_off_to, item.by = Item.Status.OPEN, None, by
    item.save(update_fields=["status", "put_off_to", "by"])
    log.record("casework.signal.taken_up", signal, by=by, at=at)
    return item


@transaction.atomic
def go_to(meeting: Meeting, signal: UUID, *, by: User, at: datetime) -> None:
    """Keep which signal the meeting is at, so that who comes back goes on there.

    Raises
    ------
    Conflict
        The meeting is closed.
    """
    meeting = _locked(meeting)
    item = _item(meeting, signal)
    if meeting.current != item.signal_id:
        meeting.current, meeting.changed_by, meeting.changed_at = item.signal_id, by, at
        meeting.save(update_fields=["current", "changed_by", "changed_at"])
        log.record("casework.meeting.went_on", meeting.pk, by=by, at=at, item=item.order)


@transaction.atomic
def close(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """Close a meeting: what was decided becomes its list, the rest goes to the next.

    Raises
    ------
    Conflict
        It was closed meanwhile.
    """
    _hold(Item.objects.filter(meeting=meeting).values_list("signal", flat=True))
    meeting = _locked(meeting)
    counted = dict.fromkeys(Item.Status.values, 0)
    for item in Item.objects.filter(meeting=meeting).select_related("signal"):
        if is_decided(item):
            item.status, item.put_off_to = Item.Status.DECIDED, None
            item.outcome, item.route = item.signal.outcome, item.signal.route
        elif item.status == Item.Status.OPEN:
            item.status = Item.Status.CARRIED
        item.by = by
        item.save()
        counted[item.status] += 1
    meeting.closed_at, meeting.closed_by = at, by
    _changed(meeting, by, at)
    log.record(
        "casework.meeting.closed", meeting.pk, by=by, at=at, decided=counted[Item.Status.DECIDED],
        put_off=counted[Item.Status.PUT_OFF], carried=counted[Item.Status.CARRIED],
    )  # fmt: skip
    return meeting


def is_decided(item: Item) -> bool:
    """Say whether the signal of an item was decided since it came on the agenda."""
    decided = item.signal.decided_at
    return bool(item.signal.outcome and decided and decided >= item.added_at)


def _hold(signals: Iterable[UUID]) -> None:
    """Let nobody decide these signals until this is done; before the meeting, as who decides takes them."""
    list(Signal.objects.select_for_update(of=("self",)).filter(pk__in=list(signals)).order_by("pk"))


def _without(meeting: Meeting, gone: Sequence[UUID]) -> list[Item]:
    """Take items that are still open off an agenda, and return the others."""
    items = list(Item.objects.filter(meeting=meeting).select_related("signal"))
    for item in items:
        if item.signal_id in gone and is_decided(item):
            raise Conflict(
                f"Over signaal {item.signal.number} is intussen besloten: "
                f"{item.signal.get_outcome_display().lower()}. Het blijft op de lijst. "
                "Uw wijziging is niet bewaard."
            )
    off = [item for item in items if item.signal_id in gone and item.status == Item.Status.OPEN]
    Item.objects.filter(pk__in=[item.pk for item in off]).delete()
    return [item for item in items if item not in off]


def _seat(meeting: Meeting, present: Present) -> None:
    for user, organisation in dict(present).items():
        Attendee.objects.create(meeting=meeting, user_id=user, organisation_id=organisation)


def _changed(meeting: Meeting, by: User, at: datetime) -> None:
    meeting.version, meeting.changed_by, meeting.changed_at = F("version") + 1, by, at
    with doors.rules():
        meeting.save()
    meeting.refresh_from_db()


def _locked(meeting: Meeting, version: int | None = None) -> Meeting:
    # Without joins: who waited for the lock would not find the row when somebody else changed it meanwhile.
    held = Meeting.objects.select_for_update().filter(pk=meeting.pk).first()
    if held is None or not doors.one("scope_writes"):
        raise NotPermitted("dit weegoverleg bestaat niet, of u mag het niet leiden")
    if not held.is_open:
        raise Conflict(f"Dit weegoverleg is al gesloten door {held.closed_by}.")
    if version is not None and held.version != version:
        raise Conflict(
            f"{held.changed_by} heeft dit weegoverleg intussen gewijzigd. Uw wijziging is niet bewaard."
        )
    return held


def _item(meeting: Meeting, signal: UUID) -> Item:
    asked = Item.objects.filter(meeting=meeting, signal=signal).select_related("signal", "by")
    found: Item | None = asked.first()
    if found is None:
        raise NotPermitted("dit signaal staat niet op deze agenda")
    return found
