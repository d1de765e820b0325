"""What options may be, what is on a card, and what every command refuses alike."""

import argparse
import contextlib
import json
import random

import pytest

from vangnet.analysis.said import NAMES, Said, pairs
from vangnet.cli import analyse, tables
from vangnet.cli.main import main, parser
from vangnet.cli.options import HIDDEN, names, number, whole

LINKS = "van,naar\n" + "".join(f"hub,{leaf}\nhub,{leaf}{leaf}\n{leaf},{leaf}1\n" for leaf in "abcd")
TABLE = ("--dimensions", "gemeente")


@pytest.fixture
def files(tmp_path):
    chance = random.Random(1)
    (tmp_path / "links.csv").write_text(LINKS)
    (tmp_path / "roles.csv").write_text("naam,rol\nhub,makelaar\na,makelaar\nb,kok\n")
    lines = [f"{name},{year},{chance.randint(80, 120)}\n" for name in "ABCDEFG" for year in range(2012, 2019)]
    (tmp_path / "counts.csv").write_text("gemeente,jaar,aantal\n" + "".join(lines))
    (tmp_path / "near.csv").write_text(
        "a,b\n" + "".join(f"{a},{b}\n" for a, b in zip("ABCDEF", "BCDEFG", strict=True))
    )
    events = [
        f"{chance.randint(200000, 203000)},{chance.randint(460000, 463000)},2018-{at % 12 + 1:02}-11\n"
        for at in range(40)
    ]
    (tmp_path / "events.csv").write_text("x,y,datum\n" + "".join(events))
    months = [
        f"A,{year}-{month:02},{chance.randint(5, 20)}\n"
        for year in range(2014, 2019)
        for month in range(1, 13)
        if year < 2018 or month < 9
    ]
    (tmp_path / "months.csv").write_text("gemeente,maand,aantal\n" + "".join(months))
    return tmp_path


EVERY = {
    "positions": ("links.csv", "--size", "1", "--draws", "5"),
    "disrupt": ("links.csv", "--gone", "hub", "--gone", "a,b", "--roles", "{folder}/roles.csv"),
    "displacement": ("counts.csv", "--since", "2016", "--treated", "D", "--neighbours", "{folder}/near.csv"),
    "knox": ("events.csv", "--permutations", "0"),
    "nowcast": ("months.csv", "--today", "2018-09-20"),
}


def run(capsys, command, files, *more):
    file, *words = (word.format(folder=files) for word in EVERY[command])
    code = main(["analyse", command, str(files / file), *words, *map(str, more)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def commands():
    """Return every command of `vangnet analyse` with its options."""
    nouns = next(one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    verbs = next(
        one for one in nouns.choices["analyse"]._actions if isinstance(one, argparse._SubParsersAction)
    )
    return {
        name: [action for action in verb._actions if action.dest != "help"]
        for name, verb in verbs.choices.items()
    }


@pytest.mark.parametrize("command", EVERY)
def test_every_setting_is_on_the_card_in_two_languages(files, capsys, command):
    out = files / "uit.csv"
    code, _, err = run(capsys, command, files, "--out", out)
    card = json.loads((files / "uit.kaart.json").read_text())
    text = (files / "uit.kaart.txt").read_text()
    dutch, english = text.split("\nMethod card")
    paths = {"neighbours"} | ({"roles"} if command == "disrupt" else set())
    wanted = {action.dest for action in commands()[command]} - set(HIDDEN) - paths

    assert code == 0, err
    assert wanted <= set(card["parameters"])
    for name in wanted:
        assert f"{NAMES[name][0]} = " in dutch.split("instellingen: ")[1].split("\n")[0]
        assert f"{NAMES[name][1]} = " in english.split("parameters: ")[1].split("\n")[0]
    for python in ("None", "True", "False", "['", "]"):
        assert python not in text.split("instellingen: ")[1].split("\n")[0]


def test_every_option_has_a_name_in_two_languages():
    asked = {action.dest for options in commands().values() for action in options}
    files = {"file", "json", "out", "neighbours", "earlier", "engine_python"}

    assert asked - files <= set(NAMES)
    assert pairs({"zeros": False, "p_percent": None, "wave": ["a", "b"], "insiders": True}, "nl") == (
        "ook nul is gevoelig = nee; schatting van de grootste op, in procent = niet opgegeven; "
        "kolom met het moment = a, b; wie zelf meetelt valt aan = ja"
    )
    assert pairs({Said("weg", "gone"): Said("niemand", "nobody")}, "en") == "gone = nobody"


@pytest.mark.parametrize(
    ("command", "option", "value", "words"),
    [
        ("suppress", "--needed", "nan", "geef een getal boven 0 / give a number above 0"),
        ("suppress", "--fewest", "-3", "geef een heel getal van 1 of meer / give a whole number of 1"),
        ("suppress", "--fewest", "0", "geef een heel getal van 1 of meer"),
        ("suppress", "--dominance", "0", "geef een getal boven 0, hoogstens 100 / give a number"),
        ("suppress", "--unit", "people", "geef een van persons, incidents, amount / give one of persons"),
        ("suppress", "--seconds", "-1", "geef een getal boven 0"),
        ("suppress", "--nest", "gemeente", "geef twee namen met = ertussen, a=b"),
        ("round", "--base", "1", "geef een heel getal van 2 of meer"),
        ("round", "--gap", "1", "geef een getal van 0 of meer, onder 1"),
        ("positions", "--seed", "-1", "geef een heel getal van 0 of meer"),
        ("positions", "--steps", "0", "geef een heel getal van 1 of meer"),
        ("positions", "--draws", "0", "geef een heel getal van 1 of meer"),
        ("positions", "--seconds", "nan", "geef een getal boven 0"),
        ("positions", "--missing-links", "1", "geef een getal van 0 of meer, onder 1"),
        ("positions", "--size", "1_0", "geef een heel getal van 1 of meer"),
        ("disrupt", "--gone", "", "geef namen, zoals Kas,Sem / give names"),
        ("displacement", "--confidence", "95", "geef een getal boven 0, onder 1 / give a number above"),
        ("displacement", "--buffer", "0", "geef een heel getal van 1 of meer"),
        ("displacement", "--margin", "nan", "geef een getal boven 0"),
        ("displacement", "--since", " ", "geef een naam / give a name"),
        ("knox", "--today", "2018-13-01", "geef een dag zoals 2026-11-23, vanaf 1900"),
        ("knox", "--today", "0218-01-01", "geef een dag zoals 2026-11-23, vanaf 1900"),
        ("knox", "--places", "0,200,100", "geef getallen die bij 0 beginnen en oplopen"),
        ("knox", "--closed", "both", "geef een van left, right"),
        ("nowcast", "--confidence", "0", "geef een getal boven 0, onder 1"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_by_the_name_of_its_option(capsys, command, option, value, words):
    with pytest.raises(SystemExit) as stopped:
        main(["analyse", command, "cijfers.csv", option, value])
    err = " ".join(capsys.readouterr().err.split())

    assert stopped.value.code == 2
    assert f"argument {option}: {value!r}: {words}" in err


def test_numbers_are_read_strictly():
    assert (whole(0)("12"), number()("1e-3"), number()(".5")) == (12, 0.001, 0.5)
    for wrong in ("1_2", "١٢", "inf", "0x1", ""):
        with pytest.raises(argparse.ArgumentTypeError, match="geef een getal"):
            number()(wrong)
    for wrong in ("1_2", "nan", "١٢", "1,2,3"):
        with pytest.raises(tables.TableFault, match="is not a number"):
            tables.figure(wrong, 2, "aantal")
    assert (tables.figure("1,5", 2, "aantal"), tables.figure("1 234,5", 2, "aantal")) == (1.5, 1234.5)


def test_names_with_a_comma_can_be_given():
    assert names('"Jansen, P.",Kas') == ["Jansen, P.", "Kas"]
    assert names("Jansen, P.", ["Jansen, P.", "Kas"]) == ["Jansen, P."]
    assert names("Kas, Sem") == ["Kas", "Sem"]


@pytest.mark.parametrize("command", [*EVERY, "suppress"])
def test_only_files_that_are_written_can_be_asked_for(files, capsys, command):
    if command == "suppress":
        code = main(
            ["analyse", command, str(files / "counts.csv"), *TABLE, "--out", str(files / "x.parquet")]
        )
        err = capsys.readouterr().err
    else:
        code, _, err = run(capsys, command, files, "--out", files / "x.parquet")

    assert (code, "--out x.parquet: alleen .csv en .xlsx worden geschreven" in err) == (1, True)
    assert not (files / "x.parquet").exists()


def test_a_head_that_is_there_twice_is_refused_when_it_is_used(files, capsys):
    file = files / "counts.csv"
    file.write_text(file.read_text().replace("gemeente,jaar,aantal", "gemeente,jaar,aantal,aantal", 1))
    code, _, err = run(capsys, "displacement", files)

    assert (code, "rij 1: counts.csv heeft 2 kolommen aantal" in err) == (1, True)


@pytest.mark.parametrize(
    ("command", "options", "words"),
    [
        ("positions", ("--one", "naar", "--other", "naar"), "--one en --other noemen allebei de kolom naar"),
        ("positions", ("--wave", "van"), "--one en --wave noemen allebei de kolom van"),
        ("knox", ("--x", "y"), "--x en --y noemen allebei de kolom y"),
        ("displacement", ("--period", "aantal"), "--period en --value noemen allebei de kolom aantal"),
        ("nowcast", ("--kind", "maand"), "--month en --kind noemen allebei de kolom maand"),
    ],
)
def test_one_column_for_two_things_is_refused(files, capsys, command, options, words):
    code, _, err = run(capsys, command, files, *options)

    assert (code, words in err) == (1, True), err


@pytest.mark.parametrize(
    ("command", "stages"),
    [
        ("positions", {"proof", "draws"}),
        ("disrupt", {"recover"}),
        ("displacement", {"displacement"}),
    ],
)
def test_every_command_says_how_far_it_is(files, capsys, monkeypatch, command, stages):
    told = []

    @contextlib.contextmanager
    def bars():
        yield lambda stage, done, total: told.append((stage, done, total))

    monkeypatch.setattr(analyse, "_bars", bars)

    assert run(capsys, command, files)[0] == 0
    assert {stage for stage, _, _ in told} == stages
    last = {stage: (done, total) for stage, done, total in told}
    assert all(done == total for done, total in last.values())


def test_a_bar_has_words_for_every_stage(capsys):
    with analyse._bars() as report:
        for stage in ("proof", "draws", "recover", "search", "displacement", "shuffle", "nowcast"):
            report(stage, 1, 2)
    assert capsys.readouterr().out == ""
