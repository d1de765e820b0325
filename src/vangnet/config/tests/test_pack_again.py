"""A region pack that changed is loaded over a demonstration that is there: nothing is made twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from vangnet.config import pack
from vangnet.identity.operator import operator, service_session
from vangnet.meetings.models import Sitting
from vangnet.portal.models import Installation
from vangnet.strategy.models import Recommendation, Result, Version

pytestmark = pytest.mark.django_db
REGION = Path(__file__).parents[4] / "regions/oost-nederland"
TABLES = (Sitting, Result, Recommendation, Version)


def test_a_pack_that_changed_is_loaded_again_over_its_demonstration():
    with service_session(operator()), transaction.atomic():
        before = [table.objects.count() for table in TABLES]
        Installation.objects.update(checksum="van een ouder pakket")
        assert pack.load(REGION, by=operator(), at=timezone.now(), demo=True)
        assert [table.objects.count() for table in TABLES] == before
        assert all(before)
