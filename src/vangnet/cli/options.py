"""What the values of options may be, told in Dutch and English with the option in front."""

from __future__ import annotations

import argparse
import csv
import math
import re
from collections.abc import Callable, Collection, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from vangnet.analysis.disclosure.faults import TableFault

FIRST_YEAR = 1900
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
HIDDEN = ("file", "json", "needs_house", "out", "run", "seed")  # paths, and what says how to print or start


def refused(text: str, dutch: str, english: str) -> argparse.ArgumentTypeError:
    """Return the fault of a value; argparse puts the option in front."""
    return argparse.ArgumentTypeError(f"{text!r}: geef {dutch} / give {english}")


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return what reads a whole number from `least` to `most`."""

    def read(text: str) -> int:
        found = int(text) if re.fullmatch(r"[+-]?[0-9]{1,18}", text.strip()) else least - 1
        if found < least or (most is not None and found > most):
            dutch = f"van {least} of meer" if most is None else f"van {least} tot en met {most}"
            english = f"of {least} or more" if most is None else f"from {least} to {most}"
            raise refused(text, f"een heel getal {dutch}", f"a whole number {english}")
        return found

    return read


def number(
    least: float = 0.0, most: float = math.inf, *, above: bool = False, below: bool = False
) -> Callable[[str], float]:
    """Return what reads a finite number from `least` to `most`, or above and below these."""

    def read(text: str) -> float:
        found = float(text) if NUMBER.fullmatch(text.strip()) else math.nan
        low = found > least if above else found >= least
        high = found < most if below else found <= most
        if not (math.isfinite(found) and low and high):
            dutch = f"boven {least:g}" if above else f"van {least:g} of meer"
            english = f"above {least:g}" if above else f"of {least:g} or more"
            if math.isfinite(most):
                dutch += f", {'onder' if below else 'hoogstens'} {most:g}"
                english += f", {'below' if below else 'at most'} {most:g}"
            raise refused(text, f"een getal {dutch}", f"a number {english}")
        return found

    return read


def day(text: str) -> date:
    """Read a day, not before 1900."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if found.year < FIRST_YEAR:
        raise refused(
            text,
            f"een dag zoals 2026-11-23, vanaf {FIRST_YEAR}",
            f"a day such as 2026-11-23, from {FIRST_YEAR}",
        )
    return found


def given(text: str) -> str:
    """Read a text that is not empty."""
    if not text.strip():
        raise refused(text, "een naam", "a name")
    return text.strip()


def one_of(*words: str) -> Callable[[str], str]:
    """Return what reads one of some words."""

    def read(text: str) -> str:
        if text not in words:
            raise refused(text, f"een van {', '.join(words)}", f"one of {', '.join(words)}")
        return text

    return read


def limits(text: str) -> tuple[float, ...]:
    """Read limits of bands: rising from 0, the last may be inf."""
    parts = [part.strip() for part in text.split(",")]
    found = [
        math.inf if part == "inf" else float(part) if NUMBER.fullmatch(part) else math.nan for part in parts
    ]
    if len(found) < 2 or found[0] != 0 or not all(low < high for low, high in pairwise(found)):
        raise refused(
            text,
            "getallen die bij 0 beginnen en oplopen, zoals 0,100,200",
            "numbers from 0 that rise, such as 0,100,200",
        )
    return tuple(found)


def names(text: str, known: Collection[str] = ()) -> list[str]:
    """Return the names in a list with commas; one between double quotes, or known as it is, may hold them."""
    if text.strip() in known:
        return [text.strip()]
    rows = list(csv.reader([text], skipinitialspace=True))
    return [name.strip() for name in (rows[0] if rows else []) if name.strip()]


def some_names(text: str) -> str:
    """Read a list that holds a name."""
    if not names(text):
        raise refused(text, "namen, zoals Kas,Sem", "names, such as Kas,Sem")
    return text


def apart(columns: Sequence[tuple[str, str | None]]) -> None:
    """Refuse one column for two things.

    Raises
    ------
    TableFault
        With both options.
    """
    seen: dict[str, str] = {}
    for option, column in columns:
        if column is None:
            continue
        if column in seen:
            raise TableFault(
                f"{seen[column]} and {option} both name the column {column}",
                f"{seen[column]} en {option} noemen allebei de kolom {column}",
            )
        seen[column] = option


def settings(args: argparse.Namespace, **more: Any) -> dict[str, Any]:
    """Return every setting of a command for its card: all arguments but files, the seed and how to print.

    Files are on the card by their hash, and the seed has a line of its own.
    """
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in vars(args).items()
        if name not in HIDDEN and not _is_files(value)
    } | more


def _is_files(value: Any) -> bool:
    return isinstance(value, Path) or (
        isinstance(value, list) and any(isinstance(one, Path) for one in value)
    )
