"""Giving a task on, when who had it does not work in the case any more."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from vangnet.audit import log
from vangnet.casework import refusals  # noqa: F401  gives what the database refuses its words
from vangnet.casework.models import Task
from vangnet.identity.models import Organisation, User
from vangnet.identity.rules import NotPermitted
from vangnet.vault import doors


@transaction.atomic
def reassign_task(
    task: Task, *, organisation: Organisation, assignee: User, due_on: date, by: User, at: datetime
) -> Task:
    """Give a task to another.

    Raises
    ------
    NotPermitted
        No right to write in this case.
    DoesNotHold
        It is done, who has it can still do it, or the other does not work in the case.
    """
    with doors.rules():
        found = Task.objects.select_for_update().filter(pk=task.pk).first()
        if found is None:
            raise NotPermitted("dit bestaat niet, of u mag het niet wijzigen")
        found.organisation, found.assignee, found.due_on = organisation, assignee, due_on
        found.save(update_fields=["organisation", "assignee", "due_on"])
    log.record("casework.task.reassigned", found.case_id, by=by, at=at, task=task.pk, due_on=due_on)
    return found
