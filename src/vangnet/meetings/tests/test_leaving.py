"""What somebody holds goes to others in one go: seats, open actions, and goals with their portfolio."""

import re
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.logbook import Event

from vangnet.directory.models import Holder
from vangnet.identity.models import Membership, User
from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.meetings import actions, leaving
from vangnet.meetings.models import ActionPoint
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def agreed(twente, owner, what="Bel de makelaars."):
    """Return an action that somebody took in a meeting."""
    sitting = twente.held(twente.raise_matter())
    told = {"what": what, "owner": owner, "due_on": TODAY() + timedelta(days=9)}
    with twente.session():
        return actions.agree_action(ActionPoint(sitting=sitting, **told), **twente.acting())


def asked(client, person):
    """Return the address of the page, and per item what may be chosen."""
    address = f"/netwerk/mensen/{person.pk}/overdragen/"
    page = client.get(address).content.decode()
    found = re.findall(r'<select name="([^"]+)".*?</select>', page, re.DOTALL)
    return address, page, found


def seats_of(person):
    return set(Holder.objects.as_of(TODAY()).filter(account=person).values_list("seat", flat=True))


def test_seats_actions_and_goals_go_in_one_go_and_the_log_and_the_list_say_so(
    twente, hugo, greet, anna, frank
):
    action = agreed(twente, greet)
    client = browser(hugo)
    address, page, fields = asked(client, greet)
    assert "Actie: Bel de makelaars." in page
    assert re.search(r"Met portefeuille [^:]+: \d+ doelen in de strategie", page)
    answers = {name: "vacant" if not name.startswith("actie-") else str(anna.pk) for name in fields}

    answer = client.post(address, {"on": str(TODAY()), **answers}, follow=True)
    assert "is overgedragen" in answer.content.decode()
    with twente.session():
        kept = ActionPoint.objects.get(pk=action.pk)
        assert (kept.owner, kept.agreed_with, kept.passed_on) == (anna, greet, TODAY())
        assert seats_of(greet) == set()
    event = Event.objects.get(verb="meetings.action.passed_on", actor=hugo.pk)
    assert event.details["former"] == str(greet.pk)
    assert event.details["owner"] == str(anna.pk)
    sitting = browser(frank).get(f"/vergaderingen/{action.sitting_id}/").content.decode()
    assert "Anna de Wit (overgenomen van Greet Bakker op" in sitting
    assert "Bel de makelaars." in browser(anna).get("/vergaderingen/mijn/").content.decode()
    assert "Er is niets over te dragen" in client.get(address).content.decode()


def test_who_left_long_ago_and_never_held_a_seat_still_passes_actions_on(twente, hugo, petra, anna):
    action = agreed(twente, petra)
    Membership.objects.filter(user=petra).update(period=(date(2018, 1, 1), TODAY()))
    client = browser(hugo)
    address, page, fields = asked(client, petra)
    people = client.get("/netwerk/mensen/").content.decode()
    assert f'href="{address}">Draag het werk van {petra.name} over</a>' in people
    assert "Vertrokken met open werk" not in browser(anna).get("/netwerk/mensen/").content.decode()
    assert 'href="/netwerk/mensen/">Terug' in re.sub(r'href="([^"]+)"[^>]*>', r'href="\1">', page)

    assert fields == [f"actie-{action.pk}"]
    assert "Actie: Bel de makelaars." in page
    assert client.post(address, {fields[0]: str(anna.pk)}).status_code == 302
    with twente.session():
        assert ActionPoint.objects.get(pk=action.pk).owner == anna
    assert client.get(address).status_code == 404
    assert address not in client.get("/netwerk/mensen/").content.decode()


def test_one_forgotten_choice_or_a_wrong_successor_stops_the_whole(twente, hugo, greet, anna):
    action = agreed(twente, greet)
    client = browser(hugo)
    address, _, fields = asked(client, greet)
    answers = {name: "vacant" for name in fields if not name.startswith("actie-")}

    for more in ({}, {f"actie-{action.pk}": str(greet.pk)}, {f"actie-{action.pk}": "vacant"}):
        assert client.post(address, {"on": str(TODAY()), **answers, **more}).status_code == 422
    with service_session(hugo):
        before = seats_of(greet)
        told = {"on": TODAY(), "by": hugo, "at": timezone.now()}
        with pytest.raises(DoesNotHold, match="andere acties"):
            leaving.hand_over(greet, seats=dict.fromkeys(before), actions={}, **told)
        away = User.objects.filter(memberships=None, kind="persoon").first()
        if away is not None:
            with pytest.raises(DoesNotHold, match="nu voor een partner werkt"):
                leaving.hand_over(greet, seats=dict.fromkeys(before), actions={action.pk: away}, **told)
        assert seats_of(greet) == before
        assert ActionPoint.objects.get(pk=action.pk).owner == greet


@pytest.mark.attack("A-07", "A-08")
def test_nobody_passes_an_action_on_by_themselves_or_rewrites_it_on_the_way(twente, greet, anna, hugo):
    action = agreed(twente, greet)
    passed = {"owner": anna, "agreed_with": greet, "passed_on": TODAY()}
    for who, told in (
        (greet, passed),
        (hugo, {**passed, "what": "Iets anders."}),
        (hugo, {**passed, "agreed_with": anna}),
        (hugo, {**passed, "passed_on": TODAY() - timedelta(days=1)}),
        (hugo, {"agreed_with": anna, "passed_on": TODAY()}),
    ):
        with service_session(who), pytest.raises(DatabaseError), transaction.atomic():
            ActionPoint.objects.filter(pk=action.pk).update(**told)
    for who in (anna, greet, twente.person):
        assert browser(who).get(f"/netwerk/mensen/{greet.pk}/overdragen/").status_code == 404
    assert browser(hugo, strong=False).get(f"/netwerk/mensen/{greet.pk}/overdragen/").status_code == 403


def test_many_actions_cost_as_many_questions_as_one(twente, hugo, otto, django_assert_max_num_queries):
    for number in range(3):
        agreed(twente, otto, f"Doe {number}.")
    client = browser(hugo)
    client.get(f"/netwerk/mensen/{otto.pk}/overdragen/")
    with django_assert_max_num_queries(20):
        page = client.get(f"/netwerk/mensen/{otto.pk}/overdragen/").content.decode()
    assert page.count("Actie: Doe") == 3
    assert 'name="on"' not in page or "Zetels" in page
