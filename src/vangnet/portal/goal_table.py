"""All goals as a table to take along, with what is a proposal of ours named in the heading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils import timezone

from vangnet.figures.export import Cell, to_csv, to_xlsx
from vangnet.strategy import reading, standing
from vangnet.strategy.models import Goal
from vangnet.strategy.standing import Standing

COLUMNS = (
    "Code",
    "Thema",
    "Doel (in onze eigen woorden)",
    "Termijn",
    "Herkomst van de termijn",
    "Uiterlijk",
    "Voorwaarde",
    "Beperking",
    "Wie doet het",
    "Plaats in de nota",
    "Door de nota opgesomd als doel",
    "Soort (voorstel van Vangnet)",
    "Hoort bij (voorstel van Vangnet)",
    "Rol van het netwerk (meestal voorstel van Vangnet)",
    "Indicatoren uit de nota",
    "Indicatoren (voorstel van Vangnet)",
    "Niveau (voorstel van Vangnet)",
    "Partners en hun rol (voorstel van Vangnet, tenzij besloten)",
    "Stand van zaken",
    "Waarom",
    "Stand volgens datums en cijfers",
    "Norm",
)
KINDS: dict[str, tuple[str, Callable[[Sequence[str], Iterable[Sequence[Cell]]], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", to_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
}


def written(kind: str, user: Any) -> tuple[bytes, str]:
    """Return the table as "csv" or "xlsx" with its content type (2 queries, and those of the figures)."""
    content_type, write = KINDS[kind]
    goals = list(Goal.objects.visible_to(user).select_related("theme__strategy"))
    last_year = goals[0].theme.strategy.last_year if goals else None
    stands = standing.on(goals, timezone.localdate(), last_year, user)
    return write(COLUMNS, [_row(goal, stands[goal.code]) for goal in goals]), content_type


def _row(goal: Goal, stand: Standing) -> list[Cell]:
    measures = reading.measures(goal)
    return [
        goal.code,
        goal.theme.name,
        goal.title,
        reading.term(goal),
        reading.term_basis(goal),
        goal.due_on,
        goal.condition,
        goal.restriction,
        ", ".join(goal.actors),
        reading.place_in_note(goal),
        goal.is_listed,
        goal.kind,
        goal.parent_id,
        goal.network_role,
        "; ".join(measure.text for measure in measures if measure.is_quoted),
        "; ".join(measure.text for measure in measures if not measure.is_quoted),
        goal.level,
        "; ".join(goal.partners),
        stand.label,
        stand.why,
        stand.computed.label,
        "geen norm in de nota" if goal.target is None else f"{goal.target} % in {goal.target_year}",
    ]
