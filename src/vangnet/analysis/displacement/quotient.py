"""Total net effect and weighted displacement quotient: what moved, as a part of what was won."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, nan, sqrt

from scipy.special import ndtri

from vangnet.analysis.displacement.groups import Group


@dataclass(frozen=True, slots=True)
class Effect:
    """A change against what was to be expected, in events per period, with its interval."""

    value: float
    error: float  # standard error
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class NetEffect:
    """Result of `net_effect`."""

    local: Effect  # in the treated areas; below 0: fewer events
    displaced: Effect  # in the areas around; above 0: displacement
    total: Effect  # together; minus the "total net effect" of the literature
    trend: float  # after / before in the control areas
    confidence: float


@dataclass(frozen=True, slots=True)
class Quotient:
    """Result of `wdq`.

    -1 or lower: all that was won moved; between -1 and 0: part of it; above 0: the areas
    around went down too.
    """

    value: float  # nan when it does not exist
    low: float  # -inf when unbounded
    high: float
    reason: str  # empty, or in Dutch why there is no value or no bound


def net_effect(
    treated: Group, buffer: Group, control: Group, *, overdispersion: float = 0.0, confidence: float = 0.95
) -> NetEffect:
    """Compare counts after a measure with those to be expected from the control areas.

    Parameters
    ----------
    treated, buffer, control : Group
        Areas with the measure, around it, and beyond its reach. They may differ in size:
        expected after = before x (control after / control before).
    overdispersion : float, default 0
        a in variance = mean + a mean^2; see `estimate_overdispersion`.
    confidence : float, default 0.95
        Of the intervals, between 0 and 1.

    Returns
    -------
    NetEffect
        Effect in the treated areas, around them and together, per period.

    Raises
    ------
    ValueError
        If the control areas have no events before, or the confidence is out of range.

    Notes
    -----
    It is the weighted displacement difference with each group weighted by its count before,
    the noise of those weights included (delta method). Assumes that without the measure all
    groups would have changed by the same factor.

    References
    ----------
    R. T. Guerette (2009), Analyzing Crime Displacement and Diffusion, Problem-Oriented
    Guides for Police, Tool 10, appendix B.

    Examples
    --------
    >>> from vangnet.analysis.displacement.groups import group
    >>> found = net_effect(group(100, 60), group(80, 90), group(400, 400))
    >>> found.local.value, found.displaced.value, found.total.value
    (-40.0, 10.0, -30.0)
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1: {confidence}")
    control_before, control_after = control.means
    if control_before == 0:
        raise ValueError("the control areas have no events before the measure")
    trend = control_after / control_before
    of_before, of_after = control.variances(overdispersion)
    of_trend = of_after / control_before**2 + control_after**2 * of_before / control_before**4
    quantile = float(ndtri((1 + confidence) / 2))
    effects = []
    for groups in ((treated,), (buffer,), (treated, buffer)):
        before, after = (sum(part.means[side] for part in groups) for side in (0, 1))
        spread = [sum(part.variances(overdispersion)[side] for part in groups) for side in (0, 1)]
        error = sqrt(spread[1] + trend**2 * spread[0] + before**2 * of_trend)
        value = after - before * trend
        effects.append(Effect(value, error, value - quantile * error, value + quantile * error))
    return NetEffect(effects[0], effects[1], effects[2], trend, confidence)


def wdq(
    treated: Group, buffer: Group, control: Group, *, overdispersion: float = 0.0, confidence: float = 0.95
) -> Quotient:
    """Estimate the weighted displacement quotient and an interval that admits when there is none.

    Parameters
    ----------
    treated, buffer, control : Group
        Areas with the measure, around it, and beyond its reach.
    overdispersion : float, default 0
        a in variance = mean + a mean^2; see `estimate_overdispersion`.
    confidence : float, default 0.95
        Of the interval, between 0 and 1.

    Returns
    -------
    Quotient
        (Da/Ca - Db/Cb) / (Ra/Ca - Rb/Cb) with D around, R treated, C control, a after and b
        before; nan with a reason when the control areas have no events or the treated ones
        did not change against them.

    Raises
    ------
    ValueError
        If the confidence is out of range.

    Notes
    -----
    The interval is Fieller's. When the change in the treated areas lies within chance, any
    quotient is possible, and the interval says so by having no bounds.

    References
    ----------
    K. J. Bowers and S. D. Johnson (2003), "Measuring the geographical displacement and
    diffusion of benefit effects of crime prevention activity", Journal of Quantitative
    Criminology 19, 275-301.
    E. C. Fieller (1954), "Some problems in interval estimation", Journal of the Royal
    Statistical Society B 16, 175-185.

    Examples
    --------
    >>> from vangnet.analysis.displacement.groups import group
    >>> found = wdq(group(400, 200), group(300, 350), group(2000, 2000))
    >>> f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"
    '-0.25 (-0.57 to 0.02)'
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1: {confidence}")
    before, after = control.means
    if before == 0 or after == 0:
        return Quotient(nan, -inf, inf, "de controlegebieden hebben vóór of na geen voorvallen")
    shares = [(part.means[1] / after, part.means[0] / before) for part in (buffer, treated)]
    top, below = (share[0] - share[1] for share in shares)
    if below == 0:
        return Quotient(
            nan, -inf, inf, "het gebied zelf veranderde niet ten opzichte van de controlegebieden"
        )
    of_control = [v / m**2 for v, m in zip(control.variances(overdispersion), (before, after), strict=True)]
    spread = []
    for part, share in zip((buffer, treated), shares, strict=True):
        own = part.variances(overdispersion)
        spread.append(
            own[1] / after**2
            + own[0] / before**2
            + share[0] ** 2 * of_control[1]
            + share[1] ** 2 * of_control[0]
        )
    common = shares[0][0] * shares[1][0] * of_control[1] + shares[0][1] * shares[1][1] * of_control[0]
    low, high = _fieller(top, below, spread[0], spread[1], common, float(ndtri((1 + confidence) / 2)))
    reason = "" if isfinite(low) else "de verandering in het gebied zelf valt binnen toeval"
    return Quotient(top / below, low, high, reason)


def _fieller(
    top: float, below: float, of_top: float, of_below: float, common: float, quantile: float
) -> tuple[float, float]:
    """Return the quotients q for which top - q below lies within chance of 0."""
    square = below**2 - quantile**2 * of_below
    if square <= 0:
        return -inf, inf
    middle = top * below - quantile**2 * common
    inside = max(middle**2 - square * (top**2 - quantile**2 * of_top), 0.0)
    return (middle - sqrt(inside)) / square, (middle + sqrt(inside)) / square
