from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vangnet.analysis.positions import equal
from vangnet.analysis.positions.breaking import equally_breaking, fragmentation, solve_breaking
from vangnet.analysis.positions.graph import graph
from vangnet.analysis.positions.reaching import equally_reaching, solve_reaching, within_reach


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")), min_size=1, max_size=12),
    st.integers(1, 3),
)
def test_all_equally_good_choices_are_found(links, size):
    network = graph(links, also="abcdefg")
    choices = list(combinations(network.names, size))
    best = max(fragmentation(network, gone) for gone in choices)
    near = within_reach(network, 1).toarray()
    covered = {
        gone: int(near[["abcdefg".index(name) for name in gone]].any(axis=0).sum()) for gone in choices
    }

    assert equally_breaking(network, solve_breaking(network, size)) == equal.Equals(
        tuple(gone for gone in choices if fragmentation(network, gone) == pytest.approx(best)), True
    )
    assert equally_reaching(network, solve_reaching(network, size)).choices == tuple(
        gone for gone in choices if covered[gone] == max(covered.values())
    )


def test_where_not_all_can_be_gone_through_equals_are_found_by_exchange(monkeypatch):
    hubs = [("x", "y"), ("y", "z"), ("z", "x"), *((hub, f"{hub}{at}") for hub in "xyz" for at in range(3))]
    network = graph(hubs)
    found = solve_breaking(network, 2)
    everything = equally_breaking(network, found)
    monkeypatch.setattr(equal, "MOST_WORK", 20_000)  # fewer than 12 searches
    some = equally_breaking(network, found)

    assert everything.choices == (("x", "y"), ("x", "z"), ("y", "z"))
    assert (some.choices, everything.complete, some.complete) == (everything.choices, True, False)
