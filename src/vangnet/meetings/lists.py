"""Reading an old list of decisions from a workbook or CSV: a line per decision, with what is wrong in it."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from vangnet.directory.forms import FIRST_DAY
from vangnet.directory.models import Body
from vangnet.meetings.models import MOST_WORDS, Ruling
from vangnet.strategy.words import ODD
from vangnet.vault.kinds import KINDS, FileRefused, recognise
from vangnet.vault.personal import find_bsn

MOST_ROWS: Final = 500
SEARCHED: Final = 20  # lines in which the headings may stand
COLUMNS: Final = {
    "day": ("datum", "vergadering", "datum vergadering"),
    "title": ("onderwerp", "punt", "agendapunt"),
    "outcome": ("uitkomst",),
    "words": ("besluit", "motivering", "besluit en motivering"),
    "reservations": ("voorbehoud", "voorbehouden"),
}
MARKS: Final = ";,\t"
NEEDED: Final = ("day", "title", "words")
# What an old list may say: whatever was held over or forwarded then has run its course.
OUTCOMES: Final = {
    "": Ruling.Outcome.DECIDED,
    "besloten": Ruling.Outcome.DECIDED,
    "akkoord": Ruling.Outcome.DECIDED,
    "afgewezen": Ruling.Outcome.REFUSED,
    "niet akkoord": Ruling.Outcome.REFUSED,
    "ter kennis genomen": Ruling.Outcome.NOTED,
    "kennis": Ruling.Outcome.NOTED,
}
WRITTEN: Final = ("%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y")
ONLY: Final = "Lever een Excel-werkmap (xlsx) of een CSV-bestand aan."
HEADINGS: Final = (
    "Er staan geen bruikbare kopjes in. Zet op één regel: Datum, Onderwerp, Uitkomst, Besluit en Voorbehoud."
)


@dataclass(frozen=True)
class Line:
    """A decision as an old list tells it; `fault` says why it cannot be taken over."""

    number: int
    day: date | None
    title: str
    outcome: str
    words: str
    reservations: str
    fault: str = ""

    @property
    def outcome_name(self) -> str:
        """Return the outcome in words."""
        return Ruling.Outcome(self.outcome).label if self.outcome in Ruling.Outcome.values else self.outcome


def read(file: Any, *, today: date) -> list[Line]:
    """Return the lines of a file.

    Raises
    ------
    FileRefused
        It is of another kind, cannot be read, has no headings, or is too long; the message is Dutch.
    """
    kind = recognise(file, file.name or "")
    if kind not in (KINDS["xlsx"], KINDS["csv"]):
        raise FileRefused(ONLY)
    rows = _workbook(file) if kind == KINDS["xlsx"] else _text(file)
    places: dict[str, int] = {}
    found: list[Line] = []
    for number, row in enumerate(rows, start=1):
        if not places:
            places = _headings(row)
            if not places and number >= SEARCHED:
                break
        elif any(str(cell or "").strip() for cell in row):
            found.append(_line(number, row, places, today))
        if len(found) > MOST_ROWS:
            raise FileRefused(f"Dit zijn meer dan {MOST_ROWS} besluiten. Verdeel ze over meer bestanden.")
    if not places:
        raise FileRefused(HEADINGS)
    if not found:
        raise FileRefused("Onder de kopjes staat niets.")
    return found


def placed(lines: Iterable[Line], body: Body, taken: Container[date]) -> list[Line]:
    """Return lines with what is wrong with their day: no such body then, or a list that was taken over."""
    return [line if line.fault else replace(line, fault=_misplaced(line.day, body, taken)) for line in lines]


def _misplaced(day: date | None, body: Body, taken: Container[date]) -> str:
    if day not in body.period:
        return "Dit overleg bestond niet op deze dag."
    return "Van deze dag is al een oude besluitenlijst overgenomen." if day in taken else ""


def _workbook(file: Any) -> Iterator[Sequence[Any]]:
    import openpyxl  # takes long to load, and few pages need it

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # the size that a sheet claims may be a lie of a million empty rows
        yield from itertools.islice(sheet.iter_rows(values_only=True, max_col=20), 5000)
    except Exception as fault:  # openpyxl fails in many ways on a damaged part
        raise FileRefused("De werkmap is beschadigd en niet te lezen. Sla haar opnieuw op.") from fault


def _text(file: Any) -> Iterator[Sequence[Any]]:
    body = file.read()
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", errors="replace")
    try:
        yield from itertools.islice(csv.reader(io.StringIO(text), delimiter=_mark(text)), 5000)
    except csv.Error as fault:
        raise FileRefused("Dit CSV-bestand is niet te lezen. Sla het opnieuw op.") from fault


def _mark(text: str) -> str:
    """Return what stands between the cells: that with which the headings are found, on whatever line."""
    for mark in MARKS:
        rows = itertools.islice(csv.reader(io.StringIO(text), delimiter=mark), SEARCHED)
        if any(_headings(row) for row in rows):
            return mark
    return max(MARKS, key=text.split("\n", 1)[0].count)


def _headings(row: Sequence[Any]) -> dict[str, int]:
    """Return which column tells what; nothing when what is needed is not all there."""
    names = [str(cell or "").strip().casefold() for cell in row]
    places = {
        field: next((at for at, name in enumerate(names) if name in known), -1)
        for field, known in COLUMNS.items()
    }
    return places if all(places[field] >= 0 for field in NEEDED) else {}


def _line(number: int, row: Sequence[Any], places: dict[str, int], today: date) -> Line:
    told = {field: row[at] if 0 <= at < len(row) else None for field, at in places.items()}
    day = _day(told["day"])
    texts = {field: _plain(told[field]) for field in ("title", "words", "reservations")}
    said = _plain(told["outcome"]).casefold()
    outcome = OUTCOMES.get(said, said)
    return Line(number, day, outcome=str(outcome), **texts, fault=_fault(day, outcome, texts, today))


def _fault(day: date | None, outcome: str, texts: dict[str, str], today: date) -> str:
    if day is None:
        return "De datum is niet te lezen. Schrijf haar als 31-12-2020."
    if day < FIRST_DAY:
        return "Deze dag ligt voor 1900. Kijk of het jaar vier cijfers heeft."
    if day > today:
        return "Deze dag moet nog komen."
    if not texts["title"] or not texts["words"]:
        return "Onderwerp of besluit ontbreekt."
    if len(texts["title"]) > 200 or max(map(len, texts.values())) > MOST_WORDS:
        return f"Te lang: een onderwerp heeft hoogstens 200 tekens, een besluit {MOST_WORDS}."
    if outcome not in OUTCOMES.values():
        return "Kies als uitkomst: besloten, afgewezen of ter kennis genomen."
    if find_bsn(" ".join(texts.values())):
        return "Hier staat iets dat een burgerservicenummer lijkt. Haal het weg."
    return ""


def _day(told: Any) -> date | None:
    if isinstance(told, datetime):
        return told.date()
    if isinstance(told, date):
        return told
    for form in WRITTEN:
        try:
            return datetime.strptime(str(told or "").strip(), form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return None


def _plain(told: Any) -> str:
    text = re.sub(r"\r\n?", "\n", str(told if told is not None else ""))
    return "".join(sign for sign in text if ord(sign) not in ODD).strip()
