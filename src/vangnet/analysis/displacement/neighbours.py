"""Who borders whom, and so which areas lie around a measure and which lie beyond its reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.disclosure.faults import TableFault


class Role(StrEnum):
    """What an area is in the comparison."""

    TREATED = "maatregel"
    BUFFER = "omgeving"
    GAP = "buiten beschouwing"
    CONTROL = "controle"


def neighbour_matrix(areas: Sequence[str], pairs: Iterable[tuple[str, str]]) -> NDArray[np.bool_]:
    """Return who borders whom, shape (areas, areas), symmetric, with nothing on the diagonal.

    Parameters
    ----------
    areas : sequence of str
        Codes, all different.
    pairs : iterable of (str, str)
        Neighbours; one direction is enough.

    Returns
    -------
    ndarray of bool

    Raises
    ------
    TableFault
        If a code is unknown or an area borders itself; `row` is the place in `pairs`, from 1.
    """
    place = {area: at for at, area in enumerate(areas)}
    matrix = np.zeros((len(areas), len(areas)), dtype=np.bool_)
    for row, (one, other) in enumerate(pairs, start=1):
        unknown = [code for code in (one, other) if code not in place]
        if unknown:
            raise TableFault(
                f"area {unknown[0]!r} has no counts", f"gebied {unknown[0]!r} heeft geen cijfers", row=row
            )
        if one == other:
            raise TableFault(f"{one!r} borders itself", f"{one!r} grenst aan zichzelf", row=row)
        matrix[place[one], place[other]] = matrix[place[other], place[one]] = True
    return matrix


def steps_from(matrix: NDArray[np.bool_], start: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many borders lie between each area and the nearest one of `start`; -1: no way."""
    steps = np.where(start, 0, -1).astype(np.int64)
    front, step = start.copy(), 0
    while front.any():
        step += 1
        front = matrix[front].any(axis=0) & (steps < 0)
        steps[front] = step
    return steps


def roles(
    areas: Sequence[str],
    matrix: NDArray[np.bool_],
    treated: Iterable[str],
    *,
    buffer: int = 1,
    gap: int = 0,
    given: Mapping[str, Role] | None = None,
) -> list[Role]:
    """Choose the areas around a measure and those to compare with.

    Parameters
    ----------
    areas : sequence of str, length n
        Codes.
    matrix : ndarray of bool, shape (n, n)
        Who borders whom; see `neighbour_matrix`.
    treated : iterable of str
        Areas with the measure.
    buffer : int, default 1
        Areas at most so many borders away are the surroundings.
    gap : int, default 0
        Areas so many borders beyond are left out, as they may have felt it too.
    given : mapping of str to Role, optional
        What some areas are, whatever the borders say.

    Returns
    -------
    list of Role, length n

    Raises
    ------
    TableFault
        If a code is unknown, nothing is treated, or no area is left around it or to
        compare with.
    ValueError
        If `buffer` < 1 or `gap` < 0.

    Examples
    --------
    >>> codes = ["a", "b", "c", "d"]
    >>> row = neighbour_matrix(codes, [("a", "b"), ("b", "c"), ("c", "d")])
    >>> [str(role) for role in roles(codes, row, ["a"], gap=1)]
    ['maatregel', 'omgeving', 'buiten beschouwing', 'controle']
    """
    if buffer < 1 or gap < 0:
        raise ValueError(f"buffer must be >= 1 and gap >= 0: {buffer}, {gap}")
    chosen = set(treated)
    for code in [*sorted(chosen), *(given or {})]:
        if code not in areas:
            raise TableFault(f"there is no area {code!r}", f"er is geen gebied {code!r}")
    start = np.array([area in chosen for area in areas])
    steps = steps_from(matrix, start)
    found = [_role(int(step), buffer, gap) for step in steps]
    found = [(given or {}).get(area, role) for area, role in zip(areas, found, strict=True)]
    words = {Role.TREATED: "met de maatregel", Role.BUFFER: "eromheen", Role.CONTROL: "om mee te vergelijken"}
    for role, dutch in words.items():
        if role not in found:
            raise TableFault(f"no area is left as {role.name.lower()}", f"er is geen gebied {dutch}")
    return found


def _role(step: int, buffer: int, gap: int) -> Role:
    if step == 0:
        return Role.TREATED
    if 0 < step <= buffer:
        return Role.BUFFER
    return Role.GAP if 0 < step <= buffer + gap else Role.CONTROL
