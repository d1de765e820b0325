"""Verbs of contributions: a partner writes a line, and ends it with a reason."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from vangnet.audit import log
from vangnet.cooperation.models import Contribution
from vangnet.identity import refusals
from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted


@transaction.atomic
def contribute(made: Contribution, *, by: User, at: datetime) -> Contribution:
    """Record what the organisation of the session contributes.

    Raises
    ------
    NotPermitted
        The session is of another organisation, also when it is of the driving team.
    DoesNotHold
        It says nothing, or has ended before it is written.
    """
    made.recorded_by, made.recorded_at = by, at
    with refusals.rules():
        made.save(force_insert=True)
    log.record(
        "cooperation.contribution.begun", made.pk, by=by, at=at,
        organisation=made.organisation_id, kind=made.kind, topic=made.topic_id,
    )  # fmt: skip
    return made


@transaction.atomic
def end_contribution(
    contribution: Contribution, *, on: date, why: str, by: User, at: datetime
) -> Contribution:
    """End a line of the organisation of the session; it stays readable for every day on which it ran.

    Raises
    ------
    NotPermitted
        The session is of another organisation.
    DoesNotHold
        A colleague ended it already, or the day lies before its beginning or in the future.
    """
    with refusals.rules():
        found = Contribution.objects.select_for_update(of=("self",)).filter(pk=contribution.pk).first()
        if found is None:
            raise NotPermitted("dit houdt een ander bij")
        found.ended_on, found.ended_why, found.ended_by = on, why, by
        found.save(update_fields=["ended_on", "ended_why", "ended_by"])
    log.record("cooperation.contribution.ended", contribution.pk, by=by, at=at, on=on)
    return found
