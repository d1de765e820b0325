from functools import partial
from itertools import combinations

import numpy as np
import pytest

from vangnet.analysis.positions.breaking import greedy_breaking, solve_breaking, swap_breaking
from vangnet.analysis.positions.graph import graph
from vangnet.analysis.positions.robustness import flips, inclusion

# three stars on one hub: without the hub there are three stars left
STARS = graph(
    [("hub", star) for star in "abc"] + [(star, f"{star}{leaf}") for star in "abc" for leaf in range(6)]
)


def test_who_holds_everything_together_is_chosen_most_whatever_is_left_out():
    told = []
    found = inclusion(
        STARS, 1, draws=200, missing_people=0.0, progress=lambda done, of: told.append((done, of))
    )
    by_name = dict(zip(found.names, found.probability, strict=True))

    assert by_name["hub"] > 0.6
    assert found.probability.sum() == pytest.approx(1)
    assert all(by_name[name] == 0 for name in by_name if len(name) == 2)
    assert told[-1] == (200, 200)


def test_the_same_seed_gives_the_same_probabilities_and_a_missing_person_cannot_be_chosen():
    one, same, other = (inclusion(STARS, 2, draws=50, missing_people=0.2, seed=seed) for seed in (1, 1, 2))

    assert np.array_equal(one.probability, same.probability)
    assert not np.array_equal(one.probability, other.probability)
    assert one.probability.max() < 0.95
    assert one.probability.sum() == pytest.approx(2)


@pytest.mark.parametrize("choose", [greedy_breaking, partial(swap_breaking, starts=2)])
def test_among_equals_nobody_is_chosen_for_a_name(choose):
    clique = graph(combinations("abcdefghij", 2))
    found = inclusion(clique, 2, draws=400, choose=choose)

    assert found.probability == pytest.approx(np.full(10, 2 / 10), abs=0.08)


def test_nothing_missing_gives_certainty():
    found = inclusion(STARS, 1, draws=3, missing_links=0, missing_people=0, choose=solve_breaking)

    assert sorted(found.probability) == [0] * (len(STARS) - 1) + [1]


def test_a_link_that_decides_is_named_with_who_comes_instead():
    chain = graph([(str(at), str(at + 1)) for at in range(1, 7)])  # 4 is in the middle
    found = {flip.link: flip for flip in flips(chain, 1)}

    assert greedy_breaking(chain, 1).chosen == ("4",)
    assert ("1", "2") not in found
    assert (found["3", "4"].out, found["3", "4"].into) == (("4",), ("5",))
    assert flips(graph([("a", "b"), ("a", "c"), ("a", "d"), ("a", "e")]), 1) == []


def test_what_cannot_be_is_refused():
    for wrong in ({"missing_links": 1.0}, {"missing_people": -0.1}, {"draws": 0}):
        with pytest.raises(ValueError, match="from 0 to below 1"):
            inclusion(STARS, 1, **wrong)
    with pytest.raises(ValueError, match="size must be"):
        inclusion(STARS, 20, missing_people=0.5)


def test_of_a_small_network_so_much_is_left_out_on_average_as_was_asked():
    star = graph([("hub", f"l{at}") for at in range(5)])  # 5 % of 6 people, 10 % of 5 links
    seen = []

    def look(part, size):
        seen.append((len(part), len(part.edges)))
        return greedy_breaking(part, size)

    found = inclusion(star, 1, draws=2000, choose=look)
    people, links = np.mean(seen, axis=0)

    assert 6 - people == pytest.approx(0.3, abs=0.04)
    assert links == pytest.approx(5 * 0.9 * (1 - 2 * 0.3 / 6), abs=0.1)  # a link goes with both its ends
    assert found.probability[0] < 0.97


def test_a_link_does_not_decide_between_choices_that_stay_as_good():
    twins = graph([(hub, f"{hub}{at}") for hub in ("anna", "zoe") for at in range(4)] + [("anna", "zoe")])
    found = flips(twins, 1, now=("anna",))

    assert {flip.link[0] for flip in found} == {"anna"}  # without a link of zoe anna stays the best
    assert ("anna", "zoe") not in {flip.link for flip in found}
