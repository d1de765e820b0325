"""Periods of a file in order of time, or a refusal when their names do not tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from vangnet.analysis.disclosure.faults import TableFault

YEAR = 4  # digits
FIRST_YEAR = 1900
MONTHS, QUARTERS = 12, 4
MOST_NAMED = 5
_QUARTER = re.compile(r"[0-9]{4}\W*[KkQq]\w*\W*[1-4]")
_MONTH = re.compile(r"[0-9]{4}[-/ ]?(?:MM|M|m)?[0-9]{1,2}")
_NUMBER = re.compile(r"[0-9]+")


def in_order(periods: Iterable[str], column: str) -> list[str]:
    """Return periods by the numbers in them: 2 comes before 10, and 2017-2 before 2017-10.

    Raises
    ------
    TableFault
        If they are written in more than one way, hold no number, stand for the same one twice,
        or hold several numbers of which the first is no year.
    """
    found = sorted(set(periods), key=lambda period: (_numbers(period), period))
    for one, other in pairwise(found):
        if not (_is_clear(one) and _is_clear(other) and _shape(one) == _shape(other)) or (
            _numbers(one) == _numbers(other)
        ):
            raise TableFault(
                f"the order of {one!r} and {other!r} is not clear; write all periods as numbers (1, 2, 3) "
                "or alike with the year first (2017, 2017-03, 2017-K1)",
                f"de volgorde van {one!r} en {other!r} is niet duidelijk; schrijf alle perioden als getal "
                "(1, 2, 3) of op dezelfde manier met het jaar voorop (2017, 2017-03, 2017-K1)",
                column=column,
            )
    return found


def _is_clear(period: str) -> bool:
    numbers = _NUMBER.findall(period)
    return len(numbers) == 1 or (len(numbers) > 1 and len(numbers[0]) == YEAR)


def _shape(period: str) -> str:
    return _NUMBER.sub("0", period)


def _numbers(period: str) -> list[tuple[int, str]]:
    """Return the numbers as something to sort by, however many digits they have."""
    digits = [found.lstrip("0") for found in _NUMBER.findall(period)]
    return [(len(one), one) for one in digits]


def check_time(periods: Sequence[str], today: date, rows: dict[str, int], column: str) -> None:
    """Refuse a period with a year before 1900, and one that is not over.

    Raises
    ------
    TableFault
        With the first row of the period. Periods that are numbers without a year cannot be checked.
    """
    for period in periods:
        found = _place(period)
        if found is None:
            continue
        year, part, of = found
        if year < FIRST_YEAR:
            why = (f"lies before {FIRST_YEAR}; mistyped?", f"ligt voor {FIRST_YEAR}; een tikfout?")
        elif (year, part) > (now := (today.year, (today.month - 1) * of // MONTHS)):
            why = ("lies in the future; leave it out", "ligt in de toekomst; laat die periode weg")
        elif (year, part) == now:
            why = ("is not over yet; leave it out", "is nog niet voorbij; laat die periode weg")
        else:
            continue
        raise TableFault(f"{period} {why[0]}", f"{period} {why[1]}", row=rows[period], column=column)


def missing(periods: Sequence[str]) -> list[str]:
    """Return the periods between the first and the last that nobody has a line for, as far as that shows."""
    places = [_place(period) or _plain(period) for period in periods]
    if not periods or any(place is None or place[2] != places[0][2] for place in places if places[0]):
        return []
    numbers = [place[0] * place[2] + place[1] for place in places if place is not None]
    if len(numbers) < len(periods):
        return []
    of = places[0][2] if places[0] else 1
    gaps = [number for one, other in pairwise(numbers) for number in range(one + 1, min(other, one + 1000))]
    named = [_name(number, of, periods[0]) for number in gaps[:MOST_NAMED]]
    return [*named, *(["..."] if len(gaps) > MOST_NAMED else [])]


Place = tuple[int, int, int]  # year, part of it from 0, parts of a year


def _place(period: str) -> Place | None:
    """Return where a period with a year in front lies."""
    numbers = _NUMBER.findall(period)
    if not numbers or len(numbers[0]) != YEAR or not period.startswith(numbers[0]):
        return None
    year, last = int(numbers[0]), int(numbers[-1])
    if len(numbers) == 1:
        return (year, 0, 1) if period == numbers[0] else None
    if _QUARTER.fullmatch(period):
        return year, last - 1, QUARTERS
    return (year, last - 1, MONTHS) if _MONTH.fullmatch(period) and 1 <= last <= MONTHS else None


def _plain(period: str) -> Place | None:
    return (int(period), 0, 1) if period.isascii() and period.isdigit() else None


def _name(number: int, of: int, like: str) -> str:
    """Return the name of a period, written like another one."""
    year, part = divmod(number, of)
    if of == 1:
        return str(number)
    found = list(_NUMBER.finditer(like))
    wide = len(found[-1][0]) if found[-1][0].startswith("0") or len(found[-1][0]) > 1 else 1
    return f"{year}{like[found[0].end() : found[-1].start()]}{part + 1:0{wide}d}"
