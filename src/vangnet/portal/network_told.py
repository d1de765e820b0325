"""What is known of the network when a list is read, and what the list tells beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from vangnet.directory.filling import Filling, NewOrganisation
from vangnet.directory.listed import Listed
from vangnet.directory.models import PHONE, Profile
from vangnet.directory.returning import Change, NewProfile
from vangnet.figures.cells import normalise
from vangnet.portal.score_file import Table, note

NEW, CHANGED, ENDS, SAME = "nieuw", "gewijzigd", "eindigt", "ongewijzigd"
TONES: Final = {NEW: "ok", CHANGED: "info", ENDS: "warning", SAME: "neutral"}


@dataclass(frozen=True)
class Known:
    """What the network knows already, by the words that a file may use for it."""

    organisations: Mapping[str, tuple[str, str]]  # by slug: name and kind
    functions: Mapping[str, str]  # by code: name
    people: Mapping[str, tuple[UUID, str, tuple[str, ...]]]  # by address: account, name, where they work
    written: frozenset[UUID]  # who keep their profile themselves
    topics: Mapping[str, str]  # by normalised name or slug
    places: Mapping[str, str]  # by normalised name or code
    me: UUID  # who reads the list
    ended: Mapping[str, str] = field(default_factory=dict)  # by slug: organisations that are no more
    filled_in: Mapping[UUID, NewProfile] = field(default_factory=dict)  # profiles that nobody confirmed yet
    listed: Mapping[UUID, Listed] = field(default_factory=dict)  # everybody at work, as the list has them
    addresses: Mapping[str, UUID] = field(default_factory=dict)  # every address that is taken
    topic_names: Mapping[str, str] = field(default_factory=dict)  # by slug


@dataclass(frozen=True)
class Line:
    """What one row comes down to."""

    number: int
    name: str
    state: str
    fields: Sequence[tuple[str, str, str]] = ()  # what it is called, what stood there and what comes
    says: str = ""

    @property
    def tone(self) -> str:
        """How its state is shown."""
        return TONES[self.state]


@dataclass
class Told:
    """What a file tells, row by row."""

    kind: str
    table: Table
    organisations: list[NewOrganisation] = field(default_factory=list)
    functions: list[tuple[str, str]] = field(default_factory=list)
    profiles: list[NewProfile] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    accounts: set[UUID] = field(default_factory=set)  # who had a row already

    @property
    def filling(self) -> Filling:
        """Return it as the verb takes it."""
        return Filling(self.organisations, self.functions, self.profiles, self.changes)

    @property
    def same(self) -> int:
        """How many rows change nothing."""
        return sum(one.state == SAME for one in self.lines)

    def line(
        self,
        number: int,
        name: str,
        state: str,
        *,
        fields: Sequence[tuple[str, str, str]] = (),
        says: str = "",
    ) -> None:
        """Add what a row comes down to."""
        self.lines.append(Line(number, name, state, fields, says))


def profile(
    table: Table, number: int, cells: Mapping[str, str], known: Known
) -> tuple[str, str, tuple[int, ...], tuple[str, ...]]:
    """Return what the cells of a profile stand for; note what they cannot stand for."""
    functions = {normalise(word): code for code, name in known.functions.items() for word in (code, name)}
    function = functions.get(normalise(cells["function"]), "")
    if cells["function"] and not function:
        note(table, number, "function", f"‘{cells['function'][:40]}’ is geen functie van de lijst.")
    if cells["phone"] and not (re.match(PHONE, cells["phone"]) and len(cells["phone"]) <= 20):
        note(table, number, "phone", "vul tien cijfers in, zoals 0570 123 456, of begin met +31.")
    names = {word: day for day, label in Profile.DAYS for word in (label, label[:2])}
    days = [names.get(normalise(part), 0) for part in parts(cells["days"])]
    if 0 in days:
        note(table, number, "days", "schrijf werkdagen als: maandag, dinsdag.")
    topics = [known.topics.get(normalise(part), "") for part in parts(cells["topics"])]
    if "" in topics:
        wrong = next(part for part, found in zip(parts(cells["topics"]), topics, strict=True) if not found)
        note(table, number, "topics", f"‘{wrong[:40]}’ is geen onderwerp van de lijst.")
    return function, cells["phone"], tuple(sorted(set(days))), tuple(sorted(set(topics)))


def parts(text: str) -> list[str]:
    """Return what a cell names; a name may hold a comma, so a semicolon goes first."""
    return [part.strip() for part in text.split(";" if ";" in text else ",") if part.strip()]
