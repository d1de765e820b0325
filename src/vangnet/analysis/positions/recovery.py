"""What is left of a disruption once others have stepped in for those who are gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from vangnet.analysis.positions.breaking import fragmentation
from vangnet.analysis.positions.graph import Graph

Rule = Literal["near", "linked", "anybody"]
Roles = Mapping[str, str | Collection[str]]  # steps of a crime script that each one does, one or more


@dataclass(frozen=True, slots=True)
class Recovery:
    """Result of `recover`; fragmentation from 0 to 1."""

    before: float  # of the whole network
    at_once: float  # right after they are gone
    recovered: float  # once others stepped in, mean of the draws
    low: float  # 5 and 95 of 100 draws
    high: float
    without_substitute: tuple[str, ...]  # gone, and nobody left has any of their roles
    lost_roles: tuple[str, ...]  # steps of the crime script that nobody does any more


def recover(
    network: Graph,
    gone: Iterable[str],
    roles: Roles,
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
    roles : mapping of str to str or collection of str
        Step or steps of the crime script that each one does; who is missing has no role, and is
        neither replaced nor a substitute.
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
    is linked to all former links of the one replaced who are still there. Somebody with several
    roles is replaced in each of them: it is not known which links belong to which role, so each
    substitute takes over all. New people from outside, and the time it takes, are not in it.

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
    steps = several(roles)
    still = {role for name in network.names if name not in out for role in steps.get(name, ())}
    lost = sorted({role for name in out for role in steps.get(name, ()) if role not in still})
    rng = np.random.default_rng(seed)
    found = [fragmentation(_replaced(network, out, steps, rule, rng), out) for _ in range(draws)]
    low, high = np.quantile(found, [0.05, 0.95])
    return Recovery(
        before=fragmentation(network),
        at_once=fragmentation(network, out),
        recovered=float(np.mean(found)),
        low=float(low),
        high=float(high),
        without_substitute=tuple(name for name in out if not steps.get(name, frozenset()) & still),
        lost_roles=tuple(lost),
    )


def several(roles: Roles) -> dict[str, frozenset[str]]:
    """Return the steps of each one, however they were given."""
    return {name: frozenset([own] if isinstance(own, str) else own) for name, own in roles.items() if own}


def _replaced(
    network: Graph,
    out: list[str],
    roles: Mapping[str, frozenset[str]],
    rule: Rule,
    rng: np.random.Generator,
) -> Graph:
    """Return the network with the links of substitutes; who is gone is still named in it."""
    keep = np.array([name not in out for name in network.names])
    place = {name: at for at, name in enumerate(network.names)}
    now = network
    for name in out:
        behind = _links(network, place[name])
        behind = behind[keep[behind]]
        for role in sorted(roles.get(name, ())):
            can = [place[other] for other, own in roles.items() if role in own and keep[place[other]]]
            if not (can and behind.size):
                continue
            candidates = np.array(sorted(can), dtype=np.int64)
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
