"""Change points: since when has a series had another level, and how strong is the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, gammaln

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SHORTEST = 6  # months on both sides
ROUNDS = 3  # most change points in a series is 2^3 - 1
STRONG = log(150.0)  # Bayes factor from which a change is reported: "very strong"


@dataclass(frozen=True, slots=True)
class Break:
    """A lasting change of level."""

    series: int
    month: int  # first month with the new level, the most probable one
    earliest: int  # 95 % of the probability lies from here
    latest: int  # to here
    factor: float  # level after divided by level before
    low: float  # 95 % interval of the factor
    high: float
    evidence: float  # natural logarithm of the Bayes factor against no change


def find_breaks(counts: ArrayLike, exposure: ArrayLike) -> list[Break]:
    """Find lasting changes of level in many series at once.

    Parameters
    ----------
    counts : array_like, shape (series, months)
        Counts; a month with exposure 0 does not count.
    exposure : array_like, shape (series, months)
        Season's factor, times the part registered.

    Returns
    -------
    list of Break
        By series and month; only changes with a Bayes factor of 150 or more.

    Raises
    ------
    ValueError
        If the shapes differ or a number is negative.

    Notes
    -----
    Counts are divided by their overdispersion, from differences of neighbouring months so that
    a change of level does not inflate it. One level against two, at each month with 6
    months on both sides alike, with a gamma prior worth one event at the mean level; then
    again within both parts. Evidence names follow Kass and Raftery. A gradual change is found as a
    change point too, with a wide range of months.

    References
    ----------
    R. E. Kass and A. E. Raftery (1995), "Bayes factors", Journal of the American Statistical
    Association 90, 773-795.

    Examples
    --------
    >>> found = find_breaks([[30, 28, 33, 31, 29, 30, 32, 60, 63, 58, 61, 59, 62, 60]], np.ones((1, 14)))
    >>> [(one.series, one.month, round(one.factor, 1)) for one in found]
    [(0, 7, 2.0)]
    """
    events, months = np.asarray(counts, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    if events.ndim != 2 or events.shape != months.shape or not (events >= 0).all() or (months < 0).any():
        raise ValueError(f"need two arrays of one shape, 0 or more: {events.shape}, {months.shape}")
    events = np.where(months > 0, events, 0.0) / _overdispersion(events, months)[:, None]
    zero = np.zeros((len(events), 1))
    sums = np.stack([np.hstack([zero, table.cumsum(axis=1)]) for table in (events, months)])
    parts = [(row, 0, events.shape[1]) for row in range(len(events))]
    found: list[Break] = []
    for _ in range(ROUNDS):
        fresh = _search(sums, np.array(parts, dtype=np.int64)) if parts else []
        found += [one for one, _ in fresh]
        parts = [half for _, halves in fresh for half in halves]
    return sorted(found, key=lambda one: (one.series, one.month))


def _overdispersion(events: Floats, months: Floats) -> Floats:
    """Variance over mean per series, at least 1, from differences of neighbouring months."""
    known = (months[:, 1:] > 0) & (months[:, :-1] > 0)
    rate = events / np.maximum(months, 1e-9)
    expected = (events[:, 1:] + events[:, :-1]) / np.maximum(months[:, 1:] + months[:, :-1], 1e-9)
    chance = expected * (1 / np.maximum(months[:, 1:], 1e-9) + 1 / np.maximum(months[:, :-1], 1e-9))
    difference = np.where(known, (rate[:, 1:] - rate[:, :-1]) ** 2, 0.0).sum(axis=1)
    result: Floats = np.maximum(difference / np.maximum(np.where(known, chance, 0.0).sum(axis=1), 1e-9), 1.0)
    return result


def _search(sums: Floats, parts: Ints) -> list[tuple[Break, list[tuple[int, int, int]]]]:
    """Look for one change in each part (series, begin, end) of a series."""
    row, begin, end = parts.T
    total = np.stack([table[row, end] - table[row, begin] for table in sums])
    at = np.arange(sums.shape[2])
    left = sums[:, row] - np.stack([table[row, begin] for table in sums])[..., None]
    right = total[..., None] - left
    shape, rate = 1.0, total[1] / np.maximum(total[0], 1e-9)
    score = (
        _marginal(left, shape, rate[:, None])
        + _marginal(right, shape, rate[:, None])
        - _marginal(total, shape, rate)[:, None]
    )
    allowed = (at >= begin[:, None] + SHORTEST) & (at <= end[:, None] - SHORTEST)
    allowed &= (left[1] > 0) & (right[1] > 0) & (total[0] > 0)[:, None]
    score = np.where(allowed, score, -np.inf)
    best = score.max(axis=1, initial=-np.inf)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = np.where(allowed, np.exp(score - best[:, None]), 0.0)
        evidence = best + np.log(weight.sum(axis=1) / np.maximum(allowed.sum(axis=1), 1))
    result = []
    for part in np.flatnonzero(np.isfinite(best) & (evidence >= STRONG)):
        month = int(score[part].argmax())
        chance = weight[part].cumsum() / weight[part].sum()
        sides = [float(side[kind, part, month]) for side in (left, right) for kind in (0, 1)]
        ends = int(np.searchsorted(chance, 0.025)), int(np.searchsorted(chance, 0.975))
        one = Break(int(row[part]), month, *ends, *_factor(*sides), float(evidence[part]))
        halves = [(int(row[part]), int(begin[part]), month), (int(row[part]), month, int(end[part]))]
        result.append((one, halves))
    return result


def _marginal(sums: Floats, shape: float, rate: Floats) -> Floats:
    """Log probability of counts (without the part that all models share), level gamma distributed."""
    events, months = sums
    result: Floats = (
        gammaln(shape + events) - gammaln(shape) + shape * np.log(np.maximum(rate, 1e-9))
        - (shape + events) * np.log(np.maximum(rate + months, 1e-9))
    )  # fmt: skip
    return result


def _factor(before: float, months: float, after: float, more: float) -> tuple[float, float, float]:
    """Ratio of two levels, with a 95 % interval from the share of the events that came after."""
    share = betaincinv(after + 0.5, before + 0.5, (0.025, 0.975))
    low, high = (float(part / (1 - part) * months / more) for part in share)
    return ((after + 0.5) / more) / ((before + 0.5) / months), low, high
