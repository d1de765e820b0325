"""A goal of the past opens as it was, and what ended stays to be read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from vangnet.strategy.models import Goal, Version
from vangnet.strategy.tests.round import Desk

pytestmark = pytest.mark.django_db


def test_every_goal_of_a_day_in_the_past_opens_with_the_words_of_that_day(anna):
    desk = Desk(anna)
    page = desk.get("op/", datum="2019-01-01")
    then = {v.item: v.content for v in Version.objects.as_of("2019-01-01").filter(kind="doel")}

    assert "/strategie/doelen/KWP-15d/?op=2019-01-01" in page
    for code in ("KWP-15d", "KWP-12", "CYB-05"):
        text = desk.get(f"doelen/{code}/", op="2019-01-01")
        assert f'<h1 class="utrecht-heading-1">{then[code]["title"]}</h1>' in text, code
        assert "Zo gold dit doel op 1 januari 2019" in text
        assert "Stel een wijziging voor" not in text
    changed = desk.get("doelen/KWP-12/")
    assert Goal.objects.get(code="KWP-12").title in changed
    assert "met een aanspreekpunt per district" in changed
    assert "Zo gold dit doel" not in changed


def test_a_goal_that_ended_shows_its_last_words_and_when_it_ended(anna):
    desk = Desk(anna)
    last = Version.objects.get(kind="doel", item="KWP-15d", content__isnull=True)
    text = desk.get("doelen/KWP-15d/")

    assert "Vervallen op 19 mei 2022" in text
    assert last.replaces.content["title"] in text
    assert f"/strategie/wijzigingen/{last.pk}/" in text
    assert "vervalt, vastgesteld" in text
    assert "Laat vervallen" not in text
    assert "Vervallen op 19 mei 2022" in desk.get("doelen/KWP-15d/", op="2023-01-01")
    day_before = (last.in_force_from - timedelta(days=1)).isoformat()
    assert f"/strategie/doelen/KWP-15/?op={day_before}" in text


def test_a_day_on_which_a_goal_did_not_hold_yet_leads_to_what_it_is_now(anna):
    answer = Desk(anna).client.get("/strategie/doelen/OND-33/?op=2020-01-01", follow=True)

    assert answer.redirect_chain == [("/strategie/doelen/OND-33/", 302)]
    assert "Op 1 januari 2020 gold dit doel nog niet" in answer.content.decode()


def test_a_day_that_is_none_is_named_and_today_is_shown(anna):
    answer = Desk(anna).client.get("/strategie/doelen/KWP-12/?op=2019-02-30")

    assert answer.status_code == 422
    assert "Deze datum bestaat niet" in answer.content.decode()
    assert "met een aanspreekpunt per district" in answer.content.decode()


def test_a_day_to_come_is_today_and_what_never_was_is_not_there(anna):
    desk = Desk(anna)
    later = (timezone.localdate() + timedelta(days=30)).isoformat()

    assert "Zo gold dit doel" not in desk.get("doelen/KWP-12/", op=later)
    for query in ("", "?op=2019-01-01"):
        assert desk.client.get(f"/strategie/doelen/ZZZ-99/{query}").status_code == 404


def test_an_outsider_reads_no_goal_of_the_past(outsider):
    answer = outsider.get("/strategie/doelen/KWP-15d/?op=2019-01-01")

    assert answer["location"].startswith("/account/login/")


def test_a_goal_leads_to_the_plans_that_work_on_it(anna):
    desk = Desk(anna)
    cards = desk.client.get("/strategie/plannen/").context["cards"]
    card = next(card for card in cards if card.head.content["goals"])
    code = card.head.content["goals"][0]
    text = desk.get(f"doelen/{code}/")

    assert f'href="/strategie/plannen/{card.plan.pk}/">{card.title}</a>' in text
    other = Goal.objects.exclude(code__in=[c for one in cards for c in one.head.content["goals"]]).first()
    assert "Projectplannen</h2>" not in desk.get(f"doelen/{other.code}/")
