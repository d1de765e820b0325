"""The factsheet says what the figures say, on exactly two pages, the same in both formats."""

import csv
import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from django.conf import settings
from docx import Document
from docx.oxml.ns import qn

from vangnet.analysis.change import change
from vangnet.figures import series
from vangnet.figures.models import Indicator
from vangnet.reports import docx, pdf
from vangnet.reports.factsheet import gather
from vangnet.reports.tests.reading_back import (
    alternative_texts,
    docx_text,
    every_text,
    pdf_pages,
    pdf_properties,
    squeezed,
)
from vangnet.ui import formats
from vangnet.ui.tables import Column, Table

DAY = date(2026, 11, 23)
ZUTPHEN, ROZENDAAL, NIJMEGEN, LONGEST = "GM0301", "GM0277", "GM0268", "GM0668"
pytestmark = pytest.mark.django_db
SHEETS = {}  # figures do not change during these tests, so each factsheet is gathered once


@pytest.fixture
def sheet_of(anna):
    def sheet_of(code):
        if code not in SHEETS:
            SHEETS[code] = gather(code, user=anna, on=DAY)
        return SHEETS[code]

    return sheet_of


def from_the_pack(name, first_two, year):
    """Read a number straight from the file that the pack came with."""
    with (settings.REGION_FOLDER / "figures" / name).open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    row = next(row for row in rows if row[: len(first_two)] == list(first_two))
    return int(row[rows[0].index(str(year))])


def test_headline_equals_the_source_file_and_the_series(sheet_of):
    sheet = sheet_of(ZUTPHEN)
    now = from_the_pack("registered_crime.csv", (ZUTPHEN, "1.1.1"), 2023)
    people = from_the_pack("population.csv", (ZUTPHEN,), 2023)
    table = series.yearly(Indicator.objects.get(slug="woninginbraak"))
    assert table.row(ZUTPHEN)[table.years.index(2023)] == now
    own = sheet.key_figures[0]
    assert own.label == "Zutphen"
    assert own.value == formats.number(now, 0)
    assert own.rate == f"{formats.number(now / people * 1000, 1)} per 1.000 inwoners"
    assert formats.number(people, 0) in sheet.subtitle


def test_change_is_that_of_the_analysis_with_its_verdict(sheet_of):
    table = series.yearly(Indicator.objects.get(slug="woninginbraak"))
    codes = [code for code in table.areas if code.startswith("GM")]
    before, after = (table.total(codes)[table.years.index(year)] for year in (2018, 2023))
    region = sheet_of("oost-nederland").key_figures[0]
    fall = change(before, after)
    assert region.value == formats.number(after, 0)
    assert region.change == f"gedaald met {formats.percent(abs(fall.relative))}"
    assert region.tone == "good"
    zutphen = sheet_of(ZUTPHEN)
    assert zutphen.key_figures[0].change == "geen aantoonbaar verschil"
    assert zutphen.key_figures[0].tone == "neutral"


def test_country_has_no_rate_because_no_inhabitants_are_known(sheet_of):
    country = sheet_of(ZUTPHEN).key_figures[-1]
    assert country.label == "Nederland"
    assert country.rate.startswith("niet vast te stellen")


def test_provisional_years_are_named_and_not_used_as_the_last_year(sheet_of):
    sheet = sheet_of(ZUTPHEN)
    assert sheet.figures_title.startswith("Woninginbraak in 2023")
    assert sheet.status.endswith("2024 en 2025 voorlopig")
    newest = from_the_pack("registered_crime.csv", (ZUTPHEN, "1.1.1"), 2025)
    assert f"Het voorlopige aantal over 2025 is {newest}." in sheet.summary


def test_all_municipal_indicators_are_there_and_the_neutral_ones_get_no_judgement(sheet_of):
    rows = {row[0][1].text: [cell for _, cell in row] for row in sheet_of(ZUTPHEN).indicators.shown}
    known = Indicator.objects.counted_per_municipality().filter(is_population=False)
    assert set(rows) == set(known.values_list("name", flat=True))
    assert {cell.tone for cell in rows["Drugshandel"]} <= {"", "neutral"}
    assert rows["Diefstal van brom-, snor- of fiets"][3].verdict == "ongunstig"


def test_zeros_of_the_smallest_municipality_read_as_zero_and_not_as_absent(sheet_of):
    rows = {row[0][1].text: [cell.text for _, cell in row] for row in sheet_of(ROZENDAAL).indicators.shown}
    assert rows["Moord en doodslag"][1:4] == ["0", "0", "niet vast te stellen"]


def test_strategy_sets_the_claim_of_the_note_beside_the_official_figure(sheet_of):
    told = " ".join(sheet_of(ZUTPHEN).strategy)
    assert "iets meer dan 40 %" in told
    assert formats.percent(0.347) in told
    assert "geen extra inzet" in told


@pytest.mark.parametrize(
    "code", [ZUTPHEN, ROZENDAAL, NIJMEGEN, LONGEST, "noord-en-oost-gelderland", "oost-nederland"]
)
def test_pdf_has_two_pages_that_say_everything(sheet_of, code):
    sheet = sheet_of(code)
    pages = pdf_pages(pdf.render(sheet))
    assert len(pages) == 2
    whole = "".join(pages)
    assert [text for text in every_text(sheet) if squeezed(text) not in whole] == []
    assert "Pagina1van2" in pages[0]
    assert "Pagina2van2" in pages[1]


def test_both_formats_say_the_same(sheet_of):
    sheet = sheet_of(ZUTPHEN)
    text = docx_text(docx.render(sheet))
    assert [part for part in every_text(sheet) if squeezed(part) not in text] == []


@pytest.mark.requirement("TOE-01")
def test_pdf_is_made_for_screen_readers(sheet_of):
    sheet = sheet_of(ZUTPHEN)
    file = pdf.render(sheet)
    title, tagged = pdf_properties(file)
    assert title == "Veiligheid in Zutphen"
    assert tagged
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>", file)
    assert re.search(rb"<dc:language><rdf:Bag><rdf:li>nl", file)


@pytest.mark.requirement("TOE-01")
def test_pictures_are_read_out_with_their_figures(sheet_of):
    sheet = sheet_of(ZUTPHEN)
    rate = from_the_pack("registered_crime.csv", (ZUTPHEN, "1.1.1"), 2025)
    rate /= from_the_pack("population.csv", (ZUTPHEN,), 2025) / 1000
    assert f"{formats.number(rate, 1)} in 2025 (voorlopig)" in sheet.chart.text
    assert "Zutphen heeft een dikke rand" in sheet.map.text
    assert sheet.chart.text in alternative_texts(pdf.render(sheet))


@pytest.mark.requirement("TOE-01")
def test_docx_is_made_for_screen_readers(sheet_of):
    word = Document(BytesIO(docx.render(sheet_of(ZUTPHEN))))
    about = word.core_properties
    assert (about.title, about.language) == ("Veiligheid in Zutphen", "nl-NL")
    assert {one.get(qn("w:val")) for one in word.styles.element.iter(qn("w:lang"))} == {"nl-NL"}
    assert word.paragraphs[1].style.name == "Heading 1"
    for table in word.tables:
        assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    pictures = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    sheet = sheet_of(ZUTPHEN)
    assert pictures == [sheet.chart.text, sheet.map.text]
    breaks = [one for one in word.paragraphs if one.paragraph_format.page_break_before]
    assert [one.text for one in breaks] == ["Alle indicatoren in 2023, met de verandering sinds 2018"]


def test_same_factsheet_gives_the_same_file(anna):
    first, second = (pdf.render(gather(ZUTPHEN, user=anna, on=DAY)) for _ in range(2))
    assert first == second


@pytest.mark.attack("A-27")
def test_name_is_text_and_never_markup(sheet_of):
    name = '#panic("x") *vet* $1$ _a_ <b> `c` @d \\ // einde'
    sheet = replace(sheet_of(ZUTPHEN), title=name)
    assert squeezed(name) in pdf_pages(pdf.render(sheet))[0]
    assert squeezed(name) in docx_text(docx.render(sheet))


def test_more_text_gets_smaller_letters_and_no_third_page(sheet_of):
    sheet = sheet_of(ZUTPHEN)
    longer = replace(sheet, strategy=sheet.strategy + sheet.strategy)
    assert len(pdf_pages(pdf.render(longer))) == 2


def test_table_without_rows_becomes_a_sentence(sheet_of):
    alone = Table("Woninginbraak in 2023", [Column("Gemeente")], note="Er is niets om mee te vergelijken.")
    sheet = replace(sheet_of(ZUTPHEN), peers=alone)
    for text in ("".join(pdf_pages(pdf.render(sheet))), docx_text(docx.render(sheet))):
        assert squeezed(alone.note) in text
        assert "Overbetuwe" not in text
