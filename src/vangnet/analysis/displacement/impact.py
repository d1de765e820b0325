"""A Bayesian time series as second opinion, when the package `bsts-causalimpact` is installed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import numpy as np
from numpy.typing import ArrayLike


class NotInstalled(RuntimeError):
    """The package `bsts-causalimpact` is not there; every other function works without it."""


@dataclass(frozen=True, slots=True)
class Impact:
    """Result of `causal_impact`; events per period."""

    mean: float  # observed minus predicted, mean of the periods after
    low: float
    high: float
    p_value: float


def causal_impact(
    series: ArrayLike,
    controls: ArrayLike,
    split: int,
    *,
    draws: int = 2000,
    confidence: float = 0.95,
    seed: int = 1,
) -> Impact:
    """Predict a series from its own past and from control series, and compare.

    Parameters
    ----------
    series : array_like of float, shape (periods,)
        Events per period of the treated areas, or of those around them.
    controls : array_like of float, shape (periods, k)
        Events per period of k control areas; k may be 0.
    split : int
        Place of the first period after the measure; at least 3 periods lie before it.
    draws : int, default 2000
        Draws of the sampler.
    confidence : float, default 0.95
        Of the interval.
    seed : int, default 1
        Same seed, same result.

    Returns
    -------
    Impact
        Mean effect per period with its interval.

    Raises
    ------
    NotInstalled
        If the package is not there.
    ValueError
        If the shapes differ or `split` leaves fewer than 3 periods before or none after.

    References
    ----------
    K. H. Brodersen et al. (2015), "Inferring causal impact using Bayesian structural
    time-series models", Annals of Applied Statistics 9, 247-274.
    """
    own = np.asarray(series, dtype=np.float64)
    others = np.asarray(controls, dtype=np.float64).reshape(own.size, -1)
    if own.ndim != 1 or not 3 <= split < own.size:
        raise ValueError(f"need 3 periods before and one after: {own.shape}, split {split}")
    try:
        package = import_module("causal_impact")
    except ImportError as error:
        raise NotInstalled(
            "het pakket bsts-causalimpact is niet geïnstalleerd; de andere uitkomsten hangen er niet van af"
        ) from error
    found = package.CausalImpact(
        np.column_stack([own, others]),
        [0, split - 1],
        [split, own.size - 1],
        {"niter": draws, "seed": seed},
        alpha=1 - confidence,
    ).summary_stats
    return Impact(*(float(found[key]) for key in ("point_effect_mean", "ci_lower", "ci_upper", "p_value")))
