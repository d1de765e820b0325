import json
import os
from pathlib import Path

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
    figures = {row[:2]: row[2] for row in rows[1:]}
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
