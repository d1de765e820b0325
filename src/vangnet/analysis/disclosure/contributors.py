"""Who is behind a figure: how many, and what the two largest give; of sums too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.disclosure.faults import TableFault

if TYPE_CHECKING:
    from vangnet.analysis.disclosure.table import Grid

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Messages = dict[str, tuple[Mask, str, str]]  # what is wrong by column: where, in English and in Dutch


def complete_largest(largest: Floats, second: Floats, grid: Grid) -> None:
    """Give, in place, each sum at least the two largest contributions that its parts have.

    Parameters
    ----------
    largest, second : ndarray of float, shape (n,)
        nan: not known.
    grid : Grid
        The sums.

    Notes
    -----
    Who contributes to several parts holds more of the sum than to any of them; that is not known
    here. So the largest is a lower bound, and so are both together: whoever the two largest of all
    parts are, one or two, they or larger ones are in the sum.
    """
    for wholes, parts in grid.relations:
        both = np.nan_to_num(np.concatenate([largest[parts], second[parts]], axis=1))
        both = np.concatenate(
            [both, np.nan_to_num(np.stack([largest[wholes], second[wholes]], axis=1))], axis=1
        )
        known = ~np.isnan(largest[parts]).all(axis=1)
        # A figure that was given for the sum may be one of its parts, so it is not counted beside them.
        inner = np.sort(both[:, :-2], axis=1)[:, -2:]
        top = np.maximum(inner[:, 1], both[:, -2])
        together = np.maximum(inner.sum(axis=1), both[:, -2:].sum(axis=1))
        largest[wholes[known]], second[wholes[known]] = top[known], np.maximum(together - top, 0.0)[known]


def refuse_impossible(
    figures: Mapping[str, Floats], rows: Mapping[int, int | None], columns: Mapping[str, str], grid: Grid
) -> None:
    """Refuse contributors that cannot be, with row and column.

    Parameters
    ----------
    figures : mapping of str to ndarray of float, shape (n,)
        value, contributors, largest, second, as they were given; nan: not given.
    rows : mapping of int to int or None
        Line of each cell that was given.
    columns : mapping of str to str
        Name of the column of each of those four.
    grid : Grid
        The sums.

    Raises
    ------
    TableFault
        If a number of contributors is negative or no whole number, or 0 or nobody is behind a
        figure; a contribution is negative, larger than the figure, or the second is larger than the
        largest; or the largest of a sum is less than that of a part.
    """
    for role, (wrong, english, dutch) in _wrong(figures, grid).items():
        for cell in np.flatnonzero(wrong).tolist():
            if cell in rows:
                column = role.partition(" ")[0]
                raise TableFault(english, dutch, row=rows[cell], column=columns.get(column, column))


def _is_no_number(figures: Floats) -> Mask:
    return np.isinf(figures) | (figures < 0)


def _wrong(figures: Mapping[str, Floats], grid: Grid) -> Messages:
    value, people, largest, second = (figures[n] for n in ("value", "contributors", "largest", "second"))
    slack = 1e-9 * np.nan_to_num(value) + 0.0005
    below = np.zeros(value.shape, dtype=np.bool_)
    for wholes, parts in grid.relations:
        most = np.nan_to_num(largest[parts]).max(axis=1)
        below[wholes] |= largest[wholes] < most - slack[wholes]
    with np.errstate(invalid="ignore"):
        return {
            "contributors": (
                _is_no_number(people) | (people != np.rint(people)) & ~np.isnan(people),
                "a number of contributors is a whole number of 0 or more",
                "een aantal bijdragers is een geheel getal van 0 of meer",
            ),
            "contributors none": (
                (people == 0) & (value > 0),
                "0 contributors behind a figure; fill in how many there are, or leave it empty",
                "0 bijdragers achter een cijfer; vul in hoeveel het er zijn, of laat leeg",
            ),
            "largest": (
                _is_no_number(largest) | (largest > value + slack),
                "the largest contribution is negative or more than the figure; are the columns right?",
                "de grootste bijdrage is negatief of meer dan het cijfer; kloppen de kolommen?",
            ),
            "second": (
                _is_no_number(second) | (second > largest + slack),
                "the second contribution is negative or more than the largest; were the columns swapped?",
                "de tweede bijdrage is negatief of meer dan de grootste; zijn de kolommen verwisseld?",
            ),
            "second both": (
                largest + second > value + slack,
                "the two largest contributions together are more than the figure",
                "de twee grootste bijdragen zijn samen meer dan het cijfer",
            ),
            "largest below": (
                below,
                "the largest of a sum is less than that of one of its parts",
                "de grootste van een som is minder dan die van een van de delen",
            ),
        }
