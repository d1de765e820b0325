"""A network of names and links, checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from vangnet.analysis.disclosure.faults import TableFault


@dataclass(frozen=True, slots=True)
class Graph:
    """Names, and links without direction or weight; make one with `graph`."""

    names: tuple[str, ...]  # n names
    edges: NDArray[np.int64]  # shape (m, 2), places in `names`, first < second, each once
    dropped: int  # links left out: from somebody to himself, or there already

    def __len__(self) -> int:
        return len(self.names)

    def matrix(self, keep: NDArray[np.bool_] | None = None) -> csr_array:
        """Return the adjacency matrix, shape (n, n); links of who is not kept are left out."""
        edges = self.edges if keep is None else self.edges[keep[self.edges].all(axis=1)]
        both = np.concatenate([edges, edges[:, ::-1]])
        ones = np.ones(len(both), dtype=np.int8)
        return csr_array((ones, (both[:, 0], both[:, 1])), shape=(len(self), len(self)))


def graph(links: Iterable[tuple[str, str]], *, also: Iterable[str] = ()) -> Graph:
    """Make a network of links between names.

    Parameters
    ----------
    links : iterable of (str, str)
        Who is linked to whom. Direction does not count; a link that is there twice counts
        once; a link to oneself is left out.
    also : iterable of str, optional
        Names that may have no link.

    Returns
    -------
    Graph
        Names in alphabetical order.

    Raises
    ------
    TableFault
        If a name is empty (`row` is the place in `links`, from 1), or there are no names.

    Examples
    --------
    >>> found = graph([("b", "a"), ("a", "b"), ("a", "a"), ("b", "c")])
    >>> found.names, found.edges.tolist(), found.dropped
    (('a', 'b', 'c'), [[0, 1], [1, 2]], 2)
    """
    rows = list(links)
    for number, row in enumerate(rows, start=1):
        if not all(row):
            raise TableFault("a name is missing", "er ontbreekt een naam", row=number)
    names = tuple(sorted({name for row in rows for name in row} | set(also)))
    if not names:
        raise TableFault("a network without anybody", "een netwerk zonder iemand")
    place = {name: at for at, name in enumerate(names)}
    pairs = {(min(a, b), max(a, b)) for a, b in ((place[one], place[other]) for one, other in rows) if a != b}
    edges = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return Graph(names, edges, len(rows) - len(edges))
