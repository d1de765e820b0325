"""What a version of a theme, goal or definition holds, and how it reads back as the thing itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models

from vangnet.strategy.models import Definition, Goal, Kind, Strategy, Theme, Version

Content = dict[str, Any]
MODELS: dict[str, type[models.Model]] = {
    Kind.THEME: Theme,
    Kind.GOAL: Goal,
    Kind.DEFINITION: Definition,
}
# The fields of each kind that a reader compares, under the names that a reader knows.
FIELDS: dict[str, dict[str, str]] = {
    Kind.THEME: {"name": "Naam", "kind": "Soort", "summary": "Samenvatting", "position": "Volgorde"},
    Kind.GOAL: {
        "title": "Doel",
        "theme": "Thema",
        "parent": "Hoort bij",
        "level": "Niveau",
        "kind": "Soort",
        "term": "Termijn",
        "due_on": "Uiterlijk",
        "condition": "Voorwaarde",
        "restriction": "Beperking",
        "actors": "Wie doet het",
        "network_role": "Rol van het netwerk",
        "partners": "Partners en hun rol",
        "measures": "Waaraan te meten",
        "indicator": "Indicator",
        "area": "Gebied van het cijfer",
        "base_year": "Uitgangsjaar",
        "target": "Norm (% sinds het uitgangsjaar)",
        "target_year": "Jaar van de norm",
        "target_origin": "Herkomst van de norm",
        "documents": "Documenten",
        "pages": "Bladzijden in de nota",
        "section": "Paragraaf in de nota",
    },
    Kind.DEFINITION: {
        "name": "Begrip",
        "meaning": "Betekenis",
        "indicators": "Geteld in",
        "origin": "Herkomst",
    },
}


def content(row: Theme | Goal | Definition) -> Content:
    """Return what a version of this row holds: every column but its key, dates as text."""
    held = {}
    for field in row._meta.concrete_fields:
        if not field.primary_key:
            value = getattr(row, field.attname)
            held[field.name] = value.isoformat() if isinstance(value, date) else value
    return held


def kind_of(row: Theme | Goal | Definition) -> Kind:
    """Return under which kind a row has versions."""
    return next(Kind(kind) for kind, model in MODELS.items() if isinstance(row, model))


def row(version: Version) -> Any:
    """Return the theme, goal or definition that a version describes, not saved.

    Raises
    ------
    ValueError
        The version ends the item, so it describes nothing.
    """
    if version.content is None:
        raise ValueError(f"{version} ends the item")
    model = MODELS[version.kind]
    values: Content = {str(model._meta.pk.attname): version.item}
    for field in model._meta.concrete_fields:
        if not field.primary_key and field.name in version.content:
            values[field.attname] = field.to_python(version.content[field.name])
    return model(**values)


@dataclass(frozen=True)
class Snapshot:
    """The whole strategy as it was on one day."""

    day: date
    themes: tuple[Theme, ...]
    goals: tuple[Goal, ...]
    definitions: tuple[Definition, ...]

    def goals_of(self, theme: Theme) -> list[Goal]:
        """Return the goals of a theme in their order."""
        return [goal for goal in self.goals if goal.theme_id == theme.slug]


def snapshot(versions: Iterable[Version], day: date) -> Snapshot:
    """Put the versions that were in force on a day together into the strategy of that day."""
    rows: dict[str, list[Any]] = {kind: [] for kind in MODELS}
    for version in versions:
        if version.content is not None:
            rows[version.kind].append(row(version))
    themes = sorted(rows[Kind.THEME], key=lambda theme: (theme.position, theme.slug))
    places = {theme.slug: theme for theme in themes}
    goals = sorted(rows[Kind.GOAL], key=lambda goal: (_place(places, goal), goal.position, goal.code))
    for goal in goals:
        goal.theme = places.get(goal.theme_id)
    words = sorted(rows[Kind.DEFINITION], key=lambda word: word.name.casefold())
    return Snapshot(day, tuple(themes), tuple(goals), tuple(words))


def _place(themes: Mapping[str, Theme], goal: Goal) -> int:
    theme = themes.get(goal.theme_id)
    return theme.position if theme else len(themes)


def adopted(strategy: Strategy | None) -> date:
    """Return the first day of the strategy of the pack."""
    return date(strategy.first_year if strategy else 1970, 1, 1)
