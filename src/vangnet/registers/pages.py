"""What pages of registers have in common: the way to them, tables of areas, and lines to correct."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.cache import caches
from django.urls import reverse

from vangnet.figures.export import to_csv, to_xlsx
from vangnet.registers.models import Fact
from vangnet.registers.reading import Place, Region, areas
from vangnet.registers.rules import Standing
from vangnet.ui.axes import Status
from vangnet.ui.charts import Point, trend_chart
from vangnet.ui.tables import Cell, Column, Table

Crumbs = list[tuple[str, str]]
Row = dict[str, Any]
NONE_GIVEN = "geen opgave"
FIRM: tuple[Status, ...] = ("definitief", "voorlopig", "schatting")
NAMES: tuple[str, ...] = FIRM
WRITERS: dict[str, tuple[str, Callable[..., bytes]]] = {
    "csv": ("text/csv; charset=utf-8", to_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
}


def crumbs(*steps: tuple[str, str], last: str = "") -> Crumbs:
    """Return the way to a page of a register."""
    way = [("Start", "/"), ("Registers", reverse("registers:index")), *steps]
    if last:
        return [*way, (last, "")]
    return [*way[:-1], (way[-1][0], "")]


def chosen_year(asked: str, years: Iterable[int], *, today: date) -> tuple[int, list[int]]:
    """Return the year that was asked for, else the newest with lines, and all that can be asked for."""
    known = sorted({*years, today.year}, reverse=True)
    with_lines = sorted(set(years), reverse=True)
    return int(asked) if asked in map(str, known) else (with_lines or known)[0], known


def firmness(statuses: Iterable[str], *, year: int, today: date) -> Status:
    """Return how firm a sum is: as its weakest part, and provisional while its year runs."""
    found = {NAMES.index(status) for status in statuses} | ({1} if year >= today.year else set())
    return FIRM[max(found, default=0)]


def by_area(
    of: Region,
    caption: str,
    columns: Sequence[Column],
    sums: Callable[[Place], Sequence[int | None]],
    instead: Sequence[Mapping[str, str]] = (),
) -> Table:
    """Return a table of sums for region, districts and municipalities; without a line there is no sum.

    Parameters
    ----------
    instead
        Per column what stands in place of a sum that is not shown, by code of the area.
    """
    texts = instead or [{}] * len(columns)
    rows = [
        [
            place.name,
            place.level,
            *(_sum(n, text.get(place.code, "")) for n, text in zip(sums(place), texts, strict=True)),
        ]
        for place in areas(of)
    ]
    return Table(caption, [Column("Gebied"), Column("Niveau"), *columns], rows)


def _sum(n: int | None, instead: str) -> Cell:
    if instead:
        return Cell(None, text=instead)
    return Cell(n, text=NONE_GIVEN if n is None else "")


@lru_cache(maxsize=64)
def drawn(points: tuple[Point, ...], title: str, description: str, unit: str) -> str:
    """Draw the course of figures; the same figures are defined once, and drawn at most once.

    The definition is the slow part after the drawing, so a process remembers the last ones.
    """
    picture = trend_chart(points, title=title, description=description, unit=unit)
    found = caches["pictures"].get_or_set(f"registers-{picture.spec_hash}", lambda: picture.svg)
    return str(found)


def lines(
    page: Any, of: Region, at: Standing, *, words: Callable[[Any], Sequence[str]], correct: str, **more: Any
) -> Row:
    """List lines, the newest first, with what became of each."""
    return {"page": page, "rows": [_line(one, of, at, words(one), correct, more) for one in page]}


def _line(one: Fact, of: Region, at: Standing, words: Sequence[str], correct: str, more: Row) -> Row:
    counts = not one.is_void and not hasattr(one, "corrected_by")
    own = at.enters and one.organisation_id == at.organisation and counts
    return {
        "line": one,
        "place": of.name_of(one.place),
        "words": words,
        "url": reverse(correct, kwargs={**more, "entry": one.pk}) if own else "",
        "state": "telt mee" if counts else "vervallen" if one.is_void else "gecorrigeerd",
        "tone": "ok" if counts else "neutral",
    }
