"""What is left connected after anybody is taken out: exact, for everybody in one depth-first search."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.compiling import compiled


@compiled
def rows_of(edges: NDArray[np.int64], n: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return links as compressed rows, both ways.

    Parameters
    ----------
    edges : ndarray of int, shape (m, 2)
        Two places each.
    n : int
        How many nodes.

    Returns
    -------
    ndarray of int, shape (n + 1,)
    ndarray of int, shape (2 m,)
    """
    starts = np.zeros(n + 1, dtype=np.int32)
    for one, other in edges:
        starts[one + 1] += 1
        starts[other + 1] += 1
    starts = np.cumsum(starts).astype(np.int32)
    filled = starts.copy()
    ends = np.empty(2 * len(edges), dtype=np.int32)
    for one, other in edges:
        ends[filled[one]] = other
        ends[filled[other]] = one
        filled[one] += 1
        filled[other] += 1
    return starts, ends


@compiled
def _visit(
    indptr: NDArray[np.int32],
    indices: NDArray[np.int32],
    alive: NDArray[np.bool_],
    start: int,
    seen: int,
    number: NDArray[np.int32],
    node: NDArray[np.int32],
    above: NDArray[np.int32],
    low: NDArray[np.int32],
    place: NDArray[np.int32],
) -> int:
    """Visit one component depth first and note numbers, parents and the lowest links; return who is next."""
    current = seen
    number[start], node[seen], above[seen], low[seen], place[seen] = seen, start, -1, seen, indptr[start]
    seen += 1
    while current >= 0:
        at = place[current]
        if at == indptr[node[current] + 1]:
            current = above[current]
            continue
        place[current] = at + 1
        other = indices[at]
        if number[other] >= 0:
            low[current] = min(low[current], number[other])
        elif alive[other]:
            number[other], node[seen], above[seen], low[seen] = seen, other, current, seen
            place[seen] = indptr[other]
            current = seen
            seen += 1
    return seen


@compiled
def pairs_without_each(
    indptr: NDArray[np.int32], indices: NDArray[np.int32], alive: NDArray[np.bool_]
) -> tuple[int, int, NDArray[np.int64], NDArray[np.int32]]:
    """Return the pairs that can reach each other, and how many once each node is gone too.

    Parameters
    ----------
    indptr, indices : ndarray of int, shape (n + 1,) and (2 m,)
        Adjacency in compressed rows, both ways, without links to oneself.
    alive : ndarray of bool, shape (n,)
        Who is still there.

    Returns
    -------
    int
        Pairs as it is.
    int
        Components.
    ndarray of int, shape (n,)
        Pairs without each node; for who is not there: as it is.
    ndarray of int, shape (who is there,)
        In the order of visiting.

    Notes
    -----
    A child in the depth-first tree whose whole subtree has no link to above its parent falls
    off when the parent goes; the sizes of what falls off give the pairs.

    References
    ----------
    J. Hopcroft and R. Tarjan (1973), "Algorithm 447: efficient algorithms for graph
    manipulation", Communications of the ACM 16, 372-378.
    """
    n = alive.size
    # All by number of visiting, so that a search of one part reads memory in order.
    number, node = np.full(n, -1, dtype=np.int32), np.empty(n, dtype=np.int32)
    above, low, place = np.empty_like(node), np.empty_like(node), np.empty_like(node)
    size, fallen = np.ones(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    inside, without = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    total, pieces, seen = 0, 0, 0
    for start in range(n):
        if number[start] >= 0 or not alive[start]:
            continue
        first = seen
        seen = _visit(indptr, indices, alive, start, seen, number, node, above, low, place)
        for at in range(seen - 1, first, -1):  # children come after their parents
            parent = above[at]
            size[parent] += size[at]
            low[parent] = min(low[parent], low[at])
            if low[at] >= parent:
                fallen[parent] += size[at]
                inside[parent] += size[at] * (size[at] - 1) // 2
        whole = seen - first
        total += whole * (whole - 1) // 2
        pieces += 1
        for at in range(first, seen):
            rest = whole - 1 - fallen[at]
            without[node[at]] = inside[at] + rest * (rest - 1) // 2 - whole * (whole - 1) // 2
    return total, pieces, without + total, node[:seen]


@compiled
def in_order(
    indptr: NDArray[np.int32], indices: NDArray[np.int32], order: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return an adjacency with nodes numbered anew, so that a search reads memory nearly in order.

    Parameters
    ----------
    indptr, indices : ndarray of int
        As in `pairs_without_each`.
    order : ndarray of int, shape (n,)
        All nodes.

    Returns
    -------
    ndarray of int, shape (n + 1,)
    ndarray of int, shape (2 m,)
    """
    number = np.empty_like(order)
    for at in range(order.size):  # one by one: an array that is assigned brings seconds of compiling along
        number[order[at]] = at
    starts, ends = np.empty_like(indptr), np.empty_like(indices)
    filled = 0
    for at in range(order.size):
        starts[at] = filled
        for place in range(indptr[order[at]], indptr[order[at] + 1]):
            ends[filled] = number[indices[place]]
            filled += 1
    starts[order.size] = filled
    return starts, ends
