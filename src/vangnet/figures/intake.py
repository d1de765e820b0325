"""From a file or a published table to a prepared import: read, check, put beside the figures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from vangnet.figures import actions
from vangnet.figures.actions import Delivery
from vangnet.figures.models import Import, Indicator, Status
from vangnet.figures.observations import MOST, Observation, Problem, ProblemLog
from vangnet.figures.readings import Reading
from vangnet.figures.register import Register
from vangnet.figures.sheets import Sheet
from vangnet.figures.tables import Download
from vangnet.identity.models import User

Progress = Callable[[int], None]
MONTH, YEAR = "m", "j"


@dataclass(frozen=True, slots=True)
class Terms:
    """What whoever delivers says about the figures, because the file or table does not."""

    source: str
    borders_on: date | None  # None: each figure on the borders of its own year
    indicator: Indicator | None = None
    status: str = Status.FINAL.value
    decimal: str | None = None
    title: str = ""


def take_file(
    sheet: Sheet,
    file: BinaryIO,
    terms: Terms,
    *,
    by: User,
    at: datetime,
    progress: Progress = lambda done: None,
) -> Import:
    """Prepare the figures of a recognised file; with a blocking problem the import is kept as refused.

    Raises
    ------
    NotPermitted
        `by` may not bring in figures.
    Unreadable
        The file turns out to be damaged further on, or lacks a column that is needed.
    """
    register = Register(today=at.date())
    rules = register.rules(
        borders_on=terms.borders_on, indicator=terms.indicator, status=terms.status, decimal=terms.decimal
    )
    reading = sheet.read(rules)
    file.seek(0)
    delivery = Delivery(
        title=(terms.title or sheet.name)[:200],
        source=terms.source,
        checksum=_checksum(file),
        borders_on=terms.borders_on,
        reading=_how_read(sheet, terms),
    )
    lines = _file_lines(reading, register, terms.borders_on, progress)
    return actions.prepare(delivery, lines, problems=reading.problems, by=by, at=at)


def _checksum(file: BinaryIO) -> str:
    total = hashlib.sha256()
    while part := file.read(1 << 20):
        total.update(part)
    return total.hexdigest()


def _how_read(sheet: Sheet, terms: Terms) -> dict[str, Any]:
    heading = sheet.heading
    return {
        "file": sheet.name,
        "kind": sheet.kind,
        "delimiter": sheet.delimiter,
        "encoding": sheet.encoding,
        "decimal": terms.decimal or sheet.decimal[0],
        "sheet": sheet.sheet_name,
        "layout": sheet.layout,
        "heading_row": heading.row,
        "roles": {role: heading.names[index] for role, index in heading.roles.items()},
        "periods": [heading.names[period[0]] for period in heading.periods],
        "columns": list(sheet.columns[:30]),
        "sample": [row[:30] for row in sheet.sample()],
        "notes": list(sheet.notes),
        "status": terms.status,
    }


def _file_lines(
    reading: Reading, register: Register, borders_on: date | None, progress: Progress
) -> Iterator[str]:
    """Turn rows into lines for COPY; the hot loop, so everything that repeats is worked out once."""
    ids = {code: row.pk for code, row in register.indicators.items()}
    moments: dict[tuple[int, int | None], str] = {}
    days: dict[tuple[int, int | None], str] = {}
    for chunk in reading.chunks():
        for indicator, area, year, month, value, status, number in chunk:
            when = (year, month)
            if when not in moments:
                moments[when], days[when] = _period(year, month), (borders_on or date(year, 1, 1)).isoformat()
            if month and date(year, month, 1) > register.today:
                reading.problems.add(_future(number, year, month))
                continue
            if not month and year == register.today.year and status == Status.FINAL:
                reading.problems.add(_unfinished(number, year))
                status = Status.PROVISIONAL.value
            if value is not None and value % 1:
                reading.problems.add(_fraction(number, value))
            shown = "\\N" if value is None else value
            yield f"{ids[indicator]}\t{area}\t{moments[when]}\t{shown}\t{status}\t{days[when]}\n"
        progress(reading.count)


def _period(year: int, month: int | None) -> str:
    return f"{MONTH if month else YEAR}\t{year}-{month or 1:02}-01"


def _unfinished(row: int | None, year: int) -> Problem:
    text = f"het jaar {year} is nog niet voorbij; dit cijfer wordt als voorlopig opgeslagen."
    return Problem(row, None, text, str(year), blocking=False)


def _fraction(row: int | None, value: Any) -> Problem:
    shown = f"{value:g}".replace(".", ",")
    text = f"{shown} is geen heel getal. Controleer of dit een aantal is en geen gemiddelde of percentage."
    return Problem(row, None, text, shown, blocking=False)


def _future(row: int | None, year: int, month: int) -> Problem:
    text = f"de maand {month}-{year} ligt in de toekomst. Verbeter de periode."
    return Problem(row, None, text, f"{year}-{month:02}")


def take_table(download: Download, terms: Terms, *, by: User, at: datetime) -> Import:
    """Prepare the figures of a published table that was fetched completely.

    Areas that are not in this region are left out. Without an offence column in the table the figures are
    about `terms.indicator`.

    Raises
    ------
    NotPermitted
        `by` may not bring in figures.
    Unreachable
        The fetched pages were damaged on disk; fetch the table again.
    """
    register = Register(today=at.date())
    problems = ProblemLog()
    delivery = Delivery(
        title=(terms.title or f"{download.title} ({download.selection.table})")[:200],
        source=terms.source,
        checksum=download.checksum,
        borders_on=terms.borders_on,
        reading={"table": download.selection.table, "title": download.title, "modified": download.modified},
    )
    lines = _table_lines(download, terms, register, problems)
    return actions.prepare(delivery, _then(lines, download, problems), problems=problems, by=by, at=at)


def _table_lines(
    observations: Iterable[Observation], terms: Terms, register: Register, problems: ProblemLog
) -> Iterator[str]:
    seen: set[tuple[int, str, int, int | None]] = set()
    for number, found in enumerate(observations, start=1):
        area = register.area(found.area)
        indicator = terms.indicator or register.indicators.get(found.indicator)
        if area is None or indicator is None:
            continue
        day = terms.borders_on or date(found.year, 1, 1)
        key = (indicator.pk, area, found.year, found.month)
        reason = register.why_not(area, day)
        if reason is None and key in seen:
            reason = f"het cijfer voor {indicator.name}, {area}, {found.year} staat twee keer in de tabel."
        if reason is None and found.value is not None and found.value < 0:
            reason = f"het cijfer voor {indicator.name}, {area}, {found.year} is kleiner dan nul."
        if reason is None and found.value is not None and found.value > MOST:
            reason = f"het cijfer voor {indicator.name}, {area}, {found.year} is te groot voor een aantal."
        # A table on today's borders may list areas that are gone, without a figure: nothing is lost then.
        if reason is not None and not (found.value is None and not register.exists(area, day)):
            problems.add(Problem(number, None, reason, str(found.value)))
        if reason is not None:
            continue
        seen.add(key)
        value = None if found.value is None else float(found.value)
        period = (YEAR if found.month is None else MONTH, date(found.year, found.month or 1, 1).isoformat())
        yield actions.staged_line((indicator.pk, area, *period, value, found.status, day.isoformat()))
    if not seen and not problems.blocking:
        text = "de tabel heeft geen enkel cijfer over gebieden en soorten cijfers van deze regio."
        problems.add(Problem(None, None, text))


def _then(lines: Iterable[str], download: Download, problems: ProblemLog) -> Iterator[str]:
    """Hand over the lines, and after the last one what the reader of the table had to say."""
    yield from lines
    for problem in download.problems:
        problems.add(problem)
