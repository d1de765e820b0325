"""Shares of a whole with an interval that holds for small numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri


@dataclass(frozen=True, slots=True)
class Proportions:
    """Result of `proportions`; arrays of shape (n,), in the order of the input."""

    share: NDArray[np.float64]  # between 0 and 1; nan where there was nothing to share
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    level: float


def proportions(part: ArrayLike, whole: ArrayLike, *, level: float = 0.95) -> Proportions:
    """Share of each part in its whole, with Wilson's score interval.

    Parameters
    ----------
    part : array_like of int, shape (n,)
        How many of each whole have the property, 0 <= part <= whole.
    whole : array_like of int, shape (n,) or scalar
        How many there are.
    level : float, default 0.95
        Confidence level, between 0 and 1.

    Returns
    -------
    Proportions
        Share and interval; where the whole is 0 the share is nan and the interval is (0, 1).

    Raises
    ------
    ValueError
        If the shapes do not fit, a count is negative, not whole or not finite, a part is larger
        than its whole, or level lies outside (0, 1).

    Notes
    -----
    The interval is that of the score test, without a correction for continuity. It never leaves
    (0, 1) and does not shrink to a point at 0 or at the whole.

    References
    ----------
    E.B. Wilson (1927), "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> found = proportions([5, 0], [10, 10])
    >>> found.low.round(4), found.high.round(4)
    (array([0.2366, 0.    ]), array([0.7634, 0.2775]))
    """
    if not 0 < level < 1:
        raise ValueError("level must lie between 0 and 1")
    x = np.asarray(part, dtype=np.float64)
    if x.ndim != 1:
        raise ValueError("part must have shape (n,)")
    n = np.broadcast_to(np.asarray(whole, dtype=np.float64), x.shape)
    counts = np.concatenate([x, n])
    if not np.isfinite(counts).all() or (counts < 0).any() or (counts != np.floor(counts)).any():
        raise ValueError("counts must be whole numbers of 0 or more")
    if (x > n).any():
        raise ValueError("a part cannot be larger than its whole")
    z = float(ndtri((1 + level) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(n > 0, x / n, np.nan)
        middle = (x + z * z / 2) / (n + z * z)
        half = z / (n + z * z) * np.sqrt(np.where(n > 0, x * (n - x) / np.where(n > 0, n, 1), 0) + z * z / 4)
    # At the ends the interval reaches the end itself; rounding must not move it past.
    low = np.where(x == 0, 0.0, np.maximum(middle - half, 0))
    high = np.where(x == n, 1.0, np.minimum(middle + half, 1))
    return Proportions(share=share, low=low, high=high, level=level)
