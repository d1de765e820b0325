"""tau-ARGUS as an engine: it chooses the first cells, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.disclosure.faults import SolverStopped
from vangnet.analysis.disclosure.table import Table

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
# What the other process runs: only the engine, which is not meant for use beside other work.
PROGRAM = """
import sys
from pytauargus import HiTaSCtrl
engine = HiTaSCtrl()
code = engine.full_jj(in_file_jj=sys.argv[1], out_file=sys.argv[2], max_time=int(sys.argv[3]))
sys.exit(0 if code in (0, 1) else f"tau-ARGUS: {engine.error_string(code)}")
"""


def is_installed(python: str = sys.executable) -> bool:
    """Say whether a Python, by default this one, has `pytauargus`."""
    if python == sys.executable:
        return find_spec("pytauargus") is not None
    try:
        found = subprocess.run(
            [python, "-c", "import pytauargus"], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return found.returncode == 0


@dataclass(frozen=True, slots=True)
class Engine:
    """tau-ARGUS with the HiGHS solver, from the package `pytauargus`."""

    seconds: int = 60  # after which it is ended
    python: str = sys.executable  # of an environment that has the package
    name: str = "tau-ARGUS (pytauargus)"
    share: float = 0.2  # room that it gives each cell to either side, as a part of its figure

    def choose(self, table: Table, sensitive: Mask, cost: Floats, *, may_hide: Mask) -> Mask:
        """Return the cells that tau-ARGUS would hide.

        Parameters
        ----------
        table : Table
            The true figures.
        sensitive, may_hide : ndarray of bool, shape (n,)
            What must be hidden, and what may be.
        cost : ndarray of float, shape (n,)
            What hiding a cell costs.

        Returns
        -------
        ndarray of bool, shape (n,)
            The engine knows no width of an interval, so the choice still has to be widened.

        Raises
        ------
        SolverStopped
            If the engine failed, was ended by somebody, or ran out of time.
        """
        with tempfile.TemporaryDirectory(prefix="vangnet-argus-") as folder:
            problem, answer = Path(folder, "problem.jj"), Path(folder, "answer.jj")
            problem.write_text(self._problem(table, sensitive, cost, may_hide), encoding="ascii")
            command = [self.python, "-c", PROGRAM, str(problem), str(answer), str(self.seconds)]
            try:
                done = subprocess.run(
                    command, cwd=folder, capture_output=True, text=True, timeout=self.seconds, check=False
                )
            except subprocess.TimeoutExpired as error:
                raise _stopped(f"no answer within {self.seconds} s") from error
            except OSError as error:
                raise _stopped(str(error)) from error
            if done.returncode or not answer.is_file():
                last = done.stderr.strip().splitlines()
                raise _stopped(last[-1] if last else f"ended with code {done.returncode}")
            lines = answer.read_text(encoding="ascii", errors="replace").split("\n")
        chosen = np.zeros(sensitive.shape, dtype=np.bool_)
        chosen[[int(line.split()[0]) for line in lines if line.strip()]] = True
        return chosen | sensitive

    def _problem(self, table: Table, sensitive: Mask, cost: Floats, may_hide: Mask) -> str:
        """Write the table in the format of the engine: cells with bounds and costs, then sums."""
        top = 2.0 * float(table.value.max()) + 1.0
        lines = ["0", str(table.value.size)]
        for cell, value in enumerate(table.value.tolist()):
            status = "u" if sensitive[cell] else "s" if may_hide[cell] else "z"
            room = self.share * value if sensitive[cell] else 0.0
            whole_cost = max(1, round(1000.0 * float(cost[cell])))
            lines.append(f"{cell} {value:.6f} {whole_cost} {status} 0 {top:.6f} {room:.6f} {room:.6f} 0")
        lines.append(str(table.matrix.shape[0]))
        bounds = table.matrix.indptr
        for row in range(table.matrix.shape[0]):
            part = slice(bounds[row], bounds[row + 1])
            cells, signs = table.matrix.indices[part].tolist(), table.matrix.data[part].tolist()
            terms = " ".join(f"{cell} ({int(sign)})" for cell, sign in zip(cells, signs, strict=True))
            lines.append(f"0 {len(cells)} : {terms}")
        return "\n".join(lines) + "\n"


def _stopped(reason: str) -> SolverStopped:
    return SolverStopped(
        f"tau-ARGUS stopped without an answer ({reason}); give it more time, or leave it out",
        f"tau-ARGUS stopte zonder antwoord ({reason}); geef meer tijd, of laat het weg",
    )
