"""A document of a meeting as Word document, for a secretary to edit."""

from __future__ import annotations

from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

from docx import Document as WordDocument
from docx.shared import Mm, Pt

from vangnet.reports.docx import FONT, mark_dutch
from vangnet.reports.meeting import Document, Grid
from vangnet.ui import formats


def render(document: Document) -> bytes:
    """Return the document as DOCX."""
    word: Any = WordDocument()
    _page(word, document)
    word.add_heading(document.title, 1)
    word.add_paragraph(document.subtitle)
    for label, text in document.facts:
        _labelled(word, label, text)
    _table(word, document.contents)
    for section in document.sections:
        word.add_heading(section.title, 2)
        word.add_paragraph(section.note)
        for label, text in section.parts:
            _labelled(word, label, text)
    for grid in document.tables:
        _table(word, grid)
    word.add_paragraph(f"Gemaakt met Vangnet {document.region} op {formats.day(document.made_on)}.")
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _labelled(word: Any, label: str, text: str) -> None:
    paragraph = word.add_paragraph()
    paragraph.add_run(f"{label}: ").bold = True
    first, *others = text.split("\n")
    paragraph.add_run(first)
    for line in others:
        word.add_paragraph(line)


def _table(word: Any, grid: Grid) -> None:
    word.add_heading(grid.title, 2)
    if not grid.rows:
        word.add_paragraph(grid.none)
        return
    table = word.add_table(rows=1, cols=len(grid.columns), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, grid.columns, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    for row in grid.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _page(word: Any, document: Document) -> None:
    """Set the page, and leave no name of a writer behind."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    word.styles["Normal"].font.name, word.styles["Normal"].font.size = FONT, Pt(10.5)
    mark_dutch(word)
    told, when = word.core_properties, datetime.combine(document.made_on, time(), UTC)
    told.title, told.language, told.created, told.modified = document.title, "nl-NL", when, when
    told.author = told.last_modified_by = f"Vangnet {document.region}"
    told.comments = ""
