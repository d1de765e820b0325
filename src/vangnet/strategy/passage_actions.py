"""Verbs of passages of the police's multi-year plan: record them, and take one out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from vangnet.audit import log
from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted
from vangnet.strategy.models import Passage
from vangnet.strategy.refusals import rules


@transaction.atomic
def record_passages(passages: Sequence[Passage], *, by: User, at: datetime) -> None:
    """Record passages, all of them or none.

    Raises
    ------
    NotPermitted
        The session is not of that police organisation, nor of the driving team.
    DoesNotHold
        One stands there already, names no goal of the strategy, or its years are not in order.
    """
    for one in passages:
        one.recorded_by, one.recorded_at = by, at
        with rules():
            one.save(force_insert=True)
    log.record("strategy.passages.recorded", "", by=by, at=at, count=len(passages))


@transaction.atomic
def take_out(passage: Passage, *, why: str, by: User, at: datetime) -> Passage:
    """Take a passage out, with the reason; it stays readable as what stood there.

    Raises
    ------
    NotPermitted
        The session is not of that police organisation, nor of the driving team.
    DoesNotHold
        Somebody took it out already.
    """
    with rules():
        found = Passage.objects.select_for_update(of=("self",)).filter(pk=passage.pk).first()
        if found is None:
            raise NotPermitted("dit mag u hier niet")
        found.ended_why, found.ended_by, found.ended_at = why, by, at
        found.save(update_fields=["ended_why", "ended_by", "ended_at"])
    log.record("strategy.passage.ended", passage.pk, by=by, at=at)
    return found
