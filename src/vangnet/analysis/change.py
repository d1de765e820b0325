"""Has a figure changed, and do two areas differ: ratios of counts with an honest interval."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv


class Verdict(StrEnum):
    """What the interval of a change in time allows one to say."""

    RISEN = "risen"
    FALLEN = "fallen"
    NO_DIFFERENCE = "no_difference"  # no demonstrable difference; not: "the same"


class Position(StrEnum):
    """What the interval of a comparison between areas allows one to say."""

    ABOVE = "above"
    BELOW = "below"
    NO_DIFFERENCE = "no_difference"  # within noise; not: "the same"


@dataclass(frozen=True, slots=True)
class Change:
    """Result of `change`; relative changes are fractions, so -0.347 is -34.7 %."""

    before: float  # count in the first period
    after: float  # count in the second period
    relative: float | None  # rate after / rate before - 1; None: cannot be determined (before == 0)
    low: float  # lower bound of the relative change, at least -1
    high: float  # upper bound of the relative change, inf when before == 0
    level: float  # confidence level of the interval
    dispersion: float  # factor by which the variance exceeds Poisson
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Changes:
    """Result of `changes`; arrays of shape (n,), in the order of the input areas."""

    relative: NDArray[np.float64]  # fractions; nan: cannot be determined (before == 0)
    low: NDArray[np.float64]  # lower bound of the relative change, at least -1
    high: NDArray[np.float64]  # upper bound of the relative change, inf when before == 0
    level: float
    verdict: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Result of `difference`: the rate of one area as a multiple of that of another."""

    ratio: float | None  # None: cannot be determined (no events in the other area)
    low: float
    high: float  # inf when the other area has no events
    level: float
    dispersion: float
    position: Position


def ratio_interval(
    before: ArrayLike,
    after: ArrayLike,
    *,
    exposure_before: ArrayLike = 1.0,
    exposure_after: ArrayLike = 1.0,
    level: float = 0.95,
    dispersion: ArrayLike = 1.0,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Exact interval for the ratio of two Poisson rates, rate after / rate before.

    Given their sum, one of two Poisson counts is binomial; the Clopper-Pearson interval
    of its share is turned into an interval of the ratio.

    Parameters
    ----------
    before, after : array_like of int or float
        Counts, >= 0. They broadcast with each other and with the other arrays.
    exposure_before, exposure_after : array_like of float, default 1
        Units at risk or length of the period that belongs to each count, > 0.
    level : float, default 0.95
        Confidence level, between 0 and 1.
    dispersion : array_like of float, default 1
        Factor by which the variance of the counts exceeds that of Poisson, >= 1
        (see `vangnet.analysis.dispersion.estimate_dispersion`).

    Returns
    -------
    low, high : ndarray of float64, broadcast shape
        0 <= low <= high <= inf. low is 0 when after == 0; high is inf when before == 0.

    Raises
    ------
    ValueError
        If a count is negative or not finite, an exposure is not > 0, dispersion < 1, or
        level lies outside (0, 1).

    Notes
    -----
    With dispersion d, the counts enter as count / d: d events that come together carry
    the information of one. For d = 1 the interval is exact, so its coverage is at least
    `level`; for d > 1 it is an approximation (quasi-Poisson).

    References
    ----------
    J. Przyborowski and H. Wilenski (1940), "Homogeneity of results in testing samples
    from Poisson series", Biometrika 31, 313-323.
    C. J. Clopper and E. S. Pearson (1934), Biometrika 26, 404-413.

    Examples
    --------
    >>> low, high = ratio_interval(20, 10)
    >>> print(f"{low:.3f} {high:.3f}")
    0.209 1.119
    """
    counts = [np.asarray(value, dtype=np.float64) for value in (before, after)]
    exposures = [np.asarray(value, dtype=np.float64) for value in (exposure_before, exposure_after)]
    factor = np.asarray(dispersion, dtype=np.float64)
    _check(counts, exposures, factor, level)
    first, second = (count / factor for count in counts)
    tail = (1.0 - level) / 2.0
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(second > 0, _odds(second, first + 1.0, tail), 0.0)
        high = np.where(first > 0, _odds(second + 1.0, first, 1.0 - tail), np.inf)
    scale = exposures[0] / exposures[1]
    return low * scale, high * scale


def change(
    before: float,
    after: float,
    *,
    exposure_before: float = 1.0,
    exposure_after: float = 1.0,
    level: float = 0.95,
    dispersion: float = 1.0,
) -> Change:
    """Relative change between two counts, with its interval and what may be said of it.

    Parameters
    ----------
    before, after : int or float
        Number of events in the first and the second period, >= 0.
    exposure_before, exposure_after : float, default 1
        Units at risk (inhabitants, dwellings) or length of each period; the change is
        then that of the rate.
    level : float, default 0.95
        Confidence level of the interval and so of the verdict.
    dispersion : float, default 1
        Factor by which the variance of such counts exceeds Poisson, >= 1.

    Returns
    -------
    Change
        Relative change as a fraction. It is None ("cannot be determined") when
        before == 0; the interval is then open above (high is inf), and may still prove
        a rise.

    Raises
    ------
    ValueError
        If a count is negative or not finite, an exposure is not > 0, dispersion < 1, or
        level lies outside (0, 1).

    Notes
    -----
    With dispersion 1 the counts are taken as Poisson. Crime counts vary more than that:
    one offender commits a series, reports arrive in bursts, registration changes. The
    interval is then too narrow and the verdict too bold; give the dispersion that
    `estimate_dispersion` finds in the yearly figures of comparable areas.
    The interval speaks of chance alone, not of a changed definition or of registration.

    Examples
    --------
    Registered burglaries of a region, 2015 and 2018:

    >>> fall = change(9311, 6083)
    >>> print(f"{fall.relative:.1%} ({fall.low:.1%} to {fall.high:.1%}), {fall.verdict}")
    -34.7% (-36.8% to -32.5%), fallen
    >>> change(0, 3).relative is None, change(0, 3).verdict.value
    (True, 'no_difference')
    """
    many = changes(
        [before],
        [after],
        exposure_before=exposure_before,
        exposure_after=exposure_after,
        level=level,
        dispersion=dispersion,
    )
    return Change(
        before=float(before),
        after=float(after),
        relative=None if before == 0 else float(many.relative[0]),
        low=float(many.low[0]),
        high=float(many.high[0]),
        level=level,
        dispersion=float(dispersion),
        verdict=many.verdict[0],
    )


def changes(
    before: ArrayLike,
    after: ArrayLike,
    *,
    exposure_before: ArrayLike = 1.0,
    exposure_after: ArrayLike = 1.0,
    level: float = 0.95,
    dispersion: ArrayLike = 1.0,
) -> Changes:
    """Apply `change` to many areas at once.

    Parameters
    ----------
    before, after : array_like of int or float, shape (n,)
        Events per area in the first and the second period, >= 0.
    exposure_before, exposure_after, dispersion : array_like of float, shape (n,) or scalar
        As in `change`.
    level : float, default 0.95
        Confidence level of each interval by itself: of a hundred areas in which nothing
        changed, about five are expected outside a 95 % interval.

    Returns
    -------
    Changes
        Relative change (nan where before == 0), interval and verdict per area.

    Raises
    ------
    ValueError
        If the shapes do not fit, or for the reasons given in `change`.

    Examples
    --------
    >>> result = changes([200, 12, 0], [140, 9, 0])
    >>> result.relative.round(2), [verdict.value for verdict in result.verdict]
    (array([-0.3 , -0.25,   nan]), ['fallen', 'no_difference', 'no_difference'])
    """
    first, second = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError(f"before and after must share one shape (n,): {first.shape}, {second.shape}")
    low, high = ratio_interval(
        first,
        second,
        exposure_before=exposure_before,
        exposure_after=exposure_after,
        level=level,
        dispersion=dispersion,
    )
    if low.shape != first.shape:
        raise ValueError(f"exposures and dispersion must be scalars or of shape {first.shape}")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = second / first * (np.asarray(exposure_before) / np.asarray(exposure_after))
    relative = np.where(first > 0, ratio - 1.0, np.nan)
    verdict = tuple(_verdict(a, b) for a, b in zip(low, high, strict=True))
    return Changes(relative=relative, low=low - 1.0, high=high - 1.0, level=level, verdict=verdict)


def difference(
    events: float,
    at_risk: float,
    other_events: float,
    other_at_risk: float,
    *,
    level: float = 0.95,
    dispersion: float = 1.0,
) -> Difference:
    """Compare the rates of two areas in one period.

    Parameters
    ----------
    events, at_risk : float
        Events (>= 0) and units at risk (> 0) of the area.
    other_events, other_at_risk : float
        The same of the area it is compared with. The two must not share events: compare
        a municipality with the rest of the region, not with the region.
    level, dispersion : float
        As in `change`.

    Returns
    -------
    Difference
        Ratio of the two rates (None when the other area has no events), interval, and
        whether the area demonstrably lies above or below the other.

    Raises
    ------
    ValueError
        For the reasons given in `change`.

    Examples
    --------
    >>> result = difference(60, 10_000, 300, 90_000)
    >>> print(f"{result.ratio:.2f} ({result.low:.2f} to {result.high:.2f}), {result.position}")
    1.80 (1.34 to 2.38), above
    """
    low, high = ratio_interval(
        other_events,
        events,
        exposure_before=other_at_risk,
        exposure_after=at_risk,
        level=level,
        dispersion=dispersion,
    )
    ratio = None if other_events == 0 else (events / at_risk) / (other_events / other_at_risk)
    return Difference(
        ratio=ratio,
        low=float(low),
        high=float(high),
        level=level,
        dispersion=float(dispersion),
        position=position_of(float(low), float(high)),
    )


def position_of(low: float, high: float) -> Position:
    """Say on which side of 1 the interval of a ratio lies, if on one.

    Parameters
    ----------
    low, high : float
        Interval of the ratio of two rates.

    Returns
    -------
    Position
        NO_DIFFERENCE when the interval holds 1.
    """
    if high < 1.0:
        return Position.BELOW
    return Position.ABOVE if low > 1.0 else Position.NO_DIFFERENCE


def _verdict(low: float, high: float) -> Verdict:
    if high < 1.0:
        return Verdict.FALLEN
    return Verdict.RISEN if low > 1.0 else Verdict.NO_DIFFERENCE


def _odds(a: NDArray[np.float64], b: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Quantile of p / (1 - p) for p ~ Beta(a, b)."""
    # The complement is its own quantile, since 1 - p loses all digits for p near 1.
    return np.asarray(betaincinv(a, b, share) / betaincinv(b, a, 1.0 - share), dtype=np.float64)


def _check(
    counts: list[NDArray[np.float64]],
    exposures: list[NDArray[np.float64]],
    dispersion: NDArray[np.float64],
    level: float,
) -> None:
    if not all(np.isfinite(value).all() and (value >= 0).all() for value in counts):
        raise ValueError("counts must be finite and >= 0")
    if not all(np.isfinite(value).all() and (value > 0).all() for value in exposures):
        raise ValueError("exposures must be finite and > 0")
    if not np.isfinite(dispersion).all() or (dispersion < 1).any():
        raise ValueError("dispersion must be finite and >= 1")
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie between 0 and 1: {level}")
