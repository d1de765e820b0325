import json
import random
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import Workbook, load_workbook

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.displacement.spillover import spillover
from vangnet.analysis.near_repeat import knox as knox_module
from vangnet.cli import displacement
from vangnet.cli.main import main
from vangnet.cli.periods import in_order

NAMES = [f"{row}{column}" for row in "ABCDEF" for column in range(5)]
PAIRS = [(i, j) for i in range(30) for j in (i + 1, i + 5) if j < 30 and (j != i + 1 or j % 5)]


def counts(treated=0.4, around=1.4, years=range(2013, 2019)):
    """Thirty areas in a grid; in C2 there is a measure from 2017 on."""
    chance, lines = random.Random(1), []
    near = {NAMES[i + j - 12] for i, j in PAIRS if 12 in (i, j)}
    for name in NAMES:
        level = 300 if name == "C2" else chance.uniform(100, 400)
        for year in years:
            factor = treated if name == "C2" else around if name in near else 1.0
            mean = level * (factor if year >= 2017 else 1.0)
            lines.append(f"{name},{year},{round(chance.gauss(mean, mean**0.5))}\n")
    return "gemeente,jaar,aantal\n" + "".join(lines)


@pytest.fixture
def file(tmp_path) -> Path:
    (tmp_path / "buren.csv").write_text("van,naar\n" + "".join(f"{NAMES[i]},{NAMES[j]}\n" for i, j in PAIRS))
    path = tmp_path / "inbraken.csv"
    path.write_text(counts(), encoding="utf-8")
    return path


@pytest.fixture
def events(tmp_path) -> Path:
    chance, lines = random.Random(2), []
    for _ in range(150):
        x, y, day = chance.randint(200_000, 204_000), chance.randint(460_000, 464_000), chance.randint(1, 28)
        lines.append(f"{x},{y},{day:02}-{chance.randint(1, 6):02}-2018\n")
        if chance.random() < 0.2:
            lines.append(f"{x + 20},{y},{lines[-1].rsplit(',', 1)[1]}")
    path = tmp_path / "voorvallen.csv"
    path.write_text("x,y,datum\n" + "".join(lines), encoding="utf-8")
    return path


def run(capsys, *words):
    code = main(["analyse", *map(str, words)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def move(capsys, file, *words):
    given = ("--since", "2017", "--treated", "C2", "--neighbours", file.with_name("buren.csv"))
    return run(capsys, "displacement", file, *given, *words)


def test_crime_that_moved_is_found_with_table_conclusion_card_and_chart(file, capsys):
    code, out, _ = move(capsys, file, "--json")
    result = json.loads(out)

    assert (code, result["oordeel"], result["omgeving"], result["controle"]) == (0, "verplaatst", 4, 25)
    written = {
        path.name.removeprefix("inbraken.verplaatsing."): path for path in map(Path, result["bestanden"])
    }
    assert set(written) == {"csv", "conclusie.txt", "kaart.json", "kaart.txt", "svg"}
    assert written["conclusie.txt"].read_text().strip() == result["conclusie"]
    assert written["csv"].read_text().splitlines()[1].startswith("kleinste aantoonbare daling in het gebied,")
    assert "omgeving = B2,C1,C3,D2" in written["kaart.txt"].read_text()
    assert "surroundings = B2,C1,C3,D2" in written["kaart.txt"].read_text()
    assert "<svg" in written["svg"].read_text()


def test_crime_that_did_not_move_and_too_many_comparisons(file, capsys):
    file.write_text(counts(around=1.0))
    assert json.loads(move(capsys, file, "--margin", "0.6", "--json")[1])["oordeel"] == "niet verplaatst"
    told = json.loads(move(capsys, file, "--comparisons", "40", "--json")[1])

    assert (told["oordeel"], "40 vergelijkingen" in told["let op"][0]) == ("niet vast te stellen", True)


def test_roles_from_a_column_and_a_workbook(file, capsys):
    near = {"B2", "C1", "C3", "D2"}
    book = Workbook()
    for number, line in enumerate(counts().splitlines()):
        name, year, value = line.split(",")
        role = "maatregel" if name == "C2" else "omgeving" if name in near else "controle"
        book.active.append(
            [name, year, "aantal", "rol"] if not number else [name, int(year), int(value), role]
        )
    book.save(file.with_suffix(".xlsx"))
    out = file.with_name("uit.xlsx")
    code, shown, err = run(
        capsys,
        "displacement",
        file.with_suffix(".xlsx"),
        "--since",
        2017,
        "--roles",
        "rol",
        "--out",
        out,
        "--json",
    )
    first = out.read_bytes()
    run(capsys, "displacement", file.with_suffix(".xlsx"), "--since", 2017, "--roles", "rol", "--out", out)

    assert code == 0, err
    assert json.loads(shown)["oordeel"] == "verplaatst"
    assert next(load_workbook(out).active.values)[0] == "maat"
    assert out.read_bytes() == first


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("A0,2014,", "A0,2013,", "rij 3: A0 in 2013 staat er twee keer in"),
        (
            "A0,2014,",
            "A0,2014,-",
            "rij 3, kolom aantal: een aantal moet een heel getal van 0 of meer zijn, niet -",
        ),
        ("A0,2014,", "A0,,", "rij 3, kolom jaar: hier staat niets"),
        (
            "A0,2014,",
            "A9,2014,",
            "er is geen regel voor A0 in 2014 (6 van zulke gaten); met --missing-is-zero",
        ),
        ("gemeente,", "plaats,", "inbraken.csv heeft geen kolom gemeente"),
        ("2018,", "2018,x", "kolom aantal: 'x"),
    ],
)
def test_a_fault_in_counts_says_where(file, capsys, old, new, words):
    file.write_text(counts().replace(old, new, 1))
    code, _, err = move(capsys, file)

    assert (code, words in err) == (1, True), err
    assert sorted(path.name for path in file.parent.iterdir()) == ["buren.csv", "inbraken.csv"]


def test_what_else_does_not_fit_is_told(file, capsys):
    assert "--since 2013: moet een van deze perioden zijn: 2014" in run(
        capsys, "displacement", file, "--since", "2013", "--treated", "C2"
    )[2]  # fmt: skip
    assert "geef op wie aan wie grenst" in run(
        capsys, "displacement", file, "--since", "2017", "--treated", "C2"
    )[2]  # fmt: skip
    file.with_name("buren.csv").write_text("van,naar\nC2,C3\nC2,Z9\n")
    assert "rij 3: buren.csv: gebied 'Z9' heeft geen cijfers" in move(capsys, file)[2]
    file.with_name("buren.csv").write_text("van,naar\nC2,C3\nC2,\n")
    assert "rij 3: hier horen twee gebieden" in move(capsys, file)[2]


def test_few_areas_need_a_figure_for_how_counts_vary(file, capsys):
    few = [
        line for line in counts(years=(2016, 2017)).splitlines() if line[:2] in ("ge", "C2", "C3", "A0", "A1")
    ]
    file.write_text("\n".join(few))
    file.with_name("buren.csv").write_text("van,naar\nC2,C3\n")
    assert "zijn te weinig om te zien hoeveel aantallen schommelen" in move(capsys, file)[2]
    code, out, _ = move(capsys, file, "--overdispersion", "0.01", "--json")

    assert (code, json.loads(out)["spreiding boven toeval"]) == (0, 0.01)


def test_periods_stand_in_order_of_time_or_are_refused(file, capsys):
    months = counts(years=range(2006, 2018))  # twelve, of which the last is the first with the measure
    for year in range(2006, 2018):
        months = months.replace(f",{year},", f",{year - 2005},")
    file.write_text(months)
    given = ("--since", "12", "--treated", "C2", "--neighbours", file.with_name("buren.csv"), "--json")
    code, out, err = run(capsys, "displacement", file, *given)

    assert (code, json.loads(out)["oordeel"]) == (0, "verplaatst"), err
    assert in_order({"2017-10", "2017-2", "2016-11"}, "maand") == ["2016-11", "2017-2", "2017-10"]
    for wrong in ({"2017", "2017-03"}, {"jan", "feb"}, {"01-2017", "12-2016"}, {"1", "01"}, {"voor", "1"}):
        with pytest.raises(TableFault, match="the order of"):
            in_order(wrong, "maand")


def test_a_group_without_events_before_has_no_line_in_the_chart(file, capsys):
    lines = [
        re.sub(r"(C2,201[56]),.*", r"\1,0", line) for line in counts(years=range(2015, 2019)).splitlines()
    ]
    file.write_text("\n".join(lines))
    code, _, err = move(capsys, file)
    chart = file.with_name("inbraken.verplaatsing.svg").read_text()

    assert code == 0, err
    assert "Zonder gebied: daar waren vóór de maatregel geen voorvallen." in chart
    named = set(re.findall(r'aria-label="(\w+) 2018:', chart))
    assert named == {"omgeving", "controle"}


def test_placebos_get_the_ring_that_was_asked_for(file, capsys, monkeypatch):
    asked = []

    def seen(*args, **options):
        asked.append((options["buffer"], options["gap"]))
        return spillover(*args, **options)

    monkeypatch.setattr(displacement, "spillover", seen)
    for buffer, gap in ((1, 0), (1, 1), (2, 0)):
        assert move(capsys, file, "--buffer", buffer, "--gap", gap)[0] == 0

    assert asked == [(1, 0), (1, 1), (2, 0)]


def test_rare_events_are_no_fault_of_the_number_of_areas(file, capsys):
    near = {"C2", "B2", "C1", "C3", "D2"}
    lines = [line.split(",") for line in counts().splitlines()[1:]]
    far = [name for name in NAMES if name not in near][:24]
    rare = [  # four control areas have an event in each year, all of them in one year only
        [area, year, number if area in near else int(area in far and far.index(area) % 6 == int(year) - 2013)]
        for area, year, number in lines
    ]
    file.write_text("gemeente,jaar,aantal\n" + "".join(f"{a},{y},{n}\n" for a, y, n in rare))
    code, _, err = move(capsys, file)

    assert (code, "zijn te weinig om te zien" in err) == (1, False)
    assert "te weinig voorvallen in de controlegebieden" in err
    assert "--overdispersion" in err


@pytest.mark.parametrize(("number", "code"), [(1, 1), (18, 1), (19, 0)])
def test_too_few_shuffles_to_find_anything_are_refused(events, capsys, number, code):
    found, _, err = run(capsys, "knox", events, "--permutations", number)

    assert found == code
    assert (f"--permutations {number}: te weinig" in err) == bool(code)


def test_a_second_opinion_is_given_only_with_its_package(file, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "causal_impact", None)
    assert "het pakket bsts-causalimpact is niet geïnstalleerd" in move(capsys, file, "--causal-impact")[2]
    stats = {"point_effect_mean": 12.0, "ci_lower": 3.0, "ci_upper": 20.0, "p_value": 0.01}
    fake = SimpleNamespace(CausalImpact=lambda *_, **__: SimpleNamespace(summary_stats=stats))
    monkeypatch.setitem(sys.modules, "causal_impact", fake)
    assert move(capsys, file, "--causal-impact")[0] == 0

    assert (
        "omgeving volgens tijdreeksmodel,12,3,20," in file.with_name("inbraken.verplaatsing.csv").read_text()
    )


def test_near_repeats_are_found_with_table_card_and_chart(events, capsys):
    code, out, _ = run(capsys, "knox", events, "--json")
    result = json.loads(out)

    assert (code, result["herhaling in"]) == (0, ["0 tot 100 m, 0 t/m 6 dagen"])
    lines = events.with_name("voorvallen.herhaling.csv").read_text().splitlines()
    assert lines[0] == "afstand,tijd,paren,verwacht,afwijking,verhouding,p,p over alle klassen,oordeel"
    assert len(lines) == 10
    assert "Knox-toets" in events.with_name("voorvallen.herhaling.kaart.txt").read_text()
    assert (
        "Methodekaart: herhaling in de buurt"
        in events.with_name("voorvallen.herhaling.kaart.txt").read_text()
    )
    assert "<svg" in events.with_name("voorvallen.herhaling.svg").read_text()


def test_bands_can_be_open_closed_on_the_right_and_have_a_place_of_their_own(events, capsys):
    words = ("--places", "0,100,inf", "--times", "0,7,inf", "--closed", "right", "--same-place", 0)
    code, out, _ = run(capsys, "knox", events, *words, "--permutations", 0, "--metric", "manhattan", "--json")
    rows = [
        line.split(",") for line in events.with_name("voorvallen.herhaling.csv").read_text().splitlines()[1:]
    ]
    total = json.loads(out)["voorvallen"]

    assert code == 0
    assert [tuple(row[:2]) for row in rows[:3]] == [
        ("zelfde plek", "0 t/m 7 dagen"),
        ("zelfde plek", "8 dagen en later"),
        ("0 tot en met 100 m", "0 t/m 7 dagen"),
    ]
    assert sum(int(row[2]) for row in rows) == total * (total - 1) // 2
    assert "nader bekijken" in {row[-1] for row in rows}


def test_the_hour_counts_when_it_is_given(events, capsys):
    events.write_text(
        "x,y,datum\n200000,460000,2018-01-01 23:00\n200010,460000,2018-01-02 01:00\n"
        "200020,460000,2018-01-03 00:59\n209000,460000,2018-01-09 12:00\n"
    )
    run(capsys, "knox", events, "--places", "0,100", "--times", "0,1,2", "--permutations", 0)
    rows = events.with_name("voorvallen.herhaling.csv").read_text().splitlines()[1:]

    assert [row.split(",")[1:3] for row in rows] == [["0 tot 1 dagen", "2"], ["1 tot 2 dagen", "1"]]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("6.1,52.2,01-02-2018", "rij 2, kolom x: (6.1, 52.2) lijkt in graden"),
        ("200000,460000,", "rij 2, kolom datum: een waarde ontbreekt"),
        ("200000,,01-02-2018", "rij 2, kolom y: een waarde ontbreekt"),
        ("200000,460000,31-02-2018", "rij 2, kolom datum: '31-02-2018' is geen datum"),
        ("200000,460000,01-02-2019", "rij 2, kolom datum: een moment in de toekomst"),
    ],
)
def test_a_fault_in_events_says_where(events, capsys, line, words):
    rows = events.read_text().splitlines()
    events.write_text("\n".join([rows[0], line, *rows[2:]]))
    code, _, err = run(capsys, "knox", events, "--today", "2018-12-31")

    assert (code, words in err) == (1, True), err
    assert [path.name for path in events.parent.iterdir()] == ["voorvallen.csv"]


def test_who_stops_it_keeps_no_half_file(events, capsys, monkeypatch):
    def stopped(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(knox_module, "shuffled_counts", stopped)

    assert run(capsys, "knox", events)[0] == 130
    assert [path.name for path in events.parent.iterdir()] == ["voorvallen.csv"]


def test_rates_are_no_counts(file, capsys):
    file.write_text(counts().replace("A0,2014,", "A0,2014,12.5\nA9,2013,", 1))
    assert (
        "rij 3, kolom aantal: een aantal moet een heel getal van 0 of meer zijn, niet 12.5"
        in (move(capsys, file)[2])
    )
    file.write_text(re.sub("A0,2014,.*", "A0,2014,12.000", counts()))
    assert "rij 3, kolom aantal: 12.000 is op twee manieren te lezen; schrijf 12000" in move(capsys, file)[2]


@pytest.mark.parametrize(
    ("years", "day", "words"),
    [
        (range(2013, 2019), "2018-12-31", "kolom jaar: 2018 is nog niet voorbij; laat die periode weg"),
        (
            [*range(2013, 2018), 2019],
            "2018-12-31",
            "kolom jaar: 2019 ligt in de toekomst; laat die",
        ),
        ([1013, *range(2014, 2019)], "2019-01-01", "rij 2, kolom jaar: 1013 ligt voor 1900; een tikfout?"),
    ],
)
def test_years_that_cannot_be_are_refused(file, capsys, years, day, words):
    file.write_text(counts(years=years))
    code, _, err = move(capsys, file, "--today", day)

    assert (code, words in err) == (1, True), err


def test_a_year_that_no_area_has_is_named(file, capsys):
    file.write_text(counts(years=[2012, 2013, 2015, 2016, 2017, 2018]))
    result = json.loads(move(capsys, file, "--json")[1])

    assert result["let op"] == [
        "voor geen enkel gebied is er een regel voor: 2014; die periode telt niet mee"
    ]


def test_treated_areas_can_be_given_one_by_one_also_with_a_comma(file, capsys):
    for path in (file, file.with_name("buren.csv")):
        path.write_text(path.read_text().replace("C2", '"Col, hoek"'))
    given = ("--since", "2017", "--neighbours", file.with_name("buren.csv"), "--json")
    once = ("--treated", '"Col, hoek"', "--treated", "F4")
    code, out, err = run(capsys, "displacement", file, *given, *once)

    assert (code, json.loads(out)["maatregel"]) == (0, 2), err
    assert (
        json.loads(run(capsys, "displacement", file, *given, "--treated", "Col, hoek")[1])["maatregel"] == 1
    )
