"""Bands of distance or time, with exact limits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.disclosure.faults import TableFault


@dataclass(frozen=True, slots=True)
class Bands:
    """Consecutive bands of a distance that is never negative.

    Parameters
    ----------
    edges : tuple of float
        Limits of the bands, rising; the first is 0 and the last may be `math.inf`.
        n + 1 limits make n bands.
    closed : {"left", "right"}, default "left"
        "left": a band holds its lower limit and not its upper one, [100, 200).
        "right": the other way round, (100, 200]. The first band always holds 0.
    same : float or None, default None
        When given, a band of its own comes first with all distances from 0 up to and
        including `same`; the band after it starts beyond. 0 is "the very same place".

    Raises
    ------
    TableFault
        If there are fewer than 2 limits, they do not start at 0 or do not rise, or
        `same` is negative or not below the second limit.

    Examples
    --------
    >>> Bands((0, 100, 200)).assign(np.array([0.0, 99.9, 100.0, 200.0]))
    array([0, 0, 1, 2])
    >>> Bands((0, 100, 200), closed="right").assign(np.array([0.0, 100.0, 200.0, 200.1]))
    array([0, 0, 1, 2])
    >>> Bands((0, 100), same=0.0).assign(np.array([0.0, 0.1]))
    array([0, 1])
    """

    edges: tuple[float, ...]
    closed: Literal["left", "right"] = "left"
    same: float | None = None

    def __post_init__(self) -> None:
        edges = [float(edge) for edge in self.edges]
        rises = all(low < high for low, high in pairwise(edges))
        if len(edges) < 2 or edges[0] != 0 or not rises or any(math.isnan(edge) for edge in edges):
            raise TableFault(
                f"limits of bands must start at 0 and rise: {self.edges}",
                f"grenzen van klassen moeten bij 0 beginnen en oplopen: {', '.join(map(str, self.edges))}",
            )
        if self.same is not None and not 0 <= self.same < edges[1]:
            raise TableFault(
                f"'same' must be from 0 to below {edges[1]:g}: {self.same:g}",
                f"'zelfde plek' moet van 0 tot onder {edges[1]:g} zijn: {self.same:g}",
            )

    @property
    def limits(self) -> NDArray[np.float64]:
        """Upper limits as strict ones, shape (n,): band b holds limits[b - 1] <= d < limits[b]."""
        upper = np.array(self.edges[1:], dtype=np.float64)
        if self.closed == "right":
            upper = np.nextafter(upper, math.inf)
        if self.same is None:
            return upper
        return np.concatenate([[np.nextafter(self.same, math.inf)], upper])

    @property
    def open_ended(self) -> bool:
        """Whether the last band has no upper limit."""
        return math.isinf(self.edges[-1])

    @property
    def reach(self) -> float:
        """The largest finite limit."""
        return float(self.edges[-2] if self.open_ended else self.edges[-1])

    def __len__(self) -> int:
        return len(self.edges) - 1 + (self.same is not None)

    def assign(self, distance: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the band of each distance, shape (m,); `len(self)` when it lies beyond the last."""
        return np.searchsorted(self.limits, distance, side="right")
