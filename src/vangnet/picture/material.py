"""What a picture of one indicator stands on: its figures, the inhabitants, the areas, and the sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from vangnet.analysis.dispersion import estimate_dispersion
from vangnet.analysis.ranking import Ranking, rank_groups
from vangnet.figures import series
from vangnet.figures.models import Figure, Import, Indicator, Source
from vangnet.figures.series import YearTable
from vangnet.picture import areas, store
from vangnet.picture.areas import COUNTRY, MUNICIPALITY, Place, Tree
from vangnet.places.history import CannotBeDetermined
from vangnet.places.models import Area
from vangnet.ui import formats


@dataclass(frozen=True, slots=True)
class Version:
    """The state of figures and areas; equal version, equal picture."""

    figures: str
    areas: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """For which years an indicator has figures, and on which borders they are."""

    local: tuple[int, ...]  # years with a figure for some municipality
    national: tuple[int, ...]
    borders_on: date

    @property
    def years(self) -> tuple[int, ...]:
        """Return the years that a page of this indicator can show."""
        return self.local or self.national

    def is_national(self, level: str) -> bool:
        """Whether only figures of the whole country can be shown for an area of this level."""
        return level == COUNTRY or not self.local

    def of(self, level: str) -> tuple[int, ...]:
        """Return the years that an area of this level can show."""
        return self.national if self.is_national(level) else self.local


@dataclass(frozen=True)
class Material:
    """Figures of an indicator on one set of borders, with what is needed to read them."""

    indicator: Indicator
    tree: Tree
    counts: YearTable
    people: YearTable | None  # on the same borders; None when the indicator is the population itself
    dispersion: float  # how much more than by chance yearly figures of municipalities vary
    sources: tuple[str, ...]
    delivered_on: date | None

    def count(self, place: Place) -> NDArray[np.float64]:
        """Return the figures of an area per year of `counts`, nan where not published."""
        if place.level == COUNTRY:
            return self.counts.row(place.code)
        return self.counts.total(place.members)

    def inhabitants(self, place: Place) -> NDArray[np.float64]:
        """Return the inhabitants of an area per year of `counts`, nan where not known."""
        years = self.counts.years
        if self.people is None or place.level == COUNTRY:
            return np.full(len(years), np.nan)
        known = dict(zip(self.people.years, self.people.total(place.members), strict=True))
        return np.array([known.get(year, np.nan) for year in years])

    def rate(self, place: Place) -> NDArray[np.float64]:
        """Return figures per 1,000 inhabitants, nan without any; the figure itself for the population."""
        if self.indicator.is_population:
            return self.count(place)
        people = self.inhabitants(place)
        return self.count(place) / np.where(people > 0, people, np.nan) * 1000.0

    def status(self, place: Place, year: int) -> str:
        """Return the least certain status among the figures of an area."""
        members = (place.code,) if place.level == COUNTRY else place.members
        return self.counts.worst_status(members, year)

    def at(self, row: NDArray[np.float64], year: int) -> float | None:
        """Return the number of one year out of a row over `counts.years`; None when there is none."""
        if year not in self.counts.years:
            return None
        value = float(row[self.counts.years.index(year)])
        return None if np.isnan(value) else value

    def ranking(self, places: list[Place], year: int) -> dict[str, tuple[Ranking, int]]:
        """Rank areas by rate; per code the ranking and its place in it. Empty when no ranking exists."""
        if self.people is None:
            return {}
        rows = [(p, self.at(self.count(p), year), self.at(self.inhabitants(p), year)) for p in places]
        known = [(p, n, at_risk) for p, n, at_risk in rows if n is not None and at_risk]
        if len(known) < 2:
            return {}
        ranked = rank_groups(
            [n for _, n, _ in known], [at_risk for _, _, at_risk in known], dispersion=self.dispersion
        )
        return {place.code: (ranked, number) for number, (place, _, _) in enumerate(known)}

    @property
    def unit(self) -> str:
        """Return the unit of `rate`."""
        return self.indicator.unit if self.indicator.is_population else "per 1.000 inwoners"

    @property
    def source(self) -> str:
        """Return the sources in one line."""
        return "; ".join(self.sources)

    @property
    def dated(self) -> str:
        """Say of when the figures are and on which borders."""
        parts = [f"ingelezen op {formats.day(self.delivered_on)}"] if self.delivered_on else []
        if self.counts.borders_on and self.indicator.finest == MUNICIPALITY:
            parts.append(f"grenzen van {formats.day(self.counts.borders_on)}")
        return ", ".join(parts)


def version() -> Version:
    """Return the state of figures and areas now (2 queries)."""
    return Version(series.version(), areas.version())


def span(indicator: Indicator, state: Version) -> Span:
    """Return the years of an indicator, worked out once per state of the figures."""
    return store.remembered(lambda: _span(indicator), "span", state, indicator.pk)


def _span(indicator: Indicator) -> Span:
    table = series.yearly(indicator)
    levels = dict(Area.objects.filter(code__in=table.areas).values_list("code", "level"))
    known = ~np.isnan(table.values)
    local = np.array([levels[code] == MUNICIPALITY for code in table.areas], dtype=bool)
    years = np.array(table.years, dtype=int)

    def with_figures(rows: NDArray[np.bool_]) -> tuple[int, ...]:
        return tuple(int(year) for year in years[known[rows].any(axis=0)]) if rows.any() else ()

    today = timezone.localdate()
    borders = table.borders_on if local.any() and table.borders_on else today
    return Span(with_figures(local), with_figures(~local), borders)


def tree(day: date, state: Version) -> Tree:
    """Return the areas of a day, worked out once per state of the areas."""
    return store.remembered(lambda: areas.tree(day), "tree", state.areas, day)


def load(indicator: Indicator, state: Version) -> Material:
    """Read everything that a picture of this indicator stands on."""
    known = span(indicator, state)
    day = known.borders_on
    counts = series.yearly(indicator)
    counts = _on_borders(counts, day) or counts
    people: YearTable | None = None
    if not indicator.is_population:
        population = Indicator.objects.filter(is_population=True).first()
        people = _on_borders(series.yearly(population), day) if population else None
        people = people or YearTable((), (), np.empty((0, 0)), (), None)
    places = tree(day, state)
    sources, delivered = _sources(indicator)
    return Material(
        indicator=indicator,
        tree=places,
        counts=counts,
        people=people,
        dispersion=_dispersion(counts, places),
        sources=sources,
        delivered_on=delivered,
    )


def _on_borders(table: YearTable, day: date) -> YearTable | None:
    """Put a table on the borders of a day; None when that does not follow from what is known."""
    try:
        return series.rebased(table, to=day) if table.areas else None
    except (CannotBeDetermined, ValueError):
        return None


def _dispersion(counts: YearTable, places: Tree) -> float:
    """Return the spread beyond chance; 1 when the figures are too few or too small to tell."""
    local = [code for code in places.region.members if code in counts.areas]
    if not local or len(counts.years) < 2:
        return 1.0
    try:
        return estimate_dispersion(np.array([counts.row(code) for code in local])).factor
    except ValueError:
        return 1.0


def _sources(indicator: Indicator) -> tuple[tuple[str, ...], date | None]:
    """Name the sources; that of the indicator itself stands for a delivery that holds more than one."""
    used = Figure.objects.filter(indicator=indicator).values("delivered_by").distinct()
    found: list[Source] = []
    latest: datetime | None = None
    for delivery in Import.objects.filter(pk__in=used).select_related("source").order_by("saved_at"):
        found.append(delivery.source)
        latest = delivery.saved_at or latest
    day = timezone.localtime(latest).date() if latest else None
    named = found if indicator.source in found else [indicator.source]
    return tuple(dict.fromkeys(_named(source) for source in named)), day


def _named(source: Source) -> str:
    table = f" ({source.table})" if source.table else ""
    return f"{source.publisher}, {source.name}{table}"
