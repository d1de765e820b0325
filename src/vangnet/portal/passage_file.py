"""Passages of the police's plan from a table, and both sides as a table to take along."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from vangnet.figures.cells import as_text, normalise
from vangnet.figures.export import Cell
from vangnet.figures.headings import SEARCHED_ROWS, Finder, UnclearHeading
from vangnet.figures.observations import Unreadable
from vangnet.figures.sheets import open_source
from vangnet.portal.score_file import Heading, Table, note
from vangnet.strategy.models import Passage
from vangnet.strategy.passage_reading import Row
from vangnet.vault.personal import find_bsn

MOST_ROWS: Final = 2_000
MAX_BYTES: Final = 5 * 1024 * 1024
# The headings of a file: what is read, and in which column it is given.
COLUMNS: Final = {
    "goal": "Doel",
    "way": "Verband",
    "plan": "Plan",
    "words": "Wat er staat",
    "page": "Bladzijde",
    "first_year": "Van",
    "last_year": "Tot en met",
}
NEEDED: Final = ("plan", "words", "page", "first_year", "last_year")
LONGEST: Final = {"plan": 150, "words": 400, "page": 40}
ROLES: Final = {normalise(word): role for role, word in COLUMNS.items()}
WAYS: Final = {
    normalise(word): way
    for way, label in Passage.Way.choices
    for word in (way, str(label), str(way).replace("-", " "))
}
MORE: Final = ("Doel in woorden", "Termijn van het doel", "Verschil in termijn", "Verzonnen")


def _heading(number: int, row: Sequence[object]) -> Heading | None:
    names = tuple(as_text(cell) for cell in row)
    roles: dict[str, int] = {}
    for column, name in enumerate(names):
        role = ROLES.get(normalise(name))
        if role in roles:
            raise UnclearHeading(f"De kop '{name}' staat er twee keer. Laat er een staan.")
        if role:
            roles[role] = column
    return Heading(number, names, roles) if all(role in roles for role in NEEDED) else None


def _find(rows: Iterable[Sequence[object]]) -> Heading | None:
    numbered = itertools.islice(enumerate(rows, start=1), SEARCHED_ROWS)
    return next((found for number, row in numbered if (found := _heading(number, row))), None)


def _missing(rows: Iterable[Sequence[object]]) -> Unreadable:
    return Unreadable(
        "Er is geen rij met bruikbare koppen gevonden. Nodig zijn: plan, wat er staat, bladzijde, van en "
        "tot en met; doel en verband mogen erbij. Gebruik het lege bestand van deze pagina."
    )


def read(body: bytes, name: str, goals: Mapping[str, str]) -> Table:
    """Read a file; `goals` are the codes that there are, by how they may be written.

    Raises
    ------
    Unreadable
        No table, without the headings that are needed, damaged, empty, or more rows than go in at once.
    """
    source = open_source(BytesIO(body), name, max_bytes=MAX_BYTES, finder=Finder(_find, _missing))
    assert isinstance(source.heading, Heading)  # noqa: S101  found by the finder above
    table, seen, count = Table(source.heading), set(), 0
    for number, row in enumerate(source.rows(), start=1):
        if number <= table.heading.row or not any(as_text(cell) for cell in row):
            continue
        count += 1
        if count > MOST_ROWS:
            raise Unreadable(f"Het bestand heeft meer dan {MOST_ROWS} rijen. Splits het.")
        found = _row(number, row, table, goals)
        key = found and (found["plan"], found["page"], found["words"], found["goal"])
        if found and key in seen:
            note(table, number, "words", "deze passage staat al in een eerdere rij.")
        elif found:
            seen.add(key)
            table.rows.append(found)
    if not count:
        raise Unreadable("Onder de koppen staan geen passages. Vul de tabel en kies het bestand opnieuw.")
    return table


def _row(number: int, row: Sequence[object], table: Table, goals: Mapping[str, str]) -> dict[str, Any] | None:
    """Return a row that can be kept; else note everything that is wrong with it."""
    columns = table.heading.roles
    told = {role: as_text(row[at]).strip() if at < len(row) else "" for role, at in columns.items()}
    before = table.problems.total
    found: dict[str, Any] = {"goal": "", "way": ""}
    for role, longest in LONGEST.items():
        found[role] = told[role]
        if not told[role] or len(told[role]) > longest or find_bsn(told[role]):
            note(table, number, role, f"leeg, langer dan {longest} tekens, of met een burgerservicenummer.")
    for role in ("first_year", "last_year"):
        if told[role].isdigit() and 2000 <= int(told[role]) <= 2100:
            found[role] = int(told[role])
        else:
            note(table, number, role, f"‘{told[role][:40]}’ is geen jaar. Vul een jaar in, zoals 2019.")
    if found.get("first_year", 0) > found.get("last_year", 9999):
        note(table, number, "last_year", "het laatste jaar ligt voor het eerste.")
    _goal(number, told, table, found, goals)
    return found if table.problems.total == before else None


def _goal(
    number: int, told: Mapping[str, str], table: Table, found: dict[str, Any], goals: Mapping[str, str]
) -> None:
    """Add the goal and how the passage goes with it, when a row names one."""
    if not told.get("goal"):
        return
    found["goal"] = goals.get(normalise(told["goal"]), "")
    found["way"] = WAYS.get(normalise(told.get("way", "")), "")
    if not found["goal"]:
        note(
            table,
            number,
            "goal",
            f"‘{told['goal'][:40]}’ is geen doel. Vul de code in, zoals staat bij Alle doelen.",
        )
    if not found["way"]:
        note(
            table, number, "way" if "way" in told else "goal", "zeg bij een doel ‘volgt uit’ of ‘leidt tot’."
        )


def written(rows: Iterable[Row]) -> Iterator[list[Cell]]:
    """Return both sides as rows of a table: one for each passage, and for each goal without one."""
    for row in rows:
        goal: list[Cell] = [row.goal.title if row.goal else "", row.term]
        if not row.sides:
            yield [row.code, *[None] * (len(COLUMNS) - 1), *goal, "", None]
        for side in row.sides:
            one = side.passage
            told: list[Cell] = [row.code, one.get_way_display(), one.plan, one.words, one.page]
            yield [*told, one.first_year, one.last_year, *goal, side.differs, one.is_invented]
