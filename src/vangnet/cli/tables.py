"""Reads tables for analysis from CSV and XLSX, and writes results whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.disclosure.hierarchy import Hierarchy, flat, from_paths
from vangnet.analysis.disclosure.table import Record


@dataclass(frozen=True)
class Sheet:
    """The lines of a file, with the line number of each."""

    path: Path
    content: bytes
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def column(self, name: str) -> int:
        """Return the place of a column, or say which columns there are."""
        if name not in self.columns:
            known = ", ".join(self.columns)
            raise TableFault(
                f"{self.path.name} has no column {name}; it has {known}",
                f"{self.path.name} heeft geen kolom {name}; er zijn: {known}",
                row=1,
            )
        return self.columns.index(name)


def read(path: Path) -> Sheet:
    """Read a CSV file (comma, semicolon or tab; UTF-8) or the first sheet of an XLSX file."""
    content = path.read_bytes()
    lines = _workbook(content) if path.suffix.lower() == ".xlsx" else _text(content, path)
    if not lines:
        raise TableFault(f"{path.name} is empty", f"{path.name} is leeg", row=1)
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
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(";,\t", key=first.count))
    return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]


def _workbook(content: bytes) -> list[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:
        raise TableFault("this is not an XLSX file", "dit is geen XLSX-bestand") from error
    lines = enumerate(book.worksheets[0].iter_rows(values_only=True), start=1)
    found = [(number, ["" if cell is None else str(cell) for cell in cells]) for number, cells in lines]
    return [(number, cells) for number, cells in found if any(cell.strip() for cell in cells)]


def figure(text: str, row: int, column: str) -> float | None:
    """Read a number with a point or a comma for decimals; empty is None."""
    if not text:
        return None
    plain = text.replace(" ", "").replace(",", ".") if text.count(",") == 1 and "." not in text else text
    try:
        return float(plain)
    except ValueError:
        raise TableFault(
            f"{text!r} is not a number", f"{text!r} is geen getal", row=row, column=column
        ) from None


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
    """Return a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def as_xlsx(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return an XLSX file."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("tabel")
    for row in [columns, *rows]:
        sheet.append([None if cell == "" else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plain(value: float) -> float | int:
    """Return a whole figure as a whole number."""
    return int(value) if value == int(value) else round(value, 6)


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write files beside their places first and rename them at the end: all new, or none touched."""
    waiting: list[tuple[str, Path]] = []
    try:
        for path, content in files.items():
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            waiting.append((name, path))
            with os.fdopen(handle, "wb") as file:
                file.write(content)
        for name, path in waiting:
            os.replace(name, path)
    finally:
        for name, _ in waiting:
            Path(name).unlink(missing_ok=True)
