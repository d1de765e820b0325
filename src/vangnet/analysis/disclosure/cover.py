"""Which cells to hide besides: adds the cheapest, and takes back what proved to be too much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from vangnet.analysis.disclosure.knowledge import TOLERANCE
from vangnet.analysis.disclosure.nearby import Change, Mask, Nearby, Proofs, Setting

NEAR = 2500  # cells that a search looks at before it takes the whole table
Step = Callable[[], None]


def prove(
    setting: Setting, hidden: Mask, cell: int, proofs: Proofs, *, seconds: float, near: int = NEAR
) -> tuple[Change, Change] | None:
    """Find changes among hidden cells that give a cell the width it needs.

    Parameters
    ----------
    setting : Setting
        The table.
    hidden : ndarray of bool, shape (n,)
        What is hidden.
    cell : int
        One of the hidden cells.
    proofs : Proofs
        Gets the changes that were found.
    seconds : float
        Time that the solver may take.
    near : int
        Cells to look at.

    Returns
    -------
    None or (up, down)
        None when the cell has its width; else how far it can go either way.
    """
    needed = float(setting.needed[cell])
    around = Nearby(setting, hidden, cell, more=False, most=near, seconds=seconds)
    found = []
    for sign in (1.0, -1.0):
        short = needed - float(proofs.width[cell])
        if short <= TOLERANCE:
            return None
        gone = float(proofs.high[cell] if sign > 0 else -proofs.low[cell])
        change = around.extreme(sign, gone + short)
        proofs.add(change)
        found.append(change)
    return None if needed - float(proofs.width[cell]) <= TOLERANCE else (found[0], found[1])


def cover(setting: Setting, hidden: Mask, cell: int, proofs: Proofs, *, seconds: float) -> bool:
    """Hide, in place, the cheapest further cells that give one cell the width it needs.

    Parameters
    ----------
    setting, hidden, cell, proofs, seconds
        As in `prove`; `hidden` is changed.

    Returns
    -------
    bool
        False when hiding everything would not be enough.

    Notes
    -----
    A linear program moves the cell to its new end and lets others move along; moving a
    shown cell costs its price per unit. It is solved again with the price spread over the
    movement found, which drives the movement into fewer cells. That finds few cells, not
    always the fewest.
    """
    if prove(setting, hidden, cell, proofs, seconds=seconds) is None:
        return True
    short = float(setting.needed[cell] - proofs.width[cell])
    for most in (NEAR, setting.base.size):
        around = Nearby(setting, hidden, cell, more=True, most=most, seconds=seconds)
        options = [
            around.reach(float(proofs.high[cell]) + short),
            around.reach(float(proofs.low[cell]) - short),
        ]
        fitting = [option for option in options if option is not None]
        if fitting:
            _, change = min(fitting, key=lambda option: option[0])
            hidden[change[0]] = True
            proofs.add(change)
            return True
    return False


def prune(
    setting: Setting,
    hidden: Mask,
    secondary: Mask,
    proofs: Proofs,
    *,
    seconds: float,
    step: Step | None = None,
) -> None:
    """Show secondary cells again, in place, dearest first, where all others keep their widths.

    Parameters
    ----------
    setting, hidden, proofs, seconds
        As in `prove`; every hidden cell has its width, and `hidden` is changed.
    secondary : ndarray of bool, shape (n,)
        Cells that may be shown again.
    step : callable, optional
        Called after each cell.
    """
    cells = np.flatnonzero(secondary & hidden)
    for cell in cells[np.argsort(-setting.cost[cells], kind="stable")].tolist():
        _try_to_show(setting, hidden, cell, proofs, seconds)
        if step:
            step()


def exchange(
    setting: Setting,
    hidden: Mask,
    secondary: Mask,
    proofs: Proofs,
    *,
    seconds: float,
    step: Step | None = None,
) -> bool:
    """Hide another cell instead of each secondary one, in place, where one other is enough.

    Parameters
    ----------
    setting, hidden, secondary, proofs, seconds, step
        As in `prune`; `secondary` is changed with `hidden`.

    Returns
    -------
    bool
        Whether anything changed. As many cells are hidden or fewer, and among them may be some
        that `prune` can show again.
    """
    cells = np.flatnonzero(secondary & hidden)
    changed = False
    for cell in cells[np.argsort(-setting.cost[cells], kind="stable")].tolist():
        changed = _try_another(setting, hidden, secondary, cell, proofs, seconds) or changed
        if step:
            step()
    return changed


def _try_another(
    setting: Setting, hidden: Mask, secondary: Mask, cell: int, proofs: Proofs, seconds: float
) -> bool:
    others = np.arange(hidden.size) != cell
    without = replace(setting, may_hide=setting.may_hide & others)
    known, fresh, left = hidden & others, Proofs(hidden.size), proofs.without(cell)
    for other, (low, high) in left.items():
        fresh.low[other], fresh.high[other] = low, high
    short = np.flatnonzero(known & (fresh.width < setting.needed - TOLERANCE))
    waiting = [other for other in short.tolist() if other in left]
    new: set[int] = set()
    while waiting:
        other = waiting.pop()
        if fresh.width[other] >= setting.needed[other] - TOLERANCE:
            continue
        if not cover(without, known, other, fresh, seconds=seconds):
            return False
        more = set(np.flatnonzero(known & ~hidden).tolist()) - new
        new |= more
        waiting += sorted(more)
        if len(new) > 1:
            return False
    proofs.drop(cell)
    for change in fresh.changes():
        proofs.add(change)
    hidden[:] = known
    secondary[cell] = False
    secondary[sorted(new)] = True
    return True


def _try_to_show(setting: Setting, hidden: Mask, cell: int, proofs: Proofs, seconds: float) -> None:
    left = proofs.without(cell)
    short = {other: setting.needed[other] - (high - low) for other, (low, high) in left.items()}
    lacking = sorted((other for other, gap in short.items() if gap > TOLERANCE), key=lambda o: -short[o])
    hidden[cell] = False
    fresh = Proofs(hidden.size)
    for other in lacking:
        if fresh.width[other] >= setting.needed[other] - TOLERANCE:
            continue
        if prove(setting, hidden, other, fresh, seconds=seconds) is not None:
            hidden[cell] = True
            return
    proofs.drop(cell)
    for change in fresh.changes():
        proofs.add(change)
