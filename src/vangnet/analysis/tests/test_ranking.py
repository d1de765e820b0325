import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vangnet.analysis.change import Position, difference
from vangnet.analysis.ranking import rank_groups

fixed = settings(derandomize=True, max_examples=40, deadline=None)
areas = st.lists(st.tuples(st.integers(0, 400), st.integers(100, 100_000)), min_size=2, max_size=9)


@fixed
@given(areas)
def test_the_observed_place_lies_between_the_best_and_the_worst(rows):
    events, at_risk = zip(*rows, strict=True)
    result = rank_groups(events, at_risk)

    assert (result.rank_best <= result.rank).all()
    assert (result.rank <= result.rank_worst).all()
    assert (np.diff(result.rate[result.order]) <= 0).all()


@fixed
@given(areas)
def test_the_order_of_the_areas_does_not_matter(rows):
    events, at_risk = (np.array(column) for column in zip(*rows, strict=True))
    forward, backward = rank_groups(events, at_risk), rank_groups(events[::-1], at_risk[::-1])

    assert forward.position == backward.position[::-1]
    assert list(forward.rank_best) == list(backward.rank_best[::-1])
    assert list(forward.rank_worst) == list(backward.rank_worst[::-1])


def test_two_areas_are_compared_as_difference_does():
    result = rank_groups([60, 300], [10_000, 90_000], reference=1)
    pair = difference(60, 10_000, 300, 90_000)

    assert result.ratio[0] == pytest.approx(pair.ratio)
    assert (result.low[0], result.high[0]) == pytest.approx((pair.low, pair.high))
    assert result.position == (pair.position, Position.NO_DIFFERENCE)
    assert result.reference == pytest.approx(300 / 90)


def test_areas_that_differ_by_chance_alone_are_within_noise():
    rng = np.random.default_rng(2)
    at_risk = rng.uniform(5_000, 150_000, 30)
    wrong = sum(
        any(
            p is not Position.NO_DIFFERENCE
            for p in rank_groups(rng.poisson(at_risk * 0.004), at_risk).position
        )
        for _ in range(60)
    )

    assert wrong <= 6  # 5 % of 60 is 3


def test_real_differences_are_found():
    result = rank_groups([900, 300, 310, 295], [30_000] * 4)

    assert result.position[0] is Position.ABOVE
    assert (result.rank_best[0], result.rank_worst[0]) == (1, 1)
    assert set(result.rank_best[1:]) == {2}
    assert set(result.rank_worst[1:]) == {4}


def test_dispersion_makes_a_difference_noise():
    assert rank_groups([130, 80], [20_000] * 2).position[0] is Position.ABOVE
    assert rank_groups([130, 80], [20_000] * 2, dispersion=4).position[0] is Position.NO_DIFFERENCE


def test_a_ratio_to_nothing_cannot_be_determined():
    result = rank_groups([5, 0], [1000, 1000])

    assert np.isnan(result.ratio[0])
    assert result.high[0] == np.inf


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"events": [1], "at_risk": [1]}, "shape"),
        ({"events": [1, 2], "at_risk": [1, 2], "reference": 2}, "reference"),
        ({"events": [1, 2], "at_risk": [1, 2], "per": 0}, "per"),
        ({"events": [1, 2], "at_risk": [1, 0]}, "exposures"),
    ],
)
def test_figures_without_meaning_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        rank_groups(**arguments)
