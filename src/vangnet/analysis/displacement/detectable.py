"""What could be shown at all with such counts: to be known before the outcome is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri

from vangnet.analysis.displacement.groups import Group


@dataclass(frozen=True, slots=True)
class Detectable:
    """Result of `detectable`; events per period."""

    local: float  # smallest fall in the treated areas; inf: even a complete fall is not shown
    displaced: float  # smallest rise in the areas around; inf: no rise is shown
    local_share: float  # `local` as a part of the treated count before
    displaced_share: float  # `displaced` as a part of the treated count before
    power: float
    confidence: float


def detectable(
    treated: Group,
    buffer: Group,
    control: Group,
    *,
    overdispersion: float = 0.0,
    confidence: float = 0.95,
    power: float = 0.80,
) -> Detectable:
    """Return the smallest fall and the smallest rise that would be shown with a given probability.

    Parameters
    ----------
    treated, buffer, control : Group
        Areas with the measure, around it, and beyond its reach. Of `after` only the number
        of periods is used, so the outcome does not decide what could be found.
    overdispersion : float, default 0
        a in variance = mean + a mean^2; see `estimate_overdispersion`.
    confidence : float, default 0.95
        Of the two-sided interval.
    power : float, default 0.80
        Probability that an effect of this size is shown.

    Returns
    -------
    Detectable
        Minimum detectable effects, in events per period and as a part of the count before.

    Raises
    ------
    ValueError
        If the control areas have no events before, or confidence or power is out of range.

    Notes
    -----
    The smallest d with d = (quantile of the confidence + quantile of the power) x standard
    error, the error being that of counts which changed by d: a fall makes counts, and so
    their noise, smaller, a rise larger. With extra variation there may be no such rise.

    References
    ----------
    H. S. Bloom (1995), "Minimum detectable effects", Evaluation Review 19, 547-556.

    Examples
    --------
    >>> from vangnet.analysis.displacement.groups import group
    >>> found = detectable(group(40, 0), group(60, 0), group(4000, 0))
    >>> f"{found.local:.0f} events, {found.local_share:.0%}"
    '22 events, 54%'
    """
    if not (0 < confidence < 1 and 0 < power < 1):
        raise ValueError(f"confidence and power must be between 0 and 1: {confidence}, {power}")
    level = control.means[0]
    if level == 0:
        raise ValueError("the control areas have no events before the measure")
    times = float(ndtri((1 + confidence) / 2) + ndtri(power))
    noise = _variance(control, overdispersion) / level**2
    effects = []
    for part, direction in ((treated, -1), (buffer, 1)):
        own = part.means[0]
        effects.append(_smallest(part, direction, own**2 * noise, times, overdispersion) if own > 0 else inf)
    before = treated.means[0]
    shares = [effect / before if before > 0 else inf for effect in effects]
    return Detectable(effects[0], effects[1], shares[0], shares[1], power, confidence)


def _smallest(part: Group, direction: int, noise: float, times: float, overdispersion: float) -> float:
    """Return the smallest change that exceeds its standard errors so many times; inf: none does."""
    own = part.means[0]

    def lack(change: float) -> float:
        spread = _variance(part, overdispersion, 1.0 + direction * change / own) + noise
        return times * sqrt(spread) - change

    most = own if direction < 0 else 1000.0 * own
    return float(brentq(lack, 0.0, most)) if lack(most) < 0 else inf


def _variance(part: Group, overdispersion: float, factor: float = 1.0) -> float:
    """Return the variance of a mean after minus a mean before, when the mean changes by a factor."""
    mean = part.before.mean(axis=1)
    before, after = (
        float((level + overdispersion * level**2).sum()) for level in (mean, np.maximum(factor, 0.0) * mean)
    )
    return float(before / part.before.shape[1] + after / part.after.shape[1])
