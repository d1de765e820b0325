"""Documents of a meeting: agenda for a tablet, list of decisions and minutes."""

from __future__ import annotations

import io
import re

import pypdfium2
import pytest
import typst
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document

from vangnet.identity.operator import service_session
from vangnet.meetings import actions
from vangnet.meetings.models import Paper
from vangnet.meetings.tests.conftest import Secretary
from vangnet.reports import meeting
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db
MARKUP = "Kosten: 100% #let x = [*]_<b>$"


@pytest.fixture
def travelled(frank, hugo):
    """A matter that came from a district with a reservation, on a held agenda of the steering group."""
    twente, bbg = Secretary(frank, "dvo-twente"), Secretary(hugo, "bbg")
    stop = twente.raise_matter("Vakantieparken", caveats=MARKUP)
    paper = typst.compile(b"Bladzijde een van het plan\n#pagebreak()\nBladzijde twee", format="pdf")
    with twente.session():
        kind = {"name": "Plan.pdf", "kind": "application/pdf", "size": len(paper), "content": paper}
        actions.add_paper(Paper(matter=stop.matter, **kind), **twente.acting())
        broken = {"name": "Stuk.pdf", "kind": "application/pdf", "size": 8, "content": b"%PDF-1.7"}
        actions.add_paper(Paper(matter=stop.matter, **broken), **twente.acting())
    twente.held(stop)
    twente.rule(stop, "doorgestuurd", to=bbg.body, reservations="Mits geld.")
    (waits,) = bbg.waiting()
    sitting = bbg.held(waits)
    bbg.attend(sitting)
    bbg.rule(waits, words="De groep besluit zo.")
    return sitting


def fetch(person, sitting, name):
    answer = browser(person).get(f"/rapporten/vergadering/{sitting.pk}/{name}")
    assert answer.status_code == 200
    return answer.content


def read(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return " ".join(" ".join(sheet.get_textpage().get_text_bounded() for sheet in document).split())
    finally:
        document.close()


def test_the_agenda_has_notes_and_where_an_item_has_been_and_is_tagged(travelled, anna):
    content = fetch(anna, travelled, "agenda.pdf")
    told = read(content)

    assert b"pdfuaid:part" in content
    for text in (
        "Agenda Bestuurlijke Begeleidingsgroep",
        "Gevraagd besluit",
        "Mits geld.",
        "DVO Twente",
        "Plan.pdf",
    ):
        assert text in told
    assert MARKUP in told


def test_many_items_that_travelled_cost_as_many_questions_as_one(travelled, frank, hugo, anna):
    twente, bbg = Secretary(frank, "dvo-twente"), Secretary(hugo, "bbg")
    stops = [twente.raise_matter(f"Punt {number}") for number in range(5)]
    twente.held(*stops)
    for stop in stops:
        twente.rule(stop, "doorgestuurd", to=bbg.body, reservations=f"Mits {stop.matter.title}.")
    many = bbg.held(*bbg.waiting())

    def asked(sitting):
        with service_session(anna), CaptureQueriesContext(connection) as found:
            document = meeting.gather(sitting.pk, "agenda", "pdf", user=anna, on=timezone.localdate())
        return document, len(found)

    one, few = asked(travelled)
    document, all_of_them = asked(many)
    assert (len(one.sections), len(document.sections)) == (1, 5)
    assert few == all_of_them
    for number, section in enumerate(document.sections):
        assert f"Mits Punt {number}." in dict(section.parts)["Eerder"]


def test_a_set_has_the_papers_behind_it_and_says_which_could_not_be(travelled, anna):
    told = read(fetch(anna, travelled, "vergaderset.pdf"))

    assert "Bladzijde een van het plan" in told
    assert "Bladzijde twee" in told
    assert re.search(r"Stuk.pdf Dit stuk is niet opgenomen", told)


def test_list_and_minutes_say_who_was_there_and_what_was_decided(travelled, anna):
    for name in ("besluitenlijst.pdf", "notulen.pdf"):
        assert "De groep besluit zo." in read(fetch(anna, travelled, name))
    for name, full in (("besluitenlijst.docx", False), ("notulen.docx", True)):
        word = Document(io.BytesIO(fetch(anna, travelled, name)))
        text = "\n".join(one.text for one in word.paragraphs)
        cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
        assert "De groep besluit zo." in text
        assert ("Aanleiding" in text) == full
        assert "Greet Bakker" in cells
        assert word.core_properties.author.startswith("Vangnet")


@pytest.mark.attack("A-01")
def test_there_is_no_document_for_outsiders_and_no_list_before_the_meeting(outsider, hugo, anna, travelled):
    planned = Secretary(hugo, "bbg").plan()

    assert outsider.get(f"/rapporten/vergadering/{travelled.pk}/agenda.pdf").status_code == 302
    for name in ("besluitenlijst.pdf", "agenda.docx", "anders.pdf"):
        assert browser(anna).get(f"/rapporten/vergadering/{planned.pk}/{name}").status_code == 404
