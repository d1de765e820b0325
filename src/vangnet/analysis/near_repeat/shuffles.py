"""Counts pairs near in time as well, for many shuffles of the moments at once.

Shuffles stand side by side in memory, so that one comparison of two events does a whole row of them.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.compiling import compiled
from vangnet.analysis.near_repeat.pairs import Pairs

SIDE_BY_SIDE = 128  # shuffles per row


@dataclass(frozen=True, slots=True)
class Clock:
    """Moments and limits in the smallest type in which their differences are exact."""

    time: NDArray[Any]  # shape (n,)
    limits: NDArray[Any]  # shape (bands,), strict upper limits

    @classmethod
    def of(cls, time: NDArray[np.float64], limits: NDArray[np.float64]) -> Clock:
        """Choose the type: whole moments fit integers, others keep 8 bytes."""
        since = time - time.min()
        span = float(since.max())
        whole = bool((since == np.round(since)).all())
        if whole and span < 2**31 - 2:
            kind = np.int16 if span < 2**15 - 2 else np.int32
            whole_limits = np.minimum(np.ceil(limits), span + 1)
            return cls(since.astype(kind), whole_limits.astype(kind))
        return cls(time, limits)  # as given: taking off the start would round differences


def count_pairs(pairs: Pairs, clock: Clock) -> NDArray[np.int64]:
    """Return the number of pairs per band of place and of time as they are, shape (places, times)."""
    time = clock.time[pairs.order]
    apart = np.abs(time[pairs.first] - time[pairs.second])
    band = np.searchsorted(clock.limits, apart, side="right")
    return _per_band(pairs, band, len(clock.limits))


def _per_band(pairs: Pairs, band: NDArray[np.intp], times: int) -> NDArray[np.int64]:
    parts = [
        np.bincount(band[low:high], minlength=times + 1)[:times]
        for low, high in zip(pairs.start[:-1], pairs.start[1:], strict=True)
    ]
    return np.array(parts, dtype=np.int64).reshape(-1, times)


def shuffled_counts(
    pairs: Pairs,
    clock: Clock,
    *,
    permutations: int,
    seed: int,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.int64]:
    """Count the pairs per band after each of many shuffles of the moments over the places.

    Parameters
    ----------
    pairs : Pairs
        Pairs near in place, of n events.
    clock : Clock
        Their moments and the limits of the bands of time.
    permutations : int
        Number of shuffles.
    seed : int
        Same seed, same shuffles, whatever the number of workers.
    workers : int, default 2
        Threads.
    progress : callable, optional
        Called with (shuffles done, all).

    Returns
    -------
    ndarray of int, shape (places, times, permutations)

    Notes
    -----
    Takes about 30 MB per worker for 100,000 events.
    """
    sizes = [min(SIDE_BY_SIDE, permutations - low) for low in range(0, permutations, SIDE_BY_SIDE)]
    seeds = np.random.SeedSequence(seed).spawn(len(sizes))
    parts: list[NDArray[np.int64] | None] = [None] * len(sizes)
    pool = ThreadPoolExecutor(max_workers=max(1, workers))
    try:
        waiting = {
            pool.submit(_one_row, pairs, clock, size, np.random.Generator(np.random.SFC64(own))): at
            for at, (size, own) in enumerate(zip(sizes, seeds, strict=True))
        }
        while waiting:
            ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ready:
                parts[waiting.pop(future)] = future.result()
            if progress is not None:
                progress(
                    sum(size for size, part in zip(sizes, parts, strict=True) if part is not None),
                    permutations,
                )
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    done = [part for part in parts if part is not None]
    empty = np.zeros((len(pairs.start) - 1, len(clock.limits), 0), dtype=np.int64)
    return np.concatenate(done, axis=2) if done else empty


def _one_row(pairs: Pairs, clock: Clock, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Count for as many shuffles as stand side by side."""
    moments = _shuffles(clock.time, size, rng)
    counts = np.zeros((len(pairs.start) - 1, len(clock.limits), size), dtype=np.int64)
    for band, (low, high) in enumerate(pairwise(pairs.start)):
        _count_within(moments, pairs.first[low:high], pairs.second[low:high], clock.limits, counts[band])
    counts[:, 1:] -= counts[:, :-1].copy()  # from "up to this limit" to "in this band"
    return counts


@compiled
def _count_within(
    moments: NDArray[Any],
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    limits: NDArray[Any],
    counts: NDArray[np.int64],
) -> None:
    """Add to `counts`, shape (limits, shuffles), how many pairs are nearer in time than each limit.

    Counts in the smallest type as long as that can hold them, and compares in the type of the moments:
    so many fit into one instruction.
    """
    apart = np.empty(moments.shape[1], dtype=moments.dtype)
    small = np.zeros(counts.shape, dtype=np.uint16)
    for pair in range(first.size):
        one, other = moments[first[pair]], moments[second[pair]]
        for shuffle in range(apart.size):
            apart[shuffle] = abs(moments.dtype.type(one[shuffle] - other[shuffle]))
        for step in range(limits.size):
            limit, row = limits[step], small[step]
            for shuffle in range(apart.size):
                row[shuffle] += np.uint16(apart[shuffle] < limit)
        if pair % 65_535 == 65_534:
            counts += small
            small[:] = 0
    counts += small


def _shuffles(time: NDArray[Any], size: int, rng: np.random.Generator) -> NDArray[Any]:
    """Return shuffles of the moments in columns, shape (n, size)."""
    rows = np.empty((size, time.size), dtype=time.dtype)
    for row in rows:
        row[:] = time
        rng.shuffle(row)
    columns = np.empty((time.size, size), dtype=time.dtype)
    for low in range(0, time.size, 512):  # in pieces that fit the cache
        columns[low : low + 512] = rows[:, low : low + 512].T
    return columns
