import csv
import io
from decimal import Decimal

import openpyxl
import pytest

from vangnet.figures.export import to_csv, to_xlsx
from vangnet.figures.tests.uploads import read

NASTY = ["=cmd|' /C calc'!A0", "+31", "-2+3", "@SUM(A1)", "\tx", "\r=1", " =1+1", "＝1+1"]


@pytest.mark.attack("A-20")
def test_text_that_looks_like_a_formula_stays_text_in_csv():
    body = to_csv(
        ["Naam", "Aantal"], [[text, -5] for text in NASTY] + [["Zutphen", None], ["x", Decimal("1.5")]]
    )

    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert body.startswith(b"\xef\xbb\xbf")
    assert [row[0] for row in rows[1:9]] == ["'" + text for text in NASTY]
    assert [row[1] for row in rows[1:]] == ["-5"] * 8 + ["", "1,5"]


@pytest.mark.attack("A-20")
def test_text_that_looks_like_a_formula_stays_text_in_a_workbook():
    body = to_xlsx(["=Naam", "Aantal"], [[text, -5] for text in NASTY] + [["Zutphen", 2.5]], title="a/b:c")

    page = openpyxl.load_workbook(io.BytesIO(body)).active
    assert page.title == "abc"
    assert page["A1"].value == "'=Naam"
    for row in page.iter_rows(min_row=2, max_row=9):
        assert row[0].data_type == "s"
        assert row[0].value.startswith("'")
        assert (row[1].data_type, row[1].value) == ("n", -5)
    assert page["B10"].value == 2.5


@pytest.mark.attack("A-20")
@pytest.mark.parametrize("unseen", ["\0", "\0\0", "\x1f", " \0 "])
@pytest.mark.parametrize("sign", "=+-@")
def test_a_sign_that_cannot_be_seen_does_not_hide_a_formula(unseen, sign):
    text = f"{unseen}{sign}1+1"
    (_, row) = csv.reader(io.StringIO(to_csv(["Naam"], [[text]]).decode("utf-8-sig"), newline=""))
    cell = openpyxl.load_workbook(io.BytesIO(to_xlsx(["Naam"], [[text]]))).active["A2"]

    assert row[0].startswith("'")
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_written_can_be_read_again(kind):
    columns, rows = ["Gemeente", "Delict", "Jaar", "Waarde"], [["Zutphen", "1.1.1", 2024, Decimal("1234.5")]]
    body = to_csv(columns, rows) if kind == "csv" else to_xlsx(columns, rows)

    found, reading = read(body, f"a.{kind}")

    assert [o.value for o in found] == [Decimal("1234.5")]
    assert not list(reading.problems)
