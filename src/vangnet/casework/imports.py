"""Signals that a municipality has in another system, from a table: read, checked and shown.

Rows are read into `Incoming`; what is wrong is said with row and column. Nothing is kept before all is right.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from vangnet.casework.forms import LONGEST, OLDEST
from vangnet.casework.models import Branch, Phenomenon, Signal
from vangnet.figures.cells import as_text, normalise
from vangnet.figures.headings import SEARCHED_ROWS, Finder, UnclearHeading
from vangnet.figures.observations import Problem, ProblemLog, Unreadable
from vangnet.figures.sheets import open_source
from vangnet.figures.workbooks import UNCALCULATED
from vangnet.vault import personal
from vangnet.vault.desks import Choices
from vangnet.vault.keys import key_ring
from vangnet.vault.personal import ODD_SIGNS

MOST_ROWS: Final = 100_000
MAX_BYTES: Final = 25 * 1024 * 1024
# Role: how its heading may be called, and what a person calls it.
WORDS: Final = {
    "number": ("extern nummer", "zaaknummer", "kenmerk", "extern kenmerk", "meldingnummer", "nummer"),
    "text": ("omschrijving", "melding", "tekst", "toelichting", "wat is gezien"),
    "seen": ("datum", "gezien op", "datum waarneming"),
    "reported": ("meldingsdatum", "datum melding", "datum van melding", "gemeld op", "ontvangen op"),
    "place": ("plaats", "gemeente", "gemeentecode"),
    "branch": ("branche", "soort plek"),
    "phenomenon": ("verschijningsvorm", "vorm", "soort"),
    "source": ("bron", "herkomst"),
    "name": ("melder", "naam melder"),
    "contact": ("bereikbaar", "contact", "telefoon", "e mail", "bereikbaarheid"),
}
NEEDED: Final = ("number", "text")
ROLES: Final = {word: role for role, words in WORDS.items() for word in words}
CLEAN: Final = dict.fromkeys(ODD_SIGNS)
DAY: Final = re.compile(
    r"(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}))(?:[ T].*)?"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The row with headings, and in which column each role stands."""

    row: int
    names: tuple[str, ...]
    roles: Mapping[str, int]

    def name(self, role: str) -> str:
        """Return a heading as it was written."""
        return self.names[self.roles[role]]


def _heading(number: int, row: Sequence[object]) -> Heading | None:
    names = tuple(as_text(cell) for cell in row)
    roles: dict[str, int] = {}
    for column, name in enumerate(names):
        role = ROLES.get(normalise(name))
        if role in roles:
            raise UnclearHeading(
                f"De koppen '{names[roles[role]]}' en '{name}' betekenen hetzelfde. Laat er een staan."
            )
        if role:
            roles[role] = column
    return Heading(number, names, roles) if all(role in roles for role in NEEDED) else None


def _find(rows: Iterable[Sequence[object]]) -> Heading | None:
    numbered = itertools.islice(enumerate(rows, start=1), SEARCHED_ROWS)
    return next((found for number, row in numbered if (found := _heading(number, row))), None)


def _missing(rows: Iterable[Sequence[object]]) -> Unreadable:
    return Unreadable(
        f"Er is geen rij met bruikbare koppen gevonden in de eerste {SEARCHED_ROWS} rijen. Nodig zijn ten "
        "minste de kolommen 'extern nummer' en 'omschrijving'; 'datum', 'meldingsdatum', 'plaats', "
        "'branche', 'verschijningsvorm', 'bron', 'melder' en 'bereikbaar' mogen erbij."
    )


SIGNALS: Final = Finder(_find, _missing)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A row that can become a signal."""

    mark: bytes  # keyed hash of the number in the other system
    text: str
    source: str
    place: str
    observed_on: date | None
    reported_on: date | None  # when the other system took it in; None: it counts as received now
    branch: str | None
    phenomenon: str | None
    reporter: str  # in words, empty when unknown
    has_number: bool  # something in text or reporter looks like a citizen service number


@dataclass
class Table:
    """What was read from a file."""

    heading: Heading
    rows: list[Incoming] = field(default_factory=list)
    problems: ProblemLog = field(default_factory=lambda: ProblemLog(200))

    @property
    def with_number(self) -> int:
        """How many rows hold something that looks like a citizen service number."""
        return sum(row.has_number for row in self.rows)


@dataclass(frozen=True)
class Lists:
    """By which words places, branches, phenomena and sources are known here."""

    places: Mapping[str, str]
    branches: Mapping[str, str]
    phenomena: Mapping[str, str]
    sources: Mapping[str, str]
    own_place: str

    @classmethod
    def of(cls, places: Choices, own_place: str) -> Lists:
        """Return the lists of today (2 queries besides the places)."""
        branches = Branch.objects.values_list("code", "name")
        phenomena = Phenomenon.objects.values_list("code", "name")
        sources = Signal.Source.choices
        return cls(_by_word(places), _by_word(branches), _by_word(phenomena), _by_word(sources), own_place)


def _by_word(choices: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    return {normalise(str(word)): str(code) for code, name in choices for word in (code, name)}


def read(body: bytes, name: str, lists: Lists, *, zone: str, today: date) -> Table:
    """Read a file.

    Raises
    ------
    Unreadable
        No table, without the headings that are needed, damaged, or more rows than go in at once.
    """
    source = open_source(BytesIO(body), name, max_bytes=MAX_BYTES, finder=SIGNALS)
    assert isinstance(source.heading, Heading)  # noqa: S101  found by the finder above
    table = Table(source.heading)
    reader = _Reader(table, lists, key_ring().secret(zone, b"external numbers"), today)
    count = 0
    for number, row in enumerate(source.rows(), start=1):
        if number <= table.heading.row or not any(as_text(cell) for cell in row):
            continue
        count += 1
        if count > MOST_ROWS:
            raise Unreadable(
                f"Het bestand heeft meer dan {MOST_ROWS} rijen. Splits het en lever de delen apart aan."
            )
        reader.take(number, row)
    if not count:
        raise Unreadable("Onder de koppen staan geen meldingen. Vul de tabel en kies het bestand opnieuw.")
    return table


class _Wrong(Exception):
    """A cell that cannot be taken; the message says why."""


def _has_bsn(text: str) -> bool:
    return sum(map(str.isdecimal, text)) > 7 and bool(personal.find_bsn(text))  # counted first: it is cheap


def _as_day(text: str) -> date | None:
    if not text:
        return None
    found = DAY.fullmatch(text)
    try:
        if found:
            year, month, day = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
            return date(int(year), int(month), int(day))
    except ValueError:
        pass
    raise _Wrong(f"‘{text}’ is geen datum. Schrijf bijvoorbeeld 31-12-2025.")


class _Reader:
    """Turns rows into `Incoming`, or into problems with row and column."""

    def __init__(self, table: Table, lists: Lists, secret: bytes, today: date) -> None:
        self._table, self._lists, self._secret, self._today = table, lists, secret, today
        self._rows_of: dict[bytes, int] = {}

    def take(self, number: int, row: Sequence[object]) -> None:
        """Add a row, or say what is wrong with it: all of it, not the first thing alone."""
        found: dict[str, Any] = {}
        right = True
        for role, column in self._table.heading.roles.items():
            cell = row[column] if column < len(row) else None
            try:
                found[role] = getattr(self, f"_{role}")(cell)
            except _Wrong as wrong:
                right = False
                problem = Problem(number, self._table.heading.names[column], str(wrong), as_text(cell)[:40])
                self._table.problems.add(problem)
        if found.get("source") == Signal.Source.ANONYMOUS:
            right = self._names_nobody(number, found) and right
        if right and self._is_new(number, found["number"]):
            self._table.rows.append(self._incoming(found))

    def _names_nobody(self, number: int, found: Mapping[str, Any]) -> bool:
        named = [role for role in ("name", "contact") if found.get(role)]
        for role in named:
            text = "bij een anonieme melding bewaren we geen naam of contactgegevens. Wis die."
            self._table.problems.add(Problem(number, self._table.heading.name(role), text))
        return not named

    def _is_new(self, number: int, mark: bytes) -> bool:
        first = self._rows_of.setdefault(mark, number)
        if first != number:
            text = f"dit nummer staat ook in rij {first}. Elk nummer mag één keer voorkomen."
            self._table.problems.add(Problem(number, self._table.heading.name("number"), text))
        return first == number

    def _incoming(self, found: Mapping[str, Any]) -> Incoming:
        text, name, contact = found["text"], found.get("name", ""), found.get("contact", "")
        source = found.get("source") or Signal.Source.IMPORT.value
        told = {"Naam": name, "Bereikbaar": contact}
        reporter = "\n".join(f"{label}: {value}" for label, value in told.items() if value)
        return Incoming(
            mark=found["number"],
            text=text,
            source=source,
            place=found.get("place") or self._lists.own_place,
            observed_on=found.get("seen"),
            reported_on=found.get("reported"),
            branch=found.get("branch"),
            phenomenon=found.get("phenomenon"),
            reporter=reporter,
            has_number=_has_bsn(text) or _has_bsn(reporter),
        )

    # --- one per role ---

    def _number(self, cell: object) -> bytes:
        text = self._words(cell, 100)
        if not text:
            raise _Wrong("vul het nummer uit uw eigen systeem in; zo komt niets dubbel binnen.")
        return hmac.digest(self._secret, normalise(text).encode(), hashlib.sha256)

    def _text(self, cell: object) -> str:
        text = self._words(cell, LONGEST)
        if not text:
            raise _Wrong("vul in wat er is gezien of gehoord.")
        return text

    def _seen(self, cell: object) -> date | None:
        return self._past_day(cell)

    def _reported(self, cell: object) -> date | None:
        return self._past_day(cell)

    def _past_day(self, cell: object) -> date | None:
        if isinstance(cell, datetime):
            seen: date | None = cell.date()
        elif isinstance(cell, date):
            seen = cell
        else:
            seen = _as_day(self._words(cell, 40))
        if seen and seen > self._today:
            raise _Wrong("deze dag moet nog komen.")
        if seen and seen < OLDEST:
            raise _Wrong(f"deze dag ligt voor {OLDEST.year}. Controleer het jaar.")
        return seen

    def _place(self, cell: object) -> str | None:
        wrong = "ligt niet in deze regio of is geen gemeente. Gebruik de naam of code van een gemeente."
        return self._known(cell, self._lists.places, wrong)

    def _branch(self, cell: object) -> str | None:
        return self._known(
            cell, self._lists.branches, "is geen branche die hier bekend is. Laat leeg of verbeter."
        )

    def _phenomenon(self, cell: object) -> str | None:
        wrong = "is geen verschijningsvorm die hier bekend is. Laat leeg of verbeter."
        return self._known(cell, self._lists.phenomena, wrong)

    def _source(self, cell: object) -> str | None:
        return self._known(
            cell, self._lists.sources, "is geen bron die hier bekend is. Laat leeg of verbeter."
        )

    def _name(self, cell: object) -> str:
        return self._words(cell, 200)

    def _contact(self, cell: object) -> str:
        return self._words(cell, 200)

    def _known(self, cell: object, known: Mapping[str, str], wrong: str) -> str | None:
        text = self._words(cell, 200)
        code = known.get(normalise(text))
        if text and code is None:
            raise _Wrong(f"‘{text[:40]}’ {wrong}")
        return code

    def _words(self, cell: object, longest: int) -> str:
        if cell == UNCALCULATED:
            raise _Wrong("hier staat een formule zonder uitkomst. Kopieer de kolom als waarden.")
        text = as_text(cell)
        if not text.isprintable():  # nearly every text is, and then there is nothing to take out
            text = text.translate(CLEAN).strip()
        if len(text) > longest:
            raise _Wrong(f"deze tekst heeft {len(text)} tekens; toegestaan zijn er {longest}. Kort haar in.")
        return text
