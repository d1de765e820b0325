"""Letters about a measure and what one's own organisation put into a case."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from docx import Document
from tests.logbook import Event

from vangnet.casework.models import Letter
from vangnet.casework.tests.casedesk import OWN, CaseDesk, in_days, organisation

pytestmark = pytest.mark.django_db
CLOSED = {"kind": "sluiting-13b", "since": in_days(7), "until": in_days(97)}


@pytest.fixture
def desk(anna):
    return CaseDesk(anna, OWN)


@pytest.fixture
def case(desk):
    return desk.a_case()


@pytest.fixture
def measure(desk, case):
    return desk.a_measure(case, organisation=organisation("gm0301"), **CLOSED)


def text_of(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)


def test_a_letter_names_article_municipality_dates_and_number_and_leaves_lines_for_who_it_is_for(
    desk, case, measure, anna
):
    page = desk.text("letter", case, measure)
    answer = desk.post("letter", case, measure, brief="besluit-13b")
    text = text_of(answer.content)

    assert "Voornemen tot sluiting (Word)" in page
    assert answer["Content-Disposition"].startswith('attachment; filename="besluit-13b-GEMEENTE-')
    for words in ("Opiumwet art. 13b", "Zutphen,", "Zaaknummer: GEMEENTE-", "Burgemeester,", "Naam: …"):
        assert words in text
    assert "$" not in text
    assert anna.name not in text
    assert Event.objects.filter(verb="casework.letter.made", subject=case).exists()


@pytest.mark.attack("A-19")
def test_a19_a_letter_says_nowhere_who_made_it(desk, case, measure, anna):
    content = desk.post("letter", case, measure, brief="besluit-13b").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())

    about = Document(io.BytesIO(content)).core_properties
    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
    assert anna.name.encode() not in everything
    assert b"python-docx" not in everything


@pytest.mark.attack("A-19")
def test_a19_every_page_of_a_letter_is_marked_and_the_log_knows_who_made_it(desk, case, measure, anna):
    """A letter leaves the house with one who is angry, so it says under which mark, and not by whom."""
    word = Document(io.BytesIO(desk.post("letter", case, measure, brief="besluit-13b").content))
    above, below = (part.paragraphs[0].text for part in (word.sections[0].header, word.sections[0].footer))
    mark = re.search(r"Gemaakt op .* uur, kenmerk ([0-9a-f-]{36})", below.replace("\xa0", " "))[1]

    assert len(word.sections) == 1
    assert not word.sections[0].different_first_page_header_footer
    assert above.startswith("TLP:AMBER")
    line = Event.objects.get(verb="casework.letter.made", subject=case, details__mark=mark)
    assert str(line.actor) == str(anna.pk)


@pytest.mark.parametrize("code", ["", "bibob", "bestaat-niet", "../../etc/passwd", "\0"])
def test_a_letter_of_another_measure_does_not_exist(desk, case, measure, code):
    assert desk.post("letter", case, measure, brief=code).status_code == 404


def test_a_measure_without_a_letter_says_so(desk, case):
    other = desk.a_measure(case, organisation=organisation("gm0301"), kind="huur")

    assert "geen brief voor deze maatregel" in desk.text("letter", case, other)
    assert f"/{other}/brief/" not in desk.get("case", case).content.decode()


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        ("sluiting-174a", "voornemen-174a", "Gemeentewet art. 174a"),
        ("sluiting-174a", "besluit-174a", "Gemeentewet art. 174a"),
        ("bevel-172", "bevel-172", "Gemeentewet art. 172 lid 3"),
        ("gebiedsverbod", "voornemen-172a", "Gemeentewet art. 172a"),
        ("gebiedsverbod", "besluit-172a", "Gemeentewet art. 172a"),
        ("apv", "voornemen-apv", "Algemene plaatselijke verordening"),
        ("apv", "besluit-apv", "Algemene plaatselijke verordening"),
        ("bibob", "besluit-bibob", "Wet Bibob art. 3"),
    ],
)
def test_each_power_of_the_municipality_has_its_letter(desk, case, kind, code, said):
    made = desk.a_measure(case, organisation=organisation("gm0301"), **{**CLOSED, "kind": kind})
    page = desk.get("case", case).content.decode()
    text = text_of(desk.post("letter", case, made, brief=code).content)

    assert f"/{made}/brief/" in page
    assert said in text
    assert "$" not in text
    assert ("bezwaar maken" in text) == code.startswith(("besluit", "bevel"))
    assert ("College van burgemeester en wethouders," if kind == "bibob" else "Burgemeester,") in text


def test_a_text_with_a_name_that_is_not_there_stays_as_it_is(desk, case, measure, as_administrator):
    Letter.objects.filter(pk="besluit-13b").update(paragraphs=["$onbekend {0.__class__} %s", "100% zeker"])

    text = text_of(desk.post("letter", case, measure, brief="besluit-13b").content)
    assert "$onbekend {0.__class__} %s" in text


def test_what_a_municipality_put_in_is_counted_in_hours(desk, case):
    told = {"kind": "bijdrage/controle", "on": in_days(0), "hours": "12"}
    desk.done("contribution", case, **told)
    desk.done("contribution", case, **{**told, "hours": "3"})

    assert "Uw eigen organisatie: 15 uur." in desk.text("case", case)


@pytest.mark.parametrize(
    "told", [{"hours": "0"}, {"hours": "-1"}, {"hours": "9999"}, {"hours": "veel"}, {"on": in_days(1)}]
)
def test_a_bad_contribution_is_refused(desk, case, told):
    asked = {"kind": "bijdrage/controle", "on": in_days(0), "hours": "12"}

    assert desk.post("contribution", case, **{**asked, **told}).status_code == 422
