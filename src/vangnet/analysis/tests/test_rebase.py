import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vangnet.analysis.rebase import CannotBeDetermined, Transition, rebase, transition_matrix

# A municipality takes in two others, then changes its name; elsewhere one is divided.
GRAPH = [
    Transition(2016, "Groesbeek", "Berg en Dal"),
    Transition(2015, "Millingen", "Groesbeek"),
    Transition(2015, "Ubbergen", "Groesbeek"),
    Transition(2015, "Groesbeek", "Groesbeek"),
    Transition(2018, "Divided", "East", 0.25),
    Transition(2018, "Divided", "West", 0.75),
    Transition(2018, "West", "West"),
]
VALUES = {"Groesbeek": 30, "Millingen": 5, "Ubbergen": 7, "Divided": 40, "West": 10, "Elsewhere": 3}


def test_mergers_add_and_renames_follow_in_order_of_time():
    result = rebase(VALUES, GRAPH, since=2014, until=2018)

    assert result == {"Elsewhere": 3, "Berg en Dal": 42, "East": 10, "West": 40}


def test_borders_of_a_moment_hold_on_that_moment():
    assert rebase(VALUES, GRAPH, since=2014, until=2014) == VALUES
    assert rebase(VALUES, GRAPH, since=2014, until=2015)["Groesbeek"] == 42
    assert rebase({"Groesbeek": 42}, GRAPH, since=2015, until=2015) == {"Groesbeek": 42}


def test_a_sum_with_a_part_not_published_is_not_published():
    result = rebase(VALUES | {"Ubbergen": None}, GRAPH, since=2014, until=2018)

    assert result["Berg en Dal"] is None
    assert result["West"] == 40


def test_zero_is_a_figure():
    assert rebase({"A": 0}, [Transition(1, "A", "B")], since=0, until=1) == {"B": 0}


def test_two_areas_may_swap_codes_at_one_moment():
    swap = [Transition(1, "A", "B"), Transition(1, "B", "A")]

    assert rebase({"A": 1, "B": 2}, swap, since=0, until=1) == {"B": 1, "A": 2}
    assert rebase({"A": 2, "B": 1}, swap, since=1, until=0) == {"A": 1, "B": 2}


def test_a_rename_can_be_undone():
    assert rebase({"Berg en Dal": 42, "Elsewhere": 3}, GRAPH, since=2017, until=2015) == {
        "Groesbeek": 42,
        "Elsewhere": 3,
    }


@pytest.mark.parametrize(("code", "since", "until"), [("Berg en Dal", 2017, 2014), ("West", 2018, 2017)])
def test_a_merger_or_split_cannot_be_undone(code, since, until):
    with pytest.raises(CannotBeDetermined, match="cannot be determined"):
        rebase({code: 42}, GRAPH, since=since, until=until)


@pytest.mark.parametrize(
    ("values", "since"),
    [
        ({"Ubbergen": 1}, 2015),  # has merged
        ({"Berg en Dal": 1}, 2015),  # has still to begin
        ({"East": 1}, 2014),
        ({"Groesbeek": 1}, 2016),  # has been renamed
    ],
)
def test_a_code_that_did_not_exist_is_refused(values, since):
    with pytest.raises(ValueError, match="unknown code"):
        rebase(values, GRAPH, since=since, until=2018)


def test_a_sum_of_which_a_part_is_missing_is_refused():
    with pytest.raises(ValueError, match="missing: Ubbergen"):
        rebase({"Groesbeek": 30, "Millingen": 5}, GRAPH, since=2014, until=2018)


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        ([Transition(1, "A", "B", 0.5)], "sum to 0.5"),
        ([Transition(1, "A", "B", 0.6), Transition(1, "A", "C", 0.6)], "sum to 1.2"),
        ([Transition(1, "A", "B", 0.0)], "weight"),
        ([Transition(1, "A", "B", math.nan)], "weight"),
        ([Transition(1, "A", "B"), Transition(1, "A", "B")], "twice"),
        ([Transition(1, "A", "C")], "needs an edge to itself"),
        ([Transition(-1, "X", "C"), Transition(1, "A", "C")], "has no edge to itself"),
    ],
)
def test_an_unsound_graph_is_refused(graph, message):
    with pytest.raises(ValueError, match=message):
        rebase({"A": 1, "C": 1}, graph, since=0, until=1)


def test_other_bad_input_is_refused():
    with pytest.raises(ValueError, match="finite"):
        rebase({"A": math.nan}, [], since=0, until=1)
    with pytest.raises(ValueError, match="twice"):
        transition_matrix(["A", "A"], [], since=0, until=1)


@st.composite
def histories(draw):
    """A sound graph over a few moments, with figures for the areas at moment 0."""
    start = [f"a{i}" for i in range(draw(st.integers(1, 5)))]
    present, graph = list(start), []
    for when in range(1, draw(st.integers(1, 4)) + 1):
        fresh = [f"m{when}.{i}" for i in range(2)]
        touched = draw(st.lists(st.sampled_from(present), min_size=1, unique=True))
        targets = fresh + touched
        for old in touched:
            chosen = draw(st.lists(st.sampled_from(targets), min_size=1, max_size=3, unique=True))
            parts = np.array(draw(st.lists(st.integers(1, 9), min_size=len(chosen), max_size=len(chosen))))
            graph += [
                Transition(when, old, new, w) for new, w in zip(chosen, parts / parts.sum(), strict=True)
            ]
        reached = {edge.new for edge in graph if edge.when == when}
        present = [code for code in present if code not in touched] + sorted(reached)
    values = {code: draw(st.integers(0, 10_000)) for code in start}
    return values, draw(st.permutations(graph)), when


@settings(derandomize=True, max_examples=60, deadline=None)
@given(histories())
def test_totals_are_conserved(history):
    values, graph, last = history

    assert math.fsum(rebase(values, graph, since=0, until=last).values()) == pytest.approx(
        sum(values.values())
    )


@settings(derandomize=True, max_examples=40, deadline=None)
@given(histories())
def test_in_steps_or_at_once_is_the_same(history):
    values, graph, last = history
    steps = values
    for moment in range(last):
        steps = rebase(steps, graph, since=moment, until=moment + 1)

    assert steps == pytest.approx(rebase(values, graph, since=0, until=last))


@settings(derandomize=True, max_examples=40, deadline=None)
@given(histories())
def test_the_matrix_gives_the_same_figures(history):
    values, graph, last = history
    codes, matrix = transition_matrix(list(values), graph, since=0, until=last)

    assert matrix.sum(axis=0) == pytest.approx(1)
    figures = dict(zip(codes, matrix @ np.array(list(values.values()), dtype=float), strict=True))
    assert figures == pytest.approx(rebase(values, graph, since=0, until=last))
