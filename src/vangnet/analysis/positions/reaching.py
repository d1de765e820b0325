"""From whom most of a network is within reach (KPP-Pos)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, eye_array
from scipy.sparse.csgraph import connected_components

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.positions import choosing
from vangnet.analysis.positions.breaking import KeyPlayers
from vangnet.analysis.positions.equal import Equals, equals_of
from vangnet.analysis.positions.graph import Graph

MOST_PAIRS = 20_000_000  # within reach of each other; twelve bytes each, and several times that for a choice


def within_reach(network: Graph, steps: int) -> csr_array:
    """Return who is within so many links of whom, oneself included, shape (n, n), ones and zeros.

    Parameters
    ----------
    network : Graph
        n names.
    steps : int
        At least 0.

    Returns
    -------
    csr_array of int

    Raises
    ------
    ValueError
        If `steps` is negative.
    TableFault
        If more than 20 million pairs may be within reach: that takes more memory than most
        machines have.
    """
    if steps < 0:
        raise ValueError(f"steps must be >= 0: {steps}")
    near = csr_array(eye_array(len(network), dtype=np.int32))
    step = csr_array(network.matrix().astype(np.int32) + near)
    beside = np.diff(step.indptr).astype(np.int64)
    whole = connected_components(step, directed=False)[1]
    most = np.bincount(whole)[whole]  # nobody reaches more than all who hang together
    for _ in range(steps):
        pairs = int(np.minimum(np.asarray(near @ beside), most).sum())
        if pairs > MOST_PAIRS:
            raise TableFault(
                f"{steps} steps: up to {pairs:,} pairs are within reach, more than {MOST_PAIRS:,}; take "
                "fewer steps or part of the network",
                f"{steps} stappen: tot {pairs:_} paren zijn binnen bereik, meer dan {MOST_PAIRS:_}; neem "
                "minder stappen of een deel van het netwerk".replace("_", "."),
            )
        near = csr_array(near @ step)
        near.data[:] = 1
    return near


def reach(network: Graph, chosen: Iterable[str], *, steps: int = 1) -> float:
    """Return the part of a network within so many links of any of the chosen, themselves included.

    Parameters
    ----------
    network : Graph
        n names.
    chosen : iterable of str
        Names.
    steps : int, default 1
        Number of links.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        If a name is not in the network or `steps` is negative.

    Examples
    --------
    >>> from vangnet.analysis.positions.graph import graph
    >>> reach(graph([("a", "b"), ("b", "c"), ("c", "d")]), ["b"])
    0.75
    """
    missing = set(chosen := list(chosen)) - set(network.names)
    if missing:
        raise ValueError(f"{sorted(missing)[0]!r} is not in the network")
    places = [network.names.index(name) for name in chosen]
    return _covered(within_reach(network, steps), places) / len(network)


def greedy_reaching(network: Graph, size: int, *, steps: int = 1) -> KeyPlayers:
    """Choose who reaches most, then who adds most to that, and so on.

    Parameters
    ----------
    network : Graph
        n names.
    size : int
        How many, from 1 to n.
    steps : int, default 1
        Number of links that count as reach.

    Returns
    -------
    KeyPlayers
        `value` is the part of the network within reach, at least 63 % of the best.

    Raises
    ------
    ValueError
        If `size` or `steps` is out of range.

    References
    ----------
    S. P. Borgatti (2006), "Identifying sets of key players in a social network",
    Computational & Mathematical Organization Theory 12, 21-34.
    G. L. Nemhauser, L. A. Wolsey and M. L. Fisher (1978), "An analysis of approximations for
    maximizing submodular set functions", Mathematical Programming 14, 265-294.
    """
    search = _Search(network, size, steps)
    return search.result(choosing.greedy(search, size)[0], "greedy")


def swap_reaching(
    network: Graph, size: int, *, steps: int = 1, starts: int = 20, seed: int = 1
) -> KeyPlayers:
    """Improve the greedy choice and random ones by exchanging one at a time while that helps.

    Parameters
    ----------
    network : Graph
        n names.
    size : int
        How many, from 1 to n.
    steps : int, default 1
        Number of links that count as reach.
    starts : int, default 20
        Random choices to start from, besides the greedy one.
    seed : int, default 1
        Same seed, same result.

    Returns
    -------
    KeyPlayers
        Never worse than `greedy_reaching`.

    Raises
    ------
    ValueError
        If `size` or `steps` is out of range.
    """
    search = _Search(network, size, steps)
    best, _ = choosing.swap(search, size, np.arange(len(network)), starts=starts, seed=seed)
    return search.result(best, "swap")


def solve_reaching(network: Graph, size: int, *, steps: int = 1, seconds: float = 10.0) -> KeyPlayers:
    """Find the best choice by mixed integer programming (HiGHS) and prove it, or state the gap.

    Parameters
    ----------
    network : Graph
        n names.
    size : int
        How many, from 1 to n.
    steps : int, default 1
        Number of links that count as reach.
    seconds : float, default 10
        Time for the solver; when it is over the better of its choice and that of
        `swap_reaching` is returned.

    Returns
    -------
    KeyPlayers
        With `proven`, or with a `bound` that no choice exceeds.

    Raises
    ------
    ValueError
        If `size` or `steps` is out of range.
    """
    search = _Search(network, size, steps)
    near, n = search.near, len(network)
    gain = np.concatenate([np.zeros(n), -np.ones(n)])
    reached = block_array([[near.T.astype(float), -eye_array(n)]], format="csc").astype(np.float64)
    whole = np.concatenate([np.ones(n), np.zeros(n)])
    solved = milp(
        gain,
        integrality=whole,
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(reached, 0, np.inf), LinearConstraint(whole[None], size, size)],
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    places = choosing.improve(search, choosing.greedy(search, size)[0])[0]
    if solved.x is not None:
        theirs = np.flatnonzero(solved.x[:n] > 0.5).tolist()
        places = max(theirs, places, key=lambda choice: _covered(near, choice))
    bound = n if solved.mip_dual_bound is None else int(np.floor(-solved.mip_dual_bound + 1e-6))
    found, value = search.result(places, "HiGHS"), _covered(near, places)
    bound = min(bound, search.bound(size))
    return replace(found, bound=max(bound, value) / n, proven=value >= bound)


def equally_reaching(network: Graph, found: KeyPlayers, *, steps: int = 1) -> Equals:
    """Return the choices within reach of which are as many people as within that of one that was found.

    Parameters
    ----------
    network : Graph
        n names.
    found : KeyPlayers
        A choice of people of this network, such as the best one.
    steps : int, default 1
        Number of links that count as reach.

    Returns
    -------
    Equals
        With `complete` when all choices were gone through.

    Raises
    ------
    ValueError
        If `steps` is negative.
    """
    return equals_of(network, _Search(network, len(found.chosen), steps), found.chosen)


class _Search:
    """Counts who is within reach of others."""

    def __init__(self, network: Graph, size: int, steps: int) -> None:
        if not 1 <= size <= len(network):
            raise ValueError(f"size must be from 1 to {len(network)}: {size}")
        self.network, self.near = network, within_reach(network, steps)

    def worth(self, others: Sequence[int]) -> NDArray[np.int64]:
        """Return how many are within reach of others and each one."""
        open_ = np.ones(len(self.network), dtype=np.int64)
        if others:
            open_[np.asarray(self.near[list(others)].sum(axis=0)) > 0] = 0
        found: NDArray[np.int64] = open_.size - open_.sum() + np.asarray(self.near @ open_)
        return found

    def best(self, others: Sequence[int]) -> tuple[int, int]:
        """Return who adds most to those within reach of others, and how many that are then."""
        worth = self.worth(others)
        worth[list(others)] = -1
        last = int(worth.argmax())
        return last, int(worth[last])

    def bound(self, size: int) -> int:
        """Return a number within reach that no choice exceeds: the largest reaches, added up."""
        each = np.sort(np.asarray(self.near.sum(axis=1)))[::-1][:size]
        return min(len(self.network), int(each.sum()))

    def result(self, places: Sequence[int], method: str) -> KeyPlayers:
        """Return a choice with the part of the network within its reach."""
        chosen = tuple(sorted(self.network.names[place] for place in places))
        n, value, bound = len(self.network), _covered(self.near, places), self.bound(len(places))
        return KeyPlayers(chosen, value / n, bound / n, value >= bound, method)


def _covered(near: csr_array, places: Sequence[int]) -> int:
    return int((np.asarray(near[list(places)].sum(axis=0)) > 0).sum())
