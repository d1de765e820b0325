"""Hides cells until no attacker learns more than allowed, and proves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vangnet.analysis.disclosure import argus
from vangnet.analysis.disclosure.audit import Intervals, audit
from vangnet.analysis.disclosure.cover import cover, exchange, prune
from vangnet.analysis.disclosure.faults import SolverStopped, Unprotectable
from vangnet.analysis.disclosure.history import History
from vangnet.analysis.disclosure.insiders import audit_insiders, defend
from vangnet.analysis.disclosure.knowledge import TOLERANCE, Knowledge, Release
from vangnet.analysis.disclosure.nearby import Proofs, Setting
from vangnet.analysis.disclosure.solver import VERSION
from vangnet.analysis.disclosure.table import Key, Table

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Progress = Callable[[str, int, int], None]  # stage, steps done, steps in all
METHOD = (
    "sensitive cells hidden; further cells added one by one, the cheapest by linear programs around each "
    "cell that lacks room; what proved too much taken back, and others put in the place of what stays where "
    "that frees more; all intervals then computed anew"
)
OWN = "vangnet"
EXACT = 1.0  # a width below which a whole number is known


@dataclass(frozen=True, slots=True)
class Suppression:
    """Result of `suppress`; arrays of shape (n,), in the order of the table's cells."""

    hidden: Mask  # what is not shown
    primary: Mask  # hidden for what it says itself
    secondary: Mask  # hidden to protect another
    public: Mask  # sensitive, but exactly known from an earlier release: cannot be protected
    low: Floats  # least and most that an attacker can make of each cell
    high: Floats
    knowledge: Knowledge  # what an attacker has, this release included
    intervals: Intervals  # of all its hidden cells
    required: Floats  # shape of `intervals`: least width of each; 0: none
    sums: int  # how many of the first sums of `knowledge` are those of the table
    share: float  # least width as a part of the upper end
    least: float  # what an attacker knows a hidden figure to be at least
    engine: str  # what chose the cells first
    solver: str
    exact_from: float = 0.0  # who knows hidden figures to be at least this, works none out exactly


def suppress(
    table: Table,
    sensitive: ArrayLike,
    *,
    needed: ArrayLike = 5.0,
    share: float = 0.0,
    least: float | None = None,
    earlier: Sequence[Release] = (),
    links: Sequence[tuple[Key, Sequence[Key]]] = (),
    keep_revised_apart: bool = False,
    hide_zeros: bool = False,
    alone: ArrayLike | None = None,
    cost: ArrayLike | None = None,
    engine: argus.Engine | None = None,
    seconds: float = 600.0,
    progress: Progress | None = None,
) -> Suppression:
    """Hide sensitive cells and as few others as can be found, until every interval is wide enough.

    Parameters
    ----------
    table : Table
        The true figures.
    sensitive : array_like of bool, shape (n,)
        Cells to hide in any case, see `primary`.
    needed : array_like of float, scalar or shape (n,), default 5
        Least width of the interval that an attacker is left with, for each hidden cell, in
        the unit of the table. 1 or less forbids exact disclosure only.
    share : float, default 0
        The same as a part of the figure, 0 <= share < 1, for amounts: an interval is then also at
        least this part of its upper end, so that who checks it need not know the figure.
    least : float, optional
        What an attacker knows a hidden figure to be at least. Default: 0, as everybody takes it. Where no
        0 is hidden every 0 is seen to be shown; then, besides, nobody who knows that a hidden count is 1
        or more can work one out exactly (`Suppression.exact_from`).
    earlier : sequence of Release
        What was published before; it cannot be taken back.
    links : sequence of (key, sequence of key)
        Sums across releases, such as new and old municipalities.
    keep_revised_apart : bool, default False
        See `combine`.
    hide_zeros : bool, default False
        Whether a 0 may be hidden to protect another cell; leave it out where everybody
        knows that there can be none.
    alone : array_like of bool, shape (n,), optional
        Cells with one contributor, see `primary`: who knows the own figure may not work out
        another sensitive cell exactly, nor a cell that an earlier release hid from them. Other
        hidden cells are not checked. Default: nobody who is counted attacks.
    cost : array_like of float, shape (n,), optional
        What hiding a cell costs, > 0. Default: 1, and little more for large figures.
    engine : argus.Engine, optional
        tau-ARGUS in a process of its own, to choose cells first; without earlier releases.
    seconds : float, default 600
        Time that the solver may take for each problem.
    progress : callable, optional
        Called with the stage, and its steps done and in all.

    Returns
    -------
    Suppression
        Every hidden cell of this release has an interval of at least `needed`, but for
        those in `public`. Found by an audit that is independent of the choice.

    Raises
    ------
    SolverStopped
        If the solver was stopped. No table is returned then: an unproven one must not be
        published.
    Unprotectable
        If hiding everything would not be enough for some cell.
    Contradiction
        If the releases do not fit together.
    ValueError
        If shapes differ, needed is not > 0, a cost is not, share lies outside [0, 1), or a hidden
        figure is less than `least`.

    Notes
    -----
    The same input gives the same result: nothing is drawn, and time only stops.

    References
    ----------
    M. Fischetti and J. J. Salazar (2001), Management Science 47, 1008-1027.
    J. P. Kelly, B. L. Golden and A. A. Assad (1992), "Cell suppression: disclosure
    protection for sensitive tabular data", Networks 22, 397-417.
    """
    mask = np.asarray(sensitive, dtype=np.bool_)
    insiders = np.flatnonzero(mask & np.asarray(False if alone is None else alone, dtype=np.bool_))
    room = np.broadcast_to(np.asarray(needed, dtype=np.float64), table.value.shape)
    price = _price(table, cost)
    if mask.shape != table.value.shape or price.shape != table.value.shape:
        raise ValueError(f"sensitive and cost must have shape {table.value.shape}")
    if (room <= 0).any() or (price <= 0).any() or not 0 <= share < 1:
        raise ValueError("needed and cost must be > 0, and share a part of 1")
    room = np.maximum(room, table.value * share / (1.0 - share))
    if (table.value[mask] < (least or 0.0)).any() or (hide_zeros and least):
        raise ValueError("a hidden figure is less than what an attacker knows it to be at least")
    before = History(table, earlier, links, keep_revised_apart, room, share, least or 0.0, seconds)
    setting = before.setting(price, hide_zeros)
    found = _protect(before, mask, insiders, setting, engine, seconds, progress)
    if least is not None or not _shows_every_zero(table, mask, hide_zeros):
        return found
    return _never_exact(found, before, setting, seconds, progress)


def _protect(
    before: History,
    mask: Mask,
    insiders: NDArray[np.int64],
    setting: Setting,
    engine: argus.Engine | None,
    seconds: float,
    progress: Progress | None,
) -> Suppression:
    """Widen, take back, audit."""
    table, size, name = before.table, mask.size, OWN
    public = mask & (setting.low[:size] >= setting.high[:size])
    hidden = setting.low < setting.high
    hidden[:size] = mask & ~public
    if engine is not None and not before.earlier and not before.links:
        name = engine.name
        hidden[:size] |= engine.choose(table, mask, setting.cost, may_hide=setting.may_hide)
    proofs = Proofs(hidden.size)
    _widen(setting, hidden, proofs, before.names, seconds, progress)
    secondary = hidden & (np.arange(hidden.size) < size)
    secondary[:size] &= ~mask
    _take_back(setting, hidden, secondary, proofs, seconds, progress)
    targets = np.concatenate([mask & ~public, before.kept_from(insiders, setting)])
    whole = table.is_whole
    while defend(setting, hidden, insiders, targets, proofs, before.names, whole=whole, seconds=seconds):
        _widen(setting, hidden, proofs, before.names, seconds, progress)
    knowledge = before.combined(hidden[:size])
    required = np.where(hidden, setting.needed, 0.0)
    intervals = _audited(knowledge, required, seconds, progress)
    _audited_inside(knowledge, table, insiders[hidden[insiders]], targets, seconds)
    low, high = table.value.copy(), table.value.copy()
    ours = intervals.cells < size
    low[intervals.cells[ours]], high[intervals.cells[ours]] = intervals.low[ours], intervals.high[ours]
    shown = hidden[:size]
    found = (shown, mask & shown, shown & ~mask, public, low, high, knowledge, intervals)
    settings = (table.matrix.shape[0], before.share, before.least, name, VERSION)
    return Suppression(*found, required[intervals.cells], *settings)


def _shows_every_zero(table: Table, sensitive: Mask, hide_zeros: bool) -> bool:
    """Say whether a reader knows of hidden figures that they are 1 or more."""
    return table.is_whole and not hide_zeros and not (table.value[sensitive] == 0).any()


def _never_exact(
    found: Suppression, before: History, setting: Setting, seconds: float, progress: Progress | None
) -> Suppression:
    """Hide more until nobody who knows that a hidden count is 1 or more works one out exactly."""
    asked = np.full_like(before.needed, EXACT)
    sharp = History(before.table, before.earlier, before.links, True, asked, 0.0, 1.0, seconds)
    seen = audit(sharp.combined(found.hidden), seconds=seconds)
    if not (seen.width[seen.cells < found.hidden.size] < EXACT - TOLERANCE).any():
        return replace(found, exact_from=1.0)
    none = np.zeros(0, dtype=np.int64)
    price = setting.cost[: found.hidden.size]
    more = _protect(sharp, found.hidden, none, sharp.setting(price, False), None, seconds, progress)
    again = _protect(before, more.hidden, none, setting, None, seconds, progress)
    sensitive = found.primary & again.hidden
    return replace(
        again, primary=sensitive, secondary=again.hidden & ~sensitive, public=found.public, exact_from=1.0
    )


def _price(table: Table, cost: ArrayLike | None) -> Floats:
    if cost is not None:
        return np.asarray(cost, dtype=np.float64)
    # Few cells first; of equally many, those with small figures, of which a reader misses least.
    usual = float(np.median(table.value[table.value > 0])) if (table.value > 0).any() else 1.0
    price: Floats = 1.0 + table.value / (100.0 * usual)
    return price


def _widen(
    setting: Setting,
    hidden: Mask,
    proofs: Proofs,
    names: Sequence[str],
    seconds: float,
    progress: Progress | None,
) -> None:
    """Hide more until every hidden cell is proven to have the width that it needs."""
    while True:
        lacking = np.flatnonzero(hidden & (proofs.width < setting.needed - TOLERANCE))
        if not lacking.size:
            return
        for done, cell in enumerate(lacking.tolist(), start=1):
            if proofs.width[cell] < setting.needed[cell] - TOLERANCE and not cover(
                setting, hidden, cell, proofs, seconds=seconds
            ):
                raise _no_room(setting, cell, names[cell])
            if progress:
                progress("widen", done, lacking.size)


def _no_room(setting: Setting, cell: int, name: str) -> Unprotectable:
    room, left = float(setting.needed[cell]), float(setting.high[cell] - setting.low[cell])
    if left < room:
        return Unprotectable(
            f"{name} cannot get an interval of {room:g}: earlier releases left {left:g}; ask for less",
            f"{name} kan geen marge van {room:g} krijgen: eerdere publicaties lieten er {left:g} over; "
            "vraag minder (--needed)",
        )
    return Unprotectable(
        f"{name} cannot get an interval of {room:g}: nothing is left to hide",
        f"{name} kan geen marge van {room:g} krijgen: er valt niets meer te verbergen",
    )


def _take_back(
    setting: Setting, hidden: Mask, secondary: Mask, proofs: Proofs, seconds: float, progress: Progress | None
) -> None:
    """Show what proved too much, put others in the place of the rest, and show again what that frees."""

    def steps(stage: str) -> Callable[[], None] | None:
        total, count = int((secondary & hidden).sum()), iter(range(1, secondary.size + 1))
        return (lambda: progress(stage, next(count), total)) if progress else None

    prune(setting, hidden, secondary, proofs, seconds=seconds, step=steps("prune"))
    if exchange(setting, hidden, secondary, proofs, seconds=seconds, step=steps("exchange")):
        prune(setting, hidden, secondary, proofs, seconds=seconds, step=steps("prune"))


def _audited(knowledge: Knowledge, required: Floats, seconds: float, progress: Progress | None) -> Intervals:
    """Compute all intervals anew, and refuse when one is too narrow."""
    report = (lambda done, total: progress("audit", done, total)) if progress else None
    found = audit(knowledge, seconds=seconds, progress=report)
    narrow = int((found.width < required[found.cells] - 10 * TOLERANCE).sum())
    if narrow:
        raise SolverStopped(
            f"{narrow} cells failed the audit of the result; nothing may be published",
            f"{narrow} cellen doorstonden de controle niet; er mag niets worden gepubliceerd",
        )
    return found


def _audited_inside(
    knowledge: Knowledge, table: Table, insiders: NDArray[np.int64], targets: Mask, seconds: float
) -> None:
    """Refuse when somebody who is alone in a cell can work out a target."""
    if not insiders.size:
        return
    known = [(int(cell), float(table.value[cell])) for cell in insiders]
    if found := audit_insiders(knowledge, known, targets, whole=table.is_whole, seconds=seconds):
        raise SolverStopped(
            f"{len(found)} cells can be worked out by who is alone in another; nothing may be published",
            f"{len(found)} cellen zijn af te leiden voor wie alleen staat in een andere; "
            "er mag niets worden gepubliceerd",
        )
