"""What pages of capacity read, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from psycopg.types.range import DateRange

from vangnet.cooperation.capacity_sums import Share, ThemeYear
from vangnet.cooperation.models import CapacityStatement, CapacityYearStep, FullTime
from vangnet.directory.models import ThemePartner, Topic
from vangnet.identity.models import Organisation, User
from vangnet.strategy.plans import Plan, PlanVersion

Viewer = User | AnonymousUser
Kind = CapacityStatement.Kind


@dataclass(frozen=True)
class Year:
    """Capacity in a year: its themes, how firm it is, and what one fte is."""

    year: int
    today: date
    themes: Sequence[ThemeYear]
    steps: Sequence[CapacityYearStep]
    norm: FullTime | None

    @property
    def is_closed(self) -> bool:
        """Say whether the driving team settled it."""
        return bool(self.steps) and self.steps[-1].kind == CapacityYearStep.Kind.CLOSE

    @property
    def is_over(self) -> bool:
        """Say whether it has passed."""
        return self.year < self.today.year

    @property
    def status(self) -> str:
        """How firm its numbers are."""
        if self.is_closed:
            return "definitief"
        return "opgave" if self.is_over else "voorlopig"


def years(user: Viewer, today: date) -> tuple[list[int], int]:
    """Return the years to choose from, newest first, and the last one with numbers that began (1 query)."""
    told = set(
        CapacityStatement.objects.visible_to(user).order_by().values_list("year", flat=True).distinct()
    )
    known = range(min(told | {today.year}), max(told | {today.year + 1}) + 1)
    return list(reversed(known)), max((one for one in told if one <= today.year), default=today.year)


def chosen(asked: str, known: Sequence[int], otherwise: int) -> int:
    """Return the year that was asked for, when it is one to choose from."""
    return int(asked) if asked in map(str, known) else otherwise


def of_year(
    user: Viewer, year: int, today: date, *, topic: str = "", organisation: UUID | None = None
) -> Year:
    """Return capacity in a year, of one theme or partner when named (5 queries)."""
    topics = Topic.objects.visible_to(user).filter(under=None)
    days = DateRange(date(year, 1, 1), date(year + 1, 1, 1))
    taking = ThemePartner.objects.visible_to(user).filter(period__overlap=days).select_related("organisation")
    told = CapacityStatement.objects.visible_to(user).filter(year=year).current()
    if topic:
        topics, taking, told = topics.filter(pk=topic), taking.filter(topic=topic), told.filter(topic=topic)
    if organisation:
        taking = taking.filter(organisation=organisation)
        told = told.filter(organisation=organisation)
    steps = CapacityYearStep.objects.visible_to(user).filter(year=year).select_related("author")
    norm = FullTime.objects.visible_to(user).filter(since__lte=year).first()
    known = list(told.select_related("organisation", "author", "topic"))
    found = [_theme(one, list(taking), known, year, today) for one in topics]
    return Year(year, today, found, list(steps), norm)


def _theme(
    topic: Topic, taking: list[ThemePartner], told: list[CapacityStatement], year: int, today: date
) -> ThemeYear:
    mine = [one for one in told if one.topic_id == topic.pk]
    periods: dict[Organisation, list[Any]] = {}
    for one in taking:
        if one.topic_id == topic.pk:
            periods.setdefault(one.organisation, []).append(one.period)
    for statement in mine:
        if statement.organisation:
            periods.setdefault(statement.organisation, [])
    shares = [
        _share(topic, organisation, known, mine, year, today) for organisation, known in periods.items()
    ]
    asks = [one for one in mine if one.kind == Kind.ASKED and one.hours is not None]
    return ThemeYear(topic, asks, sorted(shares, key=lambda one: one.organisation.name))


def _share(
    topic: Topic,
    organisation: Organisation,
    periods: list[Any],
    told: list[CapacityStatement],
    year: int,
    today: date,
) -> Share:
    own = [one for one in told if one.organisation_id == organisation.pk]
    offer = next((one for one in own if one.kind == Kind.OFFERED), None)
    uses = [one for one in own if one.kind == Kind.USED and one.hours is not None]
    due = frozenset(n for n in range(1, 13) if _is_due(year, n, periods, today))
    return Share(topic, organisation, bool(periods), offer, uses, due)


def _is_due(year: int, month: int, periods: list[Any], today: date) -> bool:
    """Say whether the quarter of a month is over, and its partner took part on the first day of the month."""
    after = date(year + (month > 9), (month + 2) // 3 * 3 % 12 + 1, 1)
    return after <= today and any(date(year, month, 1) in period for period in periods)


@dataclass(frozen=True)
class PlanNeed:
    """A plan that runs in a year, with what its hours per week come to in that year."""

    plan: Plan
    title: str
    per_week: int
    hours: Decimal


def plans(user: Viewer, theme: str = "", teams: Sequence[str] | None = None) -> list[PlanVersion]:
    """Return the last version of each plan that the session sees, of a theme or teams if named (1 query)."""
    heads = PlanVersion.objects.visible_to(user).heads().order_by("plan__topic__order", "plan__started_at")
    if theme:
        heads = heads.filter(Q(plan__topic=theme) | Q(plan__topic__under=theme))
    return list(heads if teams is None else heads.filter(plan__team__in=teams))


def needs(heads: Sequence[PlanVersion], year: int) -> list[PlanNeed]:
    """Return the plans that ask hours in a year, with how many: its days there, as weeks."""
    found = []
    for head in heads:
        told = head.content
        first = max(date.fromisoformat(told["since"]), date(year, 1, 1))
        last = min(date.fromisoformat(told["until"]), date(year, 12, 31))
        days = (last - first).days + 1
        if days > 0 and told["capacity"]:
            hours = (Decimal(told["capacity"]) * days / 7).quantize(Decimal(1))
            found.append(PlanNeed(head.plan, told["title"], told["capacity"], hours))
    return found


def history(user: Viewer, **of: Any) -> list[CapacityStatement]:
    """Return all that was told of something, newest first, hundred at most (1 query)."""
    told = CapacityStatement.objects.visible_to(user).filter(**of)
    return list(
        told.select_related("author", "organisation", "topic").order_by("-recorded_at", "-number")[:100]
    )
