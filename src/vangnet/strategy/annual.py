"""Goals that return each year: what was recorded of each year, and of which years nothing was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vangnet.strategy import reading
from vangnet.strategy.models import Goal, Progress, Strategy

EVERY_YEAR = "jaarlijks"  # how the term of such a goal says so


@dataclass(frozen=True)
class Year:
    """One year of a goal that returns, with what was recorded of it, the last first."""

    goal: Goal
    year: int
    events: tuple[Progress, ...]
    today: date

    @property
    def label(self) -> str:
        """Return where that year stands."""
        if self.events:
            return "vastgelegd"
        if self.year > self.today.year:
            return "nog niet begonnen"
        return "loopt" if self.year == self.today.year else "niets vastgelegd"

    @property
    def tone(self) -> str:
        """Return how it is shown."""
        return {"vastgelegd": "ok", "loopt": "info", "niets vastgelegd": "warning"}.get(self.label, "neutral")


def returns(goal: Goal) -> bool:
    """Say whether a goal returns each year."""
    return EVERY_YEAR in goal.term


def years(goals: Sequence[Goal], strategy: Strategy | None, user: Any, today: date) -> list[Year]:
    """Return each year of the goals that return, in their order (1 query when there are such goals)."""
    found = [goal for goal in goals if returns(goal)]
    if strategy is None or not found:
        return []
    told: dict[tuple[str, int], list[Progress]] = {}
    of_years = Progress.objects.visible_to(user).as_of(today).filter(year__isnull=False)
    for event in of_years.filter(goal__in=[goal.code for goal in found]):
        told.setdefault((event.goal, event.year or 0), []).insert(0, event)
    return [
        Year(goal, year, tuple(told.get((goal.code, year), ())), today)
        for goal in found
        for year in sorted(reading.years(goal, strategy))
    ]
