"""The whole geography in three queries: who lay where on a day, and the story of one area."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Self

from vangnet.places.models import Area, AreaPart, AreaVersion, Transition


@dataclass(frozen=True)
class Event:
    """Something that happened to an area, in Dutch, with the other areas that had a part in it."""

    on: date
    title: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """A district with its municipalities on a day; `code` is empty for municipalities outside a district."""

    code: str
    name: str
    members: tuple[tuple[str, str], ...]  # code, name; by name


@dataclass(frozen=True)
class Atlas:
    """Names, parts and mergers of all areas, read once for one page."""

    versions: dict[str, tuple[AreaVersion, ...]]  # by code, in order of time
    parts: tuple[AreaPart, ...]
    transitions: tuple[Transition, ...]  # in order of time

    @classmethod
    def load(cls) -> Self:
        """Read everything (3 queries)."""
        versions: dict[str, list[AreaVersion]] = defaultdict(list)
        for version in AreaVersion.objects.select_related("area").order_by("area_id", "period"):
            versions[version.area_id].append(version)
        return cls(
            {code: tuple(rows) for code, rows in versions.items()},
            tuple(AreaPart.objects.order_by("whole_level", "period")),
            tuple(Transition.objects.order_by("on", "old_id", "new_id")),
        )

    def level(self, code: str) -> str:
        """Return the level of an area, such as "gemeente"."""
        return self.versions[code][-1].area.level

    def exists(self, code: str, *, on: date) -> bool:
        """Say whether an area exists on a day."""
        return any(_contains(version, on) for version in self.versions.get(code, ()))

    def name(self, code: str, *, on: date | None = None) -> str:
        """Return the name on a day, else the last one."""
        rows = self.versions[code]
        return next((row.name for row in rows if on and _contains(row, on)), rows[-1].name)

    def municipalities(self, *, on: date) -> list[str]:
        """Return the codes of the municipalities of a day, by name."""
        found = [
            code
            for code in self.versions
            if self.level(code) == Area.Level.MUNICIPALITY and self.exists(code, on=on)
        ]
        return sorted(found, key=lambda code: self.name(code, on=on))

    def units(self, *, on: date) -> list[str]:
        """Return the codes of the police units of a day."""
        found = (code for code in self.versions if self.level(code) == Area.Level.UNIT)
        return sorted(code for code in found if self.exists(code, on=on))

    def whole(self, code: str, level: str, *, on: date) -> str:
        """Return the area of a level that an area belongs to on a day; empty when there is none."""
        for part in self.parts:
            if part.part_id == code and part.whole_level == level and _contains(part, on):
                return part.whole_id
        return ""

    def within(self, code: str, *, on: date) -> list[str]:
        """Return the municipalities of an area on a day, by name; a municipality is its own only part."""
        if self.level(code) == Area.Level.MUNICIPALITY:
            return [code]
        found, waiting = set(), [code]
        while waiting:
            whole = waiting.pop()
            for part in self.parts:
                if part.whole_id == whole and part.part_id not in found and _contains(part, on):
                    found.add(part.part_id)
                    waiting.append(part.part_id)
        return [code for code in self.municipalities(on=on) if code in found]

    def districts(self, *, on: date) -> list[Group]:
        """Return the municipalities of a day per district, by name."""
        members: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for code in self.municipalities(on=on):
            district = self.whole(code, Area.Level.DISTRICT, on=on)
            members[district].append((code, self.name(code, on=on)))
        groups = [
            Group(code, self.name(code, on=on) if code else "Zonder district", tuple(rows))
            for code, rows in members.items()
        ]
        return sorted(groups, key=lambda group: (not group.code, group.name))

    def heirs(self, code: str, *, on: date) -> list[str]:
        """Return what an area has become on a day; the area itself while it exists."""
        found = {code}
        for arrow in self.transitions:
            if arrow.on <= on and arrow.old_id in found:
                found.add(arrow.new_id)
        return sorted(heir for heir in found if self.exists(heir, on=on))

    def events(self, code: str) -> list[Event]:
        """Return what happened to an area, oldest first."""
        days = sorted({t.on for t in self.transitions if code in (t.old_id, t.new_id)})
        found = [event for day in days for event in self._events_on(code, day)]
        return sorted([*found, *self._renamings(code)], key=lambda event: event.on)

    def _events_on(self, code: str, day: date) -> Iterator[Event]:
        arrows = sorted((t for t in self.transitions if t.on == day), key=lambda t: self.name(t.old_id))
        gone = [t for t in arrows if t.old_id == code and t.new_id != code]
        came = [t for t in arrows if t.new_id == code and t.old_id != code]
        stays = any(t.old_id == code == t.new_id for t in arrows)
        if gone:
            yield self._departure(code, day, gone, stays)
        if came:
            yield self._arrival(code, day, came)

    def _departure(self, code: str, day: date, gone: list[Transition], stays: bool) -> Event:
        others = tuple(t.new_id for t in gone)
        names = join(self._label(t.new_id, t, on=day) for t in gone)
        if stays:
            return Event(day, f"Een deel ging naar {names}", others)
        if gone[0].kind == Transition.Kind.RENAME:
            return Event(day, f"Nieuwe naam en code: {names}", others)
        if len(gone) > 1:
            return Event(day, f"Verdeeld over {names}", others)
        with_whom = [t.old_id for t in self.transitions if t.on == day and t.new_id == gone[0].new_id]
        fellows = tuple(other for other in with_whom if other not in (code, gone[0].new_id))
        together = f", samen met {join(self.name(other) for other in fellows)}" if fellows else ""
        return Event(day, f"Opgegaan in {names}{together}", others + fellows)

    def _arrival(self, code: str, day: date, came: list[Transition]) -> Event:
        names = join(self._label(t.old_id, t, on=day) for t in came)
        others = tuple(t.old_id for t in came)
        is_new = any(version.period.lower == day for version in self.versions[code][:1])
        if came[0].kind == Transition.Kind.RENAME:
            return Event(day, f"Voortgekomen uit {names} (naamswijziging)", others)
        if is_new:
            return Event(day, f"Ontstaan uit {names}", others)
        return Event(day, f"Erbij gekomen: {names}", others)

    def _renamings(self, code: str) -> Iterator[Event]:
        rows = self.versions[code]
        for before, after in pairwise(rows):
            if before.name != after.name and after.period.lower:
                yield Event(after.period.lower, f"Naam gewijzigd van {before.name} in {after.name}")

    def _label(self, code: str, arrow: Transition, *, on: date) -> str:
        share = f" ({arrow.weight:.0%})".replace("%", " %") if arrow.weight < 1 else ""
        return f"{self.name(code, on=on)}{share}"


def join(names: Iterable[str]) -> str:
    """Write a list in Dutch: "A, B en C"."""
    words = list(names)
    return " en ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _contains(row: AreaVersion | AreaPart, day: date) -> bool:
    low, high = row.period.lower, row.period.upper
    return (low is None or low <= day) and (high is None or day < high)
