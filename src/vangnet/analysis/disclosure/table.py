"""Tables that add up: cells, their sums, and what can be wrong with them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from vangnet.analysis.disclosure.contributors import complete_largest, refuse_impossible
from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.disclosure.hierarchy import Hierarchy

Key = tuple[str, ...]
MOST_CELLS = 400_000  # beyond this a table does not fit in the memory that the solver may use


@dataclass(frozen=True, slots=True)
class Record:
    """One line of input: a code per dimension, and a figure (None: not given)."""

    key: Key
    value: float | None
    row: int | None = None  # line of the file, for messages
    contributors: float | None = None  # number of persons or organisations behind the figure
    largest: float | None = None  # contribution of the largest of them
    second: float | None = None  # contribution of the second largest


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of one or more linked tables; arrays of shape (n,), in the order of `keys`."""

    dimensions: tuple[str, ...]
    keys: tuple[Key, ...]  # one code per dimension
    value: NDArray[np.float64]  # in the unit of the input; >= 0
    matrix: sparse.csr_array  # shape (m, n); each row a sum: matrix @ value == 0
    contributors: NDArray[np.float64]  # nan: not known
    largest: NDArray[np.float64]  # nan: not known; of a sum: at least, see `complete_largest`
    second: NDArray[np.float64]  # nan: not known; of a sum: largest + second are at least what is said

    @property
    def is_whole(self) -> bool:
        """Whether all figures are whole numbers (counts)."""
        return bool(np.all(self.value == np.rint(self.value)))

    def sums(self) -> NDArray[np.bool_]:
        """Return which cells are a sum of others, shape (n,)."""
        wholes = self.matrix.indices[self.matrix.data < 0]
        result: NDArray[np.bool_] = np.isin(np.arange(self.value.size), wholes)
        return result

    def name(self, cell: int) -> str:
        """Name a cell by its codes, for messages."""
        return " x ".join(self.keys[cell])


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells that a set of hierarchies makes, and their sums."""

    keys: tuple[Key, ...]
    place: dict[Key, int]
    relations: tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]  # wholes (w,), parts (w, p)
    leaf: NDArray[np.bool_]  # shape (n,), cells that are no sum of other cells

    def matrix(self) -> sparse.csr_array:
        """Return the sums as rows: 1 for each part, -1 for the whole."""
        rows, columns, signs, start = [], [], [], 0
        for wholes, parts in self.relations:
            number = start + np.arange(wholes.size)
            rows += [number, np.repeat(number, parts.shape[1])]
            columns += [wholes, parts.ravel()]
            signs += [np.full(wholes.size, -1.0), np.ones(parts.size)]
            start += wholes.size
        entries = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns)))
        return sparse.csr_array(entries, shape=(start, len(self.keys)))


def make_grid(dimensions: Sequence[str], hierarchies: Mapping[str, Hierarchy]) -> Grid:
    """Cross the codes of all dimensions.

    Parameters
    ----------
    dimensions : sequence of str
        Names, in the order of the keys.
    hierarchies : mapping of str to Hierarchy
        One for each dimension.

    Returns
    -------
    Grid
        Codes of the last dimension run fastest.

    Raises
    ------
    TableFault
        If the table has more than `MOST_CELLS` cells.
    """
    codes = [hierarchies[name].codes for name in dimensions]
    shape = tuple(len(found) for found in codes)
    if math.prod(shape) > MOST_CELLS:
        size = " x ".join(map(str, shape))
        raise TableFault(
            f"{math.prod(shape)} cells ({size}); at most {MOST_CELLS} fit: leave out a dimension or a level",
            f"{math.prod(shape)} cellen ({size}); er passen er {MOST_CELLS}: laat een kenmerk of niveau weg",
        )
    numbers = np.arange(math.prod(shape)).reshape(shape)
    keys = tuple(tuple(codes[d][i] for d, i in enumerate(place)) for place in np.ndindex(*shape))
    relations = []
    leaf = np.ones(shape, dtype=np.bool_)
    for axis, name in enumerate(dimensions):
        at = {code: i for i, code in enumerate(codes[axis])}
        along = np.moveaxis(numbers, axis, 0)
        for whole, parts in hierarchies[name].relations:
            members = np.stack([along[at[part]].ravel() for part in parts], axis=1)
            relations.append((along[at[whole]].ravel(), members))
            np.moveaxis(leaf, axis, 0)[at[whole]] = False
    return Grid(keys, {key: i for i, key in enumerate(keys)}, tuple(relations), leaf.ravel())


def build(
    dimensions: Sequence[str],
    hierarchies: Mapping[str, Hierarchy],
    records: Iterable[Record],
    *,
    value_column: str = "value",
    columns: Mapping[str, str] | None = None,
    missing_is_zero: bool = False,
) -> Table:
    """Make a table from its lines; sums that are not given are computed, sums that are given are checked.

    Parameters
    ----------
    dimensions : sequence of str
        Names of the columns with codes, in the order of `Record.key`.
    hierarchies : mapping of str to Hierarchy
        How the codes of each dimension add up.
    records : iterable of Record
        At least every cell that is no sum of others.
    value_column : str, default "value"
        Name of the column with figures, for messages.
    columns : mapping of str to str, optional
        Names of the columns with contributors, largest and second, for messages.
    missing_is_zero : bool, default False
        Whether a cell that is not given counts as 0 instead of as a fault.

    Returns
    -------
    Table

    Raises
    ------
    TableFault
        With row and column: a code that is not in its hierarchy, a cell given twice, a
        figure that is missing, not finite or negative, contributors that cannot be, parts
        that do not add up to their whole; or the table is too large.

    Examples
    --------
    >>> from vangnet.analysis.disclosure.hierarchy import flat
    >>> table = build(["place"], {"place": flat("AB", total="T")}, [Record(("A",), 3), Record(("B",), 4)])
    >>> table.keys[-1], float(table.value[-1])
    (('T',), 7.0)
    """
    grid = make_grid(dimensions, hierarchies)
    given = list(records)
    rows = _place(given, grid, dimensions, hierarchies, value_column)
    figures = {
        name: np.array([np.nan if (x := getattr(r, name)) is None else x for r in given], dtype=np.float64)
        for name in ("value", "contributors", "largest", "second")
    }
    arrays = {name: np.full(len(grid.keys), np.nan) for name in figures}
    cells = np.array(list(rows), dtype=np.int64)
    for name, column in figures.items():
        arrays[name][cells] = column
    _refuse_bad(arrays["value"], rows, value_column)
    refuse_impossible(arrays, rows, columns or {}, grid)
    value = arrays["value"]
    absent = np.flatnonzero(np.isnan(value) & grid.leaf)
    if absent.size and not missing_is_zero:
        raise _hole(absent, grid, dimensions, rows, value_column)
    value[absent] = 0.0
    arrays["contributors"][absent] = 0.0
    complete(value, grid)
    complete(arrays["contributors"], grid)
    complete_largest(arrays["largest"], arrays["second"], grid)
    _check_sums(value, grid, rows, value_column)
    if not np.all(value == np.rint(value)):
        # Sums of amounts differ from their parts in the last decimal; an attacker's table must add up.
        value[~grid.leaf] = np.nan
        complete(value, grid)
    return Table(
        tuple(dimensions),
        grid.keys,
        value,
        grid.matrix(),
        arrays["contributors"],
        arrays["largest"],
        arrays["second"],
    )


def _place(
    records: Sequence[Record],
    grid: Grid,
    dimensions: Sequence[str],
    hierarchies: Mapping[str, Hierarchy],
    value_column: str,
) -> dict[int, int | None]:
    """Return the line of each cell, in the order of the records."""
    rows: dict[int, int | None] = {}
    for record in records:
        cell = grid.place.get(record.key)
        if cell is None:
            raise _unknown(record, dimensions, hierarchies)
        if cell in rows:
            shown = " x ".join(record.key)
            raise TableFault(
                f"{shown} was already given in row {rows[cell]}",
                f"{shown} stond al in rij {rows[cell]}",
                row=record.row,
                column=value_column,
            )
        rows[cell] = record.row
    return rows


def _unknown(record: Record, dimensions: Sequence[str], hierarchies: Mapping[str, Hierarchy]) -> TableFault:
    for name, code in zip(dimensions, record.key, strict=True):
        if code not in hierarchies[name].codes:
            return TableFault(
                f"hole in the hierarchy: code {code!r} is not in it; add it, or mend the code",
                f"gat in de hiërarchie: code {code!r} staat er niet in; voeg hem toe of verbeter de code",
                row=record.row,
                column=name,
            )
    return TableFault("unknown cell", "onbekende cel", row=record.row)


def _refuse_bad(value: NDArray[np.float64], rows: Mapping[int, int | None], column: str) -> None:
    for cell, row in rows.items():
        if np.isnan(value[cell]):
            raise TableFault(
                "no figure; fill in a number", "geen cijfer; vul een getal in", row=row, column=column
            )
        if not np.isfinite(value[cell]) or value[cell] < 0:
            raise TableFault(
                f"{value[cell]:g} is negative or not finite; counts and amounts are 0 or more",
                f"{value[cell]:g} is negatief of niet eindig; aantallen en bedragen zijn 0 of meer",
                row=row,
                column=column,
            )


def _hole(
    absent: NDArray[np.int64],
    grid: Grid,
    dimensions: Sequence[str],
    rows: Mapping[int, int | None],
    value_column: str,
) -> TableFault:
    """Name the first missing cell and the last line before which it would belong."""
    shown = ", ".join(f"{name} {code}" for name, code in zip(dimensions, grid.keys[absent[0]], strict=True))
    last = max((row for row in rows.values() if row is not None), default=None)
    return TableFault(
        f"missing cell: {shown} ({absent.size} in all); add it, or say that what is missing is 0",
        f"ontbrekende cel: {shown} ({absent.size} in totaal); voeg toe, of geef aan dat ontbrekend 0 is",
        row=None if last is None else last + 1,
        column=value_column,
    )


def complete(figures: NDArray[np.float64], grid: Grid) -> None:
    """Fill in, in place, the sums that are nan and whose parts are all known."""
    for _ in range(len(grid.relations)):
        before = int(np.isnan(figures).sum())
        for wholes, parts in grid.relations:
            unknown = np.isnan(figures[wholes])
            figures[wholes[unknown]] = figures[parts[unknown]].sum(axis=1)
        if int(np.isnan(figures).sum()) in (0, before):
            return


def _check_sums(value: NDArray[np.float64], grid: Grid, rows: Mapping[int, int | None], column: str) -> None:
    # Published figures are often rounded in their last decimal: half a unit of it per part.
    whole_numbers = bool(np.all(value == np.rint(value)))
    for wholes, parts in grid.relations:
        found = value[parts].sum(axis=1)
        slack = 1e-6 if whole_numbers else 1e-9 * np.maximum(value[wholes], 1.0) + 0.0005 * parts.shape[1]
        wrong = np.flatnonzero(np.abs(found - value[wholes]) > slack)
        if wrong.size:
            cell = int(wholes[wrong[0]])
            shown = " x ".join(grid.keys[cell])
            raise TableFault(
                f"not additive: {shown} is {value[cell]:g}, but its parts add up to {found[wrong[0]]:g}",
                f"telt niet op: {shown} is {value[cell]:g}, maar de delen tellen op tot {found[wrong[0]]:g}",
                row=rows.get(cell),
                column=column,
            )


def link(tables: Sequence[Table], totals: Mapping[str, str]) -> Table:
    """Join tables that share cells into one, so that they are protected together.

    Parameters
    ----------
    tables : sequence of Table
        At least one. A dimension that a table lacks counts as its total.
    totals : mapping of str to str
        The code of the total of each dimension.

    Returns
    -------
    Table
        Cells of all tables, each once, and the sums of all.

    Raises
    ------
    TableFault
        If a cell has another figure in one table than in another.
    """
    dimensions = tuple(dict.fromkeys(name for table in tables for name in table.dimensions))
    place: dict[Key, int] = {}
    columns: dict[str, list[float]] = {"value": [], "contributors": [], "largest": [], "second": []}
    blocks = []
    for table in tables:
        where = [_full(key, table.dimensions, dimensions, totals) for key in table.keys]
        for cell, key in enumerate(where):
            if key not in place:
                place[key] = len(place)
                for name, column in columns.items():
                    column.append(float(getattr(table, name)[cell]))
            elif not math.isclose(columns["value"][place[key]], table.value[cell], abs_tol=1e-6):
                old, new = columns["value"][place[key]], table.value[cell]
                raise TableFault(
                    f"linked tables differ: {' x '.join(key)} is {old:g} in one and {new:g} in another",
                    f"gekoppelde tabellen: {' x '.join(key)} is {old:g} in de ene en {new:g} in de andere",
                )
        blocks.append((table.matrix, np.array([place[key] for key in where], dtype=np.int64)))
    return Table(
        dimensions,
        tuple(place),
        matrix=stack(blocks, len(place)),
        **{k: np.array(v) for k, v in columns.items()},
    )


def _full(key: Key, own: Sequence[str], dimensions: Sequence[str], totals: Mapping[str, str]) -> Key:
    codes = dict(zip(own, key, strict=True))
    return tuple(codes[name] if name in codes else totals[name] for name in dimensions)


def stack(blocks: Sequence[tuple[sparse.csr_array, NDArray[np.int64]]], size: int) -> sparse.csr_array:
    """Stack sums over a common list of cells; each block comes with the place of its columns there."""
    rows, columns, signs, start = [], [], [], 0
    for matrix, place in blocks:
        entries = matrix.tocoo()
        rows.append(entries.coords[0] + start)
        columns.append(place[entries.coords[1]])
        signs.append(entries.data)
        start += matrix.shape[0]
    found = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.csr_array(found, shape=(start, size))
