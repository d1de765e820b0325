"""Periods of a file in order of time, or a refusal when their names do not tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from vangnet.analysis.disclosure.faults import TableFault

YEAR = 4  # digits
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
