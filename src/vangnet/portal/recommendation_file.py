"""Recommendations with what was done with each, as a table to take along."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.figures.export import Cell
from vangnet.portal.goal_table import KINDS
from vangnet.strategy import lesson_reading
from vangnet.strategy.lesson_reading import Advice

COLUMNS = (
    *("Aanbeveling", "Waar zij staat", "Bladzijde", "Adres", "Toegevoegd door"),
    *("Uitkomst", "Waarom", "Besloten op", "Besloten door", "Opgenomen in"),
)


@require_safe
def recommendations_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Give all recommendations as a file."""
    content_type, write = KINDS[kind]
    rows = [_row(one) for one in lesson_reading.advices(request.user, timezone.localdate())]
    answer = HttpResponse(write(COLUMNS, rows), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="aanbevelingen.{kind}"'
    return answer


def _row(one: Advice) -> list[Cell]:
    last, added = one.last, one.recommendation.organisation
    decided: list[Cell] = [last.why, last.on, last.body.name] if last else ["", None, ""]
    goals = "; ".join(f"{code} {title or '(vervallen)'}" for code, title in one.goals)
    told: list[Cell] = [one.recommendation.words, *one.source, added.name if added else "", one.label]
    return [*told, *decided, goals]
