"""Figures as arrays: an indicator over areas and years, on the borders of one day."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

import numpy as np
from django.db.models import Count, Max
from numpy.typing import NDArray

from vangnet.analysis import rebase as merger_graph
from vangnet.figures.models import Figure, Import, Indicator, Status
from vangnet.places import history

RANK = {Status.FINAL.value: 0, Status.PROVISIONAL.value: 1, Status.ESTIMATE.value: 2}


class Cell(NamedTuple):
    """One figure of a year: its value (nan is "not published"), its status, and the borders it is on."""

    value: float
    status: str
    borders: date


Cells = dict[tuple[str, int], Cell]


@dataclass(frozen=True, slots=True)
class YearTable:
    """An indicator per area and year; nan is "not published"."""

    areas: tuple[str, ...]
    years: tuple[int, ...]
    values: NDArray[np.float64]  # shape (areas, years)
    status: tuple[tuple[str, ...], ...]  # (areas, years); empty text where nothing is known
    borders_on: date | None  # the latest borders that the figures are on; None without figures
    borders: tuple[tuple[date | None, ...], ...] = ()  # (areas, years); None where nothing is known

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
    """Return all years of an indicator as they were delivered, each on its own borders (1 query).

    A year that is known by its twelve months only, on the same borders, is their sum.
    """
    rows = Figure.objects.filter(indicator=indicator).values_list(
        "area_id", "grain", "start", "value", "status", "borders_on"
    )
    cells: Cells = {}
    months: dict[tuple[str, int], list[Cell]] = defaultdict(list)
    latest: date | None = None
    for area, grain, start, value, status, borders in rows:
        cell = Cell(np.nan if value is None else value, status, borders)
        if grain == Figure.Grain.YEAR:
            cells[area, start.year] = cell
        else:
            months[area, start.year].append(cell)
        latest = borders if latest is None else max(latest, borders)
    for key, parts in months.items():
        borders = parts[0].borders
        if len(parts) == 12 and key not in cells and all(part.borders == borders for part in parts):
            cells[key] = Cell(sum(part.value for part in parts), _worst(parts), borders)
    return _table(cells, latest)


def _worst(cells: Iterable[Cell]) -> str:
    return max((cell.status for cell in cells), key=RANK.__getitem__)


def _table(cells: Cells, borders_on: date | None) -> YearTable:
    areas = tuple(sorted({area for area, _ in cells}))
    years = tuple(sorted({year for _, year in cells}))
    values = np.full((len(areas), len(years)), np.nan)
    status = [[""] * len(years) for _ in areas]
    borders: list[list[date | None]] = [[None] * len(years) for _ in areas]
    place = {area: i for i, area in enumerate(areas)}, {year: i for i, year in enumerate(years)}
    for (area, year), cell in cells.items():
        i, j = place[0][area], place[1][year]
        values[i, j], status[i][j], borders[i][j] = cell
    return YearTable(areas, years, values, tuple(map(tuple, status)), borders_on, tuple(map(tuple, borders)))


def on_latest_borders(indicator: Indicator) -> YearTable:
    """Return all years of an indicator on the latest borders that any of them is on (1 or 2 queries)."""
    table = yearly(indicator)
    return rebased(table, to=table.borders_on) if table.borders_on else table


def rebased(table: YearTable, *, to: date) -> YearTable:
    """Put each figure, from the borders that it is on, on those of one day (1 query, or none).

    Of two figures of the same area and year the one on the later borders stays. A sum of which a part is
    not known is nan: never the sum of the rest.

    Raises
    ------
    CannotBeDetermined
        `to` lies before the borders of a figure and a merger in between cannot be taken apart.
    ValueError
        A figure is about an area that did not exist on its borders.
    """
    groups: dict[tuple[date, int], dict[str, Cell]] = defaultdict(dict)
    for i, area in enumerate(table.areas):
        for j, year in enumerate(table.years):
            if (borders := table.borders[i][j]) is not None:
                cell = Cell(float(table.values[i, j]), table.status[i][j], borders)
                groups[borders, year][area] = cell
    if all(borders == to for borders, _ in groups):
        return table
    edges = history.edges()
    cells: Cells = {}
    for (borders, year), found in sorted(groups.items()):
        moved = _moved(found, edges, since=borders.toordinal(), until=to.toordinal())
        cells |= {(area, year): cell._replace(borders=to) for area, cell in moved.items()}
    return _table(cells, to)


def _moved(
    found: dict[str, Cell], edges: list[merger_graph.Transition], *, since: int, until: int
) -> dict[str, Cell]:
    """Put the figures of one year from the borders of one day on those of another."""
    counts = {area: None if np.isnan(cell.value) else cell.value for area, cell in found.items()}
    between = [edge for edge in edges if min(since, until) < edge.when <= max(since, until)]
    if until < since:
        counts = merger_graph.rebase(counts, edges, since=since, until=until)
    else:
        between.sort(key=lambda edge: edge.when)
        for when, moment in groupby(between, key=lambda edge: edge.when):
            counts = _stepped(counts, list(moment), when)
    reached = {edge.new for edge in between} | {edge.old for edge in between}
    borders = next(iter(found.values())).borders
    return {
        area: found[area]
        if area not in reached
        else Cell(np.nan if number is None else number, _worst(found.values()), borders)
        for area, number in counts.items()
    }


def _stepped(
    counts: dict[str, float | None], moment: list[merger_graph.Transition], when: int
) -> dict[str, float | None]:
    """Follow the arrows of one day; a part that nobody delivered counts as not published."""
    needed = {edge.new for edge in moment if edge.old in counts}
    absent = {edge.old: None for edge in moment if edge.new in needed and edge.old not in counts}
    return merger_graph.rebase(counts | absent, moment, since=when - 1, until=when)


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
