"""Difference in differences with a ring around, set against the same sum for every other area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from vangnet.analysis.displacement.groups import Group, count_variance
from vangnet.analysis.displacement.neighbours import Role


@dataclass(frozen=True, slots=True)
class Factor:
    """A change as a factor: 0.8 is a fifth less than expected."""

    value: float
    low: float
    high: float
    p_value: float  # share of placebos that stand out as much; nan without placebos


@dataclass(frozen=True, slots=True)
class Spillover:
    """Result of `spillover`."""

    local: Factor  # in the treated areas
    around: Factor  # in the ring; above 1: displacement
    placebos: int  # areas that stood in for the treated one
    scale: tuple[float, float]  # how much wider placebos spread than their errors say, local and around


def spillover(
    counts: Group,
    matrix: NDArray[np.bool_],
    roles: Sequence[Role],
    *,
    overdispersion: float = 0.0,
    confidence: float = 0.95,
    seed: int = 1,
    buffer: int = 1,
    gap: int = 0,
) -> Spillover:
    """Compare treated areas and the ring around them with the rest, and with areas where nothing happened.

    Parameters
    ----------
    counts : Group
        Events of all n areas.
    matrix : ndarray of bool, shape (n, n)
        Who borders whom; see `neighbour_matrix`.
    roles : sequence of Role, length n
        See `roles`. Only control areas stand in as placebo, with rings of control areas.
    overdispersion : float, default 0
        a in variance = mean + a mean^2.
    confidence : float, default 0.95
        Of the intervals.
    seed : int, default 1
        Decides how placebos of several areas are put together; not used for a single one.
    buffer, gap : int, default 1 and 0
        How wide the ring of a placebo is and how many borders beyond are left out: as given
        to `roles`, so that placebos are compared in the same way.

    Returns
    -------
    Spillover
        Factors of change with intervals and p-values.

    Raises
    ------
    ValueError
        If the shapes differ, or no area is treated, around it, or control.

    Notes
    -----
    Factors are (after / before) of the group over (after / before) of the controls: the
    Poisson regression with effects for areas and periods, and one each for treated and ring,
    has just these estimates. Half an event is added to every sum, so that zeros do not break
    it. As placebo each control area takes the place of the treated one; when k areas are
    treated, k adjoining ones. An effect is divided by its standard error, so that small areas,
    which jump more, do not decide; p is the share of placebos, the real one included, that
    stand out as much. When placebos spread wider than their errors, intervals widen as much.
    Rings of placebos overlap, so p-values are approximate.

    References
    ----------
    A. Abadie, A. Diamond and J. Hainmueller (2010), "Synthetic control methods for
    comparative case studies", Journal of the American Statistical Association 105, 493-505
    (placebos in space).
    D. Clarke (2017), "Estimating difference-in-differences in the presence of spillovers",
    MPRA paper 81604 (the ring).
    """
    if matrix.shape != (len(roles), len(roles)) or len(counts.before) != len(roles):
        raise ValueError(f"shapes differ: {len(counts.before)} areas, {matrix.shape}, {len(roles)} roles")
    masks = {role: np.array([own is role for own in roles]) for role in Role}
    if not all(masks[role].any() for role in (Role.TREATED, Role.BUFFER, Role.CONTROL)):
        raise ValueError("need areas that are treated, around them, and control")
    control = masks[Role.CONTROL]
    real = _effects(
        counts, overdispersion, *(masks[r][None] for r in (Role.TREATED, Role.BUFFER, Role.CONTROL))
    )
    own = _placebos(
        matrix & control[None, :] & control[:, None], control, int(masks[Role.TREATED].sum()), seed
    )
    ring = _within(own, matrix, buffer) & control & ~own
    rest = control & ~_within(own, matrix, buffer + gap)
    usable = ring.any(axis=1) & rest.any(axis=1)
    false = _effects(counts, overdispersion, own[usable], ring[usable], rest[usable])
    number = int(usable.sum())
    factors, scales = [], []
    for (value, error), (others, errors) in zip(real, false, strict=True):
        z = others / errors
        scale = max(1.0, float(np.sqrt((z**2).mean()))) if number else 1.0
        reach = float(stdtrit(number, (1 + confidence) / 2)) * scale if number else np.inf
        reached = int((np.abs(z) >= abs(value[0] / error[0]) - 1e-12).sum())
        factors.append(
            Factor(
                float(np.exp(value[0])),
                float(np.exp(value[0] - reach * error[0])),
                float(np.exp(value[0] + reach * error[0])),
                (1 + reached) / (1 + number) if number else float("nan"),
            )
        )
        scales.append(scale)
    return Spillover(factors[0], factors[1], number, (scales[0], scales[1]))


_Effect = tuple[NDArray[np.float64], NDArray[np.float64]]


def _effects(
    counts: Group,
    overdispersion: float,
    own: NDArray[np.bool_],
    ring: NDArray[np.bool_],
    rest: NDArray[np.bool_],
) -> tuple[_Effect, _Effect]:
    """Return logarithm and error of the change in own areas and ring, each of shape (masks,)."""
    logs = []
    for mask in (own, ring, rest):
        change, spread = np.zeros(len(mask)), np.zeros(len(mask))
        for array, sign in ((counts.before, -1), (counts.after, 1)):
            total = mask @ array.sum(axis=1) + 0.5
            change += sign * np.log(total / array.shape[1])
            spread += (mask @ count_variance(array, overdispersion).sum(axis=1) + 0.5) / total**2
        logs.append((change, spread))
    (a, va), (b, vb), (c, vc) = logs
    return (a - c, np.sqrt(va + vc)), (b - c, np.sqrt(vb + vc))


def _within(own: NDArray[np.bool_], matrix: NDArray[np.bool_], borders: int) -> NDArray[np.bool_]:
    """Return the areas at most so many borders away, themselves included, shape of `own`."""
    near = own
    for _ in range(borders):
        near = near | ((near.astype(float) @ matrix) > 0)
    return near


def _placebos(
    matrix: NDArray[np.bool_], control: NDArray[np.bool_], size: int, seed: int
) -> NDArray[np.bool_]:
    """Return one set of `size` adjoining control areas from each control area, shape (sets, n)."""
    rng = np.random.default_rng(seed)
    found: dict[bytes, NDArray[np.bool_]] = {}
    for start in np.flatnonzero(control):
        chosen = np.zeros(control.size, dtype=np.bool_)
        chosen[start] = True
        while chosen.sum() < size:
            edge = np.flatnonzero(matrix[chosen].any(axis=0) & ~chosen)
            if not edge.size:
                break
            chosen[rng.choice(edge)] = True
        if chosen.sum() == size:
            found.setdefault(chosen.tobytes(), chosen)
    return np.array(list(found.values())).reshape(-1, control.size).astype(np.bool_)
