"""Which areas really differ: a ranking that says how much of it is noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vangnet.analysis.change import Position, position_of, ratio_interval


@dataclass(frozen=True, slots=True)
class Ranking:
    """Result of `rank_groups`; arrays of shape (n,), in the order of the input areas."""

    order: NDArray[np.intp]  # indices of the areas, highest rate first
    rate: NDArray[np.float64]  # events per `per` units at risk
    ratio: NDArray[np.float64]  # rate / rate of what it is compared with; nan: cannot be determined
    low: NDArray[np.float64]  # interval of the ratio
    high: NDArray[np.float64]
    position: tuple[Position, ...]  # demonstrably above or below, or within noise
    rank: NDArray[np.intp]  # 1 is the highest rate; equal rates share the best rank
    rank_best: NDArray[np.intp]  # the highest place that chance allows
    rank_worst: NDArray[np.intp]  # the lowest place that chance allows
    reference: float  # rate of the reference area, or of all areas together
    level: float


def rank_groups(
    events: ArrayLike,
    at_risk: ArrayLike,
    *,
    reference: int | None = None,
    per: float = 1000.0,
    level: float = 0.95,
    dispersion: float = 1.0,
) -> Ranking:
    """Rank areas by rate, and say which places and differences are more than noise.

    Parameters
    ----------
    events : array_like of int or float, shape (n,)
        Events per area in one period, >= 0.
    at_risk : array_like of int or float, shape (n,)
        Units at risk per area, such as inhabitants, > 0.
    reference : int, optional
        Index of the area with which all others are compared. By default each area is
        compared with all other areas together: it differs from the region exactly when
        it differs from the rest of it, and the two share no events.
    per : float, default 1000
        Units at risk in which the rates are expressed.
    level : float, default 0.95
        Confidence level of the whole statement, not of each comparison: with 0.95 the
        chance that any `position` in the list is wrong is at most 5 %, and likewise for
        the places of each single area.
    dispersion : float, default 1
        Factor by which the variance of the counts exceeds Poisson, >= 1.

    Returns
    -------
    Ranking
        Rates, ratios with interval, positions, and for each area the range of places
        that chance allows.

    Raises
    ------
    ValueError
        If the shapes differ or are not (n,) with n >= 2, `reference` is no index of an
        area, per <= 0, or a value is out of range (see `ratio_interval`).

    Notes
    -----
    Intervals are those of `ratio_interval` at level 1 - (1 - level) / m for m
    comparisons (Bonferroni). An area's best place is 1 plus the number of areas that
    are demonstrably higher; its worst is n minus the number demonstrably lower.

    References
    ----------
    M. Mogstad, J. P. Romano, A. M. Shaikh and D. Wilhelm (2024), "Inference for ranks
    with applications to mobility across neighbourhoods and academic achievement across
    countries", Review of Economic Studies 91, 476-518.

    Examples
    --------
    >>> result = rank_groups([120, 40, 38, 4], [20_000, 10_000, 10_000, 500])
    >>> [position.value for position in result.position]
    ['above', 'no_difference', 'no_difference', 'no_difference']
    >>> result.rank, result.rank_best, result.rank_worst
    (array([2, 3, 4, 1]), array([1, 1, 2, 1]), array([3, 4, 4, 4]))
    """
    count, risk = np.asarray(events, dtype=np.float64), np.asarray(at_risk, dtype=np.float64)
    if count.ndim != 1 or count.shape != risk.shape or count.size < 2:
        raise ValueError(f"need two arrays of one shape (n,), n >= 2: {count.shape}, {risk.shape}")
    if reference is not None and not 0 <= reference < count.size:
        raise ValueError(f"reference must be the index of one of {count.size} areas: {reference}")
    if per <= 0:
        raise ValueError("per must be > 0")
    n = count.size
    many = n if reference is None else n - 1
    other, other_risk = _compared_with(count, risk, reference)
    low, high = ratio_interval(
        other, count, exposure_before=other_risk, exposure_after=risk,
        level=1.0 - (1.0 - level) / many, dispersion=dispersion,
    )  # fmt: skip
    if reference is not None:
        low[reference] = high[reference] = 1.0
    rate = count / risk
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(other > 0, rate / (other / other_risk), np.nan)
    best, worst = _places(count, risk, level=1.0 - (1.0 - level) / (n - 1), dispersion=dispersion)
    return Ranking(
        order=np.argsort(-rate, kind="stable"),
        rate=rate * per,
        ratio=ratio,
        low=low,
        high=high,
        position=tuple(position_of(a, b) for a, b in zip(low, high, strict=True)),
        rank=1 + (rate[None, :] > rate[:, None]).sum(axis=1),
        rank_best=best,
        rank_worst=worst,
        reference=float(count.sum() / risk.sum() if reference is None else rate[reference]) * per,
        level=level,
    )


def _compared_with(
    count: NDArray[np.float64], risk: NDArray[np.float64], reference: int | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Events and units at risk with which each area is compared."""
    if reference is None:
        return count.sum() - count, risk.sum() - risk
    return np.full_like(count, count[reference]), np.full_like(risk, risk[reference])


def _places(
    count: NDArray[np.float64], risk: NDArray[np.float64], *, level: float, dispersion: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Best and worst place of each area: who is demonstrably higher, and who lower."""
    low, high = ratio_interval(
        count[:, None], count[None, :], exposure_before=risk[:, None], exposure_after=risk[None, :],
        level=level, dispersion=dispersion,
    )  # fmt: skip
    return 1 + (low > 1.0).sum(axis=1), count.size - (high < 1.0).sum(axis=1)
