"""Reading figures that a municipality delivers as CSV or Excel, row by row, saying what is wrong where."""

import itertools
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, BinaryIO, Final

from vangnet.figures.cells import as_text, decimal_sign
from vangnet.figures.headings import FIGURES, LONG, Finder, Heading
from vangnet.figures.observations import Unreadable
from vangnet.figures.readings import Reading, Rules
from vangnet.figures.textfiles import TextFile
from vangnet.figures.workbooks import Workbook

MEGABYTE: Final = 1024 * 1024
MOST_ROWS: Final = 1_048_576


class Sheet:
    """A recognised table: its form is known, its figures are not read yet."""

    def __init__(self, name: str, source: TextFile | Workbook) -> None:
        self.name = name
        self._source = source
        self.kind = source.kind
        self.delimiter, self.encoding = source.delimiter, source.encoding
        self.sheet_name = source.sheet_name
        assert isinstance(source.heading, Heading)  # noqa: S101  found by the finder of figures
        self.heading = source.heading
        self.layout = self.heading.layout
        self.columns = self.heading.names
        self.notes = list(source.notes)
        if self.heading.ignored:
            self.notes.append(f"Niet gelezen kolommen: {', '.join(self.heading.ignored[:20])}.")

    @cached_property
    def decimal(self) -> tuple[str | None, str | None]:
        """The decimal sign, or None and the text that leaves it open; scans the figures once."""
        heading = self.heading
        if heading.layout == LONG:
            columns = [heading.roles["value"]]
        else:
            columns = [period[0] for period in heading.periods]
        texts = (
            row[column]
            for _, row in self.rows()
            for column in columns
            if column < len(row) and isinstance(row[column], str)
        )
        return decimal_sign(texts, counts=heading.counts)

    def rows(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """Rows below the heading that are not empty, with their line in the file.

        Raises
        ------
        Unreadable
            More rows than a worksheet can hold, or a damaged file.
        """
        start, width = self.heading.row, len(self.columns)
        for number, row in enumerate(itertools.islice(self._source.rows(), start, None), start=start + 1):
            if number > MOST_ROWS:
                raise Unreadable(
                    f"Het bestand heeft meer dan {MOST_ROWS:,} rijen.".replace(",", ".")
                    + " Splits het, bijvoorbeeld per jaar, en lever de delen apart aan."
                )
            if any(row) or 0 in row:
                if len(row) < width and self.kind == "xlsx":
                    # Excel leaves out the empty cells at the end of a row; a text file must not.
                    row = [*row, *[None] * (width - len(row))]
                yield number, row

    def sample(self, count: int = 5) -> list[list[str]]:
        """The first rows as text, to show before reading."""
        return [[as_text(cell) for cell in row] for _, row in itertools.islice(self.rows(), count)]

    def read(self, rules: Rules) -> Reading:
        """Start reading under the given rules; see `Reading`."""
        return Reading(self, rules)


def open_sheet(file: BinaryIO, name: str, *, max_bytes: int = 50 * MEGABYTE) -> Sheet:
    """Recognise a delivered file with figures; see `open_source`."""
    return Sheet(name, open_source(file, name, max_bytes=max_bytes))


def open_source(
    file: BinaryIO, name: str, *, max_bytes: int = 50 * MEGABYTE, finder: Finder = FIGURES
) -> TextFile | Workbook:
    """Recognise a delivered file by the headings that `finder` looks for.

    `file` must be seekable; `name` is the name the user gave it.

    Raises
    ------
    Unreadable
        Too large (refused before it is read), empty, another kind of file than its name
        says, damaged, protected, or without headings that we know.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size > max_bytes:
        raise Unreadable(
            f"Het bestand is {size // MEGABYTE} MB; toegestaan is {max_bytes // MEGABYTE} MB. "
            "Splits het, bijvoorbeeld per jaar, of lever alleen de benodigde kolommen aan."
        )
    if size == 0:
        raise Unreadable("Het bestand is leeg. Controleer of het goed is opgeslagen en kies het opnieuw.")
    body = file.read(max_bytes + 1)
    kind = _kind(body, os.path.splitext(name)[1].casefold())
    return Workbook(body, finder=finder) if kind == "xlsx" else TextFile(body, finder)


def _kind(body: bytes, ending: str) -> str:
    """Tell the kind from the first bytes; the name must agree."""
    if body.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in body:
            raise Unreadable("De werkmap is met een wachtwoord beveiligd. Sla haar op zonder wachtwoord.")
        raise Unreadable("Dit is een Excel-bestand van voor 2007 (.xls). Sla het op als .xlsx of als CSV.")
    if body.startswith(b"PK"):
        if ending not in (".xlsx", ".xlsm"):
            raise Unreadable(
                f"Het bestand heet '{ending or 'zonder extensie'}' maar is een Excel-werkmap of ander "
                "ingepakt bestand. Geef het de naam .xlsx, of sla het op als CSV."
            )
        return "xlsx"
    for mark, what in ((b"%PDF", "een PDF"), (b"\x89PNG", "een afbeelding"), (b"\x1f\x8b", "ingepakt")):
        if body.startswith(mark):
            raise Unreadable(f"Dit bestand is {what}, geen tabel. Lever een .xlsx of .csv aan.")
    if ending in (".xlsx", ".xlsm", ".xls"):
        raise Unreadable(
            f"Het bestand heet '{ending}' maar is geen Excel-werkmap. "
            "Open het in Excel en sla het op als .xlsx, of geef het de naam .csv."
        )
    return "csv"
