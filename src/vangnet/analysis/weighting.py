"""Choose among candidates by weighted criteria, and how far a weight moves before the choice changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_NEAR = 1e-12
_EQUAL = 1e-9  # totals that differ less are equals: means are rounded in their last digit


@dataclass(frozen=True, slots=True)
class Turn:
    """A weight at which the choice changes.

    Attributes
    ----------
    weight
        The share of this criterion, 0 to 1, from which on (or down to which) another candidate is chosen.
    leaves, enters
        Positions of the candidate that is chosen no more, and of the one that takes its place.
    """

    weight: float
    leaves: int
    enters: int


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How far the weight of one criterion may move.

    Attributes
    ----------
    weight
        Its share now, 0 to 1.
    down, up
        The nearest turn below and above; None when the choice stays the same all the way to 0 or to 1.
    """

    weight: float
    down: Turn | None
    up: Turn | None

    @property
    def room(self) -> float | None:
        """The smallest move that changes the choice; None when no move does."""
        moves = [abs(turn.weight - self.weight) for turn in (self.down, self.up) if turn]
        return min(moves, default=None)


def totals(scores: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    """Return the weighted mean score of each candidate.

    Parameters
    ----------
    scores
        One row for each candidate, one column for each criterion.
    weights
        One weight of 0 or more for each criterion, not all 0; only their proportions count.

    Returns
    -------
    list of float
        In the order of the candidates.

    Raises
    ------
    ValueError
        Rows of another length than the weights, or no weight above 0.

    Examples
    --------
    >>> totals([[1, 0], [0, 1]], [3, 1])
    [0.75, 0.25]
    """
    table, shares = _checked(scores, weights)
    return [float(total) for total in table @ shares]


def chosen(scores: Sequence[Sequence[float]], weights: Sequence[float], count: int) -> list[int]:
    """Return the positions of the best candidates, the best first; of equals the one that comes first.

    Parameters
    ----------
    scores, weights
        As for `totals`.
    count
        How many are chosen.

    Returns
    -------
    list of int
        At most `count` positions.

    Examples
    --------
    >>> chosen([[1, 0], [0, 1], [1, 1]], [1, 1], 2)
    [2, 0]
    """
    found = totals(scores, weights)
    return sorted(range(len(found)), key=lambda place: (-found[place], place))[:count]


def equals_at_the_cut(scores: Sequence[Sequence[float]], weights: Sequence[float], count: int) -> list[int]:
    """Return the positions of candidates with one and the same total, of whom some fit in and some do not.

    Parameters
    ----------
    scores, weights, count
        As for `chosen`.

    Returns
    -------
    list of int
        In the order of the candidates; empty when the totals alone say who is chosen.

    Examples
    --------
    >>> equals_at_the_cut([[4], [4], [0]], [1], 1)
    [0, 1]
    >>> equals_at_the_cut([[4], [4], [0]], [1], 2)
    []
    """
    found = totals(scores, weights)
    ordered = sorted(found, reverse=True)
    if not 0 < count < len(found) or ordered[count - 1] - ordered[count] > _EQUAL:
        return []
    return [place for place, total in enumerate(found) if abs(total - ordered[count - 1]) <= _EQUAL]


def sensitivity(scores: Sequence[Sequence[float]], weights: Sequence[float], count: int) -> list[Sensitivity]:
    """Return for each criterion how far its weight may move, the others scaled, before the choice changes.

    The choice is the set of the best `count`; their order does not matter. When a weight moves to a share t,
    the others keep their proportions and share 1 - t. So the total of a candidate is a straight line in t,
    and the choice changes where the line of one outside crosses that of one inside.

    Parameters
    ----------
    scores, weights, count
        As for `chosen`.

    Returns
    -------
    list of Sensitivity
        In the order of the criteria. A criterion that has all the weight cannot move: it has no turns.

    Examples
    --------
    >>> one, other = sensitivity([[1.0, 0.0], [0.0, 1.0]], [3, 1], 1)
    >>> one.down
    Turn(weight=0.5, leaves=0, enters=1)
    >>> one.up is None, round(other.up.weight, 3)
    (True, 0.5)
    """
    table, shares = _checked(scores, weights)
    inside = chosen(scores, weights, count)
    outside = [place for place in range(len(table)) if place not in inside]
    return [_of(table, shares, column, inside, outside) for column in range(len(shares))]


def _of(
    table: NDArray[np.float64],
    shares: NDArray[np.float64],
    column: int,
    inside: Sequence[int],
    outside: Sequence[int],
) -> Sensitivity:
    share = float(shares[column])
    if share >= 1 - _NEAR:
        return Sensitivity(share, None, None)
    own = table[:, column]
    rest = (table @ shares - share * own) / (1 - share)
    turns = []
    for leaves in inside:
        for enters in outside:
            slope = float((own[enters] - rest[enters]) - (own[leaves] - rest[leaves]))
            gap = float(rest[leaves] - rest[enters])  # at a share of 0
            if abs(slope) > _NEAR:
                weight = gap / slope
                if _NEAR < weight < 1 - _NEAR:  # at 0 or 1 they would be equals, and there is no beyond
                    turns.append((Turn(weight, leaves, enters), slope > 0))
    # The outsider gains when the weight moves towards what it is good at, and only then does it come in.
    up = [turn for turn, gains in turns if gains and turn.weight >= share - _NEAR]
    down = [turn for turn, gains in turns if not gains and turn.weight <= share + _NEAR]
    return Sensitivity(
        share,
        max(down, key=lambda turn: turn.weight, default=None),
        min(up, key=lambda turn: turn.weight, default=None),
    )


def _checked(
    scores: Sequence[Sequence[float]], weights: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    given = np.asarray(weights, dtype=np.float64)
    if any(len(row) != len(given) for row in scores):
        raise ValueError("every candidate needs a score for every criterion")
    if not len(given) or (given < 0).any() or given.sum() <= 0:
        raise ValueError("weights are 0 or more, and at least one is above 0")
    table = np.asarray(scores, dtype=np.float64).reshape(len(scores), len(given))
    return table, given / given.sum()
