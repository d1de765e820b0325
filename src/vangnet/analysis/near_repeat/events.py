"""Events in place and time, refused when they cannot be what they should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vangnet.analysis.disclosure.faults import TableFault


@dataclass(frozen=True, slots=True)
class Events:
    """Events that were checked; arrays of shape (n,)."""

    x: NDArray[np.float64]  # metres to the east
    y: NDArray[np.float64]  # metres to the north
    time: NDArray[np.float64]  # any unit, such as days

    def __len__(self) -> int:
        return int(self.x.size)

    @property
    def same_place(self) -> float:
        """Share of the events that lie at exactly the same place as another, 0 to 1."""
        _, place, times = np.unique(
            np.stack([self.x, self.y]), axis=1, return_inverse=True, return_counts=True
        )
        return float((times[place] > 1).mean())


def check_events(
    x: ArrayLike,
    y: ArrayLike,
    time: ArrayLike,
    *,
    today: float | None = None,
    rows: Sequence[int] | None = None,
    names: tuple[str, str, str] = ("x", "y", "tijd"),
) -> Events:
    """Check places in metres and moments, and say in which line something is wrong.

    Parameters
    ----------
    x, y : array_like of float, shape (n,)
        Places in metres in a flat projection such as RD New (EPSG:28992); nan: missing.
    time : array_like of float, shape (n,)
        Moments, in days or any other unit since any origin; nan: missing.
    today : float, optional
        The last moment that can be, in the same unit; later ones are refused.
    rows : sequence of int, shape (n,), optional
        Line of the source of each event, for messages; without it 1, 2, ...
    names : tuple of str
        Names of the three columns, for messages.

    Returns
    -------
    Events
        The same figures as arrays.

    Raises
    ------
    TableFault
        With row and column, if the shapes differ, there are fewer than 3 events, a
        value is missing or infinite, a place looks like degrees, a moment lies after
        `today`, or all events are at one place or one moment.

    Examples
    --------
    >>> check_events([210_000, 6.1, 210_400], [460_000, 52.1, 460_100], [1, 2, 3])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    vangnet.analysis.disclosure.faults.TableFault: row 2, column x: (6.1, 52.1) looks like degrees...
    """
    arrays = [np.asarray(values, dtype=np.float64) for values in (x, y, time)]
    if any(array.ndim != 1 or array.shape != arrays[0].shape for array in arrays):
        raise ValueError(f"need three arrays of one shape (n,): {[array.shape for array in arrays]}")
    if arrays[0].size < 3:
        raise TableFault("fewer than 3 events", "minder dan 3 voorvallen")
    lines = rows if rows is not None else range(1, arrays[0].size + 1)
    _refuse_missing(arrays, lines, names)
    _refuse_degrees(arrays, lines, names)
    if today is not None and (late := np.flatnonzero(arrays[2] > today)).size:
        raise TableFault(
            f"a moment in the future ({late.size} such lines)",
            f"een moment in de toekomst ({late.size} van zulke regels); verbeter of verwijder ze",
            row=lines[int(late[0])],
            column=names[2],
        )
    _refuse_sameness(arrays)
    return Events(*arrays)


def _refuse_missing(
    arrays: Sequence[NDArray[np.float64]], lines: Sequence[int], names: Sequence[str]
) -> None:
    for array, name in zip(arrays, names, strict=True):
        bad = np.flatnonzero(~np.isfinite(array))
        if bad.size:
            raise TableFault(
                f"a missing or infinite value ({bad.size} such lines)",
                f"een waarde ontbreekt ({bad.size} van zulke regels); vul haar aan of laat de regel weg",
                row=lines[int(bad[0])],
                column=name,
            )


def _refuse_degrees(
    arrays: Sequence[NDArray[np.float64]], lines: Sequence[int], names: Sequence[str]
) -> None:
    x, y = arrays[:2]
    degrees = np.flatnonzero((np.abs(x) <= 180) & (np.abs(y) <= 90))
    local = np.ptp(x) < 1000 and np.ptp(y) < 1000 and (x == np.round(x)).all() and (y == np.round(y)).all()
    if degrees.size and not local:
        first = int(degrees[0])
        raise TableFault(
            f"({x[first]:g}, {y[first]:g}) looks like degrees, not metres ({degrees.size} such lines); "
            "project to RD New (EPSG:28992)",
            f"({x[first]:g}, {y[first]:g}) lijkt in graden, niet in meters ({degrees.size} van zulke "
            "regels); reken om naar RD New (EPSG:28992)",
            row=lines[first],
            column=names[0],
        )


def _refuse_sameness(arrays: Sequence[NDArray[np.float64]]) -> None:
    x, y, time = arrays
    if np.ptp(x) == 0 and np.ptp(y) == 0:
        raise TableFault(
            "all events are at one place, so nearness says nothing",
            "alle voorvallen liggen op één plek; dan zegt afstand niets",
        )
    if np.ptp(time) == 0:
        raise TableFault(
            "all events are at one moment, so nearness says nothing",
            "alle voorvallen hebben één tijdstip; dan zegt tijdsverschil niets",
        )
