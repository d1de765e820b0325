"""Linear programs that change little from one to the next, solved by HiGHS."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from vangnet.analysis.disclosure.faults import Contradiction, SolverStopped

# The solver that scipy carries, with its own interface: it starts from the last solution, which
# scipy.optimize.linprog cannot, and that is ten times as fast here.
_highs: Any = importlib.import_module("scipy.optimize._highspy._core")
VERSION = f"HiGHS {_highs.HIGHS_VERSION_MAJOR}.{_highs.HIGHS_VERSION_MINOR}.{_highs.HIGHS_VERSION_PATCH}"


class Endless(Exception):
    """There is no best x: it can be made better without end."""


class Program:
    """Minimise cost @ x, with matrix @ x == right and low <= x <= high.

    Parameters
    ----------
    matrix : csr_array, shape (m, n)
        The sums.
    right : array_like of float, shape (m,)
        What they come to.
    low, high : array_like of float, shape (n,)
        Bounds; high may be inf.
    seconds : float
        Time that all solutions of this program together may take.
    """

    def __init__(
        self, matrix: sparse.csr_array, right: ArrayLike, low: ArrayLike, high: ArrayLike, *, seconds: float
    ) -> None:
        columns = matrix.astype(np.float64).tocsc()
        self.size = columns.shape[1]
        model = _highs.HighsLp()
        model.num_col_, model.num_row_ = columns.shape[1], columns.shape[0]
        model.col_cost_ = np.zeros(self.size)
        model.col_lower_ = np.asarray(low, dtype=np.float64)
        model.col_upper_ = np.asarray(high, dtype=np.float64)
        model.row_lower_ = model.row_upper_ = np.asarray(right, dtype=np.float64)
        model.a_matrix_.format_ = _highs.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_ = columns.indptr, columns.indices
        model.a_matrix_.value_ = columns.data
        self._solver = _highs._Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
            self._solver.setOptionValue(option, value)
        self._solver.setOptionValue("time_limit", float(seconds))
        self._solver.passModel(model)
        self.solved = 0

    def solve(self) -> NDArray[np.float64]:
        """Return the best x, shape (n,).

        Raises
        ------
        SolverStopped
            If the solver ends for another reason than having the answer.
        Contradiction
            If no x fits.
        Endless
            If there is no best.
        """
        self.solved += 1
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == _highs.HighsModelStatus.kOptimal:
            return np.array(self._solver.getSolution().col_value)
        if status == _highs.HighsModelStatus.kInfeasible:
            raise Contradiction(
                "no table agrees with all that was published; were figures revised?",
                "geen enkele tabel past bij alles wat is gepubliceerd; zijn er cijfers herzien?",
            )
        if status in (_highs.HighsModelStatus.kUnbounded, _highs.HighsModelStatus.kUnboundedOrInfeasible):
            raise Endless
        word = self._solver.modelStatusToString(status)
        raise SolverStopped(
            f"the solver stopped without an answer ({word}); give it more time",
            f"de rekenmachine stopte zonder antwoord ({word}); geef meer tijd",
        )

    def price(self, column: int, cost: float) -> None:
        """Change the cost of one column."""
        self._solver.changeColCost(column, cost)

    def prices(self, cost: NDArray[np.float64]) -> None:
        """Change the cost of all columns."""
        self._solver.changeColsCost(self.size, np.arange(self.size, dtype=np.int32), cost)

    def bound(self, column: int, low: float, high: float) -> None:
        """Change the bounds of one column."""
        self._solver.changeColBounds(column, low, high)
