"""Rates per units at risk: crude with an exact interval, smoothed, and among areas alike in size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv


@dataclass(frozen=True, slots=True)
class CrudeRates:
    """Result of `crude_rates`; arrays of shape (n,), in the order of the input areas."""

    rate: NDArray[np.float64]  # events per `per` units at risk
    low: NDArray[np.float64]  # interval of the rate, in the same unit
    high: NDArray[np.float64]
    level: float


@dataclass(frozen=True, slots=True)
class SmoothedRates:
    """Result of `smooth_rates`; arrays of shape (n,), in the order of the input areas."""

    rate: NDArray[np.float64]  # smoothed, in events per `per` units at risk
    weight: NDArray[np.float64]  # trust in the area's own rate: 0 none, 1 full
    reference: float  # rate of all areas together, in the unit of `rate`


def crude_rates(
    events: ArrayLike, at_risk: ArrayLike, *, per: float = 1000.0, level: float = 0.95
) -> CrudeRates:
    """Rate per area with its exact Poisson interval.

    Parameters
    ----------
    events : array_like of int or float, shape (n,)
        Events per area in one period, >= 0.
    at_risk : array_like of int or float, shape (n,)
        Units at risk in that period, such as inhabitants or dwellings, > 0.
    per : float, default 1000
        Units at risk in which the rates are expressed.
    level : float, default 0.95
        Confidence level, between 0 and 1.

    Returns
    -------
    CrudeRates
        Rate and interval per area. Without events the rate is 0 and the interval still
        says how high it may be.

    Raises
    ------
    ValueError
        If the shapes differ or are not (n,) with n >= 1, a value is not finite,
        events < 0, at_risk <= 0, per <= 0, or level lies outside (0, 1).

    Notes
    -----
    The interval is that of Garwood: it covers at least `level` for Poisson counts.
    Crime counts vary more than Poisson; see `change`.

    References
    ----------
    F. Garwood (1936), "Fiducial limits for the Poisson distribution", Biometrika 28,
    437-442.

    Examples
    --------
    >>> result = crude_rates([10, 0], [1000, 1000])
    >>> result.low.round(2), result.high.round(2)
    (array([4.8, 0. ]), array([18.39,  3.69]))
    """
    count, risk = _arrays(events, at_risk, per=per, least=1)
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie between 0 and 1: {level}")
    tail = (1.0 - level) / 2.0
    # Gamma with shape 0 does not exist: without events the lower limit is 0 by definition.
    low = np.where(count > 0, gammaincinv(np.maximum(count, 1e-9), tail), 0.0)
    high = gammaincinv(count + 1.0, 1.0 - tail)
    return CrudeRates(rate=count / risk * per, low=low / risk * per, high=high / risk * per, level=level)


def smooth_rates(events: ArrayLike, at_risk: ArrayLike, *, per: float = 1000.0) -> SmoothedRates:
    """Pull the rates of small areas towards that of the region, where chance rules them.

    Parameters
    ----------
    events, at_risk, per
        As in `crude_rates`; at least 2 areas.

    Returns
    -------
    SmoothedRates
        For each area a mean of its own rate and the regional one. The own weight grows
        with the units at risk and with how much areas truly differ.

    Raises
    ------
    ValueError
        If the shapes differ or are not (n,) with n >= 2, a value is not finite,
        events < 0, at_risk <= 0 or per <= 0.

    Notes
    -----
    Global empirical Bayes by the method of moments. When the areas differ no more than
    Poisson counts do by chance, the estimated variance between them is not positive and
    each gets the regional rate (weight 0). Neighbours play no part, and the uncertainty
    of the two estimated moments is not in the result.

    References
    ----------
    R. J. Marshall (1991), "Mapping disease and mortality rates using empirical Bayes
    estimators", Applied Statistics 40, 283-294.

    Examples
    --------
    >>> result = smooth_rates([40, 110, 75, 3], [12_000, 11_000, 15_000, 150])
    >>> result.rate.round(1), round(result.reference, 1)  # three towns and a hamlet
    (array([3.5, 9.7, 5. , 8.2]), 6.0)
    """
    count, risk = _arrays(events, at_risk, per=per, least=2)
    own, regional = count / risk, count.sum() / risk.sum()
    observed = float(risk @ (own - regional) ** 2 / risk.sum())
    true_variance = observed - regional * risk.size / risk.sum()
    weight = true_variance / (true_variance + regional / risk) if true_variance > 0 else np.zeros_like(own)
    rate = weight * own + (1.0 - weight) * regional
    return SmoothedRates(rate=rate * per, weight=weight, reference=float(regional) * per)


def like_size(sizes: ArrayLike, index: int, n: int) -> NDArray[np.intp]:
    """Find the areas that are most alike in size to one area.

    Parameters
    ----------
    sizes : array_like of int or float, shape (m,)
        Size per area, such as inhabitants, > 0.
    index : int
        The area to find peers for, 0 <= index < m.
    n : int
        Number of peers wanted, 1 <= n < m.

    Returns
    -------
    ndarray of intp, shape (n,)
        Indices of the peers, most alike first; on equal distance the earlier area comes
        first. `index` itself is not among them.

    Raises
    ------
    ValueError
        If sizes is not of shape (m,), a size is not finite and > 0, or index or n is
        out of range.

    Notes
    -----
    Distance is the absolute difference of logarithms, so half and double the size are
    equally far.

    Examples
    --------
    >>> like_size([10_000, 22_000, 45_000, 160_000, 18_000], index=1, n=2)
    array([4, 2])
    """
    size = np.asarray(sizes, dtype=np.float64)
    if size.ndim != 1 or not np.isfinite(size).all() or (size <= 0).any():
        raise ValueError("sizes must be one row of finite numbers > 0")
    if not 0 <= index < size.size:
        raise ValueError(f"index must be that of one of {size.size} areas: {index}")
    if not 1 <= n < size.size:
        raise ValueError(f"n must be 1 to {size.size - 1}: {n}")
    distance = np.abs(np.log(size) - np.log(size[index]))
    distance[index] = np.inf
    return np.argsort(distance, kind="stable")[:n]


def _arrays(
    events: ArrayLike, at_risk: ArrayLike, *, per: float, least: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both columns as checked arrays."""
    count, risk = np.asarray(events, dtype=np.float64), np.asarray(at_risk, dtype=np.float64)
    if count.ndim != 1 or count.shape != risk.shape or count.size < least:
        raise ValueError(f"need two arrays of one shape (n,), n >= {least}: {count.shape}, {risk.shape}")
    if not np.isfinite(count).all() or (count < 0).any():
        raise ValueError("events must be finite and >= 0")
    if not np.isfinite(risk).all() or (risk <= 0).any() or per <= 0:
        raise ValueError(
            "at_risk must be finite and > 0, and per > 0; leave an area without units at risk out"
        )
    return count, risk
