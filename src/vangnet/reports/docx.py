"""A factsheet as Word document, built in code: what the PDF says, for a municipality to edit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from vangnet.picture import store
from vangnet.reports.factsheet import Drawing, Factsheet
from vangnet.reports.paper import absolute
from vangnet.ui import formats
from vangnet.ui.tables import Shown, Table

FONT = "Arial"  # on every office machine, unlike our own
BRAND, INK, SOFT = RGBColor(0x12, 0x3A, 0x63), RGBColor(0x17, 0x22, 0x2E), RGBColor(0x4B, 0x59, 0x68)
TONES = {"good": RGBColor(0x14, 0x69, 0x3A), "bad": RGBColor(0xB0, 0x25, 0x1D)}


def render(sheet: Factsheet) -> bytes:
    """Return the factsheet as DOCX."""
    word = Document()
    styles(word)
    set_page(word, sheet.region, sheet.made_on)
    _properties(word, sheet)
    _first_page(word, sheet)
    _second_page(word, sheet)
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _first_page(word: Word, sheet: Factsheet) -> None:
    small(word.add_paragraph(), f"Factsheet voor de {sheet.audience}")
    word.add_heading(sheet.title, 1)
    word.add_paragraph(sheet.subtitle)
    small(word.add_paragraph(), f"Gemaakt op {formats.day(sheet.made_on)}. Status: {sheet.status}.")
    word.add_paragraph(sheet.summary)
    word.add_heading(sheet.figures_title, 2)
    _key_figures(word, sheet)
    if sheet.chart:
        word.add_heading(sheet.chart.title, 2)
        picture(word.add_paragraph(), sheet.chart, Mm(120))
    word.add_heading(sheet.peers_title, 2)
    table(word, sheet.peers, (44, 24, 20, 24, 64))
    if sheet.map:
        word.add_heading(sheet.map.title, 2)
        picture(word.add_paragraph(), sheet.map, Mm(42))


def _second_page(word: Word, sheet: Factsheet) -> None:
    word.add_heading(sheet.indicators_title, 2).paragraph_format.page_break_before = True
    wider = len(sheet.indicator_groups) - 2
    table(word, sheet.indicators, (34, 13, 14, 35, *(14, 30) * wider), groups=sheet.indicator_groups)
    for title, texts in (
        ("Zo leest u deze cijfers", sheet.reading),
        ("Wat de strategie zegt", sheet.strategy),
        ("Waarom dit kan afwijken van andere dashboards", sheet.caution),
    ):
        word.add_heading(title, 2)
        for text in texts:
            word.add_paragraph(text, style="List Bullet")
    word.add_heading("Bronnen", 2)
    table(word, sheet.sources, (88, 22, 30, 36))


def styles(word: Word) -> None:
    """Set letters, colours and language."""
    for name, size, colour, before, after in (
        ("Normal", 8.5, INK, 0, 3),
        ("Heading 1", 20, BRAND, 0, 2),
        ("Heading 2", 11, BRAND, 6, 2),
        ("List Bullet", 8.5, INK, 0, 1),
    ):
        style: Any = word.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), colour
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.line_spacing = 1.0
    mark_dutch(word)


def mark_dutch(word: Word) -> None:
    """Say that every text is Dutch, for who has it read aloud and for spelling."""
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "nl-NL")
    normal: Any = word.styles["Normal"]
    normal.element.get_or_add_rPr().append(language)
    for known in word.styles.element.iter(qn("w:lang")):
        known.set(qn("w:val"), "nl-NL")


def set_page(word: Word, region: str, made_on: date) -> None:
    """Set the paper, and what stands at the foot of each page."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(17)
    section.top_margin, section.bottom_margin = Mm(13), Mm(15)
    section.header_distance = section.footer_distance = Mm(7)
    footer = section.footer.paragraphs[0]
    small(footer, f"Vangnet {region}, gemaakt op {formats.day(made_on)}. Pagina ")
    _field(footer, "PAGE", "1")
    small(footer, " van ")
    _field(footer, "NUMPAGES", "2")


def _field(paragraph: Paragraph, code: str, shown: str) -> None:
    """Add a number that Word works out itself; `shown` stands there until it does."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    field.append(small(paragraph, shown)._r)
    paragraph._p.append(field)


def _properties(word: Word, sheet: Factsheet) -> None:
    about = word.core_properties
    about.title, about.subject, about.language = sheet.title, sheet.subtitle, "nl-NL"
    about.author = about.last_modified_by = f"Vangnet {sheet.region}"
    about.comments, about.keywords = sheet.status, "factsheet, gemeenteraad, veiligheid"
    about.created = about.modified = datetime.combine(sheet.made_on, time(), UTC)


def _key_figures(word: Word, sheet: Factsheet) -> None:
    grid = _grid(word, 2, [176 // len(sheet.key_figures)] * len(sheet.key_figures), sheet.figures_title, 1)
    for head, cell, one in zip(*(row.cells for row in grid.rows), sheet.key_figures, strict=True):
        _run(head.paragraphs[0], one.label, bold=True)
        _run(cell.paragraphs[0], one.value, size=16, bold=True, colour=BRAND)
        _run(cell.add_paragraph(), one.rate)
        _run(cell.add_paragraph(), one.change, bold=True, colour=TONES.get(one.tone, INK))
        if one.margin:
            small(cell.add_paragraph(), one.margin)
        _tight(cell)


def table(
    word: Word,
    table: Table,
    widths: Sequence[int],
    *,
    groups: Sequence[tuple[str, int]] = (),
    site: str = "",
) -> None:
    """Add a table with columns of these widths in millimetres; its links lead to `site`."""
    if not table.rows:
        small(word.add_paragraph(), table.note)
        return
    heading_rows = 2 if groups else 1
    grid = _grid(word, heading_rows + len(table.rows), widths, table.caption, heading_rows)
    at = 0
    for label, span in groups:
        cell = grid.cell(0, at).merge(grid.cell(0, at + span - 1))
        _run(cell.paragraphs[0], label, size=7.5, bold=True)
        at += span
    for cell, column in zip(grid.rows[heading_rows - 1].cells, table.columns, strict=True):
        _run(cell.paragraphs[0], column.label, size=7.5, bold=True)
    for cells, row in zip(list(grid.rows)[heading_rows:], table.shown, strict=True):
        for cell, (_, shown) in zip(cells.cells, row, strict=True):
            _value(cell, shown, site)
    for row in grid.rows:
        for cell, column in zip(row.cells, table.columns, strict=True):
            _tight(cell)
            if column.numeric:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if table.note:
        small(word.add_paragraph(), table.note)


def _value(cell: WordCell, shown: Shown, site: str) -> None:
    paragraph = cell.paragraphs[0]
    text = f"{shown.text} {shown.verdict}".rstrip()
    url = absolute(shown.url, site)
    if url:
        link(paragraph, text, url, size=7.5)
    else:
        _run(paragraph, text, size=7.5, bold=shown.tone in TONES, colour=TONES.get(shown.tone, INK))
    if shown.note:
        paragraph.add_run().add_break()
        _run(paragraph, shown.note, size=6.5, colour=SOFT)


def _grid(word: Word, rows: int, widths: Sequence[int], caption: str, heading_rows: int) -> WordTable:
    """Make an empty table whose first rows are marked as heading and come back on a next page."""
    grid: WordTable = word.add_table(rows, len(widths), style="Table Grid")
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    for row in list(grid.rows)[:heading_rows]:
        mark = OxmlElement("w:tblHeader")
        mark.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(mark)
    _describe(grid, caption)
    return grid


def _describe(grid: WordTable, caption: str) -> None:
    """Give the table its name for screen readers, and lines under its rows only."""
    properties: Any = grid._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{edge}")
        line.set(qn("w:val"), "single" if edge in ("bottom", "insideH") else "nil")
        line.set(qn("w:sz"), "4")
        line.set(qn("w:color"), "D7DEE6")
        borders.append(line)
    properties.find(qn("w:tblLayout")).addprevious(borders)
    text = OxmlElement("w:tblCaption")
    text.set(qn("w:val"), caption)
    properties.find(qn("w:tblLook")).addnext(text)


def _tight(cell: WordCell) -> None:
    for paragraph in cell.paragraphs:
        paragraph.paragraph_format.space_after = Pt(0)


def picture(paragraph: Paragraph, drawing: Drawing, width: int) -> None:
    """Add a picture with what it shows in words."""
    shape = paragraph.add_run().add_picture(BytesIO(store.png(drawing.picture)), width=width)
    about = shape._inline.docPr
    about.set("name", drawing.title)
    about.set("title", drawing.title)
    about.set("descr", drawing.text)


def link(paragraph: Paragraph, text: str, url: str, *, size: float = 8.5) -> None:
    """Add text that leads to an address."""
    place = OxmlElement("w:hyperlink")
    place.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = _run(paragraph, text, size=size, colour=BRAND)
    run.font.underline = True
    place.append(run._r)
    paragraph._p.append(place)


def small(paragraph: Paragraph, text: str) -> Run:
    """Add text that stands back."""
    return _run(paragraph, text, size=7, colour=SOFT)


def _run(
    paragraph: Paragraph, text: str, *, size: float = 8.5, bold: bool = False, colour: RGBColor = INK
) -> Run:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, colour
    return run
