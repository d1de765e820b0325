"""Where everybody stands in a network: between others, in the core, in which group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from vangnet.analysis.positions.graph import Graph

MOST_EXACT = 20_000_000  # people times links up to which everybody's shortest paths are counted
BATCHES = 10  # equal parts of the sample; how far they differ gives the error
SURE = 0.95


@dataclass(frozen=True, slots=True)
class Standing:
    """Result of `standing`; shape (n,) each, in the order of `network.names`."""

    between: NDArray[np.float64]  # part of the pairs of others whose shortest paths pass here
    error: float  # 0: exact; else how far anybody in `between` may be off, 95 % for all together
    core: NDArray[np.int64]  # largest k for which one is among people with k links to each other
    group: NDArray[np.int64]  # from 1, the largest first
    modularity: float  # links inside groups beyond what chance would give; below about 0.3: hardly groups

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return int(self.group.max())


def standing(network: Graph, *, samples: int = 50, seed: int = 1) -> Standing:
    """Return betweenness, core numbers and groups of a network.

    Parameters
    ----------
    network : Graph
        n names, m links.
    samples : int, default 50
        People from whom shortest paths are counted when n times m exceeds 20 million; at least
        20.
    seed : int, default 1
        Same seed, same result.

    Returns
    -------
    Standing
        Groups are those of the Leiden method: people with more links among themselves than
        chance would give. Which group somebody at an edge falls in is partly luck.
        `error` is Student's t over the parts of the sample, with Bonferroni's correction for
        n people, times the largest standard error: wide, and about right only.

    Raises
    ------
    ValueError
        If there are fewer than 20 samples.

    References
    ----------
    L. C. Freeman (1977), "A set of measures of centrality based on betweenness", Sociometry 40,
    35-41. U. Brandes and C. Pich (2007), "Centrality estimation in large networks",
    International Journal of Bifurcation and Chaos 17, 2303-2318. S. B. Seidman (1983), "Network
    structure and minimum degree", Social Networks 5, 269-287. V. A. Traag, L. Waltman and
    N. J. van Eck (2019), "From Louvain to Leiden", Scientific Reports 9:5233.

    Examples
    --------
    >>> from vangnet.analysis.positions.graph import graph
    >>> found = standing(graph([("a", "b"), ("b", "c"), ("c", "d")]))
    >>> found.between.round(3).tolist(), found.error, found.core.tolist()
    ([0.0, 0.667, 0.667, 0.0], 0.0, [1, 1, 1, 1])
    """
    import networkit as nk  # a second to load, so only when it is asked for

    if samples < 2 * BATCHES:
        raise ValueError(f"samples must be >= {2 * BATCHES}: {samples}")
    threads = nk.getMaxNumberOfThreads()
    nk.setNumberOfThreads(1)  # with more the same seed does not give the same result
    try:
        nk.setSeed(seed, False)
        links = _links(nk, network)
        group = np.array(nk.community.ParallelLeiden(links).run().getPartition().getVector())
        core = np.array(nk.centrality.CoreDecomposition(links).run().scores(), dtype=np.int64)
        between, error = _between(nk, links, len(network) * len(network.edges), samples, seed)
    finally:
        nk.setNumberOfThreads(threads)
    return Standing(between, error, core, _numbered(group), _modularity(network, group))


def _links(nk: Any, network: Graph) -> Any:
    ends = network.edges.astype(np.uint64)
    return nk.GraphFromCoo((ends[:, 0].copy(), ends[:, 1].copy()), n=len(network))


def _between(nk: Any, links: Any, work: int, samples: int, seed: int) -> tuple[NDArray[np.float64], float]:
    """Count all shortest paths, or those from a sample in equal parts."""
    if links.numberOfNodes() < 3:
        return np.zeros(links.numberOfNodes()), 0.0
    if work <= MOST_EXACT:
        return np.array(nk.centrality.Betweenness(links, normalized=True).run().scores()), 0.0
    each = samples // BATCHES
    parts = []
    for batch in range(BATCHES):
        nk.setSeed(seed + batch, False)
        found = nk.centrality.EstimateBetweenness(links, each, True, False).run()
        parts.append(found.scores())
    # The library starts from one person more than it divides by.
    counted = np.array(parts) * each / (each + 1)
    far = student.ppf(1 - (1 - SURE) / 2 / links.numberOfNodes(), BATCHES - 1)
    error = far * np.std(counted, axis=0, ddof=1).max() / np.sqrt(BATCHES)
    return counted.mean(axis=0), float(error)


def _numbered(group: NDArray[Any]) -> NDArray[np.int64]:
    """Give groups numbers from 1: the largest first, of equal ones that of the first name."""
    _, first, inverse, sizes = np.unique(group, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    number = np.empty(order.size, dtype=np.int64)
    number[order] = np.arange(1, order.size + 1)
    return number[inverse]


def _modularity(network: Graph, group: NDArray[Any]) -> float:
    m = len(network.edges)
    if not m:
        return 0.0
    degree = np.bincount(network.edges.ravel(), minlength=len(network))
    inside = (group[network.edges[:, 0]] == group[network.edges[:, 1]]).mean()
    return float(inside - ((np.bincount(group, weights=degree) / (2 * m)) ** 2).sum())
