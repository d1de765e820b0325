"""Checks a disclosure certificate by itself; needs Python, numpy and scipy, nothing of Vangnet.

    python verifier.py table.certificate.json [table.csv]

Exit code 0: it holds. 1: it does not. 2: it cannot be read, or the solver stopped.
With the table, each of its lines is compared with the cells of the certificate. The sums are checked
to add everything up, along each dimension, and what is asked of an interval not to be less than the
rules say. For every hidden cell two tables are looked for that fit everything published and differ in
that cell by what is required. Finding them is proof; the intervals in the file are not trusted.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

Floats = NDArray[np.float64]
VERSION = 2  # of certificates
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
    if content.get("kind") != "vangnet disclosure certificate" or content.get("version") != VERSION:
        raise Unusable(f"this is not a certificate of version {VERSION}")
    kept = {key: value for key, value in content.items() if key != "sha256"}
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    wrong = []
    if hashlib.sha256(text).hexdigest() != content.get("sha256"):
        wrong.append("the hash does not fit: the certificate was changed")
    if table is not None and hashlib.sha256(table).hexdigest() != content["table_sha256"]:
        wrong.append("the table is another one than the certificate is about")
    elif table is not None:
        wrong += _check_table(content, table)
    return wrong + _check_sums(content) + _check_demands(content) + _check_widths(content)


def told(content: dict[str, Any]) -> list[str]:
    """Return what a reader should know of a certificate that holds: a line each."""
    size = int(content["table_cells"])
    widths = [
        math.inf if high is None else high - low for cell, low, high, _ in content["intervals"] if cell < size
    ]
    rules = "; ".join(f"{name} = {value}" for name, value in sorted(content["rules"].items()))
    least = "none" if not widths else "no limit" if math.isinf(min(widths)) else f"{min(widths):g}"
    attacker = content["attacker"]
    return [
        f"hidden: {len(widths)} of {size} cells; hidden by earlier releases only: "
        f"{len(content['intervals']) - len(widths)}",
        f"least width: {least}; asked: {content['needed']:g}"
        + (f", and {100 * content['needed_share']:g} % of the upper end" if content["needed_share"] else ""),
        f"attacker: a hidden figure is {attacker['least']:g} or more",
        f"known before and not protected any more: {content['cannot_be_protected']}",
        f"rules: {rules}",
        f"earlier releases: {'; '.join(content['releases']) or 'none'}; revised cells: {content['revised']}",
    ]


def _check_table(content: dict[str, Any], table: bytes) -> list[str]:
    """Compare each line of the file with its cell: hidden or shown, and which figure."""
    dimensions, value = content["dimensions"], content["value_column"]
    cells = {tuple(codes): (low, high) for codes, low, high in content["cells"][: content["table_cells"]]}
    seen, wrong = set(), []
    for line in _lines(table):
        if value not in line or any(name not in line for name in dimensions):
            return [f"the table has no columns {', '.join([*dimensions, value])}"]
        key = tuple(_plain(line[name]) for name in dimensions)
        name = " x ".join(key)
        if key not in cells or key in seen:
            wrong.append(f"{name}: {'twice in the table' if key in seen else 'not in the certificate'}")
            continue
        seen.add(key)
        low, high = cells[key]
        figure = line[value].strip()
        if low != high and figure:
            wrong.append(f"{name}: hidden by the certificate, but shown in the table ({figure})")
        elif low == high and not figure:
            wrong.append(f"{name}: shown by the certificate, but empty in the table")
        elif figure and abs(float(figure) - low) > TOLERANCE:
            wrong.append(f"{name}: {low:g} by the certificate, but {figure} in the table")
    missing = [" x ".join(key) for key in cells if key not in seen]
    return wrong + ([f"{missing[0]}: not in the table ({len(missing)} cells in all)"] if missing else [])


def _lines(table: bytes) -> list[dict[str, str]]:
    """Return the lines of a CSV file, or of a workbook where openpyxl is installed."""
    if not table.startswith(b"PK"):
        return list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise Unusable("the table is a workbook; install openpyxl, or give it as CSV") from error
    sheet = load_workbook(io.BytesIO(table), read_only=True).worksheets[0]
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]


def _plain(text: str) -> str:
    """Take the quote away that keeps a spreadsheet from reading a code as a formula."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@\t\r" else text


def _check_demands(content: dict[str, Any]) -> list[str]:
    """Hidden cells of this release: no less may be asked of them than the rules say."""
    needed, least, size = content["needed"], content["attacker"]["least"], content["table_cells"]
    wrong, share = [], content["needed_share"]
    if needed <= 0 and not share and any(cell < size for cell, *_ in content["intervals"]):
        wrong.append("no width is asked of any interval")
    if abs(content["rules"].get("needed_share", 100.0 * share) - 100.0 * share) > TOLERANCE:
        wrong.append(
            f"the rules ask {content['rules']['needed_share']:g} %, the certificate {100 * share:g} %"
        )
    if needed != content["rules"].get("needed", needed):
        wrong.append(f"the rules ask {content['rules']['needed']:g}, the certificate {needed:g}")
    for cell, _, _, required in content["intervals"]:
        if cell >= size:
            continue
        codes, low, high = content["cells"][cell]
        name = " x ".join(codes)
        if required is None or required < needed - TOLERANCE:
            wrong.append(f"{name}: {required} is asked, less than {needed:g} of the rules")
        if low < least and not content["releases"]:
            wrong.append(f"{name}: may be {low:g}, but an attacker knows that it is {least:g} or more")
        if high is not None and not content["releases"]:
            wrong.append(f"{name}: hidden, yet with an upper end of {high:g}")
    return wrong


def _check_sums(content: dict[str, Any]) -> list[str]:
    """Along each dimension one code is the total of all, and what adds up once adds up everywhere."""
    keys = [tuple(codes) for codes, _, _ in content["cells"][: content["table_cells"]]]
    place, listed, found = {key: at for at, key in enumerate(keys)}, set(), {}
    for plus, minus in content["sums"][: content["table_sums"]]:  # after those come other releases
        if len(minus) != 1 or not plus or max(plus + minus) >= len(keys):
            return ["a sum of the table is no sum of its cells"]
        whole, part = keys[minus[0]], keys[plus[0]]
        axis = next((d for d, code in enumerate(whole) if code != part[d]), None)
        if axis is not None:
            listed.add((minus[0], frozenset(plus)))
            found[axis, whole[axis], frozenset(keys[at][axis] for at in plus)] = True
    wrong = []
    for axis, name in enumerate(content["dimensions"]):
        relations = [(whole, parts) for at, whole, parts in found if at == axis]
        below = frozenset().union(*(parts for _, parts in relations))
        tops = {key[axis] for key in keys} - below
        if len(tops) != 1:
            wrong.append(
                f"dimension {name}: {len(tops)} codes are part of no sum: {', '.join(sorted(tops)[:5])}"
            )
        for key in keys:
            for whole, parts in relations:
                if key[axis] == whole:
                    of = [place.get((*key[:axis], part, *key[axis + 1 :])) for part in parts]
                    if set(of) != {None} and (place[key], frozenset(of)) not in listed:
                        wrong.append(f"{' x '.join(key)}: no sum along {name}, as there is elsewhere")
    return wrong


def _check_widths(content: dict[str, Any]) -> list[str]:
    low = np.array([cell[1] for cell in content["cells"]], dtype=float)
    high = np.array([np.inf if cell[2] is None else cell[2] for cell in content["cells"]], dtype=float)
    hidden = np.flatnonzero(low < high)
    listed = {int(row[0]): float(row[3] or 0.0) for row in content["intervals"]}
    wrong = [] if set(hidden.tolist()) == set(listed) else ["the list of hidden cells is not complete"]
    needed = np.array([listed.get(int(cell), 0.0) for cell in hidden])
    share = np.where(hidden < content["table_cells"], float(content["needed_share"]), 0.0)
    least, most = _extremes(content["sums"], low, high, hidden, needed, share)
    for place in np.flatnonzero(_lacks(least, most, needed, share)).tolist():
        name, room = (
            " x ".join(content["cells"][hidden[place]][0]),
            max(needed[place], share[place] * most[place]),
        )
        wrong.append(f"{name}: between {least[place]:g} and {most[place]:g}, narrower than {room:g}")
    return wrong


def _lacks(least: Floats, most: Floats, needed: Floats, share: Floats) -> NDArray[np.bool_]:
    """Return which cells were not seen to move as far as they must."""
    width = np.where(most < least, 0.0, most - least)
    return (width < needed - TOLERANCE) | (width < share * np.where(most < least, 1.0, most) - TOLERANCE)


def _extremes(
    sums: list[list[list[int]]],
    low: Floats,
    high: Floats,
    hidden: NDArray[np.int64],
    needed: Floats,
    share: Floats,
) -> tuple[Floats, Floats]:
    """Look for tables that fit until each hidden cell was seen to move far enough, or all were tried."""
    matrix, right = _problem(sums, low, high, hidden)
    bounds = np.column_stack([low[hidden], high[hidden]])
    least, most = np.full(hidden.size, np.inf), np.full(hidden.size, -np.inf)
    rng = np.random.default_rng(0)
    for turn in range(ROUNDS + 2 * hidden.size):
        lacking = np.flatnonzero(_lacks(least, most, needed, share))
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
    return least, most


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
    except (Unusable, OSError, AttributeError, ValueError, KeyError, IndexError, TypeError) as error:
        sys.stderr.write(f"cannot be checked: {error}\n")
        return 2
    lines = wrong or ["the certificate holds", *told(content)]
    if table is None and not wrong:
        lines.append("no table was given: only the certificate was checked")
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
