"""A negative advice is set aside by a mayor of a partner, by name and with reasons, or not at all."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from tests.logbook import Event

from vangnet.agreements import actions, rules
from vangnet.agreements.models import Version
from vangnet.agreements.tests.drafting import NOW, TODAY, complete, partner
from vangnet.identity.operator import service_session
from vangnet.identity.rules import NotPermitted

WHY = "De commissie mist een grens in de tijd; wij nemen die op in het werkproces en toetsen na zes maanden."
pytestmark = [pytest.mark.django_db, pytest.mark.requirement("WGS-11")]


@pytest.fixture
def by(as_administrator):
    return as_administrator


@pytest.fixture
def version(by, nora):
    """A draft of RIEC, police and Zutphen that lacks nothing but a better advice."""
    version = complete(by, nora)
    partner(version, "gm0301", by)
    return negative(version, by)


def negative(version, by):
    actions.advise(version, advice="negatief", advised_on=TODAY, reference="advies 7", by=by, at=NOW)
    return actions.sign(version, signed_on=TODAY, by=by, at=NOW)


def put_aside(version, person, reason=WHY, **session):
    with service_session(person, **session), transaction.atomic():
        return actions.set_aside(version, reason=reason, by=person, at=NOW)


def test_wgs11_a_mayor_sets_a_negative_advice_aside_and_the_agreement_can_begin(version, by, greet):
    assert actions.lacks(version) == ["advies"]

    put_aside(version, greet)

    assert actions.lacks(version) == []
    begun = actions.activate(version, by=by, at=NOW)
    kept = Version.objects.get(pk=begun.pk)
    assert (kept.status, kept.set_aside_by, kept.set_aside_reason) == ("actief", greet, WHY)
    assert Event.objects.filter(verb="agreements.version.advice_set_aside", subject=str(kept.pk)).count() == 1


@pytest.mark.parametrize("who", ["anna", "ineke", "jan", "nora"])
def test_wgs11_nobody_but_a_mayor_sets_it_aside(version, who, request):
    with pytest.raises(NotPermitted, match="burgemeester"):
        put_aside(version, request.getfixturevalue(who))
    assert actions.lacks(version) == ["advies"]


def test_wgs11_a_mayor_needs_a_second_factor_and_an_organisation_that_is_a_partner(by, nora, greet, version):
    with pytest.raises(NotPermitted):
        put_aside(version, greet, strong=False)
    with pytest.raises(NotPermitted):
        put_aside(negative(complete(by, nora, code="elders"), by), greet)


def test_wgs11_a_few_words_are_no_reasons_and_a_better_advice_has_nothing_to_set_aside(version, by, greet):
    with pytest.raises(rules.Refused, match="minstens 50"):
        put_aside(version, greet, reason=f"Het moet. {' ' * 60}")
    actions.advise(version, advice="positief", advised_on=TODAY, reference="advies 8", by=by, at=NOW)
    with pytest.raises(rules.Refused, match="geen negatief advies"):
        put_aside(version, greet)


@pytest.mark.parametrize("change", ["text", "advice"])
def test_wgs11_another_text_or_advice_asks_for_another_decision(version, by, greet, change):
    put_aside(version, greet)

    if change == "text":
        actions.edit_version(version, contact_point="Ander loket", by=by, at=NOW)
    else:
        negative(version, by)

    assert "advies" in actions.lacks(version)
    assert Version.objects.get(pk=version.pk).set_aside_by is None


def test_wgs11_the_database_lets_no_administrator_write_it_down_for_a_mayor(version, greet):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE agreements_version SET set_aside_by_id = %s, set_aside_at = now(), set_aside_reason = %s"
            " WHERE id = %s",
            [greet.pk, WHY, version.pk],
        )
    assert actions.lacks(version) == ["advies"]


def test_wgs11_the_page_offers_it_to_the_mayor_and_shows_who_decided_and_why(version, sign_in, greet, anna):
    address = f"/convenanten/proef/opzij-zetten/{version.pk}/"
    assert address in sign_in(greet).get("/convenanten/proef/").content.decode()
    assert address not in sign_in(anna).get("/convenanten/proef/").content.decode()
    assert sign_in(anna).post(address, {"reason": WHY}).status_code == 403
    assert sign_in(greet).post(address, {"reason": "kort"}).status_code == 422
    assert sign_in(greet).post(address, {"reason": WHY}).status_code == 302

    page = sign_in(anna).get("/convenanten/proef/").content.decode()
    assert WHY in page
    assert greet.name in page
