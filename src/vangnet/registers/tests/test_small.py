"""Counts below 3 of another municipality: not on the page, not in the file, and not by subtracting."""

from datetime import date
from random import Random

import pytest

from vangnet.registers import reading, small
from vangnet.registers.tests.test_finds import LONG_AGO
from vangnet.registers.tests.test_gains import row

HERE = {**LONG_AGO, "illegal_power": "ja"}


def test_another_municipality_reads_less_than_three_and_can_subtract_nothing(keeper, anna, bram, carla):
    for _ in range(2):
        keeper(anna).find(**HERE)
    others = keeper(bram).get("vondsten/hennep/", jaar="2003")
    file = keeper(bram).client.get("/registers/vondsten/hennep/aantallen.csv").content.decode("utf-8-sig")
    of_who_enters_everywhere = keeper(carla).get("vondsten/hennep/", jaar="2003")

    assert row(keeper(anna).get("vondsten/hennep/", jaar="2003"), "Zutphen")[1] == "2"
    assert row(of_who_enters_everywhere, "Zutphen")[1] == "2"
    assert row(others, "Zutphen")[1] == "minder dan 3"
    # Nothing else was found that year, so the totals would say it.
    assert row(others, "Noord- en Oost-Gelderland")[1] == "minder dan 3"
    assert row(others, "Oost-Nederland")[1] == "niet getoond"
    assert "niet getoond" in others.split("<table")[0]  # the key figure as well
    assert "2003;GM0301;Zutphen;Hennepkwekerij;minder dan 3;minder dan 3;minder dan 3;" in file


def test_three_or_more_are_shown(keeper, anna, bram):
    for _ in range(3):
        keeper(anna).find(**HERE)

    assert row(keeper(bram).get("vondsten/hennep/", jaar="2003"), "Zutphen")[1] == "3"


@pytest.mark.attack("A-23")
def test_a23_the_file_says_of_another_municipality_the_sum_of_the_page_and_none_of_its_parts(
    keeper, anna, bram
):
    for status, source in (("definitief", "eigen"), ("voorlopig", "eigen"), ("definitief", "politie")):
        keeper(anna).find(**LONG_AGO, status=status, source=source)

    def told(who) -> list[str]:
        file = keeper(who).client.get("/registers/vondsten/hennep/aantallen.csv").content.decode("utf-8-sig")
        return [line for line in file.splitlines() if line.startswith("2003;GM0301;")]

    assert row(keeper(bram).get("vondsten/hennep/", jaar="2003"), "Zutphen")[1] == "3"
    assert told(bram) == [
        "2003;GM0301;Zutphen;Hennepkwekerij;3;3;0;voorlopig;Eigen administratie, Opgave van de politie"
    ]
    assert len(told(anna)) == 3  # of one's own municipality each part


@pytest.mark.django_db
@pytest.mark.attack("A-23")
@pytest.mark.parametrize("seed", range(30))
def test_a23_no_small_count_follows_from_what_is_shown(seed):
    """Whoever knows everything that is shown, and the rule itself, has two possible tables or more left."""
    dice, of = Random(seed), reading.region(date(2026, 1, 1))
    own = dice.choice([*of.municipalities, ""])
    counts = {code: dice.choice((0, 0, 0, 1, 2, 4, 9)) for code in of.municipalities}
    found = small.hidden(counts, of, own)

    assert own not in found
    for district, (_, members) in of.districts.items():
        out = [code for code in members if code in found]
        few = [code for code in members if 0 < counts[code] < 3 and code != own]
        assert set(few) <= set(out)
        if district in found or not out:
            continue
        assert _ways([_bounds(found[code]) for code in out], sum(counts[code] for code in out)) > 1
    shut = [code for code in of.districts if code in found]
    if shut and of.code not in found:
        sums = [sum(counts[c] for c in of.districts[code][1] if c != own) for code in shut]
        assert _ways([_bounds(found[code]) for code in shut], sum(sums)) > 1
        for code in shut:
            assert any(member in found for member in of.districts[code][1]), "add up what is below"


def _bounds(said: str) -> range:
    return range(1, 3) if said == small.FEW else range(3, 60)


def _ways(bounds: list[range], total: int) -> int:
    """Return in how many ways numbers within bounds add up to a total, up to 2."""
    ways = {0: 1}
    for bound in bounds:
        following: dict[int, int] = {}
        for summed, n in ways.items():
            for more in bound:
                if summed + more <= total:
                    following[summed + more] = min(2, following.get(summed + more, 0) + n)
        ways = following
    return ways.get(total, 0)
