"""How long signals took: from report to decision, to the first action, and to word to the reporter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import ExtractYear

from vangnet.casework.models import Signal
from vangnet.identity.models import User

FEWEST = 5  # below this a median says nothing
MOMENTS = {"decided": "decided_at", "acted": "acted_at", "informed": "informed_at"}


class Quantiles(Aggregate):
    """The median and the ninetieth percentile of durations, as PostgreSQL interpolates them."""

    template = "percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY %(expressions)s)"
    allow_distinct = False
    output_field = ArrayField(DurationField())


@dataclass(frozen=True, slots=True)
class Pace:
    """How long something took: of how many, in days; without figures when there are too few."""

    signals: int
    median: float | None
    ninetieth: float | None


@dataclass(frozen=True, slots=True)
class Year:
    """The signals that were decided on in a year."""

    year: int
    decided: Pace
    acted: Pace
    informed: Pace
    passed_on: int
    without_action: int  # of those passed on
    asked: int  # who wanted to hear what became of it
    without_word: int  # of those who asked


def years(user: User) -> list[Year]:
    """Return how long the signals took that a session sees, per year of decision, newest first (1 query)."""
    told: dict[str, Any] = {}
    for name, moment in MOMENTS.items():
        took = ExpressionWrapper(F(moment) - F("received_at"), output_field=DurationField())
        there = Q(**{f"{moment}__isnull": False})
        told[f"{name}_n"] = Count("pk", filter=there)
        told[name] = Quantiles(took, filter=there)
    told["passed_on"] = Count("pk", filter=Q(status=Signal.Status.PASSED_ON))
    told["without_action"] = Count("pk", filter=Q(status=Signal.Status.PASSED_ON, acted_at=None))
    told["asked"] = Count("pk", filter=Q(wants_feedback=True))
    told["without_word"] = Count("pk", filter=Q(wants_feedback=True, informed_at=None))
    found = Signal.objects.visible_to(user).filter(decided_at__isnull=False).order_by()
    rows = found.annotate(year=ExtractYear("decided_at")).values("year").annotate(**told)
    return [_year(dict(row)) for row in rows.order_by("-year")]


def _year(row: dict[str, Any]) -> Year:
    paces: dict[str, Any] = {name: _pace(row.pop(f"{name}_n"), row.pop(name)) for name in MOMENTS}
    return Year(**row, **paces)


def _pace(signals: int, quantiles: list[timedelta] | None) -> Pace:
    if signals < FEWEST or quantiles is None:
        return Pace(signals, None, None)
    median, ninetieth = (one / timedelta(days=1) for one in quantiles)
    return Pace(signals, median, ninetieth)
