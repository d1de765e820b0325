"""The text of a plan comes out of a PDF or a Word file, with limits, and neither is kept."""

from __future__ import annotations

import io
import subprocess
import tracemalloc
import zipfile
from types import SimpleNamespace

import pytest
import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from vangnet.identity.operator import service_session
from vangnet.strategy import paper_text, word_text
from vangnet.strategy.choosing import Criterion
from vangnet.strategy.tests.test_choosing import ChoosingDesk, locked  # noqa: F401  a fixture
from vangnet.vault.kinds import FileRefused

PLAN = "Water is onze prioriteit. Vuur is hier geen prioriteit."


def pdf(tmp_path, text: str = PLAN) -> bytes:
    source = tmp_path / "plan.typ"
    source.write_text(text)
    return bytes(typst.compile(source, format="pdf"))


def word(*paragraphs: str, heading: str = "") -> bytes:
    made, target = Document(), io.BytesIO()
    if heading:
        made.add_heading(heading, level=1)
    for text in paragraphs:
        made.add_paragraph(text)
    made.add_paragraph("Minder brand", style="List Bullet")
    made.save(target)
    return target.getvalue()


def read(name: str, body: bytes) -> str:
    return paper_text.read(SimpleUploadedFile(name, body))


def test_words_come_out_of_a_pdf_page_by_page(tmp_path):
    text = read("plan.pdf", pdf(tmp_path, f"{PLAN} #pagebreak() Op bladzijde twee."))

    assert "Water is onze prioriteit." in " ".join(text.split())
    assert "Op bladzijde twee." in text


def test_a_heading_of_a_word_file_stands_alone_and_an_item_begins_with_a_dash():
    text = read("plan.docx", word(PLAN, heading="Water"))

    assert f"\n\nWater\n\n\n{PLAN}" in text
    assert "- Minder brand" in text


@pytest.mark.attack("A-29", "A-30")
@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("plan.pdf", b"", "leeg"),
        ("plan.pdf", b"%PDF-1.7\n" + bytes(200), "beschadigd"),
        ("plan.txt", b"Gewone tekst", "Kies een pdf of een Word-bestand"),
        ("plan.docx", word()[:900], "past niet bij de extensie"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(name, body, said):
    with pytest.raises(FileRefused, match=said):
        read(name, body)


@pytest.mark.attack("A-30", "A-32")
def test_a_file_that_is_too_long_a_scan_or_broken_inside_is_refused(tmp_path, monkeypatch):
    with pytest.raises(FileRefused, match="staat geen tekst"):
        read("scan.pdf", pdf(tmp_path, "#rect()"))
    monkeypatch.setattr(paper_text, "MOST_PAGES", 2)
    with pytest.raises(FileRefused, match="te lang"):
        read("lang.pdf", pdf(tmp_path, "Een #pagebreak() twee #pagebreak() drie"))
    monkeypatch.setattr(paper_text, "MOST_SIGNS", 20)
    for name, body in (("lang.pdf", pdf(tmp_path)), ("lang.docx", word(PLAN))):
        with pytest.raises(FileRefused, match="te lang"):
            read(name, body)
    monkeypatch.undo()
    monkeypatch.setattr(paper_text, "MOST_ELEMENTS", 5)
    with pytest.raises(FileRefused, match="te lang"):
        read("lang.docx", word(PLAN))
    broken = io.BytesIO(word())
    with zipfile.ZipFile(broken) as old, zipfile.ZipFile(target := io.BytesIO(), "w") as new:
        for part in old.namelist():
            new.writestr(part, b"<w:document" if part == "word/document.xml" else old.read(part))
    with pytest.raises(FileRefused, match="beschadigd"):
        read("plan.docx", target.getvalue())


@pytest.mark.attack("A-30", "A-32", "A-34")
def test_a_pdf_is_taken_apart_by_a_program_that_knows_nothing_and_is_stopped_in_time(monkeypatch):
    asked: list[dict[str, object]] = []

    def late(program, **told):
        asked.append({"program": program, **told})
        raise subprocess.TimeoutExpired(program, told["timeout"])

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(FileRefused, match="te lang"):
        read("plan.pdf", b"%PDF-1.7 een plan")
    assert asked[0]["env"] == {}
    assert "-I" in asked[0]["program"]

    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=-9, stdout=b""))
    with pytest.raises(FileRefused, match="beschadigd"):
        read("plan.pdf", b"%PDF-1.7 een plan")


@pytest.mark.attack("A-30")
def test_what_was_read_of_a_word_file_takes_no_room_and_too_much_stops_only_its_own_process():
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<w:document xmlns:w="{space}"><w:body>'.encode()
    body += b"<w:p><w:r><w:t>Een</w:t></w:r></w:p>" + b"<w:x/>" * 20_000 + b"</w:body></w:document>"
    tracemalloc.start()
    try:
        assert list(word_text.paragraphs(io.BytesIO(body), 50_000)) == ["\nEen\n"]
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()

    with zipfile.ZipFile(io.BytesIO(word())) as old, zipfile.ZipFile(target := io.BytesIO(), "w", 8) as new:
        for part in old.namelist():
            huge = body.replace(b"<w:x/>", b"<w:p><w:y>") + b" "
            new.writestr(part, huge if part == "word/document.xml" else old.read(part))
    with pytest.raises(FileRefused, match=r"beschadigd|te lang"):
        read("plan.docx", target.getvalue())


@pytest.mark.django_db
def test_an_uploaded_plan_proposes_scores_and_only_confirmed_scores_are_kept(anna, locked, tmp_path):  # noqa: F811
    desk = ChoosingDesk(anna)
    with service_session(anna):
        criterion = str(Criterion.objects.get(name="Urgentie").pk)
    told = {"organisatie": "gm0301", "criterion": criterion}
    for name, body in (("ivp.pdf", pdf(tmp_path)), ("ivp.docx", word(PLAN, heading="Water"))):
        answer = desk.post(f"{locked}tekst/", **told, text="", file=SimpleUploadedFile(name, body))
        shown = answer.content.decode()

        assert answer.status_code == 200, name
        assert "Water is onze prioriteit." in shown
        assert "telt niet mee: ontkenning" in shown
        assert f"het bestand {name} ook niet" in shown
    assert "Er zijn nog geen scores" in desk.get(locked)
    for more, said in (
        ({"text": "Water.", "file": SimpleUploadedFile("ivp.pdf", pdf(tmp_path))}, "niet allebei"),
        ({"text": ""}, "Kies een bestand, of plak de tekst"),
        ({"text": "", "file": SimpleUploadedFile("ivp.docm", word())}, "niet toegestaan"),
    ):
        answer = desk.post(f"{locked}tekst/", **told, **more)
        assert answer.status_code == 422
        assert said in answer.content.decode()
