"""What was measured of a goal. Figures lie above the strategy: `figures.goals` puts its answer in here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from vangnet.strategy.models import Goal


@dataclass(frozen=True, slots=True)
class Measured:
    """The figure of a goal: its starting point, the latest of a day, and how sure the difference is."""

    indicator: str
    slug: str
    unit: str
    area: str
    base_year: int
    year: int
    before: float
    after: float
    relative: float | None  # None: it started at 0
    low: float  # bounds of the relative change, 95 %
    high: float
    words: str  # the change, written
    interval: str
    status: str
    source: str
    target: int | None = None
    target_year: int | None = None

    @property
    def mark(self) -> str:
        """Return a short text that changes when the figures do."""
        return f"{self.slug} {self.base_year}:{self.before:g} {self.year}:{self.after:g}"[:100]


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Why there is no figure beside a goal that names an indicator."""

    indicator: str
    why: str
    mark: str = ""


Answer = Measured | Unmeasured
Source = Callable[[list[Goal], date], dict[str, Answer]]
Choices = Callable[[], list[tuple[str, str]]]
_sources: list[tuple[Source, Choices]] = []


def use(source: Source, choices: Choices) -> None:
    """Let goals be measured by this source from now on; `choices` names its indicators."""
    _sources[:] = [(source, choices)]


def indicators() -> list[tuple[str, str]]:
    """Return slug and name of the indicators that a goal can name (1 query)."""
    return _sources[0][1]() if _sources else []


def measured(goals: Iterable[Goal], day: date) -> dict[str, Answer]:
    """Return what was measured on a day, by the code of the goal; goals without an indicator are left out."""
    wanted = [goal for goal in goals if goal.indicator]
    return _sources[0][0](wanted, day) if wanted and _sources else {}
