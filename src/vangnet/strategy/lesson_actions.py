"""Verbs of what a period left behind: add a result or a recommendation, and say what was done with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from vangnet.audit import log
from vangnet.identity.models import User
from vangnet.strategy.models import Outcome, Recommendation, Result
from vangnet.strategy.refusals import rules


@transaction.atomic
def bring_in(
    results: Sequence[Result], recommendations: Sequence[Recommendation], *, by: User, at: datetime
) -> None:
    """Write what the region pack says of the period before; what people added or decided stays.

    Raises
    ------
    NotPermitted
        The session is not of the command line.
    """
    with rules():
        Result.objects.filter(organisation=None).exclude(pk__in=[one.pk for one in results]).delete()
        gone = Recommendation.objects.filter(organisation=None, outcomes=None)
        gone.exclude(pk__in=[one.pk for one in recommendations]).delete()
        lessons: list[Result | Recommendation] = [*results, *recommendations]
        for lesson in lessons:
            lesson.recorded_by, lesson.recorded_at = by, at
            # Which are there already: a new object with an id of its own is otherwise taken for a new row.
            lesson.save(force_update=type(lesson).objects.filter(pk=lesson.pk).exists())
    log.record(
        "strategy.lessons.recorded", "", by=by, at=at,
        results=len(results), recommendations=len(recommendations),
    )  # fmt: skip


@transaction.atomic
def add(lesson: Result | Recommendation, *, by: User, at: datetime) -> None:
    """Record a result without a figure, or a recommendation, for the organisation of the session.

    Raises
    ------
    NotPermitted
        The session proposes no changes of the strategy, or is of another organisation.
    DoesNotHold
        It says nothing, or not where it can be read.
    """
    lesson.recorded_by, lesson.recorded_at = by, at
    with rules():
        lesson.save(force_insert=True)
    noun = "result" if isinstance(lesson, Result) else "recommendation"
    log.record(f"strategy.{noun}.added", lesson.pk, by=by, at=at, strategy=lesson.strategy_id)


@transaction.atomic
def decide(outcome: Outcome, *, by: User, at: datetime) -> Outcome:
    """Record what a body did with a recommendation; the last outcome counts, the others stay.

    Raises
    ------
    NotPermitted
        The session does not speak for that body and is not of the driving team.
    DoesNotHold
        A colleague was first, the day is in the future or before the last outcome, or there is no such goal.
    """
    outcome.recorded_by, outcome.recorded_at = by, at
    with rules():
        outcome.save(force_insert=True)
    log.record(
        "strategy.recommendation.decided", outcome.recommendation_id, by=by, at=at,
        outcome=outcome.kind, body=outcome.body_id, on=outcome.on,
    )  # fmt: skip
    return outcome
