"""The weak role in the session of somebody, and bodies and seats to try things on."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection, transaction
from django.utils import timezone

from vangnet.directory import actions
from vangnet.directory.models import Body, Function, Seat
from vangnet.identity.models import Organisation
from vangnet.identity.operator import operator, service_session

LONG_AGO = date(2018, 1, 1)


@pytest.fixture
def working_as(db):
    """Run statements in the session of somebody."""

    @contextmanager
    def working_as(user, *, strong: bool = True):
        with service_session(user, strong=strong), transaction.atomic():
            yield connection.cursor()

    return working_as


@pytest.fixture
def body(db):
    """Return a body by its slug."""
    return lambda slug: Body.objects.get(pk=slug)


@pytest.fixture
def seat(body):
    """Open a seat as the command line does, with somebody in it when asked."""

    def seat(slug, role, organisation, *, holder=None, since=LONG_AGO, until=None, **more):
        told = {"by": operator(), "at": timezone.now()}
        with service_session(operator()):
            opened = actions.open_seat(
                body(slug),
                role=role,
                organisation=Organisation.objects.get(slug=organisation),
                function=Function.objects.get(pk="medewerker"),
                since=since,
                until=until,
                **more,
                **told,
            )
            if holder:
                actions.appoint(opened, account=holder, since=since, **told)
        return opened

    return seat


@pytest.fixture
def seat_of(db):
    """Return the seat with this role in a body."""
    return lambda slug, role: Seat.objects.get(body=slug, role=role)
