"""Weighted displacement difference: by how many events did areas change more than their controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtri, stdtrit

from vangnet.analysis.displacement.groups import Group

Variance = Literal["poisson", "negative-binomial", "permutation"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Result of `wdd`, in events per period."""

    local: float  # change in the treated areas beyond that in their controls
    local_error: float
    displaced: float  # the same of the areas around; above 0: displacement
    displaced_error: float
    total: float  # both together
    error: float  # standard error of `total`
    low: float  # interval of `total`
    high: float
    confidence: float

    @property
    def z(self) -> float:
        """`total` in standard errors; nan when there is no error."""
        return self.total / self.error if self.error > 0 else float("nan")


def wdd(
    treated: Group,
    control: Group,
    buffer: Group | None = None,
    buffer_control: Group | None = None,
    *,
    area_weights: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
    variance: Variance = "poisson",
    overdispersion: float = 0.0,
    confidence: float = 0.95,
) -> Difference:
    """Estimate the weighted displacement difference and its interval.

    (treated after - before) - (control after - before), plus the same for the areas around
    the treated ones and their controls.

    Parameters
    ----------
    treated, control : Group
        Areas with the measure, and comparable areas far from it.
    buffer, buffer_control : Group, optional
        Areas around the treated ones, and comparable areas; without them that part is 0.
    area_weights : sequence of 4 floats, default ones
        Sizes by which treated, control, buffer and buffer_control are divided. All > 0.
    variance : {"poisson", "negative-binomial", "permutation"}, default "poisson"
        As published; with extra variation; or from the figures themselves, by shuffling
        periods within before and within after.
    overdispersion : float, default 0
        a in variance = mean + a mean^2, for "negative-binomial"; see
        `estimate_overdispersion`.
    confidence : float, default 0.95
        Of the interval, between 0 and 1.

    Returns
    -------
    Difference
        Estimates per period with standard errors, and the interval of the total.

    Raises
    ------
    ValueError
        If a weight or the confidence is out of range, `overdispersion` is given with
        another variance, or "permutation" has fewer than 4 periods or unequal ones.

    Notes
    -----
    Parallel change is assumed: without the measure treated areas would have changed by as
    many events as their controls. The Poisson interval is too narrow as soon as counts
    vary more than that: at k = 20 and counts of 200 it holds the truth in under half of
    the cases. "permutation" compares residuals of periods around their means before and
    after; the variance of the difference under shuffling is corrected for the two means
    taken off, and Student's t is used. It assumes that periods do not resemble their
    neighbours in time.

    References
    ----------
    A. P. Wheeler and J. H. Ratcliffe (2018), "A simple weighted displacement difference
    test to evaluate place based crime interventions", Crime Science 7:11.

    Examples
    --------
    >>> from vangnet.analysis.displacement.groups import group
    >>> found = wdd(group(20, 10), group(20, 20), confidence=0.90)
    >>> f"{found.total:.0f} {found.error:.1f} {found.low:.1f} {found.high:.1f}"
    '-10 8.4 -23.8 3.8'
    """
    weights = [float(weight) for weight in area_weights]
    if len(weights) != 4 or not all(np.isfinite(weight) and weight > 0 for weight in weights):
        raise ValueError(f"area_weights must be 4 numbers > 0: {area_weights}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1: {confidence}")
    if overdispersion and variance != "negative-binomial":
        raise ValueError(f"overdispersion goes with variance='negative-binomial', not {variance!r}")
    parts = [(treated, 1), (control, -1), (buffer, 1), (buffer_control, -1)]
    signed = [
        (part, sign / weight) for (part, sign), weight in zip(parts, weights, strict=True) if part is not None
    ]
    halves = [signed[:2], signed[2:]]
    estimates = [sum(weight * (part.means[1] - part.means[0]) for part, weight in half) for half in halves]
    if variance == "permutation":
        spread = [_shuffled_variance(half) for half in (*halves, signed)]
        quantile = float(stdtrit(_freedom(signed), (1 + confidence) / 2))
    else:
        spread = [
            sum(weight**2 * sum(part.variances(overdispersion)) for part, weight in half) for half in halves
        ]
        spread.append(sum(spread))
        quantile = float(ndtri((1 + confidence) / 2))
    errors = [float(np.sqrt(value)) for value in spread]
    total = float(sum(estimates))
    reach = quantile * errors[2]
    return Difference(
        float(estimates[0]), errors[0], float(estimates[1]), errors[1], total, errors[2],
        total - reach, total + reach, confidence,
    )  # fmt: skip


def _freedom(signed: Sequence[tuple[Group, float]]) -> int:
    periods = {(part.before.shape[1], part.after.shape[1]) for part, _ in signed}
    if len(periods) > 1 or (number := sum(next(iter(periods)))) < 4:
        raise ValueError(f"permutation needs the same periods in all groups, at least 4: {sorted(periods)}")
    return number - 2


def _shuffled_variance(signed: Sequence[tuple[Group, float]]) -> float:
    """Return the variance of mean after minus mean before, from the residuals of the periods."""
    if not signed:
        return 0.0
    freedom = _freedom(signed)
    series = [
        sum(weight * counts.sum(axis=0) for counts, weight in side)
        for side in (
            [(part.before, weight) for part, weight in signed],
            [(part.after, weight) for part, weight in signed],
        )
    ]
    squares = sum(float(((side - side.mean()) ** 2).sum()) for side in map(np.asarray, series))
    return squares / freedom * sum(1.0 / np.asarray(side).size for side in series)
