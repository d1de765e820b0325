"""Verbs of administrative tables: put something on one, write and support a position, say what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from vangnet.audit import log
from vangnet.cooperation.models import AdministrativeTable, Position, Support, TableItem, TableStep
from vangnet.identity import refusals
from vangnet.identity.models import User


@transaction.atomic
def record_tables(told: Sequence[dict[str, Any]], *, by: User, at: datetime) -> int:
    """Take over the administrative tables of a region pack; return how many there are."""
    for order, entry in enumerate(told, start=1):
        kept = {"name": entry["name"], "level": entry["level"], "about": entry.get("about", "")}
        with refusals.rules():
            AdministrativeTable.objects.update_or_create(
                slug=entry["slug"], defaults={**kept, "order": order}
            )
    log.record("cooperation.tables.recorded", "pack", by=by, at=at, tables=len(told))
    return len(told)


@transaction.atomic
def begin_item(item: TableItem, *, by: User, at: datetime) -> TableItem:
    """Begin something for an administrative table, in the name of a body of the network.

    Raises
    ------
    NotPermitted
        The session does not speak for this body and is not of the driving team.
    DoesNotHold
        This matter was never at that body, or is on that table already.
    """
    item.raised_by, item.raised_at = by, at
    with refusals.rules():
        item.save(force_insert=True)
    log.record(
        "cooperation.item.begun",
        item.pk,
        by=by,
        at=at,
        table=item.table_id,
        body=item.body_id,
        matter=item.matter_id,
    )
    return item


@transaction.atomic
def write_position(position: Position, *, by: User, at: datetime) -> Position:
    """Write the first or the next version of a position; bodies are asked anew whether they support it.

    Raises
    ------
    NotPermitted
        Another keeps this item.
    DoesNotHold
        A colleague wrote a version meanwhile, or the table has treated the item.
    """
    position.written_by, position.written_at = by, at
    with refusals.rules():
        position.save(force_insert=True)
    log.record("cooperation.position.written", position.item_id, by=by, at=at, number=position.number)
    return position


@transaction.atomic
def support(given: Support, *, by: User, at: datetime) -> Support:
    """Record whether a body supports the position that holds now.

    Raises
    ------
    NotPermitted
        The session does not speak for this body.
    DoesNotHold
        There is a later version, the body spoke of this one already, or these are the person's own words.
    """
    given.author, given.given_at = by, at
    with refusals.rules():
        given.save(force_insert=True)
    log.record(
        "cooperation.position.supported",
        given.position_id,
        by=by,
        at=at,
        body=given.body_id,
        stance=given.stance,
    )
    return given


@transaction.atomic
def take_step(step: TableStep, *, by: User, at: datetime) -> TableStep:
    """Put an item on the agenda of its table, say that it was treated, what came of it, or withdraw it.

    Raises
    ------
    NotPermitted
        Another keeps this item.
    DoesNotHold
        It does not fit how the item stands, there is no position yet, or the day has not come.
    """
    step.author, step.recorded_at = by, at
    with refusals.rules():
        step.save(force_insert=True)
    log.record(
        "cooperation.item.stepped",
        step.item_id,
        by=by,
        at=at,
        kind=step.kind,
        on=step.on,
        outcome=step.outcome,
    )
    return step
