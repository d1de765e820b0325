"""Who rose between moments, told with what such a list was worth as a forecast."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.positions.graph import Graph
from vangnet.analysis.positions.rising import Precision, precision, risers
from vangnet.analysis.positions.standing import Standing
from vangnet.analysis.said import Said
from vangnet.cli import moments, tables

MOST = 60  # moments
CENTURIES = ("19", "20")
# Measured with `precision` on the phases of the Caviar network, ten moments, of which nine for who rose.
KNOWN = Said(
    "bekend uit een opsporingsonderzoek met elf fasen (Caviar): wie net steeg 0,11, wie hoog stond 0,19, "
    "toeval 0,14",
    "known of an investigation with eleven phases (Caviar): who just rose 0.11, who stood high 0.19, "
    "chance 0.14",
)


@dataclass(frozen=True, slots=True)
class Wave:
    """The lines of one moment."""

    moment: str
    sheet: tables.Sheet


def split(sheet: tables.Sheet, column: str) -> list[Wave]:
    """Return the moments of a file from old to new, each with its lines."""
    place = sheet.column(column)
    texts = list(dict.fromkeys(cells[place] for _, cells in sheet.rows if cells[place]))
    order = _order(texts, column)
    first: dict[Any, str] = {}  # of a moment written in several ways, the first one
    found: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, cells in sheet.rows:
        if not cells[place]:
            raise TableFault("a moment is missing", "er ontbreekt een moment", row=number, column=column)
        moment = first.setdefault(order[cells[place]], cells[place])
        found.setdefault(moment, []).append((number, cells))
    if not 2 <= len(found) <= MOST:
        raise TableFault(
            f"{len(found)} moments; from 2 to {MOST} can be compared, such as quarters",
            f"{len(found)} momenten; van 2 tot {MOST} zijn te vergelijken, bijvoorbeeld kwartalen",
            column=column,
        )
    in_order = [first[key] for key in sorted(first)]
    return [Wave(moment, replace(sheet, rows=tuple(found[moment]))) for moment in in_order]


def _order(texts: Sequence[str], column: str) -> dict[str, Any]:
    """Return by what each moment is ordered: its number, else its text with the numbers in it as numbers.

    2026-01 comes before 2026-02 and fase 2 before fase 10; 1 and 1.0 are one moment. For names of
    months and years of two digits see `moments.ordered`.
    """
    try:
        numbers = {text: float(text) for text in texts}
    except ValueError:
        numbers = {}
    if numbers and all(map(math.isfinite, numbers.values())):
        return dict(numbers)
    if (found := moments.ordered(texts, column)) is not None:
        return dict(found)
    last = [text for text in texts if _has_year_last(text)]
    if len({text[:-4] for text in last}) > 1:
        raise TableFault(
            f"{last[0]} has its year last, so moments cannot be put in order; write 2025-12 or 2025-4",
            f"{last[0]} heeft het jaar achteraan, zodat de volgorde niet vaststaat; schrijf 2025-12 "
            "of 2025-4",
            column=column,
        )
    return {
        text: tuple(int(part) if at % 2 else part for at, part in enumerate(re.split(r"([0-9]+)", text)))
        for text in texts
    }


def _has_year_last(text: str) -> bool:
    before, year = text[:-4], text[-4:]
    is_year = year.isascii() and year.isdigit() and year.startswith(CENTURIES)
    return is_year and bool(before) and not ("0" <= before[-1] <= "9")


def told(names: Sequence[str], networks: Sequence[Graph], standings: Sequence[Standing]) -> dict[str, Any]:
    """Return what a result says about risers."""
    levels = [
        dict(zip(network.names, found.between.tolist(), strict=True))
        for network, found in zip(networks, standings, strict=True)
    ]
    rising = [
        Said(
            f"{one.name} ({one.before:.3f} naar {one.now:.3f})",
            f"{one.name} ({one.before:.3f} to {one.now:.3f})",
        )
        for one in risers(levels)
    ]
    return {
        Said("moment", "moment"): Said(
            f"{names[-1]}, vergeleken met {names[-2]}; {len(names)} momenten",
            f"{names[-1]}, compared with {names[-2]}; {len(names)} moments",
        ),
        Said("stijgers in kortste paden", "risers in shortest paths"): rising or Said("niemand", "nobody"),
        Said("als voorspelling", "as a forecast"): _worth(precision(levels)),
        Said("ter vergelijking", "in comparison"): KNOWN,
    }


def _worth(found: Precision) -> Said:
    """Say how many of at most five named came true in these moments."""
    if not found.moments:
        return Said(
            "niet na te gaan: tussen deze momenten steeg niemand",
            "cannot be checked: nobody rose between these moments",
        )
    values = (found.by_rise, found.by_level, found.by_chance)
    dutch = ["te weinig momenten" if value is None else f"{value:.2f}".replace(".", ",") for value in values]
    english = ["too few moments" if value is None else f"{value:.2f}" for value in values]
    return Said(
        "deel van de hoogstens vijf genoemden dat een moment later bij de sterkste stijgers hoorde, "
        f"{'1 keer' if found.moments == 1 else f'{found.moments} keer'} nagegaan: wie net steeg {dutch[0]}, "
        f"wie hoog stond {dutch[1]}, toeval {dutch[2]}. Dit is te weinig om iemand op te volgen",
        "part of the five or fewer named who were among the strongest risers a moment later, checked "
        f"{found.moments} {'time' if found.moments == 1 else 'times'}: who just rose {english[0]}, who stood "
        f"high {english[1]}, chance {english[2]}. That is too little to follow anybody",
    )
