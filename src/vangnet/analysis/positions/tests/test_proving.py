import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from vangnet.analysis.positions import breaking, cuts
from vangnet.analysis.positions.breaking import fragmentation, solve_breaking, swap_breaking
from vangnet.analysis.positions.cuts import all_cuts, heart
from vangnet.analysis.positions.graph import graph
from vangnet.analysis.positions.proving import prove


@st.composite
def hearts_with_ends(draw):
    """Draw a dense middle with loose ends, chains and rings, sometimes something apart, and how many go."""
    size = draw(st.integers(1, 3))
    middle = size + 1 + draw(st.integers(0, 2))
    n = middle + draw(st.integers(1, 5))
    links = list(itertools.combinations(range(middle), 2))
    more = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(middle, n - 1)), max_size=2 * n))
    names = "abcdefghijklm"
    return graph([(names[a], names[b]) for a, b in links + more], also=names[:n]), size


def labels(network, gone):
    """Return the component of each one who is left; -1 for who is gone."""
    keep = np.ones(len(network), dtype=bool)
    keep[list(gone)] = False
    found = connected_components(network.matrix(keep), directed=False)[1]
    return np.where(keep, found, -1)


def pairs(network, gone):
    sizes = np.bincount(labels(network, list(gone)) + 1)[1:]
    return int((sizes * (sizes - 1) // 2).sum())


@settings(max_examples=150, deadline=None)
@given(hearts_with_ends())
def test_a_proof_leaves_as_many_pairs_as_the_best_of_all_choices(drawn):
    network, size = drawn
    core = heart(network, size, seconds=9.0)
    assume(core.any())
    best = min(pairs(network, gone) for gone in itertools.combinations(range(len(network)), size))
    start = list(range(len(network)))[-size:]
    found = all_cuts(network, core, size, seconds=9.0)

    proof = prove(network, found, start, pairs(network, start), seconds=9.0)
    assert proof.pairs <= best <= proof.left == pairs(network, proof.chosen)
    solved = solve_breaking(network, size, starts=0)
    assert (solved.proven, pairs(network, map(network.names.index, solved.chosen))) == (True, best)
    without_time = prove(network, found, start, pairs(network, start), seconds=0.0)
    assert without_time.pairs <= best <= without_time.left


@settings(max_examples=70, deadline=None)
@given(hearts_with_ends())
def test_a_heart_hangs_together_and_every_group_that_can_be_cut_off_from_it_is_found(drawn):
    network, size = drawn
    core = heart(network, size, seconds=9.0)
    assume(core.any())
    expected = set()
    for many in range(size + 1):
        for gone in itertools.combinations(range(len(network)), many):
            label = labels(network, gone)
            inside = set(label[core & (label >= 0)].tolist())
            assert len(inside) == 1
            around = [set(label[network.matrix()[[node]].indices].tolist()) for node in gone]
            for group in set(label.tolist()) - inside - {-1}:
                if all({group} | inside <= there for there in around):
                    expected.add((frozenset(np.flatnonzero(label == group).tolist()), frozenset(gone)))
    found = all_cuts(network, core, size, seconds=9.0)
    rows = [
        (
            frozenset(found.groups[found.group_starts[at] : found.group_starts[at + 1]].tolist()),
            frozenset(found.cuts[found.cut_starts[at] : found.cut_starts[at + 1]].tolist()),
        )
        for at in range(len(found))
    ]

    assert len(rows) == len(set(rows))
    assert set(rows) == expected


def scattered(n, links, seed):
    rng = np.random.default_rng(seed)
    return graph([(f"{a:03}", f"{b:03}") for a, b in rng.integers(0, n, (links, 2))])


def test_five_of_a_few_hundred_are_proven_where_greedy_and_a_few_exchanges_miss_the_best():
    network = scattered(300, 450, 4)
    found = solve_breaking(network, 5, starts=0)

    assert (found.proven, found.method, found.gap) == (True, "cuts", 0.0)
    assert found.value > swap_breaking(network, 5, starts=0).value
    assert found.value == pytest.approx(fragmentation(network, found.chosen))
    assert found == solve_breaking(network, 5, starts=0)


def test_a_proof_that_is_stopped_keeps_a_bound_and_says_so(monkeypatch):
    network = scattered(300, 450, 4)
    proven = solve_breaking(network, 5, starts=0)
    monkeypatch.setattr(breaking, "prove", lambda *given, **_: prove(*given, seconds=0.0))
    found = solve_breaking(network, 5, starts=0, seconds=0.5)

    assert (found.proven, found.method) == (False, "cuts, search stopped")
    assert found.value <= proven.value <= found.bound < 3 * proven.value


def test_without_a_heart_there_is_nothing_to_be_cut_off_from():
    chain = graph([(f"{at:02}", f"{at + 1:02}") for at in range(20)])

    assert not heart(chain, 2, seconds=9.0).any()
    assert solve_breaking(chain, 2).method == "all choices"


def test_too_many_cuts_or_no_time_is_told(monkeypatch):
    network = scattered(300, 450, 4)
    core = heart(network, 5, seconds=9.0)

    assert all_cuts(network, core, 5, seconds=-1.0) is None
    monkeypatch.setattr(cuts, "MOST_HELD", 10)
    assert all_cuts(network, core, 5, seconds=9.0) is None
    assert not heart(network, 5, seconds=-1.0).any()
