import datetime
import io
import struct
import zipfile
from decimal import Decimal

import pytest

from vangnet.figures.observations import Observation, Unreadable
from vangnet.figures.tests.uploads import ONE, TABLE, messages, read, sheet, workbook
from vangnet.figures.workbooks import Limits, Workbook, _read_through


def test_a_workbook_is_read_from_its_first_sheet_with_figures():
    body = workbook([["Toelichting"], ["Deze cijfers"]], [["titel"], [], *TABLE], t1="Cijfers")

    found, _ = read(body, "a.xlsx")

    assert found == ONE
    assert sheet(body, "a.xlsx").sheet_name == "Cijfers"
    assert sheet(body, "a.xlsx").notes == ["Gelezen is werkblad 'Cijfers'; 1 ander(e) niet."]


def test_numbers_dates_and_empty_cells_of_a_workbook_are_themselves():
    rows = [
        ["Gemeentecode", "Delict", "Periode", "Waarde"],
        [301, "1.1.1", datetime.datetime(2024, 3, 1), 12.5],  # noqa: DTZ001
        ["0150", "1.1.1", 2024.0, 1234],
        ["GM0150", "2.2.1", "2024*"],
        ["GM0150", "1.1.1", 2023, True],
    ]

    found, reading = read(workbook(rows), "a.xlsx")

    assert found == [
        Observation("1.1.1", "GM0301", 2024, 3, Decimal("12.5"), "definitief"),
        Observation("1.1.1", "GM0150", 2024, None, 1234, "definitief"),
        Observation("2.2.1", "GM0150", 2024, None, None, "voorlopig"),
    ]
    assert "'True' is geen getal" in messages(reading)[0]


def test_a_formula_without_outcome_is_a_problem_not_an_empty_cell():
    found, reading = read(workbook([*TABLE, ["Deventer", "1.1.1", 2024, "=SUM(D2:D2)"]]), "a.xlsx")

    assert found == ONE
    assert "Rij 3, kolom 'Aantal': de formule heeft geen uitkomst" in messages(reading)[0]


def repacked(body: bytes, **changes: bytes) -> bytes:
    """The same archive with parts added or replaced; `__` stands for `/` and `_dot_` for a point."""
    parts = {name.replace("__", "/").replace("_dot_", "."): data for name, data in changes.items()}
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return target.getvalue()


SHEET = "xl__worksheets__sheet1_dot_xml"


@pytest.mark.attack("A-29", "A-30", "A-31")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({SHEET: b"<worksheet>" + b" " * 30_000_000}, "veel groter dan ze eruitziet"),
        ({SHEET: b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'}, "documentdeclaratie"),
        (
            {SHEET: '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16")},
            "documentdeclaratie",
        ),
        ({"xl__vbaProject_dot_bin": b"x"}, "macro's"),
        ({"xl__externalLinks__externalLink1_dot_xml": b"<a/>"}, "verwijst naar andere bestanden"),
        ({SHEET: b"<worksheet><sheetData><row"}, "beschadigd"),
    ],
)
def test_a_hostile_workbook_is_refused_before_it_is_parsed(changes, message):
    with pytest.raises(Unreadable, match=message):
        read(repacked(workbook(TABLE), **changes), "a.xlsx")


@pytest.mark.attack("A-30")
def test_a_directory_that_lies_about_sizes_does_not_help():
    body = bytearray(repacked(workbook(TABLE), **{SHEET: b"<worksheet>" + b" " * 30_000_000}))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    # The size stands in the part's own header (offset 22) and in the directory (offset 24).
    at = body.rindex(b"xl/worksheets/sheet1.xml") - 46
    struct.pack_into("<I", body, at + 24, 5000)
    struct.pack_into("<I", body, entry.header_offset + 22, 5000)

    with pytest.raises(Unreadable, match=r"beschadigd|veel groter"):
        sheet(bytes(body), "a.xlsx")


@pytest.mark.attack("A-30")
def test_what_is_unpacked_is_counted_besides_what_was_promised():
    with (
        zipfile.ZipFile(io.BytesIO(workbook(TABLE))) as archive,
        pytest.raises(Unreadable, match="veel groter"),
    ):
        _read_through(archive, archive.infolist(), Limits(unpacked=1000))


@pytest.mark.attack("A-30")
def test_unpacking_stops_at_the_limit_whatever_the_directory_says():
    many = repacked(
        workbook(TABLE), **{f"xl__media__{n}_dot_bin": bytes(range(256)) * 2000 for n in range(10)}
    )

    with pytest.raises(Unreadable, match="veel groter"):
        Workbook(many, Limits(unpacked=2 * 1024 * 1024))


@pytest.mark.parametrize("claim", [b"A1:XFD1048576", b"A1:A1"])
def test_a_sheet_that_lies_about_its_size_is_read_for_what_it_holds(claim):
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    big = b'<worksheet xmlns="%s"><dimension ref="%s"/>' % (main, claim)
    cells = b"".join(
        b'<row r="%d">' % number
        + b"".join(
            b'<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>' % (65 + index, number, str(cell).encode())
            for index, cell in enumerate(row)
        )
        + b"</row>"
        for number, row in enumerate(TABLE, start=1)
    )
    body = repacked(workbook(TABLE), **{SHEET: big + b"<sheetData>" + cells + b"</sheetData></worksheet>"})

    assert read(body, "a.xlsx")[0] == ONE
