"""How much a choice of key players hangs on what happens to be known."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.positions.breaking import KeyPlayers, fragmentation, greedy_breaking
from vangnet.analysis.positions.graph import Graph

EQUAL = 1e-12  # no difference between two fragmentations
Choose = Callable[[Graph, int], KeyPlayers]


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Result of `inclusion`."""

    probability: NDArray[np.float64]  # shape (n,), of being chosen; in the order of `names`
    names: tuple[str, ...]
    draws: int


@dataclass(frozen=True, slots=True)
class Flip:
    """A link without which the choice would be another."""

    link: tuple[str, str]
    out: tuple[str, ...]  # no longer chosen
    into: tuple[str, ...]  # chosen instead


def inclusion(
    network: Graph,
    size: int,
    *,
    missing_links: float = 0.1,
    missing_people: float = 0.05,
    draws: int = 500,
    seed: int = 1,
    choose: Choose = greedy_breaking,
    progress: Callable[[int, int], None] | None = None,
) -> Inclusion:
    """Return how often each one is chosen when part of what is known is left out.

    Somebody who is chosen whatever is left out is a key player; somebody who comes and goes
    stands there by the luck of what was recorded.

    Parameters
    ----------
    network : Graph
        n names.
    size : int
        How many are chosen, from 1 to n.
    missing_links, missing_people : float, default 0.1 and 0.05
        Part of the links, and of the people with all their links, that is left out in each
        draw; from 0 to below 1.
    draws : int, default 500
        At least 1.
    seed : int, default 1
        Same seed, same result.
    choose : callable, default `greedy_breaking`
        How to choose; takes a network and a number.
    progress : callable, optional
        Called with (draws done, all).

    Returns
    -------
    Inclusion
        Somebody who is left out in a draw is not chosen in it, so no probability exceeds
        about 1 - `missing_people`.

    Raises
    ------
    ValueError
        If a part is out of range, there are no draws, or fewer than `size` people are left.

    Notes
    -----
    What really is missing is not missing at random: who hides well has fewer links recorded.
    The probabilities say what chance gaps do, not what a blind spot does. Each draw puts people
    in another order, so that among equals the first name has no advantage. Of a part that is no
    whole number of people or links, the number below or above is left out, by lot, so that the
    part holds on average.

    References
    ----------
    S. P. Borgatti, K. M. Carley and D. Krackhardt (2006), "On the robustness of centrality
    measures under conditions of imperfect data", Social Networks 28, 124-136.
    """
    if not (0 <= missing_links < 1 and 0 <= missing_people < 1) or draws < 1:
        raise ValueError(
            f"parts must be from 0 to below 1 and draws >= 1: {missing_links}, {missing_people}, {draws}"
        )
    n, m = len(network), len(network.edges)
    people = n - math.ceil(round(missing_people * n, 9))
    if not 1 <= size <= people:
        raise ValueError(f"size must be from 1 to {people}: {size}")
    rng = np.random.default_rng(seed)
    chosen = np.zeros(n)
    for draw in range(draws):
        # in random order: equals are chosen equally often
        there = rng.choice(n, n - _left_out(rng, missing_people * n), replace=False)
        links = np.sort(rng.choice(m, m - _left_out(rng, missing_links * m), replace=False))
        part = _part(network, there, network.edges[links])
        found = set(choose(part, size).chosen)
        chosen[[place for place, name in zip(there, part.names, strict=True) if name in found]] += 1
        if progress is not None:
            progress(draw + 1, draws)
    return Inclusion(chosen / draws, network.names, draws)


def flips(
    network: Graph, size: int, *, choose: Choose = greedy_breaking, now: Collection[str] | None = None
) -> list[Flip]:
    """Return every link without which another choice would break up more.

    Parameters
    ----------
    network : Graph
        n names, m links; the choice is made m times.
    size : int
        How many are chosen, from 1 to n.
    choose : callable, default `greedy_breaking`
        How to choose; takes a network and a number.
    now : collection of str, optional
        The choice that may flip; without it that of `choose`.

    Returns
    -------
    list of Flip
        In the order of the links; empty when no single link decides. A choice that stays as good
        as another does not flip.

    Raises
    ------
    ValueError
        If `size` is out of range.

    Examples
    --------
    >>> from vangnet.analysis.positions.graph import graph
    >>> chain = graph([("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")])
    >>> flips(chain, 1)[0]
    Flip(link=('b', 'c'), out=('c',), into=('d',))
    """
    own = set(choose(network, size).chosen if now is None else now)
    found = []
    for place, (one, other) in enumerate(network.edges.tolist()):
        without = Graph(network.names, np.delete(network.edges, place, axis=0), network.dropped)
        better = choose(without, size)
        then = set(better.chosen)
        if then != own and better.value > fragmentation(without, own) + EQUAL:
            link = (network.names[one], network.names[other])
            found.append(Flip(link, tuple(sorted(own - then)), tuple(sorted(then - own))))
    return found


def _left_out(rng: np.random.Generator, mean: float) -> int:
    """Return the whole number below or above a mean, so often each that the mean comes out.

    A twentieth of ten people is half a person: one is left out in half of the draws.
    """
    return int(mean) + int(rng.random() < mean - int(mean))


def _part(network: Graph, there: NDArray[np.int64], edges: NDArray[np.int64]) -> Graph:
    """Return a network of some people and links."""
    place = np.full(len(network), -1, dtype=np.int64)
    place[there] = np.arange(there.size)
    kept = place[edges]
    kept = np.sort(kept[(kept >= 0).all(axis=1)].reshape(-1, 2), axis=1)
    return Graph(tuple(network.names[at] for at in there.tolist()), kept, network.dropped)
