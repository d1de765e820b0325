"""Season of each kind: how much busier than average a month is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SPREAD = 0.15  # expected size of a season's effect, in logarithm
NOISE = 0.06  # what a month varies beyond Poisson, in logarithm
LARGE = 30.0  # events per month from which single years tell something
ROBUST = 4  # years from which their middle replaces their sum


def season_tables(reference: Floats, first: NDArray[np.int64], years: int) -> Floats:
    """Return the factor of each month as it could be known at the start of each year.

    Parameters
    ----------
    reference : array, shape (kinds, months)
        Counts of all areas of a kind together, from a January on.
    first : array of int, shape (kinds,)
        First month from which the reference is known.
    years : int
        Number of tables.

    Returns
    -------
    array, shape (years, kinds, 12)
        Mean 1 over the months; all 1 in years without earlier complete years, where the table of
        the second year stands in for it.
    """
    tables = np.ones((years, len(reference), 12))
    full = reference.shape[1] // 12
    for kind, series in enumerate(reference):
        begin = -(-int(first[kind]) // 12)
        for year in range(1, years):
            last = min(year, full)
            if last > begin:
                tables[year, kind] = _season(series[begin * 12 : last * 12].reshape(-1, 12))
    if years > 1:
        tables[0] = tables[1]
    return tables


def _season(table: Floats) -> Floats:
    """Return the factors from whole years, shape (years, 12), shrunk to 1 as far as they are unsure."""
    base = _trend(table)
    logs = np.log((table + 0.5) / (base + 0.5))
    middle = np.log((table.sum(axis=0) + 0.5) / (base.sum(axis=0) + 0.5))
    if len(table) >= ROBUST:
        one, other = np.triu_indices(len(table))
        robust = np.median((logs[one] + logs[other]) / 2, axis=0)
        middle = np.where(base.mean(axis=0) > LARGE, robust, middle)
    variance = 1 / (base.sum(axis=0) + 0.5) + NOISE**2 / len(table)
    factors = np.exp(middle * SPREAD**2 / (SPREAD**2 + variance))
    result: Floats = factors / factors.mean()
    return result


def _trend(table: Floats) -> Floats:
    """Draw straight lines between the means of years, through the middle of each."""
    means = table.mean(axis=1)
    if len(means) == 1:
        return np.full_like(table, means[0])
    place = (np.arange(table.size) + 0.5) / 12 - 0.5
    left = np.clip(np.floor(place).astype(int), 0, len(means) - 2)
    part = place - left
    line = means[left] * (1 - part) + means[left + 1] * part
    least = 0.25 * means[np.repeat(np.arange(len(means)), 12)]
    result: Floats = np.maximum(line, least).reshape(table.shape)
    return result
