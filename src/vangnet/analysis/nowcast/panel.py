"""Monthly counts of areas and kinds, with the sums of areas that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.disclosure.hierarchy import Hierarchy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Panel:
    """Series of one length; made by `build_panel`.

    A series is an area with a kind. Areas that are a sum of others are among them; all kinds of an
    area follow each other, and parts come before their whole.
    """

    areas: tuple[str, ...]  # parts before wholes
    kinds: tuple[str, ...]
    first_year: int  # its January is the first month
    counts: Floats  # shape (series, months); nan: not known
    kind: Ints  # shape (series,): place in `kinds`
    parent: Ints  # shape (series,): series that this one is part of, -1: of none
    height: Ints  # shape (series,): 0 is no sum, 1 a sum of those, and so on

    @property
    def cut(self) -> int:
        """Number of months of the last year that are known, 1 to 12."""
        return int((self.counts.shape[1] - 1) % 12 + 1)

    def name(self, series: int) -> tuple[str, str]:
        """Return area and kind of a series."""
        return self.areas[series // len(self.kinds)], self.kinds[series % len(self.kinds)]


def build_panel(
    areas: Sequence[str],
    kinds: Sequence[str],
    first_year: int,
    counts: ArrayLike,
    hierarchy: Hierarchy | None = None,
) -> Panel:
    """Add up the counts of areas along a hierarchy.

    Parameters
    ----------
    areas, kinds : sequence of str
        Areas that are no sum, and kinds of event.
    first_year : int
        Year of which January is the first month.
    counts : array_like, shape (areas, kinds, months)
        Counts per month; nan: not known. A sum with an unknown part is not known either.
    hierarchy : Hierarchy, optional
        How areas add up; without it there are no sums.

    Returns
    -------
    Panel

    Raises
    ------
    ValueError
        If shapes do not fit, there is nothing at all, or a count is negative, infinite or not whole.
    TableFault
        If an area is in no place of the hierarchy or in two.
    """
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 3 or table.shape[:2] != (len(areas), len(kinds)) or not table.size:
        raise ValueError(f"counts must have shape ({len(areas)}, {len(kinds)}, months): {table.shape}")
    known = table[~np.isnan(table)]
    if not (np.isfinite(known) & (known >= 0) & (known == np.floor(known))).all():
        raise ValueError("counts must be whole numbers of 0 or more, or nan")
    if len(set(areas)) < len(areas) or len(set(kinds)) < len(kinds):
        raise ValueError("areas and kinds must differ from each other")
    names = [*areas, *(whole for whole, _ in (hierarchy.relations if hierarchy else ()))]
    above, height, sums = _sums(areas, hierarchy, table)
    each = len(kinds)
    parent = np.where(above[:, None] < 0, -1, above[:, None] * each + np.arange(each))
    return Panel(
        areas=tuple(names),
        kinds=tuple(kinds),
        first_year=first_year,
        counts=sums.reshape(len(names) * each, -1),
        kind=np.tile(np.arange(each), len(names)),
        parent=parent.ravel(),
        height=np.repeat(height, each),
    )


def _sums(areas: Sequence[str], hierarchy: Hierarchy | None, table: Floats) -> tuple[Ints, Ints, Floats]:
    """Return of each area, wholes at the end: the one above, its height, and its counts."""
    relations = hierarchy.relations if hierarchy else ()
    place = {name: at for at, name in enumerate([*areas, *(whole for whole, _ in relations)])}
    if hierarchy and (extra := sorted(set(areas) - hierarchy.leaves)):
        raise TableFault(
            f"{extra[0]} is in the figures but no smallest part in the hierarchy; sums are made from the "
            "smallest areas, leave lines of sums out",
            f"{extra[0]} staat in de cijfers maar is geen kleinste deel in de hiërarchie; sommen worden uit "
            "de kleinste gebieden gemaakt, laat regels van sommen weg",
        )
    above, height = np.full(len(place), -1), np.zeros(len(place), dtype=np.int64)
    rows = list(table)
    for whole, parts in relations:
        if missing := [part for part in parts if part not in place]:
            raise TableFault(
                f"hole in the hierarchy: no figures for {missing[0]}, part of {whole}",
                f"gat in de hiërarchie: geen cijfers voor {missing[0]}, deel van {whole}",
            )
        for part in parts:
            if above[place[part]] >= 0:
                raise TableFault(f"{part} is part of two", f"{part} hoort bij twee gebieden")
            above[place[part]] = place[whole]
        height[place[whole]] = 1 + max(height[place[part]] for part in parts)
        rows.append(np.sum([rows[place[part]] for part in parts], axis=0))
    return above, height, np.array(rows)
