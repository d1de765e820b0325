"""Small tables for tests, and an attacker who tries everything."""

from __future__ import annotations

import itertools

import numpy as np

from vangnet.analysis.disclosure.hierarchy import flat, from_paths
from vangnet.analysis.disclosure.table import Record, Table, build


def cube(values, *, total="T") -> Table:
    """Return a table of any number of dimensions from its inner cells."""
    inner = np.asarray(values, dtype=float)
    names = [f"d{axis}" for axis in range(inner.ndim)]
    codes = [[f"{name}{i}" for i in range(length)] for name, length in zip(names, inner.shape, strict=True)]
    keys = itertools.product(*codes)
    records = [
        Record(key, float(value), row)
        for row, (key, value) in enumerate(zip(keys, inner.ravel(), strict=True), 2)
    ]
    return build(names, {n: flat(c, total=total) for n, c in zip(names, codes, strict=True)}, records)


def nested() -> Table:
    """Return 4 places in 2 districts x 2 kinds x 2 years."""
    places = from_paths([("N", "A"), ("N", "B"), ("Z", "C"), ("Z", "D")], total="T")
    figures = [12, 9, 3, 11, 22, 17, 14, 8, 31, 28, 9, 2, 7, 16, 19, 13]
    keys = itertools.product("ABCD", ("x", "y"), ("2017", "2018"))
    hierarchies = {"place": places, "kind": flat("xy", total="T"), "year": flat(("2017", "2018"), total="T")}
    return build(
        list(hierarchies),
        hierarchies,
        [Record(k, v, r) for r, (k, v) in enumerate(zip(keys, figures, strict=True), 2)],
    )


def try_everything(table: Table, hidden) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and most of each hidden cell over all tables of whole numbers."""
    cells = np.flatnonzero(hidden)
    part = table.matrix.toarray()[:, cells]
    right = -(table.matrix.toarray() @ np.where(hidden, 0.0, table.value))
    most = [int(right[(part[:, i] > 0)].min()) for i in range(cells.size)]  # no part exceeds its sum
    worlds = np.array(list(itertools.product(*(range(top + 1) for top in most))), dtype=float)
    fits = worlds[(np.abs(worlds @ part.T - right) < 1e-9).all(axis=1)]
    return fits.min(axis=0), fits.max(axis=0)
