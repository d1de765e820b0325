"""vangnet routes, against an independent count and an independent interval."""

from __future__ import annotations

import csv
import json
from collections import Counter

import pytest
from django.conf import settings as project
from scipy.stats import binomtest
from tests import databases
from tests.logbook import Event

from vangnet.casework.tests.desks import SignalDesk
from vangnet.cli.main import main

ROUTES = ("gemeentelijk", "lokaal", "riec")


@pytest.fixture
def at_the_owner(own_database, settings):
    settings.OWNER_URL = databases.on_database(settings.OWNER_URL, own_database)
    return own_database


def expected(database, year):
    """Count again, from the rows themselves and the table of the pack."""
    with (project.REGION_FOLDER / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        district = {row["code"]: row["district"] for row in csv.DictReader(file)}
    with databases.as_owner(database) as owner:
        rows = owner.execute("SELECT place, route, decided_at, ends_on FROM casework_signal").fetchall()
    counted = Counter()
    for place, route, decided, _ in rows:
        if route and decided.year == year:
            for area in (place, district[place], "unit"):
                counted[area, route] += 1
    return counted


@pytest.mark.parametrize("back", [0, 1])
def test_the_shares_are_those_of_an_independent_computation(at_the_owner, anna, capsys, back):
    from django.utils import timezone

    desk = SignalDesk(anna)
    for place, route in (("GM0301", "riec"), ("GM0200", "lokaal"), ("GM0153", "lokaal")):
        signal = desk.report(place=place)
        desk.post("weigh", signal, begin="1")
        for code in ("ondermijning", "taak", "gebied", "gewicht"):
            desk.step(signal, code)
        desk.post(
            "conclude", signal, outcome="riec" if route == "riec" else "gemeente", route=route, partners="2"
        )
    year = timezone.localdate().year - back
    assert main(["routes", "--year", str(year), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    wanted = expected(at_the_owner, year)

    found = {}
    for row in told["areas"]:
        key = {"gemeente": row["code"], "district": row["name"], "eenheid": "unit"}[row["level"]]
        assert row["signals"] == sum(one["signals"] for one in row["routes"].values())
        for route, one in row["routes"].items():
            found[key, route] = one["signals"]
            oracle = binomtest(one["signals"], row["signals"]).proportion_ci(0.95, method="wilson")
            assert one["share"] == pytest.approx(one["signals"] / row["signals"])
            assert (one["low"], one["high"]) == pytest.approx((oracle.low, oracle.high), abs=1e-9)
    assert {key: n for key, n in found.items() if n} == dict(wanted)
    assert sum(n for (area, _), n in found.items() if area == "unit") > 2 * (back == 0)
    assert Event.objects.filter(verb="casework.routes.counted", subject=str(year)).exists()


def test_a_year_without_signals_says_so_and_a_wrong_year_is_wrong_use(at_the_owner, capsys):
    assert main(["routes", "--year", "2001"]) == 0
    assert "2001: no signal went along a route" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        main(["routes", "--year", "twee"])


def test_for_people_there_is_a_line_per_area(at_the_owner, capsys):
    assert main(["routes"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert any(line.startswith("gemeente\tZutphen\t") for line in lines)
    assert lines[-1].startswith("eenheid\t")
