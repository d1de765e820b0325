"""A paper in sections as Word document: what the PDF says, to be edited."""

from __future__ import annotations

from datetime import UTC, datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as Word
from docx.shared import Mm

from vangnet.reports import docx
from vangnet.reports.paper import SOURCES, Paper, Section, absolute
from vangnet.ui import formats
from vangnet.ui.tables import Table

WIDTHS = {2: (36, 140), 4: (70, 36, 28, 42)}
DATED = (24, 50, 52, 50)


def render(paper: Paper) -> bytes:
    """Return the paper as DOCX."""
    word = Document()
    docx.styles(word)
    docx.set_page(word, paper.region, paper.made_on)
    _properties(word, paper)
    word.add_heading(paper.title, 1)
    word.add_paragraph(paper.subtitle)
    told = f"Gemaakt op {formats.day(paper.made_on)}. Status: {paper.status}."
    docx.small(word.add_paragraph(), told)
    for section in paper.sections:
        _section(word, section, paper.site)
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _section(word: Word, section: Section, site: str) -> None:
    word.add_heading(section.title, 2)
    for text in section.texts:
        word.add_paragraph(text)
    for point in section.points:
        word.add_paragraph(point, style="List Bullet")
    if section.drawing:
        docx.picture(word.add_paragraph(), section.drawing, Mm(100))
        docx.small(word.add_paragraph(), section.drawing.title)
    if section.table:
        docx.table(word, section.table, _widths(section.table), site=site)
    if section.sources:
        word.add_heading(SOURCES, 3)
    for source in section.sources:
        item, url = word.add_paragraph(style="List Bullet"), absolute(source.url, site)
        if url:
            docx.link(item, source.text, url)
        else:
            item.add_run(source.text)


def _widths(table: Table) -> tuple[int, ...]:
    return DATED if table.columns[0].kind == "date" else WIDTHS[len(table.columns)]


def _properties(word: Word, paper: Paper) -> None:
    about = word.core_properties
    about.title, about.subject, about.language = paper.title, paper.subtitle, "nl-NL"
    about.author = about.last_modified_by = f"Vangnet {paper.region}"
    about.comments, about.keywords = paper.status, "veiligheidsstrategie, nota"
    about.created = about.modified = datetime.combine(paper.made_on, time(), UTC)
