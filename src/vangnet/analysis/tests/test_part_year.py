import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vangnet.analysis.part_year import BREAK, WIDEST, WORSE_THAN_SIMPLE, Reason, backtest, part_year

fixed = settings(derandomize=True, max_examples=40, deadline=None)
PACK = Path(__file__).parents[4] / "regions/oost-nederland/figures/national_monthly.csv"
SEASON = 1 + 0.25 * np.cos(np.arange(12) / 6 * np.pi)


@st.composite
def tables(draw):
    """Some years of counts of any size, with the months known of the last."""
    years = draw(st.integers(4, 9))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    mean = draw(st.sampled_from([0.05, 1, 20, 500, 20_000]))
    growth = np.exp(rng.normal(0, 0.15, (years, 1)).cumsum(axis=0))
    table = rng.poisson(mean * growth * rng.uniform(0.5, 1.5, 12)).astype(float)
    return table[:-1], table[-1, : draw(st.integers(1, 11))]


def noisy(rng, mean, years, noise=0.05, drift=0.02):
    """Counts with season, drifting level and noise."""
    level = np.exp(rng.normal(0, drift, years * 12).cumsum() + rng.normal(0, noise, years * 12))
    return rng.poisson(mean * level.reshape(years, 12) * SEASON).astype(float)


@fixed
@given(tables())
def test_there_is_either_an_estimate_with_an_honest_interval_or_a_reason(case):
    history, known = case
    result = part_year(history, known)

    assert result.naive == pytest.approx(known.sum() * 12 / known.size)
    if result.reason is not None:
        assert (result.estimate, result.low, result.high) == (None, None, None)
        return
    assert known.sum() <= result.low <= result.estimate <= result.high
    assert result.high - result.low <= 2 * WIDEST * result.estimate
    assert result.backtest_error <= result.naive_error + WORSE_THAN_SIMPLE
    assert known.sum() <= history[-1, : known.size].sum() * BREAK
    assert result.withheld is None


@fixed
@given(st.floats(-0.2, 0.2), st.integers(3, 11), st.integers(3, 8))
def test_a_series_that_repeats_its_season_with_steady_growth_is_foretold(growth, months, years):
    table = 10_000 * SEASON * (1 + growth) ** np.arange(years + 1)[:, None]
    result = part_year(table[:-1], table[-1, :months])

    assert result.estimate == pytest.approx(table[-1].sum(), rel=0.02)
    assert result.low <= table[-1].sum() <= result.high


@fixed
@given(tables())
def test_only_earlier_years_and_the_known_months_are_used(case):
    history, known = case
    later = np.concatenate([known, np.full(12 - known.size, 1e6)])
    result = backtest(np.vstack([history, later, np.full((1, 12), 5.0)]), [len(history)], [known.size])

    ours = part_year(history, known).estimate
    assert np.isnan(result.estimate[0, 0]) if ours is None else result.estimate[0, 0] == ours


def test_a_known_season_is_better_than_the_simple_sum():
    rng = np.random.default_rng(3)
    results = [backtest(noisy(rng, 1000, 7), [6], [4, 8]) for _ in range(60)]
    ours = np.mean([np.abs(result.withheld_error) for result in results], axis=0)
    simple = np.mean([np.abs(result.naive_error) for result in results], axis=0)

    assert (ours < 0.65 * simple).all()


@pytest.mark.parametrize(("mean", "years"), [(150, 4), (150, 8), (3000, 4), (3000, 8)])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(mean, years):
    rng = np.random.default_rng(years)
    results = [backtest(noisy(rng, mean, years), [years - 1], [3, 6, 8, 11]) for _ in range(60)]
    given_ = np.array([~np.isnan(result.estimate[0]) for result in results])
    covered = np.array([result.covered[0] for result in results])

    assert 0.85 <= covered[given_].mean() <= 0.99


def test_a_higher_level_gives_a_wider_interval():
    table = noisy(np.random.default_rng(5), 5000, 6)
    narrow, wide = (part_year(table[:-1], table[-1, :8], level=level) for level in (0.5, 0.95))

    assert wide.low < narrow.low < narrow.estimate < narrow.high < wide.high


@pytest.mark.parametrize(
    ("years", "months", "reason"),
    [(3, 8, None), (2, 8, Reason.TOO_FEW_YEARS), (0, 8, Reason.TOO_FEW_YEARS), (6, 2, Reason.TOO_FEW_MONTHS)],
)
def test_too_little_to_go_by_is_a_reason(years, months, reason):
    table = np.tile(1000 * SEASON, (years + 1, 1))

    assert part_year(table[:-1], table[-1, :months]).reason is reason


def test_a_year_with_an_unpublished_month_breaks_the_past():
    table = np.tile(1000 * SEASON, (7, 1))
    table[1, 4] = np.nan
    assert part_year(table[:-1], table[-1, :8]).years == 4

    table[3, 0] = np.nan
    assert part_year(table[:-1], table[-1, :8]).reason is Reason.TOO_FEW_YEARS


def test_a_series_of_a_few_events_is_too_uncertain():
    table = np.random.default_rng(1).poisson(0.4, (8, 12))

    assert part_year(table[:-1], table[-1, :8]).estimate is None
    assert part_year(np.zeros((5, 12)), np.zeros(8)).reason is Reason.TOO_UNCERTAIN


def test_a_series_that_the_simple_sum_foretells_better_is_refused():
    # The remaining months jump between years while the year as a whole stays the same.
    table = np.tile(np.full(12, 1000.0), (7, 1))
    table[::2, 6:8], table[1::2, 6:8] = 400, 1600
    table[::2, :6], table[1::2, :6] = 1200, 800
    result = part_year(table[:-1], table[-1, :8])

    assert result.reason is Reason.WORSE_THAN_SIMPLE
    assert result.backtest_error > result.naive_error + WORSE_THAN_SIMPLE
    assert result.withheld > 0


@pytest.mark.parametrize("factor", [2.1, 0.45])
def test_a_year_unlike_all_before_is_refused(factor):
    table = np.tile(1000 * SEASON, (6, 1))

    assert part_year(table[:-1], table[-1, :8] * factor).reason is Reason.BROKEN_SERIES


@pytest.mark.parametrize(
    ("history", "known", "level", "message"),
    [
        (np.ones((4, 11)), np.ones(8), 0.9, "years, 12"),
        (np.ones((4, 12)), np.ones(0), 0.9, "1 to 11"),
        (np.ones((4, 12)), np.ones(12), 0.9, "1 to 11"),
        (np.ones((4, 12)), [1, np.nan, 1], 0.9, "finite"),
        (np.full((4, 12), np.inf), np.ones(8), 0.9, "finite"),
        (np.ones((4, 12)), [1, -1, 1], 0.9, ">= 0"),
        (np.ones((4, 12)), np.ones(8), 90, "level"),
    ],
)
def test_figures_without_meaning_are_refused(history, known, level, message):
    with pytest.raises(ValueError, match=message):
        part_year(history, known, level=level)


@pytest.mark.parametrize(
    ("series", "years", "months", "message"),
    [
        (np.ones((4, 11)), [2], [8], "years, 12"),
        (np.ones((4, 12)), [0], [8], "rows after the first"),
        (np.ones((4, 12)), [4], [8], "rows after the first"),
        (np.ones((4, 12)), [2], [12], "1 to 11"),
        (np.zeros((4, 12)), [2], [8], "no events"),
    ],
)
def test_a_backtest_needs_years_that_exist(series, years, months, message):
    with pytest.raises(ValueError, match=message):
        backtest(series, years, months)


@pytest.mark.skipif(not PACK.exists(), reason="the region pack has no monthly figures")
def test_national_burglary_and_youth_nuisance_keep_the_promise():
    rows = list(csv.DictReader(PACK.open(encoding="utf-8")))
    for name in ("1.1.1", "youth_nuisance"):
        series = np.array([float(row[name]) for row in rows]).reshape(-1, 12)
        result = backtest(series, range(2015, 2020), [8], first_year=int(rows[0]["month"][:4]))

        assert np.abs(result.error).mean() <= 0.022
        assert np.abs(result.naive_error).mean() > 0.04
