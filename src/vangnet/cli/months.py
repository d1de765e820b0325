"""Reads counts per area, kind and month from a file, with what is registered late."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.disclosure.hierarchy import Hierarchy
from vangnet.cli import tables
from vangnet.cli.options import apart

Floats = NDArray[np.float64]
FIRST_YEAR, MOST_YEARS = 1900, 60  # a mistyped year would make a series of centuries
MOST_CELLS = 2_000_000  # series times months: each takes 1.2 kB while it is worked out
MOST_LATE = 20_000_000  # series times months times delays
DELAYS = 12  # months after which nothing is registered any more; later counts are added to the last
UNPUBLISHED = (
    "; leave the line out when the month was not published",
    "; laat de regel weg als de maand niet is gepubliceerd",
)
_MONTH = re.compile(r"(\d{4})(?:-|/|MM|M)?(\d{1,2})(?:-01(?:[ T]00:00:00)?)?")


@dataclass(frozen=True)
class Monthly:
    """Counts of a file, from a January on."""

    areas: list[str]
    kinds: list[str]
    first_year: int
    counts: Floats  # shape (areas, kinds, months); nan: no line
    hierarchy: Hierarchy | None
    triangle: Floats | None  # shape (areas, kinds, months, delays)
    contents: Mapping[Path, bytes]  # of the files that were read


def read_monthly(args: argparse.Namespace) -> Monthly:
    """Read the file of `vangnet analyse nowcast`.

    Raises
    ------
    TableFault
        With row and column, in Dutch and English.
    """
    sheet = tables.read(args.file)
    found = _lines(sheet, args)
    if not found:
        raise TableFault("there is no line with a count", "er is geen regel met een aantal")
    areas = sorted({key[0] for key in found})
    kinds = sorted({key[1] for key in found})
    first_year = min(key[2] for key in found) // 12
    months = max(key[3] for key in found) + 1 - first_year * 12
    triangle = None
    _check_size(args.file.name, len(areas), len(kinds), months, MOST_CELLS)
    if args.registered:
        delays = 1 + min(max(key[3] - key[2] for key in found), DELAYS)
        size = (len(areas), len(kinds), months, delays)
        _check_size(args.file.name, len(areas), len(kinds), months * delays, MOST_LATE)
        triangle = _triangle(found, areas, kinds, first_year * 12, size, missing=args.missing_is_zero)
        counts = np.where(np.isnan(triangle).all(axis=3), np.nan, np.nansum(triangle, axis=3))
    else:
        counts = _table(found, areas, kinds, first_year * 12, months, missing=args.missing_is_zero)
    hierarchy, contents = _hierarchy(sheet, args, len(areas))
    return Monthly(areas, kinds, first_year, counts, hierarchy, triangle, contents)


def _check_size(name: str, areas: int, kinds: int, months: int, most: int) -> None:
    """Refuse what would take more than a few GB of memory."""
    if (cells := areas * kinds * months) > most:
        raise TableFault(
            f"{name}: {areas} areas x {kinds} kinds x months (and delays) are {cells} figures, more than "
            f"{most}; take fewer areas, kinds or years at a time",
            f"{name}: {areas} gebieden x {kinds} soorten x maanden (en vertragingen) zijn {cells} cijfers, "
            f"meer dan {most}; neem minder gebieden, soorten of jaren tegelijk",
        )


Key = tuple[str, str, int, int]  # area, kind, month, month of registration; months count from year 0


def _lines(sheet: tables.Sheet, args: argparse.Namespace) -> dict[Key, float]:
    names = [args.area, args.month, args.value]
    _check_columns(args)
    place = {name: sheet.column(name) for name in [*names, *filter(None, (args.kind, args.registered))]}
    today = args.today or date.today()  # noqa: DTZ011
    running = today.year * 12 + today.month - 1
    found: dict[Key, float] = {}
    rows: dict[Key, int] = {}
    for number, cells in sheet.rows:
        area, kind = cells[place[args.area]], cells[place[args.kind]] if args.kind else ""
        for name, cell in ((args.area, area), (args.kind, kind)):
            if name and not cell:
                raise TableFault("nothing here", "hier staat niets", row=number, column=name)
        month = _month(cells[place[args.month]], number, args.month, running)
        registered = month
        if args.registered:
            registered = _month(cells[place[args.registered]], number, args.registered, running)
        if registered < month:
            raise TableFault(
                "registered before it happened",
                "geregistreerd voordat het gebeurde",
                row=number,
                column=args.registered,
            )
        key = (area, kind, month, registered)
        if key in found:
            what = ", ".join(part for part in (area, kind, cells[place[args.month]]) if part)
            raise TableFault(
                f"{what} is there twice, first in row {rows[key]}; leave one out or add them up",
                f"{what} staat er twee keer in, eerst in rij {rows[key]}; laat er een weg of tel ze op",
                row=number,
                column=args.month,
            )
        rows[key] = number
        found[key] = tables.count(cells[place[args.value]], number, args.value, hint=UNPUBLISHED)
    happened = [key[2] for key in found]
    if found and max(happened) - min(happened) >= MOST_YEARS * 12:
        _refuse_long(sheet, place[args.month], args.month, running)
    return found


def _check_columns(args: argparse.Namespace) -> None:
    """Refuse one column for two things."""
    apart(
        [
            *(("--area", args.area), ("--month", args.month), ("--value", args.value)),
            *(("--kind", args.kind), ("--registered", args.registered)),
        ]
    )


def _refuse_long(sheet: tables.Sheet, place: int, column: str, running: int) -> None:
    """Refuse figures over so many years that one of them must be mistyped."""
    months = [(_month(cells[place], row, column, running), row, cells[place]) for row, cells in sheet.rows]
    first, last = min(months), max(months)
    raise TableFault(
        f"{first[2]} is {MOST_YEARS} years or more before {last[2]} in row {last[1]}; mistyped?",
        f"{first[2]} ligt {MOST_YEARS} jaar of meer voor {last[2]} in rij {last[1]}; een tikfout?",
        row=first[1],
        column=column,
    )


def _month(text: str, row: int, column: str, running: int) -> int:
    match = _MONTH.fullmatch(text.strip())
    if match is None or not 1 <= int(match[2]) <= 12:
        raise TableFault(
            f"{text!r} is not a month such as 2018-03",
            f"{text!r} is geen maand zoals 2018-03",
            row=row,
            column=column,
        )
    if int(match[1]) < FIRST_YEAR:
        raise TableFault(
            f"{text} lies before {FIRST_YEAR}; mistyped?",
            f"{text} ligt voor {FIRST_YEAR}; een tikfout?",
            row=row,
            column=column,
        )
    month = int(match[1]) * 12 + int(match[2]) - 1
    if month >= running:
        what = ("is not over yet", "is nog niet voorbij") if month == running else (
            "lies in the future", "ligt in de toekomst"
        )  # fmt: skip
        raise TableFault(
            f"{text} {what[0]}; leave it out",
            f"{text} {what[1]}; laat die maand weg",
            row=row,
            column=column,
        )
    return month


def _table(
    found: Mapping[Key, float], areas: list[str], kinds: list[str], first: int, months: int, *, missing: bool
) -> Floats:
    counts = np.full((len(areas), len(kinds), months), 0.0 if missing else np.nan)
    row = {area: at for at, area in enumerate(areas)}
    layer = {kind: at for at, kind in enumerate(kinds)}
    for (area, kind, month, _), value in found.items():
        counts[row[area], layer[kind], month - first] = value
    return counts


def _triangle(
    found: Mapping[Key, float],
    areas: list[str],
    kinds: list[str],
    first: int,
    size: tuple[int, int, int, int],
    *,
    missing: bool,
) -> Floats:
    """Return counts by delay; nan: in the future, or a month without any line that is no zero.

    Of a month with a line, delays without one are 0. When nothing of a kind is ever registered so
    soon, the latest months cannot have a line yet: those are no gap.
    """
    months, delays = size[2:]
    result, there = np.zeros(size), np.full(size[:3], missing)
    row = {area: at for at, area in enumerate(areas)}
    layer = {kind: at for at, kind in enumerate(kinds)}
    soonest = np.full(len(kinds), delays)
    for (area, kind, month, registered), value in found.items():
        delay = min(registered - month, delays - 1)
        result[row[area], layer[kind], month - first, delay] += value
        there[row[area], layer[kind], month - first] = True
        soonest[layer[kind]] = min(soonest[layer[kind]], delay)
    last = max(key[3] for key in found) - first
    for at, delay in enumerate(soonest.tolist()):
        there[:, at, last + 1 - delay :] = True
    result[~there] = np.nan
    future = np.arange(months)[:, None] + np.arange(delays) > last
    result[:, :, future] = np.nan
    return result


def _hierarchy(
    sheet: tables.Sheet, args: argparse.Namespace, areas: int
) -> tuple[Hierarchy | None, dict[Path, bytes]]:
    contents = {sheet.path: sheet.content}
    if areas == 1 and not args.nest:
        return None, contents
    nests: dict[str, Any] = {args.area: args.nest} if args.nest else {}
    if args.nest and args.nest not in sheet.columns and Path(args.nest).is_file():
        contents[Path(args.nest)] = Path(args.nest).read_bytes()
    return tables.hierarchies(sheet, [args.area], nests, args.total)[args.area], contents


def month_name(first_year: int, month: int) -> str:
    """Return how a month is written, 0 being January of the first year."""
    return f"{first_year + month // 12}-{month % 12 + 1:02d}"
