"""Verbs that correct what was written down in a case: with a reason or a day, and what stood there stays."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast
from uuid import UUID, uuid4

from django.db import transaction

from vangnet.audit import log
from vangnet.casework.case_actions import keep_words, locked
from vangnet.casework.models import Contribution, Measure, Task, Term
from vangnet.identity.models import User
from vangnet.vault import doors


@transaction.atomic
def let_task_lapse(task: Task, *, reasons: str, by: User, at: datetime) -> Task:
    """Say that a task is not needed any more, and why; it can be opened again like one that is done.

    Raises
    ------
    NotPermitted
        No right to write in this case.
    DoesNotHold
        It is done or has lapsed already, or the case is closed.
    """
    with doors.rules():
        found = cast(Task, locked(Task, task.pk))
        if found.done_at is not None:
            raise doors.DoesNotHold("Deze taak is al klaar of vervallen.")
        found.lapsed = keep_words(found.case, reasons, by=by, at=at)
        found.done_at, found.done_by = at, by
        found.save(update_fields=["lapsed", "done_at", "done_by"])
    log.record("casework.task.lapsed", found.case_id, by=by, at=at, task=task.pk)
    return found


@transaction.atomic
def correct_contribution(
    wrong: Contribution,
    *,
    kind: Term,
    on: date,
    hours: int,
    reasons: str,
    key: UUID | None = None,
    by: User,
    at: datetime,
) -> Contribution:
    """Put another line in the place of one's own contribution, with why; the former line stays readable.

    Raises
    ------
    NotPermitted
        No right to write in this case.
    DoesNotHold
        It is another organisation's, was corrected before, or the case is closed.
    """
    with doors.rules():
        made = Contribution.objects.create(
            id=key or uuid4(), case=wrong.case, organisation_id=doors.one("session_organisation"), kind=kind,
            on=on, hours=hours, replaces=wrong,
            reasons=keep_words(wrong.case, reasons, by=by, at=at), by=by, at=at,
        )  # fmt: skip
    log.record(
        "casework.contribution.corrected",
        wrong.case_id,
        by=by,
        at=at,
        contribution=made.pk,
        replaces=wrong.pk,
    )
    return made


@transaction.atomic
def record_later_outcome(measure: Measure, *, outcome: Term, on: date, by: User, at: datetime) -> Measure:
    """Write down what came of a measure after its outcome, such as that a court annulled it.

    Raises
    ------
    NotPermitted
        No right to write in this case.
    DoesNotHold
        It has no outcome yet or a later one already, this outcome does not follow another, or the case is
        closed.
    """
    with doors.rules():
        found = cast(Measure, locked(Measure, measure.pk))
        if found.status != Measure.Status.ENDED or found.later_outcome_id:
            raise doors.DoesNotHold("Een latere afloop kan één keer, nadat de afloop is vastgelegd.")
        found.later_outcome, found.later_on, found.later_at, found.later_by = outcome, on, at, by
        found.save(update_fields=["later_outcome", "later_on", "later_at", "later_by"])
    log.record(
        "casework.measure.outcome_followed",
        found.case_id,
        by=by,
        at=at,
        measure=measure.pk,
        outcome=outcome.pk,
    )
    return found
