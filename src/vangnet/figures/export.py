"""Writing tables for a spreadsheet, so that no text in them comes to life as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

Cell = str | int | float | Decimal | date | bool | None
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNWRITABLE: Final = {code: None for code in range(32) if code not in (9, 10, 13)}


@dataclass(frozen=True, slots=True)
class Stamp:
    """How far a file may go, and for whom and when it was made; below its rows and on every printed page."""

    marking: str
    words: str


def harmless(text: str) -> str:
    """Put a quote before a text that a spreadsheet would take for a formula.

    >>> harmless("=1+1"), harmless("Voorbeeldstad"), harmless("  @som"), harmless("-")
    ("'=1+1", 'Voorbeeldstad', "'  @som", '-')
    """
    text = text.translate(_UNWRITABLE)
    if text == "-":
        return text
    return f"'{text}" if text.startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS) else text


def to_csv(
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    decimal_comma: bool = True,
    stamp: Stamp | None = None,
) -> bytes:
    """Write a table as UTF-8 with mark and semicolons, the form that a Dutch Excel opens.

    Numbers stay numbers; None becomes an empty cell; texts are made harmless.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(name) for name in columns])
    for row in rows:
        writer.writerow([_plain(cell, decimal_comma) for cell in row])
    if stamp:
        writer.writerows([[], [harmless(stamp.marking)], [harmless(stamp.words)]])
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str = "Cijfers",
    stamp: Stamp | None = None,
) -> bytes:
    """Write a table as an Excel workbook with one sheet and a fixed, bold row of headings."""
    # Loaded here: the library takes longer to load than most pages, and few pages write a workbook.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    book.properties.creator = ""  # the library puts its own name there
    sheet = book.create_sheet(_sheet_title(title))
    sheet.freeze_panes = "A2"
    head = []
    for name in columns:
        cell = WriteOnlyCell(sheet, value=harmless(name))
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for row in rows:
        sheet.append([_typed(cell) for cell in row])
    if stamp:
        for line in ([], [harmless(stamp.marking)], [harmless(stamp.words)]):
            sheet.append(line)
        sheet.oddHeader.center.text = stamp.marking
        sheet.oddFooter.center.text = stamp.words.replace("&", "&&")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _plain(cell: Cell, decimal_comma: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, float | Decimal):
        shown = f"{cell:f}" if isinstance(cell, Decimal) else repr(cell)
        return shown.replace(".", ",") if decimal_comma else shown
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _typed(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, datetime) and cell.tzinfo is not None:
        # A workbook knows no time zones.
        return cell.isoformat()
    return cell


def _sheet_title(title: str) -> str:
    """A sheet has a name of at most 31 characters, without \\ / * ? : [ ]."""
    return "".join(letter for letter in title if letter not in "\\/*?:[]")[:31].strip("' ") or "Blad1"
