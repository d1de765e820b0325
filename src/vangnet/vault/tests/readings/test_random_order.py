"""Whatever the order of announcing, rolling back and opening: no reading without its own line."""

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vangnet.identity.rules import NotPermitted
from vangnet.vault import doors

pytestmark = pytest.mark.usefixtures("own_database")
STEPS = st.lists(st.sampled_from(["announce", "roll back", "open", "open again", "guess"]), max_size=10)


class RolledBack(Exception):
    """Thrown to undo a transaction."""


@pytest.mark.requirement("I5")
@pytest.mark.attack("A-15")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_each_reading_has_a_committed_chained_line_of_its_own(case, esra, as_owner, chain, steps):
    lines, undone, read = [], [], []
    with case.session(esra):
        for step in steps:
            if step == "announce":
                lines += case.announce(case.records[0])
            elif step == "roll back":
                undone.append(announce_and_roll_back(case))
            elif step == "open" and lines:
                read += opened(lines[-1])
            elif step == "open again" and lines:
                read += opened(lines[0])
            elif step == "guess":
                read += opened((lines or undone or [0])[-1] + 1)

    known = {
        row[0] for row in as_owner("SELECT e.id FROM audit_event e JOIN audit_link l ON l.event_id = e.id")
    }
    assert set(read) <= known & set(lines)
    assert len(read) == len(set(read))
    assert not set(undone) & known
    assert chain()


def announce_and_roll_back(case):
    try:
        with transaction.atomic():
            rows = doors.call("vault_announce", case.records[:1], "overleg", None, timezone.now())
            raise RolledBack
    except RolledBack:
        return rows[0][0]


def opened(line):
    """Return the line when it gave a reading."""
    try:
        with transaction.atomic(durable=True), doors.rules():
            return [line for _ in doors.rows("vault_open", line)]
    except NotPermitted:
        return []
