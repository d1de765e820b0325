"""Make sums hold: expectations of wholes and parts first, then whole numbers, exactly and never below 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.nowcast.choosing import seen_before

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
GOLDEN = 0.6180339887498949


def reconcile(
    expected: Floats, target: Floats, used: NDArray[np.bool_], parent: Ints, height: Ints, lag: int
) -> Floats:
    """Let expectations of parts add up to those of their whole.

    From below: the expectation of a whole is a mean of its own and the sum of its parts, with the
    weight that was best for outcomes known in that month, one per height. From above: parts are multiplied
    by one factor to fit their whole, so nothing gets below 0.

    Parameters
    ----------
    expected, target, used : array, shape (months, series)
        What was expected, what it came to, and which outcomes to learn from.
    parent : array of int, shape (series,)
        Whole of each series, -1: none.
    height : array of int, shape (series,)
        0 is no sum; a whole is higher than its parts.
    lag : int
        Months after which an outcome is known.

    Returns
    -------
    array, shape (months, series)
    """
    result = expected.copy()
    for level in range(1, int(height.max(initial=0)) + 1):
        wholes = np.flatnonzero(height == level)
        sums = _sums(result, parent)[:, wholes]
        own = expected[:, wholes]
        learn = used[:, wholes]
        gap = np.where(learn, own - sums, 0.0)
        missed = np.where(learn, target[:, wholes] - sums, 0.0)
        scale = 1 / np.maximum(own, 1.0)
        power = seen_before((gap * gap * scale).sum(axis=1, keepdims=True), lag)
        better = seen_before((gap * missed * scale).sum(axis=1, keepdims=True), lag)
        weight = np.where(power > 0, np.clip(better / np.maximum(power, 1e-300), 0.0, 1.0), 0.0)
        result[:, wholes] = weight * own + (1 - weight) * sums
    for level in range(int(height.max(initial=0)), 0, -1):
        sums = _sums(result, parent)
        factor = np.where(sums > 0, result / np.maximum(sums, 1e-300), 1.0)
        parts = np.flatnonzero((parent >= 0) & (height[parent] == level))
        result[:, parts] *= factor[:, parent[parts]]
    return result


def _sums(values: Floats, parent: Ints) -> Floats:
    result = np.zeros_like(values)
    parts = np.flatnonzero(parent >= 0)
    np.add.at(result.T, parent[parts], values[:, parts].T)
    return result


def whole_numbers(expected: Floats, parent: Ints, height: Ints) -> Ints:
    """Round so that parts add up to their whole exactly, each to a neighbouring whole number if it can.

    The highest series are rounded first; below them the largest remainders go up.

    Parameters
    ----------
    expected : array, shape (series,)
        Figures of 0 or more.
    parent, height : array of int, shape (series,)
        As in `reconcile`.

    Returns
    -------
    array of int, shape (series,)

    Examples
    --------
    >>> parent, height = np.array([3, 3, 3, -1]), np.array([0, 0, 0, 1])
    >>> whole_numbers(np.array([0.4, 0.4, 0.4, 1.2]), parent, height).tolist()
    [1, 0, 0, 1]
    """
    result = np.floor(expected + 0.5).astype(np.int64)
    for level in range(int(height.max(initial=0)), 0, -1):
        for whole in np.flatnonzero(height == level):
            parts = np.flatnonzero(parent == whole)
            if len(parts):
                result[parts] = _divide(int(result[whole]), expected[parts])
    return result


def _divide(total: int, wanted: Floats) -> Ints:
    """Divide a whole number in proportion to figures."""
    if wanted.sum() > 0:
        wanted = wanted * (total / wanted.sum())
    else:
        wanted = np.full(len(wanted), total / len(wanted))
    result = np.floor(wanted + 1e-9).astype(np.int64)
    order = np.argsort(-(wanted - result), kind="stable")
    result[order[: total - int(result.sum())]] += 1
    return result


def spread_over_months(totals: Ints, expected: Floats, parent: Ints, height: Ints) -> Ints:
    """Divide whole totals over months in proportion; sums hold over months and over parts.

    Series that are no sum are divided along their running share, from an offset of their own, so
    that single events do not all land in one month; wholes are sums of their parts.

    Parameters
    ----------
    totals : array of int, shape (series,)
        Result of `whole_numbers`.
    expected : array, shape (series, months)
        What is expected per month.
    parent, height : array of int, shape (series,)
        As in `reconcile`.

    Returns
    -------
    array of int, shape (series, months)
    """
    share = expected.cumsum(axis=1)
    even = np.arange(1, expected.shape[1] + 1) / expected.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(share[:, -1:] > 0, share / share[:, -1:], even)
    offset = ((np.arange(len(totals)) + 0.5) * GOLDEN % 1.0)[:, None]
    running = np.floor(share * totals[:, None] + offset).astype(np.int64)
    running[:, -1] = totals
    running = np.minimum(running, totals[:, None])
    result: Ints = np.diff(running, axis=1, prepend=0)
    for level in range(1, int(height.max(initial=0)) + 1):
        for whole in np.flatnonzero(height == level):
            parts = np.flatnonzero(parent == whole)
            if len(parts):
                result[whole] = result[parts].sum(axis=0)
    return result
