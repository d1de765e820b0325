"""Founding a body beside those of the region pack, and letting one end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from vangnet.audit import log
from vangnet.directory import actions, rules
from vangnet.directory.models import Body, BodyKind, Seat, Topic
from vangnet.identity import refusals
from vangnet.identity.models import User
from vangnet.ui.slugs import new_slug


@transaction.atomic
def found_body(
    *,
    name: str,
    kind: BodyKind,
    area: str,
    since: date,
    above: Body | None = None,
    topic: Topic | None = None,
    by: User,
    at: datetime,
) -> Body:
    """Found a body beside those of the region pack; it has no seats yet.

    Raises
    ------
    NotPermitted
        The session is not of the driving team.
    DoesNotHold
        Another was founded with this name at the same moment.
    """
    known = Body.objects.aggregate(last=Max("order"))["last"] or 0
    told: dict[str, Any] = {
        "kind": kind,
        "area": area,
        "above": above,
        "topic": topic,
        "period": (since, None),
    }
    slug = new_slug(name, {*Body.objects.values_list("pk", flat=True), "nieuw"}, otherwise="overleg")
    with refusals.rules():
        body: Body = Body.objects.create(slug=slug, name=name, order=known + 1, **told)
    log.record("directory.body.founded", body.pk, by=by, at=at, kind=kind.pk, area=area, since=since)
    return body


@transaction.atomic
def end_body(body: Body, *, on: date, by: User, at: datetime) -> Body:
    """Let a body and its seats end on a day (the first day without it).

    Raises
    ------
    NotPermitted
        The session is not of the driving team.
    DoesNotHold
        The day lies before the body began, a body below it goes on, or a seat begins later.
    """
    body = rules.locked(Body, body)
    rules.check_within(body.period, on)
    goes_on = Q(period__endswith=None) | Q(period__endswith__gt=on)
    for seat in Seat.objects.filter(goes_on, body=body, deputy_of=None):
        actions.close_seat(seat, on=on, by=by, at=at)
    body.period = (body.period.lower, on)
    with refusals.rules():
        body.save(update_fields=["period"])
    log.record("directory.body.ended", body.pk, by=by, at=at, on=on)
    return body
