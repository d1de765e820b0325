"""The agreements of the demonstration."""

from __future__ import annotations

import pytest

from vangnet.agreements import actions
from vangnet.agreements.models import Agreement, Authorisation, CircleMember, Version


@pytest.mark.django_db
def test_the_demonstration_has_active_agreements_and_one_that_still_needs_something(as_administrator):
    status = {v.agreement.code: v.status for v in Version.objects.select_related("agreement")}

    assert status == {
        "riec": "actief",
        "zvh": "actief",
        "gemeente-gm0301": "actief",
        "gemeente-gm0200": "concept",
        "lokaal-gm0301": "actief",
    }
    draft = Version.objects.get(agreement__code="gemeente-gm0200")
    assert {"dpia", "advies", "coordinator", "contactpunt", "handtekening"} == set(actions.lacks(draft))


@pytest.mark.django_db
def test_everybody_of_the_cast_who_is_authorised_was_designated_by_somebody_else(as_administrator):
    given = Authorisation.objects.select_related("user", "given_by")

    assert given.count() > 12
    assert all(one.given_by != one.user and one.document for one in given)
    assert CircleMember.objects.count() == 3
    assert Agreement.objects.get(code="riec").partners.count() == 5
