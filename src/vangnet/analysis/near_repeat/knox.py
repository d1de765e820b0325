"""The Knox test for all bands of place and time at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.near_repeat import screening
from vangnet.analysis.near_repeat.bands import Bands
from vangnet.analysis.near_repeat.events import Events
from vangnet.analysis.near_repeat.pairs import Metric, pairs_within
from vangnet.analysis.near_repeat.shuffles import Clock, count_pairs, shuffled_counts

METHOD = (
    "Knox test: pairs of events per band of distance and of time, against random shuffles of the moments "
    "over the places; p = (1 + shuffles with as many pairs or more) / (1 + shuffles); over all bands by the "
    "largest standardised excess of each shuffle"
)


@dataclass(frozen=True, slots=True)
class Against:
    """Observed counts against simulated ones; arrays of shape (places, times)."""

    mean: NDArray[np.float64]  # of the simulated counts
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    ratio: NDArray[np.float64]  # observed / mean; nan when the mean is 0
    p_value: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Knox:
    """Result of `knox`; arrays of shape (places, times)."""

    observed: NDArray[np.int64]  # pairs of events per band
    expected: NDArray[np.float64]  # exact mean over all shuffles
    deviation: NDArray[np.float64]  # exact standard deviation over all shuffles
    ratio: NDArray[np.float64]  # observed / expected; nan when nothing is expected
    screening: NDArray[np.float64]  # approximate p-value, without shuffles
    p_value: NDArray[np.float64]  # of each band by itself; nan without shuffles
    p_overall: NDArray[np.float64]  # allowing for all bands being looked at; nan without shuffles
    most: NDArray[np.int64]  # most pairs in any shuffle; -1 without shuffles
    permutations: int
    events: int


def knox(
    events: Events,
    places: Bands,
    times: Bands,
    *,
    permutations: int = 999,
    seed: int = 1,
    metric: Metric = "straight",
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> Knox:
    """Test whether events lie together in place and time more often than chance gives.

    After a burglary the risk nearby is raised for a while. Each pair of events falls in a
    band of distance and a band of time; the moments are shuffled over the places to see
    how many pairs chance alone puts there.

    Parameters
    ----------
    events : Events
        At least 4 events; see `check_events`.
    places : Bands
        Bands of distance in metres.
    times : Bands
        Bands of time, in the unit of `events.time`. With moments in whole days [0, 7)
        holds differences of 0 to 6 days.
    permutations : int, default 999
        Number of shuffles; 0 leaves it at the closed-form screening.
    seed : int, default 1
        Same seed, same result, whatever the number of workers.
    metric : {"straight", "manhattan"}, default "straight"
        As the crow flies, or along a square street plan.
    workers : int, default 2
        Threads.
    progress : callable, optional
        Called with (shuffles done, all).

    Returns
    -------
    Knox
        Counts, what chance gives, and p-values, per band of place (rows) and time.

    Raises
    ------
    TableFault
        If there are fewer than 4 events, or more pairs than memory holds.
    ValueError
        If `permutations` is negative.

    Notes
    -----
    Shuffling keeps every place and every moment, so a hot spot or a busy season alone does
    not count as near repeat; a hot spot that moves during the season does. Bands without
    upper limit follow from the totals, which no shuffle changes.

    References
    ----------
    E. G. Knox (1964), "The detection of space-time interactions", Applied Statistics 13,
    25-29.
    J. H. Ratcliffe and G. F. Rengert (2008), "Near-repeat patterns in Philadelphia
    shootings", Security Journal 21, 58-76.
    P. H. Westfall and S. S. Young (1993), Resampling-Based Multiple Testing, ch. 2.
    """
    if len(events) < 4:
        raise TableFault("fewer than 4 events", "minder dan 4 voorvallen")
    if permutations < 0:
        raise ValueError(f"permutations must be >= 0: {permutations}")
    pairs = pairs_within(events, places, metric)
    clock = Clock.of(events.time, times.limits)
    near = [list(screening.place_degrees(pairs, places)), list(screening.time_degrees(clock))]
    totals = np.array([int(degree.sum()) // 2 for degree in near[1]])
    observed = _with_outer(count_pairs(pairs, clock)[..., None], places, totals)[..., 0]
    by_chance = screening.chance(*near)
    simulated = _with_outer(
        shuffled_counts(
            pairs, clock, permutations=permutations, seed=seed, workers=workers, progress=progress
        ),
        places,
        totals,
    )
    return _result(observed, by_chance, simulated, _inner(places, times), events)


def compare(observed: NDArray[np.int64], simulated: NDArray[np.int64]) -> Against:
    """Summarise simulated counts the way the Near Repeat Calculator does.

    Parameters
    ----------
    observed : ndarray of int, shape (places, times)
        Pairs as they are.
    simulated : ndarray of int, shape (places, times, permutations)
        Pairs after each shuffle; at least one.

    Returns
    -------
    Against
        Mean, extremes, ratio and p-value per band.

    Raises
    ------
    ValueError
        If the shapes do not fit or there are no simulated counts.

    Examples
    --------
    >>> found = compare(np.array([[28]]), np.array([[[20, 18, 10]]]))
    >>> found.ratio.round(2), found.p_value
    (array([[1.75]]), array([[0.25]]))
    """
    if simulated.ndim != 3 or simulated.shape[:2] != observed.shape or simulated.shape[2] < 1:
        raise ValueError(f"shapes do not fit: {observed.shape} and {simulated.shape}")
    mean = simulated.mean(axis=2)
    reached = (simulated >= observed[..., None]).sum(axis=2)
    return Against(
        mean=mean,
        least=simulated.min(axis=2),
        most=simulated.max(axis=2),
        ratio=_ratio(observed, mean),
        p_value=(1 + reached) / (1 + simulated.shape[2]),
    )


def _ratio(observed: NDArray[np.int64], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio: NDArray[np.float64] = np.divide(observed, mean, out=np.full(mean.shape, np.nan), where=mean > 0)
    return ratio


def _with_outer(inner: NDArray[np.int64], places: Bands, totals: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add the band of place without upper limit: what no other band of place holds."""
    if not places.open_ended:
        return inner
    outer = totals[None, :, None] - inner.sum(axis=0, keepdims=True)
    return np.concatenate([inner, outer])


def _inner(places: Bands, times: Bands) -> NDArray[np.bool_]:
    """Say which bands are looked at: those with both limits."""
    rows = np.arange(len(places)) < len(places) - places.open_ended
    columns = np.arange(len(times)) < len(times) - times.open_ended
    return rows[:, None] & columns[None, :]


def _result(
    observed: NDArray[np.int64],
    by_chance: screening.Chance,
    simulated: NDArray[np.int64],
    looked_at: NDArray[np.bool_],
    events: Events,
) -> Knox:
    deviation = np.sqrt(np.maximum(by_chance.variance, 0.0))
    unknown = np.full(observed.shape, np.nan)
    p_value, p_overall, most = unknown, unknown, np.full(observed.shape, -1, dtype=np.int64)
    if simulated.shape[2]:
        summary = compare(observed, simulated)
        p_value, most = summary.p_value, summary.most
        p_overall = _overall(observed, simulated, by_chance.mean, deviation, looked_at)
    return Knox(
        observed=observed,
        expected=by_chance.mean,
        deviation=deviation,
        ratio=_ratio(observed, by_chance.mean),
        screening=by_chance.exceeding(observed),
        p_value=p_value,
        p_overall=p_overall,
        most=most,
        permutations=simulated.shape[2],
        events=len(events),
    )


def _overall(
    observed: NDArray[np.int64],
    simulated: NDArray[np.int64],
    mean: NDArray[np.float64],
    deviation: NDArray[np.float64],
    looked_at: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return how often any band of a shuffle stands out as much as this one."""
    varies = looked_at & (deviation > 0)
    scale = np.where(varies, deviation, 1.0)
    excess = np.where(varies, (observed - mean) / scale, -np.inf)
    of_shuffles = np.where(varies[..., None], (simulated - mean[..., None]) / scale[..., None], -np.inf)
    highest = of_shuffles.reshape(-1, simulated.shape[2]).max(axis=0)
    reached = (highest[None, None, :] >= excess[..., None] - 1e-12).sum(axis=2)
    found: NDArray[np.float64] = (1 + reached) / (1 + simulated.shape[2])
    return np.where(looked_at, found, np.nan)
