import json
import math
import random
import re

import duckdb
import pytest
from openpyxl import Workbook, load_workbook

from vangnet.analysis.nowcast import levels
from vangnet.cli import parquet, tables
from vangnet.cli.main import main

PLACES = [f"G{at}" for at in range(9)]
TODAY = ("--today", "2018-09-20")
FORM = ("--kind", "delict", "--nest", "district")


def lines(years=range(2013, 2019), last=8):
    """Two kinds in nine municipalities of three districts; 2018 known to August."""
    chance = random.Random(5)
    for at, place in enumerate(PLACES):
        for kind, level in (("inbraak", 20), ("drugs", 4)):
            for year in years:
                for month in range(1, (last if year == 2018 else 12) + 1):
                    mean = level * (1 + at / 4) * (1 + 0.4 * math.cos(month / 6 * math.pi))
                    count = max(0, round(chance.gauss(mean, mean**0.5)))
                    yield ["D" + str(at % 3), place, kind, f"{year}-{month:02}", str(count)]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "maanden.csv"
    write(path, lines())
    return path


def write(path, rows):
    path.write_text("district,gemeente,delict,maand,aantal\n" + "".join(",".join(r) + "\n" for r in rows))


def run(capsys, file, *words):
    code = main(["analyse", "nowcast", str(file), *TODAY, *map(str, words)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def rows_of(path):
    return [line.split(",") for line in path.read_text().splitlines()]


def test_the_year_is_estimated_with_tables_card_and_chart(file, capsys):
    code, out, err = run(capsys, file, "--kind", "delict", "--nest", "district", "--json")
    result = json.loads(out)

    assert code == 0, err
    assert (result["reeksen"], result["bekend tot en met"]) == ((9 + 3 + 1) * 2, "2018-08")
    names = [name.rsplit("/", 1)[1].removeprefix("maanden.jaar.") for name in result["bestanden"]]
    assert names == ["csv", "maanden.csv", "breuken.csv", "kaart.json", "kaart.txt", "svg"]
    head, *rows = rows_of(file.with_name("maanden.jaar.csv"))
    top = dict(zip(head, next(row for row in rows if row[:2] == ["Totaal", "inbraak"]), strict=True))
    assert top["oordeel"] == "schatting"
    assert int(top["bekend"]) < int(top["laag"]) <= int(top["schatting jaar"]) <= int(top["hoog"])
    card = json.loads(file.with_name("maanden.jaar.kaart.json").read_bytes())
    assert card["parameters"]["nest"] == "district"
    assert set(card["data_sha256"]) == {"maanden.csv"}
    assert "Een schatting, geen telling" in file.with_name("maanden.jaar.kaart.txt").read_text()
    chart = file.with_name("maanden.jaar.svg").read_text()
    assert "Voorvallen per maand: Totaal, inbraak" in chart
    assert "2018-12" in chart or "dec 2018" in chart


def test_months_of_parts_add_up_to_those_of_their_whole(file, capsys):
    run(capsys, file, "--kind", "delict", "--nest", "district")
    months = {tuple(row[:3]): int(row[3]) for row in rows_of(file.with_name("maanden.jaar.maanden.csv"))[1:]}
    years = {tuple(row[:2]): row[3] for row in rows_of(file.with_name("maanden.jaar.csv"))[1:]}

    for kind in {name[1] for name in years if all(years[place, name[1]] for place in PLACES)}:
        assert sum(int(years[place, kind]) for place in PLACES) == int(years["Totaal", kind])
        for month in ("2018-09", "2018-12"):
            whole = sum(months[district, kind, month] for district in ("D0", "D1", "D2"))
            assert whole == months["Totaal", kind, month]


def test_a_workbook_gives_a_workbook_and_the_same_bytes_twice(file, capsys, tmp_path):
    book = Workbook()
    for row in [
        ["gemeente", "maand", "aantal"],
        *([r[1], r[3], int(r[4])] for r in lines() if r[2] == "drugs"),
    ]:
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    out = tmp_path / "uit.xlsx"
    contents = []
    for _ in range(2):
        code, _, err = run(capsys, tmp_path / "in.xlsx", "--out", out)
        assert code == 0, err
        contents.append([path.read_bytes() for path in sorted(tmp_path.glob("uit.*"))])

    assert contents[0] == contents[1]
    assert load_workbook(out).active["A2"].value == "Totaal"
    assert (tmp_path / "uit.maanden.xlsx").exists()


def test_late_registration_is_counted_in(file, capsys):
    chance, late = random.Random(9), {}
    for _, place, kind, month, count in lines():
        year, number = map(int, month.split("-"))
        for _ in range(int(count)):
            at = year * 12 + number - 1 + (chance.choice([1, 2]) if chance.random() < 0.3 else 0)
            if at < 2018 * 12 + 8:
                key = (place, kind, month, f"{at // 12}-{at % 12 + 1:02}")
                late[key] = late.get(key, 0) + 1
    file.write_text(
        "gemeente,delict,maand,geregistreerd,aantal\n"
        + "".join(f"{','.join(k)},{n}\n" for k, n in late.items())
    )
    code, out, err = run(capsys, file, "--kind", "delict", "--registered", "geregistreerd", "--json")

    assert code == 0, err
    assert json.loads(out)["deel van de laatste maand geregistreerd"] in ("69%", "70%", "71%")
    rows = rows_of(file.with_name("maanden.jaar.csv"))
    assert float(rows[2][8]) > 10


def write_late(file, soonest, keep):
    """80 of each 100 registered `soonest` months later, 20 a month after that; two areas, 68 months."""
    rows = [
        f"{place},{2013 + at // 12}-{at % 12 + 1:02},{2013 + seen // 12}-{seen % 12 + 1:02},{count}\n"
        for place in ("G0", "G1")
        for at in range(68)
        for seen, count in ((at + soonest, 80 + at % 12), (at + soonest + 1, 20))
        if seen < 68 and keep(place, at)
    ]
    file.write_text("gemeente,maand,peil,aantal\n" + "".join(rows))


def test_with_late_registration_a_month_without_a_line_is_a_gap_too(file, capsys):
    write_late(file, 0, lambda place, at: at not in (61, 62) or place == "G1")
    _, out, _ = run(capsys, file, "--registered", "peil", "--json")
    rows = {row[0]: row for row in rows_of(file.with_name("maanden.jaar.csv"))[1:]}

    assert "geef dan --missing-is-zero" in json.loads(out)["let op"]
    assert [rows[name][7][:19] for name in ("G0", "Totaal", "G1")] == ["er ontbreken maande"] * 2 + [""]
    run(capsys, file, "--registered", "peil", "--missing-is-zero")
    assert "er ontbreken" not in file.with_name("maanden.jaar.csv").read_text()


def test_with_late_registration_an_area_that_starts_late_was_not_zero_before(file, capsys):
    write_late(file, 0, lambda place, at: at >= 24 or place == "G1")
    run(capsys, file, "--registered", "peil")
    rows = {row[0]: row for row in rows_of(file.with_name("maanden.jaar.csv"))[1:]}

    assert [rows[name][6] for name in ("G0", "G1")] == ["schatting"] * 2
    assert abs(int(rows["G0"][3]) - int(rows["G1"][3])) <= 5
    assert len(rows_of(file.with_name("maanden.jaar.breuken.csv"))) == 1


def test_known_what_is_registered_late_and_the_months_add_up_to_the_year(file, capsys):
    write_late(file, 0, lambda _place, _at: True)
    run(capsys, file, "--registered", "peil")
    months = rows_of(file.with_name("maanden.jaar.maanden.csv"))[1:]
    for row in rows_of(file.with_name("maanden.jaar.csv"))[1:]:
        ahead = sum(int(month[3]) for month in months if month[0] == row[0])
        assert int(row[2]) + int(row[8]) + ahead == int(row[3])
        assert int(row[8]) > 0


def test_a_month_of_which_nothing_can_be_registered_yet_is_no_gap_and_no_fall(file, capsys):
    write_late(file, 1, lambda _place, _at: True)
    _, out, _ = run(capsys, file, "--registered", "peil", "--json")
    rows = {row[0]: row for row in rows_of(file.with_name("maanden.jaar.csv"))[1:]}

    assert json.loads(out)["deel van de laatste maand geregistreerd"] == "0%"
    assert rows["G0"][6] == "schatting"
    assert abs(int(rows["G0"][3]) - (100 * 12 + 66)) <= 12
    assert len(rows_of(file.with_name("maanden.jaar.breuken.csv"))) == 1


def test_what_cannot_be_determined_is_said_with_the_reason(file, capsys):
    kept = [row for row in lines() if not (row[1] == "G0" and row[3] == "2017-05") and row[1] in ("G0", "G1")]
    write(file, [row for row in kept if row[1] == "G0" or row[3] >= "2017"])
    code, out, _ = run(capsys, file, "--kind", "delict", "--json")
    reasons = {row[0]: row[7] for row in rows_of(file.with_name("maanden.jaar.csv"))[1:]}

    assert (code, json.loads(out)["schatting"]) == (0, 0)
    assert "geef dan --missing-is-zero" in json.loads(out)["let op"]
    assert reasons["G0"].startswith("er ontbreken maanden")
    assert reasons["G1"].startswith("minder dan drie volledige jaren")
    assert not file.with_name("maanden.jaar.svg").exists()


def test_a_month_without_line_may_be_zero(file, capsys):
    write(file, [row for row in lines() if row[4] != "0" and not (row[1] == "G2" and row[3] == "2016-02")])
    code, _, err = run(capsys, file, "--kind", "delict", "--missing-is-zero")

    assert code == 0, err
    assert "er ontbreken" not in file.with_name("maanden.jaar.csv").read_text()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "D0,G0,inbraak,2013-01,-3",
            "rij 2, kolom aantal: een aantal moet een heel getal van 0 of meer zijn",
        ),
        ("D0,G0,inbraak,2013-01,", "rij 2, kolom aantal: een aantal moet een heel getal van 0 of meer zijn"),
        ("D0,G0,inbraak,2013-01,2.5", "rij 2, kolom aantal: een aantal moet een heel getal"),
        ("D0,G0,inbraak,2013-01,veel", "rij 2, kolom aantal: 'veel' is geen getal"),
        ("D0,G0,inbraak,2013-13,3", "rij 2, kolom maand: '2013-13' is geen maand"),
        ("D0,G0,inbraak,2019-01,3", "rij 2, kolom maand: 2019-01 ligt in de toekomst"),
        ("D0,G0,inbraak,2018-09,3", "rij 2, kolom maand: 2018-09 is nog niet voorbij"),
        ("D0,G0,inbraak,0213-01,3", "rij 2, kolom maand: 0213-01 ligt voor 1900"),
        ("D0,G0,inbraak,1913-01,3", "rij 2, kolom maand: 1913-01 ligt 60 jaar of meer voor 2018-08 in rij"),
        (
            "D0,G0,inbraak,2013-02,3",
            "rij 3, kolom maand: G0, inbraak, 2013-02 staat er twee keer in, eerst in rij 2; laat er een weg",
        ),
        ("D0,,inbraak,2013-01,3", "rij 2, kolom gemeente: hier staat niets"),
        ("D1,G0,inbraak,2013-01,3", "G0 hoort bij"),
        (",G0,inbraak,2013-01,3", "gat in de hiërarchie"),
        ("D0,Totaal,inbraak,2013-01,3", "Totaal staat in de cijfers"),
    ],
)
def test_a_fault_in_the_figures_says_where_and_leaves_nothing(file, capsys, line, words):
    rows = file.read_text().splitlines()
    file.write_text("\n".join([rows[0], line, *rows[2:]]))
    code, _, err = run(capsys, file, "--kind", "delict", "--nest", "district")

    assert (code, words in err) == (1, True), err
    assert [path.name for path in file.parent.iterdir()] == ["maanden.csv"]


def test_a_hierarchy_in_a_file_may_not_have_a_loop_or_a_hole(file, capsys):
    tree = file.with_name("indeling.csv")
    tree.write_text("a,b,c\n" + "".join(f"D0,E0,{place}\n" for place in PLACES) + "E0,D0,X\n")
    code, _, err = run(capsys, file, "--kind", "delict", "--nest", tree)
    assert (code, "een code heeft één plaats" in err or "lus in de hiërarchie" in err) == (1, True), err

    tree.write_text("a,b\n" + "".join(f"D0,{place}\n" for place in [*PLACES, "Elders"]))
    code, _, err = run(capsys, file, "--kind", "delict", "--nest", tree)
    assert (code, "gat in de hiërarchie: geen cijfers voor Elders" in err) == (1, True), err


def test_a_complete_year_leaves_nothing_to_estimate(file, capsys):
    write(file, [row for row in lines() if row[3] < "2018"])
    code, _, err = run(capsys, file, "--kind", "delict")

    assert (code, "compleet" in err) == (1, True), err


def test_a_moment_of_registration_before_the_event_is_refused(file, capsys):
    file.write_text("gemeente,maand,peil,aantal\nG0,2018-03,2018-02,4\n")
    code, _, err = run(capsys, file, "--registered", "peil")

    assert (code, "rij 2, kolom peil: geregistreerd voordat het gebeurde" in err) == (1, True), err


def test_who_stops_it_keeps_no_half_file(file, capsys, monkeypatch):
    def stopped(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(levels, "_prior", stopped)

    assert run(capsys, file, "--kind", "delict")[0] == 130
    assert [path.name for path in file.parent.iterdir()] == ["maanden.csv"]


def test_months_may_be_written_as_statistics_netherlands_does(file, capsys):
    write(file, [[*row[:3], re.sub("-", "MM", row[3]), row[4]] for row in lines()])
    code, out, err = run(capsys, file, "--kind", "delict", "--json")

    assert (code, json.loads(out)["bekend tot en met"]) == (0, "2018-08"), err


def as_parquet(file, change):
    """Write the same lines with one column changed, by DuckDB."""
    path = file.with_name("tabel.parquet")
    with duckdb.connect() as made:
        lines = f"SELECT * REPLACE ({change}) FROM read_csv('{file}', types={{'maand': 'VARCHAR'}})"
        made.execute(f"COPY ({lines}) TO '{path}' (FORMAT parquet)")
    return path


def test_parquet_gives_the_same_year_as_csv_with_dates_for_months_too(file, capsys):
    other = as_parquet(file, "strptime(maand, '%Y-%m')::DATE AS maand")
    run(capsys, file, *FORM)
    code, _, err = run(capsys, other, *FORM)

    assert (code, err) == (0, "")
    for name in ("jaar", "jaar.maanden", "jaar.breuken"):
        left, right = (file.with_name(f"{stem}.{name}.csv").read_bytes() for stem in ("maanden", "tabel"))
        assert left == right

    other = as_parquet(file, "CASE WHEN maand = '2013-03' THEN -1 ELSE aantal END AS aantal")
    assert "rij 4, kolom aantal: een aantal moet een heel getal" in run(capsys, other, *FORM)[2]


def test_more_than_fits_in_memory_is_refused_before_it_is_worked_out(file, capsys, monkeypatch):
    many = [
        [f"D{at}", f"G{at}", "drugs", month, "1"] for at in range(3000) for month in ("1960-01", "2018-08")
    ]
    write(file, many)  # two lines each, over 58 years
    code, _, err = run(capsys, file, *FORM)
    assert (code, "3000 gebieden x 1 soorten x maanden (en vertragingen) zijn 2112000 cijfers" in err) == (
        1,
        True,
    )

    monkeypatch.setattr(parquet, "MOST_CELLS", 1000)
    assert "maanden.csv: 6001 regels van 5 kolommen zijn te veel" in run(capsys, file, *FORM)[2]
    monkeypatch.setattr(tables, "MOST_BYTES", 1000)
    assert "maanden.csv is groter dan 0 MB; splits het" in run(capsys, file, *FORM)[2]
    assert sorted(path.name for path in file.parent.iterdir()) == ["maanden.csv"]
