"""A table as data: the page gives columns and rows, this module writes each cell in Dutch."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString

from vangnet.ui import formats

Kind = Literal["text", "number", "percent", "change", "date"]
CHANGE = '<span class="vn-change vn-change--{}">{}{}{}</span>'
ARROW = '<span class="vn-change__arrow" aria-hidden="true">{}</span> '
VERDICT = '<span class="vn-visually-hidden">, {}</span>'
LINK = '<a class="utrecht-link utrecht-link--html-a" href="{}">{}</a>'
NOTE = ' <span class="vn-table__cellnote">{}</span>'
_RIGHT: frozenset[Kind] = frozenset({"number", "percent", "change"})


@dataclass(frozen=True)
class Column:
    """A column: its heading and how its values are written.

    `decimals` is for numbers and percentages; `polarity` for changes; `unit` is shown under the heading.
    """

    label: str
    kind: Kind = "text"
    decimals: int | None = None
    polarity: formats.Polarity = "neutral"
    unit: str = ""

    @property
    def numeric(self) -> bool:
        """Whether the column is aligned right."""
        return self.kind in _RIGHT


@dataclass(frozen=True)
class Cell:
    """A value with more than itself: a link, a note, a change that lies within noise, a text instead.

    `polarity` is for a change in a column whose rows do not share one meaning of a rise.
    """

    value: Any
    url: str = ""
    note: str = ""
    significant: bool | None = True
    text: str = ""
    polarity: formats.Polarity | None = None


@dataclass(frozen=True)
class Shown:
    """A cell as the template needs it."""

    text: str
    sort: str
    url: str
    note: str
    missing: bool
    tone: str
    arrow: str
    verdict: str

    @property
    def plain(self) -> bool:
        """Whether it is its text and nothing else, as nearly every cell of a long table is."""
        return not (self.url or self.note or self.missing or self.tone)


@dataclass(frozen=True)
class Table:
    """A table; every row has one value (plain or `Cell`) per column, and its first value heads the row."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]] = field(default=())
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a row that does not fit the columns: a shifted figure is worse than none."""
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(f"row {number} has {len(row)} values for {len(self.columns)} columns")

    @property
    def shown(self) -> list[list[tuple[Column, Shown]]]:
        """Return the rows with each cell written out."""
        return [
            [(column, show(column, v)) for column, v in zip(self.columns, row, strict=True)]
            for row in self.rows
        ]

    @property
    def body(self) -> SafeString:
        """Return the rows as markup; a template per cell would cost more than all else on a long page."""
        return SafeString("".join(_row(row) for row in self.shown))


def _row(row: Sequence[tuple[Column, Shown]]) -> str:
    cells = []
    for place, (column, cell) in enumerate(row):
        name, scope = ("td", "") if place else ("th", ' scope="row"')
        css = ' class="num"' if column.numeric else ""
        sort = f' data-sort="{escape(cell.sort)}"' if cell.sort or cell.missing else ""
        cells.append(f"<{name}{scope}{css}{sort}>{_markup(cell)}</{name}>")
    return f"<tr>{''.join(cells)}</tr>\n"


def _markup(cell: Shown) -> str:
    text = str(conditional_escape(cell.text))
    if cell.plain:
        return text
    if cell.missing:
        text = f'<span class="vn-muted">{text}</span>'
    elif cell.tone:
        text = format_html(CHANGE, cell.tone, _arrow(cell), cell.text, _verdict(cell))
    if cell.url:
        text = format_html(LINK, cell.url, SafeString(text))
    return text + (format_html(NOTE, cell.note) if cell.note else "")


def _arrow(cell: Shown) -> SafeString:
    return format_html(ARROW, cell.arrow) if cell.arrow else SafeString("")


def _verdict(cell: Shown) -> SafeString:
    return format_html(VERDICT, cell.verdict) if cell.verdict else SafeString("")


def show(column: Column, value: Any) -> Shown:
    """Write one value the way its column asks for."""
    cell = value if isinstance(value, Cell) else Cell(value)
    if column.kind == "change":
        return _show_change(column, cell)
    missing = cell.value is None
    text = cell.text or (formats.NOT_PUBLISHED if missing else _written(column, cell.value))
    sort = "" if missing else _sortable(column, cell.value)
    return Shown(text, sort, cell.url, cell.note, missing, "", "", "")


def _show_change(column: Column, cell: Cell) -> Shown:
    polarity = cell.polarity or column.polarity
    change = formats.change(cell.value, polarity=polarity, significant=cell.significant)
    text = change.signed if change.arrow else change.words
    sort = "" if cell.value is None else str(cell.value)
    return Shown(
        cell.text or text,
        sort,
        cell.url,
        cell.note,
        cell.value is None,
        change.tone,
        change.arrow,
        change.verdict,
    )


def _written(column: Column, value: Any) -> str:
    if column.kind == "number":
        return formats.number(value, column.decimals)
    if column.kind == "percent":
        return formats.percent(value, 1 if column.decimals is None else column.decimals)
    if column.kind == "date" and isinstance(value, datetime.date):
        return formats.day(value)
    return str(value)


def _sortable(column: Column, value: Any) -> str:
    """Return what the browser sorts on: numbers with a point, days as ISO; text sorts on itself."""
    if column.numeric and isinstance(value, int | float | Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.date) else ""
