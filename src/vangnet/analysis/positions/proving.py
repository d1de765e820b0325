"""No choice of so many people breaks a network up more: a proof by branch and bound over cuts."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.compiling import compiled
from vangnet.analysis.positions.compiled import pairs_without_each, rows_of
from vangnet.analysis.positions.cuts import Cuts
from vangnet.analysis.positions.graph import Graph

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
FREE, IN, OUT = 0, 1, 2
WORK, MOST, STUCK, BEST = 0, 1, 2, 3  # places in `counts`
FIRST_WORK = 500_000  # cuts looked at in each attempt of the first round
MORE_WORK = 8  # times as much in each next round
LEAST_SECONDS = 0.05
MOST_CHOSEN = 20  # people up to which credits fit a number of 64 bits


@dataclass(frozen=True, slots=True)
class Proof:
    """Result of `prove`."""

    pairs: int  # that can reach each other whoever is taken out, at least
    chosen: tuple[int, ...]  # places of the best choice met
    left: int  # pairs that it leaves


class _Data(NamedTuple):
    """What does not change: alike people in groups, each with the cuts that cut it off."""

    size: int  # how many are taken out
    unit: int  # divisible by 1 to size, so that parts of a credit are whole numbers
    cut_starts: Ints
    cuts: Ints
    list_starts: Ints
    lists: Ints  # of each group: which cuts
    group_of: Ints  # of each one: which group; -1: of the heart
    starts: Ints  # adjacency
    ends: Ints


class _Held(NamedTuple):
    """What changes on the way; a row per level."""

    counts: Longs  # see WORK to BEST
    state: NDArray[np.int8]  # FREE, IN what is taken out, OUT of it
    weight: Longs  # of each group: people in it that are not taken out
    active: Ints  # groups that are not cut off but may be
    many: Longs  # of these
    candidates: Ints
    worth: Longs
    credit: Longs
    value: Longs
    mark: Longs
    chosen: Ints
    best: Ints


@compiled
def _credit(data: _Data, held: _Held, group: int, room: int, touched: Ints) -> int:
    """Note what each one is worth to a group; return how many are, or -1 when the group is cut off."""
    held.mark[-1] += 1
    mark, marks = held.mark[-1], 0
    for cut in data.lists[data.list_starts[group] : data.list_starts[group + 1]]:
        held.counts[WORK] += 1
        need, dead = 0, False
        members = data.cuts[data.cut_starts[cut] : data.cut_starts[cut + 1]]
        for node in members:
            need += held.state[node] == FREE
            dead = dead or held.state[node] == OUT
        if dead or need > room:
            continue
        if need == 0:
            return -1
        for node in members:
            if held.state[node] != FREE:
                continue
            if held.mark[node] != mark:
                held.mark[node], held.value[node], touched[marks] = mark, 0, node
                marks += 1
            held.value[node] = max(held.value[node], data.unit // need)
    return marks


@compiled
def _weigh(data: _Data, held: _Held, level: int) -> tuple[int, int]:
    """List who is worth most besides who is taken out; return how many more are cut off, and candidates."""
    off, listed, kept = 0, 0, 0
    touched = np.empty(held.state.size, dtype=np.int32)
    row, credit = held.candidates[level], held.credit
    for group in held.active[level, : held.many[level]]:
        marks = _credit(data, held, group, data.size - level, touched)
        if marks < 0:
            off += held.weight[group]
        elif marks > 0:
            held.active[level + 1, kept] = group
            kept += 1
            for node in touched[:marks]:
                if credit[node] == 0:
                    row[listed] = node
                    listed += 1
                credit[node] += held.weight[group] * held.value[node]
    held.many[level + 1] = kept
    many = held.state.size
    keys = np.empty(listed, dtype=np.int64)  # by worth, then by place
    for at in range(listed):
        keys[at] = credit[row[at]] * many + row[at]
        credit[row[at]] = 0
    keys.sort()
    for at in range(listed):
        row[at], held.worth[level, at] = keys[-1 - at] % many, keys[-1 - at] // many
    return off, listed


@compiled
def _finish(data: _Data, held: _Held) -> None:
    """Note the best last one besides who is taken out, if no choice before was as good."""
    pairs = pairs_without_each(data.starts, data.ends, held.state != IN)[2]
    for last in range(pairs.size):
        if held.state[last] != IN and pairs[last] < held.counts[BEST]:
            held.counts[BEST], held.chosen[-1] = pairs[last], last
            for at in range(held.best.size):  # a slice brings seconds of compiling along
                held.best[at] = held.chosen[at]


@compiled
def _sum(worth: Longs, start: int, end: int) -> int:
    """Return what some are worth together."""
    found = 0
    for at in range(start, end):
        found += worth[at]
    return found


@compiled
def _branch(data: _Data, held: _Held, level: int, before: int, target: int) -> bool:
    """Go through all choices that may cut off so many; return False when that is too much work."""
    more, listed = _weigh(data, held, level)
    off, room = before + more, data.size - level
    worth, row = held.worth[level], held.candidates[level]
    if held.counts[WORK] > held.counts[MOST]:
        return False
    if room == 1:
        if off * data.unit + _sum(worth, 0, min(1, listed)) >= target * data.unit:
            _finish(data, held)
        return True
    if off >= target:  # whoever else is taken out, as long as that cuts off nobody more
        held.counts[STUCK] = max(held.counts[STUCK], off)
    ready, done = True, 0
    while ready and done < listed:
        most = _sum(worth, done, min(done + room, listed))
        if off * data.unit + most < target * data.unit:
            break
        node = row[done]
        group = data.group_of[node]
        held.state[node], held.chosen[level] = IN, node
        held.weight[group] -= group >= 0
        ready = _branch(data, held, level + 1, off, target)
        held.state[node] = OUT
        held.weight[group] += group >= 0
        done += 1
    for at in range(done):
        held.state[row[at]] = FREE
    return ready


def prove(network: Graph, cuts: Cuts, chosen: Sequence[int], left: int, *, seconds: float) -> Proof:
    """Prove how many pairs are left whoever is taken out.

    Parameters
    ----------
    network : Graph
        n names.
    cuts : Cuts
        All of as many as are chosen, see `cuts.all_cuts`.
    chosen : sequence of int
        Places of the best choice so far; as many are taken out.
    left : int
        Pairs that it leaves.
    seconds : float
        Time; when it is over the bound so far is returned, which holds too.

    Returns
    -------
    Proof
        When `pairs` is `left`, no choice is better.

    Notes
    -----
    Why the bound holds. Take a choice S of k people out. Who of the heart is left hangs together;
    call D how many besides S do not hang together with it. Then n - k - D do, so at least
    (n - k - D)(n - k - D - 1) / 2 pairs are left: a most for D is a least for pairs. Somebody
    counts in D exactly when S holds a whole cut around him: the neighbours of his component
    without S are in S, and of these those who have a way to the heart of their own already cut him
    off. All such cuts are at hand.

    Part A of S is fixed, r more are taken out, some may not be (they had their turn). A cut that
    holds one of those, or of which more than r are not in A, falls away. Somebody of whom a cut
    lies within A is cut off. For everybody else each v gets a credit: 1 / m, where m is the least
    number not in A of a cut around him that holds v. If S cuts him off by a cut T, each of the
    |T - A| people besides A has a credit of at least 1 / |T - A|, so these add up to at least 1.
    Hence D is at most those cut off by A, and the r largest sums of credits. Credits are whole
    multiples of 1 / lcm(1, ..., k), so nothing is rounded.

    A choice that leaves fewer pairs than the best so far has a D of at least `_needed`. Branches
    that cannot reach that are not gone into; of the others the last one taken out is found by
    one search that counts all pairs. When nobody is left who cuts off more but D is reached, whoever else
    is taken out, the branch is not gone into and its D limits the bound. If that is too much
    work the same is done for a larger D, which proves less: nobody reaches that one.
    """
    ends = time.monotonic() + seconds
    size = len(chosen)
    rest = len(network) - size
    data, held = _prepared(network, cuts, size)
    held.counts[BEST], held.best[:] = left, chosen
    most, work = _most(data, held), FIRST_WORK
    _attempt(data, held, most + 1, work)  # loads or makes the compiled code
    speed = 1e7  # cuts looked at per second
    low = target = 0  # nobody knows whether fewer than `low` can be shown in this round
    while held.counts[BEST] and (least := _needed(rest, int(held.counts[BEST]))) <= most:
        if low > most:
            low, work = 0, work * MORE_WORK
        # In each round at once as low as is needed, then halfway.
        target = max((low + most + 1) // 2 if low else 0, least)
        began = time.monotonic()
        if began > ends - LEAST_SECONDS:
            break
        ready = _attempt(data, held, target, min(work, int(speed * (ends - began))))
        speed = max(held.counts[WORK] / max(time.monotonic() - began, 1e-3), speed / 2)
        if ready and held.counts[STUCK] >= target:
            most = min(most, int(held.counts[STUCK]))
            break
        if ready:
            most = target - 1
        else:
            low = target + 1
    pairs = min(_pairs(rest - most), int(held.counts[BEST]))
    return Proof(pairs, tuple(held.best.tolist()), int(held.counts[BEST]))


def _most(data: _Data, held: _Held) -> int:
    """Return how many are cut off at most, by what each one is worth."""
    off, listed = _weigh(data, held, 0)
    return off + int(held.worth[0, : min(data.size, listed)].sum()) // data.unit


def _attempt(data: _Data, held: _Held, target: int, work: int) -> bool:
    """Go through all choices that may cut off so many; return False when that is too much work."""
    held.counts[WORK], held.counts[MOST], held.counts[STUCK] = 0, work, -1
    held.state[:] = FREE
    return _branch(data, held, 0, 0, target)


def _pairs(many: int) -> int:
    return max(many, 0) * max(many - 1, 0) // 2


def _needed(rest: int, pairs: int) -> int:
    """Return how many must be cut off, at least, so that the others are fewer than so many pairs."""
    hang = (1 + math.isqrt(1 + 8 * max(pairs - 1, 0))) // 2  # most people with fewer pairs
    return max(rest - hang, 0)


def _prepared(network: Graph, cuts: Cuts, size: int) -> tuple[_Data, _Held]:
    """Put people that the same cuts cut off together, and make room for the search."""
    n = len(network)
    of_each: list[list[int]] = [[] for _ in range(n)]
    for cut in range(len(cuts)):
        for node in cuts.groups[cuts.group_starts[cut] : cuts.group_starts[cut + 1]].tolist():
            of_each[node].append(cut)
    alike: dict[tuple[int, ...], list[int]] = {}
    for node, found in enumerate(of_each):
        if found:
            alike.setdefault(tuple(found), []).append(node)
    group_of = np.full(n, -1, dtype=np.int32)
    for group, nodes in enumerate(alike.values()):
        group_of[nodes] = group
    lists = np.array([cut for found in alike for cut in found], dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum([len(found) for found in alike])]).astype(np.int32)
    many = np.zeros(size + 2, dtype=np.int64)
    many[0] = len(alike)
    active = np.zeros((size + 2, max(len(alike), 1)), dtype=np.int32)
    active[0, : len(alike)] = np.arange(len(alike))
    data = _Data(
        size, math.lcm(*range(1, size + 1)), cuts.cut_starts, cuts.cuts, starts, lists, group_of,
        *rows_of(network.edges, n),
    )  # fmt: skip
    weight = np.array([len(nodes) for nodes in alike.values()] or [0], dtype=np.int64)
    longs, levels = np.zeros((3, n + 1), dtype=np.int64), np.zeros((size + 1, n), dtype=np.int64)
    held = _Held(
        np.zeros(4, dtype=np.int64), np.zeros(n, dtype=np.int8), weight, active, many,
        levels.astype(np.int32), levels, longs[0], longs[1], longs[2],
        np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32),
    )  # fmt: skip
    return data, held
