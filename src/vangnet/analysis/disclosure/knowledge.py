"""What an attacker has: every figure that was published, now and before, and how they add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from vangnet.analysis.disclosure.faults import Contradiction
from vangnet.analysis.disclosure.table import Grid, Key, Table, stack

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Release:
    """One publication; arrays of shape (n,), in the order of `keys`."""

    name: str
    keys: tuple[Key, ...]
    matrix: sparse.csr_array  # shape (m, n); matrix @ true figures == 0
    low: NDArray[np.float64]  # what everybody may know of each cell; low == high: shown
    high: NDArray[np.float64]  # inf: hidden


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All releases in one; arrays of shape (n,), in the order of `keys`."""

    keys: tuple[Key, ...]
    matrix: sparse.csr_array
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    revised: tuple[Key, ...]  # cells whose figure changed between releases
    apart: frozenset[Key]  # those, and hidden cells that hang together with them: other figures per release


def publish(table: Table, hidden: ArrayLike, *, name: str = "this release") -> Release:
    """Return what a table shows when some cells are hidden.

    Parameters
    ----------
    table : Table
        With the true figures.
    hidden : array_like of bool, shape (n,)
        Cells that are not shown.
    name : str
        For messages.

    Returns
    -------
    Release
        Everybody knows that a hidden figure is 0 or more, and nothing else.

    Raises
    ------
    ValueError
        If `hidden` has another shape than the table.
    """
    mask = np.asarray(hidden, dtype=np.bool_)
    if mask.shape != table.value.shape:
        raise ValueError(f"hidden must have shape {table.value.shape}: {mask.shape}")
    low, high = np.where(mask, 0.0, table.value), np.where(mask, np.inf, table.value)
    return Release(name, table.keys, table.matrix, low, high)


def publish_rounded(
    table: Table, rounded: ArrayLike, base: float, *, name: str = "rounded release"
) -> Release:
    """Return what a rounded table shows: each figure lies less than `base` from what is printed.

    Parameters
    ----------
    table : Table
        For its cells and sums.
    rounded : array_like of float, shape (n,)
        The printed figures.
    base : float
        They were rounded to multiples of this.
    name : str
        For messages.

    Returns
    -------
    Release
    """
    printed = np.asarray(rounded, dtype=np.float64)
    step = base - 1.0 if table.is_whole else base
    return Release(name, table.keys, table.matrix, np.maximum(printed - step, 0.0), printed + step)


def from_figures(grid: Grid, shown: Mapping[Key, float | None], *, name: str) -> Release:
    """Make a release from a file that was published.

    Parameters
    ----------
    grid : Grid
        The cells that the table could have, and their sums.
    shown : mapping of key to float or None
        The figure of each cell; None, or no line at all: hidden.
    name : str
        For messages.

    Returns
    -------
    Release
    """
    low, high = np.zeros(len(grid.keys)), np.full(len(grid.keys), np.inf)
    for key, figure in shown.items():
        if figure is not None:
            low[grid.place[key]] = high[grid.place[key]] = figure
    return Release(name, grid.keys, grid.matrix(), low, high)


def combine(
    releases: Sequence[Release],
    links: Sequence[tuple[Key, Sequence[Key]]] = (),
    *,
    keep_revised_apart: bool = False,
    apart: frozenset[Key] | None = None,
) -> Knowledge:
    """Put releases together as an attacker does: the same codes are the same figure.

    Parameters
    ----------
    releases : sequence of Release
        At least one; the keys of all have the same dimensions in the same order.
    links : sequence of (key, sequence of key)
        Sums across releases: a whole and its parts, such as a new municipality and the old
        ones that it was made of. Links with a key that no release has are left out.
    keep_revised_apart : bool, default False
        What to do when two releases show another figure for the same cell: refuse, or
        take all hidden cells that hang together with it as other figures in each release.
        The latter assumes that an attacker cannot say how much a revision changed.
    apart : frozenset of key, optional
        Those cells, when they are known already.

    Returns
    -------
    Knowledge

    Raises
    ------
    Contradiction
        If figures were revised and `keep_revised_apart` is False.
    """
    revised = _revised(releases)
    if revised and not keep_revised_apart:
        named = " x ".join(revised[0])
        raise Contradiction(
            f"releases differ in {named} ({len(revised)} cells in all): revised? Then say so",
            f"publicaties verschillen in {named} ({len(revised)} cellen in totaal): herzien? Geef dat aan",
        )
    if apart is None:
        apart = _touched(releases, set(revised)) if revised else frozenset()
    place: dict[tuple[int, Key], int] = {}
    low: list[float] = []
    high: list[float] = []
    blocks = []
    for number, release in enumerate(releases):
        where = np.empty(len(release.keys), dtype=np.int64)
        for cell, key in enumerate(release.keys):
            identity = (number if key in apart else -1, key)
            if identity not in place:
                place[identity] = len(low)
                low.append(release.low[cell])
                high.append(release.high[cell])
            at = where[cell] = place[identity]
            low[at], high[at] = max(low[at], release.low[cell]), min(high[at], release.high[cell])
        blocks.append((release.matrix, where))
    blocks += _link_blocks(links, place)
    keys = tuple(key for _, key in place)
    return Knowledge(keys, stack(blocks, len(keys)), np.array(low), np.array(high), tuple(revised), apart)


def _revised(releases: Sequence[Release]) -> list[Key]:
    """Cells for which two releases leave no common figure."""
    low: dict[Key, float] = {}
    high: dict[Key, float] = {}
    found = {}
    for release in releases:
        for cell, key in enumerate(release.keys):
            low[key] = max(low.get(key, 0.0), float(release.low[cell]))
            high[key] = min(high.get(key, np.inf), float(release.high[cell]))
            if low[key] > high[key] + TOLERANCE:
                found[key] = True
    return list(found)


def _touched(releases: Sequence[Release], revised: set[Key]) -> frozenset[Key]:
    """Revised cells, and the hidden cells that hang together with one of them."""
    place: dict[Key, int] = {}
    for release in releases:
        for key in release.keys:
            place.setdefault(key, len(place))
    blocks = [(r.matrix, np.array([place[key] for key in r.keys], dtype=np.int64)) for r in releases]
    matrix = stack(blocks, len(place))
    soft = np.zeros(len(place), dtype=np.bool_)
    for release in releases:
        where = [
            place[key] for key, a, b in zip(release.keys, release.low, release.high, strict=True) if a < b
        ]
        soft[where] = True
    soft[[place[key] for key in revised]] = True
    kept = matrix @ sparse.diags_array(soft.astype(np.float64))
    label = groups(kept.tocsr())[1]
    struck = {label[place[key]] for key in revised}
    return frozenset(key for key, at in place.items() if soft[at] and label[at] in struck)


def groups(matrix: sparse.csr_array) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Find the groups of sums and cells that hang together.

    Parameters
    ----------
    matrix : csr_array, shape (m, n)
        Sums (rows) over cells (columns).

    Returns
    -------
    of_row, of_cell : ndarray of int, shape (m,) and (n,)
        Number of the group of each.
    """
    entries = matrix.tocoo()
    size = matrix.shape[0] + matrix.shape[1]
    ends = (entries.coords[0], entries.coords[1] + matrix.shape[0])
    graph = sparse.csr_array((np.ones(entries.nnz), ends), shape=(size, size))
    label: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return label[: matrix.shape[0]], label[matrix.shape[0] :]


def _link_blocks(
    links: Sequence[tuple[Key, Sequence[Key]]], place: Mapping[tuple[int, Key], int]
) -> list[tuple[sparse.csr_array, NDArray[np.int64]]]:
    blocks = []
    for whole, parts in links:
        at = [place.get((-1, key)) for key in (whole, *parts)]
        cells = np.array([cell for cell in at if cell is not None], dtype=np.int64)
        if cells.size == len(at):
            row = sparse.csr_array(np.array([[-1.0] + [1.0] * len(parts)]))
            blocks.append((row, cells))
    return blocks
