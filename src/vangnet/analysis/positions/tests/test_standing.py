import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vangnet.analysis.positions import standing as module
from vangnet.analysis.positions.graph import Graph, graph
from vangnet.analysis.positions.rising import precision, risers
from vangnet.analysis.positions.standing import standing

TWO_RINGS = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "x"), ("x", "y"), ("y", "z"), ("z", "x")]


def paths(network):
    """Count shortest paths by hand: all walks, shortest first."""
    n = len(network)
    links = np.asarray(network.matrix().todense(), dtype=np.int64)
    far, many = np.full((n, n), -1), np.zeros((n, n))
    walks = np.eye(n, dtype=np.int64)
    for steps in range(n):
        new = (far < 0) & (walks > 0)
        far[new], many[new] = steps, walks[new]
        walks = walks @ links
    found = np.zeros(n)
    for one, other in itertools.permutations(range(n), 2):
        for at in set(range(n)) - {one, other}:
            if far[one, other] >= 0 and far[one, at] >= 0 and far[at, other] >= 0:
                on = far[one, at] + far[at, other] == far[one, other]
                found[at] += on * many[one, at] * many[at, other] / many[one, other]
    return found / ((n - 1) * (n - 2)) if n > 2 else found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")), max_size=14))
def test_shortest_paths_and_cores_are_what_counting_by_hand_gives(links):
    network = graph(links, also="abcdefg"[:3])
    found = standing(network)

    assert np.allclose(found.between, paths(network))
    for k in range(4):  # leave out who has fewer than k links, again and again
        keep = np.ones(len(network), dtype=bool)
        for _ in network.names:
            keep &= np.asarray(network.matrix(keep).sum(axis=1)) >= k
        assert ((found.core >= k) == keep).all()


def test_groups_are_numbered_by_size_and_say_how_clear_they_are():
    found = standing(graph([*TWO_RINGS, ("x", "w"), ("w", "y")]))

    assert found.group.tolist() == [2, 2, 2, 1, 1, 1, 1]
    assert (found.groups, round(found.modularity, 2)) == (2, 0.36)
    assert standing(graph([], also=["a", "b"])).modularity == 0.0


def test_a_large_network_is_sampled_and_says_how_far_it_may_be_off(monkeypatch):
    rng = np.random.default_rng(3)
    edges = np.unique(np.sort(rng.integers(0, 300, (700, 2)), axis=1), axis=0)
    network = Graph(tuple(f"{at:03}" for at in range(300)), edges[edges[:, 0] < edges[:, 1]], 0)
    exact = standing(network)
    monkeypatch.setattr(module, "MOST_EXACT", 0)
    found = standing(network, samples=100)

    assert (exact.error, found.error > 0) == (0.0, True)
    assert np.abs(found.between - exact.between).max() < found.error
    assert (standing(network, samples=100).between == found.between).all()
    with pytest.raises(ValueError, match="samples"):
        standing(network, samples=3)


@pytest.mark.parametrize("samples", [20, 50])
def test_a_sample_is_right_on_average_and_seldom_further_off_than_it_says(monkeypatch, samples):
    rng = np.random.default_rng(7)
    random = graph({(f"{at:03}", f"{rng.integers(0, at):03}") for at in range(1, 150) for _ in range(2)})
    star = graph([("hub", f"{at:03}") for at in range(150)])
    exact = standing(random)
    monkeypatch.setattr(module, "MOST_EXACT", 0)
    found = [standing(random, samples=samples, seed=100 * at) for at in range(40)]
    stars = [standing(star, samples=samples, seed=100 * at).between.max() for at in range(40)]

    assert np.mean([one.between.sum() for one in found]) == pytest.approx(exact.between.sum(), rel=0.03)
    assert np.mean(stars) == pytest.approx(1.0, rel=0.03)
    off = [np.abs(one.between - exact.between).max() > one.error for one in found]
    assert np.mean(off) <= 0.05


def test_risers_are_those_who_rose_and_their_list_is_held_against_what_came():
    old, now = {"a": 0.5, "b": 0.2, "c": 0.1}, {"a": 0.5, "b": 0.1, "c": 0.3, "d": 0.1}
    then = {"a": 0.4, "b": 0.1, "c": 0.2, "d": 0.6}

    assert [one.name for one in risers([old, now])] == ["c", "d"]
    assert risers([old, now], top=1)[0].before == 0.1
    found = precision([old, now, then], top=1)
    assert (found.moments, found.by_level, found.by_rise, found.stayed) == (2, 0.0, 0.0, 0.5)
    assert found.by_chance == pytest.approx((1 / 3 + 1 / 4) / 2)
    assert precision([old, old]).by_level is None
    with pytest.raises(ValueError, match="two waves"):
        risers([old])


def test_what_a_list_was_worth_is_of_the_list_that_is_shown_and_not_of_the_alphabet():
    start = dict.fromkeys("azbcdef", 0.0)
    waves = [start, start | {"z": 0.5}, start | {"a": 0.3, "z": 0.5, "b": 0.3, "c": 0.3, "d": 0.3}]
    found = precision(waves)
    other = dict(zip("azbcdef", ("y1", "C", "y2", "y3", "y4", "A", "B"), strict=True))

    assert [one.name for one in risers(waves[:2])] == ["z"]
    assert found.by_rise == 0.0  # z alone rose, and z did not rise again
    assert precision([{other[name]: level for name, level in wave.items()} for wave in waves]) == found
    tied = precision([{"a": 0.0, "b": 0.0}, {"a": 0.2, "b": 0.2}, {"a": 0.9, "b": 0.2}], top=1)
    assert tied.by_rise == 0.5  # either of two who rose as much
    gone = precision([{"a": 0.1, "b": 0.1}, {"b": 0.2}, {"a": 0.4, "b": 0.2, "c": 0.3}], top=1)
    assert (gone.by_rise, gone.by_chance) == (0.0, 0.25)  # a and c were not there to be named
