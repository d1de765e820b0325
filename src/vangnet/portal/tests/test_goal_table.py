"""All goals as a file."""

import csv
import io

import pytest
from openpyxl import load_workbook

pytestmark = pytest.mark.django_db


def test_the_csv_holds_every_goal_and_names_proposals_in_its_headings(
    sign_in, anna, django_assert_max_num_queries
):
    client = sign_in(anna)
    client.get("/strategie/doelen.csv")  # figures that were measured before are kept
    with django_assert_max_num_queries(7):
        answer = client.get("/strategie/doelen.csv")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    by_code = {row["Code"]: row for row in rows}
    assert len(rows) == 85
    assert answer["content-disposition"] == 'attachment; filename="doelen.csv"'
    assert by_code["KWP-15"]["Uiterlijk"] == "2020-01-01"
    assert by_code["KWP-15"]["Hoort bij (voorstel van Vangnet)"] == "KWP-10"
    assert by_code["KWP-10"]["Indicatoren uit de nota"] == "uitgangswaarde +29 % 2015-2018"
    assert by_code["KWP-24"]["Stand van zaken"] == "Niet gelukt"
    assert by_code["KWP-24"]["Stand volgens datums en cijfers"] == "Voorwaarde niet vervuld"
    assert {row["Norm"] for row in rows} == {"geen norm in de nota"}
    assert "E33" in by_code["KWP-10"]["Indicatoren (voorstel van Vangnet)"]


def test_the_workbook_holds_the_same(sign_in, anna):
    book = load_workbook(io.BytesIO(sign_in(anna).get("/strategie/doelen.xlsx").content))

    assert book.active.max_row == 86


def test_an_outsider_gets_no_file_and_another_kind_does_not_exist(outsider, sign_in, anna):
    assert outsider.get("/strategie/doelen.csv")["location"].startswith("/account/login/")
    assert sign_in(anna).get("/strategie/doelen.pdf").status_code == 404
