"""Verbs: report what happened with a goal, and take over decisions of before this site was in use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from vangnet.audit import log
from vangnet.identity.models import User
from vangnet.strategy.models import Progress, Verdict, Version
from vangnet.strategy.refusals import rules


@transaction.atomic
def report(progress: Progress, *, by: User, at: datetime) -> Progress:
    """Record what happened with a goal: evidence, its end, a hand-over, or another word for where it stands.

    Another word says what dates and figures said (`computed`, `figures`); it holds as long as these do.

    Raises
    ------
    NotPermitted
        There is no such goal, or the session may not report on it.
    DoesNotHold
        It lies in the future, or would end before it began.
    """
    progress.recorded_by, progress.recorded_at = by, at
    with rules():
        progress.save(force_insert=True)
    log.record(
        "strategy.reported", progress.pk, by=by, at=at,
        goal=progress.goal, kind=progress.kind, on=progress.on,
        stand=progress.stand, computed=progress.computed,
    )  # fmt: skip
    return progress


@transaction.atomic
def take_over(version: Version, verdicts: Iterable[Verdict], *, by: User, at: datetime) -> Version:
    """Record a decision of the past from its papers: the words, since when, and who agreed.

    Raises
    ------
    NotPermitted
        The session is not of the command line.
    DoesNotHold
        The item has another version since, or the tree would not hold.
    """
    with rules():
        version.save(force_insert=True)
        for verdict in verdicts:
            verdict.version, verdict.is_taken_over = version, True
            verdict.recorded_by, verdict.recorded_at = by, at
            verdict.save(force_insert=True)
    log.record(
        "strategy.recalled", version.pk, by=by, at=at,
        kind=version.kind, item=version.item, in_force_from=version.in_force_from,
    )  # fmt: skip
    return version
