"""Late registration: which part of a month is known so soon after it (chain ladder)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
FEWEST = 20  # events behind a factor, below which that of all kinds is used


def registered_part(triangle: ArrayLike, kind: ArrayLike) -> Floats:
    """Estimate which part of a month's events is registered after 0, 1, 2 ... months.

    Parameters
    ----------
    triangle : array_like, shape (series, months, delays)
        Events of a month that were registered so many months after it; nan: in the future.
    kind : array_like of int, shape (series,)
        Series of one kind share a delay.

    Returns
    -------
    array, shape (kinds, delays)
        Part known after each delay; 1 after the last, 0 where nothing is registered so soon.

    Raises
    ------
    ValueError
        If the shape is wrong or a number is negative.

    Notes
    -----
    Chain ladder: of all months known both one delay earlier and now, the sum now is divided
    by the sum then. The parts are 1 over the product of these factors for the delays to come. A
    kind of which nothing is registered in the month itself has part 0 there: that month tells nothing.

    References
    ----------
    T. Mack (1993), "Distribution-free calculation of the standard error of chain ladder reserve
    estimates", ASTIN Bulletin 23, 213-225.

    Examples
    --------
    Half of the events is known in the month itself, the other half a month later:

    >>> nan = np.nan
    >>> registered_part([[[10, 10], [20, 20], [15, nan]]], [0]).tolist()
    [[0.5, 1.0]]
    """
    table = np.asarray(triangle, dtype=np.float64)
    kinds = np.asarray(kind, dtype=np.int64)
    if table.ndim != 3 or len(kinds) != len(table):
        raise ValueError(f"triangle must have shape (series, months, delays): {table.shape}")
    if (table < 0).any():
        raise ValueError("numbers in a triangle must be 0 or more")
    sums = table.cumsum(axis=2)
    result = np.ones((int(kinds.max()) + 1, table.shape[2]))
    for delay in range(table.shape[2] - 1, 0, -1):
        both = ~np.isnan(sums[..., delay])
        then = np.where(both, sums[..., delay - 1], 0.0).sum(axis=1)
        now = np.where(both, sums[..., delay], 0.0).sum(axis=1)
        part = np.full(len(result), _part(then.sum(), now.sum()))
        for one in range(len(result)):
            early, all_of_them = then[kinds == one].sum(), now[kinds == one].sum()
            if early >= FEWEST or (early == 0 and all_of_them >= FEWEST):
                part[one] = _part(early, all_of_them)
        result[:, delay - 1] = result[:, delay] * part
    return result


def _part(then: float, now: float) -> float:
    """Part of what is known now that was known then."""
    return float(then / now) if now else 1.0
