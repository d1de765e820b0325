"""Choosing several people together, whatever they are chosen for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Choice = tuple[list[int], int]  # places, and what they are worth; more is better


class Search(Protocol):
    """Knows who is best added to others."""

    def worth(self, others: Sequence[int]) -> NDArray[np.int64]:
        """Return what each one is worth together with others; nothing sensible for those themselves."""
        ...

    def best(self, others: Sequence[int]) -> tuple[int, int]:
        """Return who adds most to others, and what they are worth together."""
        ...


def greedy(search: Search, size: int) -> Choice:
    """Take the best one, then the best one besides, and so on."""
    chosen: list[int] = []
    worth = 0
    for _ in range(size):
        last, worth = search.best(chosen)
        chosen.append(last)
    return chosen, worth


def improve(search: Search, begin: Sequence[int]) -> Choice:
    """Exchange one at a time while that is worth more."""
    chosen, most = list(begin), -int(np.iinfo(np.int64).max)
    improved = True
    while improved:
        improved = False
        for place in range(len(chosen)):
            last, worth = search.best(chosen[:place] + chosen[place + 1 :])
            if worth > most:
                most, chosen[place], improved = worth, last, True
    return chosen, most


def swap(search: Search, size: int, pool: NDArray[np.int64], *, starts: int, seed: int) -> Choice:
    """Improve the greedy choice and random ones; of equal results the first by place."""
    rng = np.random.default_rng(seed)
    begins = [greedy(search, size)[0]]
    begins += [rng.choice(pool, size, replace=False).tolist() for _ in range(starts)]
    found = [improve(search, begin) for begin in begins]
    return min(found, key=lambda choice: (-choice[1], sorted(choice[0])))
