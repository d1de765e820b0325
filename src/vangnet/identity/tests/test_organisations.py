"""Organisations keep what they were: a kind holds from a day until a day."""

from datetime import UTC, date, datetime

import pytest
from tests.logbook import Event

from vangnet.identity import actions
from vangnet.identity.models import Organisation
from vangnet.identity.rules import NotPermitted

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_an_organisation_becomes_another_kind_from_a_day_on(jan):
    house = Organisation.objects.get(slug="riec")
    actions.change_kind(house, kind=Organisation.Kind.CARE_AND_SAFETY, since=date(2026, 1, 1), by=jan, at=NOW)

    assert house in Organisation.objects.of_kind("riec", on=date(2025, 12, 31))
    assert house not in Organisation.objects.of_kind("riec", on=date(2026, 1, 1))
    assert house in Organisation.objects.of_kind("veiligheidshuis", on=date(2026, 1, 1))
    assert Event.objects.filter(verb="identity.organisation.kind_changed", by=jan.pk).exists()


def test_a_change_before_a_recorded_change_is_refused(jan):
    house = Organisation.objects.get(slug="riec")
    actions.change_kind(house, kind=Organisation.Kind.NETWORK, since=date(2026, 1, 1), by=jan, at=NOW)

    with pytest.raises(actions.Overlap):
        actions.change_kind(house, kind=Organisation.Kind.POLICE, since=date(2025, 1, 1), by=jan, at=NOW)


@pytest.mark.attack("A-07")
def test_only_an_administrator_changes_a_kind(anna):
    house = Organisation.objects.get(slug="riec")
    with pytest.raises(NotPermitted):
        actions.change_kind(house, kind=Organisation.Kind.NETWORK, since=date(2026, 1, 1), by=anna, at=NOW)


def test_municipalities_that_are_gone_are_no_municipality_any_more():
    today = Organisation.objects.of_kind("gemeente", on=date(2026, 1, 1))

    assert today.count() == 76
    assert not today.filter(slug="gm0236").exists()
