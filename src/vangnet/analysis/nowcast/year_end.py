"""The nowcast: what the year will come to, from its first months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vangnet.analysis.nowcast.breaks import Break, find_breaks
from vangnet.analysis.nowcast.choosing import combine
from vangnet.analysis.nowcast.coherent import reconcile, spread_over_months, whole_numbers
from vangnet.analysis.nowcast.intervals import Bounds, bands, calibrated
from vangnet.analysis.nowcast.judging import judge
from vangnet.analysis.nowcast.levels import candidates, levels
from vangnet.analysis.nowcast.panel import Panel
from vangnet.analysis.nowcast.prepare import Plan, prepare

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Progress = Callable[[int, int], None]

FEWEST_YEARS = 3  # complete years before the running one
FIRST = 23  # months after which forecasts of the past count
LEARNING = 12  # months more before they calibrate, when there are enough
LONG = 60  # months known from which there are enough
METHOD = (
    "levels at eight speeds (gamma-Poisson) with a season per kind and variants with trend, share and ratio, "
    "weighted by how well they did before on the series and on others like it; sums reconciled, never below "
    "0, whole numbers; negative-binomial intervals calibrated per height and size on forecasts of the past "
    "(Mondrian conformal); late registration by chain ladder when given"
)


class Reason(StrEnum):
    """Why the total of a year cannot be determined."""

    TOO_FEW_YEARS = "minder dan drie volledige jaren vóór dit jaar"
    GAPS = "er ontbreken maanden in de laatste drie jaar of in dit jaar"
    NO_EVENTS = "geen enkel voorval in de hele reeks; niet geteld of niet gebeurd is niet te zien"
    NO_BETTER = "in eerdere jaren niet beter dan bekend x 12 / maanden"
    FEW_OUTCOMES = "te weinig eerdere uitkomsten om de marge op te ijken"


@dataclass(frozen=True, slots=True)
class Nowcast:
    """Result of `nowcast`; arrays by series of the panel.

    Where there is a reason, figures of the series are to be withheld. They are still part of the sums
    above, which is why sums hold over all series.
    """

    reason: tuple[Reason | None, ...]
    known: Floats  # counts of the year so far; nan: gaps
    rest: Ints  # still to come or to be registered; -1: no figure at all
    total: Ints  # known + rest; -1
    low: Ints  # interval of the total; -1
    high: Ints
    months: Ints  # shape (series, months to come); -1
    month_low: Ints
    month_high: Ints
    late: Ints  # of `rest`, what is still to be registered for months that are over; -1
    naive: Floats  # known x 12 / months
    error: Floats  # mean absolute error in earlier years, as a fraction of a mean year; nan: none
    naive_error: Floats
    breaks: tuple[Break, ...]
    registered: Floats  # shape (kinds, delays): part of a month registered after each delay
    level: float
    outcomes: int  # fewest that an interval was calibrated on


def nowcast(
    panel: Panel,
    *,
    triangle: ArrayLike | None = None,
    level: float = 0.95,
    progress: Progress | None = None,
) -> Nowcast:
    """Estimate what the last year of each series will come to, or say that it cannot be determined.

    Parameters
    ----------
    panel : Panel
        Series from a January on; the last year known for 1 to 11 months.
    triangle : array_like, shape (areas that are no sum, kinds, months, delays), optional
        Events by month and by how many months later they were registered; nan: in the future.
        Its sums over delays are the counts of the panel.
    level : float, default 0.95
        Part of the outcomes that intervals are to hold.
    progress : callable, optional
        Told how many steps are done, of how many.

    Returns
    -------
    Nowcast

    Raises
    ------
    TableFault
        If the last year is complete.
    ValueError
        If `level` does not lie between 0 and 1, or the triangle does not fit the panel.

    Notes
    -----
    1. Each kind gets a season from all its areas, as known at the start of each year.
    2. The level of each series is followed at eight speeds, and 18 methods turn it into an expectation
       of the target, in each month of the past as in the last one.
    3. The methods are averaged with weights from their deviance before (`combine`).
    4. Expectations of wholes and parts are reconciled (`reconcile`).
    5. Intervals are calibrated on the past, within height and number of events (`calibrated`).
    6. Whole numbers: parts add up to their whole and months to their year exactly.

    Refused (`Reason`): fewer than 3 complete earlier years, missing months, no events at all, fewer
    outcomes than 1 / (1 - level) - 1 to calibrate on, or a mean error in earlier years, from as many
    months, that is not below that of known x 12 / months (`judge`).

    Examples
    --------
    >>> from vangnet.analysis.nowcast.panel import build_panel
    >>> season = 100 + np.round(30 * np.cos(np.arange(12) / 6 * np.pi))
    >>> counts = np.concatenate([np.tile(season, 5), season[:8]])
    >>> result = nowcast(build_panel(["Aalst"], ["inbraak"], 2013, [[counts]]))
    >>> int(result.total[0]), round(float(result.naive[0])), float(season.sum())
    (1204, 1161, 1200.0)
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie between 0 and 1: {level}")
    tell = progress or (lambda _done, _total: None)
    plan = prepare(panel, triangle, fewest_years=FEWEST_YEARS)
    steps = plan.ahead + 4
    tell(1, steps)
    if not len(plan.series):
        return _nothing(panel, plan, level)
    state = levels(plan.rows)
    tell(2, steps)
    expected = _expect(plan, state)
    tell(3, steps)
    used = _used(plan)
    whole = _interval(plan, expected, plan.target, used, level, plan.span, plan.lag)
    single = []
    for ahead in range(plan.ahead):
        mean = expected * plan.month_share[..., ahead]
        outcome, counts = _one_month(plan, ahead + 1)
        single.append(_interval(plan, mean, outcome, counts, level, 1.0, ahead + 1 + plan.delays))
        tell(4 + ahead, steps)
    error, naive_error, worse = judge(plan, expected)
    breaks = find_breaks(plan.rows.seen[: len(plan.series)], plan.told)
    tell(steps, steps)
    return _result(panel, plan, expected, (whole, single), (error, naive_error, worse), breaks, level)


def _expect(plan: Plan, state: Floats) -> Floats:
    """Return what is expected of the target in each month, shape (months, series)."""
    count = len(plan.series)
    back = -(-plan.lag // 12)
    every = candidates(plan.rows, state, plan.exposure, plan.target, plan.span, back)[..., :count]
    mean = plan.rows.seen[:count].sum(axis=1) / np.maximum((plan.rows.exposure[:count] > 0).sum(axis=1), 1)
    like = bands(mean, plan.height, 1.0)
    used = _used(plan)
    single = combine(every, plan.target[:, :count], used, like, plan.lag)
    return reconcile(single, plan.target[:, :count], used, plan.parent, plan.height, plan.lag)


def _used(plan: Plan) -> Bools:
    """Say which forecasts of the past count: known outcome, and two years to learn from."""
    count = len(plan.series)
    month = np.arange(len(plan.target))[:, None]
    return ~np.isnan(plan.target[:, :count]) & (month >= plan.rows.start[:count] + FIRST)


def _one_month(plan: Plan, ahead: int) -> tuple[Floats, Bools]:
    """Return the counts so many months later, shape (months, series), and where they are known."""
    count = len(plan.series)
    seen = plan.rows.seen[:count].T
    outcome = np.full_like(seen, np.nan)
    last = len(seen) - plan.delays
    outcome[: last - ahead] = seen[ahead:last]
    month = np.arange(len(seen))[:, None]
    return outcome, ~np.isnan(outcome) & (month >= plan.rows.start[:count] + FIRST)


def _interval(
    plan: Plan, expected: Floats, target: Floats, used: Bools, level: float, span: float, lag: int
) -> Bounds:
    begin = FIRST + (LEARNING + lag // 2 if len(expected) >= LONG else 0)
    return calibrated(
        expected,
        target[:, : expected.shape[1]],
        used,
        plan.height,
        months=span,
        lag=lag,
        begin=begin,
        level=level,
    )


def _nothing(panel: Panel, plan: Plan, level: float) -> Nowcast:
    """Return the result when no series has enough history."""
    count = len(panel.counts)
    none = np.full(count, -1)
    empty = np.full((count, plan.ahead), -1)
    unknown = np.full(count, np.nan)
    return Nowcast(
        reason=tuple(_reason(plan.fault[at], None) for at in range(count)),
        known=plan.known, rest=none, total=none, low=none, high=none,
        months=empty, month_low=empty, month_high=empty, late=none,
        naive=plan.known * 12 / panel.cut, error=unknown, naive_error=unknown,
        breaks=(), registered=plan.registered, level=level, outcomes=0,
    )  # fmt: skip


def _reason(fault: str, own: Reason | None) -> Reason | None:
    return {"short": Reason.TOO_FEW_YEARS, "gaps": Reason.GAPS, "empty": Reason.NO_EVENTS}.get(fault, own)


def _result(
    panel: Panel,
    plan: Plan,
    expected: Floats,
    found: tuple[Bounds, list[Bounds]],
    judged: tuple[Floats, Floats, Bools],
    breaks: list[Break],
    level: float,
) -> Nowcast:
    """Round, let sums hold, and put figures in the places of the panel."""
    whole, single = found
    last = expected[-1]
    rest = whole_numbers(last, plan.parent, plan.height)
    share = plan.month_share[-1]
    if plan.delays:  # what is still to be registered comes before the months to come
        share = np.hstack([plan.late_share[-1][:, None], share])
    split = spread_over_months(rest, last[:, None] * share, plan.parent, plan.height)
    late, split = rest - split[:, -plan.ahead :].sum(axis=1), split[:, -plan.ahead :]
    outcomes = min([whole.outcomes, *(one.outcomes for one in single)])
    count = len(panel.counts)
    reason = _reasons(plan, judged[2], scarce=outcomes < round(1 / (1 - level) - 1, 6))
    known = plan.known[plan.series].astype(np.int64)

    def placed(values: NDArray[np.generic], empty: float = -1) -> NDArray[np.generic]:
        result = np.full((count, *values.shape[1:]), empty, dtype=values.dtype)
        result[plan.series] = values
        return result

    lows = np.stack([np.minimum(one.low, split[:, at]) for at, one in enumerate(single)], axis=1)
    highs = np.stack([np.maximum(one.high, split[:, at]) for at, one in enumerate(single)], axis=1)
    figures: dict[str, NDArray[np.generic]] = {
        "rest": rest, "total": known + rest, "low": known + np.minimum(whole.low, rest),
        "high": known + np.maximum(whole.high, rest), "months": split, "month_low": lows, "month_high": highs,
        "late": late,
    }  # fmt: skip
    return Nowcast(
        reason=reason,
        known=plan.known,
        naive=plan.known * 12 / panel.cut,
        error=placed(judged[0], np.nan),  # type: ignore[arg-type]
        naive_error=placed(judged[1], np.nan),  # type: ignore[arg-type]
        breaks=tuple(_moved(one, plan) for one in breaks),
        registered=plan.registered,
        level=level,
        outcomes=outcomes,
        **{name: placed(values) for name, values in figures.items()},  # type: ignore[arg-type]
    )


def _reasons(plan: Plan, worse: Bools, *, scarce: bool) -> tuple[Reason | None, ...]:
    """Return why figures of each series of the panel are withheld."""
    result = [_reason(fault, None) for fault in plan.fault]
    for at, no_better in zip(plan.series.tolist(), worse.tolist(), strict=True):
        result[at] = Reason.FEW_OUTCOMES if scarce else Reason.NO_BETTER if no_better else None
    return tuple(result)


def _moved(one: Break, plan: Plan) -> Break:
    return Break(
        int(plan.series[one.series]), one.month, one.earliest, one.latest,
        one.factor, one.low, one.high, one.evidence,
    )  # fmt: skip
