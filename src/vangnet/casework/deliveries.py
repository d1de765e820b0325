"""Reports that a system of a municipality sends: the same report once, however often it is sent."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vangnet.casework import actions
from vangnet.casework.actions import DESK, Conflict, Report
from vangnet.casework.models import Signal
from vangnet.identity.models import User
from vangnet.vault import doors
from vangnet.vault.marks import drawn_from


@transaction.atomic
def deliver(
    report: Report, *, zone: str, key: str, told: str, by: User, at: datetime
) -> tuple[Signal | str, bool]:
    """Take in a report under a key of its sender; return the signal or its number, and whether it is new.

    Parameters
    ----------
    key
        What the sender calls this delivery; under one key lies one report.
    told
        What was sent, word for word: from it follows whether a second delivery is the same report.

    Raises
    ------
    NotPermitted, DoesNotHold
        As `actions.receive`.
    Conflict
        Another report was sent under this key before.
    """
    record = drawn_from("levering", str(by.pk), key, told)
    known = doors.call("casework_own_report", drawn_from(DESK, str(by.pk), key), record)
    if not known:
        return actions.receive(report, zone=zone, mark=key, record=record, by=by, at=at), True
    number, is_same = known[0]
    if not is_same:
        raise Conflict(
            f"Onder deze Idempotency-Key is eerder een andere melding ontvangen ({number}). "
            "Gebruik voor elke melding een eigen sleutel."
        )
    return Signal.objects.filter(number=number).first() or str(number), False
