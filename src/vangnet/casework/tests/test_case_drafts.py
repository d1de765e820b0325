"""Words of a case that were typed and not sent yet, and two people who write at once."""

from __future__ import annotations

import re

import pytest

from vangnet.casework.models import Case
from vangnet.casework.tests.casedesk import CARE, CaseDesk

pytestmark = pytest.mark.django_db
TYPED = "Half getypt, want de trein ging een tunnel in."
# Each form with words of one's own, and the field for them.
WORDS = {
    "task": "details", "measure": "reasons", "child": "words", "decision": "words", "close": "lesson",
    "offer": "reasons",
}  # fmt: skip


@pytest.fixture
def desk(esra):
    return CaseDesk(esra)


@pytest.fixture
def case(desk):
    return desk.a_case()


def hidden(page, name):
    return re.search(rf'name="{name}"(?: value="([^"]*)")?', page)[1] or ""


@pytest.mark.parametrize("name", WORDS)
def test_what_is_typed_into_a_form_of_a_case_is_kept_and_offered_again(desk, case, lotte, name):
    told = {WORDS[name]: TYPED, "concept": "bewaar"}
    kept = desk.client.post(desk.address(name, case), told, headers={"X-Concept": "1"})

    assert kept.status_code == 204
    assert "U hebt nog een concept" in desk.text(name, case)
    assert TYPED in desk.text(name, case, concept="1")
    assert TYPED not in CaseDesk(lotte).text(name, case, concept="1")
    desk.post(name, case, concept="weg")
    assert "U hebt nog een concept" not in desk.text(name, case)


def test_a_draft_is_of_one_case_and_goes_when_its_form_is_sent(desk, case):
    other = desk.a_case()
    desk.post("decision", case, words=TYPED, concept="bewaar")

    assert "U hebt nog een concept" not in desk.text("decision", other)
    desk.done("decision", case, words=TYPED, kind="besluit/aanpak", on="2026-01-05")
    assert "U hebt nog een concept" not in desk.text("decision", case)


def test_a_new_case_that_is_sent_twice_is_one_case(desk, lotte):
    mark = hidden(desk.get("new").content.decode(), "mark")
    told = {"tier": "1", "place": "GM0301", "mark": mark}
    first, second = desk.done("new", **told), desk.done("new", **told)
    another = CaseDesk(lotte).done("new", **told)

    assert first["Location"] == second["Location"] != another["Location"]
    assert Case.objects.filter(pk=mark).count() == 0


def test_who_weighs_the_interest_of_a_child_second_is_told_and_loses_no_word(mo):
    desk = CaseDesk(mo, CARE)
    case = desk.a_case(has_minor="on")
    seen = hidden(desk.get("child", case).content.decode(), "seen")
    desk.done("child", case, words="De school en de moeder zijn gehoord over wat er komt.", seen=seen)
    late = desk.post("child", case, words=TYPED, seen=seen)
    page = late.content.decode()

    assert late.status_code == 422
    assert "Intussen is al een afweging vastgelegd" in page
    assert TYPED in page
    assert desk.post("child", case, words=TYPED, seen=hidden(page, "seen")).status_code == 302
