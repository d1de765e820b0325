"""What a project plan holds, and how complete it is: plain values, nothing of the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from vangnet.strategy.plans import PlanPart

Content = dict[str, Any]
Line = dict[str, Any]
ENOUGH = 20  # characters: fewer is a heading, not a text; the database says the same
ROLES = {
    "A": "Eindverantwoordelijk",
    "R": "Voert uit",
    "C": "Wordt geraadpleegd",
    "I": "Wordt geïnformeerd",
}
LEVELS = {"lokaal": "Lokaal", "district": "District", "regio": "Regio", "landelijk": "Landelijk"}
STATES = {"gepland": "Gepland", "bezig": "Bezig", "klaar": "Klaar", "vervallen": "Vervallen"}
OUTSIDE = {
    "bewoners": "Bewoners",
    "middenveld": "Maatschappelijke organisatie",
    "bedrijf": "Bedrijf of brancheorganisatie",
}
SIZES = {"1": "Klein", "2": "Middel", "3": "Groot"}
# The lists of a plan: what one line of each is called.
SECTIONS = {
    "roles": ("Rollen per partner", "rol"),
    "levels": ("Afstemming", "afstemming"),
    "budget": ("Begroting en subsidies", "begrotingsregel"),
    "milestones": ("Mijlpalen", "mijlpaal"),
    "risks": ("Risico's", "risico"),
    "outside": ("Inbreng van buiten", "inbreng"),
}


def empty(title: str, since: date, until: date) -> Content:
    """Return the content of a plan that has just begun."""
    told: Content = {"title": title, "goals": [], "capacity": 0, "texts": {}}
    told |= {"since": since.isoformat(), "until": until.isoformat(), "level": "", "level_reason": ""}
    return told | {section: [] for section in SECTIONS}


def line(told: Content, section: str, key: str) -> Line | None:
    """Return one line of a list."""
    return next((row for row in told[section] if row["id"] == key), None)


def with_line(told: Content, section: str, row: Line) -> Content:
    """Return the content with a line added, or put in the place of the one with its id."""
    key = row.get("id") or uuid4().hex[:8]
    rows = [former for former in told[section] if former["id"] != key]
    place = next((n for n, former in enumerate(told[section]) if former["id"] == key), len(rows))
    return {**told, section: [*rows[:place], {**row, "id": key}, *rows[place:]]}


def without_line(told: Content, section: str, key: str) -> Content:
    """Return the content without one line."""
    return {**told, section: [row for row in told[section] if row["id"] != key]}


@dataclass(frozen=True)
class Gap:
    """A part that a plan lacks, and what would fill it."""

    part: PlanPart
    why: str


@dataclass(frozen=True)
class Completeness:
    """How many parts of a plan are there, and which are not."""

    total: int
    gaps: tuple[Gap, ...]

    @property
    def done(self) -> int:
        """How many parts are there."""
        return self.total - len(self.gaps)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.gaps

    @property
    def names(self) -> str:
        """What is missing, in words."""
        return ", ".join(f"{gap.part.name} ({gap.why})" for gap in self.gaps)


def completeness(told: Mapping[str, Any], parts: Iterable[PlanPart]) -> Completeness:
    """Weigh a plan against the parts of the pack; the database function says the same of adoption."""
    known = list(parts)
    found = [Gap(part, why) for part in known if (why := _lacks(told, part))]
    return Completeness(len(known), tuple(found))


def _lacks(told: Mapping[str, Any], part: PlanPart) -> str:
    if len((told["texts"].get(part.code) or "").strip(" ")) < ENOUGH:
        return "geen tekst"
    if part.needs == PlanPart.Needs.ROLES:
        accountable = sum(row["role"] == "A" for row in told["roles"])
        return "" if accountable == 1 else f"{accountable} eindverantwoordelijken in plaats van één"
    if part.needs == PlanPart.Needs.LEVELS:
        return "" if any(row.get("asked_on") for row in told["levels"]) else "nog met niemand afgestemd"
    if part.needs == PlanPart.Needs.MONEY:
        return "" if told["budget"] else "geen begrotingsregel"
    return ""


@dataclass(frozen=True)
class Money:
    """The lines of a budget added up, in whole euros."""

    applied: int
    granted: int
    spent: int

    @property
    def left(self) -> int:
        """What was granted and not yet spent; below zero when more was spent."""
        return self.granted - self.spent


def money(told: Mapping[str, Any]) -> Money:
    """Add up a budget.

    >>> money({"budget": [{"applied": 10, "granted": 8, "spent": 9}]}).left
    -1
    """
    return Money(
        *(sum(int(row[name] or 0) for row in told["budget"]) for name in ("applied", "granted", "spent"))
    )


def money_warnings(row: Mapping[str, Any]) -> list[str]:
    """Say what is odd about a line of a budget: more spent than granted, more granted than applied for.

    >>> money_warnings({"applied": 0, "granted": 45000, "spent": 99999})
    ['meer besteed dan toegekend', 'meer toegekend dan aangevraagd']
    """
    applied, granted, spent = (int(row[name] or 0) for name in ("applied", "granted", "spent"))
    told = {
        "meer besteed dan toegekend": spent > granted,
        "meer toegekend dan aangevraagd": granted > applied,
    }
    return [words for words, is_so in told.items() if is_so]


def is_late(row: Mapping[str, Any], today: date) -> bool:
    """Say whether a milestone should have been there."""
    return row["state"] in ("gepland", "bezig") and row["due"] < today.isoformat()


def weight(row: Mapping[str, Any]) -> int:
    """Return chance times effect of a risk, 1 to 9."""
    return int(row["chance"]) * int(row["effect"])


def merged(base: Content, theirs: Content, ours: Content) -> tuple[Content, tuple[str, ...]]:
    """Put a change on top of what others changed meanwhile; name the fields that both changed.

    Parameters
    ----------
    base
        What the writer saw.
    theirs
        What is there now.
    ours
        What the writer made of it.

    Returns
    -------
    tuple
        The content with both changes, and the fields (or texts, or lines) that both changed differently: with
        any of these nothing may be kept before the writer has seen them.
    """
    told, clashes = dict(theirs), []
    for name in ours:
        if ours[name] == base[name]:
            continue
        if name == "texts" or name in SECTIONS:
            held, both = _merged_pieces(_pieces(base[name]), _pieces(theirs[name]), _pieces(ours[name]))
            told[name] = held if name == "texts" else list(held.values())
            clashes += both
        elif theirs[name] not in (base[name], ours[name]):
            clashes.append(name)
        else:
            told[name] = ours[name]
    return told, tuple(clashes)


def _pieces(held: Any) -> dict[str, Any]:
    return dict(held) if isinstance(held, dict) else {row["id"]: row for row in held}


def _merged_pieces(
    base: dict[str, Any], theirs: dict[str, Any], ours: dict[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    held, clashes = dict(theirs), []
    for key in {**base, **ours}:
        mine, was, there = ours.get(key), base.get(key), theirs.get(key)
        if mine == was:
            continue
        if there not in (was, mine):
            clashes.append(key)
        elif mine is None:
            held.pop(key, None)
        else:
            held[key] = mine
    return held, clashes
