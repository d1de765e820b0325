"""Browsers of who keeps registers, and the weak role in the session of somebody."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from vangnet.identity.operator import service_session
from vangnet.registers.tests.keepers import Keeper


@pytest.fixture
def keeper(db):
    """Return the pages of somebody."""
    return Keeper


@pytest.fixture
def working_as(db):
    """Run statements in the session of somebody."""

    @contextmanager
    def working_as(user, *, strong: bool = True):
        with service_session(user, strong=strong), transaction.atomic():
            yield connection.cursor()

    return working_as
