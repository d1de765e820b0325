"""Wilson's interval against its defining equation, and what is refused."""

import numpy as np
import pytest
from scipy.optimize import brentq

from vangnet.analysis.proportion import proportions

Z = 1.959963984540054


def by_score_test(x, n, low):
    """Return where the score test just does not reject, found without the formula."""

    def score(p):
        return (x / n - p) / np.sqrt(p * (1 - p) / n) - (Z if low else -Z)

    return brentq(score, 1e-12, x / n) if low else brentq(score, x / n, 1 - 1e-12)


@pytest.mark.parametrize(("x", "n"), [(1, 2), (5, 10), (3, 40), (1900, 4000), (7, 8)])
def test_the_interval_is_where_the_score_test_stops_rejecting(x, n):
    found = proportions([x], [n])

    assert found.low[0] == pytest.approx(by_score_test(x, n, low=True), abs=1e-9)
    assert found.high[0] == pytest.approx(by_score_test(x, n, low=False), abs=1e-9)


def test_none_and_all_keep_an_interval_and_nothing_has_no_share():
    found = proportions([0, 10, 0], [10, 10, 0])

    assert found.low.tolist()[:2] == [0, pytest.approx(0.7225, abs=1e-4)]
    assert found.high.tolist()[:2] == [pytest.approx(0.2775, abs=1e-4), 1]
    assert np.isnan(found.share[2])
    assert (found.low[2], found.high[2]) == (0, 1)


@pytest.mark.parametrize(
    ("part", "whole", "level"),
    [
        ([2], [1], 0.95),
        ([-1], [3], 0.95),
        ([0.5], [3], 0.95),
        ([1], [np.nan], 0.95),
        ([1], [3], 1.0),
        (1, 3, 0.95),
    ],
)
def test_what_is_no_share_is_refused(part, whole, level):
    with pytest.raises(ValueError, match=r"must|cannot"):
        proportions(part, whole, level=level)
