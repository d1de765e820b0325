"""Releases beside each other: what is the same figure, and what hidden figures are at least."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from vangnet.analysis.disclosure.audit import audit
from vangnet.analysis.disclosure.faults import Contradiction, Unprotectable
from vangnet.analysis.disclosure.hierarchy import flat, from_paths
from vangnet.analysis.disclosure.knowledge import combine, from_figures, publish
from vangnet.analysis.disclosure.primary import Rules, Why, primary
from vangnet.analysis.disclosure.suppress import suppress
from vangnet.analysis.disclosure.table import Record, build, make_grid
from vangnet.analysis.disclosure.tests.cubes import cube

YEARS = {"2017": (3, 14, 30), "2018": (12, 19, 25), "2019": (9, 22, 41)}


def yearly(*years, places="ABC"):
    records = [
        Record((place, year), n) for year in years for place, n in zip(places, YEARS[year], strict=False)
    ]
    return build(
        ["place", "year"], {"place": flat(places, total="T"), "year": flat(years, total="T")}, records
    )


def hiding(table, *keys, least=0.0):
    return publish(table, [key in keys for key in table.keys], least=least)


def widths(known, intervals):
    found = zip(intervals.cells.tolist(), intervals.width.tolist(), strict=True)
    return {known.keys[cell]: wide for cell, wide in found}


FIRST = [("A", "2017"), ("A", "2018"), ("B", "2017"), ("B", "2018")]


def test_the_total_of_other_years_is_another_figure_and_no_revision():
    known = combine([hiding(yearly("2017", "2018"), *FIRST), hiding(yearly("2018", "2019"))])
    found = audit(known)

    assert known.revised == ()
    # 2018 was shown after all: 15 - 12 = 3
    assert widths(known, found) == {("A", "2017"): 0.0, ("B", "2017"): 0.0}
    assert ("A", "T (this release)") in known.keys


@pytest.mark.parametrize("years", [("2018", "2019"), ("2017", "2018", "2019"), ("2018",)])
def test_what_was_hidden_last_year_stays_hidden_in_a_release_of_other_years(years):
    before, now = hiding(yearly("2017", "2018"), *FIRST), yearly(*years)
    found = suppress(now, primary(now, Rules()).sensitive, earlier=[before])
    after = combine([publish(now, found.hidden), before])
    left = widths(after, audit(after))

    assert left[("A", "2017")] >= 5
    assert left[("B", "2017")] >= 5


def test_a_municipality_more_is_no_revision_either():
    known = combine([hiding(yearly("2017", places="ABC")), hiding(yearly("2017", places="AB"))])
    assert known.revised == ()
    assert audit(known).cells.size == 0

    other = build(
        ["place", "year"],
        {"place": flat("AB", total="T"), "year": flat(["2017"], total="T")},
        [Record(("A", "2017"), 4), Record(("B", "2017"), 14)],
    )
    with pytest.raises(Contradiction, match="differ in A x 2017"):
        combine([hiding(yearly("2017")), hiding(other)])


def test_the_same_leaves_are_one_figure_whatever_they_are_called():
    years = flat(["2017"], total="T")
    districts = from_paths([("N", "A"), ("N", "B"), ("Z", "C")], total="T")
    one = make_grid(["place", "year"], {"place": districts, "year": years})
    other = make_grid(
        ["place", "year"],
        {"place": from_paths([("q", "A"), ("q", "B"), ("r", "C")], total="T"), "year": years},
    )
    shown = dict.fromkeys(one.keys)
    first = from_figures(one, shown | {("N", "2017"): 17.0}, name="first")
    second = from_figures(other, dict.fromkeys(other.keys) | {("A", "2017"): 3.0}, name="second")
    known = combine([first, second])

    assert widths(known, audit(known))[("B", "2017")] == 0
    # N and q are one cell; the single year and its total, and a place and its district of one, stay two
    assert len(known.keys) == len(one.keys)


def test_a_code_that_one_release_takes_apart_is_the_same_in_one_that_does_not():
    fine = make_grid(["place"], {"place": from_paths([("N", "A"), ("N", "B"), ("Z", "C")], total="T")})
    coarse = make_grid(["place"], {"place": flat(["N", "Z"], total="T")})
    before = from_figures(coarse, {("N",): 17.0, ("Z",): 30.0, ("T",): 47.0}, name="coarse")
    now = from_figures(fine, dict.fromkeys(fine.keys) | {("A",): 3.0}, name="fine")
    known = combine([now, before])

    assert known.keys[: len(fine.keys)] == fine.keys
    assert widths(known, audit(known))[("B",)] == 0


def test_a_merged_municipality_makes_the_totals_the_same():
    old = make_grid(["place"], {"place": flat(["A", "B", "C"], total="T")})
    new = make_grid(["place"], {"place": flat(["AB", "C"], total="T")})
    before = from_figures(old, dict.fromkeys(old.keys) | {("T",): 20.0, ("B",): 6.0}, name="old")
    now = from_figures(new, dict.fromkeys(new.keys) | {("C",): 10.0}, name="new")
    apart, linked = combine([now, before]), combine([now, before], [(("AB",), [("A",), ("B",)])])

    assert np.isinf(widths(apart, audit(apart))[("AB",)])
    assert widths(linked, audit(linked))[("AB",)] == 0
    assert widths(linked, audit(linked))[("A",)] == 0


# --- hidden figures are 1 or more ---

ONES = [[1, 1], [1, 1], [20, 30], [0, 31]]


def test_four_hidden_ones_are_given_away_by_totals_of_two_when_no_zero_is_hidden():
    table = cube(ONES)
    small = [key for key, value in zip(table.keys, table.value, strict=True) if value == 1]
    seen, unseen = (audit(combine([hiding(table, *small, least=least)])) for least in (1.0, 0.0))

    assert seen.width.tolist() == [0, 0, 0, 0]
    assert unseen.width.tolist() == [2, 2, 2, 2]


def test_suppression_counts_with_an_attacker_who_sees_that_zeros_are_shown():
    table = cube(ONES)
    sensitive = primary(table, Rules(fewest=2)).sensitive
    found = suppress(table, sensitive, needed=1.0)
    loose = suppress(table, sensitive, needed=1.0, least=0.0)

    assert (found.least, found.exact_from, loose.exact_from) == (0.0, 1.0, 0.0)
    assert audit(combine([publish(table, found.hidden, least=1.0)])).width.min() >= 1
    assert audit(combine([publish(table, loose.hidden, least=1.0)])).width.min() == 0
    assert found.hidden.sum() > loose.hidden.sum()


def test_where_zeros_are_hidden_they_are_possible():
    table = cube(ONES)
    found = suppress(table, primary(table, Rules(fewest=2, zero=True)).sensitive, needed=1.0)

    assert found.least == 0
    with pytest.raises(ValueError, match="less than what an attacker knows"):
        suppress(table, primary(table, Rules(zero=True)).sensitive, least=1.0)


def test_a_zero_where_another_release_hid_something_is_told():
    table = cube([0, 8, 9])
    before = from_figures(
        make_grid(["d0"], {"d0": flat(["d00", "d01", "d02"], total="T")}),
        {("d00",): None, ("d01",): None, ("d02",): 9.0, ("T",): 17.0},
        name="before",
        least=1.0,
    )
    with pytest.raises(Contradiction, match="is 0 in one release and hidden in another"):
        suppress(table, primary(table, Rules()).sensitive, earlier=[before])


# --- amounts ---


def amounts():
    districts = from_paths([("X", "A"), ("X", "B"), ("Y", "C"), ("Y", "D"), ("Y", "G")], total="T")
    rows = {"A": (1000, 1, 1000), "B": (60, 4, 20), "C": (200, 9, 60), "D": (90, 8, 20), "G": (90, 8, 20)}
    records = [Record((code,), v, None, n, most) for code, (v, n, most) in rows.items()]
    return build(["place"], {"place": districts}, records)


def test_a_sum_in_which_one_holds_nearly_all_is_sensitive():
    table = amounts()
    found = dict(zip(table.keys, primary(table, Rules(unit="amount")).why, strict=True))

    assert found[("X",)] is Why.DOMINANCE  # 1,000 of 1,060
    assert found[("Y",)] is None
    assert table.largest[table.keys.index(("T",))] == 1000


def test_the_two_largest_of_a_sum_come_from_all_its_parts():
    rows = [Record(("A",), 100, None, 5, 60, 10), Record(("B",), 80, None, 5, 50, 20)]
    table = build(["place"], {"place": flat("AB", total="T")}, rows)
    at = table.keys.index(("T",))

    assert (table.largest[at], table.second[at]) == (60, 50)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_an_interval_may_be_asked_as_a_part_of_the_figure(share):
    table = cube([[1_000_000, 12, 300], [11, 10, 500], [500_000, 600_000, 900]])
    sensitive = np.isin(table.value, [1_000_000, 12])
    found = suppress(table, sensitive, needed=0.001, share=share, least=0.0)
    again = audit(combine([publish(table, found.hidden)]))

    assert (again.width >= share * table.value[again.cells]).all()
    assert (again.width >= share * again.high - 1e-3).all()  # what a reader can check without the figure


# --- an attacker who writes everything down in single cells ---


def of_leaves(releases, places, years):
    """Return bounds on each single cell from what every release shows, by linear programs of our own."""
    place = {key: at for at, key in enumerate(itertools.product(places, years))}
    rows, right, low = [], [], np.zeros(len(place))
    for table, hidden, own in releases:
        for key, value, hide in zip(table.keys, table.value, hidden, strict=True):
            parts = itertools.product(places if key[0] == "T" else key[0], own if key[1] == "T" else [key[1]])
            at = [place[part] for part in parts]
            if hide and len(at) == 1:
                low[at] = 1.0
            elif not hide:
                rows.append([float(number in at) for number in range(len(place))])
                right.append(value)
    found = {}
    for key, at in place.items():
        cost = np.eye(len(place))[at]
        ends = [
            linprog(sign * cost, A_eq=rows, b_eq=right, bounds=[(one, None) for one in low])
            for sign in (1, -1)
        ]
        found[key] = np.inf if 3 in (ends[0].status, ends[1].status) else -ends[1].fun - ends[0].fun
    return found


@settings(derandomize=True, max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=12, max_size=12), st.sampled_from([1.0, 5.0]))
def test_an_attacker_with_all_years_finds_no_narrower_interval(figures, needed):
    counts = dict(zip(itertools.product("ABCD", ("1", "2", "3")), figures, strict=True))

    def table(*years):
        shape = {"place": flat("ABCD", total="T"), "year": flat(years, total="T")}
        return build(
            ["place", "year"], shape, [Record(key, n) for key, n in counts.items() if key[1] in years]
        )

    one, two = table("1", "2"), table("2", "3")
    try:
        first = suppress(one, primary(one, Rules()).sensitive, needed=needed, least=1.0)
        before = publish(one, first.hidden, least=1.0)
        second = suppress(two, primary(two, Rules()).sensitive, needed=needed, least=1.0, earlier=[before])
    except Unprotectable:
        return
    width = of_leaves([(one, first.hidden, ("1", "2")), (two, second.hidden, ("2", "3"))], "ABCD", "123")

    for release, found in ((one, first), (two, second)):
        for key, hide in zip(release.keys, found.primary, strict=True):
            if hide and key in width:
                assert width[key] >= needed - 1e-4
