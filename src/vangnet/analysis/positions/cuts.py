"""Small sets of people that cut somebody off from the heart of a network: all of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.compiling import compiled
from vangnet.analysis.positions.compiled import rows_of
from vangnet.analysis.positions.graph import Graph

Ints = NDArray[np.int32]
FREE, INSIDE, CUT = 0, 1, 2
NOBODY, TOO_MANY = -1, -2
MOST_STEPS = 1_000_000  # of looking for cuts around one
MOST_HELD = 10_000_000  # people in all groups together
MOST_SEEDS = 40  # people with most links among whom a heart is looked for


@dataclass(frozen=True, slots=True)
class Cuts:
    """Groups outside the heart, each with who must be taken out to cut it off; rows are compressed."""

    group_starts: Ints
    groups: Ints
    cut_starts: Ints
    cuts: Ints

    def __len__(self) -> int:
        return len(self.cut_starts) - 1


class _Ways(NamedTuple):
    """A network in which everybody is a way in (v) and a way out (n + v), which one way may pass."""

    starts: Ints  # shape (2 n + 1,): rows of arcs
    ends: Ints
    back: Ints  # place of the same arc the other way round
    room: NDArray[np.int8]  # 1: may be passed
    link_starts: Ints  # adjacency
    link_ends: Ints
    heart: NDArray[np.bool_]
    state: NDArray[np.int8]  # INSIDE a group, CUT or FREE
    seen: Ints  # marks; the last one is the mark of now
    queue: Ints
    arrived: Ints  # by which arc
    used: Ints  # arcs of all ways, to take them back


def _ways(network: Graph, heart: NDArray[np.bool_], size: int) -> _Ways:
    n, edges = len(network), network.edges
    tails = np.concatenate([np.arange(n), n + edges[:, 0], n + edges[:, 1]])
    heads = np.concatenate([n + np.arange(n), edges[:, 1], edges[:, 0]])
    many = tails.size
    both = np.concatenate([tails, heads])
    order = np.argsort(both, kind="stable")
    place = np.empty(2 * many, dtype=np.int32)
    place[order] = np.arange(2 * many)
    starts = np.concatenate([[0], np.cumsum(np.bincount(both, minlength=2 * n))])
    return _Ways(
        starts.astype(np.int32), np.concatenate([heads, tails])[order].astype(np.int32),
        np.concatenate([place[many:], place[:many]])[order], (order < many).astype(np.int8),
        *rows_of(edges, n), heart.copy(), np.zeros(n, dtype=np.int8), np.zeros(2 * n + 1, dtype=np.int32),
        np.empty(2 * n, dtype=np.int32), np.empty(2 * n, dtype=np.int32),
        np.empty(2 * n * (size + 1), dtype=np.int32),
    )  # fmt: skip


@compiled
def _way_out(ways: _Ways, inside: Ints) -> int:
    """Look for one more way from a group to the heart; return where it ends."""
    n, tail = ways.heart.size, 0
    ways.seen[2 * n] += 1
    mark = ways.seen[2 * n]
    for one in inside:
        for place in range(ways.link_starts[one], ways.link_starts[one + 1]):
            other = ways.link_ends[place]
            if ways.state[other] == FREE and ways.seen[other] != mark:
                ways.seen[other], ways.arrived[other], ways.queue[tail] = mark, NOBODY, other
                tail += 1
    head = 0
    while head < tail:
        node = ways.queue[head]
        head += 1
        for arc in range(ways.starts[node], ways.starts[node + 1]):
            other = ways.ends[arc]
            if ways.room[arc] == 0 or ways.seen[other] == mark or (other < n and ways.state[other] != FREE):
                continue
            ways.seen[other], ways.arrived[other], ways.queue[tail] = mark, arc, other
            tail += 1
            if other >= n and ways.heart[other - n]:
                return int(other)
    return NOBODY


@compiled
def _is_held(ways: _Ways, inside: Ints, size: int) -> bool:
    """Return whether more than `size` ways that share nobody go from a group to the heart (Menger)."""
    many, found = 0, 0
    while found <= size:
        last = _way_out(ways, inside)
        if last == NOBODY:
            break
        found += 1
        while ways.arrived[last] != NOBODY and found <= size:
            arc = ways.arrived[last]
            ways.room[arc] -= 1
            ways.room[ways.back[arc]] += 1
            ways.used[many] = arc
            many += 1
            last = ways.ends[ways.back[arc]]
    for arc in ways.used[:many]:
        ways.room[arc] += 1
        ways.room[ways.back[arc]] -= 1
    return found > size


@compiled
def _reaches(ways: _Ways, first: int) -> bool:
    """Return whether a way goes from somebody to the heart, past neither a group nor a cut."""
    mark_at = ways.seen.size - 1
    ways.seen[mark_at] += 1
    mark = ways.seen[mark_at]
    ways.queue[0], head, tail = first, 0, 1
    while head < tail:
        node = ways.queue[head]
        head += 1
        for place in range(ways.link_starts[node], ways.link_starts[node + 1]):
            other = ways.link_ends[place]
            if ways.state[other] == FREE and ways.seen[other] != mark:
                if ways.heart[other]:
                    return True
                ways.seen[other], ways.queue[tail] = mark, other
                tail += 1
    return False


@compiled
def _may_end(ways: _Ways, inside: Ints, cut: Ints, size: int) -> bool:
    """Return whether a group may still be cut off by so many, with nobody to spare."""
    if _is_held(ways, inside, size - cut.size):
        return False
    for node in cut:  # noqa: SIM110
        if not _reaches(ways, node):
            return False
    return True


@compiled
def _open(ways: _Ways, inside: Ints) -> int:
    """Return somebody with a link to a group who is neither in it nor cut."""
    for one in inside[::-1]:
        for place in range(ways.link_starts[one], ways.link_starts[one + 1]):
            if ways.state[ways.link_ends[place]] == FREE:
                return int(ways.link_ends[place])
    return NOBODY


@compiled
def _turn(ways: _Ways, first: int, inside: Ints, decided: Ints, at: Ints) -> bool:
    """Go back to the last one cut who may be in the group instead, and put that one there."""
    while at[2] > 0:
        last = decided[at[2] - 1]
        if ways.state[last] == INSIDE:
            at[0] -= 1
        else:
            at[1] -= 1
            if last > first and not ways.heart[last]:
                ways.state[last], inside[at[0]] = INSIDE, last
                at[0] += 1
                return True
        ways.state[last] = FREE
        at[2] -= 1
    return False


@compiled
def _put(rows: Ints, place: int, more: Ints, many: int) -> Ints:
    """Return rows with so many more from a place on, in a larger room when they do not fit.

    One by one: slices that are assigned to bring seconds of compiling along.
    """
    if place + many > rows.size:
        larger = np.empty(2 * rows.size + many, dtype=np.int32)
        for at in range(place):
            larger[at] = rows[at]
        rows = larger
    for at in range(many):
        rows[place + at] = more[at]
    return rows


@compiled
def _around(ways: _Ways, first: int, size: int, most: int) -> tuple[int, Ints, Ints]:
    """Find groups whose first one is this one; return how many, sizes (group, cut) and people of these."""
    inside, decided = np.empty_like(ways.seen), np.empty_like(ways.seen)
    cut, at = np.empty(size, dtype=np.int32), np.zeros(3, dtype=np.int32)  # inside, cut, decided
    sizes, people = np.empty(64, dtype=np.int32), np.empty(256, dtype=np.int32)
    found, held = 0, 0
    ways.state[first], inside[0], at[0] = INSIDE, first, 1
    for _ in range(MOST_STEPS):
        node = NOBODY
        if _may_end(ways, inside[: at[0]], cut[: at[1]], size):
            node = _open(ways, inside[: at[0]])
            if node == NOBODY:
                if held + at[0] + at[1] > most:
                    break
                sizes, people = _put(sizes, 2 * found, at, 2), _put(people, held, inside, at[0])
                people = _put(people, held + at[0], cut, at[1])
                found, held = found + 1, held + at[0] + at[1]
        if node != NOBODY and at[1] < size:
            ways.state[node], cut[at[1]], decided[at[2]] = CUT, node, node
            at[1] += 1
            at[2] += 1
        elif node > first and not ways.heart[node]:  # nobody more may be taken out: joins
            ways.state[node], inside[at[0]], decided[at[2]] = INSIDE, node, node
            at[0] += 1
            at[2] += 1
        elif not _turn(ways, first, inside, decided, at):
            ways.state[first] = FREE
            return found, sizes[: 2 * found], people[:held]
    return TOO_MANY, sizes[:0], people[:0]


def heart(network: Graph, size: int, *, seconds: float) -> NDArray[np.bool_]:
    """Return people of whom those who are left hang together whoever is taken out.

    Parameters
    ----------
    network : Graph
        n names.
    size : int
        How many are taken out at most.
    seconds : float
        Time.

    Returns
    -------
    ndarray of bool, shape (n,)
        All False: no such people were found in time.

    Notes
    -----
    It starts with more than `size` people no two of whom can be parted by `size` others (Menger:
    they are linked, or have more than `size` ways between them that share nobody), from those
    with most links. Who has more than `size` ways that share nobody to different ones of the
    heart belongs to it: whoever is taken out, one way to one who is left is whole.
    """
    ends = time.monotonic() + seconds
    ways = _ways(network, np.zeros(len(network), dtype=np.bool_), size)
    found: list[int] = []
    for node in np.argsort(-np.diff(ways.link_starts), kind="stable")[:MOST_SEEDS].tolist():
        if time.monotonic() > ends:
            break
        if all(_hang_together(ways, node, other, size) for other in found):
            found.append(node)
    if len(found) > size:
        ways.heart[found] = True
    more = bool(ways.heart.any())
    while more:
        more = False
        for node in np.flatnonzero(~ways.heart).astype(np.int32):
            if time.monotonic() < ends and _is_held(ways, np.array([node]), size):
                ways.heart[node] = more = True
    return ways.heart


def _hang_together(ways: _Ways, one: int, other: int, size: int) -> bool:
    """Return whether two are linked, or have more than `size` ways between them that share nobody."""
    around = ways.link_ends[ways.link_starts[other] : ways.link_starts[other + 1]]
    if one in around:
        return True
    ways.heart[around], ways.state[other] = True, CUT
    found = bool(_is_held(ways, np.array([one], dtype=np.int32), size))
    ways.heart[around], ways.state[other] = False, FREE
    return found


def all_cuts(network: Graph, core: NDArray[np.bool_], size: int, *, seconds: float) -> Cuts | None:
    """Find every group that hangs together and is cut off from the heart by taking out at most so many.

    Parameters
    ----------
    network : Graph
        n names.
    core : ndarray of bool, shape (n,)
        A heart for as many, see `heart`.
    size : int
        How many are taken out at most.
    seconds : float
        Time.

    Returns
    -------
    Cuts or None
        Of each group who must be taken out, none to spare: everybody of them has a link to the
        group and to who still hangs together with the heart. Ordered by the first one of
        the group. None: there are too many, or the time is over.

    Notes
    -----
    Somebody with a link to the group is either taken out or joins it, and so on, until all with a
    link to it are taken out. A branch ends as soon as the group has more ways to the heart that
    share nobody than may be taken out still (Menger), or somebody taken out has no way to the
    heart of his own. Nearly every other one ends in a group, so that the work grows with what is
    found. A group is found from its first one only: who comes before is taken out.
    """
    ends = time.monotonic() + seconds
    ways = _ways(network, core, size)
    sizes, people, held = [], [], 0
    for first in np.flatnonzero(~core).tolist():
        found, each, there = _around(ways, first, size, MOST_HELD - held)
        if found == TOO_MANY or time.monotonic() > ends:
            return None
        sizes.append(each)
        people.append(there)
        held += there.size
    each = np.concatenate([*sizes, np.zeros(0, dtype=np.int32)])
    is_group = np.repeat(np.arange(each.size) % 2 == 0, each)
    everybody = np.concatenate([*people, np.zeros(0, dtype=np.int32)])
    first_of = [np.concatenate([[0], np.cumsum(each[part::2])]).astype(np.int32) for part in (0, 1)]
    return Cuts(first_of[0], everybody[is_group], first_of[1], everybody[~is_group])
