"""Counts of groups of areas before and after a measure, and how much such counts vary by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from vangnet.analysis.disclosure.faults import TableFault

MOST = 1e6  # overdispersion beyond which counts say nothing


@dataclass(frozen=True, slots=True)
class Group:
    """Areas that are looked at together; make one with `group`."""

    before: NDArray[np.float64]  # events, shape (areas, periods before)
    after: NDArray[np.float64]  # events, shape (areas, periods after)

    @property
    def means(self) -> tuple[float, float]:
        """Events per period of all areas together, before and after."""
        return (
            float(self.before.sum() / self.before.shape[1]),
            float(self.after.sum() / self.after.shape[1]),
        )

    def variances(self, overdispersion: float = 0.0) -> tuple[float, float]:
        """Estimated variance of `means`, before and after, when areas and periods are independent."""
        return tuple(  # type: ignore[return-value]
            float(count_variance(counts, overdispersion).sum() / counts.shape[1] ** 2)
            for counts in (self.before, self.after)
        )


def group(before: ArrayLike, after: ArrayLike) -> Group:
    """Take counts before and after a measure together.

    Parameters
    ----------
    before, after : array_like of int or float
        Events; a number, shape (areas,) for one period, or shape (areas, periods). The
        same areas in both; the number of periods may differ, the length of a period not.

    Returns
    -------
    Group
        The counts as arrays of two dimensions.

    Raises
    ------
    ValueError
        If the areas differ in number, there are none, or a count is negative or not finite.

    Examples
    --------
    >>> group(before=[[12, 8], [3, 5]], after=[[9], [2]]).means
    (14.0, 11.0)
    """
    counts = [np.asarray(values, dtype=np.float64) for values in (before, after)]
    counts = [array.reshape(-1, 1) if array.ndim < 2 else array for array in counts]
    if any(array.ndim != 2 or array.size == 0 for array in counts) or len(counts[0]) != len(counts[1]):
        raise ValueError(f"need counts of the same areas: {counts[0].shape} and {counts[1].shape}")
    if any((array < 0).any() or not np.isfinite(array).all() for array in counts):
        raise ValueError("counts must be finite and >= 0")
    return Group(*counts)


def count_variance(counts: NDArray[np.float64], overdispersion: float = 0.0) -> NDArray[np.float64]:
    """Estimate the variance of counts from the counts themselves.

    Parameters
    ----------
    counts : ndarray, any shape
        Events.
    overdispersion : float, default 0
        a in variance = mean + a mean^2; 0 is Poisson, 1 / k is negative binomial.

    Returns
    -------
    ndarray
        Unbiased estimates, same shape.

    Raises
    ------
    ValueError
        If `overdispersion` is negative or not finite.

    Notes
    -----
    The square of a count exceeds the square of its mean by the variance itself, so that
    c + a / (1 + a) (c^2 - c) has the variance as its mean.
    """
    if not (np.isfinite(overdispersion) and overdispersion >= 0):
        raise ValueError(f"overdispersion must be finite and >= 0: {overdispersion}")
    return counts + overdispersion / (1.0 + overdispersion) * np.maximum(counts**2 - counts, 0.0)


def estimate_overdispersion(counts: ArrayLike) -> float:
    """Estimate how much counts of areas vary beyond Poisson, from areas without a measure.

    Parameters
    ----------
    counts : array_like of int or float, shape (areas, periods)
        Events per area and period; at least 2 periods, (areas - 1)(periods - 1) >= 8.

    Returns
    -------
    float
        a in variance = mean + a mean^2, at least 0; for `overdispersion=`.

    Raises
    ------
    ValueError
        If the shape is too small, or a count is negative or not finite.
    TableFault
        If there are too few events to estimate anything from.

    Notes
    -----
    Each count is expected to be (total of its area) x (total of its period) / (all), so
    levels of areas and movements of all areas together do not count. a is where the sum of
    (count - expected)^2 / (expected + a expected^2) is the (areas - 1)(periods - 1) degrees
    of freedom. Real events in single areas count as variation: the estimate errs on the
    safe side.

    References
    ----------
    N. E. Breslow (1984), "Extra-Poisson variation in log-linear models", Applied
    Statistics 33, 38-44.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> counts = rng.negative_binomial(10, 10 / (10 + 80), size=(400, 6))
    >>> round(estimate_overdispersion(counts), 2)
    0.1
    """
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or (table.shape[0] - 1) * (table.shape[1] - 1) < 8:
        raise ValueError(f"need shape (areas, periods) with (areas - 1)(periods - 1) >= 8: {table.shape}")
    if (table < 0).any() or not np.isfinite(table).all():
        raise ValueError("counts must be finite and >= 0")
    total = table.sum()
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / max(total, 1.0)
    used = expected > 0
    squares, level = (table - expected)[used] ** 2, expected[used]
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1) * used.mean()
    periods = table.shape[1]
    if not used.any() or _pearson(squares, level, 0.0, periods) <= freedom:
        return 0.0
    high = 1.0
    while _pearson(squares, level, high, periods) > freedom:
        high *= 2.0
        if high > MOST:  # rare events: no overdispersion at all makes squares of ones and zeros fit
            raise TableFault(
                "too few events in the control areas to see how much counts vary",
                "te weinig voorvallen in de controlegebieden om te zien hoeveel aantallen schommelen",
            )
    return float(brentq(lambda a: _pearson(squares, level, a, periods) - freedom, 0.0, high, xtol=1e-9))


def _pearson(
    squares: NDArray[np.float64], level: NDArray[np.float64], overdispersion: float, periods: int
) -> float:
    """Sum squares over variances; a square of a mean of periods is too large by its own variance."""
    square = np.maximum(level**2 - level / periods, 0.0) / (1.0 + overdispersion / periods)
    return float((squares / (level + overdispersion * square)).sum())
