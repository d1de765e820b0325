import random
from itertools import combinations

import pytest

from vangnet.analysis.positions.breaking import fragmentation, solve_breaking
from vangnet.analysis.positions.graph import graph
from vangnet.analysis.positions.lasting import RULES, lasting_removal
from vangnet.analysis.positions.recovery import recover


def after(network, gone, roles):
    return min(recover(network, gone, roles, rule=rule, draws=5).recovered for rule in RULES)


@pytest.mark.parametrize("seed", range(3))
def test_the_search_is_no_worse_than_what_it_starts_from_and_mostly_the_best_there_is(seed):
    chance = random.Random(seed)
    names = "abcdefghij"
    network = graph([(a, b) for a, b in combinations(names, 2) if chance.random() < 0.25], also=names)
    roles = {name: chance.sample(["kok", "koerier", "maker"], chance.randint(1, 2)) for name in names[:8]}
    told = []
    found = lasting_removal(network, roles, 2, progress=lambda done, of: told.append((done, of)))
    best = max(after(network, gone, roles) for gone in combinations(names, 2))

    assert found.recovered == pytest.approx(after(network, found.chosen, roles))
    assert found.recovered >= after(network, solve_breaking(network, 2).chosen, roles) - 1e-9
    assert found.recovered >= best - 0.1
    assert found.at_once == pytest.approx(fragmentation(network, found.chosen))
    assert all(after(network, gone, roles) == pytest.approx(found.recovered) for gone in found.equal)
    assert (told[-1][0], found.stopped) == (found.tried, False)


def test_who_breaks_most_but_is_replaced_is_not_chosen():
    stars = [(hub, f"{hub}{at}") for hub in "pq" for at in range(5)] + [("p", "q"), ("p", "r")]
    roles = {"p": "makelaar", "p0": "makelaar", "q": "kok"}
    network = graph(stars)

    assert solve_breaking(network, 1).chosen == ("p",)
    assert lasting_removal(network, roles, 1).chosen == ("q",)
    with pytest.raises(ValueError, match="size must be"):
        lasting_removal(network, roles, 0)
