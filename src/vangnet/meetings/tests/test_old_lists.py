"""An old list of decisions is shown first and kept once."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from psycopg.types.range import Range

from vangnet.directory.models import Body
from vangnet.meetings import lists
from vangnet.meetings.lists import Line
from vangnet.meetings.models import Ruling, Sitting
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db
ADDRESS = "/vergaderingen/oude-lijst/dvo-twente/"
ROWS = [
    ["Besluitenlijst DVO (demonstratie)"],
    ["Datum", "Onderwerp", "Uitkomst", "Besluit", "Voorbehoud"],
    ["12-03-2019", "Woninginbraak", "Besloten", "Wij doen mee.", "Mits in de winter."],
    ["12-03-2019", "Cijfers", "Ter kennis genomen", "Gezien.", ""],
    ["04-06-2019", "Hennep", "", "Akkoord met de werkwijze.", ""],
    ["31-02-2019", "Dag die er niet is", "", "Niets.", ""],
    ["01-01-0001", "Jaar dat niet kan", "", "Niets.", ""],
    ["04-06-2019", "Iets onafs", "aangehouden", "Later.", ""],
    ["04-06-2019", "Nummer", "", "Van 123456782.", ""],
]


def workbook(rows) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def text(rows) -> bytes:
    return "\r\n".join(";".join(row) for row in rows).encode()


def send(person, name, content):
    return browser(person).post(ADDRESS, {"file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize(("name", "made"), [("lijst.xlsx", workbook), ("lijst.csv", text)])
def test_a_list_is_shown_with_its_faults_and_taken_over_once(twente, frank, anna, name, made):
    shown = send(frank, name, made(ROWS)).content.decode()
    for said in (
        "3 besluiten van 2 vergaderingen",
        "De datum is niet te lezen",
        "Deze dag ligt voor 1900",
        "Kies als uitkomst",
        "burgerservicenummer",
    ):
        assert said in shown
    with twente.session():
        assert not Sitting.objects.filter(from_list=True).exists()

    preview = re.search(r'name="preview" value="([^"]+)"', shown)[1]
    told = browser(frank).post(ADDRESS, {"preview": preview}, follow=True).content.decode()
    assert "2 vergaderingen zijn overgenomen, met 3 besluiten" in told
    with twente.session():
        said = Ruling.objects.filter(stop__sitting__from_list=True)
        assert sorted(one.outcome for one in said) == ["besloten", "besloten", "kennis"]
        assert {one.state for one in Sitting.objects.filter(from_list=True)} == {"vastgesteld"}
    assert "al een oude besluitenlijst" in browser(frank).post(ADDRESS, {"preview": preview}).content.decode()
    for other in ("kapot", preview[:-2]):
        assert "verlopen of niet van u" in browser(frank).post(ADDRESS, {"preview": other}).content.decode()
    assert browser(anna).post(ADDRESS, {"preview": preview}).status_code == 404


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("title", ["Besluitenlijst DVO", "Besluiten; van 2019, en eerder", ""])
def test_a_title_above_the_headings_says_nothing_of_what_stands_between_cells(twente, frank, mark, title):
    rows = [
        title,
        mark.join(("Datum", "Onderwerp", "Besluit")),
        mark.join(("12-03-2019", "Hennep", "Wij doen mee.")),
    ]
    shown = send(frank, "lijst.csv", "\r\n".join(rows).encode()).content.decode()

    assert "1 besluit van 1 vergadering" in re.sub(r"\s+", " ", shown)


@pytest.mark.parametrize(("name", "content", "says"), [
    ("lijst.csv", b"Alleen;Dit\r\n1;2", "geen bruikbare kopjes"),
    ("lijst.csv", b"Datum;Onderwerp;Besluit\r\n", "staat niets"),
    ("lijst.pdf", b"%PDF-1.7", "Excel-werkmap"),
    ("lijst.xlsx", b"PK\x03\x04kapot", "past niet bij de extensie"),
])  # fmt: skip
def test_a_file_that_is_no_list_is_refused_in_words(frank, name, content, says):
    assert says in send(frank, name, content).content.decode()


def test_the_preview_names_the_lines_whose_day_cannot_be(twente, frank):
    preview = re.search(
        r'name="preview" value="([^"]+)"', send(frank, "lijst.csv", text(ROWS)).content.decode()
    )[1]
    browser(frank).post(ADDRESS, {"preview": preview})
    rows = [
        *ROWS[1:3],
        ["05-06-2019", "Nieuw", "", "Ja.", ""],
    ]
    shown = send(frank, "lijst.csv", text(rows)).content.decode()

    assert "al een oude besluitenlijst overgenomen" in shown
    preview = re.search(r'name="preview" value="([^"]+)"', shown)[1]
    told = browser(frank).post(ADDRESS, {"preview": preview}, follow=True).content.decode()
    assert "1 vergaderingen zijn overgenomen, met 1 besluiten" in told


def test_a_line_of_before_the_body_began_is_named():
    body = Body(period=Range(date(2018, 1, 1), None))
    lines = [Line(1, date(2017, 12, 31), "Hennep", "besloten", "Ja.", "")]
    lines.append(replace(lines[0], number=2, day=date(2018, 1, 1)))

    faults = [one.fault for one in lists.placed(lines, body, set())]
    assert faults == ["Dit overleg bestond niet op deze dag.", ""]
