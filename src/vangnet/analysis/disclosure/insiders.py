"""An attacker who is counted: who is alone in a cell knows it, and subtracts it from the sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vangnet.analysis.disclosure.audit import Component, Found, audit, components, tighten
from vangnet.analysis.disclosure.cover import cover
from vangnet.analysis.disclosure.faults import Contradiction, Unprotectable
from vangnet.analysis.disclosure.knowledge import TOLERANCE, Knowledge
from vangnet.analysis.disclosure.nearby import Proofs, Setting
from vangnet.analysis.disclosure.solver import Endless, Program

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
ROOM = 1.0  # least width that is left to somebody who is counted: not exactly known
WHOLE_ROOM = 2.0  # the same for counts: an interval so wide holds two whole numbers wherever it lies


@dataclass(frozen=True, slots=True)
class Insight:
    """What somebody who knows one cell can make of another."""

    knows: int  # position in the keys of the knowledge
    learns: int
    low: float
    high: float


def audit_insiders(
    knowledge: Knowledge,
    known: Sequence[tuple[int, float]],
    targets: Mask,
    *,
    needed: float = ROOM,
    whole: bool = False,
    seconds: float = 600.0,
    progress: Callable[[int, int], None] | None = None,
) -> list[Insight]:
    """Find what each insider works out too closely, who knows what is published and one figure more.

    Parameters
    ----------
    knowledge : Knowledge
        All releases in one, see `combine`.
    known : sequence of (int, float)
        Hidden cells that somebody is alone in, and what they hold. Each is an attacker by
        himself; they do not work together.
    targets : ndarray of bool, shape (n,)
        Cells that must not be worked out.
    needed : float, default 1
        Least width of what an insider is left unsure of.
    whole : bool, default False
        Whether figures are counts: then an interval with a single whole number in it tells too
        much as well, such as 2.3 to 3.3.
    seconds : float, default 600
        Time that the solver may take for one group of cells that hang together.
    progress : callable, optional
        Called with insiders done and all.

    Returns
    -------
    list of Insight
        Every target, but the own cell, of which an insider is left with less; exact
        within 1e-6. Empty: none.

    Raises
    ------
    Contradiction
        If what is known does not fit what was published.
    SolverStopped
        If the solver was stopped; there is no partial answer.

    Notes
    -----
    Tables that fit what was published, mixed so that the known cell comes out right, show at
    once that most targets are safe; a linear program is solved only for what they leave open.

    References
    ----------
    A. Hundepool et al. (2012), Statistical Disclosure Control, 4.2.4 (singletons).
    """
    pool: list[Found] = []
    audit(knowledge, seconds=seconds, tables=pool)
    low, high = tighten(knowledge.matrix, knowledge.low, knowledge.high, whole=False)
    for cell, value in known:
        if not low[cell] - TOLERANCE <= value <= high[cell] + TOLERANCE:
            name = " x ".join(knowledge.keys[cell])
            raise Contradiction(
                f"{name} cannot be {value:g}: it is {low[cell]:g} to {high[cell]:g}",
                f"{name} kan geen {value:g} zijn: het is {low[cell]:g} tot {high[cell]:g}",
            )
    found: list[Insight] = []
    done = 0
    for part in components(knowledge.matrix, low, high):
        here = set(part.cells.tolist())
        mine = [(cell, value) for cell, value in known if cell in here]
        if mine and part.matrix.shape[0]:
            tables = [table for cells, table in pool if set(cells.tolist()) == here]
            room = _Room(part, targets[part.cells], tables, needed, whole, seconds)
            for cell, value in mine:
                found += room.insights(cell, value)
                done += 1
                if progress:
                    progress(done, len(known))
    return found


def too_narrow(low: ArrayLike, high: ArrayLike, *, needed: float = ROOM, whole: bool = False) -> Any:
    """Return whether intervals are narrower than needed, or hold a single whole number of a count.

    Parameters
    ----------
    low, high : array_like of float
        Of one shape.
    needed : float, default 1
        Least width.
    whole : bool, default False
        Whether figures are counts.

    Returns
    -------
    bool or ndarray of bool
        In the shape of `low`.

    Examples
    --------
    >>> bool(too_narrow(2.3, 3.3, whole=True)), bool(too_narrow(2.0, 3.0, whole=True))
    (True, False)
    """
    least, most = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    narrow = most - least < needed - TOLERANCE
    if whole:
        narrow = narrow | (np.floor(most + TOLERANCE) - np.ceil(least - TOLERANCE) < 1)
    return narrow


class _Room:
    """Cells that hang together, with tables of them that fit."""

    def __init__(
        self,
        part: Component,
        targets: Mask,
        tables: Sequence[Floats],
        needed: float,
        whole: bool,
        seconds: float,
    ) -> None:
        self.part, self.targets, self.needed, self.whole = part, targets, needed, whole
        self.program = Program(part.matrix, part.right, part.low, part.high, seconds=seconds)
        self.tables = [*tables, self.program.solve()]

    def insights(self, cell: int, value: float) -> list[Insight]:
        """Return what somebody who knows a cell works out."""
        at = int(np.flatnonzero(self.part.cells == cell)[0])
        self.program.bound(at, value, value)
        try:
            low, high = self._mixed(at, value)
            found = []
            for other in np.flatnonzero(self.targets & self._tells(low, high)).tolist():
                if other != at and self._tells(low[other], high[other]):
                    least, most = self._extreme(other, 1.0, low, high), self._extreme(other, -1.0, low, high)
                    if self._tells(least, most):
                        found.append(Insight(cell, int(self.part.cells[other]), least, most))
            return found
        finally:
            self.program.bound(at, self.part.low[at], self.part.high[at])

    def _tells(self, low: Any, high: Any) -> Any:
        """Return whether intervals are too narrow."""
        return too_narrow(low, high, needed=self.needed, whole=self.whole)

    def _mixed(self, at: int, value: float) -> tuple[Floats, Floats]:
        """Return how far cells reach in tables that hold the value, or that are mixed so that they do."""
        known = np.array(self.tables)
        above, below = known[known[:, at] >= value], known[known[:, at] <= value]
        fits = [self.program.solve()[None]]
        if above.size and below.size:
            for one, others in ((above[above[:, at].argmax()], below), (below[below[:, at].argmin()], above)):
                apart = one[at] - others[:, at]
                part = np.divide(one[at] - value, apart, out=np.zeros_like(apart), where=apart != 0)[:, None]
                mixed = one * (1 - part) + others * part
                fits.append(mixed[np.abs(mixed[:, at] - value) <= 1e-9])
        rows = np.concatenate(fits)
        return rows.min(axis=0), rows.max(axis=0)

    def _extreme(self, other: int, side: float, low: Floats, high: Floats) -> float:
        """Return the least (side 1) or most (-1) of a cell; what is found on the way widens low and high."""
        self.program.price(other, side)
        try:
            found = self.program.solve()
        except Endless:
            return -np.inf * side
        finally:
            self.program.price(other, 0.0)
        self.tables.append(found)
        np.minimum(low, found, out=low)
        np.maximum(high, found, out=high)
        return float(found[other])


def defend(
    setting: Setting,
    hidden: Mask,
    alone: NDArray[np.int64],
    targets: Mask,
    proofs: Proofs,
    names: Sequence[str],
    *,
    whole: bool = False,
    seconds: float,
) -> bool:
    """Hide more, in place, until nobody who knows the own cell works out a target exactly.

    Parameters
    ----------
    setting, hidden, proofs, seconds
        As in `cover.prove`.
    alone : ndarray of int
        Cells that somebody is alone in.
    targets : ndarray of bool, shape (n,)
        Cells that must not be worked out.
    names : sequence of str
        Of the cells, for messages.
    whole : bool, default False
        As in `audit_insiders`.

    Returns
    -------
    bool
        Whether anything was hidden.

    Raises
    ------
    Unprotectable
        If hiding everything would not be enough.
    """
    more = False

    def lacks(cell: int, low: float, high: float) -> bool:
        here = setting.base[cell]  # proofs hold how far a cell moves from there
        return bool(too_narrow(here + low, here + high, whole=whole))

    for cell in alone[hidden[alone]].tolist():
        left = {
            other: (proofs.low[other], proofs.high[other])
            for other in np.flatnonzero(targets & hidden).tolist()
            if other != cell
        } | proofs.without(cell)
        lacking = [other for other, room in left.items() if targets[other] and lacks(other, *room)]
        if not lacking:
            continue
        fresh, known = Proofs(hidden.size), hidden.copy()
        known[cell] = False
        for other in lacking:
            fresh.low[other], fresh.high[other] = left[other]
        inner = _as_known(setting, cell, WHOLE_ROOM if whole else ROOM)
        for other in lacking:
            if lacks(other, fresh.low[other], fresh.high[other]) and not cover(
                inner, known, other, fresh, seconds=seconds
            ):
                raise Unprotectable(
                    f"{names[other]} cannot be kept from who is alone in {names[cell]}",
                    f"{names[other]} is niet te verbergen voor wie alleen staat in {names[cell]}",
                )
        known[cell] = True
        more = more or bool((known & ~hidden).any())
        hidden |= known
        for change in fresh.changes():
            proofs.add(change)
    return more


def _as_known(setting: Setting, cell: int, room: float) -> Setting:
    """Return a table in which one cell is known."""
    fixed = np.arange(setting.base.size) == cell
    return replace(
        setting,
        low=np.where(fixed, setting.base, setting.low),
        high=np.where(fixed, setting.base, setting.high),
        may_hide=setting.may_hide & ~fixed,
        needed=np.full(setting.base.size, room),
    )
