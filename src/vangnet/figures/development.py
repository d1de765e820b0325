"""How an indicator developed in an area between two years, with the uncertainty of small numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.change import Change, Verdict, change
from vangnet.analysis.dispersion import estimate_dispersion
from vangnet.figures.models import Indicator
from vangnet.figures.series import YearTable
from vangnet.places.models import Area

LEVEL = 0.95


class NotPublished(Exception):
    """A figure that is needed was not published; the message (Dutch) says which."""


@dataclass(frozen=True, slots=True)
class Development:
    """Two years of an indicator in an area."""

    first: int
    last: int
    change: Change
    status: str  # the less certain of both figures
    parts: int  # number of municipalities that were added up; 0 for a figure of the area itself
    borders_on: date


def members(area: Area, *, on: date) -> list[str]:
    """Return the municipalities that make up an area on a day (1 query); a municipality is itself."""
    if area.level == Area.Level.MUNICIPALITY:
        return [area.code]
    inside = Area.objects.as_of(on).of_level(Area.Level.MUNICIPALITY)
    if area.level == Area.Level.UNIT:
        return [a.code for a in inside.within(area.code, on=on)]
    return [a.code for a in inside.filter(wholes__whole=area, wholes__period__contains=on)]


def dispersion(table: YearTable) -> float:
    """Return by which factor the counts of municipalities vary more than chance alone; 1 when unknown.

    One query. The country is left out: it holds the municipalities, and swings with the times.
    """
    local = set(Area.objects.of_level(Area.Level.MUNICIPALITY).values_list("code", flat=True))
    rows = table.values[[area in local for area in table.areas]]
    try:
        return estimate_dispersion(rows).factor
    except ValueError:
        return 1.0  # too few areas or counts to tell; the interval is then that of chance alone


def yearly_values(table: YearTable, area: Area, parts: list[str]) -> NDArray[np.float64]:
    """Return the figures of an area per year: its own where published, else the sum of its parts."""
    return table.row(area.code) if area.code in table.areas else table.total(parts)


def development(
    table: YearTable, area: Area, *, first: int, last: int, level: float = LEVEL, exact: bool = False
) -> Development:
    """Compare two years of an indicator in an area.

    Inhabitants are `exact`: counted one by one, so that any difference is real.

    Raises
    ------
    NotPublished
        One of both figures was not published for this area.
    """
    borders = table.borders_on or date(last, 1, 1)
    parts = members(area, on=borders)
    values = yearly_values(table, area, parts)
    before, after = (_figure(table, values, area, year) for year in (first, last))
    own = [area.code] if area.code in table.areas else parts
    outcome = change(before, after, level=level, dispersion=1.0 if exact else dispersion(table))
    states = [table.worst_status(own, year) for year in (first, last)]
    return Development(
        first=first,
        last=last,
        change=_exact(outcome) if exact and outcome.relative is not None else outcome,
        status=next((s for s in ("schatting", "voorlopig") if s in states), "definitief"),
        parts=0 if area.code in table.areas else len(parts),
        borders_on=borders,
    )


def _exact(outcome: Change) -> Change:
    relative = outcome.relative or 0.0
    verdict = Verdict.RISEN if relative > 0 else Verdict.FALLEN if relative < 0 else Verdict.NO_DIFFERENCE
    return replace(outcome, low=relative, high=relative, verdict=verdict)


def _figure(table: YearTable, values: NDArray[np.float64], area: Area, year: int) -> float:
    if year not in table.years:
        known = f"{table.years[0]} tot en met {table.years[-1]}" if table.years else "geen enkel jaar"
        raise NotPublished(f"voor {year} zijn geen cijfers; wel voor {known}")
    value = values[table.years.index(year)]
    if np.isnan(value):
        raise NotPublished(f"voor {area.code} is in {year} geen cijfer gepubliceerd")
    return float(value)


def find_indicator(text: str, among: Iterable[Indicator] | None = None) -> Indicator | None:
    """Return the indicator with this slug, code or name, in any case; `among` those given, else of all."""
    rows = Indicator.objects.select_related("source") if among is None else among
    wanted = text.strip().casefold()
    return next((row for row in rows if wanted in (row.slug, row.code.casefold(), row.name.casefold())), None)
