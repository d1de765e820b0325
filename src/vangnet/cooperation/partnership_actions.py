"""Verbs of work with a branch: begin it, join and leave, evaluate and end it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from vangnet.audit import log
from vangnet.cooperation.models import Participant, Partnership, PartnershipStep
from vangnet.identity import refusals
from vangnet.identity.models import Organisation, User
from vangnet.identity.rules import NotPermitted


@transaction.atomic
def begin_partnership(partnership: Partnership, *, by: User, at: datetime) -> Partnership:
    """Record work with a branch, led by an organisation for which the session decides.

    Raises
    ------
    NotPermitted
        Not the driving team, and not somebody who decides for this organisation.
    DoesNotHold
        It would end or be evaluated before it begins.
    """
    partnership.begun_by, partnership.begun_at = by, at
    with refusals.rules():
        partnership.save(force_insert=True)
    log.record(
        "cooperation.partnership.begun",
        partnership.pk,
        by=by,
        at=at,
        organisation=partnership.organisation_id,
        topic=partnership.topic_id,
    )
    return partnership


@transaction.atomic
def join_partnership(
    partnership: Partnership, *, organisation: Organisation, since: date, by: User, at: datetime
) -> Participant:
    """Let an organisation take part from a day on.

    Raises
    ------
    NotPermitted
        The session does not decide for this organisation; who leads does not either.
    DoesNotHold
        It takes part already, the work with this branch has ended, or does not run on that day.
    """
    with refusals.rules():
        made: Participant = Participant.objects.create(
            partnership=partnership, organisation=organisation, period=(since, None)
        )
    log.record(
        "cooperation.partnership.joined",
        partnership.pk,
        by=by,
        at=at,
        organisation=organisation.pk,
        since=since,
    )
    return made


@transaction.atomic
def leave_partnership(participant: Participant, *, on: date, by: User, at: datetime) -> Participant:
    """Let an organisation take part no more from a day on.

    Raises
    ------
    NotPermitted
        The session does not decide for this organisation; who leads does not either.
    DoesNotHold
        The day lies before it joined, or after it left.
    """
    rows = Participant.objects.select_for_update(of=("self",)).filter(pk=participant.pk)
    found: Participant | None = rows.first()
    if found is None:
        raise NotPermitted("dit houdt een ander bij")
    if on <= found.period.lower or (found.period.upper and on > found.period.upper):
        raise refusals.DoesNotHold("Kies een dag na het begin en niet na het einde dat al is vastgelegd.")
    found.period = (found.period.lower, on)
    with refusals.rules():
        found.save(update_fields=["period"])
    log.record("cooperation.partnership.left", found.partnership_id, by=by, at=at, on=on)
    return found


@transaction.atomic
def record_step(step: PartnershipStep, *, by: User, at: datetime) -> PartnershipStep:
    """Record an evaluation with the day of the next, or the end with its reason, for all who take part.

    Raises
    ------
    NotPermitted
        Not the driving team, and not somebody who decides for the organisation that leads.
    DoesNotHold
        A colleague was first, it has ended already, or the day is not between its beginning and today.
    """
    step.author, step.recorded_at = by, at
    with refusals.rules():
        step.save(force_insert=True)
    log.record(
        "cooperation.partnership.stepped",
        step.partnership_id,
        by=by,
        at=at,
        kind=step.kind,
        on=step.on,
        next_on=step.next_on,
    )
    return step
