"""Reading a text file with separated values, however it was saved."""

import codecs
import csv
import io
import itertools
from collections.abc import Iterator
from typing import Final

from vangnet.figures.headings import FIGURES, SEARCHED_ROWS, AnyHeading, Finder, UnclearHeading
from vangnet.figures.observations import Unreadable

DELIMITERS: Final = (";", "\t", ",", "|")
REMEDY: Final = "Sla het bestand opnieuw op, in Excel met Opslaan als > CSV UTF-8."
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TextFile:
    """A file with separated values; finds encoding, separator and headings when made.

    Raises
    ------
    Unreadable
        The bytes are no text, or no row of headings was found.
    """

    kind = "csv"
    sheet_name: str | None = None

    def __init__(self, body: bytes, finder: Finder = FIGURES) -> None:
        self._body, self._finder = body, finder
        self.encoding = _encoding(body)
        self.notes: list[str] = []
        self.delimiter, self.heading = self._recognise()

    def rows(self) -> Iterator[list[str]]:
        """Read all rows from the start, the named separator of Excel included."""
        return self._rows(self.delimiter)

    def _rows(self, delimiter: str) -> Iterator[list[str]]:
        text = io.TextIOWrapper(io.BytesIO(self._body), encoding=self.encoding, newline="")
        # Strict: a quote that is never closed would swallow the rest of the file in one cell.
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        try:
            yield from reader
        except csv.Error as fault:
            raise Unreadable(
                f"Rond regel {reader.line_num} kloppen de aanhalingstekens niet of is een cel te lang. "
                'Zet een tekst met een aanhalingsteken helemaal tussen " en verdubbel het teken erin.'
            ) from fault

    def _recognise(self) -> tuple[str, AnyHeading]:
        """Take the separator with which the headings make most columns."""
        fitting: list[tuple[str, AnyHeading]] = []
        refusals: list[Unreadable] = []
        for delimiter in self._candidates():
            try:
                rows = list(itertools.islice(self._rows(delimiter), SEARCHED_ROWS))
                heading = self._finder.find(rows)
            except Unreadable as fault:
                refusals.append(fault)
                continue
            if heading:
                fitting.append((delimiter, heading))
            else:
                refusals.append(self._finder.missing(rows))
        if fitting:
            return max(fitting, key=lambda found: len(found[1].names))
        unclear = [fault for fault in refusals if isinstance(fault, UnclearHeading)]
        # The refusal that found most is about the right separator: its list of faults is shortest.
        raise unclear[0] if unclear else min(refusals, key=lambda fault: len(str(fault)))

    def _candidates(self) -> tuple[str, ...]:
        first = self._body[:64].decode(self.encoding, "ignore").lstrip("\ufeff").splitlines()
        named = first[0].strip().casefold() if first else ""
        if named.startswith("sep=") and len(named) == 5:
            return (named[4],)
        return DELIMITERS


def _encoding(body: bytes) -> str:
    for mark, name in _MARKS:
        if body.startswith(mark):
            _check(body, name)
            return name
    guess = _unmarked_utf16(body[:4096])
    if guess:
        _check(body, guess)
        return guess
    if b"\0" in body:
        row = body[: body.index(b"\0")].count(b"\n") + 1
        raise Unreadable(f"Rij {row} bevat een NUL-teken: dit is geen gewone tekst. {REMEDY}")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        _check(body, "cp1252")
        return "cp1252"
    return "utf-8"


def _check(body: bytes, encoding: str) -> None:
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as fault:
        row = body[: fault.start].count(b"\n") + 1
        raise Unreadable(
            f"Rij {row} bevat een teken dat niet te lezen is (byte 0x{body[fault.start]:02x}). {REMEDY}"
        ) from fault
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise Unreadable(f"Rij {row} bevat een NUL-teken: dit is geen gewone tekst. {REMEDY}")


def _unmarked_utf16(start: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of western text is zero."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > len(start) / 5 and not even:
        return "utf-16-le"
    if even > len(start) / 5 and not odd:
        return "utf-16-be"
    return None
