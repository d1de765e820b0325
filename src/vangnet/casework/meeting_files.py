"""The list of decisions of a weekly meeting as CSV or Word document, marked, without anybody in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any
from uuid import UUID

from django.utils import timezone
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Mm, Pt

from vangnet.casework import meeting_pages
from vangnet.casework.letters import BLANK, stamp
from vangnet.casework.meeting_reading import Agenda
from vangnet.figures.export import Stamp, to_csv
from vangnet.identity.models import User
from vangnet.ui.formats import day, moment
from vangnet.vault.desks import Choices

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MARKING = "TLP:AMBER: alleen voor wie aan het weegoverleg deelneemt"
TYPES = {"csv": "text/csv; charset=utf-8", "docx": WORD}


def written(
    known: Agenda, extension: str, *, title: str, places: Choices, mark: UUID, by: User, at: datetime
) -> bytes:
    """Return the list in one of the forms of `TYPES`, with the mark under which the log knows who made it."""
    rows = meeting_pages.decisions(known, places)
    made = f"op {moment(timezone.localtime(at))}, kenmerk {mark}"
    if extension == "csv":
        return to_csv(meeting_pages.COLUMNS, rows, stamp=Stamp(MARKING, f"Gemaakt voor {by} {made}"))
    return _word(known, rows, title, f"Gemaakt {made}")


def _word(known: Agenda, rows: list[list[Any]], title: str, made: str) -> bytes:
    word = Document()
    _page(word, title)
    stamp(word, MARKING, made)
    word.add_heading(title, 1)
    word.add_paragraph(f"Aanwezig: {meeting_pages.organisations(known)}")
    counted = ", ".join(f"{name.lower()}: {n}" for name, n in meeting_pages.counted(known))
    word.add_paragraph(f"{len(rows)} punten. {counted.capitalize()}")
    table = word.add_table(rows=1, cols=len(meeting_pages.COLUMNS), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, meeting_pages.COLUMNS, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    for row in rows:
        for cell, told in zip(table.add_row().cells, row, strict=True):
            cell.text = _shown(told)
    word.add_paragraph(f"Vastgesteld: {BLANK}")
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _shown(told: Any) -> str:
    if isinstance(told, date):
        return day(told)
    return "" if told is None else str(told)


def _page(word: Any, title: str) -> None:
    """Set the page and leave no name of a writer behind."""
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(17)
    normal: Any = word.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(9)
    told, when = word.core_properties, datetime.combine(timezone.localdate(), time(), UTC)
    told.title, told.language, told.created, told.modified = title, "nl-NL", when, when
    told.author = told.last_modified_by = told.comments = ""
