"""What every reader of figures hands over: observations, and problems with a place and a remedy."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

FINAL: Final = "definitief"
PROVISIONAL: Final = "voorlopig"
ESTIMATE: Final = "schatting"
STATUSES: Final = (FINAL, PROVISIONAL, ESTIMATE)
MOST: Final = 10**12  # no figure about a region is larger: above it a cell holds something else

_CBS_PERIOD = re.compile(r"(?P<year>\d{4})(?:(?P<whole>JJ00)|MM(?P<month>0[1-9]|1[0-2]))")


class Unreadable(Exception):
    """A delivered file cannot be read at all; the message is Dutch and says how to mend it."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One published figure, in the codes of its source.

    `value` is None when the source did not publish it, which is never the same as 0.
    `month` is None for a figure about a whole year. `indicator` is the source's own code
    ("1.1.1"), `area` a code such as "GM0301" or "NL".
    """

    indicator: str
    area: str
    year: int
    month: int | None
    value: Decimal | float | None
    status: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was delivered, said in Dutch: what, where and how to mend it.

    `row` counts as a spreadsheet does: the first line of the file is 1. `value` shows the
    cell as it was. A problem that does not block is a remark: the line was skipped on
    purpose (a total, a footnote) and nothing has to be mended.
    """

    row: int | None
    column: str | None
    message: str
    value: str | None = None
    blocking: bool = True

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                f"rij {self.row}" if self.row is not None else "",
                f"kolom '{self.column}'" if self.column is not None else "",
            )
            if part
        )
        return f"{place[:1].upper()}{place[1:]}: {self.message}" if place else self.message


class ProblemLog:
    """The first problems in full and the number of all of them.

    A file with a million wrong lines must not become a million messages: after `limit`
    only the counters run on. Remarks and blocking problems have a limit each, so that a
    thousand footnotes do not hide the one error.
    """

    def __init__(self, limit: int = 500) -> None:
        self.limit = limit
        self.total = 0
        self.blocking = 0
        self._kept: list[Problem] = []
        self._kept_blocking = 0

    def add(self, problem: Problem) -> None:
        self.total += 1
        if problem.blocking:
            self.blocking += 1
            if self._kept_blocking < self.limit:
                self._kept_blocking += 1
                self._kept.append(problem)
        elif len(self._kept) - self._kept_blocking < self.limit:
            self._kept.append(problem)

    @property
    def omitted(self) -> int:
        """How many problems were counted but not kept."""
        return self.total - len(self._kept)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, index: int) -> Problem:
        return self._kept[index]


def cbs_period(code: str) -> tuple[int, int | None] | None:
    """Read a period code of Statistics Netherlands: year and month, or year and None.

    Quarters and half years give None: they would be counted twice beside their months.

    >>> cbs_period("2024JJ00"), cbs_period("2025MM01"), cbs_period("2024KW02")
    ((2024, None), (2025, 1), None)
    """
    found = _CBS_PERIOD.fullmatch(code.strip())
    if found is None:
        return None
    return int(found["year"]), None if found["whole"] else int(found["month"])


def year_code(year: int) -> str:
    """Period code of a whole year.

    >>> year_code(2024)
    '2024JJ00'
    """
    return f"{year}JJ00"


def month_codes(year: int) -> list[str]:
    """Period codes of the months of a year, one by one.

    A range from January to December would also catch the year's own total.

    >>> month_codes(2025)[:2]
    ['2025MM01', '2025MM02']
    """
    return [f"{year}MM{month:02}" for month in range(1, 13)]
