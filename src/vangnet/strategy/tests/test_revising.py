"""A proposal on words that changed meanwhile, and the codes of what is new."""

from __future__ import annotations

import pytest
from django.utils import timezone

from vangnet.identity.operator import service_session
from vangnet.strategy import actions
from vangnet.strategy.models import Goal, Version
from vangnet.strategy.tests.round import GOAL, Desk

pytestmark = pytest.mark.django_db


def filled(desk: Desk, path: str, **told: object) -> dict[str, object]:
    """Return what a form holds as it is opened, with some of it filled in otherwise."""
    form = desk.client.get(f"/strategie/{path}").context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | told


def in_force(version: Version) -> None:
    assert Desk("burgemeester-enschede").judge(version, "portefeuillehouder", "bbg").status_code == 302


def test_a_proposal_is_put_on_words_that_changed_meanwhile_and_takes_nothing_back(anna, bram):
    desk = Desk(bram)
    stale = desk.change_goal("OND-08", title="Onze titel")
    opened = filled(desk, "doel/OND-08/wijzigen/", title="Laat gelezen", reason="Beter.")
    in_force(Desk(anna).change_goal("OND-08", term="2021", condition="als er geld is"))
    path = f"wijzigingen/{stale.pk}/aanpassen/"
    kept = filled(desk, path)
    late = desk.post("doel/OND-08/wijzigen/", **opened)
    fresh = desk.propose(path, **{**kept, "reason": "Zoals het was."})
    again = desk.post(
        f"wijzigingen/{fresh.pk}/aanpassen/",
        **filled(desk, f"wijzigingen/{fresh.pk}/aanpassen/", reason="Nog eens."),
    )
    in_force(fresh)
    goal = Goal.objects.get(code="OND-08")

    assert (kept["title"], kept["term"]) == ("Onze titel", "2021")
    assert (late.status_code, again.status_code) == (422, 422)
    assert "intussen gewijzigd" in late.content.decode()
    assert "Er is nog niets gewijzigd" in again.content.decode()
    assert (goal.title, goal.term, goal.condition) == ("Onze titel", "2021", "als er geld is")


def test_two_organisations_that_draft_a_new_goal_get_a_code_each(anna, bram):
    first, second = (
        Desk(who).propose("wijzigingen/nieuw/doel/", submit=False, **{**GOAL, "title": title})
        for who, title in ((anna, "Een"), (bram, "Twee"))
    )

    assert first.item != second.item


def test_a_new_goal_whose_code_another_took_gets_one_of_its_own(anna, bram):
    """As two drafts of the same moment, or of before codes were given once."""
    first = Desk(anna).propose("wijzigingen/nieuw/doel/", **{**GOAL, "title": "Een"})
    second = Version(
        kind="doel", item=first.item, content={**first.content, "title": "Twee"}, reason="Ook nodig.",
        organisation=bram.memberships.first().organisation,
    )  # fmt: skip
    with service_session(bram, strong=True):
        actions.propose(second, by=bram, at=timezone.now())
    in_force(first)
    desk, path = Desk(bram), f"wijzigingen/{second.pk}/aanpassen/"
    assert "Deze code is intussen van iets anders" in desk.get(f"wijzigingen/{second.pk}/")
    fresh = desk.propose(path, **filled(desk, path, reason="Met een eigen code."))
    in_force(fresh)
    former = desk.client.get(f"/strategie/wijzigingen/{second.pk}/").context["version"]

    assert (fresh.item != first.item, fresh.revises_id, former.state) == (True, second.pk, "achterhaald")
    assert {Goal.objects.get(pk=one.item).title for one in (first, fresh)} == {"Een", "Twee"}


@pytest.fixture
def leaf(db) -> str:
    """Return the code of a goal that nothing hangs under."""
    return Goal.objects.filter(children=None, theme="ondermijning").first().code


def test_a_proposal_to_end_something_is_put_on_what_changed_meanwhile(anna, bram, leaf):
    desk = Desk(bram)
    stale = desk.propose(f"doel/{leaf}/vervallen/", reason="Klaar.")
    path = f"wijzigingen/{stale.pk}/aanpassen/"
    same = desk.post(path, reason="Klaar.")
    in_force(Desk(anna).change_goal(leaf, term="2021"))
    shown = desk.get(f"wijzigingen/{stale.pk}/")
    fresh = desk.propose(path, **filled(desk, path))
    in_force(fresh)
    late = desk.client.post(f"/strategie/wijzigingen/{stale.pk}/aanpassen/", {"reason": "Toch."})

    assert same.status_code == 422
    assert "Er is nog niets gewijzigd" in same.content.decode()
    assert ("Pas het voorstel daarop aan" in shown, f"/strategie/{path}" in shown) == (True, True)
    assert (fresh.content, fresh.reason, fresh.revises_id) == (None, "Klaar.", stale.pk)
    assert leaf not in {goal.code for goal in Goal.objects.all()}
    assert late.status_code == 404


def test_the_end_of_what_ended_meanwhile_can_only_be_withdrawn(anna, bram, leaf):
    desk = Desk(bram)
    stale = desk.propose(f"doel/{leaf}/vervallen/", reason="Klaar.")
    in_force(Desk(anna).propose(f"doel/{leaf}/vervallen/", reason="Ook klaar."))
    shown = desk.get(f"wijzigingen/{stale.pk}/")

    assert "Het is al vervallen" in shown
    assert f"/strategie/wijzigingen/{stale.pk}/aanpassen/" not in shown
    assert desk.client.post(f"/strategie/wijzigingen/{stale.pk}/intrekken/").status_code == 302
