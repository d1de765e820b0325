"""What chance would give, in closed form: exact mean and variance without a single shuffle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.stats import gamma

from vangnet.analysis.near_repeat.bands import Bands
from vangnet.analysis.near_repeat.pairs import Pairs
from vangnet.analysis.near_repeat.shuffles import Clock


@dataclass(frozen=True, slots=True)
class Chance:
    """Number of pairs if places and moments had nothing to do with each other; shape (places, times)."""

    mean: NDArray[np.float64]  # exact
    variance: NDArray[np.float64]  # exact

    def exceeding(self, observed: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return roughly how often chance gives so many pairs or more, shape (places, times).

        A gamma distribution with the exact mean and variance; close enough to choose the
        bands that deserve shuffles, not to publish.
        """
        spread = np.where(self.variance > 0, self.variance, 1.0)
        mean = np.where(self.mean > 0, self.mean, 1.0)
        found = gamma.sf(np.maximum(observed - 0.5, 0.0), mean**2 / spread, scale=spread / mean)
        certain = np.where(observed <= self.mean, 1.0, 0.0)
        return np.where(self.variance > 0, found, certain)


def place_degrees(pairs: Pairs, bands: Bands) -> Iterable[NDArray[np.int64]]:
    """Yield for each band with how many events each event makes a pair, shape (n,)."""
    inner = len(pairs.start) - 1
    rest = np.full(pairs.order.size, pairs.order.size - 1, dtype=np.int64)
    for band in range(inner):
        here = pairs.degrees(band)
        rest -= here
        yield here
    if bands.open_ended:
        yield rest


def time_degrees(clock: Clock) -> Iterable[NDArray[np.int64]]:
    """Yield for each band of time with how many events each event makes a pair, shape (n,)."""
    moments, times = np.unique(clock.time.astype(np.float64), return_counts=True)
    up_to_here = np.concatenate([[0], np.cumsum(times)])
    before = np.zeros(moments.size, dtype=np.int64)
    for limit in clock.limits.astype(np.float64):
        last = _last_within(moments, limit)
        first = moments.size - 1 - _last_within(-moments[::-1], limit)[::-1]
        near = up_to_here[last + 1] - up_to_here[first] - 1
        yield np.repeat(near - before, times)
        before = near


def _last_within(moments: NDArray[np.float64], limit: float) -> NDArray[np.intp]:
    """Return for each of the rising moments the place of the last one less than `limit` later.

    A sum may be rounded where the difference of two moments is not, so the difference decides.
    """
    last = np.searchsorted(moments, moments + limit, side="left") - 1
    last = np.maximum(last, np.arange(moments.size))
    end = moments.size - 1
    while (more := (last < end) & (moments[np.minimum(last + 1, end)] - moments < limit)).any():
        last += more
    while (less := moments[last] - moments >= limit).any():
        last -= less
    return last


def chance(places: Iterable[NDArray[np.int64]], times: Iterable[NDArray[np.int64]]) -> Chance:
    """Return the exact mean and variance of the number of pairs near in place and in time.

    Parameters
    ----------
    places, times : iterable of ndarray of int, shape (n,)
        For each band, with how many of the n events each event makes a pair. The order of
        the events need not be the same in both. n >= 4.

    Returns
    -------
    Chance
        Shape (bands of place, bands of time).

    Notes
    -----
    All n! ways of dealing the moments out over the places are equally likely. The number
    of pairs has mean p q / N with p and q the pairs of either band and N all pairs; its
    variance follows from the pairs of pairs with and without an event in common. Computed
    in whole numbers, so nothing cancels.

    References
    ----------
    D. E. Barton and F. N. David (1966), "The random intersection of two graphs", in
    Research Papers in Statistics, 445-459.
    N. Mantel (1967), "The detection of disease clustering and a generalized regression
    approach", Cancer Research 27, 209-220.
    """
    sizes = [[(_edges(degree), _wedges(degree), degree.size) for degree in side] for side in (places, times)]
    moments = [[_moments(one, other) for other in sizes[1]] for one in sizes[0]]
    return Chance(
        mean=np.array([[float(mean) for mean, _ in row] for row in moments]),
        variance=np.array([[float(variance) for _, variance in row] for row in moments]),
    )


def _edges(degree: NDArray[np.int64]) -> int:
    return int(degree.sum()) // 2


def _wedges(degree: NDArray[np.int64]) -> int:
    """Return the number of pairs of pairs that share an event."""
    return sum(
        d * (d - 1) // 2 * k
        for d, k in zip(*(v.tolist() for v in np.unique(degree, return_counts=True)), strict=True)
    )


def _moments(one: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[Fraction, Fraction]:
    (p, p2, n), (q, q2, _) = one, other
    mean = Fraction(2 * p * q, n * (n - 1))
    sharing = Fraction(4 * p2 * q2, n * (n - 1) * (n - 2))
    apart = Fraction(4 * (p * (p - 1) - 2 * p2) * (q * (q - 1) - 2 * q2), n * (n - 1) * (n - 2) * (n - 3))
    return mean, sharing + apart + mean - mean**2
