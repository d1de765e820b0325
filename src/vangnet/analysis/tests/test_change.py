import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.rates import confint_poisson_2indep

from vangnet.analysis.change import Position, Verdict, change, changes, difference, ratio_interval
from vangnet.analysis.dispersion import estimate_dispersion

counts = st.integers(0, 5000)
exposures = st.floats(0.01, 1e6)
fixed = settings(derandomize=True, max_examples=40, deadline=None)


def test_burglary_of_the_region_fell_by_a_third():
    fall = change(9311, 6083)

    assert round(fall.relative * 100, 1) == -34.7
    assert fall.verdict is Verdict.FALLEN
    assert fall.low < fall.relative < fall.high < 0


@fixed
@given(counts, counts, exposures, exposures, st.floats(0.5, 0.999))
def test_the_interval_is_that_of_the_binomial_share(before, after, exposure_before, exposure_after, level):
    if before + after == 0:
        return
    low, high = ratio_interval(
        before, after, exposure_before=exposure_before, exposure_after=exposure_after, level=level
    )

    share = binomtest(after, before + after).proportion_ci(level, method="exact")
    scale = exposure_before / exposure_after
    assert low == pytest.approx(share.low / (1 - share.low) * scale, rel=1e-6)
    expected = math.inf if before == 0 else share.high / (1 - share.high) * scale
    assert high == pytest.approx(expected, rel=1e-6)


def test_the_interval_equals_the_example_of_poisson_test_in_r():
    # R, help(poisson.test): 11 cases in 800, against 6 + 8 + 7 in 1083 + 1050 + 878.
    result = difference(11, 800, 21, 3011)

    assert result.ratio == pytest.approx(1.971488, abs=1e-6)
    assert (result.low, result.high) == pytest.approx((0.8584264, 4.2772659), abs=1e-6)
    assert result.position is Position.NO_DIFFERENCE


def test_large_counts_agree_with_the_score_interval_of_statsmodels():
    ours = ratio_interval(9311, 6083)

    score = confint_poisson_2indep(6083, 1, 9311, 1, method="score", compare="ratio")
    assert ours == pytest.approx(score, rel=1e-3)


@fixed
@given(counts, counts)
def test_swapping_the_periods_turns_the_interval_round(before, after):
    low, high = ratio_interval(before, after)
    swapped_low, swapped_high = ratio_interval(after, before)

    assert low == pytest.approx(1 / swapped_high if swapped_high > 0 else math.inf, rel=1e-9)
    assert swapped_low == pytest.approx(1 / high if high > 0 else math.inf, rel=1e-9)


@fixed
@given(counts, counts, st.floats(1, 20))
def test_dispersion_only_widens(before, after, dispersion):
    narrow, wide = change(before, after), change(before, after, dispersion=dispersion)

    assert wide.low <= narrow.low + 1e-9
    assert wide.high >= narrow.high - 1e-9
    assert wide.relative == narrow.relative
    assert wide.verdict in (narrow.verdict, Verdict.NO_DIFFERENCE)


@fixed
@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=8))
def test_many_areas_at_once_equal_one_by_one(pairs):
    before, after = zip(*pairs, strict=True)
    many = changes(before, after)

    for i, (a, b) in enumerate(pairs):
        one = change(a, b)
        assert (many.low[i], many.high[i], many.verdict[i]) == (one.low, one.high, one.verdict)
        assert math.isnan(many.relative[i]) if one.relative is None else many.relative[i] == one.relative


def test_from_nothing_the_change_cannot_be_determined_but_may_be_proven():
    few, many = change(0, 3), change(0, 12)

    assert few.relative is many.relative is None
    assert few.high == many.high == math.inf
    assert (few.verdict, many.verdict) == (Verdict.NO_DIFFERENCE, Verdict.RISEN)
    assert change(0, 0).low == -1
    assert change(5, 0).relative == -1


def test_exposure_turns_counts_into_rates():
    assert change(100, 200, exposure_before=1000, exposure_after=2000).relative == pytest.approx(0)


def test_coverage_under_poisson_is_at_least_the_level():
    rng = np.random.default_rng(7)
    before, after = rng.poisson(60, 20_000), rng.poisson(42, 20_000)
    low, high = ratio_interval(before, after)

    assert 0.95 <= np.mean((low <= 0.7) & (high >= 0.7)) <= 0.97


@pytest.mark.parametrize("size", [5, 20])
def test_with_the_estimated_dispersion_coverage_of_negative_binomial_counts_is_near_nominal(size):
    rng = np.random.default_rng(11)
    mean = 60.0
    history = rng.negative_binomial(size, size / (size + mean), (80, 7))
    before, after = rng.negative_binomial(size, size / (size + mean), (2, 4000))
    factor = estimate_dispersion(history).factor

    def covered(dispersion):
        low, high = ratio_interval(before, after, dispersion=dispersion)
        return np.mean((low <= 1) & (high >= 1))

    assert factor == pytest.approx(1 + mean / size, rel=0.3)
    assert covered(1.0) < 0.75
    assert 0.92 <= covered(factor) <= 0.985


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"before": -1, "after": 2}, "counts"),
        ({"before": math.nan, "after": 2}, "counts"),
        ({"before": 1, "after": 2, "exposure_after": 0}, "exposures"),
        ({"before": 1, "after": 2, "dispersion": 0.5}, "dispersion"),
        ({"before": 1, "after": 2, "level": 95}, "level"),
    ],
)
def test_figures_without_meaning_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        change(**arguments)


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="shape"):
        changes([1, 2], [1])
    with pytest.raises(ValueError, match="exposures"):
        changes([1], [2], exposure_after=[[1.0], [2.0]])


def test_a_huge_ratio_keeps_its_digits():
    low, high = ratio_interval(3, 10**13)

    # So many events are as good as certain: what is left is the interval of the 3 alone.
    assert 1e13 / high == pytest.approx(0.618672, rel=1e-6)
    assert 1e13 / low == pytest.approx(8.767273, rel=1e-6)
