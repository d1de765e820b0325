"""All goals as a table to take along, with what is a proposal of ours named in the heading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from vangnet.figures.export import Cell, to_csv, to_xlsx
from vangnet.strategy import reading
from vangnet.strategy.models import Goal

COLUMNS = (
    "Code",
    "Thema",
    "Doel (in onze eigen woorden)",
    "Termijn",
    "Herkomst van de termijn",
    "Uiterlijk",
    "Voorwaarde",
    "Wie doet het",
    "Plaats in de nota",
    "Door de nota opgesomd als doel",
    "Soort (voorstel van Vangnet)",
    "Hoort bij (voorstel van Vangnet)",
    "Rol van het netwerk (meestal voorstel van Vangnet)",
    "Indicatoren uit de nota",
    "Indicatoren (voorstel van Vangnet)",
)
KINDS: dict[str, tuple[str, Callable[[Sequence[str], Iterable[Sequence[Cell]]], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", to_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
}


def written(kind: str, user: Any) -> tuple[bytes, str]:
    """Return the table as "csv" or "xlsx" with its content type (1 query)."""
    content_type, write = KINDS[kind]
    return write(COLUMNS, [_row(goal) for goal in Goal.objects.visible_to(user)]), content_type


def _row(goal: Goal) -> list[Cell]:
    measures = reading.measures(goal)
    return [
        goal.code,
        goal.theme.name,
        goal.title,
        reading.term(goal),
        reading.term_basis(goal),
        goal.due_on,
        goal.condition,
        ", ".join(goal.actors),
        reading.place_in_note(goal),
        goal.is_listed,
        goal.kind,
        goal.parent_id,
        goal.network_role,
        "; ".join(measure.text for measure in measures if measure.is_quoted),
        "; ".join(measure.text for measure in measures if not measure.is_quoted),
    ]
