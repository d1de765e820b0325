"""How much more do counts vary than chance alone would make them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv


@dataclass(frozen=True, slots=True)
class Dispersion:
    """Result of `estimate_dispersion`."""

    factor: float  # variance / Poisson variance, at least 1; for `dispersion=` of `change`
    raw: float  # the same before it was raised to 1
    per_area: NDArray[np.float64]  # shape (n,), each area by itself (noisy); nan: not used
    areas_used: int


def estimate_dispersion(counts: ArrayLike, *, minimum: float = 5.0) -> Dispersion:
    """Estimate by which factor yearly counts of areas vary more than Poisson counts.

    Two successive years of one area are compared with the movement of all areas
    together; what an area moves beyond that, relative to what Poisson counts would do,
    is its dispersion. The median over the areas is taken, so that a handful of areas in
    which something really happened does not decide.

    Parameters
    ----------
    counts : array_like of int or float, shape (n, years)
        Events per area (rows) and period (columns, in order of time); nan marks a
        figure that was not published. At least 2 columns.
    minimum : float, default 5
        Areas whose mean count is lower are left out: they hold no information on
        dispersion.

    Returns
    -------
    Dispersion
        The pooled factor, at least 1, and the figure of each area by itself.

    Raises
    ------
    ValueError
        If the shape is not (n, years) with years >= 2, a count is negative or infinite,
        or fewer than 5 areas can be used.

    Notes
    -----
    Given the sum of two years, a Poisson count has variance n p (1 - p), with p the
    share of the second year in the counts of all areas. An area's figure is the mean of
    (observed - n p)^2 / (n p (1 - p)) over its pairs of years; overlapping pairs leave
    2 (y - 1)^2 / (3 y - 4) degrees of freedom in y years, and the median of a chi-square
    with those degrees, divided by them, corrects the median over areas. One factor for
    all areas is an approximation: for negative binomial counts it grows with the count.
    Real changes of single areas count as noise, so the factor errs on the safe side.

    References
    ----------
    P. McCullagh and J. A. Nelder (1989), Generalized Linear Models, 2nd ed., 4.5.
    J. von Neumann et al. (1941), "The mean square successive difference", Annals of
    Mathematical Statistics 12, 153-162.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> alone = rng.poisson(80, size=(2000, 6))
    >>> in_fours = 4 * rng.poisson(20, size=(2000, 6))
    >>> print(f"{estimate_dispersion(alone).raw:.0f} {estimate_dispersion(in_fours).raw:.0f}")
    1 4
    """
    matrix = np.asarray(counts, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[1] < 2:
        raise ValueError(f"counts must have shape (n, years) with years >= 2: {matrix.shape}")
    if (matrix < 0).any() or np.isinf(matrix).any():
        raise ValueError("counts must be >= 0 and finite, or nan when not published")
    residuals = _squared_residuals(matrix)
    known = ~np.isnan(residuals)
    pairs = known.sum(axis=1)
    size = np.where(np.isnan(matrix), 0.0, matrix).sum(axis=1) / np.maximum(
        (~np.isnan(matrix)).sum(axis=1), 1
    )
    used = (pairs > 0) & (size >= minimum)
    if used.sum() < 5:
        raise ValueError(f"need at least 5 areas with a mean count of {minimum:g}: {used.sum()}")
    per_area = np.full(matrix.shape[0], np.nan)
    per_area[used] = np.where(known, residuals, 0.0).sum(axis=1)[used] / pairs[used]
    raw = float(np.median(per_area[used] / _chance_median(pairs[used])))
    return Dispersion(factor=max(raw, 1.0), raw=raw, per_area=per_area, areas_used=int(used.sum()))


def _squared_residuals(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared Pearson residual of each pair of successive years, shape (n, years - 1); nan: unknown."""
    first, second = matrix[:, :-1], matrix[:, 1:]
    both = ~np.isnan(first) & ~np.isnan(second)
    total = np.where(both, first + second, 0.0)
    later = np.where(both, second, 0.0)
    # A year without a single event anywhere gives share 0 or 1, and 0 / 0 below: unknown.
    with np.errstate(divide="ignore", invalid="ignore"):
        share = later.sum(axis=0) / total.sum(axis=0)
        squared: NDArray[np.float64] = (later - total * share) ** 2 / (total * share * (1.0 - share))
    return np.where(both & (total > 0), squared, np.nan)


def _chance_median(pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Median of an area's figure if its counts were Poisson, by its number of pairs of years."""
    freedom = 2.0 * pairs**2 / (3.0 * pairs - 1.0)
    median: NDArray[np.float64] = 2.0 * gammaincinv(freedom / 2.0, 0.5) / freedom
    return median
