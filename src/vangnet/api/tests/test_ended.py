"""A token whose last day has passed; on a database of its own, because only its owner can move that day."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection
from tests import databases

from vangnet.api.tests.conftest import System


@pytest.mark.attack("A-10")
def test_a10_a_token_that_ended_is_nobodys_and_nobody_but_the_owner_could_make_it_last(own_database):
    system = System()
    assert system.get("/gemeenten").status_code == 200
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE identity_systemtoken SET ends_on = current_date + 900")
    with databases.as_owner(own_database) as owner:
        owner.execute("UPDATE identity_systemtoken SET ends_on = today()")

    assert system.get("/gemeenten").status_code == 401
