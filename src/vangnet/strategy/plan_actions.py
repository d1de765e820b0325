"""Verbs of project plans and limits: begin, write, propose, decide, start a pilot, report, close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from vangnet.audit import log
from vangnet.identity.models import User
from vangnet.strategy.plan_content import Content, completeness, merged
from vangnet.strategy.plans import Limit, Plan, PlanPart, PlanReport, PlanStep, PlanVersion
from vangnet.strategy.refusals import SAID, DoesNotHold, rules

UNKNOWN = "Deze versie van het plan is er niet. Open het plan opnieuw."


class Clash(DoesNotHold):
    """Somebody else changed the same piece; `names` says which, `now` is what is there."""

    def __init__(self, names: Sequence[str], now: PlanVersion) -> None:
        super().__init__("Een collega wijzigde dit intussen ook. Bekijk beide teksten en bewaar opnieuw.")
        self.names, self.now = tuple(names), now


@transaction.atomic
def record_lists(parts: Sequence[PlanPart], limits: Sequence[Limit], *, by: User, at: datetime) -> None:
    """Take over what a region pack says a plan holds, and the limits that it knows when there are none yet.

    Raises
    ------
    NotPermitted
        The session is not of the command line.
    """
    with rules():
        PlanPart.objects.exclude(pk__in=[part.pk for part in parts]).delete()
        for part in parts:
            part.save()
        if not Limit.objects.exists():
            Limit.objects.bulk_create(limits)
    log.record("strategy.plan_lists", "lists", by=by, at=at, parts=len(parts), limits=len(limits))


@transaction.atomic
def start(plan: Plan, *, content: Content, by: User, at: datetime) -> Plan:
    """Begin a plan as a draft of an expert team.

    Raises
    ------
    NotPermitted
        The session is not of that team, or has no second factor.
    DoesNotHold
        This very plan was begun already.
    """
    plan.started_at = at
    with rules():
        plan.save(force_insert=True)
    _add(plan, 1, content, "Begonnen", by, at)
    log.record("strategy.plan_started", plan.pk, by=by, at=at, team=plan.team_id, topic=plan.topic_id)
    return plan


@transaction.atomic
def write(plan: Plan, *, seen: int, change: Content, what: str, by: User, at: datetime) -> PlanVersion:
    """Keep a change as the next version, on top of what others changed meanwhile.

    A change of an earlier version that says what is there by now is no version: a form that is sent twice
    does its work once.

    Parameters
    ----------
    seen
        The number of the version from which the writer started.
    change
        The whole content as the writer wants it.

    Raises
    ------
    NotPermitted
        The session is not of the team of this plan.
    Clash
        Somebody else changed the same piece meanwhile.
    DoesNotHold
        The plan is closed, is adopted and keeps its words, or asks what the network does not give.
    """
    Plan.objects.visible_to(by).get(pk=plan.pk)
    versions: dict[int, PlanVersion] = {
        v.number: v for v in PlanVersion.objects.visible_to(by).filter(plan=plan).order_by("number")
    }
    now, base = versions[max(versions)], versions[seen]
    told, clashes = merged(base.content, now.content, change)
    if clashes:
        raise Clash(clashes, now)
    if base != now and told == now.content:
        return now
    kept = _add(plan, now.number + 1, told, what, by, at)
    log.record("strategy.plan_written", plan.pk, by=by, at=at, number=kept.number)
    return kept


def _add(plan: Plan, number: int, content: Content, what: str, by: User, at: datetime) -> PlanVersion:
    version = PlanVersion(
        plan=plan, number=number, content=content, what=what[:100], author=by, written_at=at
    )
    with rules():
        version.save(force_insert=True)
    return version


@transaction.atomic
def take_step(step: PlanStep, *, by: User, at: datetime) -> PlanStep:
    """Propose, decide about, start, reopen or close a plan; `step.number` is the version that was seen.

    Raises
    ------
    NotPermitted
        The session is not of the team, or does not speak for the body that decides.
    DoesNotHold
        The plan is not complete (the message names what is missing), asks what the network does not give, was
        proposed or written by this session alone, changed meanwhile, or is not in a state for this step.
    """
    step.author, step.recorded_at = by, at
    if step.kind == PlanStep.Kind.AGREE:
        seen = PlanVersion.objects.visible_to(by).filter(plan=step.plan_id, number=step.number).first()
        if seen is None:
            raise DoesNotHold(UNKNOWN)
        found = completeness(seen.content, PlanPart.objects.visible_to(by))
        if not found.is_complete:
            raise DoesNotHold(f"Dit plan is nog niet compleet. Er ontbreekt: {found.names}.")
    with rules():
        step.save(force_insert=True)
    log.record(
        "strategy.plan_step", step.plan_id, by=by, at=at,
        kind=step.kind, number=step.number, decided_on=step.decided_on, body=step.body_id,
    )  # fmt: skip
    return step


@transaction.atomic
def report(told: PlanReport, *, by: User, at: datetime) -> PlanReport:
    """Add how a plan goes.

    Raises
    ------
    NotPermitted
        The session is not of the team.
    DoesNotHold
        The plan is closed.
    """
    told.author, told.recorded_at = by, at
    if Plan.objects.visible_to(by).filter(pk=told.plan_id, state=Plan.State.CLOSED).exists():
        raise DoesNotHold(SAID["this plan is closed"])
    with rules():
        told.save(force_insert=True)
    log.record("strategy.plan_reported", told.plan_id, by=by, at=at, course=told.course)
    return told


@transaction.atomic
def set_limit(limit: Limit, *, by: User, at: datetime) -> Limit:
    """Say that the network gives nothing extra for a subject, for a period.

    Raises
    ------
    NotPermitted
        The session does not speak for a body that decides about goals.
    """
    with rules():
        limit.save(force_insert=True)
    log.record("strategy.limit_set", limit.pk, by=by, at=at, topic=limit.topic_id, kind=limit.kind)
    return limit


@transaction.atomic
def end_limit(limit: Limit, *, on: date, by: User, at: datetime) -> Limit:
    """Let a limit end; from that day on a plan may ask for it again.

    Raises
    ------
    NotPermitted
        The session does not speak for a body that decides about goals.
    DoesNotHold
        The limit ended already, or the day has passed.
    """
    with rules():
        found: Any = Limit.objects.visible_to(by).select_for_update().get(pk=limit.pk)
        if on <= found.period.lower:
            raise DoesNotHold("Kies een dag na het begin van de begrenzing.")
        found.period = (found.period.lower, on)
        found.save(update_fields=["period"])
    log.record("strategy.limit_ended", limit.pk, by=by, at=at, topic=limit.topic_id, on=on)
    return limit
