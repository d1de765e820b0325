"""One database for the tests of a module, emptied of signals before each: cheaper than one per test."""

from __future__ import annotations

import pytest
from tests import databases

from vangnet.casework.tests.desks import without_demonstration

OF_INTAKE = ("likeness", "externalnumber", "draft", "publicform", "visitorcount", "visitorkey")


@pytest.fixture(scope="module")
def clone(request, django_db_setup, django_db_blocker):
    label = request.module.__name__.rpartition(".")[2][:24]
    with django_db_blocker.unblock(), databases.clone(label) as name, databases.pointing_at(name):
        yield name


@pytest.fixture
def own_database(clone):
    with databases.as_owner(clone) as owner:
        for table in OF_INTAKE:
            owner.execute(f"DELETE FROM casework_{table}")
        owner.execute("DELETE FROM vault_sealedfile")
    without_demonstration(clone)
    return clone
