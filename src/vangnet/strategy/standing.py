"""Where goals stand on a day: said from dates and figures, and beside it what somebody said instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vangnet.strategy import measuring, reading
from vangnet.strategy.measuring import Answer, Measured
from vangnet.strategy.models import Goal, Progress, Stand
from vangnet.ui.formats import day as written

NO_TARGET = "de nota noemt geen norm"
TONES = {
    Stand.DONE: "ok",
    Stand.REACHED: "ok",
    Stand.RUNNING: "info",
    Stand.BEHIND: "warning",
    Stand.PASSED: "warning",
    Stand.MISSED: "error",
    Stand.FAILED: "error",
}


SETTLED = {Stand.DONE, Stand.REACHED, Stand.MISSED, Stand.HANDED, Stand.STOPPED, Stand.FAILED, Stand.UNMET}


@dataclass(frozen=True)
class Said:
    """Where a goal stands, and why."""

    stand: Stand
    why: str

    @property
    def label(self) -> str:
        """Return it in Dutch."""
        return str(self.stand.label)

    @property
    def tone(self) -> str:
        """Return how it is shown."""
        return TONES.get(self.stand, "neutral")


@dataclass(frozen=True)
class Standing:
    """Where a goal stands on a day."""

    computed: Said
    overruled: Progress | None
    measured: Answer | None
    events: tuple[Progress, ...]

    @property
    def said(self) -> Said:
        """Return what counts: what somebody said with a reason, or what follows from dates and figures."""
        if self.overruled is None:
            return self.computed
        return Said(Stand(self.overruled.stand), self.overruled.words)

    @property
    def label(self) -> str:
        """Return what counts, in Dutch."""
        return self.said.label

    @property
    def tone(self) -> str:
        """Return how it is shown."""
        return self.said.tone

    @property
    def why(self) -> str:
        """Return why."""
        return self.said.why

    @property
    def mark(self) -> str:
        """Return what the figures are now; another word for the stand ends when this changes."""
        return self.measured.mark if self.measured else ""

    @property
    def is_met(self) -> bool | None:
        """Return whether the condition of the goal was met, as recorded last; nothing when nobody said."""
        return is_met(self.events)

    @property
    def handed_to(self) -> str:
        """Return to whom the goal was handed over last."""
        return next((event.to for event in reversed(self.events) if event.to), "")


def is_met(events: Sequence[Progress]) -> bool | None:
    """Return what was recorded last of a condition: met, not met, or nothing."""
    said = (event.met for event in reversed(events) if event.kind == Progress.Kind.CONDITION)
    return next(said, None)


def on(goals: Sequence[Goal], day: date, last_year: int | None, user: Any) -> dict[str, Standing]:
    """Return where each goal stands on a day, by its code (1 query, and those of the figures)."""
    events = _events(goals, day, user)
    figures = measuring.measured(goals, day)
    return {g.code: of(g, day, last_year, events[g.code], figures.get(g.code)) for g in goals}


def _events(goals: Sequence[Goal], day: date, user: Any) -> dict[str, list[Progress]]:
    events: dict[str, list[Progress]] = defaultdict(list)
    codes = {goal.code for goal in goals}
    for event in Progress.objects.visible_to(user).as_of(day):
        if event.goal in codes:
            events[event.goal].append(event)
    return events


def late(goals: Sequence[Goal], day: date, user: Any) -> dict[str, Standing]:
    """Return where the goals stand of which the day has passed (1 query, more when a figure matters)."""
    passed = [goal for goal in goals if goal.due_on and goal.due_on < day]
    events = _events(passed, day, user)
    said = {code for code, told in events.items() if any(e.kind == Progress.Kind.OVERRULED for e in told)}
    figures = measuring.measured([g for g in passed if g.target is not None or g.code in said], day)
    return {g.code: of(g, day, None, events[g.code], figures.get(g.code)) for g in passed}


def of(
    goal: Goal, day: date, last_year: int | None, events: Iterable[Progress], measured: Answer | None
) -> Standing:
    """Return where one goal stands, given what happened until that day and what was measured."""
    held = tuple(events)
    computed = _computed(goal, day, last_year, held, measured)
    mark = measured.mark if measured else ""
    last = next((event for event in reversed(held) if event.kind == Progress.Kind.OVERRULED), None)
    holds = (
        last is not None
        and last.figures == mark
        and last.computed in _stands(goal, day, last_year, held, measured)
        and (last.until is None or day <= last.until)
    )
    return Standing(computed, last if holds else None, measured, held)


def _stands(
    goal: Goal, day: date, last_year: int | None, events: Sequence[Progress], measured: Answer | None
) -> set[str]:
    """Return what a word beside dates and figures may have been said of.

    Of a condition of which nothing is recorded, also what dates and figures say without it: a word of before
    conditions were recorded stays.
    """
    found: set[str] = {_computed(goal, day, last_year, events, measured).stand}
    if goal.condition and is_met(events) is None:
        found.add(_by_dates(goal, day, last_year, measured).stand)
    return found


def _computed(
    goal: Goal, day: date, last_year: int | None, events: Sequence[Progress], measured: Answer | None
) -> Said:
    for event in reversed(events):
        if event.kind == Progress.Kind.DONE:
            return Said(Stand.DONE, _done(goal, event))
        if event.kind == Progress.Kind.HANDED:
            return Said(Stand.HANDED, f"sinds {written(event.on)} aan {event.to}")
    if goal.condition and not is_met(events):
        return _conditional(goal, day, events)
    return _by_dates(goal, day, last_year, measured)


def _by_dates(goal: Goal, day: date, last_year: int | None, measured: Answer | None) -> Said:
    if goal.target is not None and goal.target_year is not None:
        return _against_target(goal, day, measured)
    if goal.due_on is not None and goal.due_on < day:
        return Said(Stand.PASSED, reading.OUTCOME_UNSAID)
    if goal.due_on is None and last_year is not None and last_year < day.year:
        return Said(Stand.UNSURE, f"de looptijd is voorbij; {NO_TARGET}")
    return Said(Stand.RUNNING, f"uiterlijk {written(goal.due_on)}" if goal.due_on else "binnen de looptijd")


def _conditional(goal: Goal, day: date, events: Sequence[Progress]) -> Said:
    """Say of a promise under a condition that it does not count, or that nobody said whether it does."""
    last = next((event for event in reversed(events) if event.kind == Progress.Kind.CONDITION), None)
    if last is not None:
        return Said(Stand.UNMET, f"{goal.condition}; sinds {written(last.on)}: {last.words}".rstrip("."))
    has_passed = goal.due_on is not None and goal.due_on < day
    return Said(Stand.UNSURE, reading.standing(goal, day) if has_passed else reading.UNSAID)


def _done(goal: Goal, event: Progress) -> str:
    when = f"op {written(event.on)}"
    if goal.due_on is None:
        return when
    days = (event.on - goal.due_on).days
    return (
        f"{when}, {days} {'dag' if days == 1 else 'dagen'} na de termijn" if days > 0 else f"{when}, op tijd"
    )


def _against_target(goal: Goal, day: date, measured: Answer | None) -> Said:
    """Compare the measured change with the target that somebody agreed on, within its uncertainty."""
    target_year = goal.target_year or 0
    number = f"{goal.target:+d}".replace("-", "−")
    wanted = f"norm {number} % in {target_year} ({goal.target_origin})"
    if not isinstance(measured, Measured):
        return Said(Stand.UNSURE, f"{wanted}; er is nog geen cijfer")
    if measured.relative is None:
        nothing = f"in {measured.base_year} was het cijfer 0, en van 0 bestaat geen verandering in procenten"
        return Said(Stand.UNSURE, f"{wanted}; {nothing}")
    if measured.year < target_year:
        latest = f"in {measured.year} {measured.words}"
        # figures of a year come in the year after; who has none by then waits for nothing
        if day.year > target_year + 1:
            return Said(Stand.UNSURE, f"{wanted}; van {target_year} is er geen cijfer; {latest}")
        return Said(Stand.RUNNING, f"{wanted}; {latest}")
    limit = (goal.target or 0) / 100
    falls = limit <= 0
    reached = measured.high <= limit if falls else measured.low >= limit
    missed = measured.low > limit if falls else measured.high < limit
    stand = Stand.REACHED if reached else Stand.MISSED if missed else Stand.UNSURE
    return Said(stand, f"{wanted}; in {measured.year} {measured.words}, tussen {measured.interval}")


def counts(goals: Sequence[Goal], day: date, stands: Mapping[str, Standing]) -> reading.Counts:
    """Count goals by what a reader asks first; of those whose day has passed, the stands have to be given."""
    met = [code for code, one in stands.items() if one.is_met]
    settled = [code for code, one in stands.items() if one.said.stand in SETTLED]
    return reading.counts(goals, day, met, settled)


def counted(stands: Iterable[Standing]) -> list[tuple[str, str, int]]:
    """Return how many goals stand where, as name, tone and number, in the order of `Stand`."""
    found = [one.said for one in stands]
    numbers = [(Said(stand, ""), sum(one.stand == stand for one in found)) for stand in Stand]
    return [(said.label, said.tone, number) for said, number in numbers if number]
