"""What an attacker has: every figure that was published, now and before, and how they add up."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from vangnet.analysis.disclosure.faults import Contradiction
from vangnet.analysis.disclosure.meaning import Link, Meaning
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

    keys: tuple[Key, ...]  # a sum with other parts than one before it has its release behind its code
    matrix: sparse.csr_array
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    revised: tuple[Key, ...]  # cells whose figure changed between releases
    apart: frozenset[Hashable]  # those, and hidden cells that hang together with them: a figure per release
    identities: tuple[Hashable, ...]  # what each cell is, see `Meaning`; by these cells are recognised


def publish(table: Table, hidden: ArrayLike, *, name: str = "this release", least: float = 0.0) -> Release:
    """Return what a table shows when some cells are hidden.

    Parameters
    ----------
    table : Table
        With the true figures.
    hidden : array_like of bool, shape (n,)
        Cells that are not shown.
    name : str
        For messages.
    least : float, default 0
        What everybody knows a hidden figure to be at least: 1 for counts when no 0 is ever hidden.

    Returns
    -------
    Release
        Everybody knows that a hidden figure is `least` or more, and nothing else.

    Raises
    ------
    ValueError
        If `hidden` has another shape than the table.
    """
    mask = np.asarray(hidden, dtype=np.bool_)
    if mask.shape != table.value.shape:
        raise ValueError(f"hidden must have shape {table.value.shape}: {mask.shape}")
    low, high = np.minimum(table.value, np.where(mask, least, np.inf)), np.where(mask, np.inf, table.value)
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


def from_figures(
    grid: Grid, shown: Mapping[Key, float | None], *, name: str, least: float = 0.0, base: float = 0.0
) -> Release:
    """Make a release from a file that was published.

    Parameters
    ----------
    grid : Grid
        The cells that the table could have, and their sums.
    shown : mapping of key to float or None
        The figure of each cell; None: hidden; no line at all: not published, and 0 or more.
    name : str
        For messages.
    least : float, default 0
        See `publish`.
    base : float, default 0
        Whole figures were rounded to multiples of this, each to one just below or above; 0: not.

    Returns
    -------
    Release
    """
    low, high = np.zeros(len(grid.keys)), np.full(len(grid.keys), np.inf)
    for key, figure in shown.items():
        if figure is None:
            low[grid.place[key]] = least
        else:
            step = max(base - 1.0, 0.0)
            low[grid.place[key]], high[grid.place[key]] = max(figure - step, 0.0), figure + step
    return Release(name, grid.keys, grid.matrix(), low, high)


def combine(
    releases: Sequence[Release],
    links: Sequence[Link] = (),
    *,
    keep_revised_apart: bool = False,
    apart: frozenset[Hashable] | None = None,
    meaning: Meaning | None = None,
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
    apart : frozenset, optional
        Those cells, when they are known already.
    meaning : Meaning, optional
        What codes stand for, when these releases are some of more.

    Returns
    -------
    Knowledge
        Sums are the same cell only when they add up the same: `Totaal` of other years is not.

    Raises
    ------
    Contradiction
        If figures were revised and `keep_revised_apart` is False.
    """
    if meaning is None and (len(releases) > 1 or links):
        meaning = Meaning([(release.keys, release.matrix) for release in releases], links)
    same = [_identities(release, meaning) for release in releases]
    revised = _revised(releases, same)
    if revised and not keep_revised_apart:
        raise _differ(revised)
    if apart is None:
        apart = _touched(releases, same, set(revised)) if revised else frozenset()
    place: dict[tuple[int, Hashable], int] = {}
    names = _Names()
    low: list[float] = []
    high: list[float] = []
    blocks = []
    for number, release in enumerate(releases):
        where = np.empty(len(release.keys), dtype=np.int64)
        for cell, identity in enumerate(same[number]):
            own = (number if identity in apart else -1, identity)
            if own not in place:
                place[own] = len(low)
                names.add(release.keys[cell], identity, release.name)
                low.append(release.low[cell])
                high.append(release.high[cell])
            at = where[cell] = place[own]
            low[at], high[at] = max(low[at], release.low[cell]), min(high[at], release.high[cell])
        blocks.append((release.matrix, where))
    blocks += _link_blocks(meaning, place) if meaning else []
    matrix, known = stack(blocks, len(low)), tuple(identity for _, identity in place)
    changed = tuple(key for key, _, _ in revised.values())
    return Knowledge(tuple(names.keys), matrix, np.array(low), np.array(high), changed, apart, known)


def _identities(release: Release, meaning: Meaning | None) -> Sequence[Hashable]:
    return release.keys if meaning is None else meaning.identities(release.keys, release.matrix)


class _Names:
    """Keys of cells; a code that meant something else before gets the name of its release behind it."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self._first: dict[Key, Any] = {}

    def add(self, key: Key, identity: Any, release: str) -> None:
        first = self._first.setdefault(key, identity)
        pairs = zip(key, first, identity, strict=True)
        self.keys.append(tuple(code if a == b else f"{code} ({release})" for code, a, b in pairs))


def _differ(revised: Mapping[Hashable, tuple[Key, float, float]]) -> Contradiction:
    key, low, high = next(iter(revised.values()))
    named, count = " x ".join(key), len(revised)
    if high == 0.0 < low <= 1.0:
        return Contradiction(
            f"{named} is 0 in one release and hidden in another ({count} cells in all); may a 0 be hidden, "
            "or were figures revised? Then say so (--zeros-hidden, --revised)",
            f"{named} is 0 in de ene publicatie en verborgen in een andere ({count} cellen in totaal); kan "
            "een 0 verborgen zijn, of is er herzien? Geef dat aan (--zeros-hidden, --revised)",
        )
    return Contradiction(
        f"releases differ in {named} ({count} cells in all): revised? Then say so",
        f"publicaties verschillen in {named} ({count} cellen in totaal): herzien? Geef dat aan",
    )


def _revised(
    releases: Sequence[Release], same: Sequence[Sequence[Hashable]]
) -> dict[Hashable, tuple[Key, float, float]]:
    """Cells for which releases leave no common figure, with a name and the bounds that pass each other."""
    low: dict[Hashable, float] = {}
    high: dict[Hashable, float] = {}
    found: dict[Hashable, tuple[Key, float, float]] = {}
    for release, identities in zip(releases, same, strict=True):
        for cell, one in enumerate(identities):
            low[one] = max(low.get(one, 0.0), float(release.low[cell]))
            high[one] = min(high.get(one, np.inf), float(release.high[cell]))
            if low[one] > high[one] + TOLERANCE:
                found.setdefault(one, (release.keys[cell], low[one], high[one]))
    return found


def _touched(
    releases: Sequence[Release], same: Sequence[Sequence[Hashable]], revised: set[Hashable]
) -> frozenset[Hashable]:
    """Revised cells, and the hidden cells that hang together with one of them."""
    place: dict[Hashable, int] = {}
    for identities in same:
        for one in identities:
            place.setdefault(one, len(place))
    where = [np.array([place[one] for one in identities], dtype=np.int64) for identities in same]
    matrix = stack([(r.matrix, at) for r, at in zip(releases, where, strict=True)], len(place))
    soft = np.zeros(len(place), dtype=np.bool_)
    for release, at in zip(releases, where, strict=True):
        soft[at[release.low < release.high]] = True
    soft[[place[one] for one in revised]] = True
    kept = matrix @ sparse.diags_array(soft.astype(np.float64))
    label = groups(kept.tocsr())[1]
    struck = {label[place[one]] for one in revised}
    return frozenset(one for one, at in place.items() if soft[at] and label[at] in struck)


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
    meaning: Meaning, place: Mapping[tuple[int, Any], int]
) -> list[tuple[sparse.csr_array, NDArray[np.int64]]]:
    blocks = []
    for axis, whole, parts in meaning.links:
        target, pieces = meaning.leaves(axis, whole), [meaning.leaves(axis, part) for part in parts]
        row = sparse.csr_array(np.array([[-1.0] + [1.0] * len(parts)]))
        for (number, identity), cell in place.items():
            if number != -1 or identity[axis][0] != target:
                continue
            before, after = identity[:axis], identity[axis + 1 :]
            at = [place.get((-1, (*before, (piece, 0), *after))) for piece in pieces]
            if None not in at and cell not in at:
                blocks.append((row, np.array([cell, *at], dtype=np.int64)))
    return blocks
