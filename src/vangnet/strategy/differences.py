"""Where two versions differ, in pieces of text that a reader can follow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from vangnet.strategy.models import Goal, Kind
from vangnet.strategy.versions import FIELDS, Content, Snapshot, content
from vangnet.ui.formats import day as written


class Mark(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """Some words, and what happened to them."""

    text: str
    mark: Mark


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, side by side."""

    label: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclass(frozen=True)
class ItemChange:
    """What happened to one item between two versions: new, changed or gone."""

    kind: str
    item: str
    name: str
    what: str
    fields: tuple[FieldChange, ...]

    @property
    def kind_name(self) -> str:
        """Return the kind in Dutch."""
        return str(Kind(self.kind).label)


def words(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Compare two texts word by word; return the pieces of both.

    >>> left, right = words("minder inbraak", "minder overlast")
    >>> [(piece.text, piece.mark.value) for piece in right]
    [('minder ', 'same'), ('overlast', 'new')]
    """
    old, new = re.findall(r"\S+\s*|\s+", before), re.findall(r"\S+\s*|\s+", after)
    left: list[Piece] = []
    right: list[Piece] = []
    for step, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step == "equal":
            left.append(Piece("".join(old[a:b]), Mark.SAME))
            right.append(Piece("".join(new[c:d]), Mark.SAME))
            continue
        if b > a:
            left.append(Piece("".join(old[a:b]), Mark.GONE))
        if d > c:
            right.append(Piece("".join(new[c:d]), Mark.NEW))
    return tuple(left), tuple(right)


def fields(
    kind: str, before: Content | None, after: Content | None, names: Mapping[str, str]
) -> tuple[FieldChange, ...]:
    """Return the fields of an item that differ; `names` gives codes of goals and themes their titles."""
    found = []
    for name, label in FIELDS[kind].items():
        old, new = (_text((held or {}).get(name), names) for held in (before, after))
        if old != new:
            found.append(FieldChange(label, *words(old, new)))
    return tuple(found)


def _text(value: Any, names: Mapping[str, str]) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return written(date.fromisoformat(value))
    return names.get(str(value), str(value))


def between(then: Snapshot, now: Snapshot) -> list[ItemChange]:
    """Return what differs between the strategies of two days: themes first, then goals, then definitions."""
    names = {**titles(then), **titles(now)}
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
    for item in dict.fromkeys((*old, *new)):
        before, after = old.get(item), new.get(item)
        changed = fields(kind, before and content(before), after and content(after), names)
        if changed:
            what = "nieuw" if before is None else "vervallen" if after is None else "gewijzigd"
            yield ItemChange(kind, item, title(after or before), what, changed)


def titles(shown: Snapshot) -> dict[str, str]:
    """Return the names of what codes point at."""
    return {str(row.pk): title(row) for row in (*shown.themes, *shown.goals)}


def title(row: Any) -> str:
    """Return what a theme, goal or definition is called."""
    return str(row.title if isinstance(row, Goal) else row.name)
