"""Scores of many papers from one table: read, checked, wrong cells named by row and column."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

from vangnet.figures.cells import as_text, normalise
from vangnet.figures.export import to_xlsx
from vangnet.figures.headings import SEARCHED_ROWS, Finder, UnclearHeading
from vangnet.figures.observations import Problem, ProblemLog, Unreadable
from vangnet.figures.sheets import open_source
from vangnet.vault.personal import find_bsn

MOST_ROWS: Final = 20_000
MAX_BYTES: Final = 5 * 1024 * 1024
COLUMNS: Final = ("Organisatie", "Onderwerp", "Criterium", "Score", "Vindplaats")
WORDS: Final = {
    "organisation": ("organisatie", "gemeente", "partner"),
    "candidate": ("onderwerp", "thema", "kandidaat"),
    "criterion": ("criterium",),
    "value": ("score", "waarde"),
    "found_at": ("vindplaats", "bladzijde", "bron"),
}
NEEDED: Final = ("organisation", "candidate", "criterion", "value")
ROLES: Final = {word: role for role, words in WORDS.items() for word in words}
Known = Mapping[str, Mapping[str, str]]  # by role: a word, normalised, and the id that it stands for


@dataclass(frozen=True, slots=True)
class Heading:
    """The row with headings, and in which column each role stands."""

    row: int
    names: tuple[str, ...]
    roles: Mapping[str, int]


@dataclass
class Table:
    """What was read: rows that can be kept, and what is wrong with the others."""

    heading: Heading
    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: ProblemLog = field(default_factory=lambda: ProblemLog(200))


def _heading(number: int, row: Sequence[object]) -> Heading | None:
    names = tuple(as_text(cell) for cell in row)
    roles: dict[str, int] = {}
    for column, name in enumerate(names):
        role = ROLES.get(normalise(name))
        if role in roles:
            raise UnclearHeading(f"De koppen '{names[roles[role]]}' en '{name}' betekenen hetzelfde.")
        if role:
            roles[role] = column
    return Heading(number, names, roles) if all(role in roles for role in NEEDED) else None


def _find(rows: Iterable[Sequence[object]]) -> Heading | None:
    numbered = itertools.islice(enumerate(rows, start=1), SEARCHED_ROWS)
    return next((found for number, row in numbered if (found := _heading(number, row))), None)


def _missing(rows: Iterable[Sequence[object]]) -> Unreadable:
    return Unreadable(
        "Er is geen rij met bruikbare koppen gevonden. Nodig zijn: organisatie, onderwerp, criterium en "
        "score; vindplaats mag erbij. Gebruik het lege bestand van deze pagina."
    )


SCORES: Final = Finder(_find, _missing)


def read(body: bytes, name: str, known: Known, papers: Mapping[str, set[str]]) -> Table:
    """Read a file.

    Parameters
    ----------
    known
        By role, which words stand for which organisation, candidate and criterion.
    papers
        For each criterion, the organisations whose papers it is about.

    Raises
    ------
    Unreadable
        No table, without the headings that are needed, damaged, empty, or more rows than go in at once.
    """
    source = open_source(BytesIO(body), name, max_bytes=MAX_BYTES, finder=SCORES)
    assert isinstance(source.heading, Heading)  # noqa: S101  found by the finder above
    table, seen, count = Table(source.heading), set(), 0
    for number, row in enumerate(source.rows(), start=1):
        if number <= table.heading.row or not any(as_text(cell) for cell in row):
            continue
        count += 1
        if count > MOST_ROWS:
            raise Unreadable(f"Het bestand heeft meer dan {MOST_ROWS} rijen. Splits het.")
        found = _row(number, row, table, known, papers)
        key = found and (found["organisation"], found["candidate"], found["criterion"])
        if found and key in seen:
            note(table, number, "organisation", "deze score staat al in een eerdere rij.")
        elif found:
            seen.add(key)
            table.rows.append(found)
    if not count:
        raise Unreadable("Onder de koppen staan geen scores. Vul de tabel en kies het bestand opnieuw.")
    return table


def _row(
    number: int, row: Sequence[object], table: Table, known: Known, papers: Mapping[str, set[str]]
) -> dict[str, Any] | None:
    """Return a row that can be kept; else note everything that is wrong with it."""
    columns = table.heading.roles
    told = {role: as_text(row[at]).strip() if at < len(row) else "" for role, at in columns.items()}
    before = table.problems.total
    found: dict[str, Any] = {"found_at": told.get("found_at", "")}
    for role in ("organisation", "candidate", "criterion"):
        found[role] = known[role].get(normalise(told[role]), "")
        if not found[role]:
            note(table, number, role, f"‘{told[role][:40]}’ is in deze ronde niet bekend.")
    if told["value"] in ("0", "1", "2", "3", "4"):
        found["value"] = int(told["value"])
    else:
        note(table, number, "value", f"‘{told['value'][:40]}’ is geen score. Vul 0, 1, 2, 3 of 4 in.")
    if find_bsn(found["found_at"]) or len(found["found_at"]) > 200:
        note(table, number, "found_at", "te lang, of er staat iets dat een burgerservicenummer lijkt.")
    if (
        found["organisation"]
        and found["criterion"]
        and found["organisation"] not in papers[found["criterion"]]
    ):
        note(table, number, "criterion", "dit criterium gaat over stukken van andere organisaties.")
    return found if table.problems.total == before else None


def note(table: Table, number: int, role: str, message: str) -> None:
    """Say what is wrong in a row, in the column of this role."""
    column = table.heading.names[table.heading.roles[role]]
    table.problems.add(Problem(number, column, message))


def blank(rows: Iterable[tuple[str, str, str]]) -> bytes:
    """Return a workbook to fill in: one row for each organisation, candidate and criterion."""
    return to_xlsx(COLUMNS, [(*row, None, None) for row in rows], title="Scores")
