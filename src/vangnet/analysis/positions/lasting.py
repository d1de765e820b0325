"""Whose absence leaves most broken up once others have stepped in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from vangnet.analysis.positions.breaking import fragmentation, removal_effects, swap_breaking
from vangnet.analysis.positions.graph import Graph
from vangnet.analysis.positions.recovery import Roles, Rule, recover
from vangnet.analysis.positions.steps import scarce_roles, stop_steps

RULES: tuple[Rule, ...] = ("near", "linked", "anybody")
POOL = 60  # people who are tried: who break up most alone, and who do the scarcest steps
MOST_TRIALS = 600  # choices of which the recovery is worked out
DRAWS = 5  # of each recovery on the way; ties only are drawn
EQUAL = 1e-9  # no difference between two fragmentations


@dataclass(frozen=True, slots=True)
class Lasting:
    """Result of `lasting_removal`."""

    chosen: tuple[str, ...]  # in alphabetical order
    at_once: float  # fragmentation right after
    recovered: float  # by the rule that is best for the network, mean of a few draws
    equal: tuple[tuple[str, ...], ...]  # others that were met and leave as much
    tried: int  # choices of which the recovery was worked out
    stopped: bool  # whether the search was cut off


def lasting_removal(
    network: Graph,
    roles: Roles,
    size: int,
    *,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Lasting:
    """Choose people so that a network is broken up most after others stepped in; a search, no proof.

    Parameters
    ----------
    network : Graph
        n names.
    roles : mapping of str to str or collection of str
        Step or steps of the crime script that each one does.
    size : int
        How many people, from 1 to n.
    seed : int, default 1
        Same seed, same result.
    progress : callable, optional
        Called with (choices tried, most that are).

    Returns
    -------
    Lasting
        Of the choices met the one with the highest fragmentation after the recovery that is best
        for the network. Another choice may be better: one at a time is exchanged, from the choice
        that breaks up most at once, that which stops most steps, and the one by one best.

    Raises
    ------
    ValueError
        If `size` is out of range or a name is not in the network.

    Notes
    -----
    Recovery never breaks up further, so a choice that breaks up less at once than another leaves
    after recovery is not looked at.

    Examples
    --------
    >>> from vangnet.analysis.positions.graph import graph
    >>> network = graph([("hub", "a"), ("hub", "b"), ("hub", "c"), ("c", "d"), ("c", "e")])
    >>> lasting_removal(network, {"hub": "broker", "a": "broker", "c": "driver"}, 1).chosen
    ('c',)
    """
    if not 1 <= size <= len(network):
        raise ValueError(f"size must be from 1 to {len(network)}: {size}")
    search = _Search(network, roles, seed, progress, fragmentation(network))
    pool = _pool(network, roles, size)
    found = search.greedy(pool, size)
    for begin in (_filled(stop_steps(network, roles, size).chosen, pool, size), found,
                  swap_breaking(network, size, seed=seed).chosen):  # fmt: skip
        search.improve(tuple(begin), pool)
    known = [(value, gone) for gone, value in search.known.items() if len(gone) == size]
    value, chosen = max(known, key=_order)
    equal = (gone for other, gone in known if abs(other - value) <= EQUAL and gone != chosen)
    once = fragmentation(network, chosen)
    return Lasting(chosen, once, value, tuple(sorted(equal)), len(search.known), search.is_over)


def _order(found: tuple[float, tuple[str, ...]]) -> tuple[float, list[int]]:
    """Order by value, then the first name first."""
    return round(found[0], 9), [-ord(letter) for letter in "|".join(found[1])]


def _pool(network: Graph, roles: Roles, size: int) -> list[str]:
    alone = removal_effects(network)
    order = [network.names[at] for at in np.argsort(-alone, kind="stable")]
    scarce = [name for _, who in scarce_roles(roles) if len(who) <= size for name in who]
    return list(dict.fromkeys([*scarce[: POOL // 2], *order]))[: max(POOL, size)]


def _filled(chosen: Sequence[str], pool: Sequence[str], size: int) -> list[str]:
    """Return a choice of the right size, with others of the pool where it is too small."""
    return [*chosen, *(name for name in pool if name not in chosen)][:size]


@dataclass(slots=True)
class _Search:
    """Works out what is left after recovery, of no choice twice."""

    network: Graph
    roles: Roles
    seed: int
    progress: Callable[[int, int], None] | None
    before: float  # what breaks up no more than this is not looked at
    known: dict[tuple[str, ...], float] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return len(self.known) >= MOST_TRIALS

    def value(self, gone: Sequence[str]) -> float:
        """Return the fragmentation after the recovery that is best for the network."""
        key = tuple(sorted(gone))
        if key not in self.known:
            found = (
                recover(self.network, key, self.roles, rule=rule, draws=DRAWS, seed=self.seed)
                for rule in RULES
            )
            self.known[key] = min(one.recovered for one in found)
            if self.progress is not None:
                self.progress(min(len(self.known), MOST_TRIALS), MOST_TRIALS)
        return self.known[key]

    def last(self, others: Sequence[str], pool: Sequence[str], least: float) -> tuple[float, str | None]:
        """Return who leaves most besides others, when that is more than `least`."""
        best: str | None = None
        rest = [name for name in pool if name not in others]
        once = {name: fragmentation(self.network, [*others, name]) for name in rest}
        for name in sorted(rest, key=lambda one: -once[one]):
            if once[name] < least - EQUAL or once[name] <= self.before + EQUAL or self.is_over:
                break
            if (value := self.value([*others, name])) > least + EQUAL:
                least, best = value, name
        return least, best

    def greedy(self, pool: Sequence[str], size: int) -> tuple[str, ...]:
        chosen: list[str] = []
        for _ in range(size):
            _, name = self.last(chosen, pool, -1.0)
            chosen.append(name or next(one for one in pool if one not in chosen))
        return tuple(chosen)

    def improve(self, begin: tuple[str, ...], pool: Sequence[str]) -> None:
        """Exchange one at a time while more is left broken."""
        now, value, better = list(begin), self.value(begin), True
        while better and not self.is_over:
            better = False
            for place in range(len(now)):
                value, name = self.last(now[:place] + now[place + 1 :], pool, value)
                if name is not None:
                    now[place], better = name, True
