"""Advice: who asks, who answers, who reads along, and that what was said stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from vangnet.cooperation import reading
from vangnet.cooperation.models import AdviceRequest
from vangnet.cooperation.tests.conftest import Colleague, moves
from vangnet.directory.models import Holder
from vangnet.identity.operator import operator, service_session
from vangnet.identity.refusals import DoesNotHold, rules
from vangnet.identity.rules import NotPermitted
from vangnet.portal import waiting
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db


def page(client, address="", status=200, **query):
    answer = client.get(f"/netwerk/advies/{address}", query)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def send(client, address, status=302, **told):
    answer = client.post(f"/netwerk/advies/{address}", told)
    assert answer.status_code == status, answer.content.decode()
    return answer["Location"] if status == 302 else answer.content.decode()


def waits_for(person) -> list[str]:
    with Colleague(person).session():
        found = waiting.of(person, today=timezone.localdate())
    return [f"{one.text} {one.note}".strip() for one in found if one.source.startswith("advies")]


# --- asking and answering, through pages ---


def test_an_adviser_finds_an_expert_asks_and_gets_an_answer(anna, esra, otto):
    client, colleague = browser(anna), browser(esra)
    found = client.get("/netwerk/wie/", {"onderwerp": "vastgoed", "plaats": "GM0301"}).content.decode()
    assert f"/netwerk/advies/nieuw/?aan={esra.pk}&amp;onderwerp=vastgoed&amp;plaats=GM0301" in found
    form = page(client, "nieuw/", aan=str(esra.pk), onderwerp="vastgoed", plaats="GM0301")
    assert f'value="persoon:{esra.pk}" selected' in form

    due = timezone.localdate() + timedelta(days=10)
    assert f'value="{due}"' in form
    told = {"to": f"persoon:{esra.pk}", "topic": "vastgoed", "place": "GM0301", "due_on": due}
    where = send(client, "nieuw/", subject="Leeg pand", words="Wat eerst?", **told).removeprefix(
        "/netwerk/advies/"
    )
    assert waits_for(esra) == ["Advies: 1 vraag wacht op uw antwoord"]
    assert "Leeg pand" in page(colleague)

    send(colleague, f"{where}antwoord/", words="Eerst een controle.", seen="1")
    assert waits_for(esra) == []
    assert waits_for(anna) == ["Advies: 1 eigen vraag wacht op u"]
    shown = page(browser(otto), where)  # a colleague of the asker reads along
    assert "Eerst een controle." in shown
    assert "binnen de termijn" in shown
    assert "Zutphen" in shown

    send(client, f"{where}oordeel/", score="4", words="Nuttig.", seen="2")
    assert "4 van 5" in page(colleague, where)
    assert "Gemiddelde tevredenheid: 4,5 van 5 (2 oordelen)" in page(client, lijst="eigen")  # 5 in the pack
    assert waits_for(anna) == []


def test_a_question_is_asked_back_and_the_days_of_the_asker_are_no_part_of_the_term(asker, expert, esra):
    question = asker.ask(expert=esra, days=-8, term=10)
    due = question.due_on
    expert.say(question, "terugvraag", days=-6)
    assert waits_for(asker.person) == ["Advies: 1 eigen vraag wacht op u"]
    assert waits_for(esra) == []
    asker.say(question, "aanvulling", days=-1)

    found = asker.look(question)
    assert found.state == "gesteld"
    assert found.due_on == due + timedelta(days=5)


def test_the_driving_team_hands_an_overdue_question_on(asker, team, hugo, otto, esra):
    assert waits_for(hugo) == ["Advies: 1 vraag wacht op het aanjaagteam"]  # of the pack
    question = asker.ask(days=-20, term=10)
    assert waits_for(hugo) == ["Advies: 2 vragen wachten op het aanjaagteam waarvan 1 te laat"]
    shown = page(browser(hugo), f"{question.pk}/")
    assert "De termijn is voorbij" in shown
    assert "te laat" in page(browser(hugo))

    client = browser(hugo)
    assert f"persoon:{esra.pk}" in page(client, f"{question.pk}/doorgeven/")
    send(client, f"{question.pk}/doorgeven/", to=f"persoon:{esra.pk}", words="Weet hiervan.", seen="1")
    assert waits_for(hugo) == ["Advies: 1 vraag wacht op het aanjaagteam"]
    assert waits_for(esra) == ["Advies: 1 vraag wacht op uw antwoord waarvan 1 te laat"]
    assert "aan Esra Yilmaz" in page(client, f"{question.pk}/")
    with pytest.raises(DoesNotHold, match="ligt daar al"):
        team.say(question, "doorgeven", expert=esra)
    with pytest.raises(DoesNotHold, match="een ander dan wie haar stelt"):
        team.say(question, "doorgeven", expert=asker.person)


def test_a_team_answers_by_any_of_its_members(asker, frank, lotte, carla, anna):
    question = Colleague(frank).ask(body_id="expertteam-ondermijning")
    for member in (lotte, carla, anna):
        assert waits_for(member) == ["Advies: 1 vraag wacht op uw antwoord"]
    Colleague(carla).say(question, "antwoord")
    assert waits_for(lotte) == []
    with pytest.raises(DoesNotHold, match="intussen"):
        Colleague(lotte).say(question, "antwoord", number=2)
    with pytest.raises(DoesNotHold, match="past niet"):
        Colleague(lotte).say(question, "antwoord")


def test_a_question_to_a_team_without_anybody_or_with_a_term_that_is_over_is_refused(asker):
    with pytest.raises(DoesNotHold, match="is er niet meer"):
        asker.ask(body_id="expertteam-cybercrime")
    with pytest.raises(DoesNotHold, match="verleden"):
        asker.ask(term=-1)


def test_who_is_told_of_a_number_of_a_citizen_keeps_what_was_typed(anna, esra):
    due = timezone.localdate() + timedelta(days=3)
    told = {"to": "aanjaagteam", "topic": "vastgoed", "place": "", "due_on": due, "subject": "Pand"}
    shown = send(browser(anna), "nieuw/", 422, words="Het gaat om 123456782.", **told)

    assert "burgerservicenummer lijkt" in shown
    with Colleague(anna).session():
        assert not AdviceRequest.objects.filter(subject="Pand").exists()


# --- who reads along ---


@pytest.mark.attack("A-01")
def test_only_who_takes_part_follows_a_question_and_the_network_reads_its_summary(
    asker, expert, esra, anna, otto, bram, lotte, team, outsider
):
    question = asker.ask(expert=esra)
    others = [Colleague(bram), Colleague(lotte)]
    assert [one.sees(question) for one in (asker, expert, team)] == [(True, 1)] * 3
    assert [one.sees(question) for one in others] == [(False, 0)] * 2
    page(browser(bram), f"{question.pk}/", 404)
    assert outsider.get(f"/netwerk/advies/{question.pk}/").status_code == 302
    expert.say(question, "antwoord", words="Eerst een controle.")
    asker.say(question, "oordeel", score=1)
    for stranger in (others[1], expert, team):  # the asker's side alone shares what it asked
        with pytest.raises(NotPermitted):
            stranger.say(question, "kennis", title="Toegang")
    told = {"title": "Toegang tot een bedrijf", "words": "Begin met een aangekondigde controle.", "seen": "3"}
    form = page(browser(otto), f"{question.pk}/kennis/")
    assert "de organisatie die antwoordde en de dag" in form
    send(browser(otto), f"{question.pk}/kennis/", **told)  # a colleague of the asker

    assert [one.sees(question) for one in others] == [(False, 0)] * 2
    shown = page(browser(bram), f"{question.pk}/") + page(browser(bram), lijst="kennis")
    for words in ("Toegang tot een bedrijf", "Begin met een aangekondigde controle.", "RIEC Oost-Nederland"):
        assert words in shown
    for words in ("Eerst een controle.", "Leeg pand", "Anna", "Zutphen", "Esra", "Gemiddelde tevredenheid"):
        assert words not in shown
    assert "Toegang tot een bedrijf" not in page(browser(bram), lijst="alle")
    assert "Toegang tot een bedrijf" in page(browser(anna), f"{question.pk}/")
    with pytest.raises(DoesNotHold, match="past niet"):
        asker.say(question, "kennis", title="Nogmaals")


def test_what_lies_with_an_expert_who_left_is_the_driving_teams(asker, team, esra, hugo, frank):
    question = asker.ask(expert=esra)
    moves(esra)
    assert waits_for(hugo) == ["Advies: 2 vragen wachten op het aanjaagteam"]  # one of the pack
    with pytest.raises(NotPermitted):
        Colleague(frank).say(question, "antwoord")
    shown = page(browser(hugo), f"{question.pk}/")
    assert "Beantwoord</a>" in shown
    team.say(question, "doorgeven", expert=frank)
    assert waits_for(frank) == ["Advies: 1 vraag wacht op uw antwoord"]


def test_a_colleague_adds_and_withdraws_for_an_asker_who_left(asker, expert, anna, esra, otto):
    question = asker.ask(expert=esra)
    expert.say(question, "terugvraag")
    before = waits_for(otto)
    moves(anna)
    assert waits_for(otto) == [*before, "Advies: 1 eigen vraag wacht op u"]
    send(browser(otto), f"{question.pk}/aanvulling/", words="Het staat leeg.", seen="2")
    Colleague(otto).say(question, "intrekken")
    assert Colleague(otto).look(question).state == "ingetrokken"


@pytest.mark.attack("A-01")
def test_who_moved_to_another_organisation_reads_no_further(asker, expert, esra, frank, bram):
    question = Colleague(frank).ask(expert=esra)
    expert.say(question, "doorgeven", expert=bram)
    assert expert.sees(question) == (True, 2)
    moves(esra, "gm0200")
    assert expert.sees(question) == (False, 0)


def test_who_handed_a_question_on_goes_on_reading_it_and_answers_no_more(asker, expert, esra, lotte):
    question = asker.ask(expert=esra)
    expert.say(question, "doorgeven", expert=lotte)
    assert expert.sees(question) == (True, 2)
    with pytest.raises(NotPermitted):
        expert.say(question, "antwoord")


@pytest.mark.attack("A-08")
def test_nobody_answers_or_judges_for_another(asker, expert, team, esra, otto, hugo):
    own = team.ask()  # a question of the driving team to itself
    with pytest.raises(NotPermitted):
        team.say(own, "antwoord")
    question = asker.ask(expert=esra)
    with pytest.raises(NotPermitted):
        Colleague(otto).say(question, "intrekken")
    with pytest.raises(NotPermitted):
        team.say(question, "antwoord")
    with pytest.raises(NotPermitted):
        Colleague(otto).say(question, "vraag")
    expert.say(question, "antwoord")
    with pytest.raises(NotPermitted):
        expert.say(question, "oordeel", score=5)
    asker.say(question, "oordeel", score=2)
    assert asker.look(question).state == "afgerond"
    page(browser(otto), f"{question.pk}/oordeel/", 404)


def test_nothing_that_was_said_is_rewritten_and_nobody_asks_in_the_name_of_another(asker, bram, esra):
    question = asker.ask(expert=esra)
    with asker.session(), pytest.raises(NotPermitted), rules(), connection.cursor() as cursor:
        cursor.execute("UPDATE cooperation_adviceturn SET words = 'Anders.'")
    with pytest.raises(NotPermitted):
        asker.ask(organisation=bram.memberships_on(timezone.localdate())[0].organisation)
    assert asker.sees(question) == (True, 1)


def test_a_session_without_a_second_factor_reads_and_says_nothing(anna, esra, asker):
    question = asker.ask(expert=esra)
    client = browser(anna, strong=False)
    assert "Leeg pand" in page(client, f"{question.pk}/")
    assert "Trek in" not in page(client, f"{question.pk}/")
    page(client, "nieuw/", 403)
    page(client, f"{question.pk}/intrekken/", 403)


def test_an_asker_withdraws_a_question_that_waits(asker, esra, anna):
    question = asker.ask(expert=esra)
    send(browser(anna), f"{question.pk}/intrekken/", words="Opgelost.", seen="1")
    assert asker.look(question).state == AdviceRequest.State.WITHDRAWN
    assert browser(anna).get(f"/netwerk/advies/{question.pk}/intrekken/").status_code == 302
    assert "Leeg pand" not in page(browser(esra))


def test_the_pages_take_a_fixed_number_of_queries(anna, asker, esra, django_assert_max_num_queries):
    for _ in range(5):
        question = asker.ask(expert=esra)
    client = browser(anna)
    page(client)
    with django_assert_max_num_queries(12):
        page(client, lijst="alle")
    with django_assert_max_num_queries(10):
        page(client, f"{question.pk}/")
    with django_assert_max_num_queries(22):
        page(client, "nieuw/")
    with asker.session(), django_assert_max_num_queries(1):
        reading.waiting()


def test_empty_lists_say_what_to_do(bram):
    for name in ("wacht", "eigen", "alle", "kennis"):
        assert "Vraag advies" in page(browser(bram), lijst=name)
    page(browser(bram), "", 404, lijst="anders")


@pytest.mark.attack("A-01")
def test_an_expert_who_moves_takes_no_question_along_but_answers_from_a_team(asker, expert, team, esra, hugo):
    question, answered = asker.ask(expert=esra), asker.ask(expert=esra)
    expert.say(answered, "antwoord")
    assert expert.sees(question) == (True, 1)
    moves(esra, "gm0200")
    assert expert.sees(question) == (False, 0)
    assert expert.sees(answered) == (False, 0)
    assert waits_for(esra) == []
    with pytest.raises(NotPermitted):
        expert.say(question, "antwoord")
    shown = page(browser(hugo), f"{question.pk}/")
    assert "Deze vraag wacht op niemand" in shown
    assert "wacht op niemand</span>" in page(browser(hugo), lijst="alle")
    team.say(question, "doorgeven", expert=esra)  # named anew, where esra works now
    assert expert.sees(question) == (True, 2)
    assert "wacht op niemand" not in page(browser(hugo), f"{question.pk}/")
    expert.say(question, "antwoord")


def test_a_question_to_a_team_that_emptied_waits_for_the_driving_team_and_goes_on(asker, team, hugo, esra):
    today = timezone.localdate()
    with service_session(operator()):
        held = Holder.objects.as_of(today).filter(seat__body__kind="expertteam")
        held = held.exclude(
            seat__body="expertteam-kwetsbare-personen"
        )  # a demonstration question waits there
        body = held.values_list("seat__body", flat=True).first()
    question = asker.ask(body_id=body)
    before = waits_for(hugo)
    with service_session(operator()):
        for one in Holder.objects.as_of(today).filter(seat__body=body):
            Holder.objects.filter(pk=one.pk).update(period=(one.period.lower, today))

    assert waits_for(hugo) != before
    assert "Deze vraag wacht op niemand" in page(browser(hugo), f"{question.pk}/")
    assert "wacht op niemand" not in page(browser(asker.person), f"{question.pk}/")
    team.say(question, "doorgeven", expert=esra)
    assert waits_for(esra) == ["Advies: 1 vraag wacht op uw antwoord"]
    assert "wacht op niemand" not in page(browser(hugo), lijst="alle")
