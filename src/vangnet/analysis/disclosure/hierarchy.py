"""Hierarchies of codes: which codes add up to which other code."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vangnet.analysis.disclosure.faults import TableFault


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The codes of one dimension and their sums; made by one of the functions below.

    A code may stand in several relations: a municipality in a district and in a team, or a
    new municipality that is the sum of old ones.
    """

    total: str  # the one code that is part of nothing
    relations: tuple[tuple[str, tuple[str, ...]], ...]  # (whole, parts), parts before their whole

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, the finest first and the total last."""
        wholes = {whole for whole, _ in self.relations}
        leaves = sorted({part for _, parts in self.relations for part in parts} - wholes)
        return (*leaves, *dict.fromkeys(whole for whole, _ in self.relations))

    @property
    def leaves(self) -> frozenset[str]:
        """Codes that are not a sum of other codes."""
        wholes = {whole for whole, _ in self.relations}
        return frozenset(part for _, parts in self.relations for part in parts) - wholes


def flat(codes: Iterable[str], *, total: str) -> Hierarchy:
    """Make the hierarchy in which all codes add up to one total.

    Parameters
    ----------
    codes : iterable of str
        Codes as they occur; the total itself may be among them.
    total : str
        Code of the sum.

    Returns
    -------
    Hierarchy

    Raises
    ------
    TableFault
        If there is no other code than the total.
    """
    parts = sorted(set(codes) - {total})
    if not parts:
        raise TableFault(f"no code besides {total}", f"geen code naast {total}")
    return Hierarchy(total, ((total, tuple(parts)),))


def from_relations(
    relations: Mapping[str, Sequence[str]], *, total: str, column: str | None = None
) -> Hierarchy:
    """Check sums of codes and put them in order, parts before wholes.

    Parameters
    ----------
    relations : mapping of str to sequence of str
        The parts of each whole.
    total : str
        The code that everything hangs under.
    column : str, optional
        Name of the dimension, for messages.

    Returns
    -------
    Hierarchy

    Raises
    ------
    TableFault
        If a code is, directly or not, part of itself (a loop), a whole has no parts, or a
        code does not hang under the total (a hole).

    Examples
    --------
    >>> from_relations({"Region": ["North", "South"], "North": ["A", "B"]}, total="Region").codes
    ('A', 'B', 'South', 'North', 'Region')
    """
    order: list[str] = []
    state: dict[str, int] = {}
    for start in sorted(relations):
        _visit(start, relations, state, order, column)
    parts = {part for found in relations.values() for part in found}
    for code in sorted((set(relations) | parts) - {total}):
        if code not in parts:
            raise TableFault(
                f"hole in the hierarchy: {code} is part of nothing; say what it belongs to, or {total}",
                f"gat in de hiërarchie: {code} hoort nergens bij; geef aan waarbij, of {total}",
                column=column,
            )
    if total not in relations:
        raise TableFault(
            f"hole in the hierarchy: the total {total} has no parts",
            f"gat in de hiërarchie: het totaal {total} heeft geen delen",
            column=column,
        )
    if total in parts:
        raise TableFault(
            f"the total {total} is part of another code",
            f"het totaal {total} is deel van een andere code",
            column=column,
        )
    return Hierarchy(total, tuple((whole, tuple(relations[whole])) for whole in order))


def _visit(
    start: str,
    relations: Mapping[str, Sequence[str]],
    state: dict[str, int],
    order: list[str],
    column: str | None,
) -> None:
    """Depth first without recursion: a code that is met while it is open is a loop."""
    stack = [(start, False)]
    while stack:
        code, done = stack.pop()
        if done:
            state[code] = 2
            order.append(code)
            continue
        if state.get(code) == 2 or code not in relations:
            continue
        if not relations[code]:
            raise TableFault(
                f"hole in the hierarchy: {code} has no parts",
                f"gat in de hiërarchie: {code} heeft geen delen",
                column=column,
            )
        state[code] = 1
        stack.append((code, True))
        for part in reversed(list(relations[code])):
            if state.get(part) == 1:
                raise TableFault(
                    f"loop in the hierarchy: {part} is part of itself, through {code}",
                    f"lus in de hiërarchie: {part} is deel van zichzelf, via {code}",
                    column=column,
                )
            stack.append((part, False))


def from_paths(
    rows: Iterable[Sequence[str]], *, total: str, column: str | None = None, first_row: int = 2
) -> Hierarchy:
    """Make a hierarchy from lines that run from coarse to fine, such as district, municipality.

    Parameters
    ----------
    rows : iterable of sequence of str
        Codes from coarse to fine. The same code twice in a row counts once; cells at the
        end may be empty. The total may be left out.
    total : str
        Code of the sum of everything.
    column : str, optional
        Name of the dimension, for messages.
    first_row : int, default 2
        Line number of the first row, for messages.

    Returns
    -------
    Hierarchy

    Raises
    ------
    TableFault
        If a line has an empty cell before a filled one (a hole), a code has two different
        codes above it, or for the reasons of `from_relations`.

    Examples
    --------
    >>> from_paths([("D1", "A"), ("D1", "B"), ("D2", "C"), ("D2", "D")], total="Region").leaves == set("ABCD")
    True
    """
    above: dict[str, str] = {}
    parts: dict[str, list[str]] = {}
    for number, cells in enumerate(rows, start=first_row):
        path = [total, *_filled(cells, number, column)]
        path = [code for place, code in enumerate(path) if place == 0 or code != path[place - 1]]
        for whole, part in itertools.pairwise(path):
            if above.setdefault(part, whole) != whole:
                raise TableFault(
                    f"{part} is part of {above[part]} and of {whole}; a code has one place",
                    f"{part} hoort bij {above[part]} en bij {whole}; een code heeft één plaats",
                    row=number,
                    column=column,
                )
            known = parts.setdefault(whole, [])
            if part not in known:
                known.append(part)
    return from_relations(parts, total=total, column=column)


def _filled(cells: Sequence[str], number: int, column: str | None) -> list[str]:
    texts = [str(cell).strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    if not texts or "" in texts:
        raise TableFault(
            "hole in the hierarchy: an empty cell before a code; fill it",
            "gat in de hiërarchie: een lege cel vóór een code; vul die in",
            row=number,
            column=column,
        )
    return texts


def together(first: Hierarchy, second: Hierarchy) -> Hierarchy:
    """Join two ways of adding up the same codes, such as districts and old municipalities.

    Parameters
    ----------
    first, second : Hierarchy
        With the same total.

    Returns
    -------
    Hierarchy
        With the relations of both.

    Raises
    ------
    TableFault
        If the totals differ.
    """
    if first.total != second.total:
        raise TableFault(
            f"two totals: {first.total} and {second.total}", f"twee totalen: {first.total} en {second.total}"
        )
    return Hierarchy(first.total, tuple(dict.fromkeys((*first.relations, *second.relations))))
