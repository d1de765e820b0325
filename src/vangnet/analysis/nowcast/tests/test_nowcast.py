import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.disclosure.hierarchy import from_paths, from_relations
from vangnet.analysis.nowcast import year_end
from vangnet.analysis.nowcast.breaks import find_breaks
from vangnet.analysis.nowcast.coherent import reconcile, spread_over_months, whole_numbers
from vangnet.analysis.nowcast.delay import registered_part
from vangnet.analysis.nowcast.intervals import cumulative, quantile
from vangnet.analysis.nowcast.panel import build_panel
from vangnet.analysis.nowcast.prepare import prepare
from vangnet.analysis.nowcast.tests.worlds import PLACES, TREE, delayed, region, world
from vangnet.analysis.nowcast.year_end import Reason, nowcast

AHEAD = 4
counts_of = st.floats(0, 300, allow_nan=False)


@pytest.fixture(scope="module")
def whole():
    """One world with what was hidden, and its nowcast."""
    counts = world(1)
    return region(counts), nowcast(region(counts[..., :-AHEAD]))


def sums(panel, figures):
    result = np.zeros_like(figures)
    np.add.at(result, panel.parent[panel.parent >= 0], figures[panel.parent >= 0])
    return result


def test_parts_add_up_to_their_whole_and_months_to_their_year(whole):
    panel, found = whole
    above = panel.height > 0

    for figures in (found.rest, found.total, found.months):
        assert (sums(panel, figures)[above] == figures[above]).all()
    assert (found.months.sum(axis=1) == found.rest).all()
    assert (found.total == found.known + found.rest).all()


def test_no_bound_is_below_what_is_known_and_every_estimate_lies_inside(whole):
    _, found = whole

    assert (found.low >= found.known).all()
    assert (found.month_low >= 0).all()
    assert ((found.low <= found.total) & (found.total <= found.high)).all()
    assert ((found.month_low <= found.months) & (found.months <= found.month_high)).all()


def test_the_year_is_estimated_better_than_by_the_simple_sum(whole):
    panel, found = whole
    year = panel.counts[:, -12:].sum(axis=1)
    for height in (0, 1, 2):
        own = panel.height == height
        ours, simple = (np.abs(table[own] - year[own]).sum() for table in (found.total, found.naive))
        assert ours < simple


def test_the_same_input_gives_the_same_result(whole):
    again = nowcast(region(world(1)[..., :-AHEAD]))

    for name in ("total", "low", "high", "months", "error"):
        assert np.array_equal(getattr(again, name), getattr(whole[1], name), equal_nan=True)


def test_intervals_hold_what_they_promise_at_every_size_and_height():
    held = {}
    for seed in range(12):
        counts = world(seed + 50)
        full, found = region(counts), nowcast(region(counts[..., :-AHEAD]))
        year = full.counts[:, -12:].sum(axis=1)
        inside = (found.low <= year) & (year <= found.high)
        months = (found.month_low <= full.counts[:, -AHEAD:]) & (full.counts[:, -AHEAD:] <= found.month_high)
        size = np.digitize(found.months.mean(axis=1), [1, 10])
        for band in range(3):
            own = (full.height == 0) & (size == band)
            held.setdefault((band, "year"), []).extend(inside[own])
            held.setdefault((band, "months"), []).extend(months[own].ravel())
        held.setdefault("sums, year", []).extend(inside[full.height > 0])
        held.setdefault("sums, months", []).extend(months[full.height > 0].ravel())

    for name, values in held.items():
        spread = 3 * math.sqrt(0.95 * 0.05 / len(values)) + 0.015  # outcomes of one series go together
        assert abs(np.mean(values) - 0.95) < spread, (name, np.mean(values), len(values))


@given(st.lists(counts_of, min_size=1, max_size=12), st.integers(1, 4))
@settings(deadline=None)
def test_whole_numbers_add_up_exactly_and_stay_close(figures, groups):
    parts = np.array(figures)
    group = np.arange(len(parts)) % groups
    used = int(group.max()) + 1
    middles = np.bincount(group, parts, used)
    expected = np.concatenate([parts, middles, [parts.sum()]])
    parent = np.concatenate([len(parts) + group, np.full(used, len(parts) + used), [-1]])
    height = np.repeat([0, 1, 2], [len(parts), used, 1])
    rounded = whole_numbers(expected, parent, height)
    months = spread_over_months(rounded, np.outer(expected, [0.2, 0.3, 0.5]), parent, height)

    assert rounded.min() >= 0
    assert months.min() >= 0
    for at in range(len(parts), len(expected)):
        assert rounded[parent == at].sum() == rounded[at]
        assert (months[parent == at].sum(axis=0) == months[at]).all()
    assert (months.sum(axis=1) == rounded).all()
    assert np.abs(rounded - expected).max() < 3


@given(st.floats(0.01, 500), st.floats(1.001, 8), st.floats(0.001, 0.999))
@settings(deadline=None)
def test_the_distribution_is_the_negative_binomial_of_scipy(mean, factor, part):
    variance = mean * factor
    size = mean**2 / (variance - mean)
    known = nbinom(size, size / (size + mean))
    at = np.array([float(round(mean))])

    assert cumulative(at, np.array([mean]), np.array([variance]))[0] == pytest.approx(known.cdf(at[0]))
    low = int(quantile(np.array([mean]), np.array([variance]), np.array([part]), above=False)[0])
    assert known.cdf(low) >= part - 1e-9
    assert low == 0 or known.cdf(low - 1) < part + 1e-9


def test_chain_ladder_gives_the_textbook_factors():
    nan = math.nan
    triangle = [[[100, 50, 25], [110, 60, 20], [120, 60, nan], [130, nan, nan]]]
    part = registered_part(triangle, [0])
    late = (175 + 190) / (150 + 170)  # from one month to two, of the two months known that long
    later = (150 + 170 + 180) / (100 + 110 + 120)

    assert part[0].tolist() == pytest.approx([1 / late / later, 1 / late, 1.0])


def test_the_weight_of_a_whole_rests_on_outcomes_known_by_then():
    parent, height = np.array([1, -1]), np.array([0, 1])
    expected = np.tile([10.0, 20.0], (9, 1))
    outcome = np.tile([20.0, 20.0], (9, 1))  # the whole's own expectation is right, that of its part is not
    found = reconcile(expected, outcome, np.ones((9, 2), dtype=bool), parent, height, 4)

    assert found[:, 1].tolist() == [10.0] * 4 + [20.0] * 5
    assert found[:, 0].tolist() == found[:, 1].tolist()


def test_a_month_in_which_nothing_is_registered_yet_tells_nothing():
    counts = np.random.default_rng(1).poisson(100 * (1 + 0.2 * np.cos(np.arange(84) / 6 * np.pi)))
    for last in (73, 80):  # known to January: the month without figures lies in the year before
        triangle = np.zeros((1, 1, last, 3))
        triangle[..., 2] = counts[:last]
        triangle[..., -1, 1:] = triangle[..., -2, 2] = np.nan
        found = nowcast(one_series(np.nansum(triangle, axis=3)[0, 0]), triangle=triangle)

        assert registered_part(triangle[0], [0]).tolist() == [[0.0, 0.0, 1.0]]
        assert found.breaks == ()
        year = counts[last - last % 12 : last - last % 12 + 12].sum()
        if last == 80:
            assert found.total[0] == pytest.approx(year, rel=0.04)
            assert found.late[0] == pytest.approx(counts[78:80].sum(), rel=0.15)
            assert found.known[0] + found.late[0] + found.months[0].sum() == found.total[0]


def test_late_registration_is_added_where_a_snapshot_is_too_low():
    shares = [0.82, 0.05, 0.04, 0.03, 0.03, 0.02, 0.01]
    errors, plain = [], []
    for seed in range(4):
        counts = world(seed + 10)
        rng = np.random.default_rng(seed)
        triangle = delayed(counts[..., :-AHEAD], shares, rng)
        snapshot = np.nansum(triangle, axis=3)
        full, found = region(counts), nowcast(region(snapshot), triangle=triangle)
        year = full.counts[full.height == 2, -12:].sum()
        errors.append(found.total[full.height == 2].sum() / year - 1)
        plain.append(nowcast(region(snapshot)).total[full.height == 2].sum() / year - 1)
        assert found.registered[2:, 0] == pytest.approx(0.82, abs=0.03)
        assert (found.late[full.height == 2] > 0).all()
        inside = (found.low <= full.counts[:, -12:].sum(axis=1)) & (
            full.counts[:, -12:].sum(axis=1) <= found.high
        )
        assert inside.mean() > 0.9
    assert np.abs(errors).mean() < 0.015
    assert np.mean(plain) < -0.02


def test_a_change_of_level_is_found_with_its_month_and_evidence():
    rng = np.random.default_rng(3)
    season = 1 + 0.4 * np.cos(np.arange(72) / 6 * np.pi)
    mean = np.where(np.arange(72) < 40, 30, 15) * season
    found = find_breaks(np.vstack([rng.poisson(mean), rng.poisson(30 * season)]), np.vstack([season, season]))

    assert [one.series for one in found] == [0]
    assert abs(found[0].month - 40) <= 1
    assert found[0].earliest <= found[0].month <= found[0].latest
    assert found[0].low < 0.5 < found[0].high
    assert found[0].evidence > 20


def test_no_change_is_found_where_there_is_none():
    rng = np.random.default_rng(4)
    quiet = rng.negative_binomial(10, 10 / (10 + 20), (400, 84))

    assert len(find_breaks(quiet, np.ones((400, 84)))) <= 2


def test_two_changes_are_both_found():
    counts = np.repeat([[20, 50, 20]], 24, axis=0).T.reshape(1, -1)

    assert [one.month for one in find_breaks(counts, np.ones((1, 72)))] == [24, 48]


def one_series(counts):
    return build_panel(["A"], ["k"], 2012, [[counts]])


def seasonal(years, months):
    season = 100 + np.round(40 * np.cos(np.arange(12) / 6 * np.pi))
    return np.concatenate([np.tile(season, years), season[:months]])


def reason_of(counts):
    return nowcast(one_series(np.asarray(counts, dtype=float))).reason[0]


def test_too_short_gaps_zeros_and_one_year_cannot_be_determined():
    with_gap = seasonal(5, 8)
    with_gap[40] = np.nan

    assert reason_of(seasonal(1, 8)) is Reason.TOO_FEW_YEARS
    assert reason_of(seasonal(2, 8)) is Reason.TOO_FEW_YEARS
    assert reason_of(with_gap) is Reason.GAPS
    assert reason_of(np.zeros(68)) is Reason.NO_EVENTS
    assert reason_of(np.full(68, np.nan)) is Reason.GAPS
    assert reason_of(seasonal(5, 8)) is None


def test_a_series_without_season_or_trend_is_no_better_by_a_model():
    flat = np.random.default_rng(2).poisson(100, 92)

    assert reason_of(flat) is Reason.NO_BETTER


def test_too_few_outcomes_to_calibrate_on_are_refused():
    assert reason_of(seasonal(3, 1)) in (Reason.FEW_OUTCOMES, Reason.NO_BETTER)


def test_a_series_that_begins_later_is_used_from_there():
    counts = world(5, months=92)[..., :-AHEAD]
    counts[3, :, :30] = np.nan
    counts[4, :, :70] = np.nan
    panel = region(counts)
    found = nowcast(panel)
    refused = {panel.name(at)[0] for at, reason in enumerate(found.reason) if reason is Reason.TOO_FEW_YEARS}

    assert refused == {"G4", "D0", "R"}
    assert (found.total[[at for at, _ in enumerate(found.reason) if panel.name(at)[0] == "G3"]] >= 0).all()
    assert (found.total[[at for at, _ in enumerate(found.reason) if panel.name(at)[0] == "G4"]] == -1).all()


def test_a_quiet_area_is_not_expected_to_stay_at_nothing():
    counts = world(6)[..., :-AHEAD]
    counts[2, 0] = 0
    panel = region(counts)
    found = nowcast(panel)
    at = PLACES.index("G2") * len(panel.kinds)

    assert 0 <= found.total[at] <= 3
    assert 1 <= found.high[at] <= 12


def test_a_hierarchy_with_a_hole_a_loop_or_two_places_is_refused():
    counts = np.ones((2, 1, 40))
    with pytest.raises(TableFault, match="hole in the hierarchy: no figures for C"):
        build_panel(["A", "B"], ["k"], 2012, counts, from_relations({"R": ["A", "B", "C"]}, total="R"))
    with pytest.raises(TableFault, match="no smallest part"):
        build_panel(["A", "B"], ["k"], 2012, counts, from_relations({"R": ["A"]}, total="R"))
    with pytest.raises(TableFault, match="loop"):
        from_relations({"R": ["A"], "A": ["B"], "B": ["A"]}, total="R")
    with pytest.raises(TableFault, match="a code has one place"):
        from_paths([("D1", "A"), ("D2", "A")], total="R")
    tree = from_relations({"R": ["D", "E"], "D": ["A", "B"], "E": ["B"]}, total="R")
    with pytest.raises(TableFault, match="part of two"):
        build_panel(["A", "B"], ["k"], 2012, counts, tree)


@pytest.mark.parametrize("wrong", [-1.0, 0.5, math.inf])
def test_a_count_that_is_none_is_refused(wrong):
    counts = np.ones((1, 1, 40))
    counts[0, 0, 3] = wrong
    with pytest.raises(ValueError, match="whole numbers of 0 or more"):
        build_panel(["A"], ["k"], 2012, counts)


def test_what_makes_no_sense_is_refused():
    panel = one_series(seasonal(5, 8))
    with pytest.raises(ValueError, match="complete"):
        nowcast(one_series(seasonal(5, 0)))
    with pytest.raises(ValueError, match="between 0 and 1"):
        nowcast(panel, level=95)
    with pytest.raises(ValueError, match="does not fit"):
        nowcast(panel, triangle=np.ones((1, 1, 3, 2)))
    with pytest.raises(ValueError, match="0 or more"):
        registered_part([[[-1, 2]]], [0])
    with pytest.raises(ValueError, match="shape"):
        build_panel(["A"], ["k"], 2012, np.ones((2, 1, 3)))
    with pytest.raises(ValueError, match="differ"):
        build_panel(["A", "A"], ["k"], 2012, np.ones((2, 1, 3)))
    with pytest.raises(ValueError, match="of one shape"):
        find_breaks([[1, 2]], [[1.0]])


@pytest.mark.parametrize("months", [1, 3, 11])
def test_any_number_of_known_months_gives_sums_that_hold(months):
    panel = region(world(7, months=72 + months))
    found = nowcast(panel)
    above = panel.height > 0

    assert found.months.shape[1] == 12 - months
    assert (sums(panel, found.total)[above] == found.total[above]).all()


def test_it_tells_how_far_it_is():
    seen = []
    nowcast(region(world(8)[..., :-AHEAD], TREE), progress=lambda done, total: seen.append((done, total)))

    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (8, 8)


def test_no_outcome_that_reaches_past_the_last_known_month_teaches_the_spread():
    counts = np.random.default_rng(3).poisson(6.0, (4, 1, 68)).astype(float)
    plan = prepare(build_panel(["a", "b", "c", "d"], ["x"], 2013, counts), None, fewest_years=3)

    assert plan.lag > 0
    assert np.isnan(plan.target[-plan.lag :]).all()
    assert not year_end._used(plan)[-plan.lag :].any()
    for ahead in range(1, plan.ahead + 1):
        outcome, used = year_end._one_month(plan, ahead)
        assert np.isnan(outcome[-ahead:]).all()
        assert not used[-ahead:].any()
