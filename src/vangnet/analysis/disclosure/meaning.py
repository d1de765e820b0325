"""Which cells of several releases are the same: a sum is what it adds up, not what it is called.

`Totaal` of 2017 and 2018 is another figure than `Totaal` of 2018 and 2019. Codes that are no sum
are the same wherever they stand.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from scipy import sparse

from vangnet.analysis.disclosure.table import Key

Leaves = frozenset[str]
Sense = tuple[Leaves, int]  # what a code adds up; and its number among codes that add up the same
Identity = tuple[Sense, ...]  # one per dimension
Parts = Mapping[str, tuple[str, ...]]
Link = tuple[Key, Sequence[Key]]


class Meaning:
    """What the codes of releases stand for.

    Parameters
    ----------
    shapes : sequence of (keys, matrix)
        Of each release, the present one first. A code that one release does not take apart means
        the sum that the first other one makes of it.
    links : sequence of (key, sequence of key)
        Sums across releases, see `combine`.
    """

    def __init__(
        self, shapes: Sequence[tuple[Sequence[Key], sparse.csr_array]], links: Sequence[Link] = ()
    ) -> None:
        size = len(shapes[0][0][0])
        self._links: list[dict[str, tuple[str, ...]]] = [{} for _ in range(size)]
        for whole, parts in links:
            axis = next((d for d in range(size) if any(part[d] != whole[d] for part in parts)), None)
            if axis is not None:
                self._links[axis].setdefault(whole[axis], tuple(part[axis] for part in parts))
        self._all: list[dict[str, tuple[str, ...]]] = [{} for _ in range(size)]
        for keys, matrix in shapes:
            for known, found in zip(self._all, relations(keys, matrix), strict=True):
                for whole_code, codes in found.items():
                    known.setdefault(whole_code, codes)

    @property
    def links(self) -> list[tuple[int, str, tuple[str, ...]]]:
        """Sums of codes across releases: dimension, whole, parts."""
        return [
            (axis, whole, parts) for axis, found in enumerate(self._links) for whole, parts in found.items()
        ]

    def leaves(self, axis: int, code: str, own: Parts | None = None) -> Leaves:
        """Return what a code adds up, by the sums of its own release first."""
        return self._leaves(axis, code, own or {}, frozenset())

    def _leaves(self, axis: int, code: str, own: Parts, above: Leaves) -> Leaves:
        parts = own.get(code) or self._links[axis].get(code) or self._all[axis].get(code)
        if parts is None or code in above:
            return frozenset((code,))
        inner = above | {code}
        return frozenset().union(*(self._leaves(axis, part, own, inner) for part in parts))

    def identities(self, keys: Sequence[Key], matrix: sparse.csr_array) -> list[Identity]:
        """Return what each cell of a release is; no two of one release are the same."""
        senses: list[dict[str, Sense]] = []
        for axis, own in enumerate(relations(keys, matrix)):
            count: dict[Leaves, int] = {}
            of: dict[str, Sense] = {}
            for code in dict.fromkeys(key[axis] for key in keys):
                leaves = self.leaves(axis, code, own)
                of[code] = (leaves, count.get(leaves, 0))
                count[leaves] = of[code][1] + 1
            senses.append(of)
        return [tuple(of[code] for of, code in zip(senses, key, strict=True)) for key in keys]


def relations(keys: Sequence[Key], matrix: sparse.csr_array) -> list[dict[str, tuple[str, ...]]]:
    """Return, per dimension, which codes the sums of a release add up to which other.

    Parameters
    ----------
    keys : sequence of key
        Of the n cells.
    matrix : csr_array, shape (m, n)
        1 for each part, -1 for the whole.

    Returns
    -------
    list of dict
        The parts of each whole; of two ways to add up the same, the first.
    """
    found: list[dict[str, tuple[str, ...]]] = [{} for _ in keys[0]]
    cells, signs, ends = matrix.indices.tolist(), matrix.data.tolist(), matrix.indptr.tolist()
    for start, end in itertools.pairwise(ends):
        row = range(start, end)
        whole = next((keys[cells[at]] for at in row if signs[at] < 0), None)
        part = next((keys[cells[at]] for at in row if signs[at] > 0), None)
        if whole is None or part is None:
            continue
        axis = next((d for d, code in enumerate(part) if code != whole[d]), 0)
        if whole[axis] not in found[axis]:
            found[axis][whole[axis]] = tuple(keys[cells[at]][axis] for at in row if signs[at] > 0)
    return found
