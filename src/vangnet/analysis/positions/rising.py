"""Who stands higher than before, and what such a list was worth as a forecast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOP = 5


@dataclass(frozen=True, slots=True)
class Riser:
    """Somebody who stands higher in the last wave than in the one before."""

    name: str
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Precision:
    """How many of those named came true, as a part from 0 to 1; None: too few waves to tell."""

    by_rise: float | None  # naming who rose most just now, as `risers` does
    by_level: float | None  # naming who stands highest now
    by_chance: float | None  # naming anybody who is there now
    stayed: float | None  # part of the highest who were still among the highest a wave later
    moments: int  # waves after which a forecast could be held against the next one


def risers(waves: Sequence[Mapping[str, float]], *, top: int = TOP) -> list[Riser]:
    """Return who rose most from the last wave but one to the last.

    Parameters
    ----------
    waves : sequence of mapping of str to float
        A measure of everybody in each wave, from old to new; who is missing counts as 0.
    top : int, default 5
        How many at most.

    Returns
    -------
    list of Riser
        The steepest first; who did not rise is not in it.

    Raises
    ------
    ValueError
        If there are fewer than two waves.

    Examples
    --------
    >>> risers([{"a": 0.1, "b": 0.5}, {"a": 0.4, "b": 0.5}])
    [Riser(name='a', before=0.1, now=0.4)]
    """
    if len(waves) < 2:
        raise ValueError(f"two waves or more: {len(waves)}")
    names, levels = _levels(waves)
    rise = levels[-1] - levels[-2]
    chosen = [place for place in _highest(rise, top) if rise[place] > 0]
    return [Riser(names[at], float(levels[-2, at]), float(levels[-1, at])) for at in chosen]


def precision(waves: Sequence[Mapping[str, float]], *, top: int = TOP) -> Precision:
    """Hold what could have been forecast in each wave against the next one.

    Parameters
    ----------
    waves : sequence of mapping of str to float
        As in `risers`.
    top : int, default 5
        How many are named each time, and how many of the next wave count as come true.

    Returns
    -------
    Precision
        Means over the moments. `by_rise` needs three waves, the others two.

    Notes
    -----
    True are the `top` who rise most in the next wave. Named are at most `top` who are there and
    rose (or stand above 0), and a hit counts as a part of those named. Of equal ones at the end
    of a list each counts for as much as the chance that a draw would take them, so that names do
    not matter. In eleven phases of a known network
    (Caviar) naming who rose just now was worth no more than chance. Growth of a place in a network
    is a description of what was recorded, not a forecast of what somebody will do.

    Examples
    --------
    >>> found = precision([{"a": 1.0, "b": 0.0, "c": 0.0}, {"a": 0.0, "b": 1.0, "c": 0.0}], top=1)
    >>> found.by_level, found.by_rise, round(found.by_chance, 2), found.moments
    (0.0, None, 0.33, 1)
    """
    names, levels = _levels(waves)
    level, rise, chance, stayed = [], [], [], []
    for now in range(len(waves) - 1):
        true = _named(levels[now + 1] - levels[now], top)
        if not true.any():
            continue
        there = np.array([name in waves[now] for name in names])
        chance.append(float(true[there].mean()) if there.any() else 0.0)
        highest = _named(np.where(there, levels[now], 0.0), top)
        if highest.any():
            level.append(_hits(highest, true))
            stayed.append(_hits(highest, _named(levels[now + 1], top)))
        risen = _named(np.where(there, levels[now] - levels[now - 1], 0.0), top) if now else there[:0]
        if risen.any():
            rise.append(_hits(risen, true))
    return Precision(_mean(rise), _mean(level), _mean(chance), _mean(stayed), len(chance))


def _levels(waves: Sequence[Mapping[str, float]]) -> tuple[list[str], NDArray[np.float64]]:
    names = sorted({name for wave in waves for name in wave})
    return names, np.array([[wave.get(name, 0.0) for name in names] for wave in waves])


def _highest(values: NDArray[np.float64], top: int) -> list[int]:
    """Return the places of the highest; of equal ones the first by name."""
    return [int(place) for place in np.argsort(-values, kind="stable")[:top]]


def _named(values: NDArray[np.float64], top: int) -> NDArray[np.float64]:
    """Return how surely each is among the highest above 0: 1, 0, or a part for equal ones at the end."""
    above = np.sort(values[values > 0])[::-1]
    if not above.size:
        return np.zeros(values.size)
    last = above[min(top, above.size) - 1]
    surely, equal = values > last, np.isclose(values, last, rtol=1e-9, atol=0)
    surely &= ~equal
    left = min(top, above.size) - surely.sum()
    part: NDArray[np.float64] = surely + equal * (left / equal.sum())
    return part


def _hits(named: NDArray[np.float64], true: NDArray[np.float64]) -> float:
    """Return the part of those named that is expected to be true."""
    return float(named @ true / named.sum())


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
