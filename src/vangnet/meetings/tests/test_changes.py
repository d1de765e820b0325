"""A change of the strategy on an agenda: judged with the proposal, and closed here from then on."""

from __future__ import annotations

import pytest
from django.utils import timezone

from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.meetings import actions
from vangnet.meetings.models import Paper, Stop
from vangnet.meetings.tests.test_pages import page, send
from vangnet.meetings.tests.test_papers_and_feeds import PDF, add
from vangnet.strategy import actions as strategy
from vangnet.strategy.models import Verdict
from vangnet.strategy.tests.round import Desk
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db
NOTE = {"aim": "besluit", "occasion": "Anders.", "asked": "Stem hiermee in."}


def listed(secretary, version, sitting) -> Stop:
    """Put a change on the agenda of a meeting, on its page."""
    send(browser(secretary.person), f"{sitting.pk}/agenda/", **{f"plaats-{version.pk}": "1"})
    with secretary.session():
        return Stop.objects.get(sitting=sitting)


def judge(secretary, version) -> None:
    said = {"stage": 1, "decider": "dvo", "body": secretary.body, "outcome": "akkoord"}
    verdict = Verdict(version=version, **said, in_writing=False, decided_on=timezone.localdate())
    with secretary.session():
        strategy.judge(verdict, **secretary.acting())


@pytest.mark.attack("A-07", "A-08")
def test_after_its_verdict_a_body_decides_notes_and_adds_nothing_more(twente, frank, proposal):
    sitting = twente.held()
    stop, client = listed(twente, proposal, sitting), browser(frank)
    add(frank, stop, "Voorstel.pdf", PDF)
    address = f"punten/{stop.pk}/"
    assert "Verwijder" in page(client, address)
    judge(twente, proposal)

    for outcome in ("aangehouden", "kennis"):
        with pytest.raises(DoesNotHold, match="gaf al een oordeel"):
            twente.rule(stop, outcome)
    assert "gaf al een oordeel" in send(client, f"{address}besluit/", 422, outcome="kennis", words="Gezien.")
    assert "staat daarmee vast" in send(client, f"{address}notitie/", 422, **NOTE)
    assert add(frank, stop, "Later.pdf", PDF).status_code == 404
    with twente.session():
        paper = Paper.objects.get(matter=stop.matter_id)
        other = Paper(matter=stop.matter, name="x.pdf", kind=paper.kind, size=1, content=b"x")
        for verb, one in ((actions.remove_paper, paper), (actions.add_paper, other)):
            with pytest.raises(NotPermitted):
                verb(one, **twente.acting())
    assert "Verwijder" not in page(client, address)
    twente.attend(sitting)
    assert twente.adopt(sitting).state == "vastgesteld"


def test_a_change_that_waits_is_held_over_and_never_only_noted(twente, frank, proposal):
    sitting = twente.held()
    stop, client = listed(twente, proposal, sitting), browser(frank)
    shown = page(client, f"punten/{stop.pk}/besluit/")
    assert 'value="aangehouden"' in shown
    assert 'value="kennis"' not in shown
    with pytest.raises(DoesNotHold, match="wacht nog op een oordeel"):
        twente.rule(stop, "kennis")

    send(client, f"punten/{stop.pk}/besluit/", outcome="aangehouden", words="Eerst de cijfers.")
    (again,) = twente.waiting()
    later = twente.held()
    send(client, f"{later.pk}/agenda/", **{f"plaats-{again.pk}": "1"})
    judge(twente, proposal)
    twente.rule(stop, "aangehouden", number=2, words="Eerst de cijfers van het jaar.")
    for meeting in (sitting, later):
        twente.attend(meeting)
        assert twente.adopt(meeting).state == "vastgesteld"


def test_a_change_that_was_taken_back_is_noted_and_waits_no_more(twente, frank, anna, proposal):
    sitting = twente.held()
    stop, client = listed(twente, proposal, sitting), browser(frank)
    with service_session(anna):
        strategy.withdraw(proposal.pk, by=anna, at=timezone.now())
    assert "Neem ter kennis" in page(client, f"punten/{stop.pk}/")
    with pytest.raises(DoesNotHold, match="wacht niet meer"):
        twente.rule(stop, "aangehouden")
    send(client, f"punten/{stop.pk}/besluit/", outcome="kennis", words="De indiener nam haar terug.")
    page(client, f"{sitting.pk}/agenda/")
    assert twente.waiting() == []


def test_a_meeting_is_off_also_when_a_change_on_it_was_judged_in_writing(twente, proposal):
    sitting = twente.plan()
    stop = listed(twente, proposal, sitting)
    judge(twente, proposal)
    with twente.session():
        actions.change(sitting, seen=2, state="vervallen", remark="Geen quorum.", **twente.acting())
        stop.refresh_from_db()
    assert stop.sitting_id is None


def test_what_a_portfolio_holder_decides_is_not_said_by_the_body_and_is_noted_there(bbg, anna, hugo):
    version = Desk(anna).change_goal("OND-08", title="Signalen komen bij wie er iets mee kan")
    sitting = bbg.held()
    stop = listed(bbg, version, sitting)
    assert Desk("burgemeester-enschede").judge(version, "portefeuillehouder", "bbg").status_code == 302
    bbg.attend(sitting)
    with pytest.raises(DoesNotHold, match="Niet elk punt heeft een besluit"):
        bbg.adopt(sitting)
    send(
        browser(hugo), f"punten/{stop.pk}/besluit/", outcome="kennis", words="De portefeuillehouder besloot."
    )
    assert bbg.adopt(sitting).state == "vastgesteld"
