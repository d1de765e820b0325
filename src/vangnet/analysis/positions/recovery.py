"""What is left of a disruption once others have stepped in for those who are gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from vangnet.analysis.positions.breaking import fragmentation
from vangnet.analysis.positions.graph import Graph

MOST_CHOICES = 2000  # of as many steps as can stop that are gone through, the scarcest first
Rule = Literal["near", "linked", "anybody"]
Step = tuple[str, tuple[str, ...]]  # of a crime script, with who does it


@dataclass(frozen=True, slots=True)
class Recovery:
    """Result of `recover`; fragmentation from 0 to 1."""

    before: float  # of the whole network
    at_once: float  # right after they are gone
    recovered: float  # once others stepped in, mean of the draws
    low: float  # 5 and 95 of 100 draws
    high: float
    without_substitute: tuple[str, ...]  # gone, and nobody left has their role
    lost_roles: tuple[str, ...]  # steps of the crime script that nobody does any more


def recover(
    network: Graph,
    gone: Iterable[str],
    roles: Mapping[str, str],
    *,
    rule: Rule = "near",
    draws: int = 200,
    seed: int = 1,
) -> Recovery:
    """Take people out, let others with the same role take over their links, and look again.

    Networks recover: a supplier who is arrested is replaced, and the new one gets to know the
    customers. A disruption counts for what is left of it then.

    Parameters
    ----------
    network : Graph
        n names.
    gone : iterable of str
        Who is taken out.
    roles : mapping of str to str
        Step of the crime script that each one does; who is missing has no role, and is neither
        replaced nor a substitute.
    rule : {"near", "linked", "anybody"}, default "near"
        Who steps in, of those with the same role: who is fewest links away from those left
        behind, who has most links, or anybody. Ties are drawn.
    draws : int, default 200
        At least 1.
    seed : int, default 1
        Same seed, same result.

    Returns
    -------
    Recovery
        Fragmentation of those left, at once and after recovery, and what is lost for good.

    Raises
    ------
    ValueError
        If a name is not in the network or there are no draws.

    Notes
    -----
    Those who are gone are replaced one after another, in alphabetical order; each substitute
    is linked to all former links of the one replaced who are still there. New people from
    outside, and the time it takes, are not in it.

    References
    ----------
    P. A. C. Duijn, V. Kashirin and P. M. A. Sloot (2014), "The relative ineffectiveness of
    criminal network disruption", Scientific Reports 4:4238.

    Examples
    --------
    >>> from vangnet.analysis.positions.graph import graph
    >>> network = graph([("a", "hub"), ("b", "hub"), ("c", "hub")])
    >>> found = recover(network, ["hub"], {"hub": "broker", "a": "broker"})
    >>> found.at_once, found.recovered, found.lost_roles
    (1.0, 0.0, ())
    >>> recover(network, ["hub"], {"hub": "broker"}).lost_roles
    ('broker',)
    """
    out = sorted(set(gone))
    unknown = [name for name in (*out, *roles) if name not in network.names]
    if unknown or draws < 1:
        raise ValueError(f"names must be in the network and draws >= 1: {unknown[:3]}, {draws}")
    left = [name for name in network.names if name not in out]
    still = Counter(roles[name] for name in left if name in roles)
    lost = sorted({roles[name] for name in out if name in roles and not still[roles[name]]})
    rng = np.random.default_rng(seed)
    found = [fragmentation(_replaced(network, out, roles, rule, rng), out) for _ in range(draws)]
    low, high = np.quantile(found, [0.05, 0.95])
    return Recovery(
        before=fragmentation(network),
        at_once=fragmentation(network, out),
        recovered=float(np.mean(found)),
        low=float(low),
        high=float(high),
        without_substitute=tuple(name for name in out if name not in roles or roles[name] in lost),
        lost_roles=tuple(lost),
    )


def scarce_roles(roles: Mapping[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the steps of a crime script with who does them, the scarcest first.

    Parameters
    ----------
    roles : mapping of str to str
        Step that each one does.

    Returns
    -------
    list of (str, tuple of str)
        A step stops when all who do it are gone: a barrier there takes that many people.

    Examples
    --------
    >>> scarce_roles({"a": "grower", "b": "grower", "c": "electrician"})
    [('electrician', ('c',)), ('grower', ('a', 'b'))]
    """
    found = {role: tuple(sorted(name for name in roles if roles[name] == role)) for role in roles.values()}
    return sorted(found.items(), key=lambda item: (len(item[1]), item[0]))


@dataclass(frozen=True, slots=True)
class Stopping:
    """Result of `stop_steps`."""

    chosen: tuple[str, ...]  # in alphabetical order
    steps: tuple[str, ...]  # nobody does these any more
    fragmentation: float  # of those left; it stays so, for none of the chosen has a substitute
    best: bool  # whether all choices of so many steps were gone through: none breaks up more


def stop_steps(network: Graph, roles: Mapping[str, str], size: int) -> Stopping:
    """Choose at most so many people that as many steps of the crime script as can be stop.

    A step stops when all who do it are gone: then nobody can step in, and what is broken stays
    broken. Somebody who leaves a substitute behind is not chosen, however central.

    Parameters
    ----------
    network : Graph
        n names.
    roles : mapping of str to str
        Step that each one does.
    size : int
        How many people at most, from 1.

    Returns
    -------
    Stopping
        As many steps as can stop, which is as many as the scarcest ones that fit; of all such
        choices that fit, that whose people break the network up most. Beyond 2000 choices
        only the first are gone through, and `best` is False. Nobody is chosen when each step
        has more than `size` people.

    Raises
    ------
    ValueError
        If a name is not in the network or `size` is below 1.

    Examples
    --------
    >>> from vangnet.analysis.positions.graph import graph
    >>> network = graph([("a", "hub"), ("b", "hub"), ("c", "hub")])
    >>> found = stop_steps(network, {"hub": "broker", "a": "broker", "b": "driver", "c": "pilot"}, 1)
    >>> found.chosen, found.steps
    (('b',), ('driver',))
    """
    unknown = [name for name in roles if name not in network.names]
    if unknown or size < 1:
        raise ValueError(f"names must be in the network and size >= 1: {unknown[:3]}, {size}")
    steps = scarce_roles(roles)
    spent, many = 0, 0
    while many < len(steps) and spent + len(steps[many][1]) <= size:
        spent, many = spent + len(steps[many][1]), many + 1
    if not many:
        return Stopping((), (), fragmentation(network), True)
    choices = list(islice(_choices(steps, many, size), MOST_CHOICES + 1))
    found = [_stopped(network, choice) for choice in choices[:MOST_CHOICES]]
    value, chosen, names = max(found, key=lambda item: item[0])
    return Stopping(chosen, names, value, len(choices) <= MOST_CHOICES)


def _choices(steps: Sequence[Step], many: int, size: int) -> Iterator[list[Step]]:
    """Give all choices of so many steps, in order, that at most `size` people do."""
    if not many:
        yield []
        return
    for at in range(len(steps) - many + 1):
        if sum(len(who) for _, who in steps[at : at + many]) > size:
            return  # the scarcest that are left do not fit, so no others do
        for rest in _choices(steps[at + 1 :], many - 1, size - len(steps[at][1])):
            yield [steps[at], *rest]


def _stopped(network: Graph, steps: Sequence[Step]) -> tuple[float, tuple[str, ...], tuple[str, ...]]:
    """Return the fragmentation without all who do some steps, who they are, and the steps."""
    gone = tuple(sorted(name for _, who in steps for name in who))
    return fragmentation(network, gone), gone, tuple(sorted(role for role, _ in steps))


def _replaced(
    network: Graph, out: list[str], roles: Mapping[str, str], rule: Rule, rng: np.random.Generator
) -> Graph:
    """Return the network with the links of substitutes; who is gone is still named in it."""
    keep = np.array([name not in out for name in network.names])
    place = {name: at for at, name in enumerate(network.names)}
    role = np.array([roles.get(name, "") for name in network.names])
    now = network
    for name in out:
        node = place[name]
        candidates = (
            np.flatnonzero(keep & (role == role[node])) if role[node] else np.array([], dtype=np.int64)
        )
        behind = _links(network, node)
        behind = behind[keep[behind]]
        if candidates.size and behind.size:
            chosen = _choose(now, keep, candidates, behind, rule, rng)
            ends = behind[behind != chosen]
            new = np.stack([np.minimum(ends, chosen), np.maximum(ends, chosen)], axis=1)
            edges = np.unique(np.concatenate([now.edges, new]), axis=0)
            now = Graph(network.names, edges, network.dropped)
    return now


def _links(network: Graph, node: int) -> NDArray[np.int64]:
    edges = network.edges
    return np.concatenate([edges[edges[:, 0] == node, 1], edges[edges[:, 1] == node, 0]])


def _choose(
    network: Graph,
    keep: NDArray[np.bool_],
    candidates: NDArray[np.int64],
    behind: NDArray[np.int64],
    rule: Rule,
    rng: np.random.Generator,
) -> int:
    """Return who steps in."""
    if rule == "near":
        far = dijkstra(network.matrix(keep), directed=False, unweighted=True, indices=behind, min_only=True)
        best = candidates[far[candidates] == far[candidates].min()]
    elif rule == "linked":
        links = np.asarray(network.matrix(keep).sum(axis=1))
        best = candidates[links[candidates] == links[candidates].max()]
    else:
        best = candidates
    return int(rng.choice(best))
