"""How a weighing ends: an outcome with a route that goes with it, and not after an answer that shuts it."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone
from tests import databases

from vangnet.casework.actions import Conflict, conclude
from vangnet.casework.models import Signal
from vangnet.casework.tests.desks import SignalDesk, without_demonstration
from vangnet.identity import token
from vangnet.identity.operator import service_session


@pytest.fixture
def desk(own_database, anna):
    without_demonstration(own_database)
    return SignalDesk(anna)


@pytest.mark.requirement("WGS-23")
@pytest.mark.parametrize(
    ("outcome", "route", "fits"),
    [
        ("riec", "gemeentelijk", "Kies ‘RIEC-casus’"),
        ("riec", "lokaal", "Kies ‘RIEC-casus’"),
        ("gemeente", "riec", "Kies ‘Actie van de gemeente’ of ‘Lokaal bilateraal of integraal’"),
    ],
)
def test_an_outcome_with_a_route_that_contradicts_it_is_refused_in_words(desk, outcome, route, fits):
    signal = desk.weighed(gewicht="zwaar")
    answer = desk.post("conclude", signal, outcome=outcome, route=route, partners="2")

    assert answer.status_code == 422
    assert fits in answer.content.decode()
    assert "Doorgezet" not in desk.get("signal", signal).content.decode()


def test_the_verb_refuses_what_the_form_refuses(desk, anna):
    signal = desk.weighed(gewicht="zwaar")
    told = {"partners": 1, "by": anna, "at": timezone.now()}
    with service_session(anna), token.for_purpose(desk.purpose.pk), transaction.atomic():
        found = Signal.objects.get(pk=signal)
        with pytest.raises(Conflict, match="hoort de route ‘Actie van de gemeente’ niet"):
            conclude(found, outcome="riec", route="gemeentelijk", **told)


@pytest.mark.requirement("WGS-23")
def test_without_a_municipal_task_the_municipality_does_not_lead_and_the_page_says_why(desk):
    signal = desk.weighed(taak="nee", gewicht="zwaar")
    page = desk.get("conclude", signal).content.decode()
    answer = desk.post("conclude", signal, outcome="gemeente", route="lokaal", partners="2")

    assert 'value="gemeente"' not in page
    assert "‘Gemeente heeft de leiding’ staat er niet bij: het antwoord ‘2A. Is het een taak" in page
    assert "Bij 1 meldende partner" not in page  # no hint to a route that is not open
    assert "Bij 2 of meer meldende partners: riec-casus." in page
    assert answer.status_code == 422
    assert desk.post("conclude", signal, outcome="riec", route="riec", partners="2").status_code == 302


def test_what_was_decided_by_an_earlier_version_stays_and_can_be_worked_on(desk, own_database):
    signal = desk.weighed()
    desk.post("conclude", signal, outcome="gemeente", route="lokaal", partners="2")
    with databases.as_owner(own_database) as owner:
        owner.execute("ALTER TABLE casework_signal DISABLE TRIGGER USER")
        owner.execute("UPDATE casework_signal SET route = 'riec' WHERE dossier_id = %s", [signal])
        owner.execute("ALTER TABLE casework_signal ENABLE TRIGGER USER")
    answer = desk.post("act", signal, on=timezone.localdate().isoformat())

    assert answer.status_code == 302
    page = desk.get("signal", signal).content.decode()
    assert "De eerste actie is vastgelegd." in page
    assert "RIEC-casus" in page
