import json
from dataclasses import replace

import pytest

from vangnet.analysis.positions.breaking import equally_breaking, solve_breaking
from vangnet.cli import positions, tables, waves
from vangnet.cli.main import main

LINKS = "van,naar\n" + "".join(
    f"{one},{other}\n"
    for one, other in [("spil", star) for star in "abc"]
    + [(star, f"{star}{leaf}") for star in "abc" for leaf in range(4)]
    + [("a", "spil"), ("b", "b")]
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "banden.csv"
    path.write_text(LINKS, encoding="utf-8")
    return path


def run(capsys, *words):
    code = main(["analyse", "positions", *map(str, words)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_who_breaks_up_a_network_is_proven_and_how_sure_that_is_is_told(file, capsys):
    code, out, _ = run(capsys, file, "--draws", 30, "--json")
    result = json.loads(out)

    assert (code, result["personen"], result["banden"]) == (0, 16, 15)
    assert result["verbreken het meest"] == ["a", "b", "c"]
    assert result["bewijs"] == "geen keuze van evenveel personen is beter"
    assert (result["bereiken het meest"], result["deel binnen bereik"]) == (["a", "b", "c"], 1.0)
    assert "2 banden telden niet mee" in result["let op"]
    lines = file.with_name("banden.posities.csv").read_text().splitlines()
    assert lines[0] == (
        "naam,banden,fragmentatie zonder,verbreekt het meest,bereikt het meest,"
        "kortste paden,kern,groep,kans gekozen te blijven"
    )
    assert lines[1].startswith(("a,5,", "b,5,", "c,5,"))
    assert (
        "Een plaats in een netwerk is geen aanwijzing van schuld"
        in file.with_name("banden.posities.kaart.txt").read_text()
    )
    assert "<svg" in file.with_name("banden.posities.svg").read_text()


def test_a_choice_that_hangs_on_one_link_says_on_which(file, capsys):
    file.write_text("van,naar\n" + "".join(f"p{at},p{at + 1}\n" for at in range(6)))
    result = json.loads(run(capsys, file, "--size", 1, "--draws", 5, "--json")[1])

    assert result["verbreken het meest"] == ["p3"]
    assert "p2-p3 (p4 in plaats van p3)" in result["keuze hangt aan"]


def test_probabilities_of_another_choice_are_not_told_as_those_of_the_best_one(file, capsys, monkeypatch):
    monkeypatch.setattr(positions, "MOST_TRIED", 14)  # beyond it draws take the best one out first
    code, out, _ = run(capsys, file, "--size", 3, "--draws", 10, "--json")
    result = json.loads(out)
    table = file.with_name("banden.posities.csv").read_text()

    assert (code, result["verbreken het meest"]) == (0, ["a", "b", "c"])
    assert "kans in de snelle keuze" in table
    assert "kans gekozen te blijven" not in table
    assert set(result["snelle keuze"]) != {"a", "b", "c"}
    assert "gaan over de snelle keuze" in result["over de kansen"]
    assert "Kans in de snelle keuze" in file.with_name("banden.posities.svg").read_text()
    assert "keuze hangt aan" not in result


def test_the_same_file_gives_the_same_bytes(file, capsys):
    run(capsys, file, "--draws", 10)
    first = {path.name: path.read_bytes() for path in file.parent.iterdir()}
    run(capsys, file, "--draws", 10)

    assert {path.name: path.read_bytes() for path in file.parent.iterdir()} == first


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("spil,b\n", "spil,\n", "rij 3, kolom naar: er ontbreekt een naam"),
        ("van,", "wie,", "heeft geen kolom van"),
        (LINKS, "van,naar\na,b\n", "minder dan 3 personen"),
        (LINKS, "van,naar\na,b\nb,c\n", "--size 3: er zijn 3 personen"),
    ],
)
def test_a_fault_says_where(file, capsys, old, new, words):
    file.write_text(LINKS.replace(old, new))
    code, _, err = run(capsys, file, "--missing-people", 0.2)

    assert (code, words in err) == (1, True), err
    assert [path.name for path in file.parent.iterdir()] == ["banden.csv"]


def test_who_rose_is_told_with_what_such_a_list_is_worth_as_a_forecast(file, capsys):
    waves = [("a", "bcd"), ("b", "acd"), ("c", "abd"), ("d", "abce")]
    lines = [f"{hub},{leaf},{wave}" for wave, (hub, leaves) in enumerate(waves, 9) for leaf in leaves]
    file.write_text("van,naar,kwartaal\n" + "\n".join(lines) + "\n")
    code, out, err = run(capsys, file, "--size", 1, "--draws", 5, "--wave", "kwartaal", "--json")
    result = json.loads(out)

    assert code == 0, err
    assert (result["personen"], result["moment"]) == (5, "12, vergeleken met 11; 4 momenten")
    assert result["stijgers in kortste paden"] == ["d (0.000 naar 1.000)"]
    assert "3 keer nagegaan: wie net steeg" in result["als voorspelling"]
    assert "te weinig om iemand op te volgen" in result["als voorspelling"]
    assert result["ter vergelijking"].endswith("wie net steeg 0,11, wie hoog stond 0,19, toeval 0,14")
    card = file.with_name("banden.posities.kaart.txt").read_text()
    assert "geen voorspelling van wat iemand gaat doen" in card

    file.write_text("van,naar,kwartaal\na,b,1\nb,c,\n")
    assert "rij 3, kolom kwartaal: er ontbreekt een moment" in run(capsys, file, "--wave", "kwartaal")[2]


@pytest.mark.parametrize(
    ("moments", "order"),
    [
        (("fase 10", "fase 2", "fase 1"), ["fase 1", "fase 2", "fase 10"]),
        (("2026-1", "2025-12", "2025-2"), ["2025-2", "2025-12", "2026-1"]),
        (("10", "1.0", "9", "1"), ["1.0", "9", "10"]),
        (("jaar 2026", "jaar 2025"), ["jaar 2025", "jaar 2026"]),
        (("mei 2025", "maart 2025", "Dec. 2024"), ["Dec. 2024", "maart 2025", "mei 2025"]),
        (("mrt-25", "okt '24", "jan-25", "March 2025"), ["okt '24", "jan-25", "mrt-25"]),
        (("2 mei 2025", "10 april 2025", "1-mei-25"), ["10 april 2025", "1-mei-25", "2 mei 2025"]),
        (("2025 februari", "2025 januari"), ["2025 januari", "2025 februari"]),
        (("January 2, 2025", "2025 jan 1"), ["2025 jan 1", "January 2, 2025"]),
        (("Q1 26", "Q4 '25", "K2-25"), ["K2-25", "Q4 '25", "Q1 26"]),
        (("01-26", "12-25", "2-25"), ["2-25", "12-25", "01-26"]),
        (("00-01", "99-12"), ["99-12", "00-01"]),
        (("25-10", "25-2", "24-12"), ["24-12", "25-2", "25-10"]),
        (("1-1", "2-1", "1-2"), ["1-1", "1-2", "2-1"]),
    ],
)
def test_moments_are_put_in_order_of_time(file, moments, order):
    file.write_text("van,naar,fase\n" + "".join(f'a,b,"{moment}"\n' for moment in moments))
    found = waves.split(tables.read(file), "fase")

    assert [wave.moment for wave in found] == order
    assert sum(len(wave.sheet.rows) for wave in found) == len(moments)


@pytest.mark.parametrize(
    "moments", [("Q4 2025", "Q1 2026"), ("12-2025", "01-2026"), ("1-2-2025", "3-1-2025")]
)
def test_moments_with_the_year_last_are_refused(file, capsys, moments):
    file.write_text("van,naar,fase\n" + "".join(f"a,b,{moment}\nb,c,{moment}\n" for moment in moments))
    code, _, err = run(capsys, file, "--size", 1, "--wave", "fase")

    assert (code, f"kolom fase: {moments[0]} heeft het jaar achteraan" in err) == (1, True)


@pytest.mark.parametrize(
    ("moments", "message"),
    [
        (("maart", "april"), "maart is geen maand met een jaar"),
        (("25 mrt", "26 mrt"), "25 mrt kan een dag of een jaar zijn, zodat de volgorde niet vaststaat"),
        (("mrt 2025", "2025-04"), "2025-04 is anders geschreven dan mrt 2025"),
        (("1 mrt 2025", "mei 2025"), "mei 2025 heeft geen dag, andere wel"),
        (("eind mei 2025", "mei 2026"), "eind mei 2025 is geen maand met een jaar"),
        (("40 mei 2025", "1 mei 2025"), "40 mei 2025 is geen maand met een jaar"),
        (("11-12", "12-12"), "11-12 kan het jaar voorop of achteraan hebben"),
        (("1-10", "2-11"), "1-10 kan het jaar voorop of achteraan hebben"),
        (("01-02-25", "02-02-25"), "01-02-25 is op meer manieren te lezen"),
    ],
)  # fmt: skip
def test_moments_that_can_be_read_in_two_ways_are_refused(file, capsys, moments, message):
    file.write_text("van,naar,fase\n" + "".join(f"a,b,{moment}\nb,c,{moment}\n" for moment in moments))
    code, _, err = run(capsys, file, "--size", 1, "--wave", "fase")

    assert (code, f"kolom fase: {message}" in " ".join(err.split())) == (1, True), err


TWO_STARS = "van,naar\n" + "".join(f"{hub},{hub[0]}{at}\n" for hub in ("Anna", "Zoe") for at in range(5))
TIED = (
    "Sem,Ali Sem,Bas Sem,Cor Ali,Dik Ali,Eef Ali,Fop Bas,Gus Bas,Hans Bas,Ivo Cor,Jan Cor,Kas Gus,Hans "
    "Jan,Kas Kas,Leo Leo,Mik Leo,Nol Mik,Nol sem,Ali"
)


def test_choices_that_are_as_good_are_named_and_nobody_is_singled_out_by_the_alphabet(file, capsys):
    file.write_text("van,naar\n" + TIED.replace(" ", "\n") + "\n")
    result = json.loads(run(capsys, file, "--size", 2, "--draws", 5, "--json")[1])
    rows = [line.split(",") for line in file.with_name("banden.posities.csv").read_text().splitlines()[1:]]

    assert result["bewijs"] == "geen keuze van evenveel personen is beter"
    assert (result["verbreken het meest"], result["even goed"]) == (
        ["Ali", "Cor"],
        "2 andere keuzen: Kas, Sem; Leo, Sem",
    )
    assert {row[0] for row in rows if row[3] == "in een even goede keuze"} == {
        "Ali",
        "Cor",
        "Kas",
        "Leo",
        "Sem",
    }
    assert "ja" not in {row[3] for row in rows}

    file.write_text(TWO_STARS + "Anna,M\nZoe,M\n")
    result = json.loads(run(capsys, file, "--size", 1, "--draws", 5, "--json")[1])
    assert (result["verbreken het meest"], result["even goed"]) == (["Anna"], "1 andere keuze: Zoe")
    assert (result["even goed bereik"], "snelle keuze" in result) == ("1 andere keuze: Zoe", False)
    assert "as good = 1 other choice: Zoe" in file.with_name("banden.posities.kaart.txt").read_text()


def test_where_no_choice_breaks_anything_up_nobody_is_named(file, capsys):
    file.write_text("van,naar\n" + "".join(f"{a},{b}\n" for a in "bcde" for b in "abcd" if a > b))
    result = json.loads(run(capsys, file, "--size", 1, "--draws", 20, "--missing-links", 0, "--json")[1])
    rows = [line.split(",") for line in file.with_name("banden.posities.csv").read_text().splitlines()[1:]]

    assert result["verbreken het meest"] == "niemand: geen keuze verbreekt iets"
    assert not {"bewijs", "even goed", "fragmentatie zonder hen"} & set(result)
    assert {(row[3], row[-1]) for row in rows} == {("", "0.0")}


def test_a_quick_choice_that_is_as_good_is_not_called_another(file, capsys, monkeypatch):
    monkeypatch.setattr(positions, "MOST_TRIED", 5)  # draws take the best one out first
    monkeypatch.setattr(positions, "greedy_breaking", lambda network, size: _zoe(network))
    file.write_text(TWO_STARS + "Anna,M\nZoe,M\n")
    result = json.loads(run(capsys, file, "--size", 1, "--draws", 5, "--json")[1])

    assert (result["verbreken het meest"], "snelle keuze" in result) == (["Anna"], False)
    assert result["keuze hangt aan"] == "niet nagegaan: meer dan 5 banden"
    assert "kans gekozen te blijven" in file.with_name("banden.posities.csv").read_text()


def _zoe(network):
    """Choose the last of equals, which the best choice does not."""
    found = solve_breaking(network, 1)
    return replace(found, chosen=equally_breaking(network, found).choices[-1])


def test_direction_and_weight_that_do_not_count_are_said(file, capsys):
    file.write_text(LINKS.replace("van,naar", "van,naar,gewicht").replace("spil,a\n", "spil,a,0\n"))
    result = json.loads(run(capsys, file, "--draws", 5, "--json")[1])
    card = file.with_name("banden.posities.kaart.txt").read_text()

    assert "niet gebruikt: gewicht; richting en gewicht tellen niet" in result["let op"]
    assert "- Richting en gewicht van banden tellen niet mee: een band is er, of niet." in card
    assert "- Direction and weight of links do not count: a link is there, or not." in card


def test_a_moment_with_too_few_people_is_named(file, capsys):
    file.write_text("van,naar,fase\na,b,1\na,b,2\nb,c,2\nc,d,2\n")
    code, _, err = run(capsys, file, "--size", 1, "--wave", "fase")

    assert (code, "fase 1: minder dan 3 personen; laat dat moment weg" in err) == (1, True), err


# --- disruption ---


def disrupt(capsys, file, *words):
    code = main(["analyse", "disrupt", str(file), *map(str, words)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_what_is_left_of_a_disruption_is_told_before_and_after_recovery(file, capsys):
    roles = file.with_name("rollen.csv")
    roles.write_text("naam,rol\nspil,makelaar\na1,makelaar\na,inpakker\nb,inpakker\nc,chauffeur\n")
    code, out, err = disrupt(capsys, file, "--gone", "spil,c", "--roles", roles, "--draws", 20, "--json")
    result = json.loads(out)

    assert code == 0, err
    assert (
        result["direct erna"]
        > result["na herstel, gunstigste regel voor het netwerk"]
        > result["fragmentatie vooraf"]
        == 0
    )
    assert (result["zonder vervanger"], result["stappen die stilvallen"]) == (["c"], ["chauffeur"])
    assert result["schaarste"][0] == "chauffeur: c"
    lines = file.with_name("banden.verstoring.csv").read_text().splitlines()
    assert [line.rsplit(",", 4)[-4] for line in lines[:3]] == ["herstel", "vooraf", "direct erna"]
    card = file.with_name("banden.verstoring.kaart.txt").read_text()
    assert "Methodekaart: verstoring na herstel" in card
    assert "Banden tussen twee mensen die allebei wegvallen, neemt niemand over." in card
    assert "<svg" in file.with_name("banden.verstoring.svg").read_text()


@pytest.mark.parametrize(
    ("words", "gone", "chosen"),
    [
        (("--size", 1), ["c"], "1 stap stil met hoogstens 1 persoon"),
        (("--size", 3), ["a", "b", "c"], "2 stappen stil met hoogstens 3 personen"),
        (("--step", "inpakker"), ["a", "b"], "allen die de stap inpakker doen"),
    ],
)
def test_who_is_taken_out_can_be_chosen_by_role_so_that_nobody_can_step_in(file, capsys, words, gone, chosen):
    roles = file.with_name("rollen.csv")
    roles.write_text("naam,rol\nspil,makelaar\na1,makelaar\na,inpakker\nb,inpakker\nc,chauffeur\n")
    code, out, err = disrupt(capsys, file, *words, "--roles", roles, "--draws", 5, "--json")
    result = json.loads(out)

    assert code == 0, err
    assert (result["weg"], result["gekozen"], result["zonder vervanger"]) == (gone, chosen, gone)
    assert result["na herstel, gunstigste regel voor het netwerk"] == result["direct erna"]
    code, _, err = disrupt(capsys, file, "--step", "kok", "--roles", roles)
    assert (code, "niemand doet dat; er zijn: chauffeur, inpakker, makelaar" in err) == (1, True)
    roles.write_text("naam,rol\nspil,makelaar\na1,makelaar\n")
    code, _, err = disrupt(capsys, file, "--size", 1, "--roles", roles)
    assert (code, "geen stap valt stil; de schaarste stap vraagt 2 personen" in err) == (1, True)


@pytest.mark.parametrize(
    ("lines", "gone", "words"),
    [
        ("a,inpakker\nzz,chauffeur\n", "a", "rij 3: rollen.csv: zz heeft geen banden"),
        ("a,inpakker\na,inpakker\n", "a", "rij 3: rollen.csv: a staat er twee keer in als inpakker"),
        ("a,\n", "a", "rij 2: rollen.csv: er ontbreekt een naam of een rol"),
        ("a,inpakker\n", "q", "--gone q: niet in banden.csv"),
    ],
)
def test_a_fault_in_roles_says_where(file, capsys, lines, gone, words):
    roles = file.with_name("rollen.csv")
    roles.write_text("naam,rol\n" + lines)
    code, _, err = disrupt(capsys, file, "--gone", gone, "--roles", roles)

    assert (code, words in err) == (1, True), err


ROLES = "naam,rol\nspil,makelaar\na1,makelaar\na,inpakker\nb,inpakker\nc,chauffeur\n"


def test_interventions_are_compared_by_what_is_left_after_recovery(file, capsys):
    roles = file.with_name("rollen.csv")
    roles.write_text(ROLES)
    given = ("--gone", "a,spil", "--gone", "c", "--gone", "spil", "--roles", roles, "--draws", 5, "--json")
    code, out, err = disrupt(capsys, file, *given)
    result = json.loads(out)
    rows = file.with_name("banden.verstoring.csv").read_text().splitlines()

    assert code == 0, err
    assert [text.split(" (")[0] for text in result["ingrepen"]][-1] == "spil"
    assert result["houdt het meest stand"] == "c"
    assert "na herstel 0.000" in result["ingrepen"][-1]
    assert len(rows) == 1 + 3 * 5
    assert rows[1].startswith('"a, spil",vooraf,')
    assert "Fragmentatie na herstel, per ingreep" in file.with_name("banden.verstoring.svg").read_text()


def test_the_removal_that_lasts_is_searched_for_and_said_to_be_no_proof(file, capsys):
    roles = file.with_name("rollen.csv")
    roles.write_text(ROLES)
    code, out, err = disrupt(capsys, file, "--lasting", 1, "--roles", roles, "--draws", 5, "--json")
    result = json.loads(out)

    assert code == 0, err
    assert (result["weg"], "niet bewezen" in result["gekozen"]) == (["c"], True)
    after = "na herstel, gunstigste regel voor het netwerk"
    assert result[after] == result["direct erna"] > result["fragmentatie vooraf"]
    assert "een andere kan beter zijn" in file.with_name("banden.verstoring.kaart.txt").read_text()

    file.write_text("van,naar\na,b\nb,c\nc,a\nspil,a\nspil,b\nspil,c\na1,a\na1,b\n")
    code, _, err = disrupt(capsys, file, "--lasting", 1, "--roles", roles)
    assert (code, "laat er geen na herstel iets verbroken; dat is geen bewijs" in err) == (1, True), err
    assert "--lasting 5: er zijn 5 personen" in disrupt(capsys, file, "--lasting", 5, "--roles", roles)[2]


def test_somebody_may_have_several_roles_and_a_comma_in_the_name(file, capsys):
    file.write_text(LINKS.replace("spil", '"Jansen, P."'))
    roles = file.with_name("rollen.csv")
    roles.write_text('naam,rol\n"Jansen, P.",makelaar\n"Jansen, P.",kok\na1,makelaar\n')
    given = ("--roles", roles, "--draws", 5, "--json")
    code, out, err = disrupt(capsys, file, "--gone", '"Jansen, P.",a', *given)
    result = json.loads(out)

    assert code == 0, err
    assert (result["weg"], result["stappen die stilvallen"]) == (["Jansen, P.", "a"], ["kok"])
    assert (result["zonder vervanger"], result["zonder rol, dus niet vervangen"]) == (["a"], ["a"])
    assert json.loads(disrupt(capsys, file, "--gone", "Jansen, P.", *given)[1])["weg"] == ["Jansen, P."]
