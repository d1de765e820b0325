"""A district advises on a proposed goal; whoever decides reads it, and is never held up by it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.meetings import reading
from vangnet.strategy import actions, choosing_reading, plan_reading
from vangnet.strategy.models import Route, Verdict, Version
from vangnet.strategy.tests.round import GOAL, THEME, Desk
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db
RESERVED = {"outcome": "kanttekening", "words": "Mits er mensen voor zijn."}


@pytest.fixture
def goal(anna) -> Version:
    """A goal that was proposed and waits for the steering group."""
    return Desk(anna).propose("wijzigingen/nieuw/doel/", **GOAL)


def test_advice_with_a_reservation_stands_on_the_page_and_before_whoever_decides(goal, frank, anna, hugo):
    assert "Leg het advies vast" in Desk(frank).get(f"wijzigingen/{goal.pk}/")
    assert "houdt niets tegen" in Desk(frank).get(f"wijzigingen/{goal.pk}/oordeel/dvo/dvo-twente/")
    assert Desk(frank).judge(goal, "dvo", "dvo-twente", **RESERVED).status_code == 302

    page = Desk(anna).get(f"wijzigingen/{goal.pk}/")
    assert "Advies (1 van 5)" in page
    assert "Mits er mensen voor zijn." in page
    goal.refresh_from_db()
    assert goal.state == Version.State.SUBMITTED
    asked = Desk(hugo).get(f"wijzigingen/{goal.pk}/oordeel/bbg/bbg/")
    assert "Advies over dit voorstel" in asked
    assert "Mits er mensen voor zijn." in asked
    assert Desk(hugo).judge(goal, "bbg", "bbg").status_code == 302
    assert goal.item in Desk(anna).get(f"doelen/{goal.item}/")


def test_advice_against_ends_nothing_and_no_advice_holds_nothing_up(goal, frank, hugo):
    against = {"outcome": "niet-akkoord", "words": "Wij hebben andere zorgen."}
    assert Desk(frank).judge(goal, "dvo", "dvo-twente", **against).status_code == 302
    day = timezone.localdate().isoformat()
    assert Desk(hugo).judge(goal, "bbg", "bbg", decided_on=day).status_code == 302

    goal.refresh_from_db()
    assert goal.state == Version.State.IN_FORCE
    with service_session(frank):
        assert Verdict.objects.get(version=goal, body="dvo-twente").is_advice
        assert not Verdict.objects.get(version=goal, body="bbg").is_advice


def test_after_the_decision_nobody_advises(goal, frank, hugo):
    Desk(hugo).judge(goal, "bbg", "bbg")

    assert "Leg het advies vast" not in Desk(frank).get(f"wijzigingen/{goal.pk}/")
    assert Desk(frank).judge(goal, "dvo", "dvo-twente").status_code == 404
    with service_session(frank), pytest.raises(DoesNotHold, match="al besloten"):
        actions.judge(_advice(goal), by=frank, at=timezone.now())


def _advice(goal: Version, **more) -> Verdict:
    told = {"version": goal, "stage": 0, "decider": "dvo", "body_id": "dvo-twente", "outcome": "akkoord"}
    return Verdict(**told | {"decided_on": timezone.localdate(), "in_writing": False} | more)


@pytest.mark.attack("A-08")
def test_a08_no_refusal_is_called_advice_and_nobody_advises_for_another(goal, frank, anna, bram, hugo):
    with service_session(hugo):  # the database says what is advice
        refusal = {"stage": 1, "decider": "bbg", "body_id": "bbg", "outcome": "niet-akkoord", "words": "Nee."}
        actions.judge(_advice(goal, **refusal, is_advice=True), by=hugo, at=timezone.now())
    goal.refresh_from_db()
    assert goal.state == Version.State.REJECTED
    other = Desk(anna).propose("wijzigingen/nieuw/doel/", **GOAL)
    with service_session(bram), pytest.raises(NotPermitted):
        actions.judge(_advice(other), by=bram, at=timezone.now())
    with service_session(frank), pytest.raises(NotPermitted):
        actions.judge(_advice(other, body_id="dvo-ijsselland"), by=frank, at=timezone.now())


def test_a_body_advises_once_and_who_wrote_it_does_not(goal, frank):
    assert Desk(frank).judge(goal, "dvo", "dvo-twente").status_code == 302
    assert Desk(frank).judge(goal, "dvo", "dvo-twente").status_code == 404
    own = Desk(frank).propose("wijzigingen/nieuw/doel/", **{**GOAL, "title": "Een doel van Twente"})
    assert "Leg het advies vast" not in Desk(frank).get(f"wijzigingen/{own.pk}/")
    with service_session(frank), pytest.raises(DoesNotHold, match="zelf"):
        actions.judge(_advice(own), by=frank, at=timezone.now())


def test_a_proposed_goal_waits_for_the_district_until_it_advised(goal, frank):
    path = "/vergaderingen/?overleg=dvo-twente"
    assert GOAL["title"] in browser(frank).get(path).content.decode()
    assert f"Strategie: uw advies over {GOAL['title']}" in browser(frank).get("/").content.decode()
    Desk(frank).judge(goal, "dvo", "dvo-twente", **RESERVED)

    assert GOAL["title"] not in browser(frank).get(path).content.decode()
    assert "uw advies over" not in browser(frank).get("/").content.decode()
    with service_session(frank):
        assert goal.pk not in reading.changes_for("dvo-twente")


def test_a_theme_still_needs_the_assent_of_each_district(anna, frank):
    version = Desk(anna).propose("wijzigingen/nieuw/thema/", **THEME)
    with service_session(frank):
        assert not Route.objects.filter(kind="thema", act=Route.Act.ADVICE).exists()
    assert (
        Desk(frank).judge(version, "dvo", "dvo-twente", outcome="niet-akkoord", words="Nee.").status_code
        == 302
    )
    version.refresh_from_db()
    assert version.state == Version.State.REJECTED


@pytest.mark.attack("A-07")
def test_a07_who_only_advises_about_goals_sets_no_limits_and_leads_no_choice(frank, hugo):
    for person, may in ((hugo, True), (frank, False)):
        with service_session(person):
            assert plan_reading.may_limit().is_member is may
            assert choosing_reading.right().is_member is may
