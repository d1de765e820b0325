"""How much any choice of so many people could break up at most, by mixed integer programming."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from vangnet.analysis.positions.graph import Graph

MOST_BOUNDED = 5000  # people up to which the program is solved
LEAST_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Apart:
    """Result of `most_apart`."""

    pairs: int  # that can reach each other whoever is taken out
    chosen: tuple[int, ...]  # places of the choice that comes nearest


def most_apart(network: Graph, core: NDArray[np.bool_], size: int, *, seconds: float) -> Apart | None:
    """Return how many pairs are left whoever is taken out.

    Parameters
    ----------
    network : Graph
        n names.
    core : ndarray of bool, shape (n,)
        A heart for as many, see `cuts.heart`.
    size : int
        How many are taken out.
    seconds : float
        Time for the solver; when it is over its bound so far is returned, which holds too.

    Returns
    -------
    Apart or None
        None: there is no heart, the network is too large, or there was no time.

    Notes
    -----
    Whoever of the heart is left hangs together, and the rest counts by whether it is still
    linked to the heart. x says who is taken out, d who is cut off: d rises along a link by
    no more than x of its end, so that nobody is cut off while a way to the heart is whole. The sum
    of d is the most that can be cut off, and the pairs of those who are left with the heart
    cannot be broken up. Pairs among those cut off are not counted: the bound is not sharp, but
    nearly so where few can be cut off.
    """
    ends = time.monotonic() + seconds
    if not seconds > LEAST_SECONDS or len(network) > MOST_BOUNDED or not core.any():
        return None
    n = len(network)
    apart, rates = float(n), None
    rows = _constraints(network, core, size)
    for whole in (0.0, 1.0):  # with parts of people first: that is quick, and its bound holds too
        solved = milp(
            np.concatenate([np.zeros(n), -np.ones(n)]),
            integrality=np.concatenate([np.full(n, whole), np.zeros(n)]),
            bounds=Bounds(0, 1),
            constraints=rows,
            options={"time_limit": max(ends - time.monotonic(), 0.0), "mip_rel_gap": 0.0},
        )
        if solved.x is not None:
            rates = solved.x[:n]
        if not whole and solved.status == 0:
            apart = -solved.fun
        elif whole and solved.mip_dual_bound is not None:
            apart = min(apart, -solved.mip_dual_bound)
    if rates is None:
        return None
    left = max(n - int(np.floor(apart + 1e-6)), 0)
    chosen = np.argsort(-rates, kind="stable")[:size]
    return Apart(left * (left - 1) // 2, tuple(int(place) for place in chosen))


def _constraints(network: Graph, heart: NDArray[np.bool_], size: int) -> list[LinearConstraint]:
    """Return the rows: d of an end is at most d of the other one and x of its own."""
    n = len(network)
    links = np.concatenate([network.edges, network.edges[:, ::-1]])
    links = links[~heart[links[:, 1]]]
    own = np.flatnonzero(heart)
    rows = np.arange(len(links) + own.size)
    end = np.concatenate([links[:, 1], own])
    ones = np.ones(rows.size)
    values = np.concatenate([ones, -ones, -ones[: len(links)]])
    places = (
        np.concatenate([rows, rows, rows[: len(links)]]),
        np.concatenate([n + end, end, n + links[:, 0]]),
    )
    matrix = csr_array((values, places), shape=(rows.size, 2 * n))
    many = np.concatenate([np.ones(n), np.zeros(n)])
    return [LinearConstraint(matrix, -np.inf, 0), LinearConstraint(many[None], 0, size)]
