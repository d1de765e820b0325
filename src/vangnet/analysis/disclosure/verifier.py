"""Checks a disclosure certificate by itself; needs Python, numpy and scipy, nothing of Vangnet.

    python verifier.py table.certificate.json [table.csv]

Exit code 0: it holds. 1: it does not. 2: it cannot be read, or the solver stopped.
For every hidden cell two tables are looked for that fit everything published and differ in
that cell by what is required. Finding them is proof; the intervals in the file are not trusted.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

TOLERANCE = 1e-5
ROUNDS = 40  # problems that move many cells at once, before cells are taken one by one


class Unusable(Exception):
    """The certificate cannot be checked."""


def check(content: dict[str, Any], table: bytes | None = None) -> list[str]:
    """Return what is wrong with a certificate, a sentence each; empty: nothing.

    Parameters
    ----------
    content : dict
        The certificate, as read from JSON.
    table : bytes, optional
        The file that was published.

    Returns
    -------
    list of str

    Raises
    ------
    Unusable
        If it is no certificate, or the solver stopped.
    """
    if content.get("kind") != "vangnet disclosure certificate" or content.get("version") != 1:
        raise Unusable("this is not a certificate of version 1")
    kept = {key: value for key, value in content.items() if key != "sha256"}
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    wrong = []
    if hashlib.sha256(text).hexdigest() != content.get("sha256"):
        wrong.append("the hash does not fit: the certificate was changed")
    if table is not None and hashlib.sha256(table).hexdigest() != content["table_sha256"]:
        wrong.append("the table is another one than the certificate is about")
    return wrong + _check_widths(content)


def _check_widths(content: dict[str, Any]) -> list[str]:
    low = np.array([cell[1] for cell in content["cells"]], dtype=float)
    high = np.array([np.inf if cell[2] is None else cell[2] for cell in content["cells"]], dtype=float)
    hidden = np.flatnonzero(low < high)
    listed = {int(row[0]): float(row[3]) for row in content["intervals"]}
    wrong = [] if set(hidden.tolist()) == set(listed) else ["the list of hidden cells is not complete"]
    needed = np.array([listed.get(int(cell), 0.0) for cell in hidden])
    matrix, right = _problem(content["sums"], low, high, hidden)
    bounds = np.column_stack([low[hidden], high[hidden]])
    least, most = np.full(hidden.size, np.inf), np.full(hidden.size, -np.inf)
    rng = np.random.default_rng(0)
    for turn in range(ROUNDS + 2 * hidden.size):
        lacking = np.flatnonzero(np.maximum(most - least, 0.0) < needed - TOLERANCE)
        if not lacking.size and turn:
            break
        cost = np.zeros(hidden.size)
        if turn < ROUNDS:
            cost[lacking] = rng.choice([-1.0, 1.0], lacking.size)
        else:
            place = (turn - ROUNDS) // 2
            if place not in lacking:
                continue
            cost[place] = 1.0 if turn % 2 else -1.0
        found = _solve(cost, matrix, right, bounds)
        least, most = np.minimum(least, found), np.maximum(most, found)
    for place in np.flatnonzero(np.maximum(most - least, 0.0) < needed - TOLERANCE).tolist():
        name = " x ".join(content["cells"][hidden[place]][0])
        wrong.append(f"{name}: between {least[place]:g} and {most[place]:g}, narrower than {needed[place]:g}")
    return wrong


def _problem(
    sums: list[list[list[int]]],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    hidden: NDArray[np.int64],
) -> tuple[sparse.csr_array, NDArray[np.float64]]:
    """Return the sums over hidden cells, and what each must come to."""
    rows, columns, signs = [], [], []
    for row, (plus, minus) in enumerate(sums):
        for cells, sign in ((plus, 1.0), (minus, -1.0)):
            rows += [row] * len(cells)
            columns += cells
            signs += [sign] * len(cells)
    matrix = sparse.csr_array((signs, (rows, columns)), shape=(len(sums), low.size))
    shown = np.where(low < high, 0.0, low)
    part, right = matrix[:, hidden].tocsr(), -(matrix @ shown)
    used = np.flatnonzero(np.diff(part.indptr))
    unused = np.flatnonzero(np.diff(part.indptr) == 0)
    if unused.size and np.abs(right[unused]).max() > 0.5:
        raise Unusable("the figures shown do not add up")
    return part[used], right[used]


def _solve(
    cost: NDArray[np.float64],
    matrix: sparse.csr_array,
    right: NDArray[np.float64],
    bounds: NDArray[np.float64],
) -> NDArray[np.float64]:
    finite = np.where(np.isinf(bounds), 1e7 + float(np.abs(right).sum()), bounds)
    solve: Any = linprog
    equal = {"A_eq": matrix, "b_eq": right} if matrix.shape[0] else {}
    found = solve(cost, bounds=finite, method="highs", **equal)
    if found.status != 0:
        raise Unusable(f"the solver stopped: {found.message}")
    if matrix.shape[0] and np.abs(matrix @ found.x - right).max() > 1e-4:
        raise Unusable("the solver gave a table that does not fit")
    return np.asarray(found.x)


def main(arguments: list[str]) -> int:
    """Check the files that are named and say what was found."""
    try:
        content = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        table = Path(arguments[1]).read_bytes() if len(arguments) > 1 else None
        wrong = check(content, table)
    except (Unusable, OSError, ValueError, KeyError, IndexError, TypeError) as error:
        sys.stderr.write(f"cannot be checked: {error}\n")
        return 2
    sys.stdout.write("\n".join(wrong) + "\n" if wrong else "the certificate holds\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
