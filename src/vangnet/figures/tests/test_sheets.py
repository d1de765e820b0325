import contextlib
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vangnet.figures.observations import Observation, Unreadable
from vangnet.figures.readings import Rules
from vangnet.figures.sheets import open_sheet
from vangnet.figures.tests.uploads import AREAS, LONG, ONE, RULES, messages, read, sheet, workbook


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_separator_and_encoding_is_recognised(delimiter, encoding):
    text = "Overzicht woninginbraken, één regel\n" + LONG + "Súdwest;1.1.1;2024;12\nZutphen;1.1.1;2024;12\n"
    text = text.replace(", ", " ").replace(";", delimiter)

    found, reading = read(text.encode(encoding))

    assert {o.area: o.value for o in found} == {"GM1900": 12, "GM0301": 12}
    assert not list(reading.problems)
    assert sheet(text.encode(encoding)).delimiter == delimiter


@pytest.mark.parametrize(
    "heading",
    [
        "GM-code;Delict;Jaartal;Waarde",
        "GEMEENTECODE;Soort delict;Verslagjaar;Totaal",
        "Regio's;SoortMisdrijf;Perioden;GeregistreerdeMisdrijven_1",
        "gemeente;MISDRIJF;periode;Aantal (absoluut)",
        '"Gemeente";"Soort misdrijf";"Jaar";"Aantal"',
        "sep=;\nGemeente;Soort misdrijf;Jaar;Aantal",
    ],
)
def test_headings_have_synonyms_in_any_case(heading):
    found, _ = read(f"{heading}\nGM0301;1.1.1;2024;12\n")

    assert found == ONE


@pytest.mark.parametrize("period", ["2024MM03", "2024-03", "maart 2024", "Mrt 2024", "1-3-2024", "03-2024"])
def test_months_are_read_in_every_usual_form(period):
    found, _ = read(f"Gemeente;Delict;Periode;Aantal\nZutphen;1.1.1;{period};5\n")

    assert [(o.year, o.month) for o in found] == [(2024, 3)]


def test_year_and_month_may_have_a_column_each():
    found, reading = read(
        "Gemeente;Delict;Jaar;Maand;Aantal\nZutphen;1.1.1;2024;mrt;5\nZutphen;1.1.1;2024;13;5\n"
    )

    assert [(o.year, o.month) for o in found] == [(2024, 3)]
    assert "'13' is geen maand" in messages(reading)[0]


def test_titles_empty_rows_totals_and_footnotes_are_skipped_and_said():
    text = (
        "Misdrijven in onze gemeenten\n\nPeildatum 1 maart;;;\n" + LONG + "\nZutphen;1.1.1;2024;12\n;;;\n"
        "Totaal;1.1.1;2024;99\nZutphen;Totaal misdrijven;2024;80\n"
        "Gemeente;Soort misdrijf;Jaar;Aantal\nBron: eigen registratie; bewerkt\n* voorlopig;;;\n  ; ;;\n"
    )

    found, reading = read(text)

    assert found == ONE
    assert (reading.totals, reading.remarks, reading.problems.blocking) == (2, 5, 0)
    assert [problem.row for problem in reading.problems] == [8, 9, 10, 11, 12]


def test_a_wide_table_gives_a_figure_per_year():
    text = "gemeente;delict;2022;2023*;2024\nZutphen;Vernieling;10;.;1.234\nDeventer;2.2.1;11;12;\n"

    found, _ = read(text)

    assert found[:3] == [
        Observation("2.2.1", "GM0301", 2022, None, 10, "definitief"),
        Observation("2.2.1", "GM0301", 2023, None, None, "voorlopig"),
        Observation("2.2.1", "GM0301", 2024, None, 1234, "definitief"),
    ]
    assert found[5].value is None


def test_a_wide_table_without_a_kind_of_figure_needs_one_named():
    text = "municipality,2023,2024\nGM0301,47000,47500\n"

    found, _ = read(text, indicator="inwoners")

    assert found[1] == Observation("inwoners", "GM0301", 2024, None, 47500, "definitief")
    with pytest.raises(Unreadable, match="kies bij het aanleveren"):
        read(text)


@pytest.mark.parametrize("nothing", ["", ".", "-", "x", "X", "n.b.", "–"])
def test_not_published_is_not_zero(nothing):
    found, reading = read(f"{LONG}Zutphen;1.1.1;2024;{nothing}\nDeventer;1.1.1;2024;0\n")

    assert [o.value for o in found] == [None, 0]
    assert not list(reading.problems)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1.234,5", "2.000"], [Decimal("1234.5"), 2000]),
        (["1,234.5", "2,000"], [Decimal("1234.5"), 2000]),
        (["12,5", "0,125"], [Decimal("12.5"), Decimal("0.125")]),
        (["12.5", "1.234"], [Decimal("12.5"), Decimal("1.234")]),
        (["1.234.567", "1 234"], [1234567, 1234]),
        (["1.234", "7"], [1234, 7]),
    ],
)
def test_decimals_are_decided_for_the_whole_column(values, expected):
    found, reading = read(
        LONG
        + "".join(f"{area};1.1.1;2024;{v}\n" for area, v in zip(["Zutphen", "Deventer"], values, strict=True))
    )

    assert [o.value for o in found] == expected
    assert not list(reading.problems)


def test_a_column_that_does_not_tell_its_decimals_is_a_question_not_a_guess():
    text = "Gemeente;Delict;Jaar;Waarde\nZutphen;1.1.1;2024;1.234\nDeventer;1.1.1;2024;7\n"

    found, reading = read(text)

    assert [o.value for o in found] == [7]
    assert "'1.234' kan 1234 of 1,234 betekenen" in messages(reading)[0]
    assert [o.value for o in read(text, decimal=".")[0]] == [Decimal("1.234"), 7]
    assert [o.value for o in read(text, decimal=",")[0]] == [1234, 7]


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("Zutphen;1.1.1;2024;-3", "Aantal", "kleiner dan nul"),
        ("Zutphen;1.1.1;2024;tien", "Aantal", "'tien' is geen getal"),
        ("Zutphen;1.1.1;2024;1,2,3", "Aantal", "is geen getal"),
        ("Zutphen;1.1.1;2024;1E+05", "Aantal", "is geen getal"),
        ("Zutphen;1.1.1;2024;١٢", "Aantal", "is geen getal"),
        ("Zutphen;1.1.1;2024;#N/B", "Aantal", "foutmelding van Excel"),
        ("Zutphen;1.1.1;2024;12*", "Aantal", "sterretje"),
        ("Zutphen;1.1.1;2027;3", "Jaar", "ligt in de toekomst"),
        ("Zutphen;1.1.1;1989;3", "Jaar", "ligt voor 1990"),
        ("Zutphen;1.1.1;1e kwartaal 2024;3", "Jaar", "kwartalen"),
        ("Zutphen;1.1.1;;3", "Jaar", "de periode is leeg"),
        ("Zutfen;1.1.1;2024;3", "Gemeente", "Bedoelt u 'Zutphen'?"),
        ("Qqqqqq;1.1.1;2024;3", "Gemeente", "Gebruik de naam of code uit de lijst"),
        ("Zutphen;Vernielin;2024;3", "Soort misdrijf", "Bedoelt u 'Vernieling'?"),
    ],
)
def test_a_wrong_cell_is_named_with_row_column_and_remedy(row, column, message):
    found, reading = read(f"{LONG}Deventer;1.1.1;2024;1\n{row}\n")

    assert len(found) == 1
    (problem,) = reading.problems
    assert (problem.row, problem.column, problem.blocking) == (3, column, True)
    assert problem.value == row.split(";")[LONG.strip().split(";").index(column)]
    assert message in problem.message
    assert str(problem).startswith(f"Rij 3, kolom '{column}': ")


def test_every_fault_in_a_row_is_named_at_once():
    _, reading = read(f"{LONG}Zutfen;9.9;2030;x1\n")

    assert {problem.column for problem in reading.problems} == {
        "Gemeente",
        "Soort misdrijf",
        "Jaar",
        "Aantal",
    }


def test_a_short_row_in_a_text_file_is_incomplete():
    _, reading = read(f"{LONG}Zutphen;1.1.1;2024\n")

    assert "de rij heeft 3 cellen en de koprij 4" in messages(reading)[0]


@pytest.mark.parametrize(
    "second", ["GM0301;Diefstal/inbraak woning;2024;13", " zutphen ;1.1.1 Diefstal;2024JJ00;13"]
)
def test_the_same_figure_twice_names_both_rows(second):
    found, reading = read(f"{LONG}Zutphen;1.1.1;2024;12\nDeventer;1.1.1;2024;1\n{second}\n")

    assert [o.value for o in found] == [12, 1]
    assert messages(reading) == [
        "Rij 4, kolom 'Aantal': het cijfer voor 1.1.1, GM0301, 2024 staat ook in rij 2. "
        "Laat een van beide rijen staan."
    ]


def test_the_caller_explains_codes_of_merged_municipalities():
    def explain(code: str, year: int) -> str | None:
        if code == "GM0236" and year >= 2019:
            return "GM0236 Geldermalsen is op 1-1-2019 opgegaan in GM1960 West Betuwe; gebruik die code."
        return "GM0150 bestond nog niet." if (code, year) == ("GM0150", 2000) else None

    text = f"{LONG}gm0236;1.1.1;2024;3\nGM0236;1.1.1;2018;3\nGM0150;1.1.1;2000;3\nGM0150;1.1.1;2024;3\n"
    found, reading = read(text, explain_area=explain)

    assert [(o.area, o.year) for o in found] == [("GM0150", 2024)]
    assert "opgegaan in GM1960" in messages(reading)[0]
    assert "geen bekend gebied" in messages(reading)[1]
    assert "bestond nog niet" in messages(reading)[2]


def test_codes_may_have_lost_their_letters_and_zeros():
    found, _ = read(
        "Gemeentecode;Gemeente;Delict;Jaar;Aantal\n301;Zutphen;1.1.1;2024;12\n0150;D;1.1.1;2024;3\n"
    )

    assert [o.area for o in found] == ["GM0301", "GM0150"]


def test_figures_never_go_to_a_namesake():
    areas = {"Bergen (L.)": "GM0893", "Bergen (NH.)": "GM0373", "Hengelo": "GM0164", "Beek (L.)": "GM0888"}
    names = ("Bergen (NH)", "Beek", "Bergen", "Hengelo (Gld)")
    text = LONG + "".join(f"{name};1.1.1;2024;{number}\n" for number, name in enumerate(names))

    found, reading = read(text, areas=areas)

    assert [(o.area, o.value) for o in found] == [("GM0373", 0), ("GM0888", 1)]
    assert "'Bergen' is geen bekend gebied" in messages(reading)[0]
    assert "Bedoelt u 'Hengelo'?" in messages(reading)[1]


def test_status_comes_from_its_column_or_from_the_caller():
    text = "Gemeente;Delict;Jaar;Aantal;Status\nZutphen;1.1.1;2023;1;Voorlopig\nZutphen;1.1.1;2024;1;\n"

    assert [o.status for o in read(text)[0]] == ["voorlopig", "definitief"]
    assert [o.status for o in read(text, status="schatting")[0]] == ["voorlopig", "schatting"]
    assert "is geen status" in messages(read(text.replace("Voorlopig", "misschien"))[1])[0]


def test_a_million_faults_do_not_become_a_million_messages():
    _, reading = read(LONG + "Zutphen;1.1.1;2024;x1\n" * 3000, most_problems=50)

    assert (len(reading.problems), reading.problems.total, reading.problems.omitted) == (50, 3000, 2950)


@pytest.mark.attack("A-29")
@pytest.mark.parametrize(
    ("body", "name", "message"),
    [
        (b"", "a.csv", "is leeg"),
        (b"Gemeente;Delict\nZutphen;1.1.1\n", "a.csv", "ontbreekt een jaar of periode, een aantal"),
        (b"zomaar wat tekst", "a.csv", "een gebied .bijvoorbeeld 'Gemeente'"),
        (LONG.encode() + b"Zutphen;1.1.1;2024;\x00\n", "a.csv", "Rij 2 bevat een NUL-teken"),
        (LONG.encode() + b"Zutphen;1.1.1;2024;\x81\n", "a.csv", "Rij 2 bevat een teken dat niet te lezen is"),
        (
            b"Gemeente;Delict;Jaar;Aantal;Aantal\nZutphen;1.1.1;2024;1;2\n",
            "a.csv",
            "'Aantal' komt twee keer voor",
        ),
        (b"Gemeente;2024;2024\nZutphen;1;2\n", "a.csv", "'2024' staat boven kolom 2 en boven kolom 3"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "van voor 2007"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            "met een wachtwoord beveiligd",
        ),
        (b"%PDF-1.7", "a.csv", "een PDF"),
        (LONG.encode(), "a.xlsx", "is geen Excel-werkmap"),
        (workbook([["a"]]), "a.csv", "heet '.csv' maar is een Excel-werkmap"),
        (workbook([["a"]])[:-50], "a.xlsx", "beschadigd of afgebroken"),
        (workbook([[]]), "a.xlsx", "geen zichtbaar werkblad met cijfers"),
    ],
)
def test_an_unreadable_file_gets_a_clear_message(body, name, message):
    with pytest.raises(Unreadable, match=message):
        sheet(body, name)


def test_an_open_quote_does_not_swallow_the_rest():
    with pytest.raises(Unreadable, match="aanhalingstekens"):
        read(LONG + 'Zutphen;"1.1.1;2024;12\n' + "Deventer;1.1.1;2024;12\n" * 100)


def test_a_heading_without_figures_is_a_problem():
    found, reading = read(LONG)

    assert found == []
    assert "staan geen cijfers" in messages(reading)[0]


def test_a_file_of_200_mb_is_refused_without_reading_it(tmp_path: Path):
    path = tmp_path / "groot.csv"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    start = time.perf_counter()

    with path.open("rb") as file, pytest.raises(Unreadable, match="200 MB; toegestaan is 50 MB"):
        open_sheet(file, path.name)

    assert time.perf_counter() - start < 0.2


@pytest.mark.attack("A-32")
def test_more_rows_than_a_worksheet_holds_are_refused():
    with pytest.raises(Unreadable, match=r"meer dan 1\.048\.576 rijen"):
        read(LONG.encode() + b"\n" * 1_048_600)


def test_two_hundred_thousand_rows_take_about_a_second():
    years, kinds = range(1990, 2025), {f"k{n}": f"k{n}" for n in range(60)}
    places = {f"Plaats {n}": f"GM{n:04}" for n in range(96)}
    body = LONG + "".join(f"{p};{k};{y};{y - 1900}\n" for y in years for k in kinds for p in places)
    reading = sheet(body).read(Rules(places, kinds, 2026))
    start = time.process_time()

    total = sum(len(chunk) for chunk in reading.chunks())

    assert total == reading.count == 35 * 60 * 96
    assert time.process_time() - start < 1.3 * 2  # 6 s for a million, on a machine half as fast


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_message_or_a_table(body):
    for prefix, name in ((b"", "a.csv"), (LONG.encode(), "a.csv"), (b"PK\x03\x04", "a.xlsx")):
        with contextlib.suppress(Unreadable):
            for found in sheet(prefix + body, name).read(RULES).observations():
                assert found.area in AREAS.values()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.decimals(min_value=0, max_value=10**7, places=1), min_size=1, max_size=8))
def test_numbers_written_for_dutch_readers_come_back(numbers):
    written = [f"{n:,.1f}".translate(str.maketrans(",.", ".,")) for n in numbers]
    text = "Gemeente;Delict;Jaar;Waarde\n" + "".join(
        f"Zutphen;1.1.1;{2000 + i};{w}\n" for i, w in enumerate(written)
    )

    assert [o.value for o in read(text)[0]] == numbers
