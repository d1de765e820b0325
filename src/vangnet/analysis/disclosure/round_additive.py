"""Rounding in which the parts still add up to their whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from vangnet.analysis.disclosure.faults import SolverStopped
from vangnet.analysis.disclosure.table import Table

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rounded:
    """Result of `round_additive`; arrays of shape (n,), in the order of the table's cells."""

    value: Floats  # multiples of the base; all sums hold
    base: float
    gap: float  # proven: the total error is at most this fraction above the least possible
    mean_error: float  # mean of |rounded - true| over all cells
    largest_error: float
    beyond_base: int  # cells that had to move further than the base; 0 in nearly all tables


def round_additive(table: Table, *, base: int = 5, gap: float = 0.01, seconds: float = 600.0) -> Rounded:
    """Round every figure to a multiple of a base so that all sums still hold, with least total error.

    Parameters
    ----------
    table : Table
        Counts.
    base : int, default 5
        What figures become multiples of, > 1. A figure that is one already stays.
    gap : float, default 0.01
        How far from the least possible error the result may be, as a proven fraction.
    seconds : float, default 600
        Time that the solver may take.

    Returns
    -------
    Rounded
        Figures go to the multiple just below or just above. Only if no such table adds
        up, some move one multiple further.

    Raises
    ------
    SolverStopped
        If the solver stopped before the gap was proven.
    ValueError
        If base is not > 1, gap lies outside [0, 1), or figures are not whole.

    Notes
    -----
    Each cell has a variable of 0 (down) or 1 (up); the error of a cell is linear in it. The
    rounded table is determined by the true one: who knows the method and can try all small
    tables may exclude some. Rounding hides exact figures; it does not hide that a group is
    there.

    References
    ----------
    L. H. Cox (1987), "A constructive procedure for unbiased controlled rounding", JASA 82,
    520-524. J. J. Salazar (2005), "Controlled rounding and cell perturbation", EJOR 169.
    """
    if base < 2 or not 0 <= gap < 1 or not table.is_whole:
        raise ValueError("base must be > 1, gap in [0, 1), and the figures whole numbers")
    floor, rest = np.floor(table.value / base), np.mod(table.value, base)
    right = -(table.matrix @ floor)
    found = _solve(table.matrix, right, rest, base, gap, seconds, wide=False)
    if found.status == 2:
        found = _solve(table.matrix, right, rest, base, gap, seconds, wide=True)
    if found.x is None or found.mip_gap is None or found.mip_gap > gap + 1e-9:
        raise SolverStopped(
            f"the solver stopped before the least error was proven ({found.message}); give it more time",
            f"de rekenmachine stopte voordat de kleinste fout vaststond ({found.message}); geef meer tijd",
        )
    size = table.value.size
    steps = np.rint(found.x)
    step = steps[:size] + (steps[size : 2 * size] - steps[2 * size :] if steps.size > size else 0.0)
    value = (floor + step) * base
    error = np.abs(value - table.value)
    beyond = int((error >= base).sum())
    largest = float(error.max())
    return Rounded(value, float(base), float(found.mip_gap), float(error.mean()), largest, beyond)


def _solve(
    matrix: sparse.csr_array,
    right: Floats,
    rest: Floats,
    base: int,
    gap: float,
    seconds: float,
    *,
    wide: bool,
) -> Any:
    """Choose up (1) or down (0) for each cell; `wide` adds one more step either way."""
    cost, top = base - 2.0 * rest, (rest > 0).astype(np.float64)
    if wide:
        ones = np.ones(rest.size)
        matrix = sparse.hstack([matrix, matrix, -matrix]).tocsr()
        cost = np.concatenate([cost, base * ones * 2, base * ones * 2])
        top = np.concatenate([top, ones, ones])
    return milp(
        cost,
        constraints=LinearConstraint(matrix, right, right),
        bounds=Bounds(np.zeros(top.size), top),
        integrality=np.ones(top.size, dtype=np.int64),
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )
