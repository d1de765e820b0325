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


@pytest.mark.requirement("WGS-23")
@pytest.mark.parametrize("answers", list(itertools.product(["ja", "nee"], ["licht", "middel", "zwaar"])))
def test_the_municipality_leads_only_where_it_has_a_task_and_every_outcome_has_its_own_routes(
    definition, answers
):
    protocol = Protocol.read(definition)
    task, weight = answers
    given = [("ondermijning", "ja"), ("taak", task), ("gebied", "ja"), ("gewicht", weight)]

    assert ("gemeente" in protocol.outcomes(given)) == (task == "ja")
    assert [(code, step.code) for code, step in protocol.shut(given)] == (
        [("gemeente", "taak")] if task == "nee" else []
    )
    assert protocol.routes("gemeente") == ("gemeentelijk", "lokaal")
    assert (protocol.routes("riec"), protocol.routes("geen")) == (("riec",), ())


def test_an_outcome_can_ask_for_an_answer(definition):
    changed = copy.deepcopy(definition)
    changed["outcomes"]["riec"]["only"] = {"gewicht": ["zwaar"]}
    protocol = Protocol.read(changed)

    for weight in ("middel", "zwaar"):
        given = [("ondermijning", "ja"), ("taak", "ja"), ("gebied", "ja"), ("gewicht", weight)]
        assert ("riec" in protocol.outcomes(given)) == (weight == "zwaar")


def test_a_version_that_says_nothing_about_outcomes_lets_every_route_go_with_them(definition):
    older = {key: told for key, told in definition.items() if key != "outcomes"}

    assert Protocol.read(older).routes("riec") == ("gemeentelijk", "lokaal", "riec")


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
        ({"taak": "ja", "gewicht": "zwaar"}, 2, "riec"),
        ({"taak": "ja", "gewicht": "zwaar"}, 1, "gemeentelijk"),
        ({"taak": "ja", "gewicht": "middel"}, 2, "lokaal"),
        ({"taak": "nee", "gewicht": "zwaar"}, 2, "riec"),
        ({"taak": "nee", "gewicht": "middel"}, 2, None),  # no outcome is left that goes with this route
        ({"taak": "nee", "gewicht": "licht"}, 1, None),
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
        (lambda d: d["outcomes"]["riec"].update(routes=["omweg"]), "has the routes"),
        (lambda d: d["outcomes"]["riec"].update(routes=[]), "has the routes"),
        (lambda d: d["outcomes"].update(geen={"routes": ["riec"]}), "has the routes"),
        (lambda d: d["outcomes"].update(iets={}), "has the routes"),
        (lambda d: d["outcomes"]["riec"].update(unless={"niets": ["ja"]}), "asks for answers"),
        (lambda d: d["outcomes"]["riec"].update(only={"taak": ["misschien"]}), "asks for answers"),
        (lambda d: d["outcomes"].update(geen={"unless": {"ondermijning": ["nee"]}}), "no outcome is left"),
    ],
)
def test_a_protocol_that_does_not_hold_together_is_refused(definition, change, complaint):
    broken = copy.deepcopy(definition)
    change(broken)

    with pytest.raises(BadProtocol, match=complaint):
        Protocol.read(broken)
