import io
import re
import struct
import time
import zipfile
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadhandler import SkipFile, StopUpload
from django.test import RequestFactory
from django.utils import timezone

from vangnet.figures import stock
from vangnet.figures.export import to_csv, to_xlsx
from vangnet.figures.models import Import, Indicator, StagedFigure
from vangnet.figures.tests.delivering import HEAD, deliver, everything, latest
from vangnet.figures.uploads import LimitedUpload

pytestmark = pytest.mark.django_db


def refused(client, body, name="cijfers.csv", **answers):
    """Deliver a file that must be refused; return its problems as (row, column, message)."""
    before = everything()
    page = deliver(client, body, name, **answers)
    record = latest()
    assert record.state == Import.State.REFUSED, "it was not refused"
    assert "Deze inlezing is geweigerd" in page.content.decode()
    assert not StagedFigure.objects.exists()
    client.post(f"/cijfers/inlezen/{record.pk}/opslaan/")
    record.refresh_from_db()
    assert (record.state, everything()) == (Import.State.REFUSED, before), "something was saved"
    return [(p["row"], p["column"], p["message"]) for p in record.problems if p["blocking"]]


def unreadable(client, body, name="cijfers.csv"):
    """Deliver a file that cannot be read at all; return the message at the field."""
    before, count = everything(), Import.objects.count()
    answer = deliver(client, body, name)
    assert answer.status_code == 422
    assert (everything(), Import.objects.count()) == (before, count), "something was saved"
    return answer.context["form"].errors["file"][0]


def test_an_unknown_municipality_is_named_with_the_one_that_was_meant(sign_in, carla):
    found = refused(sign_in(carla), HEAD + "Zutfen;Woninginbraak;2024;5\nLutjebroek;Woninginbraak;2024;5\n")

    assert [(row, column) for row, column, _ in found] == [(2, "Gemeente"), (3, "Gemeente")]
    assert "Bedoelt u 'Zutphen'?" in found[0][2]
    assert "'Lutjebroek' is geen bekend gebied" in found[1][2]


def test_an_old_code_after_a_merger_is_explained_with_what_it_became(sign_in, carla):
    body = HEAD + "GM0236;Woninginbraak;2024;5\nGeldermalsen;Woninginbraak;2024;5\n"
    found = refused(sign_in(carla), body)

    assert len(found) == 2
    for row, column, message in found:
        assert (row in (2, 3), column) == (True, "Gemeente")
        assert "per 1-1-2019 opgegaan in GM1960 West Betuwe; gebruik GM1960 West Betuwe" in message


def test_an_old_code_is_right_on_the_borders_of_its_own_year(sign_in, carla):
    deliver(sign_in(carla), HEAD + "GM0236;Inwoners;2018;26500\n", borders="eigen-jaar")

    assert latest().state == Import.State.DRAFT
    assert StagedFigure.objects.get().borders_on == date(2018, 1, 1)


def test_an_unknown_kind_of_figure_is_named(sign_in, carla):
    found = refused(sign_in(carla), HEAD + "Zutphen;Wooninbraak;2024;5\n")

    assert found[0][:2] == (2, "Soort misdrijf")
    assert "Bedoelt u 'Woninginbraak'?" in found[0][2]


def test_a_number_that_is_no_count_any_more_is_refused(sign_in, carla):
    found = refused(sign_in(carla), HEAD + f"Zutphen;Woninginbraak;2025;{'9' * 24}\n")
    assert found == [(2, "Aantal", f"'{'9' * 24}' is te groot voor een aantal. Verbeter het cijfer.")]

    sheet = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["Gemeente", "Soort misdrijf", "Jaar", "Aantal"])
    book.active.append(["Zutphen", "Woninginbraak", 2025, 1e300])
    book.save(sheet)
    assert "te groot voor een aantal" in refused(sign_in(carla), sheet.getvalue(), "cijfers.xlsx")[0][2]


def test_a_negative_count_is_refused(sign_in, carla):
    found = refused(sign_in(carla), HEAD + "Zutphen;Woninginbraak;2024;-5\n")

    assert found[0][:2] == (2, "Aantal")
    assert "kleiner dan nul" in found[0][2]


def test_a_count_that_is_no_number_is_refused(sign_in, carla):
    found = refused(sign_in(carla), HEAD + "Zutphen;Woninginbraak;2024;vijf\n")

    assert found[0][:2] == (2, "Aantal")
    assert "'vijf' is geen getal" in found[0][2]


def test_a_duplicate_cell_is_refused_with_both_rows(sign_in, carla):
    found = refused(sign_in(carla), HEAD + "Zutphen;Woninginbraak;2024;5\nGM0301;1.1.1;2024;6\n")

    assert found[0][0] == 3
    assert "staat ook in rij 2" in found[0][2]


def test_a_year_in_the_future_is_refused(sign_in, carla):
    year = timezone.localdate().year + 1
    found = refused(sign_in(carla), HEAD + f"Zutphen;Woninginbraak;{year};5\n")

    assert found[0][:2] == (2, "Jaar")
    assert f"het jaar {year} ligt in de toekomst" in found[0][2]


def test_a_month_in_the_future_is_refused(sign_in, carla):
    from datetime import UTC, datetime

    from vangnet.figures import intake, sheets

    file = io.BytesIO(b"Gemeente;Soort misdrijf;Periode;Aantal\nZutphen;Woninginbraak;2025-07;5\n")
    record = intake.take_file(
        sheets.open_sheet(file, "x.csv"),
        file,
        intake.Terms("eigen-opgave", date(2025, 1, 1)),
        by=carla,
        at=datetime(2025, 6, 10, 12, tzinfo=UTC),
    )

    assert record.state == Import.State.REFUSED
    assert "de maand 7-2025 ligt in de toekomst" in record.problems[0]["message"]


def test_every_problem_of_a_file_is_listed_not_only_the_first(sign_in, carla):
    body = HEAD + "Zutfen;Woninginbraak;2024;5\nZutphen;Woninginbraak;2999;-1\nLochem;Onzin;2024;vijf\n"
    found = refused(sign_in(carla), body)

    assert {(row, column) for row, column, _ in found} == {
        (2, "Gemeente"),
        (3, "Jaar"),
        (3, "Aantal"),
        (4, "Soort misdrijf"),
        (4, "Aantal"),
    }


def test_a_wrong_encoding_is_said_with_the_row(sign_in, carla):
    message = unreadable(sign_in(carla), HEAD.encode() + b"Zutphen;Woninginbraak;2024;5\x81\x8d\xff\n")

    assert "Rij 2 bevat een teken dat niet te lezen is" in message
    assert "CSV UTF-8" in message


def test_binary_rubbish_is_no_table(sign_in, carla):
    assert "geen tabel" in unreadable(sign_in(carla), b"%PDF-1.7 rommel")
    assert "geen gewone tekst" in unreadable(sign_in(carla), HEAD.encode() + b"Zut\0phen;;;\n")


def test_an_empty_file_is_said_to_be_empty(sign_in, carla):
    assert "Het bestand is leeg" in unreadable(sign_in(carla), b"")


def test_a_file_with_only_headings_has_no_figures(sign_in, carla):
    found = refused(sign_in(carla), HEAD)

    assert "onder de koppen staan geen cijfers" in found[0][2]


def test_a_file_without_a_usable_heading_says_what_is_missing(sign_in, carla):
    message = unreadable(sign_in(carla), "naam;getal\nZutphen;5\n")

    assert "een jaar of periode" in message


def test_no_file_at_all_is_said_at_the_field(sign_in, carla):
    answer = sign_in(carla).post(
        "/cijfers/inlezen/", {"source": "eigen-opgave", "status": "definitief", "borders": "gewoon"}
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


def workbook_that_claims(size: int) -> bytes:
    """A workbook of which the directory says how large its sheet is when unpacked."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (8 << 20))
    body = bytearray(target.getvalue())
    at = body.rindex(b"PK\x01\x02")
    body[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(body)


@pytest.mark.attack("A-30")
def test_a_zip_bomb_as_workbook_is_refused_before_it_unfolds(sign_in, carla):
    began = time.monotonic()
    message = unreadable(sign_in(carla), workbook_that_claims(3 << 30), "bom.xlsx")

    assert "uitgepakt veel groter dan ze eruitziet" in message
    assert time.monotonic() - began < 3


@pytest.mark.attack("A-30")
def test_a_zip_bomb_that_lies_about_its_size_is_refused_while_it_unfolds(sign_in, carla):
    message = unreadable(sign_in(carla), workbook_that_claims(1000), "bom.xlsx")

    assert re.search("uitgepakt veel groter|beschadigd", message)


def test_a_workbook_that_is_damaged_is_refused(sign_in, carla):
    assert "beschadigd" in unreadable(sign_in(carla), b"PK\x03\x04" + b"rommel" * 100, "kapot.xlsx")


def test_a_formula_in_a_cell_is_read_by_its_outcome_only(sign_in, carla):
    book = openpyxl.Workbook()
    book.active.append(["Gemeente", "Soort misdrijf", "Jaar", "Aantal"])
    book.active.append(["Zutphen", "Woninginbraak", 2024, "=2+3"])
    target = io.BytesIO()
    book.save(target)

    found = refused(sign_in(carla), target.getvalue(), "formule.xlsx")

    assert found[0][0] == 2
    assert "de formule heeft geen uitkomst" in found[0][2]


@pytest.mark.attack("A-20")
def test_a_formula_in_a_text_does_not_come_to_life_on_export():
    formula = '=HYPERLINK("https://kwaad.invalid","klik")'
    rows = [(formula, "GM0301", "+1", "2024", 5, "@som", "definitief", "-1+1", "\t=1")]

    text = to_csv(stock.COLUMNS, rows).decode("utf-8-sig")
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(stock.COLUMNS, rows))).active

    assert "\"'=HYPERLINK" in text
    assert all(not str(cell.value).startswith(("=", "+", "@", "-")) for cell in sheet[2])
    assert all(cell.data_type != "f" for cell in sheet[2])


@pytest.mark.attack("A-20")
def test_a_formula_as_title_does_not_come_to_life_in_a_download(sign_in, carla):
    indicator = Indicator.objects.get(slug="woninginbraak")
    Indicator.objects.filter(pk=indicator.pk).update(name="=1+1")
    book = openpyxl.load_workbook(
        io.BytesIO(sign_in(carla).get("/cijfers/woninginbraak/cijfers.xlsx").content)
    )

    assert book.active["A2"].value == "'=1+1"


@pytest.mark.attack("A-27")
def test_html_in_a_cell_is_shown_as_text(sign_in, carla):
    page = deliver(sign_in(carla), HEAD + "<script>alert(1)</script>;Woninginbraak;2024;5\n").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def upload(size):
    return LimitedUpload(RequestFactory().post("/")), size


@pytest.mark.attack("A-32")
def test_a_file_of_200_mb_is_skipped_before_its_first_byte_is_kept():
    handler, size = upload(200 * 1024 * 1024)
    handler.handle_raw_input(None, {}, size, b"grens")

    with pytest.raises(SkipFile):
        handler.new_file("file", "groot.csv", "text/csv", None)
    assert handler.request.upload_refused == size


@pytest.mark.attack("A-32")
def test_a_file_that_turns_out_larger_than_announced_is_skipped_on_the_way(settings):
    settings.FIGURES_MAX_UPLOAD = 1000
    handler, size = upload(900)
    handler.handle_raw_input(None, {}, size, b"grens")
    handler.new_file("file", "groot.csv", "text/csv", None)

    assert handler.receive_data_chunk(b"x" * 800, 0) == b"x" * 800
    with pytest.raises(SkipFile):
        handler.receive_data_chunk(b"x" * 800, 800)


@pytest.mark.attack("A-32")
def test_a_file_beyond_all_reason_ends_the_connection():
    handler, size = upload(5 * 1024 * 1024 * 1024)
    handler.handle_raw_input(None, {}, size, b"grens")

    with pytest.raises(StopUpload) as stop:
        handler.new_file("file", "groot.csv", "text/csv", None)
    assert stop.value.connection_reset
