"""A certificate says what was published, by which rules, and what is left to an attacker.

It holds public figures only, so it may be published with the table. `verifier.py` checks it
with nothing of this project.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vangnet.analysis.disclosure.knowledge import Knowledge
from vangnet.analysis.disclosure.suppress import METHOD, Suppression

KIND = "vangnet disclosure certificate"
VERSION = 2


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the bytes that are hashed: JSON with sorted keys, no spaces, without the hash itself."""
    kept = {key: value for key, value in content.items() if key != "sha256"}
    return json.dumps(
        kept, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode()


def certify(
    found: Suppression,
    *,
    dimensions: Sequence[str],
    rules: Mapping[str, Any],
    releases: Sequence[str] = (),
    table_sha256: str = "",
    value_column: str = "value",
    needed: float | None = None,
) -> dict[str, Any]:
    """Write down what was published and what an attacker can make of it.

    Parameters
    ----------
    found : Suppression
        A result that passed its audit.
    dimensions : sequence of str
        Names of the columns with codes.
    rules : mapping
        The rules for sensitive cells, see `Rules.as_text`.
    releases : sequence of str
        Names or hashes of the earlier releases that were taken into account.
    table_sha256 : str
        Hash of the file that is published.
    value_column : str, default "value"
        Column of that file with the figures; those with codes are called as the dimensions.
    needed : float, optional
        Least width of the interval of each hidden cell of this release, as it was asked. Default:
        the least of what was required of them; 0 when a part of the figure was asked.

    Returns
    -------
    dict
        Ready for JSON; `sha256` covers everything else. The same input gives the same
        bytes. Cells of the knowledge are named by their position in `cells`.
    """
    size = found.hidden.size
    least, required = _asked(found, needed)
    content: dict[str, Any] = {
        "kind": KIND,
        "version": VERSION,
        "dimensions": list(dimensions),
        "rules": dict(rules),
        "method": METHOD,
        "engine": found.engine,
        "solver": found.solver,
        "attacker": {
            "knows": "all cells shown, all sums, all earlier releases named, that figures are 0 or more, "
            "and that hidden ones are `least` or more",
            "least": number(found.least),
            "whole_numbers": found.intervals.whole,
        },
        "releases": list(releases),
        "revised": len(found.knowledge.revised),
        "cannot_be_protected": int(found.public.sum()),
        "table_sha256": table_sha256,
        "table_cells": size,
        "table_sums": found.sums,
        "value_column": value_column,
        "needed": number(least),
        "needed_share": number(found.share),
        "cells": _cells(found.knowledge),
        "sums": sums(found.knowledge),
        "intervals": [
            [cell, number(low), number(high), number(required[cell])]
            for cell, low, high in zip(
                found.intervals.cells.tolist(),
                found.intervals.low.tolist(),
                found.intervals.high.tolist(),
                strict=True,
            )
        ],
    }
    return content | {"sha256": hashlib.sha256(canonical(content)).hexdigest()}


def _asked(found: Suppression, needed: float | None) -> tuple[float, dict[int, float]]:
    """Return the least width that was asked of this release, and the width asked of each hidden cell."""
    own = found.intervals.cells < found.hidden.size
    if needed is None:
        needed = float(found.required[own].min()) if own.any() and not found.share else 0.0
    # How wide an interval had to be tells the figure when it was asked as a part of it.
    asked = np.where(own, needed, found.required) if found.share else found.required
    return needed, dict(zip(found.intervals.cells.tolist(), asked.tolist(), strict=True))


def number(value: float) -> float | int | None:
    """Return a figure for JSON, to 6 decimals; None: no limit."""
    if value == float("inf"):
        return None
    rounded = round(value, 6) + 0.0
    return int(rounded) if rounded == int(rounded) else rounded


def _cells(knowledge: Knowledge) -> list[list[Any]]:
    """Each cell with its codes and what everybody may know of it."""
    bounds = zip(knowledge.keys, knowledge.low.tolist(), knowledge.high.tolist(), strict=True)
    return [[list(key), number(low), number(high)] for key, low, high in bounds]


def sums(knowledge: Knowledge) -> list[list[list[int]]]:
    """Return each sum as the cells that count positively and those that count negatively."""
    matrix, result = knowledge.matrix, []
    for row in range(matrix.shape[0]):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        cells, signs = matrix.indices[part], matrix.data[part]
        result.append([sorted(cells[signs > 0].tolist()), sorted(cells[signs < 0].tolist())])
    return result
