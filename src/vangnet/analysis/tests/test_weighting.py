"""How far a weight moves before the choice changes, held against trying every weight."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vangnet.analysis.weighting import chosen, sensitivity, totals

CRITERIA = st.integers(2, 4)


@st.composite
def rounds(draw):
    """Scores of a handful of candidates on a few criteria, weights, and how many are chosen."""
    criteria, candidates = draw(CRITERIA), draw(st.integers(2, 6))
    row = st.lists(st.integers(0, 40).map(lambda n: n / 10), min_size=criteria, max_size=criteria)
    scores = draw(st.lists(row, min_size=candidates, max_size=candidates))
    weights = draw(st.lists(st.integers(1, 100), min_size=criteria, max_size=criteria))
    return scores, weights, draw(st.integers(1, candidates))


def at(weights: list[int], column: int, share: float) -> list[float]:
    """Move one weight to a share, the others scaled."""
    rest = sum(weights) - weights[column]
    return [share if n == column else w / rest * (1 - share) for n, w in enumerate(weights)]


def is_best(scores, weights, places: set[int]) -> bool:
    """Say whether nobody outside a choice has more than somebody inside; equals are all fine."""
    found = totals(scores, weights)
    inside = [found[n] for n in places]
    outside = [total for n, total in enumerate(found) if n not in places]
    return not outside or max(outside) <= min(inside) + 1e-9


@settings(max_examples=150, deadline=None)
@given(rounds())
def test_within_the_room_the_choice_holds_and_beyond_it_does_not(told):
    scores, weights, count = told
    best = set(chosen(scores, weights, count))
    for column, found in enumerate(sensitivity(scores, weights, count)):
        low = found.down.weight if found.down else 0.0
        high = found.up.weight if found.up else 1.0
        assert low <= found.weight + 1e-9
        assert high >= found.weight - 1e-9
        for share in np.linspace(0, 1, 101):
            if low <= share <= high:
                assert is_best(scores, at(weights, column, float(share)), best)
        for edge, step in ((low, -1e-4), (high, 1e-4)):
            turn = found.down if step < 0 else found.up
            beyond = edge + step
            if turn and 0 <= beyond <= 1:
                moved = totals(scores, at(weights, column, beyond))
                assert moved[turn.enters] > moved[turn.leaves]


@settings(max_examples=100, deadline=None)
@given(rounds(), st.integers(2, 9))
def test_only_the_proportions_of_weights_count(told, times):
    scores, weights, count = told
    scaled = [weight * times for weight in weights]

    assert totals(scores, scaled) == pytest.approx(totals(scores, weights))
    ours = [found.room for found in sensitivity(scores, weights, count)]
    theirs = [found.room for found in sensitivity(scores, scaled, count)]
    for one, other in zip(ours, theirs, strict=True):
        assert (one is None) == (other is None)
        assert one is None or one == pytest.approx(other, abs=1e-6)


def test_a_candidate_that_is_best_at_everything_stays():
    found = sensitivity([[4, 4, 4], [3, 2, 1]], [5, 3, 2], 1)

    assert [one.room for one in found] == [None, None, None]


def test_one_criterion_with_all_the_weight_cannot_move():
    (only,) = sensitivity([[1], [2]], [7], 1)

    assert (only.weight, only.room) == (1.0, None)


def test_who_becomes_equal_only_at_the_very_end_does_not_come_in():
    found = sensitivity([[2, 3], [2, 1]], [1, 1], 1)

    assert [one.room for one in found] == [None, None]


def test_equals_have_no_room_at_all():
    first, _ = sensitivity([[2, 0], [0, 2]], [1, 1], 1)

    assert first.room == 0


@pytest.mark.parametrize(
    ("scores", "weights"), [([[1, 2], [1]], [1, 1]), ([[1]], [0]), ([[1]], [-1]), ([[]], [])]
)
def test_what_cannot_be_weighed_is_refused(scores, weights):
    with pytest.raises(ValueError, match=r"weights are|every candidate"):
        totals(scores, weights)
