"""An office on a database of its own per module: people at work in the vault through its pages."""

from __future__ import annotations

import pytest
from django.db import connection

from tests import databases
from tests.attacks.site import on_a_clone


@pytest.fixture(scope="module")
def office(request, django_db_setup, django_db_blocker):
    from vangnet.vault.tests.offices import Office

    label = request.module.__name__.rpartition(".")[2][:24]
    with django_db_blocker.unblock(), on_a_clone(label) as site:
        yield Office(site.cast)


@pytest.fixture(scope="module")
def owner(office):
    """A connection to the database of the office that sees every table and row."""
    with databases.as_owner(connection.settings_dict["NAME"]) as owner:
        yield owner


@pytest.fixture
def dossier(office):
    return office.a_dossier()
