"""Choices that are worth the same: where there are several, no name is better than another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from vangnet.analysis.positions.choosing import Search
from vangnet.analysis.positions.graph import Graph

MOST_WORK = 300_000_000  # people and links looked at when equal choices are looked for
SEARCH_WORK = 2000  # what starting a search takes, in as many people and links
MOST_EQUALS = 1000  # choices that are named at most
Places = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Equals:
    """Choices of as many people that are worth the same."""

    choices: tuple[tuple[str, ...], ...]  # in alphabetical order, with the one that was found
    complete: bool  # whether there are no more


def equals_of(network: Graph, search: Search, chosen: Sequence[str]) -> Equals:
    """Return the choices that are worth as much to a search as one.

    All choices are gone through when that takes no more than `MOST_WORK`; each last one costs
    nothing. Else one at a time is exchanged for an equal, from the choice on.
    """
    start = tuple(sorted(network.names.index(name) for name in chosen))
    work = len(network) + len(network.edges) + SEARCH_WORK
    worth = int(search.worth(start[:-1])[start[-1]])
    if math.comb(len(network), len(start) - 1) * work <= MOST_WORK:
        found, complete = _gone_through(search, len(network), len(start), worth)
    else:
        found, complete = _exchanged(search, start, worth, MOST_WORK // work), False
    names = (tuple(network.names[place] for place in choice) for choice in found | {start})
    return Equals(tuple(sorted(names)), complete)


def _gone_through(search: Search, many: int, size: int, worth: int) -> tuple[set[Places], bool]:
    found: set[Places] = set()
    for others in combinations(range(many), size - 1):
        first = others[-1] + 1 if others else 0
        for last in np.flatnonzero(search.worth(others)[first:] == worth):
            if len(found) == MOST_EQUALS:
                return found, False
            found.add((*others, first + int(last)))
    return found, True


def _exchanged(search: Search, start: Places, worth: int, most: int) -> set[Places]:
    ready, found = [start], {start}
    while ready and most > 0 and len(found) < MOST_EQUALS:
        now = ready.pop(0)
        for place in range(len(now)):
            others = now[:place] + now[place + 1 :]
            most -= 1
            for last in np.flatnonzero(search.worth(others) == worth).tolist():
                other = tuple(sorted((*others, last)))
                if last not in others and other not in found and len(found) < MOST_EQUALS:
                    found.add(other)
                    ready.append(other)
    return found
