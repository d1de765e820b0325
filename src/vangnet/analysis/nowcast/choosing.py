"""Which methods to follow for a series: those that did well before, on it and on others like it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
OTHERS = 5.0  # outcomes that experience with others like it is worth


def seen_before(values: Floats, lag: int) -> Floats:
    """Sum over the months whose outcome was known in each month; first axis: months."""
    result = np.zeros_like(values)
    if len(values) > lag:
        result[lag:] = np.cumsum(values, axis=0)[: len(values) - lag]
    return result


def combine(expected: Floats, target: Floats, used: NDArray[np.bool_], like: Ints, lag: int) -> Floats:
    """Average the methods, with weights from what was known in each month.

    Parameters
    ----------
    expected : array, shape (months, methods, series)
        What each method expected of the target.
    target : array, shape (months, series)
        What it came to; nan where not known.
    used : array of bool, shape (months, series)
        Outcomes to learn from.
    like : array of int, shape (series,)
        Series with the same number resemble each other.
    lag : int
        Months after which an outcome is known.

    Returns
    -------
    array, shape (months, series)

    Notes
    -----
    A method's loss is its Poisson deviance, divided by the length of the target as targets overlap.
    Its weight is exp(-loss / 2 phi): that of the series itself, and of `OTHERS` outcomes of series
    like it. phi is the mean deviance of the best method for those, at least 1.
    """
    loss = np.where(used[:, None], deviance(np.where(used, target, 0.0)[:, None], expected), 0.0)
    own = seen_before(loss, lag)
    count = seen_before(used.astype(np.float64), lag)
    pooled = _together(own, like) / np.maximum(_together(count, like), 1.0)[:, None]
    phi = np.maximum(pooled.min(axis=1), 1.0)
    score = (own / lag + OTHERS * pooled) / (2 * phi[:, None])
    weight = np.exp(score.min(axis=1, keepdims=True) - score)
    result: Floats = (weight * expected).sum(axis=1) / weight.sum(axis=1)
    return result


def _together(values: Floats, like: Ints) -> Floats:
    """Sum over series that are alike, for each of them; always in the same order, so to the same bit."""
    groups, place = np.unique(like, return_inverse=True)
    order = np.argsort(like, kind="stable")
    sums = np.add.reduceat(values[..., order], np.searchsorted(like[order], groups), axis=-1)
    result: Floats = sums[..., place]
    return result


def deviance(count: Floats, mean: Floats) -> Floats:
    """Poisson deviance."""
    mean = np.maximum(mean, 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.where(count > 0, count * np.log(np.maximum(count, 1e-9) / mean), 0.0)
    result: Floats = 2 * (log - (count - mean))
    return result
