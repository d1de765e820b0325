import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, poisson

from vangnet.analysis.rates import crude_rates, like_size, smooth_rates

fixed = settings(derandomize=True, max_examples=40, deadline=None)
areas = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 100_000)), min_size=2, max_size=12)


@fixed
@given(st.integers(0, 20_000), st.floats(0.5, 0.999))
def test_the_interval_is_that_of_garwood(events, level):
    result = crude_rates([events], [1], per=1, level=level)

    tail = (1 - level) / 2
    low = chi2.ppf(tail, 2 * events) / 2 if events else 0
    assert result.low[0] == pytest.approx(low, rel=1e-7)
    assert result.high[0] == pytest.approx(chi2.isf(tail, 2 * events + 2) / 2, rel=1e-7)


def test_the_interval_equals_the_example_of_poisson_test_in_r():
    result = crude_rates([137], [24.19893], per=1)  # R, help(poisson.test)

    assert (result.low[0], result.high[0]) == pytest.approx((4.753125, 6.692709), abs=1e-6)


@pytest.mark.parametrize("mean", [0.5, 3, 40])
def test_the_interval_covers_at_least_its_level(mean):
    events = np.arange(400)
    result = crude_rates(events, np.ones(400), per=1, level=0.9)
    covers = (result.low <= mean) & (mean <= result.high)

    assert poisson.pmf(events, mean)[covers].sum() >= 0.9


@fixed
@given(areas)
def test_a_smoothed_rate_lies_between_its_own_and_the_regional_rate(rows):
    events, at_risk = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    result = smooth_rates(events, at_risk)
    own = events / at_risk * 1000

    assert (result.rate >= np.minimum(own, result.reference) - 1e-9).all()
    assert (result.rate <= np.maximum(own, result.reference) + 1e-9).all()
    assert result.weight.min() >= 0
    assert result.weight.max() <= 1


@fixed
@given(areas)
def test_the_order_of_the_areas_does_not_matter(rows):
    events, at_risk = (np.array(column, dtype=float) for column in zip(*rows, strict=True))

    assert smooth_rates(events[::-1], at_risk[::-1]).rate[::-1] == pytest.approx(
        smooth_rates(events, at_risk).rate
    )


def test_areas_that_differ_by_chance_alone_all_get_the_regional_rate():
    result = smooth_rates([10, 11, 9, 10], [1000] * 4)

    assert result.rate == pytest.approx(10)
    assert (result.weight == 0).all()


def test_a_region_without_events_has_rate_zero():
    assert (smooth_rates([0, 0], [10, 1000]).rate == 0).all()


def test_smoothing_recovers_the_truth_better_than_raw_rates():
    rng = np.random.default_rng(1)
    at_risk = rng.uniform(200, 5_000, 300)
    truth = rng.gamma(20, 0.02 / 20, 300)
    events = rng.poisson(truth * at_risk)
    smooth = smooth_rates(events, at_risk, per=1)

    assert np.mean((smooth.rate - truth) ** 2) < 0.6 * np.mean((events / at_risk - truth) ** 2)


def test_weights_follow_the_variance_within_and_between():
    # By hand: regional rate .02; weighted variance of (.01, .03) is 1e-4;
    # mean chance variance .02 / 1000 = 2e-5; between 8e-5; weight 8e-5 / (8e-5 + 2e-5).
    result = smooth_rates([10, 30], [1000, 1000])

    assert result.weight == pytest.approx(0.8)
    assert result.rate == pytest.approx([12, 28])


@fixed
@given(st.lists(st.floats(1, 1e6), min_size=3, max_size=20, unique=True), st.data())
def test_peers_are_nearer_in_size_than_all_others(sizes, data):
    index = data.draw(st.integers(0, len(sizes) - 1))
    n = data.draw(st.integers(1, len(sizes) - 1))
    peers = like_size(sizes, index, n)

    distance = np.abs(np.log(sizes) - np.log(sizes[index]))
    others = set(range(len(sizes))) - set(peers) - {index}
    assert index not in peers
    assert len(set(peers)) == n
    assert all(distance[peers].max() <= distance[other] for other in others)


def test_equal_distance_keeps_the_order_given():
    assert list(like_size([100, 200, 50, 100], index=0, n=3)) == [3, 1, 2]


@pytest.mark.parametrize("function", [crude_rates, smooth_rates])
@pytest.mark.parametrize(
    ("events", "at_risk", "per", "message"),
    [
        ([1, 2], [1], 1, "shape"),
        ([-1, 2], [1, 1], 1, "events"),
        ([np.nan, 2], [1, 1], 1, "events"),
        ([1, 2], [0, 1], 1, "at_risk"),
        ([1, 2], [1, 1], 0, "per"),
    ],
)
def test_figures_without_a_rate_are_refused(function, events, at_risk, per, message):
    with pytest.raises(ValueError, match=message):
        function(events, at_risk, per=per)


def test_other_bad_input_is_refused():
    with pytest.raises(ValueError, match="level"):
        crude_rates([1], [1], level=1)
    with pytest.raises(ValueError, match="n >= 2"):
        smooth_rates([1], [1])
    with pytest.raises(ValueError, match="sizes"):
        like_size([1, 0], 0, 1)
    with pytest.raises(ValueError, match="index"):
        like_size([1, 2], 2, 1)
    with pytest.raises(ValueError, match="n must"):
        like_size([1, 2], 0, 2)
