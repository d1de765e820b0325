"""Verbs of access in an emergency: asked by one, approved by another, over within a day."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from vangnet.audit import log
from vangnet.identity.models import User
from vangnet.vault import doors, envelope, sealing
from vangnet.vault.keys import key_ring


@transaction.atomic
def ask(*, number: str, zone: str, reason: str, by: User, at: datetime) -> UUID:
    """Ask for emergency access to a dossier by its number; the answer does not tell whether it exists.

    Raises
    ------
    NotPermitted
        No authorisation for the purpose of this session.
    """
    pk = uuid4()
    key = sealing.reasons_key(key_ring(), zone)
    sealed = envelope.seal_text(key, reason, context=sealing.bound_to("emergency", pk))
    with doors.rules():
        doors.one("vault_ask_emergency", pk, number, sealed, at)
    log.record("vault.emergency.asked", pk, by=by, at=at)
    return pk


@transaction.atomic
def approve(emergency: UUID, *, hours: int, by: User, at: datetime) -> datetime:
    """Approve what a colleague asked, for some hours; return the end.

    Raises
    ------
    NotPermitted
        Asked by oneself or elsewhere, or the proof of who one is, is older than five minutes.
    DoesNotHold
        Approved or ended before, or older than a day.
    """
    with doors.rules():
        until: datetime = doors.one("vault_approve_emergency", emergency, hours, at)
    log.record("vault.emergency.approved", emergency, by=by, at=at, until=until)
    return until


@transaction.atomic
def end(emergency: UUID, *, by: User, at: datetime) -> None:
    """End emergency access, as the one who has it or who may approve it.

    Raises
    ------
    NotPermitted
        Neither.
    """
    with doors.rules():
        doors.one("vault_end_emergency", emergency)
    log.record("vault.emergency.ended", emergency, by=by, at=at)
