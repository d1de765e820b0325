"""Intervals that hold what they promise: negative binomial, calibrated on what went wrong before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from vangnet.analysis.nowcast.choosing import seen_before

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
BANDS = (1.0, 10.0)  # events per month that separate rare, ordinary and frequent
OWN = 30.0  # outcomes that the common spread is worth against a series' own
LEAST, MOST = 0.6, 4.0  # of what a series' own spread can be, as a factor of the variance
ENOUGH = 40  # outcomes from which a band is calibrated by itself


@dataclass(frozen=True, slots=True)
class Bounds:
    """Result of `calibrated`; arrays of shape (series,)."""

    low: Ints
    high: Ints
    outcomes: int  # fewest outcomes that an interval was calibrated on


def bands(expected: Floats, height: Ints, months: float) -> Ints:
    """Return a number per height and events per month: intervals are calibrated within these."""
    result: Ints = height * (len(BANDS) + 1) + np.digitize(expected / months, BANDS)
    return result


def calibrated(
    expected: Floats,
    target: Floats,
    used: Bools,
    height: Ints,
    *,
    months: float,
    lag: int,
    begin: int,
    level: float,
) -> Bounds:
    """Return intervals of whole numbers for the last month's expectation (Mondrian conformal).

    Parameters
    ----------
    expected, target, used : array, shape (months, series)
        What was expected in each month, what it came to (nan: not known), and which outcomes count.
    height : array of int, shape (series,)
        0 is no sum, 1 a sum of those, and so on.
    months : float
        Length of the target.
    lag : int
        Months after which an outcome is known.
    begin : int
        First month whose outcome calibrates; earlier ones teach the spread.
    level : float
        Part of the outcomes that intervals are to hold.

    Returns
    -------
    Bounds

    Notes
    -----
    The variance is mean + a mean^2, with a from all series of a height and band, times a factor of
    the series itself as known in each month. One a is estimated on all outcomes, also on those that
    calibrate: sums up to each month held as much and scored worse. An outcome's score is the level
    of the smallest central negative-binomial interval that holds it. The interval of a series takes
    as level the quantile ceil((n + 1) level) of n scores of its height and band, so that `level` of
    all outcomes lies inside whatever the true spread; a band with few outcomes takes those of its
    height, or of all.
    """
    band = bands(expected[-1], height, months)
    spread = _variance(expected, target, used, bands(np.nanmean(expected, axis=0), height, months), lag)
    when, which = np.nonzero(used & (np.arange(len(expected)) >= begin)[:, None])
    scores = _scores(target[when, which], expected[when, which], spread[when, which])
    where = bands(expected[when, which], height[which], months)
    reach, fewest = np.ones(len(band)), len(scores)
    for one in np.unique(band):
        pool = scores[where == one]
        if len(pool) < ENOUGH:
            pool = scores[where // (len(BANDS) + 1) == one // (len(BANDS) + 1)]
        if len(pool) < ENOUGH:
            pool = scores
        fewest = min(fewest, len(pool))
        if len(pool):
            rank = min(int(np.ceil((len(pool) + 1) * level)), len(pool))
            reach[band == one] = np.clip(np.partition(pool, rank - 1)[rank - 1], 0.0, 1 - 1e-6)
    low = quantile(expected[-1], spread[-1], (1 - reach) / 2, above=True)
    high = quantile(expected[-1], spread[-1], (1 + reach) / 2, above=False)
    return Bounds(low, high, fewest)


def _variance(expected: Floats, target: Floats, used: Bools, like: Ints, lag: int) -> Floats:
    """Return the variance of each expectation, by what was known when it was made."""
    missed = np.where(used, target - expected, 0.0) ** 2
    mean = np.where(used, expected, 0.0)
    scale = used / np.maximum(mean + 0.06 * mean**2, 0.05) ** 2
    extra = np.zeros(len(like))
    for one in np.unique(like):
        own = like == one
        power = float((mean[:, own] ** 4 * scale[:, own]).sum())
        above = float(((missed - mean)[:, own] * mean[:, own] ** 2 * scale[:, own]).sum())
        extra[own] = max(above / power, 1e-4) if power > 0 else 1e-4
    result: Floats = expected + extra * expected**2
    ratio = np.where(used, missed / np.maximum(result, 1e-9), 0.0)
    count = seen_before(used.astype(np.float64), lag)
    result *= np.clip((seen_before(ratio, lag) + OWN) / (count + OWN), LEAST, MOST)
    return result


def _scores(count: Floats, mean: Floats, variance: Floats) -> Floats:
    """Return the level of the smallest central interval that holds each count.

    That is max(2 P(fewer) - 1, 1 - 2 P(at most so many)). Most of the time goes into these, and as
    long as P(at most so many) is at most a half the other does not matter, nor the first for a count
    above the mean plus one, where P(fewer) is at least a half.
    """
    result = np.empty(len(count))
    low = count < mean + 1
    result[low] = 1 - 2 * cumulative(count[low], mean[low], variance[low])
    above = ~low | (result < 0)
    result[~low] = -1.0
    fewer = cumulative(count[above] - 1, mean[above], variance[above])
    result[above] = np.maximum(result[above], 2 * fewer - 1)
    return result


def cumulative(count: Floats, mean: Floats, variance: Floats) -> Floats:
    """Probability of at most this count, negative binomial with this mean and variance."""
    mean = np.maximum(mean, 1e-9)
    variance = np.maximum(variance, mean * (1 + 1e-6))
    size = mean * mean / (variance - mean)
    result = betainc(size, np.maximum(count, 0.0) + 1, size / (size + mean))
    return np.where(count < 0, 0.0, result)


def quantile(mean: Floats, variance: Floats, part: Floats, *, above: bool) -> Ints:
    """Return the smallest count with a probability of at least `part` (`above`: more) up to there."""
    low = np.full(mean.shape, -1.0)
    high = np.ceil(mean + 12 * np.sqrt(np.maximum(variance, 0.0)) + 12)
    while (wide := high - low > 1).any():
        middle = np.floor((low + high) / 2)
        chance = cumulative(middle, mean, variance)
        enough = chance > part if above else chance >= part
        high = np.where(wide & enough, middle, high)
        low = np.where(wide & ~enough, middle, low)
    result: Ints = high.astype(np.int64)
    return result
