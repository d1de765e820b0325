"""The numbers of one area and one indicator: how much, per inhabitant, and what changed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vangnet.analysis.change import Change, Position, Verdict, change, ratio_interval
from vangnet.picture.areas import COUNTRY, Place
from vangnet.picture.material import Material
from vangnet.ui import formats
from vangnet.ui.tables import Cell

POLARITY: dict[str, formats.Polarity] = {"lager": "bad", "hoger": "good", "geen": "neutral"}
WORDS = {
    Position.ABOVE: "hoger",
    Position.BELOW: "lager",
    Position.NO_DIFFERENCE: formats.WITHIN_NOISE,
}


@dataclass(frozen=True, slots=True)
class Step:
    """What changed from one year to another; `result` is None when a year was not published."""

    since: int
    until: int
    result: Change | None

    @property
    def relative(self) -> float | None:
        """Return the change as a fraction; infinite when it started at 0; None when not published."""
        if self.result is None:
            return None
        return math.inf if self.result.relative is None else self.result.relative

    @property
    def significant(self) -> bool | None:
        """Whether the change is more than noise; None when it could not be tested."""
        if self.result is None or self.result.relative is None:
            return None
        return self.result.verdict != Verdict.NO_DIFFERENCE

    @property
    def interval(self) -> str:
        """Write the interval: "−88 % tot −81 %"; empty when there is none."""
        if self.result is None or not math.isfinite(self.result.high):
            return ""
        low, high = self.result.low, self.result.high
        return f"{formats.signed_percent(low, 0)} tot {formats.signed_percent(high, 0)}"

    @property
    def words(self) -> str:
        """Write the change out, for a sentence."""
        told = formats.change(self.relative, significant=self.significant)
        if told.words == formats.WITHIN_NOISE:
            return f"{told.words} ({told.signed})"
        return told.words

    def cell(self, *, interval: bool = True) -> Cell:
        """Return the change for a table, with its interval as a note."""
        note = self.interval if interval else ""
        if self.result is None:
            return Cell(None)
        if self.result.relative is None:
            return Cell(None, text=formats.CANNOT_TELL)
        if self.significant:
            return Cell(self.result.relative, note=note)
        signed = formats.signed_percent(self.result.relative)
        return Cell(self.result.relative, significant=False, note=f"{signed}; {note}" if note else signed)


@dataclass(frozen=True, slots=True)
class Line:
    """An area in one year, with its change since the year before and since the base year."""

    place: Place
    year: int
    count: float | None
    rate: float | None
    status: str
    before: float | None
    base: float | None
    base_rate: float | None
    on_year: Step
    on_base: Step


def line(material: Material, place: Place, year: int, base: int) -> Line:
    """Return the numbers of one area."""
    counts, rates = material.count(place), material.rate(place)
    count = material.at(counts, year)
    return Line(
        place=place,
        year=year,
        count=count,
        rate=material.at(rates, year),
        status=material.status(place, year) if count is not None else "",
        before=material.at(counts, year - 1),
        base=material.at(counts, base),
        base_rate=material.at(rates, base),
        on_year=step(material, place, year - 1, year),
        on_base=step(material, place, base, year),
    )


def step(material: Material, place: Place, since: int, until: int) -> Step:
    """Return what changed in an area between two years."""
    counts = material.count(place)
    before, after = material.at(counts, since), material.at(counts, until)
    if before is None or after is None:
        return Step(since, until, None)
    # Inhabitants are counted one by one: their number knows no chance, so any difference is real.
    dispersion = 1.0 if material.indicator.is_population else material.dispersion
    result = change(before, after, dispersion=dispersion)
    if material.indicator.is_population and before > 0:
        result = _exact(result)
    return Step(since, until, result)


def _exact(result: Change) -> Change:
    relative = result.relative or 0.0
    verdict = Verdict.NO_DIFFERENCE if relative == 0 else (Verdict.RISEN if relative > 0 else Verdict.FALLEN)
    return Change(
        result.before, result.after, result.relative, relative, math.inf, result.level, 1.0, verdict
    )


def common_step(material: Material, place: Place, since: int, until: int) -> Step:
    """Return the change over these years, or over the part of them that was published for this area."""
    counts = material.count(place)
    known = [
        y
        for y in material.counts.years
        if min(since, until) <= y <= max(since, until) and material.at(counts, y) is not None
    ]
    return step(material, place, known[0], known[-1]) if len(known) > 1 else Step(since, until, None)


def without(material: Material, whole: Step, part: Step) -> Step:
    """Return the change of the rest of an area, besides a part of it, so that no event counts twice."""
    if whole.result is None or part.result is None:
        return Step(whole.since, whole.until, None)
    before = whole.result.before - part.result.before
    after = whole.result.after - part.result.after
    if before < 0 or after < 0:
        return Step(whole.since, whole.until, None)
    return Step(whole.since, whole.until, change(before, after, dispersion=material.dispersion))


def differ_in_change(material: Material, one: Step, other: Step) -> bool | None:
    """Say whether two areas changed demonstrably differently; None when that cannot be determined.

    Each interval is taken at 97.5 %, so that two that do not touch differ with 95 % certainty or more.
    """
    if one.result is None or other.result is None:
        return None
    spans = [
        ratio_interval(s.result.before, s.result.after, level=0.975, dispersion=material.dispersion)
        for s in (one, other)
        if s.result is not None
    ]
    (low, high), (other_low, other_high) = spans
    if not (math.isfinite(float(high)) and math.isfinite(float(other_high))):
        return None
    return bool(high < other_low or other_high < low)


def positions(material: Material, places: list[Place], year: int) -> dict[str, Position]:
    """Say per area how its rate lies to that of all the others together; empty when there are no rates."""
    found = material.ranking(places, year)
    return {code: ranked.position[number] for code, (ranked, number) in found.items()}


def rate_decimals(values: list[float | None]) -> int:
    """Return how many decimals keep two figures that count in the middle of these rates."""
    known = sorted(abs(value) for value in values if value)
    if not known:
        return 1
    middle = known[len(known) // 2]
    return 0 if middle >= 100 else 1 if middle >= 1 else 2 if middle >= 0.1 else 3


def why_no_rate(material: Material, place: Place) -> str:
    """Say why an area has no rate; empty when it may have one."""
    if place.level == COUNTRY and not material.indicator.is_population:
        return f"{formats.CANNOT_TELL}: geen inwonertal"
    return ""
