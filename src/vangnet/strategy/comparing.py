"""What differs between the strategies of two days, read for the part of it that is shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, overload
from uuid import UUID

from django.db import connection
from django.db.models.fields.json import KT

from vangnet.identity.models import User
from vangnet.strategy.differences import ItemChange
from vangnet.strategy.models import Kind, Version
from vangnet.strategy.versions import FIELDS, row

# Of pairs of versions, those of which a field reads differently; nothing, "" and an empty list are alike.
APART = """
SELECT o.id FROM unnest(%(old)s::uuid[], %(new)s::uuid[]) AS pair (old, new)
  JOIN public.strategy_version o ON o.id = pair.old
  JOIN public.strategy_version n ON n.id = pair.new
 WHERE EXISTS (
    SELECT FROM jsonb_array_elements_text(%(fields)s::jsonb -> o.kind) AS field
     WHERE CASE WHEN o.content -> field IN ('null', '""', '[]') THEN NULL ELSE o.content -> field END
           IS DISTINCT FROM
           CASE WHEN n.content -> field IN ('null', '""', '[]') THEN NULL ELSE n.content -> field END)
"""
ORDER = (Kind.THEME, Kind.GOAL, Kind.DEFINITION)


class Held(NamedTuple):
    """An item of a day: which version holds it, and what its place depends on."""

    kind: str
    item: str
    version: UUID
    position: int | None
    theme: str | None
    called: str


class Comparison(Sequence[ItemChange]):
    """What differs between two days: themes first, then goals, then definitions.

    Two days may differ in hundreds of goals while a page shows some: how they read is fetched for those only.
    """

    def __init__(self, then: date, now: date, user: User):
        self._user = user
        old, new = (_held(day, user) for day in (then, now))
        self._now = now
        known = [one for held in (old, new) for one in held.values() if one.kind != Kind.DEFINITION]
        self._names = {one.item: one.called for one in known}
        apart = _apart([(old[key].version, new[key].version) for key in old.keys() & new.keys()])
        self._pairs = [
            (old.get(key), new.get(key))
            for key in dict.fromkeys((*old, *new))
            if key not in old or key not in new or old[key].version in apart
        ]
        self._pairs.sort(key=lambda pair: ORDER.index(Kind((pair[0] or pair[1]).kind)))  # type: ignore[union-attr]

    def __len__(self) -> int:
        return len(self._pairs)

    @overload
    def __getitem__(self, index: int) -> ItemChange: ...
    @overload
    def __getitem__(self, index: slice) -> list[ItemChange]: ...
    def __getitem__(self, index: int | slice) -> ItemChange | list[ItemChange]:
        """Return a difference, or those of a page (1 query; 2 when something ended)."""
        if isinstance(index, int):
            return self._read([self._pairs[index]])[0]
        return self._read(self._pairs[index])

    def _read(self, pairs: Sequence[tuple[Held | None, Held | None]]) -> list[ItemChange]:
        wanted = [one.version for pair in pairs for one in pair if one]
        read = Version.objects.visible_to(self._user).select_related(None).only("kind", "item", "content")
        rows: dict[UUID, Any] = {version.pk: row(version) for version in read.filter(pk__in=wanted)}
        gone = [before.item for before, after in pairs if before and not after]
        ends = _ends(gone, self._now, self._user) if gone else {}

        def change(before: Held | None, after: Held | None) -> ItemChange:
            one: Held = before or after  # type: ignore[assignment]
            was, becomes = (side and rows[side.version] for side in (before, after))
            decision = after.version if after else ends.get((one.kind, one.item))
            return ItemChange(one.kind, one.item, was, becomes, self._names, decision)

        return [change(*pair) for pair in pairs]


def _held(day: date, user: User) -> dict[tuple[str, str], Held]:
    """Return what was in force on a day in the order of the strategy, without how it read (1 query)."""
    found = Version.objects.visible_to(user).as_of(day).values_list(
        "kind", "item", "pk", "content__position", KT("content__theme"), KT("content__name"),
        KT("content__title"),
    )  # fmt: skip
    called = ((*rest, name if title is None else title) for *rest, name, title in found)
    held = [Held(*one) for one in called if one[-1] is not None]  # what has no name any more was ended
    places = {one.item: one.position or 0 for one in held if one.kind == Kind.THEME}

    def place(one: Held) -> tuple[int, int, str]:
        if one.kind == Kind.DEFINITION:
            return 0, 0, one.called.casefold()
        above = places.get(one.theme or "", len(places)) if one.kind == Kind.GOAL else 0
        return above, one.position or 0, one.item

    return {(one.kind, one.item): one for one in sorted(held, key=place)}


def _ends(items: Sequence[str], day: date, user: User) -> dict[tuple[str, str], UUID]:
    """Return the versions that ended these items, as of a day (1 query)."""
    found = Version.objects.visible_to(user).as_of(day).filter(item__in=items)
    return {(kind, item): pk for kind, item, pk in found.values_list("kind", "item", "pk")}


def _apart(pairs: Iterable[tuple[UUID, UUID]]) -> set[UUID]:
    """Return the first of each pair of versions that read differently (1 query)."""
    other = [(old, new) for old, new in pairs if old != new]
    if not other:
        return set()
    fields = json.dumps({kind: list(names) for kind, names in FIELDS.items()})
    with connection.cursor() as cursor:
        old, new = ([pair[side] for pair in other] for side in (0, 1))
        cursor.execute(APART, {"old": old, "new": new, "fields": fields})
        return {found for (found,) in cursor.fetchall()}
