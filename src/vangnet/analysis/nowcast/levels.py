"""Levels of series now, forgetting slowly or fast, and what each foretells for the coming months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KEPT = np.array([0.5, 0.7, 0.8, 0.88, 0.94, 0.97, 0.985, 1.0])  # weight of a month against the next one
AGE = KEPT / np.maximum(1 - KEPT, 0.02)  # mean age in months of what a level rests on
TRENDS = ((3, 5, 1.0), (3, 5, 0.5), (2, 4, 0.5), (4, 6, 1.0))  # fast, slow, part of the growth that goes on
SHARES = ((6, 3), (7, 3), (5, 3))  # slow share of the kind, fast level of the kind
RATIOS = (1, 2, 4)  # levels of the kind that earlier years are compared with
GROWTH = 0.04  # most growth in a month, in logarithm
SIZE = 0.15  # expected size of a growth or a season, in logarithm
PRIOR_MONTHS = 24  # first months from which it is estimated how areas of a kind differ


@dataclass(frozen=True, slots=True)
class Rows:
    """Series prepared for forecasting; the last ones are the kinds as a whole."""

    seen: Floats  # shape (rows, months): counts so far, 0 where unknown
    exposure: Floats  # shape (rows, months): season's factor; 0 where unknown
    start: Ints  # shape (rows,): first known month
    kind: Ints  # shape (rows,)
    group: Ints  # shape (rows,): rows of one kind and height
    whole: Ints  # shape (rows,): row of its kind as a whole
    partial: Floats  # shape (delays, rows, months): counts of a month so many months after it
    late: Floats  # shape (delays, rows, months): exposure of what is registered still later


def levels(rows: Rows) -> Floats:
    """Return the level after each month, shape (months, rates, rows), in events per average month.

    A level is the mean of a gamma distribution: counts divided by exposures, both fading, with as
    prior the other areas of the same kind. So a series without events is not expected to stay at 0.
    """
    count, months = rows.seen.shape
    first = _first_year(rows)
    weight = np.where(KEPT < 1, (1 - KEPT**12) / np.maximum(1 - KEPT, 1e-9), 12.0)[:, None]
    events, exposure = first * weight, np.repeat(weight, count, axis=1)
    shape, months_worth = _prior(rows)
    kept = KEPT[:, None]
    delays = len(rows.partial)
    history = np.empty((2, delays + 1, len(KEPT), count))  # the latest states, for late registration
    history[:] = np.array([events, exposure])[:, None]
    result = np.empty((months, len(KEPT), count))
    for month in range(months):
        known = rows.exposure[:, month] > 0
        events = np.where(known, events * kept + rows.seen[:, month], events)
        exposure = np.where(known, exposure * kept + rows.exposure[:, month], exposure)
        if delays:
            history = np.roll(history, 1, axis=1)
            history[:, 0] = events, exposure
            now = _with_late(rows, history[:, -1], month)
            result[month] = (now[0] + shape) / (now[1] + months_worth)
        else:
            result[month] = (events + shape) / (exposure + months_worth)
    return result


def _with_late(rows: Rows, state: Floats, month: int) -> Floats:
    """Add the latest months as they were known then to an older state."""
    delays = len(rows.partial)
    state = state * KEPT[:, None] ** delays
    for delay in range(min(delays, month + 1)):
        at = month - delay
        part = np.array([rows.partial[delay, :, at], rows.exposure[:, at] - rows.late[delay, :, at]])
        state = state + KEPT[:, None] ** delay * part[:, None]
    return state


def _first_year(rows: Rows) -> Floats:
    at = np.minimum(rows.start[:, None] + np.arange(12), rows.seen.shape[1] - 1)
    result: Floats = np.take_along_axis(rows.seen, at, axis=1).mean(axis=1)
    return result


def _prior(rows: Rows) -> tuple[Floats, Floats]:
    """Return shape and months of a gamma prior for the level of each row, from rows of its group."""
    at = np.minimum(rows.start[:, None] + np.arange(PRIOR_MONTHS), rows.seen.shape[1] - 1)
    mean = np.take_along_axis(rows.seen, at, axis=1).mean(axis=1)
    shape, centre = np.full(len(mean), 0.3), np.maximum(mean, 0.02)
    for group in np.unique(rows.group):
        own = rows.group == group
        middle = mean[own].mean()
        if own.sum() >= 5 and middle > 0:
            extra = max(mean[own].var(ddof=1) - middle / PRIOR_MONTHS, 1e-9)
            shape[own] = np.clip(middle**2 / extra, 0.1, 3.0)
            centre[own] = middle
    return shape, shape / np.maximum(centre, 1e-3)


def candidates(rows: Rows, level: Floats, exposure: Floats, target: Floats, span: float, back: int) -> Floats:
    """Return what several methods expect of the target, shape (months, methods, rows).

    Parameters
    ----------
    rows : Rows
        The series.
    level : array, shape (months, rates, rows)
        Result of `levels`.
    exposure : array, shape (months, rows)
        Exposure of the target as seen from each month.
    target : array, shape (months, rows)
        What it came to, nan where that is not known yet.
    span : float
        Length of the target in average months.
    back : int
        Years after which a target is known for certain.

    Notes
    -----
    The methods: the level at eight speeds; four with a trend, the difference of a fast and a slow
    level; three with the share of the kind slow and the level of the kind fast; three with the
    ratio between target and level of the kind in the same months of earlier years.
    """
    found = [level]
    ahead = (span + 1) / 2
    for fast, slow, part in TRENDS:
        variance = (1 - KEPT[fast]) / np.maximum(level[:, fast], 1e-9) + 0.02**2
        trust = SIZE**2 / (SIZE**2 + variance)
        growth = np.log((level[:, fast] + 1e-9) / (level[:, slow] + 1e-9)) * trust / (AGE[slow] - AGE[fast])
        growth = np.clip(growth, -GROWTH, GROWTH)
        found.append((level[:, fast] * np.exp(part * growth * (AGE[fast] + ahead)))[:, None])
    for slow, fast in SHARES:
        ratio = level[:, fast][:, rows.whole] / np.maximum(level[:, slow][:, rows.whole], 1e-9)
        found.append((level[:, slow] * ratio)[:, None])
    result = np.concatenate(found, axis=1) * exposure[:, None]
    ratios = [_by_ratio(rows, level[:, rate], target, span, back)[:, None] for rate in RATIOS]
    return np.concatenate([result, *ratios], axis=1)


def _by_ratio(rows: Rows, level: Floats, target: Floats, span: float, back: int) -> Floats:
    """Expect of each row what its kind brought in the same months of earlier years, by its level."""
    wholes = np.unique(rows.whole)
    place = np.searchsorted(wholes, rows.whole)
    base = level[:, wholes] * span
    ratio = np.log((target[:, wholes] + 0.5) / (base + 0.5))
    ratio[np.arange(len(ratio))[:, None] < rows.start[wholes] + 2] = np.nan
    middle = np.zeros_like(base)
    for month in range(12 * back, len(base)):
        past = ratio[np.arange(month - 12 * back, -1, -12)]
        past = past[~np.isnan(past).all(axis=1)]
        if not len(past):
            continue
        one, other = np.triu_indices(len(past))
        with np.errstate(invalid="ignore"):
            found = _median((past[one] + past[other]) / 2)
            spread = 1.4826**2 * _median((past - _median(past)) ** 2)
        years = np.maximum((~np.isnan(past)).sum(axis=0), 1)
        variance = spread + 1 / (base[month] + 1) + 0.03**2
        middle[month] = np.nan_to_num(found) * SIZE**2 / (SIZE**2 + np.nan_to_num(variance) / years)
    result: Floats = level * span * np.exp(middle)[:, place]
    return result


def _median(values: Floats) -> Floats:
    """Median per column without nan; nan in a column without values."""
    if not np.isnan(values).any():
        return np.asarray(np.median(values, axis=0), dtype=np.float64)
    order = np.sort(values, axis=0)
    count = (~np.isnan(values)).sum(axis=0)
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    columns = np.arange(values.shape[1])
    high = np.minimum(high, len(values) - 1)
    return np.asarray((order[low, columns] + order[high, columns]) / 2, dtype=np.float64)
