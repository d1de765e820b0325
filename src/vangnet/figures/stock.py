"""What is in store: per indicator, per year and per area, ready for a page or a download."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, QuerySet

from vangnet.figures import series
from vangnet.figures.comparison import area_names
from vangnet.figures.export import Cell
from vangnet.figures.models import Figure, Import, Indicator
from vangnet.figures.series import YearTable
from vangnet.places.models import Area
from vangnet.ui.formats import NOT_PUBLISHED


@dataclass(frozen=True, slots=True)
class Stock:
    """What is stored of one indicator."""

    indicator: Indicator
    count: int = 0
    areas: int = 0
    first_year: int | None = None
    last_year: int | None = None
    statuses: tuple[str, ...] = ()
    last_import: Import | None = None

    @property
    def years(self) -> str:
        """The years as text, empty without figures."""
        if self.first_year is None:
            return ""
        same = self.first_year == self.last_year
        return f"{self.first_year}" if same else f"{self.first_year}–{self.last_year}"


def of_indicators(indicators: Iterable[Indicator]) -> list[Stock]:
    """Return what is stored of each indicator, in the given order (2 queries besides the indicators)."""
    rows = Figure.objects.values("indicator").annotate(
        count=Count("pk"),
        areas=Count("area", distinct=True),
        first=Min("start"),
        last=Max("start"),
        statuses=ArrayAgg("status", distinct=True),
        imports=ArrayAgg("delivered_by", distinct=True),
    )
    found = {row["indicator"]: row for row in rows}
    imports = Import.objects.in_bulk({pk for row in found.values() for pk in row["imports"]})
    return [_stock(indicator, found.get(indicator.pk), imports) for indicator in indicators]


def _stock(indicator: Indicator, row: Any, imports: dict[Any, Import]) -> Stock:
    if row is None:
        return Stock(indicator)
    delivered = [imports[pk] for pk in row["imports"]]
    return Stock(
        indicator,
        row["count"],
        row["areas"],
        row["first"].year,
        row["last"].year,
        tuple(sorted(row["statuses"], key=series.RANK.__getitem__)),
        max(delivered, key=lambda record: record.saved_at or record.started_at),
    )


def imports_of(indicator: Indicator) -> QuerySet[Import]:
    """Return the saved imports that figures of an indicator come from now, latest first."""
    used = Figure.objects.filter(indicator=indicator).values("delivered_by")
    return Import.objects.saved().filter(pk__in=used).order_by("-saved_at")


@dataclass(frozen=True, slots=True)
class Region:
    """The figures of an indicator over the years: the region as a whole, its parts, the country."""

    table: YearTable
    whole: str
    parts: tuple[str, ...]  # municipalities of the region on the borders of the figures
    names: dict[str, str]

    @property
    def per_year(self) -> list[tuple[int, float | None, str]]:
        """Year, total and status, latest first; without municipalities the figures of the country."""
        parts = self.parts or ((self.whole,) if self.whole in self.table.areas else ())
        if not parts:
            return []
        totals = self.table.total(parts)
        return [
            (year, *_known(totals[j], self.table.worst_status(parts, year)))
            for j, year in reversed(list(enumerate(self.table.years)))
        ]

    @property
    def rows(self) -> list[tuple[str, str, list[tuple[float | None, str]]]]:
        """Name, code and per year the value and its status, in order of name."""
        shown = self.parts or tuple(self.table.areas)
        rows = [
            (
                self.names.get(code, code),
                code,
                [
                    _known(value, self.table.status_of(code, year))
                    for year, value in zip(self.table.years, self.table.row(code), strict=True)
                ],
            )
            for code in shown
        ]
        return sorted(rows)


def _known(value: float, status: str) -> tuple[float | None, str]:
    return (None, "") if np.isnan(value) else (float(value), status)


def of_region(indicator: Indicator, *, unit: str, country: str, today: date) -> Region:
    """Return the years of an indicator for the region, on today's borders where it can be (5 queries)."""
    table = series.yearly(indicator)
    on = table.borders_on or today
    if table.areas:
        on = max(on, today) if indicator.is_population else on
        table = series.rebased(table, to=on)
    inside = Area.objects.as_of(on).of_level(Area.Level.MUNICIPALITY).within(unit, on=on)
    codes = tuple(code for code in inside.values_list("code", flat=True) if code in table.areas)
    return Region(table, unit if codes else country, codes, area_names([*codes, *table.areas, unit, country]))


COLUMNS = (
    "Indicator",
    "Gebiedscode",
    "Gebied",
    "Periode",
    "Waarde",
    "Eenheid",
    "Status",
    "Grenzen van",
    "Bron",
)


def export_rows(indicator: Indicator) -> list[Sequence[Cell]]:
    """Return every stored figure of an indicator as it was delivered, for a download (2 queries)."""
    figures = list(
        Figure.objects.filter(indicator=indicator)
        .select_related("delivered_by__source")
        .order_by("area_id", "grain", "start")
    )
    names = area_names(figure.area_id for figure in figures)
    return [
        (
            indicator.name,
            figure.area_id,
            names.get(figure.area_id, ""),
            f"{figure.start.year}" if figure.grain == Figure.Grain.YEAR else f"{figure.start:%Y-%m}",
            _number(figure.value),
            indicator.unit,
            figure.status if figure.value is not None else NOT_PUBLISHED,
            figure.borders_on.isoformat(),
            figure.delivered_by.source.name,
        )
        for figure in figures
    ]


def _number(value: float | None) -> int | float | None:
    return int(value) if value is not None and value.is_integer() else value
