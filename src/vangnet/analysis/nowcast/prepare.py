"""Lay a panel out for forecasting: what can be used, what was known when, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.nowcast.delay import registered_part
from vangnet.analysis.nowcast.levels import Rows
from vangnet.analysis.nowcast.panel import Panel
from vangnet.analysis.nowcast.seasons import season_tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    """A panel laid out; "series" are the n usable ones, rows also have the kinds as a whole behind them."""

    series: Ints  # shape (n,): places in the panel
    fault: tuple[str, ...]  # of every series of the panel: short, gaps, empty, or nothing
    known: Floats  # of every series of the panel: counts of the year so far, nan with gaps
    parent: Ints  # shape (n,): place among the usable ones
    height: Ints
    rows: Rows
    ahead: int  # months to come
    delays: int  # months after which a count still rises
    span: float  # length of the target in months
    lag: int  # months after which a target is known
    exposure: Floats  # shape (months, rows): of the target, as seen from each month
    target: Floats  # shape (months, rows): what is still to come or to be registered this year
    month_share: Floats  # shape (months, n, ahead): part of the target that each month is expected to bring
    late_share: Floats  # shape (months, n): part that late registration is expected to bring
    known_then: Floats  # shape (months, rows): counts of the year so far, as known then
    complete: Floats  # shape (n, months): counts with what is still to be registered; 0 where unknown
    told: Floats  # shape (n, months): exposure of what is registered so far
    years: Floats  # shape (n,): length of the known history
    registered: Floats  # shape (kinds, delays)


def prepare(panel: Panel, triangle: ArrayLike | None, *, fewest_years: int) -> Plan:
    """Lay out a panel.

    Parameters
    ----------
    panel : Panel
        The series.
    triangle : array_like or None
        As in `nowcast`.
    fewest_years : int
        Complete years that a series needs before the running one.

    Returns
    -------
    Plan

    Raises
    ------
    TableFault
        If the last year is complete.
    ValueError
        If the triangle does not fit.
    """
    cut = panel.cut
    if cut == 12:
        raise TableFault(
            "the last year is complete: there is nothing to estimate",
            "het laatste jaar is compleet: er valt niets te schatten",
        )
    start, fault = _history(panel, fewest_years)
    series = np.flatnonzero(np.array(fault) == "")
    counts = np.where(np.arange(panel.counts.shape[1]) >= start[series, None], panel.counts[series], 0.0)
    known = panel.counts[:, -cut:].sum(axis=1)
    place = np.full(len(panel.counts) + 1, -1)
    place[series] = np.arange(len(series))
    registered, waiting = _late(panel, triangle, series)
    waiting = np.where(np.arange(panel.counts.shape[1]) >= start[series, None], waiting, 0.0)
    return _Layout(panel, series, start[series], counts, registered, waiting).plan(
        fault, known, place[panel.parent[series]]
    )


def _history(panel: Panel, fewest_years: int) -> tuple[Ints, tuple[str, ...]]:
    """Return the first month after the last gap of each series, and what is wrong with it."""
    months = panel.counts.shape[1]
    needed = fewest_years * 12 + panel.cut
    unknown: NDArray[np.bool_] = np.isnan(panel.counts)
    start: Ints = np.where(unknown.any(axis=1), months - unknown[:, ::-1].argmax(axis=1), 0)
    # a series that begins late has no gap: nothing is known before its first month
    has_gap = (~unknown & (np.arange(months) < start[:, None])).any(axis=1) | (start == months)
    # a quiet area takes part, as sums are to hold; a kind without any event tells nothing
    events = np.bincount(panel.kind, np.nansum(panel.counts, axis=1))[panel.kind] > 0
    fault = np.where(has_gap, "gaps", "short")
    fault = np.where(months - start >= needed, np.where(events, "", "empty"), fault)
    return start, tuple(fault.tolist())


def _late(panel: Panel, triangle: ArrayLike | None, series: Ints) -> tuple[Floats, Floats]:
    """Return the part registered per delay, and counts known per delay, shape (delays, n, months)."""
    months = panel.counts.shape[1]
    if triangle is None:
        return np.ones((len(panel.kinds), 0)), np.zeros((0, len(series), months))
    table = np.asarray(triangle, dtype=np.float64)
    leaves = int((panel.height == 0).sum())
    if table.ndim != 4 or table.shape[0] * table.shape[1] != leaves or table.shape[2] != months:
        raise ValueError(f"the triangle does not fit the panel: {table.shape}")
    flat = table.reshape(leaves, months, -1)
    part = registered_part(flat, panel.kind[:leaves])
    sums = np.zeros((len(panel.counts), *flat.shape[1:]))
    sums[:leaves] = np.nan_to_num(flat).cumsum(axis=2)
    for at in range(len(sums)):  # parts come before their whole
        if panel.parent[at] >= 0:
            sums[panel.parent[at]] += sums[at]
    delays = flat.shape[2] - 1  # after the last everything is known
    return part, np.moveaxis(sums[series], 2, 0)[:delays]


class _Layout:
    """The steps of `prepare` that share their data."""

    def __init__(
        self, panel: Panel, series: Ints, start: Ints, counts: Floats, registered: Floats, waiting: Floats
    ) -> None:
        self.panel, self.series, self.counts = panel, series, counts
        self.registered, self.delays = registered, len(waiting)
        self.months, self.ahead = counts.shape[1], 12 - panel.cut
        kinds = len(panel.kinds)
        self.kind = np.concatenate([panel.kind[series], np.arange(kinds)])
        wholes, first, late = self._wholes(start, waiting, kinds)
        self.start = np.concatenate([start, first])
        self.partial = np.concatenate([waiting, late], axis=1)
        self.seen = np.concatenate([counts, wholes])
        part = np.ones((len(self.kind), self.months))
        for delay in range(self.delays):
            part[:, self.months - 1 - delay] = registered[self.kind, delay]
        self.whole_counts = self._completed(part)
        years = self.months // 12 + 1
        self.tables = season_tables(self.whole_counts[len(series) :], first, years)
        at = np.arange(self.months)
        self.season = self.tables[at // 12, :, at % 12].T[self.kind]  # shape (rows, months)
        self.exposure = np.where(at >= self.start[:, None], self.season, 0.0)
        self.told = self.exposure * part

    def _completed(self, part: Floats) -> Floats:
        """Return counts with what is still to be registered.

        A month of which nothing can be registered yet gets the count of a year before.
        """
        result: Floats = self.seen / np.where(part > 0, part, 1.0)
        empty = part == 0
        for at in np.flatnonzero(empty.any(axis=0)):
            row = np.flatnonzero(empty[:, at])
            result[row, at] = result[row, at - 12]
        return result

    def _wholes(self, start: Ints, waiting: Floats, kinds: int) -> tuple[Floats, Ints, Floats]:
        """Add up the areas of each kind whose history is long enough for most of them."""
        sums, first = np.zeros((kinds, self.months)), np.zeros(kinds, dtype=np.int64)
        late = np.zeros((self.delays, kinds, self.months))
        kind, leaf = self.panel.kind[self.series], self.panel.height[self.series] == 0
        for one in range(kinds):
            own = np.flatnonzero((kind == one) & leaf)
            if not len(own):
                continue
            first[one] = int(np.quantile(start[own], 0.5, method="higher"))
            own = own[start[own] <= first[one]]
            sums[one], late[:, one] = self.counts[own].sum(axis=0), waiting[:, own].sum(axis=1)
        before = np.arange(self.months) < first[:, None]
        sums[before], late[:, before] = 0.0, 0.0
        return sums, first, late

    def plan(self, fault: tuple[str, ...], known: Floats, parent: Ints) -> Plan:
        """Work everything out."""
        count = len(self.series)
        height = self.panel.height[self.series]
        group = np.concatenate(
            [height * len(self.panel.kinds) + self.kind[:count], -1 - np.arange(len(self.kind) - count)]
        )
        lateness = (
            np.stack(
                [
                    self.season * (1 - self.registered[self.kind, delay])[:, None]
                    for delay in range(self.delays)
                ]
            )
            if self.delays
            else np.zeros((0, *self.season.shape))
        )
        rows = Rows(
            self.seen, self.exposure, self.start, self.kind, group, count + self.kind, self.partial,
            np.where(self.exposure > 0, lateness, 0.0),
        )  # fmt: skip
        ahead, late = self._exposures(lateness)
        total = ahead.sum(axis=2) + late
        target, known_then = self._outcomes()
        share = np.maximum(total, 1e-9)
        return Plan(
            series=self.series, fault=fault, known=known, parent=parent, height=height, rows=rows,
            ahead=self.ahead, delays=self.delays,
            span=float(self.ahead + sum(1 - self.registered[:, d].mean() for d in range(self._inside()))),
            lag=self.ahead + self.delays, exposure=total, target=target,
            month_share=(ahead / share[..., None])[:, :count], late_share=(late / share)[:, :count],
            known_then=known_then, complete=self.whole_counts[:count] * (self.exposure[:count] > 0),
            told=self.told[:count],
            years=(self.exposure[:count] > 0).sum(axis=1) / 12, registered=self.registered,
        )  # fmt: skip

    def _inside(self) -> int:
        """Delays that concern months of the running year."""
        return min(self.delays, self.panel.cut)

    def _exposures(self, lateness: Floats) -> tuple[Floats, Floats]:
        """Return exposures of the months to come and of late registration, as seen from each month."""
        at = np.arange(self.months)
        year = np.minimum((at + 1) // 12, len(self.tables) - 1)
        ahead = np.stack(
            [self.tables[year, :, (at + 1 + step) % 12][:, self.kind] for step in range(self.ahead)], axis=2
        )
        late = np.zeros(ahead.shape[:2])
        for delay in range(self._inside()):
            late[delay:] += lateness[delay].T[: self.months - delay]
        return ahead, late

    def _outcomes(self) -> tuple[Floats, Floats]:
        """Return what was still to come and what was known of the last months, as seen from each month."""
        cut, months = self.panel.cut, self.months
        zero = np.zeros((1, len(self.seen)))
        sums = np.concatenate([zero, self.seen.T.cumsum(axis=0)])
        at = np.arange(months)
        target = np.full((months, len(self.seen)), np.nan)
        final = at[at + self.ahead + self.delays < months]
        target[final] = sums[final + 1 + self.ahead] - sums[final + 1]
        known = sums[at + 1] - sums[np.maximum(at + 1 - cut, 0)]
        for delay in range(self._inside()):
            month = at[delay:] - delay
            missing = self.seen.T[month] - self.partial[delay].T[month]
            target[delay:] += missing
            known[delay:] -= missing
        return target, known
