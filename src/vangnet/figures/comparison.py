"""What a prepared import would change, worked out before anything is saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from vangnet.figures.models import Figure, Import, Indicator, StagedFigure
from vangnet.places.models import AreaVersion
from vangnet.ui.formats import MONTHS

COUNTS = """
SELECT count(*) FILTER (WHERE f.id IS NULL),
       count(*) FILTER (WHERE f.id IS NOT NULL AND (f.value, f.status, f.borders_on)
                              IS DISTINCT FROM (s.value, s.status, s.borders_on)),
       count(*) FILTER (WHERE f.id IS NOT NULL AND i.source_id <> %s AND (f.value, f.status, f.borders_on)
                              IS DISTINCT FROM (s.value, s.status, s.borders_on)),
       count(*)
  FROM figures_stagedfigure s
  LEFT JOIN figures_figure f USING (indicator_id, grain, start, area_id)
  LEFT JOIN figures_import i ON i.id = f.delivered_by_id
 WHERE s.delivery_id = %s
"""
BIGGEST = """
SELECT s.indicator_id, s.area_id, s.grain, s.start, f.value, s.value
  FROM figures_stagedfigure s JOIN figures_figure f USING (indicator_id, grain, start, area_id)
 WHERE s.delivery_id = %s AND f.value IS DISTINCT FROM s.value
 ORDER BY abs(coalesce(s.value, 0) - coalesce(f.value, 0)) DESC, s.start, s.area_id
 LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure in words; `before` is what is stored now, None when that was not published or is new."""

    indicator: str
    area: str
    period: str
    value: float | None
    status: str = ""
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many figures are new, change or stay, and the biggest changes of value."""

    added: int
    replaced: int
    unchanged: int
    from_other_source: int  # of the replaced: figures that another source delivered
    biggest: tuple[Line, ...]


def compare(record: Import, *, most: int = 10) -> Comparison:
    """Compare the prepared rows of an import with what is stored now (4 queries)."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [record.source_id, record.pk])
        added, replaced, other, total = cursor.fetchone()
        cursor.execute(BIGGEST, [record.pk, most])
        rows = cursor.fetchall()
    names, areas = _indicators(row[0] for row in rows), area_names(row[1] for row in rows)
    biggest = tuple(
        Line(names[indicator], areas.get(area, area), period(grain, start), new, before=old)
        for indicator, area, grain, start, old, new in rows
    )
    return Comparison(added, replaced, total - added - replaced, other, biggest)


def first_lines(record: Import, *, most: int = 8) -> list[Line]:
    """Return the first figures of a prepared import as they were understood (3 queries)."""
    rows: Sequence[StagedFigure] = list(StagedFigure.objects.filter(delivery=record).order_by("id")[:most])
    names, areas = _indicators(row.indicator_id for row in rows), area_names(row.area_id for row in rows)
    return [
        Line(
            names[row.indicator_id],
            areas.get(row.area_id, row.area_id),
            period(row.grain, row.start),
            row.value,
            row.status,
        )
        for row in rows
    ]


def area_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the latest name of each area."""
    rows = AreaVersion.objects.filter(area__in=set(codes)).order_by("period")
    return dict(rows.values_list("area_id", "name"))


def period(grain: str, start: date) -> str:
    """Write a year or a month.

    >>> period("j", date(2024, 1, 1)), period("m", date(2024, 3, 1))
    ('2024', 'maart 2024')
    """
    return f"{start.year}" if grain == Figure.Grain.YEAR else f"{MONTHS[start.month - 1]} {start.year}"


def _indicators(ids: Iterable[int]) -> dict[int, str]:
    return dict(Indicator.objects.filter(pk__in=set(ids)).values_list("pk", "name"))
