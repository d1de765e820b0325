"""Charts of an indicator: its course over the years, and areas in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.change import Position
from vangnet.analysis.rates import crude_rates, like_size
from vangnet.picture.areas import MUNICIPALITY, Place
from vangnet.picture.material import Material
from vangnet.picture.summary import positions, rate_decimals
from vangnet.ui import bars
from vangnet.ui.axes import Status
from vangnet.ui.charts import Point, trend_chart
from vangnet.ui.pictures import Picture

Measure = Literal["rate", "count", "index"]
MOST = 6  # lines in one chart
PEERS = 7  # municipalities of like size beside one's own


def course(
    material: Material,
    places: Sequence[Place],
    *,
    measure: Measure = "rate",
    since: int | None = None,
    narrow: bool = False,
    heading: bool = False,
) -> Picture | None:
    """Draw the years of a few areas as rate, count or index from year `since`; None without figures.

    As an index the country takes part with its counts; without inhabitants it has no rate.
    """
    years = [year for year in material.counts.years if since is None or year >= since]
    shown = [(place, row) for place in places if (row := _row(material, place, measure, years)).size]
    points = [
        Point(_unique(place, places), str(year), material.at(row, year), _status(material, place, year))
        for place, row in shown
        for year in years
    ]
    if not any(point.value is not None for point in points):
        return None
    names = ", ".join(place.name for place, _ in shown)
    indicator = material.indicator
    index = measure == "index"
    unit = material.unit if measure == "rate" else indicator.unit
    told = f"index, {years[0]} = 100" if index else unit
    whole = index or measure == "count" or indicator.is_population
    return trend_chart(
        _until_published(points),
        title=f"{indicator.name} van {years[0]} tot en met {years[-1]}",
        description=f"Lijngrafiek van {names}; {told}. Alle cijfers staan in de tabel.",
        unit="" if index else unit,
        decimals=0 if whole else rate_decimals([point.value for point in points]),
        index=index,
        narrow=narrow,
        heading=heading,
    )


def _row(material: Material, place: Place, measure: Measure, years: Sequence[int]) -> NDArray[np.float64]:
    """Return the row to draw; empty when it has no figure, or no first figure to be 100."""
    row = material.rate(place) if measure == "rate" else material.count(place)
    known = [value for year in years if (value := material.at(row, year)) is not None]
    if not known or (measure == "index" and (material.at(row, years[0]) or 0) <= 0):
        return np.array([])
    return row


def _status(material: Material, place: Place, year: int) -> Status:
    return cast(Status, material.status(place, year) or "definitief")


def _until_published(points: list[Point]) -> list[Point]:
    """Leave out the years after the last figure of an area: not published yet is no gap in a line."""
    last = {point.area: point.period for point in points if point.value is not None}
    return [point for point in points if point.period <= last.get(point.area, "")]


def ranking(
    material: Material,
    places: Sequence[Place],
    year: int,
    *,
    among: Sequence[Place],
    own: str = "",
    narrow: bool = False,
    heading: bool = False,
) -> Picture | None:
    """Draw areas in order of rate; grey when they do not differ demonstrably from the rest of `among`."""
    rows = [(place, value) for place in places if (value := _rate(material, place, year)) is not None]
    if not rows:
        return None
    rows.sort(key=lambda row: (-row[1], row[0].name))
    found = positions(material, list(among), year)
    spans = _intervals(material, [place for place, _ in rows], year)
    region = material.tree.region
    level = _rate(material, region, year)
    made = [
        bars.Bar(
            name=_unique(place, [other for other, _ in rows]),
            value=value,
            low=span[0],
            high=span[1],
            noise=found.get(place.code) == Position.NO_DIFFERENCE,
            own=place.code == own,
            status=_status(material, place, year),
        )
        for (place, value), span in zip(rows, spans, strict=True)
    ]
    return bars.bar_ranking(
        made,
        title=f"{material.indicator.name} in {year}",
        description=f"Staafdiagram van {len(rows)} gebieden, van hoog naar laag, {material.unit}. "
        "Alle cijfers staan in de tabel.",
        unit=material.unit,
        decimals=0 if material.indicator.is_population else rate_decimals([value for _, value in rows]),
        reference=None if level is None or material.indicator.is_population else (region.name, level),
        narrow=narrow,
        heading=heading,
    )


def _rate(material: Material, place: Place, year: int) -> float | None:
    return material.at(material.rate(place), year)


def _intervals(
    material: Material, places: Sequence[Place], year: int
) -> list[tuple[float | None, float | None]]:
    """Return the interval of each rate, wider than chance alone by the dispersion."""
    if material.people is None:
        return [(None, None)] * len(places)
    events = np.array([material.at(material.count(place), year) for place in places], dtype=float)
    at_risk = np.array([material.at(material.inhabitants(place), year) for place in places], dtype=float)
    result = crude_rates(events / material.dispersion, at_risk / material.dispersion)
    return list(zip(result.low.tolist(), result.high.tolist(), strict=True))


def _unique(place: Place, others: Sequence[Place]) -> str:
    """Tell a district from a municipality of the same name."""
    same = [other for other in others if other.name == place.name]
    return place.name if len(same) < 2 else f"{place.name} ({place.level})"


def peers(material: Material, place: Place, year: int) -> list[Place]:
    """Return the municipalities of like size in the region, the place itself included."""
    if place.level != MUNICIPALITY or material.people is None:
        return []
    region = material.tree.of(material.tree.region.members)
    sized = [(p, n) for p in region if (n := material.at(material.inhabitants(p), year))]
    codes = [p.code for p, _ in sized]
    if place.code not in codes or len(sized) < 3:
        return []
    near = like_size([n for _, n in sized], codes.index(place.code), min(PEERS, len(sized) - 1))
    return [place, *(sized[number][0] for number in near)]
