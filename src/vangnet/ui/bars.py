"""Charts that compare areas: bars in order.

What is within noise is grey, and said in words; a figure that was not published has its own words
and no bar.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from vangnet.ui.axes import Status, describe, text_width, tick_decimals, ticks, wrap
from vangnet.ui.drawing import alt
from vangnet.ui.formats import NOT_PUBLISHED, WITHIN_NOISE, number
from vangnet.ui.pictures import INK, MUTED, NARROW, NAVY, NOISE, PAPER, WIDE, Picture, Sheet, at_x

_ABSENT = "n.g."  # short for NOT_PUBLISHED in the column of figures; explained under the chart
_ROW = 26  # height of one area in pixels


@dataclass(frozen=True, slots=True)
class Bar:
    """The figure of one area. `noise` says that it does not differ demonstrably from the reference.

    Without `noise` that is so when the reference lies within `low` to `high`.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    noise: bool | None = None
    own: bool = False
    status: Status = "definitief"


def bar_ranking(
    rows: Iterable[Bar],
    *,
    title: str,
    description: str,
    unit: str = "",
    decimals: int = 0,
    reference: tuple[str, float] | None = None,
    narrow: bool = False,
    heading: bool = False,
) -> Picture:
    """Draw a bar for each area, in the order given, with its interval.

    `reference` is the name and figure of the region, drawn as a line. Raises ValueError without
    any figure.
    """
    bars = list(rows)
    level = reference[1] if reference else None
    levels = [reference[1]] if reference else []
    values = [v for bar in bars for v in (bar.value, bar.low, bar.high) if v is not None]
    if not any(bar.value is not None for bar in bars):
        raise ValueError("Er is geen enkel cijfer om te tekenen.")
    frame = _Frame.fit([bar.name for bar in bars], [0.0, *values, *levels], narrow)
    sheet = Sheet()
    data = [_bar_row(bar, level, unit, decimals) for bar in bars]
    _axis_layer(sheet, frame, [bar.name for bar in bars if bar.own])
    shown = [row for row in data if row["value"] is not None]
    mark = sheet.chart(shown).mark_bar(height=15)
    mark = mark.encode(x=frame.x("value"), y=frame.y(), color=_raw("colour"))
    sheet.add(mark.encode(description=alt.Description("label:N")))
    _whiskers(sheet, frame, shown)
    _right_column(sheet, frame, [(row["name"], row["text"]) for row in data])
    if reference:
        _reference(sheet, frame, f"{reference[0]} {number(level, decimals)}", reference[1])
    _notes(sheet, frame, _bar_notes(data, reference, unit))
    return sheet.picture(**frame.size, title=title, description=description, heading=heading)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The plot area: one row for each area, figures along the width."""

    names: list[str]
    x_ticks: list[float]
    width: int
    axis: float  # pixels that the names take

    @classmethod
    def fit(cls, names: list[str], values: Sequence[float], narrow: bool) -> _Frame:
        if len(set(names)) < len(names):
            raise ValueError("Twee rijen hebben dezelfde naam.")
        axis = max(text_width(name) for name in names) + 12
        width = round((NARROW if narrow else WIDE) - axis - 12 - 62)
        return cls(names, ticks(min(values), max(values), about=3 if narrow else 6), width, axis)

    @property
    def height(self) -> int:
        return _ROW * len(self.names)

    @property
    def size(self) -> dict[str, float]:
        return {"width": self.width, "height": self.height}

    def x(self, field: str) -> alt.X:
        decimals = tick_decimals(self.x_ticks)
        axis = alt.Axis(
            title=None,
            values=self.x_ticks,
            format=f",.{decimals}f",
            domain=False,
            ticks=False,
            labelFlush=False,
        )
        domain = [self.x_ticks[0], self.x_ticks[-1]]
        return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False, zero=False))

    def y(self) -> alt.Y:
        # One scale type for bars and points alike, else they do not share a row.
        scale = alt.Scale(domain=self.names, type="band", paddingInner=0.2, paddingOuter=0.1)
        return alt.Y("name:N", axis=None, scale=scale, bandPosition=0.5)

    def middle(self, name: str) -> float:
        return _ROW * (self.names.index(name) + 0.5)


def _raw(field: str) -> alt.Color:
    return alt.Color(f"{field}:N", scale=None, legend=None)


def _axis_layer(sheet: Sheet, frame: _Frame, own: list[str]) -> None:
    """Write the names, the own area in bold."""
    rows = [{"name": name, "weight": 700 if name in own else 400} for name in frame.names]
    mark = sheet.chart(rows).mark_text(
        align="right", baseline="middle", aria=False, fontWeight={"expr": "datum.weight"}
    )
    sheet.add(mark.encode(x=at_x(-8), y=frame.y(), text=alt.Text("name:N")))


def _right_column(sheet: Sheet, frame: _Frame, texts: list[tuple[str, str]]) -> None:
    rows = [{"name": name, "text": text} for name, text in texts]
    mark = sheet.chart(rows).mark_text(align="left", baseline="middle", aria=False)
    sheet.add(mark.encode(x=at_x(frame.width + 8), y=frame.y(), text=alt.Text("text:N")))


def _bar_row(bar: Bar, level: float | None, unit: str, decimals: int) -> dict[str, Any]:
    noise = bar.noise
    if noise is None:
        noise = None not in (level, bar.low, bar.high) and bar.low <= level <= bar.high  # type: ignore[operator]
    label = describe(bar.name, bar.value, unit, decimals, bar.status)
    if bar.low is not None and bar.high is not None:
        label += f", marge {number(bar.low, decimals)} tot {number(bar.high, decimals)}"
    if noise:
        label += f"; {WITHIN_NOISE}"
    return {
        "name": bar.name,
        "value": bar.value,
        "low": bar.low,
        "high": bar.high,
        "noise": noise,
        "colour": NOISE if noise else NAVY,
        "text": _ABSENT if bar.value is None else number(bar.value, decimals),
        "label": label,
    }


def _whiskers(sheet: Sheet, frame: _Frame, rows: list[dict[str, Any]]) -> None:
    """Draw the intervals on a white line, so that they show on the bar and beside it."""
    spans = [row for row in rows if row["low"] is not None and row["high"] is not None]
    if not spans:
        return
    for colour, weight in ((PAPER, 4.0), (INK, 1.5)):
        mark = sheet.chart(spans).mark_rule(aria=False, color=colour, strokeWidth=weight)
        sheet.add(mark.encode(x=frame.x("low"), x2=alt.X2("high"), y=frame.y()))


def _reference(sheet: Sheet, frame: _Frame, name: str, level: float) -> None:
    rows = [{"level": level}]
    rule = sheet.chart(rows).mark_rule(aria=False, color=INK, strokeDash=[4, 3], strokeWidth=1.5)
    sheet.add(rule.encode(x=frame.x("level")))
    share = (level - frame.x_ticks[0]) / (frame.x_ticks[-1] - frame.x_ticks[0])
    half = text_width(name) / 2
    place = min(max(share * frame.width, half - frame.axis), frame.width + 56 - half)
    sheet.text(name, x=place, y=-10, align="center")


def _bar_notes(data: list[dict[str, Any]], reference: tuple[str, float] | None, unit: str) -> str:
    notes = [f"{unit[:1].upper()}{unit[1:]}."] if unit else []
    if any(row["noise"] for row in data):
        notes.append(f"Grijs: {WITHIN_NOISE}{f' met {reference[0]}' if reference else ''}.")
    if any(row["low"] is not None for row in data):
        notes.append("Dunne lijn: onzekerheidsmarge.")
    if any(row["value"] is None for row in data):
        notes.append(f"{_ABSENT}: {NOT_PUBLISHED}.")
    return " ".join(notes)


def _notes(sheet: Sheet, frame: _Frame, text: str) -> None:
    if text:
        lines = wrap(text, frame.width + frame.axis + 50, 12)
        sheet.text(lines, x=-frame.axis + 4, y=frame.height + 40, align="left", color=MUTED, fontSize=12)
