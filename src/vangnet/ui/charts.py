"""Charts over time: one to six areas as lines.

`trend_chart` takes points and returns a `pictures.Picture`; bars are in `vangnet.ui.bars`.

A figure that was not published (`None`) is a gap, never 0. Provisional figures and estimates
have an open mark and a dashed line, estimates their interval. No meaning hangs on colour alone:
each area has its own mark, and its name at the end of its line where there is room.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import ceil
from typing import Any

from vangnet.ui.axes import Status, describe, text_width, tick_decimals, ticks, wrap
from vangnet.ui.drawing import alt
from vangnet.ui.formats import number
from vangnet.ui.pictures import MUTED, NARROW, PAPER, WIDE, Picture, Sheet, at_x

# Every colour has at least 3:1 on white; the colour blind tell them apart by lightness and mark.
COLOURS = ("#154273", "#b8500f", "#00796b", "#7b3f98", "#5c6b7a", "#8a6d00")
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Point:
    """One figure: an area in a period.

    `period` is a year ("2018"), a month ("2018-03") or any label when the chart is given its
    `periods`. `value` None is "not published". `low` and `high` are the interval of an estimate.
    """

    area: str
    period: str
    value: float | None
    status: Status = "definitief"
    low: float | None = None
    high: float | None = None


def trend_chart(
    points: Iterable[Point],
    *,
    title: str,
    description: str,
    unit: str = "",
    decimals: int = 0,
    index: bool = False,
    zero: bool = True,
    periods: Sequence[str] | None = None,
    narrow: bool = False,
    heading: bool = False,
) -> Picture:
    """Draw the course of one to six areas; the one that comes first gets the heaviest line.

    `unit` ("per 1.000 inwoners") stands above the axis and in every label. With `index` each
    series is redrawn with its first figure as 100. `zero` starts the axis at 0 (not for an index).
    `periods` gives the periods of the axis in order; without it years or months run on from the
    first to the last. `narrow` is for a phone; `heading` draws the title too.

    Raises ValueError without any figure, with over six areas, an unknown period, or no base above 0.
    """
    rows = list(points)
    series = list(dict.fromkeys(row.area for row in rows))
    if not any(row.value is not None for row in rows):
        raise ValueError("Er is geen enkel cijfer om te tekenen.")
    if len(series) > len(COLOURS):
        raise ValueError(f"Een lijngrafiek toont ten hoogste {len(COLOURS)} gebieden, niet {len(series)}.")
    labels = _period_labels([row.period for row in rows], periods)
    order = list(labels)
    rows.sort(key=lambda row: (series.index(row.area), order.index(row.period)))
    if index:
        rows, decimals, zero = _indexed(rows, series), 0, False
        unit = f"index, {labels[rows[0].period]} = 100"
    frame = _Frame.fit(rows, series, labels, zero=zero, narrow=narrow)
    sheet = Sheet()
    _draw(sheet, rows, frame, unit, decimals)
    return sheet.picture(
        width=frame.width, height=frame.height, title=title, description=description, heading=heading
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """The plot area in pixels, its axes, and whether names stand at the line ends."""

    series: list[str]
    labels: dict[str, str]  # period -> label on the axis, in order
    y_ticks: list[float]
    width: int
    height: int
    direct: bool

    @classmethod
    def fit(
        cls, rows: list[Point], series: list[str], labels: dict[str, str], *, zero: bool, narrow: bool
    ) -> _Frame:
        values = [v for row in rows for v in (row.value, row.low, row.high) if v is not None]
        low = min(0.0, *values) if zero else min(values)
        y_ticks = ticks(low, max(low, *values), about=4 if narrow else 5)
        axis = max(text_width(number(tick, tick_decimals(y_ticks))) for tick in y_ticks) + 14
        names = max(text_width(name, 14) for name in series) + 16
        direct = len(series) > 1 and not narrow
        width = (NARROW if narrow else WIDE) - 12 - axis - (names if direct else 8)
        return cls(series, labels, y_ticks, round(width), 200 if narrow else 260, direct)

    def x(self) -> alt.X:
        labels = list(self.labels.values())
        axis = alt.Axis(title=None, values=self._shown(labels), labelAngle=0, grid=False, tickSize=4)
        return alt.X("period:O", axis=axis, scale=alt.Scale(domain=labels, type="point", padding=0.3))

    def y(self, field: str = "value") -> alt.Y:
        axis = alt.Axis(
            title=None,
            values=self.y_ticks,
            format=f",.{tick_decimals(self.y_ticks)}f",
            domain=False,
            ticks=False,
        )
        domain = [self.y_ticks[0], self.y_ticks[-1]]
        return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False, zero=False))

    def colour(self) -> alt.Color:
        scale = alt.Scale(domain=self.series, range=list(COLOURS[: len(self.series)]))
        return alt.Color("area:N", scale=scale, legend=self._legend())

    def shape(self) -> alt.Shape:
        scale = alt.Scale(domain=self.series, range=list(SHAPES[: len(self.series)]))
        return alt.Shape("area:N", scale=scale, legend=self._legend())

    def _legend(self) -> alt.Legend | None:
        if self.direct or len(self.series) == 1:
            return None
        return alt.Legend(title=None, orient="top", columns=2, symbolSize=70, columnPadding=16, offset=26)

    def _shown(self, labels: list[str]) -> list[str]:
        """Thin the labels until they fit; months keep January, years keep the newest."""
        every = ceil(len(labels) * (max(text_width(label) for label in labels) + 12) / self.width)
        if "-" in next(iter(self.labels)) and every > 1:
            every = next((n for n in (2, 3, 6, 12, 24, 36, 60) if n >= every), every)
            january = next((n for n, period in enumerate(self.labels) if period.endswith("-01")), 0)
            return labels[january % every :: every]
        return labels[::-every][::-1]


def _draw(sheet: Sheet, rows: list[Point], frame: _Frame, unit: str, decimals: int) -> None:
    if unit:
        sheet.text(unit[:1].upper() + unit[1:], x=0, y=-14, align="left", color=MUTED)
    base = 100 if unit.startswith("index") else 0
    if frame.y_ticks[0] <= base < frame.y_ticks[-1]:
        sheet.add(sheet.chart([{"value": base}]).mark_rule(color=MUTED, aria=False).encode(y=frame.y()))
    _intervals(sheet, rows, frame)
    _lines(sheet, rows, frame)
    _marks(sheet, rows, frame, unit, decimals)
    if frame.direct:
        _end_labels(sheet, rows, frame)
    notes = _notes(rows)
    if notes:
        lines = wrap(notes, frame.width + 20, 12)
        sheet.text(lines, x=-30, y=frame.height + 40, align="left", color=MUTED, fontSize=12)


def _runs(rows: list[Point], frame: _Frame) -> list[list[Point]]:
    """Cut each series at its gaps, so that no line jumps over an unpublished figure."""
    order = list(frame.labels)
    runs: list[list[Point]] = []
    for row in rows:
        last = runs[-1][-1] if runs else None
        if row.value is None:
            continue
        if last and last.area == row.area and order.index(row.period) == order.index(last.period) + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _lines(sheet: Sheet, rows: list[Point], frame: _Frame) -> None:
    """Draw whole lines between final figures and dashed ones from and to any other."""
    data: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for count, run in enumerate(_runs(rows, frame)):
        steps = groupby(pairwise(run), lambda step: any(end.status != "definitief" for end in step))
        for open_, group in steps:
            pairs = list(group)
            for row in [pairs[0][0], *(after for _, after in pairs)]:
                place = {"area": row.area, "period": frame.labels[row.period], "value": row.value}
                data[open_].append({**place, "run": count, "own": row.area == frame.series[0]})
    for open_, lines in data.items():
        if not lines:
            continue
        mark = sheet.chart(lines).mark_line(
            aria=False,
            strokeDash=[5, 4] if open_ else alt.Undefined,
            strokeJoin="round",
            strokeWidth={"expr": "datum.own ? 2.75 : 1.75"} if len(frame.labels) <= 40 else 1.75,
        )
        sheet.add(mark.encode(x=frame.x(), y=frame.y(), color=frame.colour(), detail=alt.Detail("run:N")))


def _marks(sheet: Sheet, rows: list[Point], frame: _Frame, unit: str, decimals: int) -> None:
    """Draw the figures: filled when final, open when provisional or estimated."""
    data: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for row in rows:
        if row.value is None:
            continue
        label = describe(f"{row.area} {frame.labels[row.period]}", row.value, unit, decimals, row.status)
        if row.low is not None and row.high is not None:
            label += f", marge {number(row.low, decimals)} tot {number(row.high, decimals)}"
        place = {"area": row.area, "period": frame.labels[row.period], "value": row.value}
        data[row.status != "definitief"].append({**place, "label": label})
    size = 12 if len(frame.labels) > 40 else 50
    for open_, marks in data.items():
        if not marks:
            continue
        fill = PAPER if open_ else alt.Undefined
        mark = sheet.chart(marks).mark_point(filled=not open_, fill=fill, size=size, opacity=1)
        place = mark.encode(x=frame.x(), y=frame.y(), color=frame.colour(), shape=frame.shape())
        sheet.add(place.encode(description=alt.Description("label:N")))


def _intervals(sheet: Sheet, rows: list[Point], frame: _Frame) -> None:
    bars = [
        {"area": row.area, "period": frame.labels[row.period], "low": row.low, "high": row.high}
        for row in rows
        if row.low is not None and row.high is not None
    ]
    if not bars:
        return
    whole = sheet.chart(bars).mark_rule(aria=False, strokeWidth=1.5)
    sheet.add(whole.encode(x=frame.x(), y=frame.y("low"), y2=alt.Y2("high"), color=frame.colour()))
    for end in ("low", "high"):
        tick = sheet.chart(bars).mark_tick(aria=False, size=9, thickness=1.5)
        sheet.add(tick.encode(x=frame.x(), y=frame.y(end), color=frame.colour()))


def _end_labels(sheet: Sheet, rows: list[Point], frame: _Frame) -> None:
    """Write each name at the height of its last figure, moved apart where they would touch."""
    last = {row.area: row.value for row in rows if row.value is not None}
    scale = (frame.y_ticks[-1] - frame.y_ticks[0]) / frame.height  # figure per pixel
    places = _apart([value / scale for value in last.values()], 16)
    data = [
        {"area": area, "value": place * scale, "own": area == frame.series[0]}
        for area, place in zip(last, places, strict=True)
    ]
    mark = sheet.chart(data).mark_text(
        align="left",
        baseline="middle",
        fontSize=14,
        fontWeight={"expr": "datum.own ? 'bold' : 'normal'"},
        aria=False,
    )
    place = mark.encode(x=at_x(frame.width + 8), y=frame.y())
    sheet.add(place.encode(text=alt.Text("area:N"), color=frame.colour()))


def _apart(places: list[float], gap: float) -> list[float]:
    """Move places apart to at least `gap`, each group around its own middle, order kept."""
    order = sorted(range(len(places)), key=places.__getitem__)
    groups: list[tuple[float, list[int]]] = []  # middle, members
    for place in order:
        groups.append((places[place], [place]))
        while len(groups) > 1:
            (low, below), (high, above) = groups[-2:]
            if high - low >= gap * (len(below) + len(above)) / 2:
                break
            size = len(below) + len(above)
            groups[-2:] = [((low * len(below) + high * len(above)) / size, below + above)]
    moved = list(places)
    for middle, members in groups:
        for rank, place in enumerate(members):
            moved[place] = middle + gap * (rank - (len(members) - 1) / 2)
    return moved


def _notes(rows: list[Point]) -> str:
    notes = []
    if any(row.status == "voorlopig" for row in rows if row.value is not None):
        notes.append("Open punten en streeplijn: voorlopige cijfers.")
    if any(row.status == "schatting" for row in rows if row.value is not None):
        notes.append("Open punten en streeplijn: schatting.")
    if any(row.low is not None for row in rows):
        notes.append("Verticale streep: onzekerheidsmarge.")
    if any(row.value is None for row in rows):
        notes.append("Onderbroken lijn: niet gepubliceerd.")
    return " ".join(notes)


def _period_labels(periods: list[str], given: Sequence[str] | None) -> dict[str, str]:
    if given is not None:
        unknown = sorted(set(periods) - set(given))
        if unknown:
            raise ValueError(f"Deze perioden staan niet op de as: {', '.join(unknown)}.")
        return {period: period for period in given}
    first, last = min(periods), max(periods)
    if all(len(period) == 4 and period.isdigit() for period in periods):
        return {str(year): str(year) for year in range(int(first), int(last) + 1)}
    try:
        months = [int(period[:4]) * 12 + int(period[5:]) - 1 for period in (first, last)]
    except ValueError as error:
        raise ValueError(f"Geen jaar of maand: {first} of {last}. Schrijf 2018 of 2018-03.") from error
    run = [divmod(month, 12) for month in range(months[0], months[1] + 1)]
    labels = {f"{year}-{month + 1:02}": f"{_MONTHS[month]} {year}" for year, month in run}
    unknown = sorted(set(periods) - set(labels))
    if unknown:
        raise ValueError(f"Geen jaar of maand: {', '.join(unknown)}. Schrijf 2018 of 2018-03.")
    return labels


def _indexed(rows: list[Point], series: list[str]) -> list[Point]:
    indexed = []
    for area in series:
        own = [row for row in rows if row.area == area]
        base = next((row.value for row in own if row.value is not None), None)
        if not base or base < 0:
            raise ValueError(f"{area} heeft geen eerste cijfer boven 0; een index kan dan niet.")
        for row in own:
            value, low, high = (None if v is None else v / base * 100 for v in (row.value, row.low, row.high))
            indexed.append(replace(row, value=value, low=low, high=high))
    return indexed
