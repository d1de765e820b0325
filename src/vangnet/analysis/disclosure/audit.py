"""What an attacker can work out: the interval of every hidden cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from vangnet.analysis.disclosure.faults import Contradiction, SolverStopped
from vangnet.analysis.disclosure.knowledge import TOLERANCE, Knowledge, groups
from vangnet.analysis.disclosure.solver import Endless, Program

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]  # cells done, cells in all
Found = tuple[NDArray[np.int64], Floats]  # cells of a group, figures for them that fit


@dataclass(frozen=True, slots=True)
class Intervals:
    """Result of `audit`; arrays of shape (k,), one per cell that is not shown exactly."""

    cells: NDArray[np.int64]  # positions in the keys of the knowledge
    low: Floats  # the least that the figure can be
    high: Floats  # the most; inf: no limit
    whole: bool  # whether the attacker was taken to know that figures are whole numbers
    programs: int  # linear programs that were solved

    @property
    def width(self) -> Floats:
        """What the attacker is left unsure of; 0: the figure is disclosed."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Component:
    """Hidden cells that hang together, apart from all others."""

    cells: NDArray[np.int64]  # shape (k,), positions in the knowledge
    matrix: sparse.csr_array  # shape (r, k)
    right: Floats  # shape (r,), what each sum comes to
    low: Floats  # shape (k,)
    high: Floats


def audit(
    knowledge: Knowledge,
    *,
    whole: bool = False,
    seconds: float = 600.0,
    progress: Progress | None = None,
    tables: list[Found] | None = None,
) -> Intervals:
    """Find, for each hidden cell, the least and the most that agrees with everything published.

    Parameters
    ----------
    knowledge : Knowledge
        All releases in one, see `combine`.
    whole : bool, default False
        Whether the attacker knows that figures are whole numbers. That can only narrow the
        intervals; leave it out for amounts.
    seconds : float, default 600
        Time that the solver may take for one group of cells that hang together.
    progress : callable, optional
        Called with the number of cells done and of cells in all.
    tables : list, optional
        Gets the cells of each group with figures for them that fit, as they are found.

    Returns
    -------
    Intervals
        Exact within 1e-6: no attacker who knows only this, and that figures are 0 or more,
        can do better, and each end is reached by a table that fits.

    Raises
    ------
    Contradiction
        If no table agrees with all releases.
    SolverStopped
        If the solver was stopped; there is no partial answer.

    Notes
    -----
    Sums are first used one by one until nothing narrows any more. What is left falls apart
    into groups that share no sum; in each, a linear program per cell and side starts from
    the solution before it. A solution that reaches the bound of the first step for another
    cell saves that cell's program. With `whole`, an integer program follows where the
    solution of the linear one is not whole.

    References
    ----------
    A. Hundepool et al. (2012), Statistical Disclosure Control, 4.3 (audit).
    M. Fischetti and J. J. Salazar (2001), "Solving the cell suppression problem on tabular
    data with linear constraints", Management Science 47, 1008-1027.
    """
    hidden = np.flatnonzero(knowledge.low < knowledge.high)
    low, high = tighten(knowledge.matrix, knowledge.low, knowledge.high, whole=whole)
    open_cells = np.flatnonzero(high - low > TOLERANCE)
    done, solved = hidden.size - open_cells.size, 0
    for part in components(knowledge.matrix, low, high):
        narrowed, programs = _audit_component(part, whole, seconds, tables)
        low[part.cells], high[part.cells] = narrowed
        solved += programs
        done += part.cells.size
        if progress:
            progress(done, hidden.size)
    return Intervals(hidden, low[hidden], high[hidden], whole, solved)


def tighten(matrix: sparse.csr_array, low: Floats, high: Floats, *, whole: bool) -> tuple[Floats, Floats]:
    """Narrow bounds by each sum by itself until nothing changes.

    Parameters
    ----------
    matrix : csr_array, shape (m, n)
        Sums with entries 1 and -1; matrix @ x == 0.
    low, high : ndarray of float, shape (n,)
        Bounds to start from.
    whole : bool
        Whether x is known to be whole.

    Returns
    -------
    low, high : ndarray of float, shape (n,)

    Raises
    ------
    Contradiction
        If a bound passes the other.
    """
    entries = matrix.tocoo()
    rows, cells = (place.astype(np.int64) for place in entries.coords)
    signs = entries.data
    low, high = low.copy(), high.copy()
    slack = TOLERANCE * max(1.0, 1e-6 * float(np.abs(low).max(initial=0.0)))
    for _ in range(200):
        before = (low.copy(), high.copy())
        least = np.where(signs > 0, low[cells], -high[cells])
        most = np.where(signs > 0, high[cells], -low[cells])
        upper, lower = -_rest(rows, least, matrix.shape[0]), -_rest(rows, most, matrix.shape[0])
        least, most = low.copy(), high.copy()
        np.minimum.at(most, cells, np.where(signs > 0, upper, -lower))
        np.maximum.at(least, cells, np.where(signs > 0, lower, -upper))
        # Tiny steps are rounding errors of the machine; taken every round they would add up.
        high, low = (
            np.where(most < high - 0.001 * slack, most, high),
            np.where(least > low + 0.001 * slack, least, low),
        )
        if whole:
            low, high = np.ceil(low - TOLERANCE), np.floor(high + TOLERANCE)
        if (low > high + slack).any():
            raise Contradiction(
                "no table agrees with all that was published; were figures revised?",
                "geen enkele tabel past bij alles wat is gepubliceerd; zijn er cijfers herzien?",
            )
        high = np.maximum(low, high)
        if np.allclose(low, before[0], atol=1e-9) and np.allclose(high, before[1], atol=1e-9):
            break
    return low, high


def _rest(rows: NDArray[np.int64], part: Floats, count: int) -> Floats:
    """Sum of the others in the same row, for each entry; infinite when one of them is."""
    endless = np.isinf(part)
    finite = np.where(endless, 0.0, part)
    total = np.bincount(rows, finite, count)[rows] - finite
    others = np.bincount(rows, endless, count)[rows] - endless
    sign = part[endless][0] if endless.any() else 0.0
    return np.where(others > 0, np.copysign(np.inf, sign), total)


def components(matrix: sparse.csr_array, low: Floats, high: Floats) -> list[Component]:
    """Split the cells that are not fixed into groups that share no sum.

    Parameters
    ----------
    matrix : csr_array, shape (m, n)
        matrix @ x == 0.
    low, high : ndarray of float, shape (n,)
        Bounds; a cell whose bounds agree is fixed.

    Returns
    -------
    list of Component
        In the order of their first cell. A cell in no sum forms a group of its own.
    """
    loose = high - low > TOLERANCE
    cells = np.flatnonzero(loose)
    if not cells.size:
        return []
    right = -(matrix @ np.where(loose, 0.0, low))
    part = matrix[:, cells].tocsr()
    used = np.flatnonzero(np.diff(part.indptr))
    part, right = part[used], right[used]
    of_row, of_cell = groups(part)
    result = []
    for number in dict.fromkeys(of_cell.tolist()):
        mine, sums = np.flatnonzero(of_cell == number), np.flatnonzero(of_row == number)
        at = cells[mine]
        result.append(Component(at, part[sums][:, mine].tocsr(), right[sums], low[at], high[at]))
    return result


def _audit_component(
    part: Component, whole: bool, seconds: float, tables: list[Found] | None
) -> tuple[tuple[Floats, Floats], int]:
    if not part.matrix.shape[0]:
        return (part.low, part.high), 0
    program = Program(part.matrix, part.right, part.low, part.high, seconds=seconds)
    least, most = part.low.copy(), part.high.copy()
    inner_low = inner_high = program.solve()
    if whole and not _is_whole(inner_low):
        inner_low, inner_high = np.full(least.size, np.inf), np.full(least.size, -np.inf)
    for side, bound in ((1.0, least), (-1.0, most)):
        for cell in range(least.size):
            reached = inner_low[cell] - bound[cell] if side > 0 else bound[cell] - inner_high[cell]
            if reached <= TOLERANCE:
                continue
            program.price(cell, side)
            try:
                found = program.solve()
            except Endless:
                continue
            finally:
                program.price(cell, 0.0)
            if tables is not None:
                tables.append((part.cells, found))
            if whole and not _is_whole(found):
                found = _whole_extreme(part, cell, side, seconds)
            inner_low, inner_high = np.minimum(inner_low, found), np.maximum(inner_high, found)
            bound[cell] = found[cell]
    return (least, most), program.solved


def _is_whole(solution: Floats) -> bool:
    return bool(np.abs(solution - np.rint(solution)).max() <= TOLERANCE)


def _whole_extreme(part: Component, cell: int, side: float, seconds: float) -> Floats:
    """Return the whole-numbered table in which the cell is least (side 1) or most (side -1)."""
    cost = np.zeros(part.cells.size)
    cost[cell] = side
    found = milp(
        cost,
        constraints=LinearConstraint(part.matrix, part.right, part.right),
        bounds=Bounds(part.low, part.high),
        integrality=np.ones(part.cells.size, dtype=np.int64),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if found.status == 2:
        raise Contradiction(
            "no table of whole numbers agrees with all that was published",
            "geen enkele tabel met gehele getallen past bij alles wat is gepubliceerd",
        )
    if found.status != 0:
        raise SolverStopped(
            f"the solver stopped without an answer ({found.message})",
            f"de rekenmachine stopte zonder antwoord ({found.message})",
        )
    return np.rint(found.x)
