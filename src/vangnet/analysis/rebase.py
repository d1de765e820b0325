"""Figures of areas that merged, split or changed name, put on the borders of another day."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray


class CannotBeDetermined(ValueError):
    """The figures asked for do not follow from the figures given."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One edge of the merger graph: what part of `old` belongs to `new` from `when` on.

    An area that continues while it gains or loses a part has an edge to itself
    (old == new). An area without an edge at some moment is untouched then.
    """

    when: int  # first day (or year) of the new borders, in any unit that counts upward
    old: str
    new: str
    weight: float = 1.0  # share of `old` that goes to `new`, 0 < weight <= 1


def rebase(
    values: Mapping[str, float | None],
    transitions: Iterable[Transition],
    *,
    since: int,
    until: int,
) -> dict[str, float | None]:
    """Put figures on the borders of moment `since` on those of moment `until`.

    Parameters
    ----------
    values : mapping of str to float or None
        Figure per area code. Only figures that may be added: counts, inhabitants; no
        rates or percentages. None is "not published".
    transitions : iterable of Transition
        The merger graph, in any order; it may cover more areas and years than needed.
    since, until : int
        Moment of the borders of `values`, and of the borders wanted, in the unit of
        `Transition.when`. Borders of `when` hold on `when` itself.

    Returns
    -------
    dict of str to float or None
        Figure per area code on the borders of `until`. A sum with a part that was not
        published is None: never 0, and never the sum of the rest.

    Raises
    ------
    CannotBeDetermined
        If until < since and a step between is more than a change of name.
    ValueError
        If the graph is not sound (weights of one area at one moment that do not sum to
        1, an edge given twice, an area that gains a part without an edge to itself), a
        code did not exist at `since`, or a part of a sum is missing from `values`.

    Notes
    -----
    A split by weights is an estimate: it holds for figures spread like the weights.
    Without splits, whole counts are added without rounding.

    Examples
    --------
    B merges into A, then A takes a new code; C is untouched.

    >>> graph = [Transition(2015, "B", "A"), Transition(2015, "A", "A"), Transition(2016, "A", "AB")]
    >>> rebase({"A": 40, "B": 2, "C": 7}, graph, since=2014, until=2018)
    {'C': 7.0, 'AB': 42.0}
    >>> rebase({"A": 40, "B": None, "C": 7}, graph, since=2014, until=2018)
    {'C': 7.0, 'AB': None}
    """
    codes = tuple(values)
    figures = [values[code] for code in codes]
    if any(figure is not None and not math.isfinite(figure) for figure in figures):
        raise ValueError("a figure must be a finite number, or None when not published")
    codes_to, matrix = transition_matrix(codes, transitions, since=since, until=until)
    result: dict[str, float | None] = {}
    for code, weights in zip(codes_to, matrix, strict=True):
        parts = [(figures[i], float(weights[i])) for i in np.flatnonzero(weights)]
        known = [figure * weight for figure, weight in parts if figure is not None]
        result[code] = math.fsum(known) if len(known) == len(parts) else None
    return result


def transition_matrix(
    codes_from: Sequence[str],
    transitions: Iterable[Transition],
    *,
    since: int,
    until: int,
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Weights that put figures on the borders of `since` on those of `until`.

    Parameters
    ----------
    codes_from : sequence of str, length n
        Codes of the areas on the borders of `since`, each once.
    transitions, since, until
        As in `rebase`.

    Returns
    -------
    codes_to : tuple of str, length m
        Codes on the borders of `until`: first the untouched ones, in the order given.
    matrix : ndarray of float64, shape (m, n)
        Row i says which share of each old area makes up `codes_to[i]`, so that
        matrix @ old figures = new figures. Each column sums to 1.

    Raises
    ------
    CannotBeDetermined, ValueError
        As in `rebase`, and ValueError for a code that is given twice.

    Examples
    --------
    >>> graph = [Transition(2019, "A", "B", 0.25), Transition(2019, "A", "C", 0.75)]
    >>> graph += [Transition(2019, "C", "C")]
    >>> transition_matrix(["A", "C"], graph, since=2018, until=2019)
    (('B', 'C'), array([[0.25, 0.  ],
                        [0.75, 1.  ]]))
    """
    if len(set(codes_from)) != len(codes_from):
        raise ValueError("codes_from holds a code twice")
    graph = sorted(transitions, key=lambda edge: edge.when)
    _check_graph(graph)
    _check_alive(codes_from, graph, since)
    rows = dict(zip(codes_from, np.eye(len(codes_from)), strict=True))
    if until >= since:
        for _, edges in _moments(edge for edge in graph if since < edge.when <= until):
            rows = _step(rows, edges)
    else:
        back = list(_moments(edge for edge in graph if until < edge.when <= since))
        for when, edges in reversed(back):
            rows = _step(rows, _reversed_names(when, edges, rows))
    return tuple(rows), np.array(list(rows.values())).reshape(len(rows), len(codes_from))


def _step(rows: dict[str, NDArray[np.float64]], edges: list[Transition]) -> dict[str, NDArray[np.float64]]:
    """Apply all edges of one moment at once to the areas present."""
    leaving = {edge.old for edge in edges}
    result = {code: row for code, row in rows.items() if code not in leaving}
    for target in dict.fromkeys(edge.new for edge in edges):
        incoming = [edge for edge in edges if edge.new == target]
        missing = [edge.old for edge in incoming if edge.old not in rows]
        if len(missing) == len(incoming):
            continue  # areas outside the figures given
        when = incoming[0].when
        if missing:
            raise ValueError(
                f"{target} at {when} is the sum of parts, of which missing: {', '.join(missing)}"
            )
        if target in result:
            raise ValueError(f"{target} gains a part at {when}, but has no edge to itself")
        result[target] = np.sum([edge.weight * rows[edge.old] for edge in incoming], axis=0)
    return result


def _reversed_names(
    when: int, edges: list[Transition], rows: Mapping[str, NDArray[np.float64]]
) -> list[Transition]:
    """Turn one moment round, as far as it touches the areas present."""
    sources = Counter(edge.new for edge in edges)
    targets = Counter(edge.old for edge in edges)
    touched = [edge for edge in edges if edge.new in rows]
    for edge in touched:
        if sources[edge.new] > 1 or targets[edge.old] > 1:
            raise CannotBeDetermined(
                f"figures of {edge.new} before {when} cannot be determined: it is no mere change of name"
            )
    return [Transition(edge.when, edge.new, edge.old) for edge in touched]


def _moments(edges: Iterable[Transition]) -> Iterator[tuple[int, list[Transition]]]:
    """Edges by moment, in order of time."""
    for when, group in groupby(edges, key=lambda edge: edge.when):
        yield when, list(group)


def _check_graph(graph: Sequence[Transition]) -> None:
    shares: dict[tuple[int, str], list[float]] = {}
    seen: set[tuple[int, str, str]] = set()
    for edge in graph:
        if not 0.0 < edge.weight <= 1.0:
            raise ValueError(
                f"weight of {edge.old} to {edge.new} at {edge.when} is not in (0, 1]: {edge.weight}"
            )
        key = (edge.when, edge.old, edge.new)
        if key in seen:
            raise ValueError(f"edge {edge.old} to {edge.new} at {edge.when} is given twice")
        seen.add(key)
        shares.setdefault(key[:2], []).append(edge.weight)
    for (when, old), weights in shares.items():
        if abs(math.fsum(weights) - 1.0) > 1e-9:
            raise ValueError(f"weights of {old} at {when} sum to {math.fsum(weights):g}, not 1")


def _check_alive(codes: Sequence[str], graph: Sequence[Transition], since: int) -> None:
    """Raise if the graph says that a code had ended at `since`, or had still to begin."""
    exists: dict[str, bool] = {}
    for when, edges in _moments(graph):
        old, new = {edge.old for edge in edges}, {edge.new for edge in edges}
        if when <= since:
            exists |= dict.fromkeys(old - new, False) | dict.fromkeys(new, True)
        else:
            # The first later mention tells: who gives existed before, who only receives did not.
            exists = dict.fromkeys(new - old, False) | dict.fromkeys(old, True) | exists
    for code in codes:
        if not exists.get(code, True):
            raise ValueError(
                f"unknown code: {code} did not exist at {since} (one that continues needs an edge to itself)"
            )
