"""Reading an Excel workbook that came from outside: first look, then unpack."""

import io
import itertools
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from vangnet.figures.headings import FIGURES, SEARCHED_ROWS, AnyHeading, Finder
from vangnet.figures.observations import Unreadable

MEGABYTE: Final = 1024 * 1024
MOST_COLUMNS: Final = 500
REMEDY: Final = (
    "Open het bestand in Excel, kopieer de cijfers als waarden naar een nieuwe werkmap en bewaar die."
)
# A formula without a stored outcome; openpyxl would show it as an empty cell.
UNCALCULATED: Final = "#ONBEREKEND"
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OVERLAP = 16


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a workbook may unfold. A large honest sheet packs 10 to 40 times."""

    unpacked: int = 600 * MEGABYTE
    in_memory: int = 100 * MEGABYTE  # any part that is not a sheet is held in memory as a whole
    ratio: int = 250
    entries: int = 2_000


class Workbook:
    """A workbook; the first visible sheet with usable headings is read.

    Raises
    ------
    Unreadable
        It is no sound workbook, it unfolds too far, or no sheet has usable headings.
    """

    kind = "xlsx"
    delimiter: str | None = None
    encoding: str | None = None

    def __init__(self, body: bytes, limits: Limits | None = None, finder: Finder = FIGURES) -> None:
        self._formulas = _inspect(body, limits or Limits())
        self._body, self._finder = body, finder
        self.notes: list[str] = []
        try:
            self._values = self._load(values=True)
            self.sheet_name, self.heading = self._recognise()
            self._written = self._load(values=False) if self._formulas else None
        except Unreadable:
            raise
        except Exception as fault:  # openpyxl fails in many ways on a damaged part
            raise Unreadable(f"De werkmap is beschadigd en niet te lezen. {REMEDY}") from fault

    def rows(self) -> Iterator[Sequence[object]]:
        """Read all rows of the chosen sheet from the start."""
        width = len(self.heading.names)
        rows = self._rows(self._values, self.sheet_name, width)
        try:
            if self._written is None:
                yield from rows
            else:
                written = self._rows(self._written, self.sheet_name, width)
                for shown, typed in zip(rows, written, strict=False):
                    yield [_outcome(*pair) for pair in itertools.zip_longest(shown, typed)]
        except Unreadable:
            raise
        except Exception as fault:  # as above, in a part that is only read now
            raise Unreadable(f"Het werkblad '{self.sheet_name}' is beschadigd. {REMEDY}") from fault

    def _load(self, *, values: bool) -> Any:
        import openpyxl  # loaded here: see export.to_xlsx

        return openpyxl.load_workbook(
            io.BytesIO(self._body), read_only=True, data_only=values, keep_links=False
        )

    def _rows(self, book: Any, name: str, width: int = MOST_COLUMNS) -> Iterator[Sequence[object]]:
        sheet = book[name]
        # The size that a sheet claims may be a lie of a million empty rows.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True, max_col=width):
            yield [str(cell) if isinstance(cell, bool) else cell for cell in row]

    def _recognise(self) -> tuple[str, AnyHeading]:
        sheets = [sheet for sheet in self._values.worksheets if sheet.sheet_state == "visible"]
        first: list[list[Sequence[object]]] = []
        for sheet in sheets:
            rows = list(itertools.islice(self._rows(self._values, sheet.title), SEARCHED_ROWS))
            heading = self._finder.find(rows)
            if heading:
                if len(self._values.worksheets) > 1:
                    others = len(self._values.worksheets) - 1
                    self.notes.append(f"Gelezen is werkblad '{sheet.title}'; {others} ander(e) niet.")
                return sheet.title, heading
            first.append(rows)
        filled = [rows for rows in first if any(any(cell is not None for cell in row) for row in rows)]
        if not filled:
            raise Unreadable("De werkmap bevat geen zichtbaar werkblad met cijfers.")
        raise self._finder.missing(filled[0])


def _outcome(shown: object, typed: object) -> object:
    # An array formula is an object with the range that it fills.
    is_formula = (isinstance(typed, str) and typed.startswith("=")) or hasattr(typed, "ref")
    return UNCALCULATED if shown is None and is_formula else shown


def _inspect(body: bytes, limits: Limits) -> bool:
    """Check the archive before anything parses it; says whether a sheet holds formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = archive.infolist()
            _check_directory(entries, limits)
            return _read_through(archive, entries, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as fault:
        raise Unreadable(f"De werkmap is beschadigd of afgebroken. {REMEDY}") from fault


def _check_directory(entries: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    names = [entry.filename for entry in entries]
    if "xl/workbook.xml" not in names:
        if "mimetype" in names or "content.xml" in names:
            raise Unreadable(
                "Dit is een OpenDocument-bestand. Sla het op als Excel-werkmap (.xlsx) of als CSV."
            )
        raise Unreadable("Dit is een ingepakt bestand maar geen Excel-werkmap. Lever een .xlsx of .csv aan.")
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise Unreadable("De werkmap bevat macro's. Sla haar op als Excel-werkmap zonder macro's (.xlsx).")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise Unreadable(f"De werkmap verwijst naar andere bestanden. {REMEDY}")
    if any(map(_is_odd, entries)):
        raise Unreadable(f"De werkmap heeft een ongewone opbouw en is niet gelezen. {REMEDY}")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("De werkmap is met een wachtwoord beveiligd. Sla haar op zonder wachtwoord.")
    total = sum(entry.file_size for entry in entries)
    if len(names) != len(set(names)) or len(names) > limits.entries:
        raise Unreadable(f"De werkmap heeft een ongewone opbouw en is niet gelezen. {REMEDY}")
    if total > limits.unpacked:
        raise _too_large(limits)
    for entry in entries:
        if entry.file_size > limits.in_memory and not entry.filename.startswith("xl/worksheets/"):
            raise _too_large(limits)
        if entry.file_size > MEGABYTE and entry.file_size > limits.ratio * max(entry.compress_size, 1):
            raise _too_large(limits)


def _is_odd(entry: zipfile.ZipInfo) -> bool:
    """Say whether a part leads out of the workbook, is a link, or is an archive itself."""
    steps = re.split(r"[/\\]", entry.filename)
    leaves = not steps[0] or ".." in steps or ":" in entry.filename
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return leaves or is_link or steps[-1].casefold().endswith((".zip", ".rar", ".7z", ".gz", ".jar"))


def _read_through(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], limits: Limits) -> bool:
    """Unpack every part once, counting: the directory may lie about the sizes."""
    total, formulas = 0, False
    for entry in entries:
        sheet = entry.filename.startswith("xl/worksheets/")
        tail = b""
        with archive.open(entry) as part:
            while piece := part.read(256 * 1024):
                total += len(piece)
                if total > limits.unpacked:
                    raise _too_large(limits)
                window = tail + piece
                if _DECLARATION.search(window) or _DECLARATION.search(window.replace(b"\0", b"")):
                    raise Unreadable(f"De werkmap bevat een documentdeclaratie en is geweigerd. {REMEDY}")
                formulas = formulas or (sheet and _FORMULA.search(window) is not None)
                tail = window[-_OVERLAP:]
    return formulas


def _too_large(limits: Limits) -> Unreadable:
    return Unreadable(
        "De werkmap is uitgepakt veel groter dan ze eruitziet "
        f"(toegestaan: {limits.unpacked // MEGABYTE} MB) en is geweigerd. {REMEDY}"
    )
