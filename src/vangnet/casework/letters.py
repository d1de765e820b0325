"""A letter about a measure as Word document: text of the region pack with article, dates and case number.

There is nobody in it: name and address are lines to fill in, in the municipality's own office.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from io import BytesIO
from string import Template
from typing import Any
from uuid import UUID

from django.utils import timezone
from docx import Document
from docx.document import Document as Word
from docx.shared import Mm, Pt

from vangnet.casework.models import Case, Letter, Measure
from vangnet.ui.formats import day, moment

BLANK = "…………………………………………………………"
TO_FILL_IN = ("Naam", "Adres", "Postcode en plaats")
MARKING = "TLP:AMBER: concept, alleen voor wie aan deze zaak werkt"
LEAVES = "Haal deze regel en de markering boven de bladzijde weg voordat de brief uitgaat."


def values(case: Case, measure: Measure, place: str) -> dict[str, str]:
    """Return what a text of the pack may name as `$name`."""
    return {
        "gemeente": place,
        "datum": day(timezone.localdate()),
        "nummer": case.number,
        "maatregel": measure.kind.name,
        "artikel": measure.kind.article,
        "bevoegd": measure.kind.get_competent_display(),
        "vanaf": day(measure.since),
        "tot": day(measure.until) if measure.until else BLANK,
    }


def render(letter: Letter, case: Case, measure: Measure, place: str, *, mark: UUID, at: datetime) -> bytes:
    """Return the letter as DOCX; of who made it, it holds the mark under which the log knows them."""
    told = values(case, measure, place)
    word = Document()
    _properties(word, letter)
    stamp(word, MARKING, f"Gemaakt op {moment(timezone.localtime(at))}, kenmerk {mark}. {LEAVES}")
    for line in TO_FILL_IN:
        word.add_paragraph(f"{line}: {BLANK}")
    word.add_paragraph(f"{told['gemeente']}, {told['datum']}")
    word.add_paragraph(f"Zaaknummer: {told['nummer']}")
    word.add_heading(Template(letter.subject).safe_substitute(told), 1)
    for paragraph in letter.paragraphs:
        word.add_paragraph(Template(paragraph).safe_substitute(told))
    word.add_paragraph(f"{told['bevoegd']},")
    word.add_paragraph(f"Handtekening: {BLANK}")
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def stamp(word: Word, marking: str, words: str) -> None:
    """Put the marking above and for what it was made below every page."""
    section = word.sections[0]
    for part, text in ((section.header, marking), (section.footer, words)):
        part.paragraphs[0].add_run(text).font.size = Pt(8)


def _properties(word: Word, letter: Letter) -> None:
    """Set the page and leave no name of a writer behind."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    normal: Any = word.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10.5)
    told, when = word.core_properties, datetime.combine(timezone.localdate(), time(), UTC)
    told.title, told.language, told.created, told.modified = letter.name, "nl-NL", when, when
    told.author = told.last_modified_by = told.comments = ""
