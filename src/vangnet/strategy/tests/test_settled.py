"""What was decided stays to be read: who said it, what stood there before, and where it is about."""

from __future__ import annotations

import pytest

from vangnet.directory.models import Body, Seat
from vangnet.strategy.changes import Standing, stages
from vangnet.strategy.models import Definition, Theme, Version
from vangnet.strategy.tests.round import THEME, Desk

pytestmark = pytest.mark.django_db


def decided(**by):
    return Version.objects.exclude(organisation=None).get(state="van-kracht", **by)


def test_a_decided_change_names_who_decided_whoever_holds_the_seat_now(anna, monkeypatch):
    version = decided(kind="doel", item="KWP-12")
    nobody = Seat.objects.none
    monkeypatch.setattr(type(Seat.objects.all()), "as_of", lambda self, day: nobody())
    page = Desk(anna).client.get(f"/strategie/wijzigingen/{version.pk}/")
    voices = [voice for stage in page.context["stages"] for voice in stage.voices]

    assert [voice.name for voice in voices] == ["Portefeuillehouder in Bestuurlijke Begeleidingsgroep"]
    assert all(voice.verdict for voice in voices)


def test_a_decided_change_says_what_was_before_and_what_was_adopted(anna):
    text = Desk(anna).get(f"wijzigingen/{decided(kind='doel', item='KWP-12').pk}/")

    assert ">Daarvoor</th>" in text
    assert ">Vastgesteld</th>" in text
    assert ">Nu</th>" not in text
    assert 'href="/strategie/doelen/KWP-12/"' in text
    assert 'href="/strategie/kwetsbare-personen/"' in text
    assert "Eén van hen is genoeg" not in text


def test_an_open_change_still_says_now_and_proposal_and_who_is_to_say_something(anna):
    version = Version.objects.get(state="ingediend")
    text = Desk(anna).get(f"wijzigingen/{version.pk}/")

    assert ">Nu</th>" in text
    assert ">Voorstel</th>" in text
    assert "(2 van 5)" in text
    assert f'href="/strategie/{version.item}/"' in text


def test_what_a_body_said_stays_with_an_open_change_when_it_is_not_asked_any_more(anna, monkeypatch):
    nothing = Body.objects.none
    monkeypatch.setattr(type(Body.objects.all()), "as_of", lambda self, day: nothing())
    version = Version.objects.get(state="ingediend")
    at = Standing(may_propose=False, open_stage=1, portfolio_in=[], is_strong=True, wrote=False)
    found = stages(version, at, anna, version.written_at.date())

    assert {voice.verdict.body_id for voice in found[0].voices} == {"dvo-twente", "dvo-ijsselland"}


def test_what_ended_leads_to_the_goal_and_its_decision(anna):
    version = decided(kind="doel", item="KWP-15d")
    desk = Desk(anna)

    assert 'href="/strategie/doelen/KWP-15d/"' in desk.get(f"wijzigingen/{version.pk}/")
    compared = desk.get("vergelijken/", van="2022-01-01", tot="2022-12-31")
    assert 'href="/strategie/doelen/KWP-15d/?op=2022-12-31"' in compared
    assert f'href="/strategie/wijzigingen/{version.pk}/"' in compared


def test_a_comparison_leads_to_each_item_and_each_decision(anna):
    desk = Desk(anna)
    page = desk.client.get("/strategie/vergelijken/", {"van": "2019-01-01", "tot": "2023-12-31"})

    assert {item.item for item, _ in page.context["rows"]} >= {"kwetsbare-personen", "cybercrime", "OND-33"}
    for item, place in page.context["rows"]:
        assert item.decision == decided(kind=item.kind, item=item.item).pk
        assert desk.client.get(place).status_code == 200, place


def test_themes_and_words_show_their_versions_with_author_and_assent(anna):
    desk = Desk(anna)
    theme, words = desk.get("kwetsbare-personen/"), desk.get("begrippen/")

    assert "de districten willen dat de zorg in de eerste zin staat" in theme
    assert "Geschreven door" in theme
    assert "met de kanttekening: Mits de zorgpartijen zelf aan tafel zitten" in theme
    assert "gemeenten vroegen om voorbeelden bij het begrip" in words
    assert "Akkoord: Aanjaagteam" in words


def test_a_theme_without_goals_and_a_word_can_be_ended_from_their_page(anna):
    desk = Desk(anna)
    empty = desk.propose("wijzigingen/nieuw/thema/", submit=False, **THEME).item

    assert "/strategie/begrip/doorgroeiers/vervallen/" in desk.get("begrippen/")
    assert "/strategie/thema/cybercrime/vervallen/" not in desk.get("cybercrime/")
    assert "Een thema kan vervallen als er geen doelen meer onder hangen" in desk.get("cybercrime/")
    assert not Theme.objects.filter(pk=empty).exists()
    ending = desk.propose("begrip/doorgroeiers/vervallen/", reason="Niet meer gebruikt.")
    assert Desk("aanjaagteam").judge(ending, "aanjaagteam", "aanjaagteam").status_code == 302
    assert not Definition.objects.filter(pk="doorgroeiers").exists()
    assert desk.get(f"wijzigingen/{ending.pk}/").count('href="/strategie/begrippen/#doorgroeiers"') == 0


def test_who_may_not_propose_sees_no_way_to_end_anything(anna, everybody):
    text = Desk(everybody).get("begrippen/")
    assert ("/vervallen/" in text) == ("Stel een wijziging voor" in text)


def test_a_word_is_tied_to_what_is_counted_from_the_form(anna):
    desk = Desk(anna)
    page = desk.client.get("/strategie/begrip/doorgroeiers/wijzigen/")
    form = page.context["form"]
    told = {name: form[name].value() for name in ("name", "meaning", "origin", "id", "base")}
    told |= {"reason": "Dit cijfer telt een deel ervan.", "indicators": ["jeugdoverlast", "woninginbraak"]}
    version = desk.propose("begrip/doorgroeiers/wijzigen/", **told)
    names = dict(form.fields["indicators"].choices)

    assert version.content["indicators"] == ["jeugdoverlast", "woninginbraak"]
    assert names["jeugdoverlast"] in desk.get(f"wijzigingen/{version.pk}/")
    assert Desk("aanjaagteam").judge(version, "aanjaagteam", "aanjaagteam").status_code == 302
    assert f'href="/beelden/indicator/jeugdoverlast/">{names["jeugdoverlast"]}</a>' in desk.get("begrippen/")
    wrong = desk.post("begrip/doorgroeiers/wijzigen/", **{**told, "indicators": ["bestaat-niet"]})
    assert wrong.status_code == 422
    assert "Dit cijfer bestaat niet" in wrong.content.decode()


def test_a_theme_says_which_of_its_goals_came_after_the_note(anna):
    text = Desk(anna).get("ondermijning/")

    assert "1 doel kwam er later bij en staat niet in de nota" in text
    assert "later bij" not in Desk(anna).get("cybercrime/")
