from datetime import date

import pytest
from django.utils import timezone

from vangnet.identity.actions import end_role, give_role
from vangnet.identity.models import Organisation, Role
from vangnet.identity.operator import operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_administrator")]


@pytest.fixture
def analyst(wim):
    """A role that lasted one year."""
    return give_role(
        wim,
        organisation=Organisation.objects.get(slug="gm0301"),
        role=Role.ANALYST,
        since=date(2024, 1, 1),
        until=date(2025, 1, 1),
        by=operator(),
        at=timezone.now(),
    )


def test_ending_a_role_that_already_ended_does_not_bring_it_back(analyst):
    for day in (date(2026, 6, 1), date(2023, 6, 1)):
        with pytest.raises(ValueError, match="een rol kan niet eindigen"):
            end_role(analyst, on=day, by=operator(), at=timezone.now())

    analyst.refresh_from_db()
    assert (analyst.period.lower, analyst.period.upper) == (date(2024, 1, 1), date(2025, 1, 1))


def test_a_role_can_end_sooner_than_was_agreed(analyst):
    assert end_role(analyst, on=date(2024, 7, 1), by=operator(), at=timezone.now()).period == (
        date(2024, 1, 1),
        date(2024, 7, 1),
    )
