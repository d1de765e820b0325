"""Whose absence breaks a network up most (KPP-Neg)."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from vangnet.analysis.positions import choosing
from vangnet.analysis.positions.bounding import most_apart
from vangnet.analysis.positions.compiled import in_order, pairs_without_each, rows_of
from vangnet.analysis.positions.cuts import all_cuts, heart
from vangnet.analysis.positions.equal import Equals, equals_of
from vangnet.analysis.positions.graph import Graph, graph
from vangnet.analysis.positions.proving import MOST_CHOSEN, Proof, prove

BOUNDED = 0.75  # part of the time that is kept for what comes after
MOST_COVERED = 10_000_000  # sum of squared numbers of links up to which covers are looked for


@dataclass(frozen=True, slots=True)
class KeyPlayers:
    """Who were chosen, how good that is, and how good it could be at most."""

    chosen: tuple[str, ...]  # in alphabetical order
    value: float
    bound: float  # no choice of as many is better than this
    proven: bool  # whether no choice of as many is better
    method: str

    @property
    def gap(self) -> float:
        """How far the value may lie below the best, as a part of the bound."""
        return 0.0 if self.proven or self.bound <= 0 else (self.bound - self.value) / self.bound


class _Search:
    """Counts pairs after removals; holds the network in the form that the search reads."""

    def __init__(self, network: Graph) -> None:
        self.network = network
        rows = rows_of(network.edges, len(network))
        self.degree = np.diff(rows[0]).astype(np.int64)
        everybody = np.ones(len(network), dtype=np.bool_)
        self.whole, self.pieces, _, self.order = pairs_without_each(*rows, everybody)
        self.rows = in_order(*rows, self.order)

    def without(self, gone: Sequence[int]) -> NDArray[np.int64]:
        """Return the pairs left once each node is gone besides those that are gone."""
        keep = np.ones(len(self.network), dtype=np.bool_)
        keep[list(gone)] = False
        found = np.empty(len(self.network), dtype=np.int64)
        found[self.order] = pairs_without_each(*self.rows, keep[self.order])[2]
        return found

    def worth(self, others: Sequence[int]) -> NDArray[np.int64]:
        """Return less than nothing for each pair left once each one is gone besides others."""
        return -self.without(others)

    def best(self, others: Sequence[int]) -> tuple[int, int]:
        """Return who is best taken out besides others, and less than nothing for each pair left then."""
        without = self.without(others)
        without[list(others)] = np.iinfo(np.int64).max
        last = int(without.argmin())
        return last, -int(without[last])

    def swap(self, size: int, starts: int, seed: int) -> choosing.Choice:
        """Choose by exchanging, from those who have links to break."""
        likely = np.flatnonzero(self.degree > 1)
        pool = likely if likely.size >= size else np.arange(self.degree.size)
        return choosing.swap(self, size, pool, starts=starts, seed=seed)

    def result(self, gone: Sequence[int], worth: int, method: str) -> KeyPlayers:
        """Return a choice with the part of the pairs that it leaves apart, and a bound that holds always."""
        left = len(self.network) - len(gone)
        chosen = tuple(sorted(self.network.names[node] for node in gone))
        value, bound = _fragmentation(-worth, left), _fragmentation(self._fewest(len(gone)), left)
        return KeyPlayers(chosen, value, bound, False, method)

    def _fewest(self, size: int) -> int:
        """Return pairs that every choice leaves: d links make d - 1 pieces more, equal ones fewest pairs."""
        most = np.sort(self.degree)[::-1][:size]
        left = len(self.network) - size
        pieces = min(left, self.pieces + int(np.maximum(most - 1, 0).sum()))
        each, more = divmod(left, max(pieces, 1))
        fewest = more * (each + 1) * each // 2 + (pieces - more) * each * (each - 1) // 2
        return min(fewest, self.whole)


def fragmentation(network: Graph, gone: Iterable[str] = ()) -> float:
    """Return the part of all pairs that cannot reach each other.

    Parameters
    ----------
    network : Graph
        n names.
    gone : iterable of str, optional
        Names that are taken out.

    Returns
    -------
    float
        From 0, all are connected, to 1, nobody is; of the pairs of those left. 1 when fewer
        than 2 are left.

    Raises
    ------
    ValueError
        If a name is not in the network.

    References
    ----------
    S. P. Borgatti (2006), "Identifying sets of key players in a social network",
    Computational & Mathematical Organization Theory 12, 21-34.

    Examples
    --------
    >>> from vangnet.analysis.positions.graph import graph
    >>> fragmentation(graph([("a", "b"), ("b", "c"), ("c", "d")]), gone=["b"])
    0.6666666666666667
    """
    keep = np.ones(len(network), dtype=np.bool_)
    keep[[_place(network, name) for name in gone]] = False
    _, label = connected_components(network.matrix(keep), directed=False)
    sizes = np.bincount(label[keep])
    return _fragmentation(int((sizes * (sizes - 1) // 2).sum()), int(keep.sum()))


def removal_effects(network: Graph) -> NDArray[np.float64]:
    """Return the fragmentation once each one is taken out alone.

    Parameters
    ----------
    network : Graph
        n names.

    Returns
    -------
    ndarray of float, shape (n,)
        In the order of `network.names`; exact, from one search of the whole network.
    """
    left = len(network) - 1
    return np.array([_fragmentation(int(pairs), left) for pairs in _Search(network).without([])])


def greedy_breaking(network: Graph, size: int) -> KeyPlayers:
    """Take out the best one, then the best one of what is left, and so on.

    Parameters
    ----------
    network : Graph
        n names.
    size : int
        How many, from 1 to n.

    Returns
    -------
    KeyPlayers
        `value` is the fragmentation. Not the best in general: on half of the known criminal
        networks another choice of three breaks up more.

    Raises
    ------
    ValueError
        If `size` is out of range.
    """
    _check(network, size)
    search = _Search(network)
    return search.result(*choosing.greedy(search, size), "greedy")


def swap_breaking(network: Graph, size: int, *, starts: int = 20, seed: int = 1) -> KeyPlayers:
    """Improve the greedy choice and random ones by exchanging one at a time while that helps.

    Parameters
    ----------
    network : Graph
        n names.
    size : int
        How many, from 1 to n.
    starts : int, default 20
        Random choices to start from, besides the greedy one.
    seed : int, default 1
        Same seed, same result.

    Returns
    -------
    KeyPlayers
        Never worse than `greedy_breaking`.

    Raises
    ------
    ValueError
        If `size` is out of range.
    """
    _check(network, size)
    search = _Search(network)
    return search.result(*search.swap(size, starts, seed), "swap")


def solve_breaking(
    network: Graph, size: int, *, seconds: float = 10.0, starts: int = 20, seed: int = 1
) -> KeyPlayers:
    """Find the best choice and prove it, or say how much better another one could be.

    Parameters
    ----------
    network : Graph
        n names.
    size : int
        How many, from 1 to n.
    seconds : float, default 10
        Time for the proof; when it is over the best so far is returned with its gap.
    starts, seed : int
        See `swap_breaking`, which comes first.

    Returns
    -------
    KeyPlayers
        With `proven`, or with a `bound` that no choice exceeds.

    Raises
    ------
    ValueError
        If `size` is out of range.

    Notes
    -----
    Where a network has a heart, people who hang together whoever is taken out, all small sets
    that cut somebody off from it are looked for, and a branch and bound over these proves that
    no choice is better, or how much better it could be, see `proving.prove`.

    Where that is no proof all choices are gone through, except that somebody is only taken out together with
    who covers him: who is linked to all of his links, so that taking out that one instead breaks
    up at least as much. Around somebody with thousands of links looking for covers takes longer
    than it saves; then all choices count. The last one of a choice costs nothing: one search gives
    all of them. Where there are too many sets to look at and choices to go through, the rest of
    the time goes into a bound by mixed integer programming, see `bounding.most_apart`.

    References
    ----------
    A. Arulselvan et al. (2009), "Detecting critical nodes in sparse graphs", Computers &
    Operations Research 36, 2193-2200.
    """
    _check(network, size)
    _load()
    ends = time.monotonic() + seconds
    search = _Search(network)
    gone, most = search.swap(size, starts, seed)
    core = heart(network, size, seconds=(ends - time.monotonic()) * BOUNDED)
    proof = None
    if core.any() and size <= MOST_CHOSEN:
        cuts = all_cuts(network, core, size, seconds=(ends - time.monotonic()) * BOUNDED)
        proof = cuts and prove(network, cuts, gone, -most, seconds=ends - time.monotonic())
    if proof:
        found = _proven(search, proof)
        if found.proven:
            return found
        gone, most = list(proof.chosen), -proof.left
    ready, gone, most = _gone_through(search, gone, most, ends, BOUNDED if proof is None else 0.0)
    if ready:
        found = search.result(gone, most, "all choices")
        return replace(found, bound=found.value, proven=True)
    return (
        _proven(search, replace(proof, chosen=tuple(gone), left=-most))
        if proof
        else _bounded(search, core, gone, most, ends)
    )


def equally_breaking(network: Graph, found: KeyPlayers) -> Equals:
    """Return the choices without which a network is as broken up as without one that was found.

    Examples
    --------
    >>> two = graph([("anna", "a"), ("anna", "b"), ("zoe", "y"), ("zoe", "z"), ("anna", "zoe")])
    >>> equally_breaking(two, solve_breaking(two, 1))
    Equals(choices=(('anna',), ('zoe',)), complete=True)
    """
    return equals_of(network, _Search(network), found.chosen)


def _proven(search: _Search, proof: Proof) -> KeyPlayers:
    """Return the best choice with the better of two bounds."""
    result = search.result(proof.chosen, -proof.left, "cuts")
    bound = min(result.bound, _fragmentation(proof.pairs, len(search.network) - len(proof.chosen)))
    proven = bound <= result.value
    return replace(result, bound=bound, proven=proven, method="cuts" if proven else "cuts, search stopped")


@functools.cache
def _load() -> None:
    """Load or make the compiled code, so that no time for a proof goes into that."""
    small = graph([("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")])
    _Search(small).swap(1, 1, 1)
    if cuts := all_cuts(small, heart(small, 1, seconds=60.0), 1, seconds=60.0):
        prove(small, cuts, [0], 3, seconds=60.0)


def _gone_through(
    search: _Search, gone: list[int], most: int, ends: float, kept: float
) -> tuple[bool, list[int], int]:
    """Go through all choices but in the part of the time that is kept; return whether these are all."""
    size, stops = len(gone), ends - kept * max(ends - time.monotonic(), 0.0)
    cheap = size > 1 and int((search.degree**2).sum()) <= MOST_COVERED
    cover = _covers(search.network) if cheap else [-1] * len(search.network)
    for others in _closed_choices(cover, size - 1, search.degree):
        if time.monotonic() > stops:
            return False, gone, most
        last, worth = search.best(others)
        if worth > most:
            gone, most = [*others, last], worth
    return True, gone, most


def _bounded(search: _Search, core: NDArray[np.bool_], gone: list[int], most: int, ends: float) -> KeyPlayers:
    """Return the best so far with the better of two bounds."""
    found = most_apart(search.network, core, len(gone), seconds=ends - time.monotonic())
    if found is None:
        return search.result(gone, most, "search stopped")
    better, worth = choosing.improve(search, found.chosen)
    if worth > most:
        gone, most = better, worth
    result = search.result(gone, most, "search stopped, bound by HiGHS")
    bound = min(result.bound, _fragmentation(found.pairs, len(search.network) - len(gone)))
    return replace(result, bound=max(bound, result.value), proven=bound <= result.value)


def _covers(network: Graph) -> list[int]:
    """Return for each node one that may always be taken out instead; -1: there is none."""
    links: list[set[int]] = [set() for _ in network.names]
    for one, other in network.edges.tolist():
        links[one].add(other)
        links[other].add(one)
    cover = [-1] * len(links)
    for node, own in enumerate(links):
        near = {third for other in own for third in (other, *links[other])} - {node}
        for other in sorted(near):
            rest = own - {other}
            if not rest <= links[other]:
                continue
            # two that cover each other: the first one counts
            if other < node or not links[other] - {node} <= own:
                cover[node] = other
                break
    return cover


def _closed_choices(cover: Sequence[int], size: int, degree: NDArray[np.int64]) -> Iterator[tuple[int, ...]]:
    """Yield all choices in which everybody comes with who covers him."""
    order = sorted(range(len(cover)), key=lambda node: (_height(cover, node), -int(degree[node]), node))

    def extend(chosen: tuple[int, ...], start: int) -> Iterator[tuple[int, ...]]:
        if len(chosen) == size:
            yield chosen
            return
        for place in range(start, len(order)):
            node = order[place]
            if cover[node] < 0 or cover[node] in chosen:
                yield from extend((*chosen, node), place + 1)

    return extend((), 0)


def _height(cover: Sequence[int], node: int) -> int:
    """Count how many cover each other above a node, so that who covers comes before."""
    steps = 0
    while cover[node] >= 0:
        node = cover[node]
        steps += 1
    return steps


def _fragmentation(pairs: int, left: int) -> float:
    return 1.0 if left < 2 else 1.0 - pairs / (left * (left - 1) // 2)


def _place(network: Graph, name: str) -> int:
    if name not in network.names:
        raise ValueError(f"{name!r} is not in the network")
    return network.names.index(name)


def _check(network: Graph, size: int) -> None:
    if not 1 <= size <= len(network):
        raise ValueError(f"size must be from 1 to {len(network)}: {size}")
