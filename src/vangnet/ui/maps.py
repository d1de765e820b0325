"""Maps: areas coloured by class, drawn from shapes in RD New.

`choropleth` takes the shapes of `vangnet.ui.geometry` and one figure per area, and returns a
`pictures.Picture`. A figure that is absent has its own look and its own words, never a colour of
the scale. Names are written where they fit without touching one another. Its parameters:

- `areas`, and `values` by code. An area without a value, or with None, is absent; `missing` says
  why, by code (`NOT_PUBLISHED` unless told);
- `title` and `description` for those who cannot see it; `heading` draws the title as well;
- `unit` and `decimals` of the figures, and their `status`. Figures are rounded first and then put
  in a class, so that table and map agree;
- `schematic`: the shapes are cells around centres; said in the name and under the map;
- `own`: code of the area with a strong outline; `districts`: shapes drawn as thick borders;
- `breaks`: lower bounds of the second and later classes (at most four); without it `method` makes
  the classes, see `class_breaks`;
- `labels`: how many names to try, highest figures first (12, narrow 6), or the codes to name. The
  own area is always named;
- `narrow`: for a phone.

It raises ValueError without areas, for values of areas that are not on the map, and for more than
four `breaks`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import shapely

from vangnet.ui.axes import Status, describe, text_width, ticks, wrap
from vangnet.ui.drawing import alt
from vangnet.ui.formats import NOT_PUBLISHED, number
from vangnet.ui.geometry import Shape
from vangnet.ui.pictures import DOTS, HATCH, INK, MUTED, NARROW, NAVY, PAPER, Picture, Sheet

NOT_ON_BORDERS = "niet gepubliceerd op deze grenzen"
NOT_SHOWN = "niet getoond (herleidbaar)"
Missing = Literal["niet gepubliceerd", "niet gepubliceerd op deze grenzen", "niet getoond (herleidbaar)"]

WIDTH, HEIGHT = 560, 540  # of the map in pixels, wide; narrow takes the phone's width
_BLUES = {
    1: ("#b1cfe8",),
    2: ("#b1cfe8", "#3a7ab8"),
    3: ("#dce9f5", "#7dadd9", "#154273"),
    4: ("#dce9f5", "#94bde1", "#3a7ab8", "#154273"),
    5: ("#dce9f5", "#b1cfe8", "#7dadd9", "#3a7ab8", "#154273"),
}
_DARK = {"#3a7ab8", "#154273"}  # a white border has 3:1 on these, a navy border on the others
_ABSENT: Mapping[str, str] = {NOT_PUBLISHED: "#eef0f2", NOT_ON_BORDERS: HATCH, NOT_SHOWN: DOTS}


@dataclass(frozen=True, slots=True)
class Area:
    """An area on the map: its code, its name, and its shape in RD New."""

    code: str
    name: str
    shape: Shape


def choropleth(
    areas: Iterable[Area],
    values: Mapping[str, float | None],
    *,
    title: str,
    description: str,
    unit: str = "",
    decimals: int = 0,
    status: Status = "definitief",
    missing: Mapping[str, Missing] | None = None,
    schematic: bool = False,
    own: str | None = None,
    districts: Iterable[Shape] = (),
    breaks: Sequence[float] | None = None,
    method: Literal["quantile", "pretty"] = "quantile",
    labels: int | Collection[str] | None = None,
    narrow: bool = False,
    heading: bool = False,
) -> Picture:
    """Draw a map with a class of colour for each area; parameters and errors are told above."""
    places = list(areas)
    _check(places, values)
    figures = {code: round(value, decimals) for code, value in values.items() if value is not None}
    if breaks is None:
        breaks = class_breaks(list(figures.values()), decimals=decimals, method=method)
    classes = _Classes.over(breaks, list(figures.values()), decimals)
    frame = _Frame.fit([place.shape for place in places], narrow=narrow)
    rows = []
    for place in places:
        value, reason = figures.get(place.code), (missing or {}).get(place.code, NOT_PUBLISHED)
        label = describe(place.name, value, unit, decimals, status, absent=reason)
        rows.append(classes.look(value, reason) | frame.feature(place.shape, label))
    sheet = Sheet()
    below = _notes(sheet, frame, schematic=schematic, status=status)
    _fills(sheet, rows, frame, _legend_entries(classes, rows), unit, below)
    _outlines(sheet, frame, districts, [place.shape for place in places if place.code == own])
    _names(sheet, frame, _to_name(places, figures, (6 if narrow else 12) if labels is None else labels, own))
    name = f"{title} (schematische kaart)" if schematic else title
    return sheet.picture(**frame.size, title=name, description=description, heading=heading)


def _check(places: list[Area], values: Mapping[str, float | None]) -> None:
    if not places:
        raise ValueError("Er zijn geen gebieden om te tekenen.")
    unknown = sorted(set(values) - {place.code for place in places})
    if unknown:
        raise ValueError(f"Deze gebieden staan niet op de kaart: {', '.join(unknown)}.")


def class_breaks(
    values: Sequence[float],
    *,
    decimals: int = 0,
    method: Literal["quantile", "pretty"] = "quantile",
    classes: int = 5,
) -> list[float]:
    """Return the lower bounds of the classes after the first, rounded; no class is empty.

    Fewer than ten values get at most three classes. "quantile" puts about as many areas in each
    class, "pretty" puts the bounds at round figures.

    >>> class_breaks([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    [3, 5, 6, 8]
    >>> class_breaks([4, 4, 4])
    []
    """
    if not values:
        return []
    classes = min(classes, 3 if len(values) < 10 else 5, len(set(values)))
    quantiles = [float(bound) for bound in np.quantile(values, np.linspace(0, 1, classes + 1)[1:-1])]
    round_figures = [ticks(min(values), max(values), about) for about in range(classes, 0, -1)]
    for wanted in [*(round_figures if method == "pretty" else []), quantiles]:
        bounds = sorted({round(bound, decimals) for bound in wanted})
        breaks = _without_empty([int(b) if decimals == 0 else b for b in bounds], values)
        if len(breaks) < classes:
            break
    return breaks


def _without_empty(bounds: list[float], values: Sequence[float]) -> list[float]:
    kept: list[float] = []
    for bound in bounds:
        below = [value for value in values if value < bound and (not kept or value >= kept[-1])]
        if below and any(value >= bound for value in values):
            kept.append(bound)
    return kept


@dataclass(frozen=True, slots=True)
class _Classes:
    """The classes of the map: their lower bounds after the first, words and colours."""

    breaks: Sequence[float]
    words: list[str]
    colours: tuple[str, ...]

    @classmethod
    def over(cls, breaks: Sequence[float], values: Sequence[float], decimals: int) -> _Classes:
        if len(breaks) >= len(_BLUES) or list(breaks) != sorted(set(breaks)):
            raise ValueError(f"Ten hoogste {len(_BLUES) - 1} klassengrenzen, van laag naar hoog.")
        bounds = [number(bound, decimals) for bound in breaks]
        if not values:
            return cls((), [], ())
        if not bounds:
            ends = sorted({number(end, decimals) for end in (min(values), max(values))})
            return cls((), [" tot en met ".join(ends)], _BLUES[1])
        between = [f"{low} tot {high}" for low, high in pairwise(bounds)]
        words = [f"minder dan {bounds[0]}", *between, f"{bounds[-1]} of meer"]
        return cls(breaks, words, _BLUES[len(words)])

    def look(self, value: float | None, reason: str) -> dict[str, Any]:
        """Return class and border of one area; `rank` is the order of drawing."""
        if value is None:
            return {"class": reason, "edge": MUTED, "rank": -1}
        rank = bisect_right(self.breaks, value)
        edge = PAPER if self.colours[rank] in _DARK else NAVY
        return {"class": self.words[rank], "edge": edge, "rank": rank}


def _legend_entries(classes: _Classes, rows: list[dict[str, Any]]) -> dict[str, str]:
    """Return words and fill of each class, and of each kind of absence on this map."""
    present = {row["class"] for row in rows}
    absent = {reason: fill for reason, fill in _ABSENT.items() if reason in present}
    return dict(zip(classes.words, classes.colours, strict=True)) | absent


@dataclass(frozen=True, slots=True)
class _Frame:
    """The window on the land: from metres to pixels."""

    scale: float  # pixels per metre
    left: float
    top: float
    width: float
    height: float

    @classmethod
    def fit(cls, shapes: list[Shape], *, narrow: bool) -> _Frame:
        west, south, east, north = shapely.total_bounds(shapes)
        width, most = (NARROW - 16, NARROW) if narrow else (WIDTH - 16, HEIGHT)
        scale = min(width / (east - west), most / (north - south))
        height = scale * (north - south)
        margin = (width - scale * (east - west)) / 2
        return cls(scale, margin - scale * west, scale * north, width, round(height))

    def pixel(self, point: shapely.Point) -> tuple[float, float]:
        return self.left + self.scale * point.x, self.top - self.scale * point.y

    @property
    def size(self) -> dict[str, float]:
        return {"width": self.width, "height": self.height}

    @property
    def projection(self) -> alt.Projection:
        return alt.Projection(
            type="identity", reflectY=True, scale=self.scale, translate=[self.left, self.top]
        )

    def feature(self, shape: Shape, label: str = "") -> dict[str, Any]:
        """Return a shape as the map reads it: bends of under a third of a pixel left out, whole metres."""
        calm = shapely.simplify(shape, 0.3 / self.scale)
        geometry = shapely.geometry.mapping(shapely.transform(calm, np.round))
        return {"type": "Feature", "geometry": _whole(geometry), "label": label}


def _whole(geometry: Mapping[str, Any]) -> dict[str, Any]:
    def whole(numbers: Any) -> Any:
        return [whole(part) for part in numbers] if isinstance(numbers, tuple | list) else int(numbers)

    return {"type": geometry["type"], "coordinates": whole(geometry["coordinates"])}


def _fills(
    sheet: Sheet, rows: list[dict[str, Any]], frame: _Frame, entries: dict[str, str], unit: str, below: float
) -> None:
    """Colour the areas: absent ones first, then light to dark, so that white borders lie on top."""
    column = max(text_width(words) for words in entries) + 34
    legend = alt.Legend(
        title=unit or None,
        orient="bottom",
        columns=max(1, min(3, int(frame.width / column))),
        offset=below,
        symbolType="square",
        symbolSize=220,
        symbolStrokeColor=MUTED,
        symbolStrokeWidth=1,
    )
    scale = alt.Scale(domain=list(entries), range=list(entries.values()))
    mark = sheet.chart(sorted(rows, key=lambda row: row["rank"])).mark_geoshape(
        strokeWidth=0.8, strokeJoin="round", strokeDash={"expr": "datum.rank < 0 ? [2, 2] : []"}
    )
    sheet.add(
        mark.encode(
            fill=alt.Fill("class:N", scale=scale, legend=legend),
            stroke=alt.Stroke("edge:N", scale=None, legend=None),
            description=alt.Description("label:N"),
        ).properties(projection=frame.projection)
    )


def _outlines(sheet: Sheet, frame: _Frame, districts: Iterable[Shape], own: list[Shape]) -> None:
    lines = [(shape, INK, 1.8) for shape in districts]
    lines += [(shape, edge, weight) for edge, weight in ((PAPER, 6.0), (INK, 3.0)) for shape in own]
    if not lines:
        return
    rows = [{**frame.feature(shape), "edge": edge, "weight": weight} for shape, edge, weight in lines]
    mark = sheet.chart(rows).mark_geoshape(
        filled=False, aria=False, strokeJoin="round", strokeWidth={"expr": "datum.weight"}
    )
    mark = mark.encode(stroke=alt.Stroke("edge:N", scale=None, legend=None))
    sheet.add(mark.properties(projection=frame.projection))


def _to_name(
    places: list[Area], figures: Mapping[str, float], labels: int | Collection[str], own: str | None
) -> list[Area]:
    """Return the areas to name, most important first."""
    ranked = sorted(places, key=lambda place: (-figures.get(place.code, float("-inf")), place.code))
    if isinstance(labels, int):
        chosen = [place for place in ranked if place.code in figures][:labels]
    else:
        chosen = [place for place in ranked if place.code in labels]
    mine = [place for place in places if place.code == own]
    return mine + [place for place in chosen if place.code != own]


def _names(sheet: Sheet, frame: _Frame, places: list[Area]) -> None:
    """Write the names on a white halo; one that would touch an earlier name is left out."""
    taken: list[shapely.Polygon] = []
    rows = []
    for place in places:
        inner = place.shape.centroid
        if not place.shape.contains(inner):
            inner = place.shape.representative_point()
        x, y = frame.pixel(inner)
        half = text_width(place.name, 13) / 2 + 3
        x = min(max(x, half), frame.width - half)
        space = shapely.box(x - half, y - 9, x + half, y + 9)
        if any(space.intersects(other) for other in taken):
            continue
        taken.append(space)
        rows.append({"x": round(x, 1), "y": round(y, 1), "name": place.name})
    if not rows:
        return
    halo: dict[str, Any] = {"stroke": PAPER, "strokeWidth": 3.5, "strokeJoin": "round"}
    for style in (halo, {}):
        mark = sheet.chart(rows).mark_text(fontWeight=600, baseline="middle", aria=False, **style)
        x_axis = alt.X("x:Q", scale=None, axis=None)
        sheet.add(mark.encode(x=x_axis, y=alt.Y("y:Q", scale=None, axis=None), text=alt.Text("name:N")))


def _notes(sheet: Sheet, frame: _Frame, *, schematic: bool, status: Status) -> float:
    """Write the remarks under the map; return where the legend may start."""
    remarks = {"definitief": "", "voorlopig": "Voorlopige cijfers.", "schatting": "Schattingen."}
    origin = "Schematische kaart: vlakken rond de middelpunten, geen echte grenzen." if schematic else ""
    notes = f"{origin} {remarks[status]}".strip()
    if not notes:
        return 12
    lines = wrap(notes, frame.width, 12)
    sheet.text(lines, x=0, y=frame.height + 18, align="left", color=MUTED, fontSize=12)
    return 20 + 14 * len(lines)
