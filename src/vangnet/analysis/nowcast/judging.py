"""Say whether a nowcast was any better than the simple way in earlier years."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.nowcast.prepare import Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
FEWEST = 12  # months before an earlier year counts
COMPANY = 5  # areas of one kind and height from which they tell about each other


def judge(plan: Plan, expected: Floats) -> tuple[Floats, Floats, Bools]:
    """Compare with known x 12 / months in earlier years, from as many months.

    Parameters
    ----------
    plan : Plan
        The series.
    expected : array, shape (months, series)
        What was expected of the target in each month.

    Returns
    -------
    error, naive_error : array, shape (series,)
        Mean absolute errors, as a fraction of a mean year; nan without a year to test on.
    no_better : array of bool, shape (series,)
        Whether the gain is not above 0.

    Notes
    -----
    A series has a handful of earlier years, so its gain is mostly chance. As far as the gains of
    areas of one kind differ no more than chance makes them, each gets their mean; as far as they
    do, its own (empirical Bayes). They share a season, and that is what the simple way misses. With
    fewer than 5 such areas of one height each stands for itself.

    The second year counts, although the prior of the level rests on the first two: without it the
    verdict rests on so few years that it let series through where the simple way was better.
    """
    count, cut = len(plan.series), 12 - plan.ahead
    size = np.maximum(plan.complete.sum(axis=1) / np.maximum(plan.years, 1e-9), 1e-9)
    ours, simple = [], []
    for month in range(cut - 1, len(expected), 12):
        target = np.where(month >= plan.rows.start[:count] + FEWEST, plan.target[month, :count], np.nan)
        known = plan.known_then[month, :count]
        ours.append(np.abs(expected[month] - target) / size)
        simple.append(np.abs(known * 12 / cut - known - target) / size)
    tested = (~np.isnan(np.array(ours))).sum(axis=0)
    years = np.where(tested > 0, tested, np.nan)
    error, naive = (np.nansum(np.array(table), axis=0) / years for table in (ours, simple))
    gain = _shrunk(np.array(simple) - np.array(ours), tested, plan.rows.group[:count])
    return error, naive, ~(gain > 0)


def _shrunk(gain: Floats, tested: Ints, group: Ints) -> Floats:
    """Draw the mean gain of each series towards that of its group; `gain` has a row per year."""
    years = np.where(tested > 0, tested, np.nan)
    mean = np.nansum(gain, axis=0) / years
    inside = np.nansum((gain - mean) ** 2, axis=0)
    result: Floats = mean.copy()
    for one in np.unique(group):
        own = np.flatnonzero((group == one) & (tested > 0))
        if len(own) < COMPANY or not (tested[own] > 1).any():
            continue
        noise = inside[own].sum() / np.maximum(tested[own] - 1, 0).sum() / tested[own]
        between = max(float(mean[own].var(ddof=1) - noise.mean()), 0.0)
        trust = between / (between + noise) if between > 0 else np.zeros(len(own))
        result[own] = trust * mean[own] + (1 - trust) * mean[own].mean()
    return result
