"""Verbs of capacity: tell a number, tell another instead, settle a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from vangnet.audit import log
from vangnet.cooperation.models import CapacityStatement, CapacityYearStep, FullTime
from vangnet.cooperation.rules import MEANWHILE, SAID
from vangnet.identity import refusals
from vangnet.identity.models import User
from vangnet.identity.refusals import DoesNotHold
from vangnet.strategy.plans import Limit, Plan
from vangnet.ui import formats

THERE_ALREADY = SAID["capacity_is_told_in_one_series"]
NOTHING_EXTRA = "the network gives nothing extra for this subject"


@transaction.atomic
def record_full_time(norms: Sequence[Mapping[str, Any]], *, by: User, at: datetime) -> None:
    """Take over how many hours one fte is, from which year on.

    Raises
    ------
    NotPermitted
        The session is not of the command line.
    DoesNotHold
        The number cannot be, or has no source.
    """
    with refusals.rules():
        for one in norms:
            told = {"hours": one["hours"], "source": one["source"]}
            FullTime.objects.update_or_create(since=one["since"], defaults=told)
    log.record("cooperation.tables.full_time", "lists", by=by, at=at, norms=len(norms))


@transaction.atomic
def state(told: CapacityStatement, *, by: User, at: datetime) -> CapacityStatement:
    """Tell for the first time how many hours a theme asks, a partner offers or a partner used.

    Raises
    ------
    NotPermitted
        The session does not bind this organisation, or does not say what a theme asks.
    DoesNotHold
        The year is closed or cannot be, the partner is not in the theme then, the network gives nothing extra
        for the subject, or it was told already: then the message says what.
    """
    told.series, told.number = told.pk, 1
    return _kept(told, by=by, at=at)


@transaction.atomic
def restate(
    former: CapacityStatement, *, seen: int, hours: Any, reason: str, by: User, at: datetime
) -> CapacityStatement:
    """Tell another number instead, with the reason; None withdraws what was told.

    Raises
    ------
    NotPermitted, DoesNotHold
        As `state`; or a colleague was first: then the message says what that told.
    """
    kept = ("series", "kind", "topic_id", "organisation_id", "plan_id", "year", "first_month", "last_month")
    told = CapacityStatement(**{name: getattr(former, name) for name in kept})
    told.number, told.hours, told.reason, told.source = seen + 1, hours, reason, former.source
    return _kept(told, by=by, at=at)


def _kept(told: CapacityStatement, *, by: User, at: datetime) -> CapacityStatement:
    told.author, told.recorded_at = by, at
    try:
        with refusals.rules():
            told.save(force_insert=True)
    except DoesNotHold as reason:
        raise DoesNotHold(_explained(str(reason), told, by)) from reason
    log.record(
        "cooperation.capacity.told",
        told.series,
        by=by,
        at=at,
        kind=told.kind,
        number=told.number,
        topic=told.topic_id,
        organisation=told.organisation_id,
        year=told.year,
        hours=None if told.hours is None else str(told.hours),
    )
    return told


def _explained(reason: str, told: CapacityStatement, by: User) -> str:
    """Add to a refusal what is there now, or why the network gives nothing."""
    if reason in (MEANWHILE, THERE_ALREADY):
        known = CapacityStatement.objects.visible_to(by).select_related("author").current()
        same = Q(series=told.series)
        if told.number == 1:
            about = ("kind", "topic_id", "organisation_id", "plan_id", "year", "first_month", "last_month")
            same = Q(**{name: getattr(told, name) for name in about if getattr(told, name) is not None})
            same &= Q(plan=None) if told.plan_id is None else Q()
        found = known.filter(same).first()
        return f"{reason} Nu staat er: {words_of(found)}" if found else reason
    if reason == refusals.SAID.get(NOTHING_EXTRA):
        limit = _limit_of(told, by)
        return f"{reason} {limit.get_kind_display()}: {limit.reason}" if limit else reason
    return reason


def words_of(told: CapacityStatement) -> str:
    """Return a statement in words: how many hours, by whom, when and why."""
    hours = "ingetrokken" if told.hours is None else f"{formats.number(told.hours)} uur"
    why = f" Reden: {told.reason}" if told.reason else ""
    on = formats.day(timezone.localdate(told.recorded_at))
    return f"{hours}, vastgelegd door {told.author} op {on}.{why}"


def _limit_of(told: CapacityStatement, by: User) -> Limit | None:
    first, after = told.span
    today: date = timezone.localdate()
    if told.kind != CapacityStatement.Kind.USED and first <= today < after:
        first = today
    subject = [told.topic_id]
    if told.plan_id:
        plan = Plan.objects.visible_to(by).select_related("topic").filter(pk=told.plan_id).first()
        subject += [plan.topic_id] if plan else []
    rows = Limit.objects.visible_to(by).filter(topic__in=subject, period__contains=(first, after))
    found: Limit | None = rows.first()
    return found


@transaction.atomic
def settle(step: CapacityYearStep, *, by: User, at: datetime) -> CapacityYearStep:
    """Close a year that is over, or open it again, with the reason.

    Raises
    ------
    NotPermitted
        The session is not of the driving team.
    DoesNotHold
        The year is not over, or somebody closed or opened it meanwhile.
    """
    step.author, step.recorded_at = by, at
    with refusals.rules():
        step.save(force_insert=True)
    log.record("cooperation.capacity.settled", step.year, by=by, at=at, kind=step.kind, number=step.number)
    return step


def may() -> dict[str, bool]:
    """Return what the session may tell, for the organisation that it works for (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cooperation_binds(s.organisation), cooperation_reports_for(s.organisation),"
            " cooperation_asks_for(NULL) OR EXISTS (SELECT FROM strategy_plans_for()), cooperation_settles()"
            " FROM session_standing() s"
        )
        return dict(zip(("toegezegd", "gebruikt", "gevraagd", "settles"), cursor.fetchone(), strict=True))


def may_state(told: CapacityStatement) -> bool:
    """Say whether the session may tell another number instead of this one (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cooperation_may_state(%s, %s, %s)", [told.kind, told.organisation_id, told.plan_id]
        )
        return bool(cursor.fetchone()[0])


def own_teams() -> list[str]:
    """Return the teams whose plans the session writes (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT strategy_plans_for()")
        return [row[0] for row in cursor.fetchall()]
