"""A strategy is a draft until whoever speaks for a deciding body records that it was adopted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.strategy import actions
from vangnet.strategy.adoption import Adoption
from vangnet.strategy.models import Strategy
from vangnet.strategy.tests.round import Desk, person

pytestmark = pytest.mark.django_db
DRAFT = "bestuurlijke nota, conceptversie"
TOLD = {"body": "bbg", "on": "2019-03-14", "source": "Besluitenlijst van het BBG, punt 3"}


def test_the_secretary_of_the_deciding_body_records_the_adoption_and_every_page_says_so(anna):
    desk = Desk("aanjaagteam")
    assert DRAFT in desk.get("")
    assert "/strategie/vaststellen/" in desk.get("")

    assert desk.post("vaststellen/", **TOLD)["location"] == "/strategie/"

    reader = Desk(anna)
    words = "Vastgesteld door Bestuurlijke Begeleidingsgroep op 14 maart 2019"
    for path in ("", "op/", "wijzigingen/?lijst=vastgesteld"):
        assert words.lower() in reader.get(path).lower(), path
    assert "Besluitenlijst van het BBG, punt 3" in reader.get("")
    assert "/strategie/vaststellen/" not in desk.get("")
    assert DRAFT in reader.get("op/", datum="2019-03-13")
    assert words.lower() in reader.get("op/", datum="2019-03-14").lower()


def test_who_does_not_speak_for_that_body_records_nothing(anna):
    for who in (anna, "dvo-twente", "riec"):
        desk = Desk(who)
        assert "/strategie/vaststellen/" not in desk.get("")
        assert desk.client.get("/strategie/vaststellen/").status_code == 404
        assert desk.post("vaststellen/", **TOLD).status_code == 404
    assert not Adoption.objects.exists()


def test_an_outsider_is_asked_to_sign_in(outsider):
    assert outsider.get("/strategie/vaststellen/")["location"].startswith("/account/login/")


def test_it_is_recorded_once_also_when_two_do_it(anna):
    first, second = Desk("aanjaagteam"), Desk("aanjaagteam")
    page = second.get("vaststellen/")
    assert "Vastgesteld op" in page

    assert first.post("vaststellen/", **TOLD).status_code == 302
    answer = second.post("vaststellen/", **{**TOLD, "on": "2019-04-01"})

    assert answer.status_code == 422
    assert "Er is al vastgelegd wie deze strategie vaststelde" in answer.content.decode()
    assert Adoption.objects.get().on == date(2019, 3, 14)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ((timezone.localdate() + timedelta(days=2)).isoformat(), "Kies een dag die al is geweest"),
        ("2001-03-14", "Deze dag ligt ver voor de strategie"),
        ("", "verplicht"),
    ],
)
def test_a_day_that_cannot_be_is_refused(on, said):
    answer = Desk("aanjaagteam").post("vaststellen/", **{**TOLD, "on": on})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Adoption.objects.exists()


def test_the_database_refuses_it_without_the_form(as_administrator):
    fresh = Adoption(strategy=Strategy.objects.get(), body_id="bbg", on=date(2019, 3, 14), source="Lijst")

    with pytest.raises((NotPermitted, DoesNotHold)), transaction.atomic():
        actions.adopt(fresh, by=person("aanjaagteam"), at=timezone.now())
    assert not Adoption.objects.exists()
