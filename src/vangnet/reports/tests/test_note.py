"""The note for anybody: what held on a day, as a page, a PDF and a Word document; and what became of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from docx import Document

from vangnet import analysis, figures, picture, places, reports, strategy, ui
from vangnet.figures import goals
from vangnet.reports import note, note_docx, note_pdf, note_views
from vangnet.reports.tests.reading_back import (
    docx_links,
    docx_text,
    pdf_links,
    pdf_pages,
    pdf_properties,
    squeezed,
)
from vangnet.reports.tests.reading_tags import language, parts
from vangnet.strategy.models import Goal, Stand
from vangnet.strategy.tests.round import Desk
from vangnet.ui import digests

pytestmark = pytest.mark.django_db
DAY = date(2022, 12, 31)


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def paper():
    return note.gather(DAY, user=AnonymousUser(), on=date(2026, 11, 26))


def test_anybody_reads_the_note_with_its_themes_goals_and_who_agreed(outsider):
    page = text(outsider.get("/nota/", {"datum": "2022-12-31"}))

    for words in (
        "De strategie zoals die gold op 31 december 2022", "Ondermijning", "Wet verplichte ggz samen",
        "DVO Noord- en Oost-Gelderland (24 september 2020), met de kanttekening: Mits de zorgpartijen",
        "geen norm in de nota", "blz. 9-10", "Gereed", "op 19 december 2019, op tijd", "Begrippen",
    ):  # fmt: skip
        assert words in page, words
    assert page.count("<svg") >= 2
    assert "Anna de Wit" not in page
    assert "Hugo Visser" not in page  # who wrote a change is for the network


def test_the_note_of_an_earlier_day_knows_nothing_of_later(outsider):
    page = text(outsider.get("/nota/", {"datum": "2019-06-01"}))

    assert "dumpingen van drugsafval" not in page
    assert "Beoordelingslocaties" in page
    later = text(outsider.get("/nota/", {"datum": "2022-12-31"}))
    assert "Beoordelingslocaties" not in later.split('id="besluiten"')[0]
    assert "2018" in page
    assert "per gemeente in 2018" in page  # the figures of that day: the last whole year
    assert "gold er nog geen strategie" in text(outsider.get("/nota/", {"datum": "2018-06-01"}))


@pytest.mark.attack("A-08")
def test_a08_a_draft_or_proposal_is_in_no_note_page_or_file(outsider, anna):
    Desk(anna).change_goal("OND-08", submit=False, title="Conceptwoord alleen voor Zutphen")
    Desk(anna).change_goal("OND-09", title="Voorstelwoord dat nog moet")
    today = timezone.localdate()

    for kind in ("nota", "evaluatie"):
        made = note.gather(today, user=AnonymousUser(), on=today) if kind == "nota" else note.review(
            today, user=AnonymousUser(), on=today
        )  # fmt: skip
        page = text(outsider.get("/nota/" if kind == "nota" else "/nota/evaluatie/"))
        files = ["".join(pdf_pages(note_pdf.render(made))), docx_text(note_docx.render(made)), squeezed(page)]
        for shown in files:
            assert "Conceptwoord" not in shown
            assert "Voorstelwoord" not in shown
            assert "gijzelsoftware" not in shown  # the reason of the proposal of the demonstration


def test_whoever_is_signed_in_gets_the_same_paper(outsider, sign_in, anna):
    def body(answer):
        return re.sub(r"clip\d+", "", re.search(r"<main.*</main>", text(answer))[0])  # the drawing counts

    before = body(outsider.get("/nota/", {"datum": "2022-12-31"}))
    assert body(sign_in(anna).get("/nota/", {"datum": "2022-12-31"})) == before


def test_the_review_sets_what_the_period_before_left_behind_beside_the_figures(outsider):
    page = text(outsider.get("/nota/evaluatie/", {"datum": "2019-03-01"}))

    for words in (
        "Wat de nota zegt over 2015-2018, en wat de cijfers zeggen",
        "stijging van 29 %, incidenten overlast, Oost-Nederland",
        "geregistreerde misdrijven, Nederland",
        "Bewijs",
        "Eindrapportage personen met verward gedrag, september 2018, genoemd in de nota op blz. 9",
        "Leg een plan niet voor vier jaar vast",
        "eerst horen wat de zorgpartijen zelf doen",
    ):
        assert words in page, words
    assert "de zorg is als eerste aan zet; het netwerk" not in page  # decided later that year


def test_the_review_names_what_failed_and_what_nobody_can_say(outsider):
    page = text(outsider.get("/nota/evaluatie/", {"datum": "2023-06-01"}))
    failed = page.split('id="niet-gelukt"')[1].split('id="overgedragen"')[0]

    assert "Pilots waar de analyse helder is" in failed
    assert "de analyse gaf nergens een helder beeld" in failed
    assert "volgens datums en cijfers: voorwaarde niet vervuld" in failed
    assert "Gestopt" in failed
    apart = page.split('id="voorwaarde"')[1].split('id="loopt"')[0]
    assert "geen extra middelen om districtsprojecten te verbinden" in apart
    assert "of aan de voorwaarde is voldaan, is niet vastgelegd" in apart
    assert "KWP-15" not in page.split('id="niet-te-zeggen"')[1].split('id="cijfers"')[0]
    assert "Zorgkantoren in de regio" in page
    assert "de looptijd is voorbij" in page
    assert "Wat de cijfers deden" in page


def test_what_runs_behind_still_runs_and_a_day_before_the_end_is_no_end():
    during = note.review(DAY, user=AnonymousUser(), on=DAY)
    after = note.review(date(2023, 6, 1), user=AnonymousUser(), on=DAY)
    before = note.review(date(2018, 6, 1), user=AnonymousUser(), on=DAY)

    assert (during.title, during.filename) == ("Tussenstand 2019-2022", "tussenstand-2022-12-31")
    assert (after.title, after.filename) == ("Eindevaluatie 2019-2022", "eindevaluatie-2023-06-01")
    assert [section.texts for section in before.sections] == [
        ("Op deze dag gold er nog geen strategie. Kies een latere dag.",)
    ]
    where = {stand: slug for _, slug, stands, _ in note.OUTCOMES for stand in stands}
    assert (where[Stand.BEHIND], where[Stand.RUNNING]) == ("loopt", "loopt")


def test_a_file_is_set_in_type_once_until_the_paper_says_something_else(
    outsider, monkeypatch, settings, tmp_path
):
    papers = settings.CACHES["papers"] | {"LOCATION": tmp_path}  # of this test alone
    settings.CACHES = settings.CACHES | {"papers": papers}
    day = {"datum": "2022-12-30"}
    first = outsider.get("/nota/nota.docx", day).content
    set_again = []
    monkeypatch.setitem(note_views.RENDERERS, "docx", lambda paper: set_again.append(paper.day) or b"PK")

    assert outsider.get("/nota/nota.docx", day).content == first
    assert set_again == []
    outsider.get("/nota/nota.docx", {"datum": "2022-12-29"})
    assert set_again == [date(2022, 12, 29)]


def test_an_update_of_any_code_that_shapes_it_forgets_what_was_kept(monkeypatch):
    asked = []
    monkeypatch.setattr(digests, "code", lambda *packages: asked.extend(packages) or "digest of an update")
    goals.measured(list(Goal.objects.exclude(indicator="")), DAY)
    assert {analysis, figures, strategy, ui} <= set(asked)

    asked.clear()
    note.gather(DAY, user=AnonymousUser(), on=DAY)
    assert {reports, picture, analysis, figures, places, strategy, ui} <= set(asked)


def test_the_pdf_is_tagged_dutch_and_every_map_is_told_in_words(paper):
    file = note_pdf.render(paper)
    found = parts(file)
    kinds = [kind for kind, _ in found]
    told = [alt for kind, alt in found if kind == "Figure"]
    maps = [section.drawing.text for section in paper.sections if section.drawing]

    assert pdf_properties(file) == (paper.title, True)
    assert language(file).lower().startswith("nl")
    assert b"pdfuaid:part" in file or b"pdfuaid" in file
    assert kinds.count("H1") >= 1
    assert kinds.count("H2") >= len(paper.sections)
    assert {"Table", "TR", "TH", "TD", "L", "LI", "P"} <= set(kinds)
    assert len(maps) >= 2
    assert told == maps
    assert all("Hoogst:" in alt for alt in told)


def test_pdf_and_word_say_what_the_page_says(paper):
    printed, written = "".join(pdf_pages(note_pdf.render(paper))), docx_text(note_docx.render(paper))

    for section in paper.sections:
        for words in (section.title, *section.texts, *section.points):
            assert squeezed(words) in written, words
            assert squeezed(words)[:60] in printed, words
        for row in section.table.shown if section.table else ():
            for _, cell in row:
                assert squeezed(cell.text) in written


def test_the_word_document_opens_with_its_maps_and_their_words(paper):
    word = Document(BytesIO(note_docx.render(paper)))
    told = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]

    assert told == [section.drawing.text for section in paper.sections if section.drawing]
    assert word.core_properties.language == "nl-NL"
    assert [p.text for p in word.paragraphs if p.style.name == "Heading 2"] == [
        s.title for s in paper.sections
    ]


def test_the_word_document_opens_in_libreoffice(paper, tmp_path):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        pytest.skip("LibreOffice is not installed on this machine")
    (tmp_path / "nota.docx").write_bytes(note_docx.render(paper))
    done = subprocess.run(
        [office, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "nota.docx")],
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 0
    assert (tmp_path / "nota.pdf").stat().st_size > 10_000


def test_equal_papers_give_equal_bytes(paper):
    assert note_pdf.render(paper) == note_pdf.render(paper)


@pytest.mark.parametrize(("address", "most"), [("/nota/", 17), ("/nota/evaluatie/", 22)])
def test_the_page_takes_few_queries_and_names_a_wrong_day(
    outsider, address, most, django_assert_max_num_queries
):
    outsider.get(address)  # maps are drawn once
    with django_assert_max_num_queries(most):
        assert outsider.get(address).status_code == 200
    wrong = outsider.get(address, {"datum": "31-31-2020"})

    assert wrong.status_code == 422
    assert "datum" in wrong.content.decode()


@pytest.mark.parametrize(
    "address", ["/nota/nota.odt", "/nota/plan.pdf", "/nota/nota.pdf?datum=gisteren", "/nota/nota.pdf?datum="]
)
def test_a_file_that_is_not_made_does_not_exist(outsider, address):
    assert outsider.get(address).status_code == 404


@pytest.mark.parametrize(("name", "kind"), [("nota.pdf", b"%PDF"), ("evaluatie.docx", b"PK")])
def test_anybody_downloads_the_files(outsider, name, kind):
    answer = outsider.get(f"/nota/{name}", {"datum": "2022-12-31"})

    assert answer.status_code == 200
    assert answer.content.startswith(kind)
    assert "2022-12-31" in answer["Content-Disposition"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_time_breaks_nothing(outsider, day):
    for address in ("/nota/", "/nota/evaluatie/", "/nota/nota.docx", "/nota/evaluatie.pdf"):
        assert outsider.get(address, {"datum": day}).status_code == 200


def test_each_goal_of_the_note_leads_to_its_page_as_of_that_day(outsider, anna, paper):
    page = text(outsider.get("/nota/", {"datum": "2019-06-01"}))

    assert 'href="/strategie/doelen/KWP-15d/?op=2019-06-01"' in page
    assert "Zo gold dit doel op 1 juni 2019" in Desk(anna).get("doelen/KWP-15d/", op="2019-06-01")
    told = replace(paper, site="https://vangnet.example")
    wanted = "https://vangnet.example/strategie/doelen/OND-08/?op=2022-12-31"
    assert wanted in docx_links(note_docx.render(told))
    assert wanted in pdf_links(note_pdf.render(told))
    assert not [url for url in docx_links(note_docx.render(paper)) if "strategie" in url]
    assert not [url for url in pdf_links(note_pdf.render(paper)) if "strategie" in url]


def test_a_file_leads_to_the_site_from_which_it_came(outsider):
    file = outsider.get("/nota/nota.docx", {"datum": "2022-12-31"}).content

    assert "http://testserver/strategie/doelen/OND-08/?op=2022-12-31" in docx_links(file)


def test_the_note_names_what_lies_under_each_theme_and_what_it_does_not_take_up(outsider, paper):
    by_slug = {section.slug: section for section in paper.sections}
    sources = [source.text for source in by_slug["kwetsbare-personen"].sources]

    assert any(
        "Eindrapportage personen met verward gedrag" in one and "(bij KWP-10)" in one for one in sources
    )
    page = text(outsider.get("/nota/", {"datum": "2020-06-01"}))
    assert "Onderliggende stukken" in page
    assert "Eindrapportage personen met verward gedrag" in page
    platform = page.split('id="alleen-platform"')[1]
    assert "Zorgfraude" in platform
    assert "De nota, hoofdstuk ondermijning" in platform
    assert "Er loopt al een gewone aanpak van woninginbraak" in page.split('id="geen-extra"')[1]
    assert by_slug["alleen-platform"].texts == ("Voor geen onderwerp was dat op deze dag afgesproken.",)


def test_the_note_looks_back_with_the_official_figures(outsider):
    page = text(outsider.get("/nota/", {"datum": "2020-06-01"})).replace("\N{NO-BREAK SPACE}", " ")
    back = page.split('id="terugblik"')[1].split('id="kwetsbare-personen"')[0]

    assert "de nota meldt een daling van iets meer dan 40 %" in back
    assert "van 2015 tot 2018: gedaald met 34,7 %" in back
    assert 'id="terugblik"' not in text(outsider.get("/nota/", {"datum": "2018-06-01"}))


def test_the_note_says_who_adopted_the_strategy_in_every_format(outsider):
    assert "die op deze dag nog niet was vastgesteld" in text(outsider.get("/nota/", {"datum": "2020-06-01"}))
    told = {"body": "bbg", "on": "2019-03-14", "source": "Besluitenlijst, punt 3"}
    assert Desk("aanjaagteam").post("vaststellen/", **told).status_code == 302
    words = "Vastgesteld door Bestuurlijke Begeleidingsgroep op 14 maart 2019"
    page = text(outsider.get("/nota/", {"datum": "2020-06-01"}))

    assert words.lower() in page
    assert f"Zo staat het in de nota. {words}; sindsdien niet gewijzigd." in page
    made = note.gather(date(2020, 6, 1), user=AnonymousUser(), on=DAY)
    assert squeezed(words) in docx_text(note_docx.render(made))
    assert squeezed(words) in "".join(pdf_pages(note_pdf.render(made)))
    assert "conceptversie" in text(outsider.get("/nota/", {"datum": "2019-03-13"}))
