"""The verb that takes over an old list of decisions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from vangnet.audit import log
from vangnet.directory.models import Body
from vangnet.identity.models import User
from vangnet.meetings import actions
from vangnet.meetings.lists import Line
from vangnet.meetings.models import Matter, Ruling, Sitting, Stop

OCCASION = "Overgenomen uit een oude besluitenlijst."
UNKNOWN = "niet bekend"


@transaction.atomic
def take_over(body: Body, lines: Iterable[Line], *, by: User, at: datetime) -> list[Sitting]:
    """Record each day of an old list as a meeting that was held and adopted, all days or none.

    Raises
    ------
    NotPermitted
        The session does not speak for this body.
    DoesNotHold
        A list of one of these days was taken over before, or the body was not there then.
    """
    days = sorted((line for line in lines if line.day), key=lambda line: (line.day, line.number))
    kept = [
        _meeting(body, day, list(found), by=by, at=at)
        for day, found in groupby(days, key=lambda line: line.day)
        if day
    ]
    log.record("meetings.list.taken_over", body.pk, by=by, at=at, meetings=len(kept), items=len(days))
    return kept


def _meeting(body: Body, day: date, lines: list[Line], *, by: User, at: datetime) -> Sitting:
    zone = timezone.get_current_timezone()
    sitting = Sitting(
        body=body,
        starts_at=datetime.combine(day, time(0), zone),
        ends_at=datetime.combine(day, time(23, 59), zone),
        place=UNKNOWN,
        state=Sitting.State.HELD,
        from_list=True,
    )
    actions.plan(sitting, by=by, at=at)
    stops = []
    for line in lines:
        note = Stop(aim=Stop.Aim.DECISION, occasion=OCCASION, asked=line.title)
        stops.append(actions.raise_matter(Matter(title=line.title, body=body), note, by=by, at=at))
    sitting = actions.put_in_order(sitting, stops, seen=sitting.revision, by=by, at=at)
    for line, stop in zip(lines, stops, strict=True):
        said = Ruling(stop=stop, outcome=line.outcome, words=line.words, reservations=line.reservations)
        actions.rule(said, by=by, at=at)
    adopted = {"state": Sitting.State.ADOPTED, "adopted_on": day}
    return actions.change(sitting, seen=sitting.revision, by=by, at=at, **adopted)
