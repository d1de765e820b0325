"""All pairs of events that are near each other in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.near_repeat.bands import Bands
from vangnet.analysis.near_repeat.events import Events

Metric = Literal["straight", "manhattan"]
MOST_PAIRS = 40_000_000  # about 1.5 GB


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of events in the bands with an upper limit, sorted by band."""

    first: NDArray[np.intp]  # shape (m,), places in the order of `order`
    second: NDArray[np.intp]  # shape (m,)
    start: NDArray[np.intp]  # shape (bands + 1,): band b has pairs start[b] to start[b + 1]
    order: NDArray[np.intp]  # shape (n,): events so sorted that neighbours lie together in memory

    def degrees(self, band: int) -> NDArray[np.int64]:
        """Return with how many events each event makes a pair in a band, shape (n,)."""
        part = slice(self.start[band], self.start[band + 1])
        n = self.order.size
        found: NDArray[np.int64] = np.bincount(self.first[part], minlength=n)
        return found + np.bincount(self.second[part], minlength=n)


def pairs_within(events: Events, bands: Bands, metric: Metric = "straight") -> Pairs:
    """Find every pair of events within the largest finite limit of the bands.

    Parameters
    ----------
    events : Events
        Places in metres, n events.
    bands : Bands
        Bands in metres. A last band without upper limit is left out: its pairs follow
        from the total.
    metric : {"straight", "manhattan"}, default "straight"
        As the crow flies, or along a square street plan (|dx| + |dy|).

    Returns
    -------
    Pairs
        Each pair once, sorted by band and then by place.

    Raises
    ------
    TableFault
        If there are over `MOST_PAIRS` pairs; choose a smaller largest distance.
    """
    places = np.stack([events.x, events.y], axis=1)
    norm = 1.0 if metric == "manhattan" else 2.0
    order = cKDTree(places).indices
    places = places[order]
    tree = cKDTree(places)
    reach = float(np.nextafter(bands.reach, np.inf)) * (1 + 1e-9)
    number = (int(tree.count_neighbors(tree, reach, p=norm)) - len(events)) // 2
    if number > MOST_PAIRS:
        raise TableFault(
            f"{number} pairs lie within {bands.reach:g} m, over {MOST_PAIRS}; "
            "take a smaller largest distance, or part of the area or the period",
            f"{number} paren liggen binnen {bands.reach:g} m, meer dan {MOST_PAIRS}; "
            "neem een kleinere grootste afstand, of een deel van het gebied of de tijd",
        )
    found = tree.query_pairs(reach, p=norm, output_type="ndarray")
    first, second = found[:, 0], found[:, 1]
    apart = np.abs(places[first] - places[second])
    distance = apart.sum(axis=1) if metric == "manhattan" else np.hypot(apart[:, 0], apart[:, 1])
    inner = len(bands) - bands.open_ended
    band = bands.assign(distance)
    sorting = np.lexsort((first, band))
    start = np.searchsorted(band[sorting], np.arange(inner + 1))
    sorting = sorting[: start[-1]]
    return Pairs(
        np.ascontiguousarray(first[sorting]), np.ascontiguousarray(second[sorting]), start, np.asarray(order)
    )
