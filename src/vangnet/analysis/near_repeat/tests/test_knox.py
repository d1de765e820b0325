import csv
import dataclasses
import itertools
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.near_repeat import pairs as pairs_module
from vangnet.analysis.near_repeat import screening
from vangnet.analysis.near_repeat.bands import Bands
from vangnet.analysis.near_repeat.events import check_events
from vangnet.analysis.near_repeat.knox import compare, knox
from vangnet.analysis.near_repeat.pairs import pairs_within
from vangnet.analysis.near_repeat.shuffles import Clock, shuffled_counts

DATA = Path(__file__).parents[6] / "shared/data/near_repeat"
PLACES = Bands((0, 100, 200, 300, math.inf), closed="right", same=0.0)
TIMES = Bands((0, 7, 14, 21, math.inf))


def made(n=400, seed=1, days=60, size=3000):
    rng = np.random.default_rng(seed)
    places = rng.integers(0, size, (2, n)) + 200_000
    return check_events(places[0], places[1], rng.integers(0, days, n))


@pytest.fixture(scope="module")
def chicago():
    """The events and what the reference calculator made of them: (events, observed, shuffles, texts)."""
    found = sorted(DATA.glob("*NRverbose*.csv"))
    if not found:
        pytest.skip(f"no output of the reference calculator in {DATA}")
    with (DATA / "chicago_be_month1.csv").open() as file:
        x, y, day = zip(*csv.reader(file), strict=True)
    days = np.array(day, dtype="datetime64[D]").astype(float)
    blocks = re.split(r"Row \d Column \d\n", found[0].read_text(encoding="latin-1"))[1:]
    numbers = [[float(v) for v in re.search(r"Expected,([\d,\s]+?),\n", b)[1].split(",")] for b in blocks]
    facts = [
        {
            key: float(re.search(rf"{key},? ?([\d.]+)", block)[1])
            for key in ("Observed", "Min", "Max", "Mean", "P value", "Obs over Mean Exp")
        }
        for block in blocks
    ]
    # the calculator goes down the rows, column after column
    return check_events([float(v) for v in x], [float(v) for v in y], days), numbers, facts


def by_band(values, shape=(5, 4)):
    return np.array(values).reshape(shape[1], shape[0], *np.array(values).shape[1:]).swapaxes(0, 1)


def test_all_twenty_counts_are_those_of_the_reference_calculator(chicago):
    events, _, facts = chicago
    found = knox(events, PLACES, TIMES, metric="manhattan", permutations=0)

    assert np.array_equal(found.observed, by_band([fact["Observed"] for fact in facts]))


def test_the_same_shuffles_give_the_figures_of_the_reference_calculator(chicago):
    events, numbers, facts = chicago
    observed = knox(events, PLACES, TIMES, metric="manhattan", permutations=0).observed
    found = compare(observed, by_band(numbers).astype(np.int64))

    for ours, theirs in (
        ("mean", "Mean"),
        ("least", "Min"),
        ("most", "Max"),
        ("p_value", "P value"),
        ("ratio", "Obs over Mean Exp"),
    ):
        assert np.allclose(getattr(found, ours), by_band([fact[theirs] for fact in facts]), rtol=1e-12), ours


def test_the_shuffles_of_the_reference_calculator_fit_our_exact_mean_and_variance(chicago):
    events, numbers, _ = chicago
    found = knox(events, PLACES, TIMES, metric="manhattan", permutations=199)
    away = (by_band(numbers).mean(axis=2) - found.expected) / (found.deviation / math.sqrt(19))

    assert np.abs(away).max() < 3.5
    assert found.p_value[0, 0] == pytest.approx(1 / 200, abs=0.01)
    assert found.p_overall[0, 0] < 0.05
    assert np.isnan(found.p_overall[4, 0])


def brute(events, places, times, metric, order=None):
    counts = np.zeros((len(places), len(times)), dtype=int)
    moments = events.time if order is None else events.time[list(order)]
    for i, j in itertools.combinations(range(len(events)), 2):
        dx, dy = abs(events.x[i] - events.x[j]), abs(events.y[i] - events.y[j])
        distance = dx + dy if metric == "manhattan" else math.hypot(dx, dy)
        row, column = (
            places.assign(np.array([distance]))[0],
            times.assign(np.array([abs(moments[i] - moments[j])]))[0],
        )
        if row < len(places) and column < len(times):
            counts[row, column] += 1
    return counts


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 9)), min_size=4, max_size=14),
    st.sampled_from(["straight", "manhattan"]),
    st.sampled_from([Bands((0, 3, 5)), Bands((0, 3, 5), closed="right"), Bands((0, 5, math.inf), same=0.0)]),
    st.sampled_from([Bands((0, 2, 4)), Bands((0, 1, 3, math.inf)), Bands((0, 2), closed="right", same=0)]),
    st.sampled_from([1.0, 0.1]),
)
def test_every_pair_is_counted_in_its_band(rows, metric, places, times, step):
    if len({row[:2] for row in rows}) == 1 or len({row[2] for row in rows}) == 1:
        return
    x, y, time = np.array(rows, dtype=float).T
    events = check_events(x, y, time * step)
    times = dataclasses.replace(times, edges=tuple(edge * step for edge in times.edges))
    found = knox(events, places, times, metric=metric, permutations=0)
    pairs = len(events) * (len(events) - 1) / 2
    assert not (places.open_ended and times.open_ended) or found.expected.sum() == pytest.approx(pairs)

    assert np.array_equal(found.observed, brute(events, places, times, metric))


def test_mean_and_variance_are_those_of_all_ways_to_deal_the_moments_out():
    events = check_events([0, 3, 4, 9, 9, 0], [0, 1, 1, 5, 5, 0], [0, 1, 1, 2, 6, 7])
    places, times = Bands((0, 2, 6, math.inf)), Bands((0, 1, 3, math.inf))
    counts = np.array(
        [brute(events, places, times, "straight", order) for order in itertools.permutations(range(6))]
    )
    found = knox(events, places, times, permutations=0)

    assert np.allclose(found.expected, counts.mean(axis=0))
    assert np.allclose(found.deviation, counts.std(axis=0))


def test_shuffles_have_the_exact_mean_and_spread_and_every_type_of_moment_agrees():
    events = made()
    places, times = Bands((0, 150, 300)), Bands((0, 7, 14))
    pairs = pairs_within(events, places)
    found = knox(events, places, times, permutations=999)
    counts = shuffled_counts(pairs, Clock.of(events.time, times.limits), permutations=999, seed=1)
    in_minutes = knox(
        check_events(events.x, events.y, events.time * 1440),
        places,
        Bands((0, 7 * 1440, 14 * 1440)),
        permutations=300,
    )
    halves = shuffled_counts(
        pairs,
        Clock.of(events.time + np.where(events.time > 0, 0.25, 0), times.limits),
        permutations=140,
        seed=1,
    )
    assert np.abs((counts.mean(axis=2) - found.expected) / found.deviation).max() < 4 / math.sqrt(999)
    assert np.abs(counts.std(axis=2) / found.deviation - 1).max() < 0.1
    assert np.array_equal(in_minutes.observed, found.observed)
    assert halves.shape == (2, 2, 140)
    assert np.abs(halves.mean(axis=2) - found.expected).max() < 4


def test_the_same_seed_gives_the_same_figures_with_any_number_of_workers():
    events, bands = made(), (Bands((0, 200)), Bands((0, 7)))
    told = []
    results = [
        knox(
            events,
            *bands,
            permutations=300,
            seed=seed,
            workers=workers,
            progress=lambda d, t: told.append((d, t)),
        )
        for seed, workers in ((4, 1), (4, 2), (5, 2))
    ]
    assert results[0].p_value == results[1].p_value
    assert results[0].most != results[2].most or results[0].p_value != results[2].p_value
    assert told[-1] == (300, 300)


def test_planted_repeats_are_found_and_only_in_their_band():
    plain = made(n=300, seed=3, size=20_000)
    x, y, time = (
        np.concatenate([v, v[:60] + more]) for v, more in ((plain.x, 30), (plain.y, 10), (plain.time, 3))
    )
    found = knox(check_events(x, y, time), Bands((0, 100, 200, 400)), Bands((0, 7, 14, 28)))

    assert (found.p_overall[0, 0], found.ratio[0, 0] > 3) == (0.001, True)
    assert (found.p_overall.ravel()[1:] > 0.05).all()


def test_screening_is_close_to_the_shuffles():
    events = made(n=800, seed=6, days=30)
    found = knox(events, Bands((0, 100, 200, 400)), Bands((0, 3, 7, 14)), permutations=1999)

    assert np.abs(found.screening - found.p_value).max() < 0.03
    assert (screening.Chance(np.zeros((1, 1)), np.zeros((1, 1))).exceeding(np.zeros((1, 1), int)) == 1).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x": [6.1, 6.2, 6.3], "y": [52.1, 52.2, 52.3]}, "rij 11, kolom x: (6.1, 52.1) lijkt in graden"),
        ({"x": [210000, math.nan, 210001]}, "rij 12, kolom x: een waarde ontbreekt"),
        ({"time": [1, 2, math.nan]}, "rij 13, kolom datum: een waarde ontbreekt"),
        ({"time": [1, 2, 99]}, "rij 13, kolom datum: een moment in de toekomst"),
        ({"time": [1, 1, 1]}, "alle voorvallen hebben één tijdstip"),
        ({"x": [210000] * 3, "y": [460000] * 3}, "alle voorvallen liggen op één plek"),
        ({"x": [], "y": [], "time": []}, "minder dan 3 voorvallen"),
    ],
)
def test_a_fault_says_where_and_what_to_do(change, words):
    given_ = {"x": [210000, 210010, 210020], "y": [460000, 460010, 460020], "time": [1, 2, 3]} | change
    with pytest.raises(TableFault) as fault:
        check_events(**given_, today=50, rows=[11, 12, 13], names=("x", "y", "datum"))

    assert words in fault.value.dutch


def test_limits_that_do_not_rise_and_too_many_pairs_are_refused(monkeypatch):
    for wrong in ((0,), (1, 2), (0, 5, 5), (0, math.nan)):
        with pytest.raises(TableFault, match="rise"):
            Bands(wrong)
    with pytest.raises(TableFault, match="same"):
        Bands((0, 5), same=5)
    monkeypatch.setattr(pairs_module, "MOST_PAIRS", 10)
    with pytest.raises(TableFault, match="smaller largest distance"):
        knox(made(), Bands((0, 500)), Bands((0, 7)), permutations=0)


def test_the_share_of_events_at_one_place_is_told():
    assert check_events([0, 0, 7, 9], [1, 1, 2, 3], [1, 2, 3, 4]).same_place == 0.5
