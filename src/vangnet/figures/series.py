"""Figures as arrays: an indicator over areas and years, on the borders of one day."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Count, Max
from numpy.typing import NDArray

from vangnet.analysis import rebase as merger_graph
from vangnet.figures.models import Figure, Import, Indicator, Status
from vangnet.places import history

RANK = {Status.FINAL.value: 0, Status.PROVISIONAL.value: 1, Status.ESTIMATE.value: 2}


@dataclass(frozen=True, slots=True)
class YearTable:
    """An indicator per area and year; nan is "not published"."""

    areas: tuple[str, ...]
    years: tuple[int, ...]
    values: NDArray[np.float64]  # shape (areas, years)
    status: tuple[tuple[str, ...], ...]  # (areas, years); empty text where nothing is known
    borders_on: date | None  # the latest borders that the figures are on; None without figures

    def row(self, area: str) -> NDArray[np.float64]:
        """Return the values of one area, all nan when it has none."""
        if area not in self.areas:
            return np.full(len(self.years), np.nan)
        row: NDArray[np.float64] = self.values[self.areas.index(area)]
        return row

    def status_of(self, area: str, year: int) -> str:
        """Return the status of one figure, empty when there is none."""
        if area not in self.areas or year not in self.years:
            return ""
        return self.status[self.areas.index(area)][self.years.index(year)]

    def total(self, areas: Iterable[str]) -> NDArray[np.float64]:
        """Return the sum over areas per year; nan as soon as one part was not published."""
        rows = [self.row(area) for area in areas]
        return np.sum(rows, axis=0) if rows else np.full(len(self.years), np.nan)

    def worst_status(self, areas: Iterable[str], year: int) -> str:
        """Return the least certain status among areas in a year."""
        found = [self.status_of(area, year) for area in areas]
        return max((s for s in found if s), key=RANK.__getitem__, default="")


def yearly(indicator: Indicator) -> YearTable:
    """Return all years of an indicator (1 query); a year known by its twelve months only is their sum."""
    rows = Figure.objects.filter(indicator=indicator).values_list(
        "area_id", "grain", "start", "value", "status", "borders_on"
    )
    cells: dict[tuple[str, int], tuple[float, str]] = {}
    months: dict[tuple[str, int], list[tuple[float, str]]] = defaultdict(list)
    latest: date | None = None
    for area, grain, start, value, status, borders in rows:
        number = np.nan if value is None else value
        if grain == Figure.Grain.YEAR:
            cells[area, start.year] = (number, status)
        else:
            months[area, start.year].append((number, status))
        latest = borders if latest is None else max(latest, borders)
    for key, parts in months.items():
        if len(parts) == 12 and key not in cells:
            worst = max((status for _, status in parts), key=RANK.__getitem__)
            cells[key] = (sum(number for number, _ in parts), worst)
    return _table(cells, latest)


def _table(cells: dict[tuple[str, int], tuple[float, str]], borders_on: date | None) -> YearTable:
    areas = tuple(sorted({area for area, _ in cells}))
    years = tuple(sorted({year for _, year in cells}))
    values = np.full((len(areas), len(years)), np.nan)
    status = [[""] * len(years) for _ in areas]
    place = {area: i for i, area in enumerate(areas)}, {year: i for i, year in enumerate(years)}
    for (area, year), (number, state) in cells.items():
        i, j = place[0][area], place[1][year]
        values[i, j], status[i][j] = number, state
    return YearTable(areas, years, values, tuple(map(tuple, status)), borders_on)


def rebased(table: YearTable, *, to: date) -> YearTable:
    """Put a table whose years are each on their own borders on the borders of one day (1 query)."""
    edges = history.edges()
    cells: dict[tuple[str, int], tuple[float, str]] = {}
    for j, year in enumerate(table.years):
        counts = {
            area: None if np.isnan(table.values[i, j]) else float(table.values[i, j])
            for i, area in enumerate(table.areas)
            if table.status[i][j]
        }
        worst = max((row[j] for row in table.status if row[j]), key=RANK.__getitem__)
        start = date(year, 1, 1).toordinal()
        moved = merger_graph.rebase(counts, edges, since=start, until=to.toordinal())
        cells |= {(area, year): (np.nan if n is None else n, worst) for area, n in moved.items()}
    return _table(cells, to)


def monthly(indicator: Indicator, area: str) -> dict[int, NDArray[np.float64]]:
    """Return the months of each year of one area as arrays of shape (12,), nan where not published."""
    result: dict[int, NDArray[np.float64]] = {}
    rows = Figure.objects.filter(indicator=indicator, area=area).monthly()
    for start, value in rows.order_by("start").values_list("start", "value"):
        months = result.setdefault(start.year, np.full(12, np.nan))
        months[start.month - 1] = np.nan if value is None else value
    return result


def version() -> str:
    """Return a short text that changes with every saved or undone import, for caches (1 query)."""
    state = Import.objects.exclude(state__in=[Import.State.DRAFT, Import.State.REFUSED]).aggregate(
        n=Count("pk"), saved=Max("saved_at"), undone=Max("undone_at")
    )
    return hashlib.sha256(repr(sorted(state.items())).encode()).hexdigest()[:16]
