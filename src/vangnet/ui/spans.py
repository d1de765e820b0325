"""Charts of what lasts: one bar from day to day for each row, its milestones on it, and today as a line.

No meaning hangs on colour alone: the state stands in words at the end of each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from vangnet.ui.axes import text_width, wrap
from vangnet.ui.drawing import alt
from vangnet.ui.formats import day as written
from vangnet.ui.pictures import GRID, INK, MUTED, NARROW, NAVY, PAPER, WIDE, Picture, Sheet, at_x, at_y

_ROW = 40
_LABEL = 62  # pixels that a month and its year take
_FIRST, _LAST = date(2000, 1, 1), date(2100, 12, 31)  # nothing is drawn beyond: an axis of ages says nothing


@dataclass(frozen=True, slots=True)
class Moment:
    """Something on a day within a span; done is a filled mark."""

    name: str
    on: date
    done: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A row: what it is called, from when until when, and its state in a word."""

    name: str
    since: date
    until: date
    state: str
    colour: str = NAVY
    moments: tuple[Moment, ...] = ()


def span_chart(
    rows: Iterable[Span], *, title: str, description: str, today: date, narrow: bool = False
) -> Picture:
    """Draw rows in the order given, on one axis of days.

    Raises ValueError without any row.
    """
    spans = list(rows)
    if not spans:
        raise ValueError("Er is niets om te tekenen.")
    frame = _Frame.fit(spans, today, narrow)
    sheet = Sheet()
    _grid(sheet, frame)
    bars = [frame.bar(number, span) for number, span in enumerate(spans)]
    mark = sheet.chart(bars).mark_bar(height=12, cornerRadius=3)
    sheet.add(
        mark.encode(
            x=frame.x("from"),
            x2="to:Q",
            y=frame.y(),
            color=alt.Color("colour:N", scale=None, legend=None),
            description=alt.Description("label:N"),
        )
    )
    moments = [frame.moment(number, one) for number, span in enumerate(spans) for one in span.moments]
    if moments:
        point = sheet.chart(moments).mark_point(shape="diamond", size=70, strokeWidth=1.5, opacity=1)
        sheet.add(
            point.encode(
                x=frame.x("on"),
                y=frame.y(),
                fill=alt.Fill("colour:N", scale=None, legend=None),
                stroke=alt.Stroke("edge:N", scale=None, legend=None),
                description=alt.Description("label:N"),
            )
        )
    _names(sheet, frame, spans)
    return sheet.picture(width=frame.width, height=frame.height, title=title, description=description)


@dataclass(frozen=True, slots=True)
class _Frame:
    first: date
    last: date
    today: date
    width: int
    rows: int

    @classmethod
    def fit(cls, spans: Sequence[Span], today: date, narrow: bool) -> _Frame:
        told = (day for span in spans for day in (span.since, span.until, *(m.on for m in span.moments)))
        days = [_drawn(day) for day in (*told, today)]
        margin = timedelta(days=15)
        states = max(text_width(span.state) for span in spans) + 16
        width = round((NARROW if narrow else WIDE) - states - 12)
        return cls(min(days) - margin, max(days) + margin, today, width, len(spans))

    @property
    def height(self) -> int:
        return _ROW * self.rows

    def x(self, field: str) -> alt.X:
        domain = [self.first.toordinal(), self.last.toordinal()]
        return alt.X(
            f"{field}:Q", axis=None, scale=alt.Scale(domain=domain, nice=False, zero=False, padding=0)
        )

    def y(self) -> alt.Y:
        scale = alt.Scale(domain=[0, self.rows], nice=False, zero=False, padding=0, reverse=True)
        return alt.Y("row:Q", axis=None, scale=scale)

    def pixel(self, day: date) -> float:
        return (day - self.first).days / (self.last - self.first).days * self.width

    def bar(self, number: int, span: Span) -> dict[str, object]:
        label = f"{span.name}: {written(span.since)} tot en met {written(span.until)}, {span.state}"
        ends = {
            "from": _drawn(span.since).toordinal(),
            "to": max(_drawn(span.until), _drawn(span.since) + timedelta(days=1)).toordinal(),
        }
        return {"row": number + 0.7, "colour": span.colour, "label": label, **ends}

    def moment(self, number: int, one: Moment) -> dict[str, object]:
        label = f"{one.name}: {written(one.on)}, {'klaar' if one.done else 'nog niet klaar'}"
        colour, edge = (INK, PAPER) if one.done else (PAPER, INK)
        return {
            "row": number + 0.7,
            "on": _drawn(one.on).toordinal(),
            "colour": colour,
            "edge": edge,
            "label": label,
        }


def _drawn(day: date) -> date:
    """Return the day at which a day is drawn; its words say the day itself."""
    return min(max(day, _FIRST), _LAST)


def _grid(sheet: Sheet, frame: _Frame) -> None:
    """Draw the first day of some years, each year, half year or quarter, as fits, and today."""
    quarter = frame.width * 91 / (frame.last - frame.first).days
    months = (1, 4, 7, 10) if quarter > _LABEL else (1, 7) if 2 * quarter > _LABEL else (1,)
    for year in range(frame.first.year, frame.last.year + 1, ceil(_LABEL / (4 * quarter))):
        for month in months:
            day = date(year, month, 1)
            if frame.first < day < frame.last:
                _line(sheet, frame, day, GRID)
                name = str(year) if month == 1 else f"{day:%m}-{year}"
                sheet.text(name, x=frame.pixel(day), y=frame.height + 14, color=MUTED, align="center")
    _line(sheet, frame, frame.today, INK, dash=[4, 3])
    sheet.text("vandaag", x=frame.pixel(frame.today), y=-10, color=INK, align="center")


def _line(sheet: Sheet, frame: _Frame, day: date, colour: str, *, dash: Sequence[int] = ()) -> None:
    mark = sheet.chart([{}]).mark_rule(color=colour, strokeDash=list(dash), aria=False)
    sheet.add(
        mark.encode(x=at_x(frame.pixel(day)), y=at_y(0), y2=alt.Y2Value(frame.height))  # type: ignore[no-untyped-call]
    )


def _names(sheet: Sheet, frame: _Frame, spans: Sequence[Span]) -> None:
    """Write each name above its bar and its state beside it."""
    for number, span in enumerate(spans):
        top = _ROW * number
        name = wrap(span.name, frame.width)[0]
        sheet.text(name, x=0, y=top + 12, align="left", baseline="middle")
        sheet.text(span.state, x=frame.width + 8, y=top + 28, align="left", baseline="middle", color=MUTED)
