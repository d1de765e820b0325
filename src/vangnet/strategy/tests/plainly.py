"""What differs between two days, the plain way: both strategies read whole and held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vangnet.strategy.differences import ItemChange, title
from vangnet.strategy.models import Kind
from vangnet.strategy.versions import FIELDS, MODELS, Snapshot


def between(then: Snapshot, now: Snapshot) -> list[ItemChange]:
    """Return what differs between the strategies of two days: themes first, then goals, then definitions."""
    names = {str(row.pk): title(row) for of in (then, now) for row in (*of.themes, *of.goals)}
    found: list[ItemChange] = []
    for kind, old, new in (
        (Kind.THEME, then.themes, now.themes),
        (Kind.GOAL, then.goals, now.goals),
        (Kind.DEFINITION, then.definitions, now.definitions),
    ):
        found += _items(kind, {str(r.pk): r for r in old}, {str(r.pk): r for r in new}, names)
    return found


def _items(
    kind: str, old: Mapping[str, Any], new: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[ItemChange]:
    columns = [MODELS[kind]._meta.get_field(name).attname for name in FIELDS[kind]]
    for item in dict.fromkeys((*old, *new)):
        before, after = old.get(item), new.get(item)
        if any(_held(before, column) != _held(after, column) for column in columns):
            yield ItemChange(kind, item, before, after, names)


def _held(row: Any, column: str) -> Any:
    value = getattr(row, column, None)
    return None if value in (None, "", []) else value
