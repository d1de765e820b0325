"""Small linear programs around one cell: how far can it move, and what has to move along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from vangnet.analysis.disclosure.faults import Contradiction
from vangnet.analysis.disclosure.knowledge import TOLERANCE
from vangnet.analysis.disclosure.solver import Program

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Change = tuple[NDArray[np.int64], Floats]  # cells that move, and by how much
FREE = 1e-4  # price of moving a cell that is hidden already; keeps changes close by


@dataclass(frozen=True, slots=True)
class Setting:
    """A table to protect, and what may be done to it; arrays of shape (n,)."""

    matrix: sparse.csr_array  # shape (m, n); matrix @ base == 0
    base: Floats  # a table that fits: the true one, where it is known
    low: Floats  # what is known of each cell from earlier releases, if it is hidden now
    high: Floats
    may_hide: Mask
    cost: Floats  # what hiding a cell costs, > 0
    needed: Floats  # least width of the interval of a cell when it is hidden; 0: none

    def bounds(self, hidden: Mask) -> tuple[Floats, Floats]:
        """Return the bounds of each cell when some of this release are hidden and the others shown."""
        return np.where(hidden, self.low, self.base), np.where(hidden, self.high, self.base)


class Nearby:
    """The cells around one cell, with the sums between them.

    Parameters
    ----------
    setting : Setting
        The table.
    hidden : ndarray of bool, shape (n,)
        Cells that are hidden already; they move for (almost) nothing.
    cell : int
        The cell that is to move.
    more : bool
        Whether cells that are shown may move too, at their cost.
    most : int
        About how many cells to look at.
    seconds : float
        Time that the solver may take.
    """

    def __init__(
        self, setting: Setting, hidden: Mask, cell: int, *, more: bool, most: int, seconds: float
    ) -> None:
        movable = (hidden & (setting.low < setting.high)) | (setting.may_hide & more)
        self.cells = neighbours(setting.matrix, cell, movable, most)
        self.at = int(np.searchsorted(self.cells, cell))
        self.shown = ~hidden[self.cells]
        self.cost = setting.cost[self.cells]
        base, needed = setting.base[self.cells], float(setting.needed[cell])
        matrix = setting.matrix[:, self.cells].tocsr()
        matrix = matrix[np.flatnonzero(np.diff(matrix.indptr))]
        # A shown cell that would have to move further than the cell itself is a poor choice.
        reach = np.where(self.shown, needed, max(10.0 * needed, 100.0))
        self.up = np.minimum(reach, setting.high[self.cells] - base)
        self.down = np.minimum(reach, base - setting.low[self.cells])
        both, count = sparse.hstack([matrix, -matrix]).tocsr(), self.cells.size
        top = np.concatenate([self.up, self.down])
        self.program = Program(both, np.zeros(matrix.shape[0]), np.zeros(2 * count), top, seconds=seconds)

    def extreme(self, sign: float, most: float) -> Change:
        """Move the cell up (sign 1) or down (-1) as far as it goes, at most `most`."""
        count = self.cells.size
        here, there = (self.at, count + self.at) if sign > 0 else (count + self.at, self.at)
        limit = self.up if sign > 0 else self.down
        self.program.bound(here, 0.0, min(most, float(limit[self.at])))
        self.program.bound(there, 0.0, 0.0)
        price = np.full(2 * count, FREE)
        price[here] = -1.0
        self.program.prices(price)
        return self._sparse(self._solve())

    def reach(self, shift: float) -> tuple[float, Change] | None:
        """Move the cell by `shift`, and as few shown cells as can be found; with what those cost."""
        count = self.cells.size
        limit = self.up if shift > 0 else self.down
        if abs(shift) > limit[self.at] + TOLERANCE:
            return None
        here, there = (self.at, count + self.at) if shift > 0 else (count + self.at, self.at)
        self.program.bound(here, abs(shift), abs(shift))
        self.program.bound(there, 0.0, 0.0)
        price = np.where(self.shown, self.cost, FREE) / abs(shift)
        paid_least, best = np.inf, np.zeros(count)
        for _ in range(3):
            self.program.prices(np.concatenate([price, price]))
            try:
                change = self._solve()
            except Contradiction:
                return None
            paid = float(self.cost[self.shown & (np.abs(change) > TOLERANCE)].sum())
            if paid >= paid_least - 1e-9:
                break
            paid_least, best = paid, change
            price = np.where(self.shown, self.cost / (np.abs(change) + 0.02 * abs(shift)), FREE)
        return paid_least, self._sparse(best)

    def _solve(self) -> Floats:
        found = self.program.solve()
        return found[: self.cells.size] - found[self.cells.size :]

    def _sparse(self, change: Floats) -> Change:
        moved = np.abs(change) > TOLERANCE
        return self.cells[moved], change[moved]


def neighbours(matrix: sparse.csr_array, cell: int, movable: Mask, most: int) -> NDArray[np.int64]:
    """Return movable cells around a cell, nearest first in steps of one sum, about `most` of them.

    Parameters
    ----------
    matrix : csr_array, shape (m, n)
        The sums.
    cell : int
        Where to start; always among the result.
    movable : ndarray of bool, shape (n,)
        Cells that count.
    most : int
        No step is taken that would bring in more cells than this.

    Returns
    -------
    ndarray of int
        Positions in order.
    """
    columns = matrix.T.tocsr()
    seen_cells: set[int] = {cell}
    seen_sums: set[int] = set()
    edge = [cell]
    while edge:
        sums = _neighbours(columns, edge) - seen_sums
        seen_sums |= sums
        step = {other for other in _neighbours(matrix, sorted(sums)) if movable[other]} - seen_cells
        if len(seen_cells) + len(step) > most:
            break
        seen_cells |= step
        edge = sorted(step)
    return np.array(sorted(seen_cells), dtype=np.int64)


def _neighbours(matrix: sparse.csr_array, rows: list[int]) -> set[int]:
    if not rows:
        return set()
    return set(matrix[np.array(rows)].indices.tolist())


class Proofs:
    """Changes that leave every shown figure as it is: they prove how wide intervals are at least.

    Parameters
    ----------
    size : int
        Number of cells.
    """

    def __init__(self, size: int) -> None:
        self.low = np.zeros(size)  # lowest change of each cell; the true table is a change of 0
        self.high = np.zeros(size)
        self._changes: dict[int, Change] = {}
        self._of_cell: dict[int, dict[int, float]] = {}
        self._next = 0

    @property
    def width(self) -> Floats:
        """Least width that is proven, shape (n,)."""
        return self.high - self.low

    def add(self, change: Change) -> None:
        """Remember a change."""
        cells, amounts = change
        self._changes[self._next] = change
        for cell, amount in zip(cells.tolist(), amounts.tolist(), strict=True):
            self._of_cell.setdefault(cell, {})[self._next] = amount
        self.low[cells] = np.minimum(self.low[cells], amounts)
        self.high[cells] = np.maximum(self.high[cells], amounts)
        self._next += 1

    def changes(self) -> list[Change]:
        """Return all changes, the oldest first."""
        return list(self._changes.values())

    def without(self, cell: int) -> dict[int, tuple[float, float]]:
        """Return the lowest and highest change of every cell that would lose a proof if `cell` were shown."""
        lost = set(self._of_cell.get(cell, ()))
        touched = {int(c) for number in lost for c in self._changes[number][0]}
        result = {}
        for other in sorted(touched - {cell}):
            left = [a for number, a in self._of_cell[other].items() if number not in lost]
            result[other] = (min(left, default=0.0), max(left, default=0.0))
        for other, (low, high) in list(result.items()):
            result[other] = (min(low, 0.0), max(high, 0.0))
        return result

    def drop(self, cell: int) -> None:
        """Forget all changes in which `cell` moves."""
        after = self.without(cell)
        for number in list(self._of_cell.get(cell, ())):
            for other in self._changes.pop(number)[0].tolist():
                del self._of_cell[other][number]
        for other, (low, high) in after.items():
            self.low[other], self.high[other] = low, high
        self.low[cell] = self.high[cell] = 0.0
