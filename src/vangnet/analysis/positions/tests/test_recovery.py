import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vangnet.analysis.positions import steps as stopping
from vangnet.analysis.positions.breaking import fragmentation
from vangnet.analysis.positions.graph import graph
from vangnet.analysis.positions.recovery import recover
from vangnet.analysis.positions.steps import scarce_roles, stop_steps

# two brokers; one has five customers, the other is at the end of a chain
NETWORK = graph([("broker", f"c{at}") for at in range(5)] + [("c0", "x"), ("x", "second"), ("y", "z")])
ROLES = {"broker": "makelaar", "second": "makelaar", "z": "makelaar", "x": "koerier"}


def test_a_substitute_with_the_same_role_undoes_what_seemed_broken():
    found = recover(NETWORK, ["broker"], ROLES)

    assert found.at_once > found.before
    assert found.recovered < found.at_once
    assert (found.without_substitute, found.lost_roles) == ((), ())
    assert found.low == found.high  # "second" is nearest in every draw


def test_who_steps_in_follows_the_rule():
    chain = graph([("broker", "p"), ("broker", "q"), ("p", "near"), ("far", "u"), ("far", "v"), ("far", "w")])
    roles = dict.fromkeys(("broker", "near", "far"), "makelaar")
    # with "near" p, q and near hang together, far stays apart: 3 + 6 of 21 pairs
    by_near = recover(chain, ["broker"], roles, rule="near", draws=5)
    by_linked = recover(chain, ["broker"], roles, rule="linked", draws=5)
    by_anybody = recover(chain, ["broker"], roles, rule="anybody", draws=50)

    assert by_near.recovered == pytest.approx(1 - 9 / 21)
    assert by_linked.recovered == pytest.approx(0)
    assert (by_anybody.low, by_anybody.high) == (pytest.approx(0), pytest.approx(1 - 9 / 21))


def test_a_step_that_nobody_does_any_more_is_lost():
    found = recover(NETWORK, ["x", "c1"], ROLES)

    assert (found.without_substitute, found.lost_roles) == (("c1", "x"), ("koerier",))
    assert found.recovered == pytest.approx(found.at_once)
    assert scarce_roles(ROLES)[0] == ("koerier", ("x",))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")), min_size=1, max_size=14),
    st.sets(st.sampled_from("abcdefg"), max_size=3),
    st.sampled_from(["near", "linked", "anybody"]),
)
def test_recovery_never_breaks_further(links, gone, rule):
    network = graph(links, also="abcdefg")
    found = recover(
        network, gone, {name: "ab"[at % 2] for at, name in enumerate("abcdefg")}, rule=rule, draws=5
    )

    assert found.low - 1e-12 <= found.recovered <= found.high + 1e-12
    assert found.high <= found.at_once + 1e-12
    assert found == recover(
        network, gone, {name: "ab"[at % 2] for at, name in enumerate("abcdefg")}, rule=rule, draws=5
    )


def test_what_cannot_be_is_refused():
    for wrong in ({"gone": ["nobody"]}, {"draws": 0}, {"roles": {"nobody": "makelaar"}}):
        with pytest.raises(ValueError, match="must be in the network"):
            recover(NETWORK, **({"gone": ["x"], "roles": ROLES} | wrong))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), min_size=1, max_size=10),
    st.lists(st.sampled_from("xyz"), min_size=6, max_size=6),
    st.integers(1, 4),
)
def test_no_choice_of_as_many_people_stops_more_steps_or_as_many_with_less_left(links, steps, size):
    network = graph(links, also="abcdef")
    roles = dict(zip("abcdef", steps, strict=True))
    found = stop_steps(network, roles, size)
    everybody = [set(gone) for many in range(size + 1) for gone in itertools.combinations(roles, many)]
    stopped = {
        frozenset(gone): {step for step in steps if gone >= {name for name in roles if roles[name] == step}}
        for gone in everybody
    }
    most = max(len(lost) for lost in stopped.values())
    scarcest = [
        gone
        for gone, lost in stopped.items()
        if len(lost) == most and all(roles[name] in lost for name in gone)
    ]

    assert (len(found.steps), found.best) == (most, True)
    assert stopped[frozenset(found.chosen)] == set(found.steps)
    assert found.fragmentation == max(fragmentation(network, gone) for gone in scarcest)


def test_less_scarce_steps_are_chosen_when_that_breaks_up_more(monkeypatch):
    hubs = [("h1", "h2"), ("h2", "h3"), ("h3", "h1")]
    network = graph([*hubs, *((f"h{hub}", f"x{hub}{at}") for hub in (1, 2, 3) for at in range(4))])
    roles = {"x10": "A", "x20": "B", "x21": "B", "h1": "C", "h2": "C", "h3": "C"}
    found = stop_steps(network, roles, 4)

    assert (found.steps, found.fragmentation, found.best) == (("A", "C"), 1.0, True)
    monkeypatch.setattr(stopping, "MOST_CHOICES", 1)
    found = stop_steps(network, roles, 4)
    assert (found.steps, found.best) == (("A", "B"), False)


def test_nobody_is_chosen_when_every_step_has_more_people_than_may_go():
    assert stop_steps(NETWORK, dict.fromkeys(("broker", "second"), "makelaar"), 1).chosen == ()
    with pytest.raises(ValueError, match="size >= 1"):
        stop_steps(NETWORK, ROLES, 0)


def test_who_does_several_steps_is_replaced_in_each_and_stops_only_what_nobody_else_does():
    network = graph([("hub", leaf) for leaf in "abcd"])
    roles = {"hub": ["makelaar", "kok"], "a": ["makelaar"], "b": "chauffeur"}
    found = recover(network, ["hub"], roles, draws=3)

    assert (found.recovered, found.lost_roles, found.without_substitute) == (0.0, ("kok",), ())
    assert recover(network, ["hub"], {"hub": ["kok", "bankier"]}).without_substitute == ("hub",)
    assert scarce_roles(roles)[-1] == ("makelaar", ("a", "hub"))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), min_size=1, max_size=10),
    st.lists(st.sets(st.sampled_from("uvwxyz"), min_size=1, max_size=3), min_size=6, max_size=6),
    st.integers(1, 4),
)
def test_most_steps_stop_too_when_people_do_several(links, steps, size):
    network = graph(links, also="abcdef")
    roles = dict(zip("abcdef", steps, strict=True))
    found = stop_steps(network, roles, size)
    all_steps = dict(scarce_roles(roles))
    stopped = {
        gone: {step for step, who in all_steps.items() if set(gone) >= set(who)}
        for many in range(size + 1)
        for gone in itertools.combinations("abcdef", many)
    }
    most = max(len(lost) for lost in stopped.values())

    assert (len(found.steps), found.best) == (most, True)
    assert set(found.steps) <= stopped[found.chosen]
    needed = [  # all of whom are there for a step that stops
        gone
        for gone, lost in stopped.items()
        if len(lost) == most and set(gone) == {name for step in lost for name in all_steps[step]}
    ]
    assert found.fragmentation == pytest.approx(max(fragmentation(network, gone) for gone in needed))


def test_steps_that_are_as_good_are_named():
    network = graph([("hub", leaf) for leaf in "abc"])
    found = stop_steps(network, {"a": "kok", "b": "chauffeur", "c": "bankier"}, 1)

    assert {found.chosen, *found.equal} == {("a",), ("b",), ("c",)}
