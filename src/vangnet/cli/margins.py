"""Draws how wide the intervals of hidden cells are, against what is needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vangnet.ui.bars import Bar, bar_ranking

MOST_BARS = 20


def chart(names: Sequence[str], width: NDArray[np.float64], *, needed: float, cells: int, unit: str) -> str:
    """Draw the narrowest intervals, or how many cells are hidden when none has an end.

    Parameters
    ----------
    names : sequence of str
        Of the hidden cells.
    width : ndarray of float
        Of their intervals; inf: no upper end.
    needed : float
        Drawn as a line; 0: none.
    cells : int
        Of the whole table.
    unit : str
        What the figures are.

    Returns
    -------
    str
        SVG.
    """
    order = [at for at in np.argsort(width, kind="stable").tolist() if np.isfinite(width[at])]
    narrow = {names[at]: float(width[at]) for at in reversed(order)}
    bars = [
        Bar(name, wide, noise=False, own=wide < needed - 1e-6) for name, wide in list(narrow.items())[::-1]
    ]
    if not bars:
        counts = {"getoond": cells - len(names), "verborgen": len(names)}
        return bar_ranking(
            [Bar(name, float(count), noise=False) for name, count in counts.items()],
            title="Hoeveel cellen zijn verborgen",
            description="Geen verborgen cel heeft een bovengrens.",
            unit="cellen",
            heading=True,
        ).svg
    drawn = bars[:MOST_BARS]
    small = any(bar.value is not None and bar.value % 1 for bar in drawn)
    return bar_ranking(
        drawn,
        title="Smalste marges van verborgen cellen",
        description=f"Hoogste min laagste mogelijke waarde; {len(drawn)} van {len(names)} verborgen cellen.",
        unit=unit,
        decimals=int(small),
        reference=("nodig", needed) if needed else None,
        heading=True,
    ).svg
