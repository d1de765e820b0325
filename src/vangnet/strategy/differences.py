"""Where two versions differ, in pieces of text that a reader can follow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from vangnet.strategy import reading
from vangnet.strategy.models import Goal, Kind
from vangnet.strategy.versions import FIELDS, Content, content


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
    """What happened to one item between two days: new, changed or gone."""

    kind: str
    item: str
    before: Any  # the theme, goal or definition of then; None when it was not there
    after: Any
    names: Mapping[str, str]
    decision: UUID | None = None  # the version that made it as it is on the second day

    @property
    def name(self) -> str:
        """Return what it is called."""
        return title(self.after or self.before)

    @property
    def what(self) -> str:
        """Say in a word what happened."""
        return "nieuw" if self.before is None else "vervallen" if self.after is None else "gewijzigd"

    @cached_property
    def fields(self) -> tuple[FieldChange, ...]:
        """Return the fields that differ, word by word; worked out for what is shown only."""
        before, after = (row and content(row) for row in (self.before, self.after))
        return fields(self.kind, before, after, self.names)

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
        return "; ".join(names.get(str(one), str(one)) for one in value)
    if isinstance(value, str) and reading.DAY.fullmatch(value):
        return reading.days_written(value)
    return names.get(str(value), str(value))


def title(row: Any) -> str:
    """Return what a theme, goal or definition is called."""
    return str(row.title if isinstance(row, Goal) else row.name)
