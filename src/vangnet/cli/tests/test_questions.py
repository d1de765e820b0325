"""What the command line answers: the figures that the platform promises, and one line per error."""

import json
import re

import pytest

from vangnet.cli.main import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(capsys):
    """Run a command; give back exit code, standard output and standard error."""

    def ask(*words):
        code = main(words)
        out, err = capsys.readouterr()
        return code, out, err

    return ask


@pytest.mark.parametrize(
    ("day", "count"), [("2014-07-01", 81), ("2016-07-01", 79), ("2018-07-01", 78), ("2019-07-01", 76)]
)
def test_places_on_a_date(ask, day, count):
    code, out, _ = ask("places", "--on", day, "--json")

    assert code == 0
    assert len(json.loads(out)) == count


def test_places_say_where_they_belong(ask):
    rows = json.loads(ask("places", "--on", "2018-07-01", "--json")[1])
    zutphen = next(row for row in rows if row["code"] == "GM0301")

    assert zutphen == {
        "code": "GM0301",
        "name": "Zutphen",
        "district": "Noord- en Oost-Gelderland",
        "provincie": "Gelderland",
    }


def test_inhabitants_before_a_merger_are_those_of_all_its_parts(ask):
    result = json.loads(ask("change", "inwoners", "2016", "2019", "--area", "GM0299", "--json")[1])

    assert (result["value_from"], result["value_to"]) == (32324 + 10859, 43619)


def test_inhabitants_are_counted_so_any_difference_is_real(ask):
    result = json.loads(ask("change", "inwoners", "2016", "2017", "--area", "GM0301", "--json")[1])

    assert (result["verdict"], result["interval_percent"]) == ("gestegen", [0.6, 0.6])


@pytest.mark.parametrize(
    ("first", "area", "percent"),
    [
        ("2015", "oost-nederland", -34.7),
        ("2015", "noord-en-oost-gelderland", -43.6),
        ("2015", "Gelderland-Zuid", -41.7),
        ("2015", "twente", -32.5),
        ("2015", "IJsselland", -25.8),
        ("2015", "gelderland-midden", -25.8),
        ("2014", "ON", -43.9),
    ],
)
def test_burglary_fell(ask, first, area, percent):
    result = json.loads(ask("change", "woninginbraak", first, "2018", "--area", area, "--json")[1])

    assert result["change_percent"] == percent
    assert result["verdict"] == "gedaald"
    low, high = result["interval_percent"]
    assert low < percent < high < 0


def test_change_per_district_in_one_question(ask):
    words = ("change", "1.1.1", "2015", "2018", "--area", "oost-nederland", "--per", "district", "--json")
    result = json.loads(ask(*words)[1])

    assert [part["change_percent"] for part in result["parts"]] == [-25.8, -41.7, -25.8, -43.6, -32.5]
    assert sum(part["value_to"] for part in result["parts"]) == result["value_to"] == 6083


@pytest.mark.parametrize(("indicator", "percent"), [("verward-persoon", 37.3), ("jeugdoverlast", -12.7)])
def test_nuisance_in_the_country(ask, indicator, percent):
    result = json.loads(ask("change", indicator, "2015", "2018", "--area", "NL", "--json")[1])

    assert result["change_percent"] == percent


def test_a_difference_within_noise_is_called_so(ask):
    result = json.loads(ask("change", "moord-doodslag", "2017", "2018", "--area", "GM0301", "--json")[1])

    assert result["verdict"] == "geen aantoonbaar verschil"


def test_growth_from_zero_has_no_percentage(ask):
    code, out, _ = ask("change", "moord-doodslag", "2012", "2018", "--area", "GM0277", "--json")

    assert code == 0
    assert json.loads(out)["change_percent"] is None


def test_an_estimate_stands_beside_the_simple_sum(ask):
    words = ("estimate", "woninginbraak", "--year", "2018", "--months", "8", "--json")
    result = json.loads(ask(*words)[1])

    assert result["status"] == "schatting"
    assert result["low"] < result["actual"] < result["high"]
    assert abs(result["estimate"] / result["actual"] - 1) < abs(result["naive"] / result["actual"] - 1)


def test_too_few_months_give_no_estimate(ask):
    result = json.loads(ask("estimate", "woninginbraak", "--year", "2018", "--months", "1", "--json")[1])

    assert result["estimate"] is None
    assert result["status"] == "niet vast te stellen"


def test_an_estimate_is_told_in_dutch(ask):
    told = ask("estimate", "woninginbraak", "--year", "2018", "--months", "8")[1]
    refused = ask("estimate", "woninginbraak", "--year", "2018", "--months", "1")[1]

    assert re.search(r"afwijking in eerdere jaren \d+,\d %", told)
    assert "uit 1 maand (" in refused
    assert "niet vast te stellen (er zijn minder dan 3 maanden bekend)" in refused


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("change", "inbraakje", "2015", "2018", "--area", "ON"), "onbekende indicator 'inbraakje'"),
        (("change", "woninginbraak", "2015", "2018", "--area", "Zutfen"), "onbekend gebied 'Zutfen'"),
        (("change", "woninginbraak", "2015", "2018", "--area", "GM0236"), "opgegaan in GM1960 West Betuwe"),
        (("change", "woninginbraak", "2015", "2099", "--area", "ON"), "voor 2099 zijn geen cijfers"),
        (("change", "woninginbraak", "2018", "2015", "--area", "ON"), "geef eerst het vroegste jaar"),
        (("change", "woninginbraak", "2018", "2018", "--area", "ON"), "geef eerst het vroegste jaar"),
        (("change", "verward-persoon", "2015", "2018", "--area", "ON"), "niet vast te stellen"),
        (("estimate", "woninginbraak", "--year", "2018", "--months", "12"), "1 tot en met 11"),
        (("estimate", "woninginbraak", "--year", "2030", "--months", "8"), "2030"),
        (("estimate", "inwoners", "--year", "2018", "--months", "8"), "inwoners"),
        (("boundaries", "nergens.geojson"), "no such file"),
    ],
)
def test_a_question_without_answer_gets_one_line(ask, words, expected):
    code, out, err = ask(*words)

    assert code == 1
    assert out == ""
    assert expected in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("words", [("places", "--on", "gisteren"), ("change", "x"), ("toveren",), ()])
def test_wrong_use_exits_with_two(words, capsys):
    with pytest.raises(SystemExit) as stop:
        main(words)

    assert stop.value.code == 2
    assert "usage: vangnet" in capsys.readouterr().err
