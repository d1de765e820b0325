"""Which steps of a crime script can be stopped, and by taking out whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from vangnet.analysis.positions.breaking import fragmentation
from vangnet.analysis.positions.graph import Graph
from vangnet.analysis.positions.recovery import Roles, several

MOST_CHOICES = 2000  # of as many steps as can stop that are gone through, the scarcest first
MOST_TRIED = 50_000  # sets of steps that are tried where people do several
EQUAL = 1e-12  # no difference between two fragmentations
Step = tuple[str, tuple[str, ...]]  # of a crime script, with who does it


def scarce_roles(roles: Roles) -> list[Step]:
    """Return the steps of a crime script with who does them, the scarcest first.

    Parameters
    ----------
    roles : mapping of str to str or collection of str
        Step or steps that each one does.

    Returns
    -------
    list of (str, tuple of str)
        A step stops when all who do it are gone: a barrier there takes that many people.

    Examples
    --------
    >>> scarce_roles({"a": "grower", "b": ["grower", "driver"], "c": "electrician"})
    [('driver', ('b',)), ('electrician', ('c',)), ('grower', ('a', 'b'))]
    """
    found: dict[str, list[str]] = {}
    for name, own in sorted(several(roles).items()):
        for role in own:
            found.setdefault(role, []).append(name)
    steps = [(role, tuple(who)) for role, who in found.items()]
    return sorted(steps, key=lambda step: (len(step[1]), step[0]))


@dataclass(frozen=True, slots=True)
class Stopping:
    """Result of `stop_steps`."""

    chosen: tuple[str, ...]  # in alphabetical order
    steps: tuple[str, ...]  # nobody does these any more
    fragmentation: float  # of those left; it stays so, for none of the chosen has a substitute there
    best: bool  # whether all choices of so many steps were gone through: none breaks up more
    equal: tuple[tuple[str, ...], ...] = ()  # others who stop as many steps and break up as much


def stop_steps(network: Graph, roles: Roles, size: int) -> Stopping:
    """Choose at most so many people that as many steps of the crime script as can be stop.

    A step stops when all who do it are gone: then nobody can step in, and what is broken stays
    broken. Somebody who leaves a substitute behind is not chosen, however central; one who does
    several steps may leave one in another step.

    Parameters
    ----------
    network : Graph
        n names.
    roles : mapping of str to str or collection of str
        Step or steps that each one does.
    size : int
        How many people at most, from 1.

    Returns
    -------
    Stopping
        As many steps as can stop; of all such choices that fit, that whose people break the
        network up most. Where too many can be chosen only the first are gone through, and `best`
        is False. Nobody is chosen when each step has more than `size` people.

    Raises
    ------
    ValueError
        If a name is not in the network or `size` is below 1.

    Examples
    --------
    >>> from vangnet.analysis.positions.graph import graph
    >>> network = graph([("a", "hub"), ("b", "hub"), ("c", "hub")])
    >>> found = stop_steps(network, {"hub": "broker", "a": "broker", "b": "driver", "c": "pilot"}, 1)
    >>> found.chosen, found.steps, found.equal
    (('b',), ('driver',), (('c',),))
    """
    unknown = [name for name in roles if name not in network.names]
    if unknown or size < 1:
        raise ValueError(f"names must be in the network and size >= 1: {unknown[:3]}, {size}")
    choices, best = _most(scarce_roles(roles), size)
    if not choices:
        return Stopping((), (), fragmentation(network), best)
    found = [_stopped(network, choice) for choice in choices]
    value, chosen, names = max(found, key=lambda item: item[0])
    equal = {gone for other, gone, _ in found if abs(other - value) <= EQUAL} - {chosen}
    return Stopping(chosen, names, value, best, tuple(sorted(equal)))


def _most(steps: Sequence[Step], size: int) -> tuple[list[list[Step]], bool]:
    """Return the choices of as many steps as can stop, and whether these are all."""
    people = [name for _, who in steps for name in who]
    if len(set(people)) < len(people):
        return _overlapping(steps, size)
    spent, many = 0, 0
    while many < len(steps) and spent + len(steps[many][1]) <= size:
        spent, many = spent + len(steps[many][1]), many + 1
    choices = list(islice(_choices(steps, many, size), MOST_CHOICES + 1)) if many else []
    return choices[:MOST_CHOICES], len(choices) <= MOST_CHOICES


def _choices(steps: Sequence[Step], many: int, size: int) -> Iterator[list[Step]]:
    """Give all choices of so many steps, in order, that at most `size` people do, none of them two."""
    if not many:
        yield []
        return
    for at in range(len(steps) - many + 1):
        if sum(len(who) for _, who in steps[at : at + many]) > size:
            return  # the scarcest that are left do not fit, so no others do
        for rest in _choices(steps[at + 1 :], many - 1, size - len(steps[at][1])):
            yield [steps[at], *rest]


def _overlapping(steps: Sequence[Step], size: int) -> tuple[list[list[Step]], bool]:
    """Return the choices of most steps that at most `size` people do, who may do several."""
    best: list[list[Step]] = []
    waiting: list[tuple[int, list[Step], frozenset[str]]] = [(0, [], frozenset())]
    tried = 0
    while waiting and tried < MOST_TRIED:
        tried += 1
        at, chosen, gone = waiting.pop()
        if chosen and (not best or len(chosen) > len(best[0])):
            best = []
        if chosen and (not best or len(chosen) == len(best[0])):
            best.append(chosen)
        for place in reversed(range(at, len(steps))):
            then = gone | set(steps[place][1])
            most = len(chosen) + len(steps) - place
            if len(then) <= size and (not best or most >= len(best[0])):
                waiting.append((place + 1, [*chosen, steps[place]], then))
    return best[:MOST_CHOICES], not waiting and len(best) <= MOST_CHOICES


def _stopped(network: Graph, steps: Sequence[Step]) -> tuple[float, tuple[str, ...], tuple[str, ...]]:
    """Return the fragmentation without all who do some steps, who they are, and the steps."""
    gone = tuple(sorted({name for _, who in steps for name in who}))
    return fragmentation(network, gone), gone, tuple(sorted(role for role, _ in steps))
