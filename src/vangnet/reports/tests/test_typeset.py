"""A sign that our fonts lack costs a box in the text, and never the document."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
import typst

from vangnet.reports import meeting_pdf, note_pdf, typeset
from vangnet.reports.tests.reading_back import pdf_pages, squeezed
from vangnet.reports.tests.test_meeting import fetch, read, travelled  # noqa: F401  a fixture
from vangnet.reports.tests.test_note import paper  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
ODD = "\uf0b7 Stap ✅ 😀 中 1\ufe0f\u20e3\ufeff klaar \x07 'x' \"y\" \\ €"
DAY = date(2026, 11, 26)
SEEN = "• Stap □ □ □ 1 klaar □ 'x' \"y\" \\ €"


@pytest.mark.parametrize("name", ["besluitenlijst", "notulen", "agenda"])
def test_a_document_of_a_meeting_shows_a_box_for_a_sign_without_a_letter(travelled, anna, monkeypatch, name):  # noqa: F811
    content = meeting_pdf._content
    monkeypatch.setattr(meeting_pdf, "_content", lambda *told: content(*told) | {"title": ODD})
    file = fetch(anna, travelled, f"{name}.pdf")

    assert SEEN in read(file)
    assert b"pdfuaid:part" in file


def test_the_public_note_with_an_emoji_in_a_goal_is_still_made(paper):  # noqa: F811
    first, *rest = paper.sections
    file = note_pdf.render(replace(paper, sections=(replace(first, texts=(ODD,)), *rest)))

    assert squeezed(SEEN) in squeezed("".join(pdf_pages(file)))
    assert b"pdfuaid" in file


def test_all_that_is_kept_after_a_failure_has_a_letter(tmp_path):
    """Or the second attempt could fail as the first did."""
    every = (chr(code) for code in range(0x20, 0x10000) if not 0xD800 <= code < 0xE000)
    signs = [one for one in every if not typeset.UNSURE.match(one) and unicodedata.category(one) != "Cn"]
    template = tmp_path / "all.typ"
    words = "#json(bytes(sys.inputs.all)).text"
    template.write_text(
        '#set document(title: "x")\n#set text(lang: "nl", font: "Source Sans Pro")\n'
        f"= All\n{words} #strong({words[1:]}) #emph({words[1:]})"
    )

    for made in (" ".join(signs), "".join(signs)):
        assert typeset.render(template, "all", {"text": made}, made_on=DAY)
    assert typeset.LACKING in signs


def test_another_fault_of_a_template_is_no_missing_letter(tmp_path):
    template = tmp_path / "wrong.typ"
    template.write_text("#unknown")

    with pytest.raises(typst.TypstError, match=re.escape("unknown")):
        typeset.render(template, "x", {}, made_on=DAY)
