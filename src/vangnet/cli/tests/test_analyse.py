import hashlib
import json
import os
import signal
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook, load_workbook

from vangnet.analysis.disclosure import verifier
from vangnet.cli import tables
from vangnet.cli.main import main

FIGURES = """gemeente,district,jaar,aantal
Aalst,Noord,2017,12
Aalst,Noord,2018,3
Bree,Noord,2017,22
Bree,Noord,2018,17
Colm,Zuid,2017,31
Colm,Zuid,2018,28
Dorn,Zuid,2017,7
Dorn,Zuid,2018,16
"""
FORM = ("--dimensions", "gemeente,jaar", "--nest", "gemeente=district")


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "cijfers.csv"
    path.write_text(FIGURES, encoding="utf-8")
    return path


def run(capsys, *words):
    code = main(["analyse", *map(str, words)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_a_table_is_protected_with_certificate_and_card(file, capsys):
    code, out, _ = run(capsys, "suppress", file, *FORM, "--json")
    result = json.loads(out)

    assert (code, result["gevoelig"], result["smalste marge"] >= 5) == (0, 1, True)
    proof = file.with_name("cijfers.beveiligd.bewijs.json")
    table = file.with_name("cijfers.beveiligd.csv")
    assert verifier.main([str(proof), str(table)]) == 0
    assert "Aalst,2018,Noord,,niet getoond" in table.read_text()
    card = file.with_name("cijfers.beveiligd.kaart.txt").read_text()
    assert "Methodekaart: cellen verbergen" in card
    assert "Method card: cell suppression" in card


def test_who_is_alone_in_a_cell_cannot_work_out_another_one(file, capsys):
    kinds = {"a": (1, 40, 61), "b": (3, 50, 44), "c": (20, 22, 25), "d": (30, 31, 37)}
    lines = [
        f"{place},{kind},{n}" for kind, row in kinds.items() for place, n in zip("XYZ", row, strict=True)
    ]
    file.write_text("gemeente,delict,aantal\n" + "\n".join(lines) + "\n")
    form = ("--dimensions", "gemeente,delict", "--json")
    run(capsys, "suppress", file, *form, "--needed", 1)
    shown = file.with_name("cijfers.beveiligd.csv")
    code, out, err = run(capsys, "audit", shown, *form, "--needed", 1, "--knows", "X,a=1")
    result = json.loads(out)
    safe = json.loads(run(capsys, "suppress", file, *form, "--needed", 1, "--insiders")[1])
    again = json.loads(run(capsys, "audit", shown, *form, "--needed", 1, "--knows", "X,a=1")[1])

    assert (code, result["smal"]) == (1, 0), err
    assert "X x b: 3 tot 3 (weet X x a)" in result["dat zijn"]
    assert "in 1 cel; wie alleen het eigen cijfer" in safe["wie alleen staat"]
    assert "geen andere gevoelige cel" in safe["wie alleen staat"]
    assert "X x b" not in str(again["dat zijn"])
    assert "er is geen cel Q,a" in run(capsys, "audit", shown, *form, "--knows", "Q,a=1")[2]
    assert (
        "geef het cijfer van een verborgen cel" in run(capsys, "audit", shown, *form, "--knows", "Z,d=1")[2]
    )

    file.write_text(FIGURES, encoding="utf-8")
    nobody = json.loads(run(capsys, "suppress", file, *FORM, "--insiders", "--json")[1])
    assert nobody["wie alleen staat"].startswith("in geen enkele verborgen gevoelige cel")


def parquet(path, select, *values):
    with duckdb.connect() as made:
        made.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)", list(values))
    return path


def test_parquet_gives_the_same_table_as_the_same_lines_in_csv(file, capsys):
    other = parquet(file.with_suffix(".parquet"), f"SELECT * FROM read_csv('{file}')")
    run(capsys, "suppress", file, *FORM)
    from_csv = file.with_name("cijfers.beveiligd.csv").read_bytes()
    code, _, err = run(capsys, "suppress", other, *FORM)

    assert code == 0, err
    assert file.with_name("cijfers.beveiligd.csv").read_bytes() == from_csv


def test_a_fault_in_parquet_says_where(file, capsys, monkeypatch):
    path = file.with_suffix(".parquet")
    parquet(path, "SELECT 'A' AS gemeente, 'x' AS district, 2017 AS jaar, [1, 2] AS aantal")
    assert "rij 1, kolom aantal: cijfers.parquet: bevat INTEGER[]" in run(capsys, "suppress", path, *FORM)[2]
    parquet(path, f"SELECT * REPLACE (nullif(gemeente, 'Colm') AS gemeente) FROM read_csv('{file}')")
    assert "rij 6, kolom gemeente: geen code" in run(capsys, "suppress", path, *FORM)[2]
    monkeypatch.setattr(tables.parquet, "MOST_CELLS", 31)
    assert "8 regels van 4 kolommen zijn te veel" in run(capsys, "suppress", path, *FORM)[2]
    path.write_bytes(b"PAR1 but not really")
    assert "is geen Parquet-bestand, of een beschadigd" in run(capsys, "suppress", path, *FORM)[2]
    odd = path.rename(path.with_name("cijfers*.parquet"))
    assert "geef een andere naam" in run(capsys, "suppress", odd, *FORM)[2]


def test_the_same_file_gives_the_same_bytes(file, capsys):
    run(capsys, "suppress", file, *FORM)
    first = {path.name: path.read_bytes() for path in file.parent.iterdir()}
    run(capsys, "suppress", file, *FORM)

    assert {path.name: path.read_bytes() for path in file.parent.iterdir()} == first


def test_what_was_protected_passes_an_audit_and_what_was_not_does_not(file, capsys):
    run(capsys, "suppress", file, *FORM)
    published = file.with_name("cijfers.beveiligd.csv")
    code, out, _ = run(capsys, "audit", published, *FORM, "--json")
    assert (code, json.loads(out)["smal"]) == (0, 0)

    published.write_text(
        FIGURES.replace("Aalst,Noord,2018,3", "Aalst,Noord,2018,") + "Bree,Noord,Totaal,39\n"
    )
    with_sums = FIGURES.replace("Aalst,Noord,2018,3", "Aalst,Noord,2018,") + "Aalst,Noord,Totaal,15\n"
    published.write_text(with_sums)
    code, out, _ = run(capsys, "audit", published, *FORM, "--json")

    assert (code, json.loads(out)["precies af te leiden"] > 0) == (1, True)


def test_an_earlier_release_counts(file, capsys):
    run(capsys, "suppress", file, *FORM)
    before = file.with_name("eerder.csv")
    file.with_name("cijfers.beveiligd.csv").rename(before)
    code, out, _ = run(capsys, "suppress", file, *FORM, "--earlier", before, "--json")

    assert (code, json.loads(out)["smalste marge"] >= 5) == (0, True)
    assert "eerder.csv" in file.with_name("cijfers.beveiligd.bewijs.json").read_text()


def test_a_merged_municipality_is_linked_to_the_old_ones(file, capsys):
    old = file.with_name("oud.csv")
    old.write_text(FIGURES.replace("Aalst,Noord,2018,3", "Aalst,Noord,2018,").replace("2018,17", "2018,"))
    file.write_text(
        "gemeente,district,jaar,aantal\nAalstbree,Noord,2017,34\nAalstbree,Noord,2018,\n"
        "Totaal,,2018,64\nColm,Zuid,2017,31\nColm,Zuid,2018,28\nDorn,Zuid,2017,7\nDorn,Zuid,2018,16\n"
    )
    code, _, err = run(
        capsys, "audit", file, *FORM, "--earlier", old, "--same-as", "Aalstbree=Aalst+Bree", "--json"
    )

    assert code == 1, err
    assert "Aalstbree,2018,20,20,smal" in file.with_name("cijfers.marges.csv").read_text()


def test_a_rounded_table_adds_up(file, capsys):
    code, out, _ = run(capsys, "round", file, *FORM, "--out", file.with_name("rond.xlsx"), "--json")
    rows = list(load_workbook(file.with_name("rond.xlsx")).active.values)

    assert (code, json.loads(out)["cellen"]) == (0, 21)
    figures = {row[:2]: row[3] for row in rows[1:]}  # after the district
    assert figures["Noord", "2017"] == figures["Aalst", "2017"] + figures["Bree", "2017"]


def test_a_workbook_is_read_too(file, capsys):
    book = Workbook()
    for line in FIGURES.splitlines():
        book.active.append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
    book.save(file.with_suffix(".xlsx"))

    assert run(capsys, "suppress", file.with_suffix(".xlsx"), *FORM)[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2018,16", "2018,-16", "rij 9, kolom aantal: -16 is negatief"),
        ("2018,16", "2018,veel", "row 9, column aantal: 'veel' is not a number"),
        ("Dorn,Zuid,2018,16\n", "", "ontbrekende cel: gemeente Dorn, jaar 2018"),
        ("Dorn,Zuid,2018", "Dorn,Noord,2018", "rij 9, kolom gemeente: Dorn hoort bij Zuid en bij Noord"),
        ("Dorn,Zuid,2018", "Dorn,,2018", "rij 9, kolom gemeente: gat in de hiërarchie"),
        ("Dorn,Zuid,2018,16", "Dorn,Zuid,2018,16,9", "row 9: 5 cells under 4 columns"),
        ("gemeente,district", "plaats,district", "heeft geen kolom gemeente; er zijn: plaats"),
        ("2018,16\n", "2018,16\nTotaal,,Totaal,1\n", "rij 10, kolom aantal: telt niet op"),
    ],
)
def test_a_bad_file_is_refused_with_row_and_column(file, capsys, old, new, words):
    file.write_text(FIGURES.replace(old, new), encoding="utf-8")
    code, _, err = run(capsys, "suppress", file, *FORM)

    assert code == 1
    assert words in err
    assert [path.name for path in file.parent.iterdir()] == ["cijfers.csv"]


def test_a_file_that_is_not_there_or_no_text_is_refused(file, capsys):
    assert run(capsys, "suppress", file.with_name("geen.csv"), *FORM)[0] == 1
    file.write_bytes(FIGURES.encode().replace(b"Bree", b"Br\xe9e"))
    code, _, err = run(capsys, "suppress", file, *FORM)

    assert (code, "rij 4" in err) == (1, True)


def test_stopping_halfway_leaves_no_half_file(file, monkeypatch):
    written = []

    def stop(name, path):
        written.append(path)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        tables.write_all({file.with_name("a.csv"): b"1", file.with_name("b.csv"): b"2"})

    assert written
    assert [path.name for path in file.parent.iterdir()] == ["cijfers.csv"]


@pytest.mark.parametrize("wrong", [KeyboardInterrupt, OSError])
def test_what_goes_wrong_between_two_files_leaves_the_old_ones(file, monkeypatch, wrong):
    one, two = file.with_name("a.csv"), file.with_name("b.csv")
    one.write_bytes(b"oud")
    real, calls = os.replace, []

    def stop(name, path):
        calls.append(path)
        if len(calls) == 2:
            raise wrong
        real(name, path)

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(wrong):
        tables.write_all({one: b"1", two: b"2"})

    assert one.read_bytes() == b"oud"
    assert sorted(path.name for path in file.parent.iterdir()) == ["a.csv", "cijfers.csv"]


def test_ctrl_c_between_two_files_waits_until_both_are_there(file, monkeypatch):
    real = os.replace

    def interrupted(name, path):
        real(name, path)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(os, "replace", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background ignores it
    try:
        with pytest.raises(KeyboardInterrupt):
            tables.write_all({file.with_name("a.csv"): b"1", file.with_name("b.csv"): b"2"})
    finally:
        signal.signal(signal.SIGINT, before)

    assert sorted(path.name for path in file.parent.iterdir()) == ["a.csv", "b.csv", "cijfers.csv"]


def test_new_files_have_the_rights_of_any_new_file_and_old_ones_keep_theirs(file):
    file.chmod(0o640)
    mask = os.umask(0o022)
    try:
        tables.write_all({file: b"1", file.with_name("b.csv"): b"2"})
    finally:
        os.umask(mask)

    assert [path.stat().st_mode & 0o777 for path in (file, file.with_name("b.csv"))] == [0o640, 0o644]


def test_what_is_read_and_a_directory_are_not_written_over(file, capsys):
    code, _, err = run(capsys, "suppress", file, *FORM, "--out", file.parent / "." / file.name)
    assert (code, "zou worden overschreven" in err, file.read_text()) == (1, True, FIGURES)
    earlier = file.with_name("cijfers.beveiligd.csv")
    earlier.write_text(FIGURES.replace("22", ""), encoding="utf-8")
    code, _, err = run(capsys, "suppress", file, *FORM, "--earlier", earlier)
    assert (code, "zou worden overschreven" in err, "Bree,Noord,2017,\n" in earlier.read_text()) == (
        1,
        True,
        True,
    )
    file.with_name("cijfers.marges.kaart.txt").mkdir()
    code, _, err = run(capsys, "audit", file, *FORM)
    assert (code, "is een map" in err, file.with_name("cijfers.marges.csv").exists()) == (1, True, False)


def test_a_text_that_looks_like_a_formula_stays_text_and_is_read_back(tmp_path):
    rows = [["=1+1", -5], ["@som", 2.5], ["-18", ""], ["-", 0], ["'t Hof", 1]]
    for name, write in (("a.csv", tables.as_csv), ("a.xlsx", tables.as_xlsx)):
        path = tmp_path / name
        path.write_bytes(write(("+naam", "aantal"), rows))
        sheet = tables.read(path)
        assert sheet.columns == ("+naam", "aantal")
        assert [cells[0] for _, cells in sheet.rows] == ["=1+1", "@som", "-18", "-", "'t Hof"]

    assert (tmp_path / "a.csv").read_text().splitlines()[:4] == [
        "'+naam,aantal",
        "'=1+1,-5",
        "'@som,2.5",
        "'-18,",
    ]
    cells = load_workbook(tmp_path / "a.xlsx").active
    assert [(cells.cell(2, at).value, cells.cell(2, at).data_type) for at in (1, 2)] == [
        ("=1+1", "s"),
        (-5, "n"),
    ]


def test_two_files_of_one_name_each_have_a_hash_on_card_and_certificate(file, capsys):
    earlier = file.parent / "vorig" / file.name
    earlier.parent.mkdir()
    earlier.write_text(FIGURES.replace("2018,3", "2018,"), encoding="utf-8")
    assert run(capsys, "suppress", file, *FORM, "--earlier", earlier)[0] == 0

    read = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (file, earlier)]
    card = file.with_name("cijfers.beveiligd.kaart.json").read_text()
    proof = json.loads(file.with_name("cijfers.beveiligd.bewijs.json").read_text())
    assert all(one in card for one in read)
    assert f"{earlier} {read[1]}" in json.dumps(proof)
