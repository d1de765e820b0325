"""Capacity of a year as a table to take along: a line per theme, and one per partner in it."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.cooperation import capacity_reading as reading
from vangnet.cooperation.answers import answered
from vangnet.cooperation.capacity_sums import Share, ThemeYear
from vangnet.cooperation.rules import reader
from vangnet.figures.export import Cell
from vangnet.portal.goal_table import KINDS

COLUMNS = (
    *(
        "Jaar",
        "Status",
        "Thema",
        "Partner",
        "Gevraagd",
        "Toegezegd",
        "Gebruikt",
        "Tekort of over",
        "Uren per fte",
    ),
    *("Partners die toezegden", "Partners", "Maanden gebruik bekend", "Maanden voorbij", "Toelichting"),
)
EVERYBODY = "Alle partners"


@require_safe
@answered
def capacity_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the capacity of a year as CSV or workbook; what is not told is an empty cell, never a zero."""
    reader()
    today, user = timezone.localdate(), request.user
    year = reading.chosen(request.GET.get("jaar", ""), *reading.years(user, today))
    content_type, write = KINDS[kind]
    rows = list(_rows(reading.of_year(user, year, today)))
    answer = HttpResponse(write(COLUMNS, rows), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="capaciteit-{year}.{kind}"'
    return answer


def _rows(of: reading.Year) -> Iterator[list[Cell]]:
    hours = of.norm.hours if of.norm else None
    for theme in of.themes:
        yield [of.year, of.status, theme.topic.name, EVERYBODY, *_theme(theme, hours)]
        for share in theme.shares:
            yield [of.year, of.status, theme.topic.name, share.organisation.name, *_share(share, hours)]


def _theme(theme: ThemeYear, hours: int | None) -> list[Cell]:
    offered, used, short = theme.offered, theme.used, theme.short
    why = "" if short.hours is not None else "tekort niet vast te stellen"
    if short.hours is None and short.most is not None:
        why += f", hoogstens {short.most} uur"
    sums: list[Cell] = [theme.asked.hours, offered.hours, used.hours, short.hours, hours]
    return [*sums, offered.told, offered.of, used.told, used.of, why]


def _share(share: Share, hours: int | None) -> list[Cell]:
    offered, used = share.offered, share.used
    why = "toezegging niet opgegeven" if offered.hours is None and share.takes_part else ""
    if share.offer and share.offer.hours is None:
        why = "toezegging ingetrokken"
    sums: list[Cell] = [None, offered.hours, used.hours, share.left.hours, hours]
    return [*sums, offered.told, offered.of, used.told, used.of, why]
