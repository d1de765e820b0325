"""The protocol: what holds together, what does not, and that the database knows the same steps."""

import copy
import itertools
import json
from pathlib import Path

import pytest
import yaml

from vangnet.casework.protocol import BadProtocol, Protocol, ordered

REGIONS = Path(__file__).parents[4] / "regions"
PACK = REGIONS / "oost-nederland" / "casework.yaml"


@pytest.fixture(scope="module")
def definition():
    return ordered(yaml.safe_load(PACK.read_text(encoding="utf-8"))["protocol"])


def test_the_steps_follow_each_other_and_end_with_outcomes(definition):
    protocol = Protocol.read(definition)
    given = []
    for answer in ("ja", "ja", "ja", "zwaar"):
        given.append((protocol.next_step(given).code, answer))

    assert [code for code, _ in given] == ["ondermijning", "taak", "gebied", "gewicht"]
    assert protocol.next_step(given) is None
    assert protocol.outcomes(given) == ("gemeente", "riec", "nader")


def test_a_database_that_keeps_no_order_of_names_changes_nothing(definition):
    assert Protocol.read(json.loads(json.dumps(definition, sort_keys=True))) == Protocol.read(definition)


@pytest.mark.parametrize("pack", sorted(REGIONS.glob("*/casework.yaml")), ids=lambda path: path.parent.name)
def test_every_way_through_the_protocol_ends_with_an_outcome(pack):
    protocol = Protocol.read(ordered(yaml.safe_load(pack.read_text(encoding="utf-8"))["protocol"]))
    ends = set()

    def walk(given):
        step = protocol.next_step(given)
        if step is None:
            ends.add(protocol.outcomes(given))
            return
        for answer in step.answers:
            walk([*given, (step.code, answer.code)])

    walk([])
    assert all(ends)
    assert set(itertools.chain.from_iterable(ends)) == {"geen", "gemeente", "riec", "nader"}


@pytest.mark.parametrize(
    ("given", "partners", "route"),
    [
        ({"gewicht": "zwaar", "taak": "ja"}, 2, "riec"),
        ({"gewicht": "zwaar", "taak": "ja"}, 1, "gemeentelijk"),
        ({"gewicht": "middel", "taak": "nee"}, 2, "lokaal"),
        ({"gewicht": "licht", "taak": "nee"}, 1, None),
    ],
)
def test_a_hint_follows_from_the_published_rules(definition, given, partners, route):
    hint = Protocol.read(definition).hint(given, partners)

    assert (hint and hint.route) == route


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda d: d.update(first="nergens"), "first step"),
        (lambda d: d["steps"]["gebied"]["answers"]["ja"].update(next="taak"), "later step"),
        (lambda d: d["steps"]["taak"]["answers"]["ja"].update(next="nergens"), "later step"),
        (lambda d: d["steps"]["gewicht"]["answers"]["licht"].update(outcomes=[]), "known outcome"),
        (lambda d: d["steps"]["gewicht"]["answers"]["licht"].update(outcomes=["iets"]), "known outcome"),
        (lambda d: d["steps"]["taak"].update(answers={}), "no answers"),
        (
            lambda d: d["hints"].append({"route": "riec", "why": "x", "when": {"niets": ["ja"]}}),
            "do not exist",
        ),
        (lambda d: d["hints"].append({"route": "omweg", "why": "x"}), "does not exist"),
    ],
)
def test_a_protocol_that_does_not_hold_together_is_refused(definition, change, complaint):
    broken = copy.deepcopy(definition)
    change(broken)

    with pytest.raises(BadProtocol, match=complaint):
        Protocol.read(broken)
