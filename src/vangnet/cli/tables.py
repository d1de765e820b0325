"""Reads tables for analysis from CSV, XLSX and Parquet, and writes results whole or not at all."""

from __future__ import annotations

import argparse
import csv
import io
import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vangnet.analysis.cards import sha256
from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.disclosure.hierarchy import Hierarchy, flat, from_paths
from vangnet.analysis.disclosure.table import Record
from vangnet.cli import options, outputs, parquet
from vangnet.figures.export import harmless

THOUSANDS = re.compile(r"[0-9]{1,3}([.,])000(\1[0-9]{3})*")  # 12.000 is twelve, or twelve thousand
MOST_BYTES = 1_000_000_000  # of a file, read whole


@dataclass(frozen=True)
class Sheet:
    """The lines of a file, with the line number of each."""

    path: Path
    content: bytes
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def column(self, name: str) -> int:
        """Return the place of a column, or say which columns there are, or that it is there twice."""
        if name not in self.columns:
            known = ", ".join(self.columns)
            raise TableFault(
                f"{self.path.name} has no column {name}; it has {known}",
                f"{self.path.name} heeft geen kolom {name}; er zijn: {known}",
                row=1,
            )
        if self.columns.count(name) > 1:
            raise TableFault(
                f"{self.path.name} has {self.columns.count(name)} columns {name}; rename or remove one",
                f"{self.path.name} heeft {self.columns.count(name)} kolommen {name}; hernoem er "
                "een of haal hem weg",
                row=1,
            )
        return self.columns.index(name)


def read(path: Path) -> Sheet:
    """Read a CSV file (comma, semicolon or tab; UTF-8), the first sheet of an XLSX file, or Parquet."""
    if path.stat().st_size > MOST_BYTES:
        raise TableFault(
            f"{path.name} is larger than {MOST_BYTES // 10**6} MB; split it, or add lines up first",
            f"{path.name} is groter dan {MOST_BYTES // 10**6} MB; splits het, of tel regels eerst op",
        )
    content = path.read_bytes()
    kind = path.suffix.lower()
    if kind == ".parquet":
        lines = parquet.lines(path)
    else:
        lines = _workbook(content, path) if kind == ".xlsx" else _text(content, path)
    if not lines:
        sheet = ("the first sheet of ", "het eerste blad van ") if kind == ".xlsx" else ("", "")
        raise TableFault(f"{sheet[0]}{path.name} is empty", f"{sheet[1]}{path.name} is leeg", row=1)
    head = tuple(cell.strip() for cell in lines[0][1])
    rows = []
    for number, cells in lines[1:]:
        if len(cells) > len(head):
            raise TableFault(
                f"{len(cells)} cells under {len(head)} columns",
                f"{len(cells)} cellen onder {len(head)} kolommen",
                row=number,
            )
        rows.append((number, (*(cell.strip() for cell in cells), *[""] * (len(head) - len(cells)))))
    return Sheet(path, content, head, tuple(rows))


def _text(content: bytes, path: Path) -> list[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise TableFault(
            f"{path.name} is not UTF-8; save it as CSV UTF-8",
            f"{path.name} is geen UTF-8; sla het op als CSV UTF-8",
            row=row,
        ) from error
    first = text.partition("\n")[0]
    parquet.check_size(path, text.count("\n"), 1 + max(map(first.count, ";,\t")))
    reader = csv.reader(io.StringIO(text), delimiter=max(";,\t", key=first.count))
    return [
        (reader.line_num, [_as_meant(cell) for cell in cells])
        for cells in reader
        if any(cell.strip() for cell in cells)
    ]


def _as_meant(cell: str) -> str:
    """Take the quote away that `as_csv` puts before a text, so that codes stay the same code."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def _workbook(content: bytes, path: Path) -> list[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:
        raise TableFault("this is not an XLSX file", "dit is geen XLSX-bestand") from error
    found = []
    for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
        parquet.check_size(path, number, len(cells))
        found.append((number, ["" if cell is None else str(cell) for cell in cells]))
    return [(number, cells) for number, cells in found if any(cell.strip() for cell in cells)]


def figure(text: str, row: int, column: str) -> float | None:
    """Read a number with a point or a comma for decimals; empty is None."""
    if not text:
        return None
    plain = text.replace(" ", "").replace(",", ".") if text.count(",") == 1 and "." not in text else text
    if not options.NUMBER.fullmatch(plain):
        raise TableFault(f"{text!r} is not a number", f"{text!r} is geen getal", row=row, column=column)
    return float(plain)


def count(text: str, row: int, column: str, *, hint: tuple[str, str] = ("", "")) -> float:
    """Read a count: a whole number of 0 or more; the hint says in English and Dutch what else to do."""
    value = figure(text, row, column)
    if value is None or not math.isfinite(value) or value < 0 or value != int(value):
        raise TableFault(
            f"a count must be a whole number of 0 or more, not {text or 'empty'}{hint[0]}",
            f"een aantal moet een heel getal van 0 of meer zijn, niet {text or 'leeg'}{hint[1]}",
            row=row,
            column=column,
        )
    if THOUSANDS.fullmatch(text):
        plain = text.replace(".", "").replace(",", "")
        raise TableFault(
            f"{text} can be read in two ways; write {plain} for thousands",
            f"{text} is op twee manieren te lezen; schrijf {plain} als het duizendtallen zijn",
            row=row,
            column=column,
        )
    return value


def records(sheet: Sheet, dimensions: Sequence[str], columns: Mapping[str, str]) -> list[Record]:
    """Return the lines of a sheet; `columns` names those of value, contributors, largest, second."""
    places = [sheet.column(name) for name in dimensions]
    figures = {role: sheet.column(name) for role, name in columns.items()}
    result = []
    for number, cells in sheet.rows:
        for place in places:
            if not cells[place]:
                raise TableFault("no code", "geen code", row=number, column=sheet.columns[place])
        key = tuple(cells[place] for place in places)
        found = {role: figure(cells[at], number, sheet.columns[at]) for role, at in figures.items()}
        result.append(Record(key, found.pop("value"), number, **found))
    return result


def hierarchies(
    sheet: Sheet, dimensions: Sequence[str], nests: Mapping[str, str], total: str
) -> dict[str, Hierarchy]:
    """Return how codes add up: by a column of the sheet, by a file, or all to one total."""
    result = {}
    for name in dimensions:
        nest = nests.get(name)
        place = sheet.column(name)
        if nest is None:
            result[name] = flat((cells[place] for _, cells in sheet.rows), total=total)
        elif nest in sheet.columns:
            above = sheet.column(nest)
            pairs = [(number, (cells[above], cells[place])) for number, cells in sheet.rows]
            result[name] = _paths([pair for pair in pairs if pair[1][1] != total], total, name)
        elif not Path(nest).is_file():
            raise TableFault(
                f"--nest {name}={nest}: no such column and no such file",
                f"--nest {name}={nest}: geen kolom en geen bestand met die naam",
            )
        else:
            other = read(Path(nest))
            result[name] = _paths(list(other.rows), total, name)
    return result


def _paths(rows: Sequence[tuple[int, Sequence[str]]], total: str, column: str) -> Hierarchy:
    """Make a hierarchy; a fault names the line of the file that it is in."""
    try:
        return from_paths([cells for _, cells in rows], total=total, column=column, first_row=0)
    except TableFault as fault:
        if fault.row is None:
            raise
        message = (fault.english.partition(": ")[2], fault.dutch.partition(": ")[2])
        raise TableFault(*message, row=rows[fault.row][0], column=column) from None


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return a CSV file in which no text is a formula to a spreadsheet; numbers stay numbers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in [columns, *rows]:
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue().encode()


def as_xlsx(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return an XLSX file in which every text is text, also `=1+1`."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("tabel")

    def typed(value: Any) -> Any:
        if not isinstance(value, str) or value == "":
            return None if value == "" else value
        cell = WriteOnlyCell(sheet, value=value)
        cell.data_type = "s"  # the library takes a text with = in front for a formula
        return cell

    for row in [columns, *rows]:
        sheet.append([typed(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return _without_clock(out.getvalue())


def _without_clock(book: bytes) -> bytes:
    """Return a workbook without the moment at which it was made: same input, same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def plain(value: float) -> float | int:
    """Return a whole figure as a whole number."""
    return int(value) if value == int(value) else round(value, 6)


def hashes(contents: Mapping[Path, bytes]) -> dict[str, str]:
    """Return the SHA-256 of files by name; of files that share a name, by the path as it was given."""
    names = [path.name for path in contents]
    return {
        path.name if names.count(path.name) == 1 else str(path): sha256(content)
        for path, content in contents.items()
    }


def inputs(args: argparse.Namespace) -> list[Path]:
    """Return the files that a command reads."""
    found = []
    for name, value in vars(args).items():
        many = value if isinstance(value, list) else [value]
        paths = [one for one in many if isinstance(one, Path)]
        if name == "nest" and value:  # by a column, or by a file
            nests = [one[1] for one in value] if isinstance(value, list) else [value]
            paths = [Path(nest) for nest in nests if Path(nest).is_file()]
        found += [] if name in ("out", "engine_python") else paths
    return found


def write_all(files: Mapping[Path, bytes], read: Sequence[Path] = ()) -> None:
    """Write files, all or none: what went wrong halfway is put back as it was.

    Raises
    ------
    TableFault
        If a file to write is a directory, or one of those in `read`.
    OSError
        If one cannot be written.
    """
    outputs.check(list(files), read)
    outputs.write(files)
