"""`vangnet analyse suppress, audit, round`: releases, amounts, options, certificate and charts."""

import json
from pathlib import Path

import pytest

from vangnet.analysis.disclosure import argus, verifier
from vangnet.cli.main import main

FORM = ("--dimensions", "gemeente,jaar")
NEST = (*FORM, "--nest", "gemeente=district")
FIRST = """gemeente,jaar,aantal
A,2017,3
A,2018,12
B,2017,14
B,2018,19
C,2017,30
C,2018,25
"""
SECOND = """gemeente,jaar,aantal
A,2018,12
B,2018,19
C,2018,25
A,2019,9
B,2019,22
C,2019,41
"""
AMOUNTS = """gemeente,district,jaar,aantal,n,grootste,tweede
A,X,2017,1000,1,1000,0
B,X,2017,60,4,20,20
C,Y,2017,200,9,60,50
D,Y,2017,90,8,20,10
A,X,2018,40,8,10,10
B,X,2018,60,4,20,10
C,Y,2018,200,9,60,50
D,Y,2018,90,8,20,10
"""
MONEY = ("--unit", "amount", "--contributors", "n", "--largest", "grootste", "--second", "tweede")


def run(capsys, *words):
    code = main(["analyse", *map(str, words)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


@pytest.fixture
def write(tmp_path):
    def made(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return made


@pytest.fixture
def published(write, tmp_path, capsys):
    """Return last year's release, in which A 2017 (3) is hidden."""
    run(capsys, "suppress", write("eerst.csv", FIRST), *FORM)
    path = tmp_path / "eerst.beveiligd.csv"
    assert "A,2018,,niet getoond\nA,Totaal,15,getoond\n" in path.read_text()
    return path


@pytest.mark.parametrize("more", [[], ["--revised"]])
def test_the_release_of_the_next_years_does_not_give_last_years_away(write, published, capsys, more):
    now = write("nu.csv", SECOND)
    code, _, err = run(capsys, "suppress", now, *FORM, "--earlier", published, *more)
    shown = now.with_name("nu.beveiligd.csv")
    checked = json.loads(run(capsys, "audit", shown, *FORM, "--earlier", published, "--json", *more)[1])

    assert code == 0, err
    assert "A,2018,,niet getoond" in shown.read_text()
    assert (checked["precies af te leiden"], checked["smal"]) == (0, 0)
    assert verifier.main([str(now.with_name("nu.beveiligd.bewijs.json")), str(shown)]) == 0


def test_an_audit_sees_that_a_year_more_gives_away_what_was_hidden(write, published, capsys):
    code, _, _ = run(capsys, "audit", write("nu.csv", SECOND), *FORM, "--earlier", published)

    assert code == 1
    assert "A,2017,3,3,smal" in published.with_name("nu.marges.csv").read_text()


def test_a_code_of_same_as_that_no_release_has_is_refused(write, published, capsys):
    now = write("nu.csv", "gemeente,jaar,aantal\nAB,2017,17\nAB,2018,31\nC,2017,30\nC,2018,25\n")
    form = ("suppress", now, *FORM, "--earlier", published, "--same-as")

    assert (
        "geen publicatie heeft een code 'Aa'; het dichtst erbij komt A " in run(capsys, *form, "AB=Aa+B")[2]
    )
    assert (
        "geen publicatie heeft een code 'ABB'; het dichtst erbij komt AB " in run(capsys, *form, "ABB=A+B")[2]
    )
    code, out, err = run(capsys, *form, " AB = A + B ")
    assert (code, "let op" in out) == (0, False), err


def test_codes_that_went_and_came_without_same_as_are_told(write, published, capsys):
    now = write("nu.csv", "gemeente,jaar,aantal\nAB,2017,17\nAB,2018,31\nC,2017,30\nC,2018,25\n")
    _, out, _ = run(capsys, "suppress", now, *FORM, "--earlier", published)

    assert "let op: gemeente: verdwenen zijn A, B, nieuw zijn AB; hangen die samen" in out
    assert "verdwenen zijn A, B" in now.with_name("nu.beveiligd.kaart.txt").read_text()


def test_hidden_counts_are_one_or_more_unless_zeros_may_be_hidden(write, capsys):
    ones = "gemeente,jaar,aantal,status\nA,2017,,\nA,2018,,\nA,Totaal,2,\nB,2017,,\nB,2018,,\nB,Totaal,2,\n"
    file = write("z.csv", ones + "C,2017,20,\nC,2018,30,\nD,2017,0,\nD,2018,31,\n")
    margins = file.with_name("z.marges.csv")
    run(capsys, "audit", file, *FORM, "--needed", 1, "--positive")
    assert "A,2017,1,1,smal\nA,2018,1,1,smal\n" in margins.read_text()
    code, out, _ = run(capsys, "audit", file, *FORM, "--needed", 1)
    assert "A,2017,0,2,ruim\nA,2018,0,2,ruim\n" in margins.read_text()
    assert "precies af te leiden: 3\n" in out
    assert (code, "precies af te leiden als een 0 altijd is getoond: 9" in out) == (1, True)
    _, out, _ = run(capsys, "audit", file, *FORM, "--needed", 1, "--zeros-hidden")
    assert "altijd is getoond" not in out

    whole = write(
        "w.csv", "gemeente,jaar,aantal\nA,2017,1\nA,2018,1\nB,2017,1\nB,2018,1\nC,2017,20\nC,2018,30\n"
    )
    run(capsys, "suppress", whole, *FORM, "--needed", 1, "--fewest", 2)
    proof = json.loads(whole.with_name("w.beveiligd.bewijs.json").read_text())
    assert proof["attacker"]["least"] == 0
    safe = whole.with_name("w.beveiligd.csv")
    code, out, _ = run(capsys, "audit", safe, *FORM, "--needed", 1)
    assert (code, "altijd is getoond: 0" in out) == (0, True)
    assert "knows it to be 1 or more" in whole.with_name("w.beveiligd.kaart.txt").read_text()


def test_amounts_need_a_width_of_their_own(write, capsys):
    file = write("geld.csv", AMOUNTS)
    code, _, err = run(capsys, "suppress", file, *NEST, *MONEY)
    assert (code, "--unit amount: zeg hoe breed een marge moet zijn" in err) == (1, True)

    code, _, err = run(capsys, "suppress", file, *NEST, *MONEY, "--needed-share", 15)
    table, proof = file.with_name("geld.beveiligd.csv"), file.with_name("geld.beveiligd.bewijs.json")
    content = json.loads(proof.read_text())
    assert code == 0, err
    assert {row[3] for row in content["intervals"]} == {0}  # the width itself would tell the figure
    assert verifier.main([str(proof), str(table)]) == 0
    assert "15 % of the upper end" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        run(capsys, "suppress", file, *NEST, *MONEY, "--needed-share", 100)


def test_a_district_in_which_one_holds_nearly_all_is_hidden(write, capsys):
    file = write("geld.csv", AMOUNTS)
    _, out, _ = run(capsys, "suppress", file, *NEST, *MONEY, "--needed", 50)

    assert "X,2017,Totaal,,niet getoond" in file.with_name("geld.beveiligd.csv").read_text()
    assert "van sommen is de grootste bijdrage minstens die van de delen" in out
    bare = run(capsys, "suppress", file, *NEST, "--unit", "amount", "--needed", 50)[1]
    assert "overheersing is niet nagegaan (--largest ontbreekt)" in bare


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2017,60,4,20,20", "2017,60,4,20,30", "rij 3, kolom tweede: de tweede bijdrage is negatief of meer"),
        ("2017,60,4,20,20", "2017,60,0,20,20", "rij 3, kolom n: 0 bijdragers achter een cijfer"),
        ("2017,60,4,20,20", "2017,60,4.5,20,20", "rij 3, kolom n: een aantal bijdragers is een geheel getal"),
        (
            "2017,60,4,20,20",
            "2017,60,4,80,20",
            "rij 3, kolom grootste: de grootste bijdrage is negatief of meer",
        ),
        (
            "2017,60,4,20,20",
            "2017,60,4,35,30",
            "rij 3, kolom tweede: de twee grootste bijdragen zijn samen meer",
        ),
        (
            "D,Y,2018,90,8,20,10\n",
            "D,Y,2018,90,8,20,10\nX,,2017,1060,5,90,10\n",
            "rij 10, kolom grootste: de grootste van een som is minder",
        ),
    ],
)
def test_contributors_that_cannot_be_are_refused_with_row_and_column(write, capsys, old, new, words):
    text = AMOUNTS.replace(old, new)
    nest = ("--nest", f"gemeente={write('indeling.csv', 'district,gemeente' + NESTED)}")
    code, _, err = run(capsys, "suppress", write("geld.csv", text), *FORM, *nest, *MONEY, "--needed", 50)

    assert (code, words in err) == (1, True), err


NESTED = "\nX,A\nX,B\nY,C\nY,D\n"


@pytest.mark.parametrize("command", ["suppress", "round"])
def test_a_fraction_is_no_count(write, capsys, command):
    code, _, err = run(capsys, command, write("half.csv", FIRST.replace("2018,12", "2018,3.5")), *FORM)

    assert (code, "rij 3, kolom aantal: 3.5 is geen geheel getal" in err) == (1, True)


def test_every_command_draws_a_chart(write, published, capsys):
    run(capsys, "audit", published, *FORM)
    out = run(capsys, "round", write("heel.csv", FIRST), *FORM)[1]
    run(capsys, "suppress", write("groot.csv", FIRST.replace("2017,3\n", "2017,30\n")), *FORM)

    assert "heel.afgerond.svg" in out
    charts = {
        "eerst.beveiligd.svg": "Smalste marges van verborgen cellen",
        "eerst.beveiligd.marges.svg": "Smalste marges van verborgen cellen",
        "heel.afgerond.svg": "Afgeronde cijfers per gemeente",
        "groot.beveiligd.svg": "Hoeveel cellen zijn verborgen",
    }
    for name, words in charts.items():
        text = published.with_name(name).read_text()
        assert text.startswith("<svg")
        assert words in text


def test_round_offers_nothing_that_it_ignores(write, capsys):
    file = write("heel.csv", FIRST)
    for option in ("--earlier", "--same-as", "--needed", "--earlier-rounded", "--needed-share"):
        with pytest.raises(SystemExit):
            run(capsys, "round", file, *FORM, option, "x=1")
        assert f"unrecognized arguments: {option}" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run(capsys, "round", file, *FORM, "--revised")


def test_a_rounded_table_can_be_read_as_an_earlier_release(write, capsys):
    lines = ["A,N,2017,3", "A,N,2018,12", "B,N,2017,14", "B,N,2018,19", "C,Z,2017,30", "C,Z,2018,25", ""]
    text = "\n".join(["gemeente,district,jaar,aantal", *lines])
    file = write("heel.csv", text)
    run(capsys, "round", file, *NEST)
    rounded = file.with_name("heel.afgerond.csv")
    now = file.with_name("nu.csv")
    now.write_text(
        "gemeente,district,jaar,aantal\nA,N,2017,\nA,N,2018,\nB,N,2017,14\nB,N,2018,19\nC,Z,2017,\nC,Z,2018,\n"
    )
    code, _, err = run(capsys, "audit", now, *NEST, "--earlier-rounded", f"{rounded}=5", "--needed", 20)
    lines = now.with_name("nu.marges.csv").read_text().split("\n")
    least, most = next(line for line in lines if line.startswith("A,2017,")).split(",")[2:4]

    assert rounded.read_text().startswith("gemeente,jaar,district,aantal\nA,2017,N,")
    assert code == 1, err
    assert (float(least) <= 3 <= float(most), float(most) - float(least) <= 8) == (True, True)
    assert "heel.afgerond.csv" in now.with_name("nu.marges.kaart.json").read_text()
    with pytest.raises(SystemExit):
        run(capsys, "audit", now, *NEST, "--earlier-rounded", str(rounded))
    form = ("suppress", file, *NEST, "--earlier-rounded", f"{rounded}=5", "--needed")
    assert run(capsys, *form, 3)[0] == 0
    assert "eerdere publicaties lieten er" in run(capsys, *form, 20)[2]


def test_a_dimension_that_an_earlier_release_lacks_counts_as_its_total(write, capsys):
    coarse = write("grof.csv", "gemeente,aantal\nA,15\nB,33\nC,55\nTotaal,103\n")
    now = write("nu.csv", FIRST.replace("A,2017,3", "A,2017,") + "A,Totaal,\nB,Totaal,\nTotaal,2017,\n")
    run(capsys, "audit", now, *FORM)
    assert "A,2017,0,,ruim" in now.with_name("nu.marges.csv").read_text()
    code, _, err = run(capsys, "audit", now, *FORM, "--earlier", coarse)

    assert code == 1, err
    assert "A,2017,3,3,smal" in now.with_name("nu.marges.csv").read_text()
    other = write("iets.csv", "wijk,aantal\nw,1\n")
    assert (
        "heeft geen van de kenmerken gemeente, jaar"
        in run(capsys, "audit", now, *FORM, "--earlier", other)[2]
    )


def test_tau_argus_that_is_not_installed_is_told_and_done_without(write, capsys, monkeypatch):
    monkeypatch.setattr(argus, "find_spec", lambda name: None)
    file = write("heel.csv", FIRST)
    code, out, err = run(capsys, "suppress", file, *FORM, "--tau-argus")

    assert (code, "tau-ARGUS (pytauargus) is niet geïnstalleerd" in out) == (0, True), err
    card = json.loads(file.with_name("heel.beveiligd.kaart.json").read_text())
    assert (card["parameters"]["engine"], "niet geïnstalleerd" in card["result"]["let op"]) == (
        "vangnet",
        True,
    )
    assert not argus.is_installed(str(file))


def test_a_workbook_is_held_against_its_certificate_too(write, capsys, tmp_path):
    out = tmp_path / "uit.xlsx"
    run(capsys, "suppress", write("heel.csv", FIRST), *FORM, "--out", out)
    proof = json.loads(out.with_name("uit.bewijs.json").read_text())
    assert verifier.check(proof, out.read_bytes()) == []
    assert verifier._check_table(
        proof | {"cells": [[key, 7, 7] for key, *_ in proof["cells"]]}, out.read_bytes()
    )


def test_a_municipality_that_is_new_in_the_list_of_districts_is_no_revision(write, published, capsys):
    nest = ("--nest", f"gemeente={write('indeling.csv', 'district,gemeente' + NESTED)}")
    now = write("nu.csv", FIRST + "D,2017,40\nD,2018,50\n")
    code, _, err = run(capsys, "suppress", now, *FORM, *nest, "--earlier", published)

    assert code == 0, err


@pytest.mark.parametrize("least", ["0", "-3", "nan"])
def test_a_width_of_nothing_is_refused(write, capsys, least):
    try:
        code, _, err = run(capsys, "suppress", write("heel.csv", FIRST), *FORM, "--needed", least)
    except SystemExit as stop:
        code, err = stop.code, capsys.readouterr().err

    assert code
    assert "--needed" in err


def test_an_audit_of_amounts_does_not_take_hidden_ones_to_be_one_or_more(write, capsys):
    file = write("geld.csv", "branche,aantal,status\na,,\nb,,\nc,0.7,\nTotaal,2.2,\n")
    run(capsys, "audit", file, "--dimensions", "branche", "--needed", 1)

    assert "a,0,1.5,ruim" in file.with_name("geld.marges.csv").read_text()
