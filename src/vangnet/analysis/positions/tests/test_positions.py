import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.positions import bounding, breaking, cuts
from vangnet.analysis.positions.breaking import (
    fragmentation,
    greedy_breaking,
    removal_effects,
    solve_breaking,
    swap_breaking,
)
from vangnet.analysis.positions.graph import Graph, graph
from vangnet.analysis.positions.reaching import greedy_reaching, reach, solve_reaching, swap_reaching

NETWORKS = Path(__file__).parents[6] / "shared/data/networks"
# a hub with leaves, a bridge, a ring
SMALL = graph([("a", "b"), ("a", "c"), ("a", "d"), ("d", "e"), ("e", "f"), ("f", "g"), ("g", "e")])


@st.composite
def networks(draw, most=8):
    size = draw(st.integers(1, most))
    nodes = [chr(97 + at) for at in range(size)]
    links = draw(st.lists(st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)), max_size=2 * most))
    return graph(links, also=nodes)


def components(network, gone):
    """Count pairs by hand."""
    left = [name for name in network.names if name not in gone]
    links = {frozenset((network.names[a], network.names[b])) for a, b in network.edges.tolist()}
    group = {name: name for name in left}
    for _ in left:
        for link in links:
            one, other = tuple(link)
            if one in group and other in group:
                group[one] = group[other] = min(group[one], group[other])
    same = sum(group[one] == group[other] for one, other in itertools.combinations(left, 2))
    return 1.0 if len(left) < 2 else 1.0 - same / (len(left) * (len(left) - 1) / 2)


@settings(max_examples=150, deadline=None)
@given(networks())
def test_fragmentation_without_each_one_is_what_counting_by_hand_gives(network):
    found = removal_effects(network)
    by_hand = [components(network, {name}) for name in network.names]

    assert np.allclose(found, by_hand)
    assert np.allclose([fragmentation(network, [name]) for name in network.names], by_hand)


@settings(max_examples=80, deadline=None)
@given(networks(), st.integers(1, 4), st.integers(0, 3))
def test_a_proven_choice_is_the_best_of_all_and_swap_never_below_greedy(network, size, seed):
    size = min(size, len(network))
    best = max(components(network, set(gone)) for gone in itertools.combinations(network.names, size))
    greedy = greedy_breaking(network, size)
    swap = swap_breaking(network, size, starts=3, seed=seed)
    solved = solve_breaking(network, size, starts=1)

    assert greedy.value <= swap.value + 1e-12
    assert (solved.proven, solved.gap) == (True, 0.0)
    assert solved.value == pytest.approx(best)
    assert min(greedy.bound, swap.bound) >= best - 1e-12
    assert solved.value == pytest.approx(fragmentation(network, solved.chosen))


@settings(max_examples=60, deadline=None)
@given(networks(), st.integers(1, 3), st.integers(0, 2))
def test_a_proven_reach_is_the_best_of_all_and_swap_never_below_greedy(network, size, steps):
    size = min(size, len(network))
    best = max(reach(network, chosen, steps=steps) for chosen in itertools.combinations(network.names, size))
    greedy = greedy_reaching(network, size, steps=steps)
    swap = swap_reaching(network, size, steps=steps, starts=2)
    solved = solve_reaching(network, size, steps=steps)

    assert greedy.value <= swap.value <= best + 1e-12
    assert greedy.value >= (1 - 1 / np.e) * best
    assert (solved.proven, solved.value) == (True, pytest.approx(best))
    assert greedy.bound >= best - 1e-12


def test_every_known_network_has_a_proven_best_choice_of_three():
    files = sorted(NETWORKS.glob("*_edges.csv"))
    if not files:
        pytest.skip(f"no networks in {NETWORKS}")
    found = {}
    for path in files:
        with path.open() as file:
            network = graph([(row["source"], row["target"]) for row in csv.DictReader(file)])
        found[path.name] = solve_breaking(network, 3)

    assert all(choice.proven for choice in found.values())
    assert round(found["caviar__1_edges.csv"].value, 3) == 0.655


def test_without_time_the_best_so_far_comes_with_its_gap():
    rng = np.random.default_rng(1)
    network = graph([(str(a), str(b)) for a, b in rng.integers(0, 80, (160, 2))])
    found = solve_breaking(network, 5, seconds=0.0, starts=1)

    assert (found.proven, found.gap > 0, found.value <= found.bound) == (False, True, True)
    assert found.value == swap_breaking(network, 5, starts=1).value


def test_around_a_hub_of_thousands_no_time_goes_into_looking_at_its_links_again(monkeypatch):
    def quadratic(*_args, **_options):
        raise AssertionError("this looks at the links of the hub once per leaf")

    monkeypatch.setattr(breaking, "_covers", quadratic)
    star = graph([("hub", f"leaf{at}") for at in range(4000)])
    found = solve_breaking(star, 2, starts=1, seconds=0.0)

    assert ("hub" in found.chosen, found.value, found.bound) == (True, 1.0, 1.0)


@settings(max_examples=60, deadline=None)
@given(networks(most=9), st.integers(1, 3))
def test_a_bound_without_proof_is_below_no_choice(network, size):
    size = min(size, len(network))
    core = cuts.heart(network, size, seconds=5.0)
    found = bounding.most_apart(network, core, size, seconds=5.0)
    if found is not None:
        best = max(components(network, set(gone)) for gone in itertools.combinations(network.names, size))
        left = len(network) - size
        assert 1 - found.pairs / max(left * (left - 1) / 2, 1) >= best - 1e-12
        assert len(found.chosen) == size


def test_where_there_are_too_many_cuts_the_bound_is_still_close_to_what_was_found(monkeypatch):
    heart = list(itertools.combinations([f"h{at}" for at in range(8)], 2))
    ends = [(f"h{at}", f"e{at}{leaf}") for at in range(8) for leaf in range(at)]
    network = graph([*heart, *ends])
    monkeypatch.setattr(breaking, "_closed_choices", lambda *_: itertools.repeat((0,)))  # never ready
    monkeypatch.setattr(cuts, "MOST_HELD", 3)
    found = solve_breaking(network, 2, starts=1, seconds=1.0)

    assert (found.method, set(found.chosen)) == ("search stopped, bound by HiGHS", {"h6", "h7"})
    assert found.value <= found.bound < found.value + 0.2


def test_a_large_network_is_searched_in_one_go():
    rng = np.random.default_rng(2)
    edges = np.sort(rng.integers(0, 4000, (6000, 2)), axis=1)
    edges = np.unique(edges[edges[:, 0] < edges[:, 1]], axis=0)
    network = Graph(tuple(f"{at:04}" for at in range(4000)), edges, 0)
    found = greedy_breaking(network, 2)

    assert found.value == max(fragmentation(network, [found.chosen[0], name]) for name in found.chosen[1:])
    assert found.value > fragmentation(network)


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (graph([], also=["a"]), 1.0),
        (graph([("a", "a")]), 1.0),
        (graph([("a", "b"), ("b", "a"), ("c", "d")]), 2 / 3),
        (SMALL, 0.0),
    ],
)
def test_odd_networks_have_a_fragmentation(network, expected):
    assert fragmentation(network) == pytest.approx(expected)


def test_what_cannot_be_is_refused():
    with pytest.raises(TableFault, match="row 2: a name is missing"):
        graph([("a", "b"), ("a", "")])
    with pytest.raises(TableFault) as fault:
        graph([])
    assert fault.value.dutch == "een netwerk zonder iemand"
    with pytest.raises(ValueError, match="not in the network"):
        fragmentation(SMALL, ["z"])
    with pytest.raises(ValueError, match="from 1 to 7"):
        greedy_breaking(SMALL, 8)
    with pytest.raises(ValueError, match="from 1 to 7"):
        solve_reaching(SMALL, 0)
    with pytest.raises(ValueError, match="steps"):
        reach(SMALL, ["a"], steps=-1)
    with pytest.raises(ValueError, match="'z' is not in"):
        reach(SMALL, ["z"])


def test_reach_that_would_fill_the_memory_is_refused_beforehand():
    star = graph([("hub", f"{at}") for at in range(5000)])

    assert reach(star, ["hub"]) == 1.0
    with pytest.raises(TableFault, match="2 steps") as fault:
        solve_reaching(star, 1, steps=2)
    assert "2 stappen: tot 25.010.001 paren zijn binnen bereik" in fault.value.dutch
    apart = graph([(f"{star}", f"{star}-{at}") for star in range(100) for at in range(60)])
    assert greedy_reaching(apart, 1, steps=9).value == 0.01
