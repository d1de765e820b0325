"""Telling hours in the sessions of the cast, through verbs and pages."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from vangnet.cooperation import capacity_actions as actions
from vangnet.cooperation.models import CapacityStatement
from vangnet.cooperation.tests.conftest import Colleague
from vangnet.identity.models import Organisation

NOW = timezone.localdate().year
PAST = NOW - 1  # over, and nothing was told of it in the demonstration


def page(client, address="", status=200, **query):
    answer = client.get(f"/netwerk/capaciteit/{address}", query)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def send(client, address, status=302, **told):
    answer = client.post(f"/netwerk/capaciteit/{address}", told)
    assert answer.status_code == status, answer.content.decode()
    return answer["Location"] if status == 302 else answer.content.decode()


def of(slug: str) -> Organisation:
    return Organisation.objects.get(slug=slug)


def made(kind: str, hours, *, organisation: str = "", topic: str = "ondermijning", year: int = PAST, **more):
    told = CapacityStatement(kind=kind, topic_id=topic, year=year, hours=Decimal(str(hours)), **more)
    told.organisation = of(organisation) if organisation else None
    return told


def tell(person, kind: str, hours, **more) -> CapacityStatement:
    """Tell a number in a session of this person."""
    with Colleague(person).session():
        return actions.state(made(kind, hours, **more), **Colleague(person).acting())


def ask(person, hours, **more) -> CapacityStatement:
    return tell(person, "gevraagd", hours, source="Jaarplan.", **more)


def used(hours, first: int, last: int, **more):
    return {"hours": hours, "first_month": first, "last_month": last} | more
