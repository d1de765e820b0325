"""What is sealed with which key, and bound to what: content to its record, a key to its dossier."""

from __future__ import annotations

from uuid import UUID

from vangnet.vault import doors, envelope
from vangnet.vault.keys import KeyRing, key_ring


def bound_to(kind: str, key: UUID) -> bytes:
    """Return the context that a sealed value is bound to; moved elsewhere it does not open."""
    return f"{kind}:{key}".encode()


def new_dossier_key(zone: str, dossier: UUID) -> tuple[str, bytes]:
    """Return the id of the key of the zone, and a new dossier key wrapped with it."""
    ring = key_ring()
    return ring.key_id(zone), ring.wrap(zone, envelope.new_key(), context=bound_to("dossier", dossier))


def fresh_key(zone: str, dossier: UUID) -> tuple[bytes, bytes]:
    """Return a new dossier key as it is and wrapped: for who seals many dossiers and asks the key id once."""
    key = envelope.new_key()
    return key, key_ring().wrap(zone, key, context=bound_to("dossier", dossier))


def unwrap(zone: str, wrapped: bytes, dossier: UUID) -> bytes:
    """Return the key of a dossier."""
    return key_ring().unwrap(zone, bytes(wrapped), context=bound_to("dossier", dossier))


def writing_key(dossier: UUID) -> tuple[str, bytes]:
    """Return zone and key of a dossier that this session may write in.

    Raises
    ------
    NotPermitted
        It may not.
    """
    with doors.rules():
        ((zone, _, wrapped),) = doors.call("vault_writing_key", dossier)
    return zone, unwrap(zone, wrapped, dossier)


def reasons_key(ring: KeyRing, zone: str) -> bytes:
    """Return the key of texts by people who may not write in the dossier: motivations, emergency requests."""
    return ring.secret(zone, b"reasons")
