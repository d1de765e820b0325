"""What each partner brings on a day, as a table to take along: a line for each contribution."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vangnet.cooperation import contribution_reading as reading
from vangnet.cooperation.answers import answered
from vangnet.cooperation.contribution_views import asked_day
from vangnet.cooperation.rules import reader
from vangnet.figures.export import Cell
from vangnet.portal.goal_table import KINDS

COLUMNS = ("Op", "Partner", "Soort", "Thema of onderwerp", "Wat", "Vanaf")


@require_safe
@answered
def contributions_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the contributions of a day as CSV or workbook."""
    reader()
    _, day, _ = asked_day(request)
    content_type, write = KINDS[kind]
    rows: list[list[Cell]] = [
        [day, one.organisation.name, one.label, one.topic, one.words, one.since]
        for one in reading.lines(request.user, day)
    ]
    answer = HttpResponse(write(COLUMNS, rows), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="bijdragen-{day.isoformat()}.{kind}"'
    return answer
