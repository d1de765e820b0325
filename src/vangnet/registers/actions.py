"""Verbs of registers: each adds lines, and none changes or removes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import models, transaction
from django.db.models import Max

from vangnet.audit import log
from vangnet.identity.models import User
from vangnet.identity.refusals import DoesNotHold, rules
from vangnet.registers.models import (
    Choice,
    Entered,
    Find,
    Gain,
    GroupReview,
    GroupStep,
    Intimidation,
    YouthGroup,
)
from vangnet.registers.rules import require, standing

Line = TypeVar("Line", bound=Entered)
Replacing = TypeVar("Replacing", Gain, Find, Intimidation)


@transaction.atomic
def enter(line: Line, *, by: User, at: datetime) -> Line:
    """Add a line for one's own organisation.

    Raises
    ------
    NotPermitted
        The session does not keep this register for this place.
    Weak
        It has no second factor.
    DoesNotHold
        A rule of the register is against it.
    """
    _add(line, by=by, at=at)
    log.record(f"registers.{line._meta.model_name}.entered", line.pk, by=by, at=at, place=line.place)
    return line


@transaction.atomic
def correct(former: Replacing, line: Replacing, *, by: User, at: datetime) -> Replacing:
    """Replace a line of one's own organisation; the former stays, and the new one says why.

    Raises
    ------
    NotPermitted
        The line is of another organisation, or not this session's to correct.
    DoesNotHold
        Somebody corrected the same line just before, or no reason was given.
    """
    if not line.reason:
        raise DoesNotHold("Kies waarom u dit corrigeert.")
    line.replaces = former
    _add(line, by=by, at=at)
    log.record(
        f"registers.{line._meta.model_name}.corrected", line.pk,
        by=by, at=at, replaces=former.pk, reason=line.reason, is_void=line.is_void,
    )  # fmt: skip
    return line


@transaction.atomic
def open_group(
    first: GroupReview, *, place: str, on: date, key: UUID | None = None, by: User, at: datetime
) -> YouthGroup:
    """Take a group into view under the next number of its municipality, at the first step of the model.

    Raises
    ------
    NotPermitted
        Not this session's municipality.
    DoesNotHold
        A colleague opened a group at the same moment, or the one with this key is there already.
    """
    known = YouthGroup.objects.filter(place=place).aggregate(last=Max("number"))["last"] or 0
    group = YouthGroup(id=key or uuid4(), place=place, number=known + 1, opened_on=on)
    _add(group, by=by, at=at)
    first.group = group
    with rules():
        GroupStep.objects.create(group=group, step=1, taken_on=on, entered_by=by, entered_at=at)
        _of_a_group(first, by=by, at=at)
    log.record("registers.youthgroup.opened", group.pk, by=by, at=at, place=place, number=group.number)
    return group


@transaction.atomic
def take_step(group: YouthGroup, *, step: int, on: date, by: User, at: datetime) -> GroupStep:
    """Take the next step for a group; what the same person sends twice is one step.

    Raises
    ------
    NotPermitted
        Not a group of this session's municipality.
    DoesNotHold
        The step is not the next one, was taken already, or lies before the one before it.
    """
    require((now := standing()).keeps(group.place), now)
    same = GroupStep.objects.filter(group=group, step=step, taken_on=on, entered_by=by)
    if step > 1 and (known := same.first()):
        return known  # type: ignore[no-any-return]
    with rules():
        taken: GroupStep = GroupStep.objects.create(
            group=group, step=step, taken_on=on, entered_by=by, entered_at=at
        )
    log.record("registers.youthgroup.step_taken", group.pk, by=by, at=at, step=step)
    return taken


@transaction.atomic
def review_group(group: YouthGroup, review: GroupReview, *, by: User, at: datetime) -> GroupReview:
    """Say how a group is doing now; what was said before stays.

    Raises
    ------
    NotPermitted
        Not a group of this session's municipality.
    """
    require((now := standing()).keeps(group.place), now)
    review.group = group
    with rules():
        _of_a_group(review, by=by, at=at)
    log.record("registers.youthgroup.reviewed", group.pk, by=by, at=at, kind=review.kind)
    return review


@transaction.atomic
def record_choices(lists: Mapping[str, Sequence[Mapping[str, Any]]], *, by: User, at: datetime) -> None:
    """Make the lists of a region pack what one chooses from; what lines name already stays.

    Raises
    ------
    ValueError
        A list is not known here; the message names it.
    """
    if odd := sorted(lists.keys() - set(Choice.List.values)):
        raise ValueError(f"registers.yaml: unknown lists: {', '.join(odd)}")
    for name, entries in lists.items():
        for order, entry in enumerate(entries, start=1):
            told = {"list": name, "name": entry["name"], "order": order}
            told |= {"basis": entry.get("basis", ""), "advice": entry.get("advice", "")}
            Choice.objects.update_or_create(code=entry["code"], defaults=told)
    log.record("registers.choices.recorded", "", by=by, at=at, lists=sorted(lists))


@transaction.atomic
def load(lines: Sequence[models.Model], *, by: User, at: datetime) -> int:
    """Add many lines at once, in the order given; for the command line, which loads a demonstration."""
    batch: list[models.Model] = []
    for line in lines:
        if batch and type(line) is not type(batch[-1]):
            _insert(batch)
            batch = []
        batch.append(line)
    _insert(batch)
    log.record("registers.lines.loaded", "", by=by, at=at, lines=len(lines))
    return len(lines)


def _insert(batch: Sequence[models.Model]) -> None:
    if batch:
        with rules():
            type(batch[0])._default_manager.bulk_create(batch, batch_size=500)


def _add(line: Entered, *, by: User, at: datetime) -> None:
    now = standing()
    require(now.organisation is not None, now)
    line.organisation_id = now.organisation  # type: ignore[assignment]
    line.entered_by, line.entered_at = by, at
    with rules():
        line.save(force_insert=True)


def _of_a_group(review: GroupReview, *, by: User, at: datetime) -> None:
    review.entered_by, review.entered_at = by, at
    review.save(force_insert=True)
