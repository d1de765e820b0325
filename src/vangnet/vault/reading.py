"""What this session may know of a dossier: stubs, participants, weighings, supplies, and who may see what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from vangnet.agreements.models import Category, Purpose
from vangnet.identity.models import Organisation, User
from vangnet.identity.rules import NotPermitted
from vangnet.vault import doors, envelope, sealing
from vangnet.vault.desks import Desk
from vangnet.vault.keys import key_ring
from vangnet.vault.models import Entry

Row = dict[str, Any]
PARTY = ("organisation", "is_owner", "since", "until", "circle")
# A day without end is no day in Python.
PARTIES = """
SELECT organisation, is_owner, since, nullif(until, '9999-12-31'), circle
  FROM vault_parties(%s)
"""


@dataclass(frozen=True, slots=True)
class RecordStub:
    """A record as the list shows it."""

    id: UUID
    category: str
    source: UUID
    marking: str
    tier: int
    first_processed: date
    delete_by: date


@dataclass(frozen=True, slots=True)
class Stub:
    """A dossier as its page shows it: what the list of this session holds, and what an emergency opened."""

    id: UUID
    number: str
    status: str
    place: str
    owner: UUID
    opened_on: date
    emergency_until: datetime | None
    records: tuple[RecordStub, ...]

    @property
    def is_open(self) -> bool:
        """Whether something can be added."""
        return self.status == "open"

    def record(self, wanted: UUID) -> RecordStub:
        """Return one of its records.

        Raises
        ------
        NotPermitted
            It is not in the list of this session.
        """
        for one in self.records:
            if one.id == wanted:
                return one
        raise NotPermitted("dit gegeven staat niet in dit dossier")


def dossier(wanted: UUID) -> Stub:
    """Return the stub of a dossier of this session and purpose.

    Raises
    ------
    NotPermitted
        It does not exist for this session.
    """
    entries = list(Entry.objects.of_dossier(wanted))
    head = next((one for one in entries if one.record is None), None)
    records = [
        _stub(vars(one) | {"category": one.category_id, "source": one.source_id})
        for one in entries
        if one.record
    ]
    urgent = next(iter(doors.rows("vault_dossier_stub", wanted)), None)
    if urgent:
        listed = {one.id for one in records}
        more = doors.rows("vault_emergency_records", wanted)
        records += [_stub(row) for row in more if row["record"] not in listed]
    if head:
        known = (head.number, head.status, head.place, head.owner_id, head.opened_on)
    elif urgent:
        known = tuple(urgent[name] for name in ("number", "status", "place", "owner", "opened_on"))
    else:
        raise NotPermitted("dit dossier bestaat hier niet")
    return Stub(wanted, *known, urgent["until"] if urgent else None, tuple(records))


def _stub(row: Row) -> RecordStub:
    names = ("record", "category", "source", "marking", "tier", "first_processed", "delete_by")
    return RecordStub(*[row[name] for name in names])


def parties(wanted: UUID) -> list[Row]:
    """Return who takes part, as far as this session may know."""
    with connection.cursor() as cursor:
        cursor.execute(PARTIES, [wanted])
        return [dict(zip(PARTY, row, strict=True)) for row in cursor.fetchall()]


def hidden_sources(wanted: UUID) -> set[UUID]:
    """Return the sources that are shown as a participant only."""
    return {row["organisation"] for row in doors.rows("vault_hidden_sources", wanted)}


def subjects(wanted: UUID) -> list[Row]:
    """Return the data subjects that one may name in a new record, by pseudonym; their names stay sealed."""
    return doors.rows("vault_subjects", wanted)


def weighings(wanted: UUID) -> list[Row]:
    """Return the weighings of one's organisation about a dossier, the newest first."""
    return doors.rows("vault_weighings", wanted)


def weighing(of_dossier: UUID, wanted: UUID) -> Row:
    """Return one weighing.

    Raises
    ------
    NotPermitted
        It is not of one's organisation and this dossier.
    """
    for row in weighings(of_dossier):
        if row["id"] == wanted:
            return row
    raise NotPermitted("dit weegdocument bestaat hier niet")


def waiting() -> list[Row]:
    """Return what waits for oneself in dossiers, under whichever purpose.

    Each is an emergency to approve, a weighing to decide on, one's own that was granted and not used yet or
    refused and not read yet, or a notice to one's organisation that nobody saw.
    """
    return doors.rows("vault_waiting")


def supplies(wanted: UUID) -> list[Row]:
    """Return what one's organisation supplied from a dossier."""
    return doors.rows("vault_supplies", wanted)


def natures(wanted: UUID) -> dict[UUID, Row]:
    """Return per record that one may read its nature and when it was entered, the oldest first."""
    return {row["record"]: row for row in doors.rows("vault_natures", wanted)}


def own_supplies() -> list[Row]:
    """Return what one may take back of what one's organisation supplied, under whichever agreement."""
    return doors.rows("vault_own_supplies")


def who(record: UUID) -> list[Row]:
    """Return per person with an authorisation whether each rule holds.

    Raises
    ------
    NotPermitted
        One may not read the record oneself.
    """
    found = doors.rows("vault_who", record)
    if not found:
        raise NotPermitted("dit gegeven bestaat niet, of u mag het niet openen")
    return found


def why(record: UUID) -> list[Row]:
    """Return per rule whether it holds for oneself.

    Raises
    ------
    NotPermitted
        One should not know of the record.
    """
    found = doors.rows("vault_why", record)
    if not found or found[0]["rule"] == "bestaat":
        raise NotPermitted("dit gegeven bestaat hier niet")
    return found


def emergencies() -> list[Row]:
    """Return one's own emergencies and those that wait for one's approval, with the reason in words."""
    ring = key_ring()
    found = doors.rows("vault_emergencies")
    for row in found:
        key = sealing.reasons_key(ring, row["zone"])
        row["reason"] = envelope.unseal_text(
            key, bytes(row["sealed_reason"]), context=sealing.bound_to("emergency", row["id"])
        )
    return found


# --- names ---


@dataclass(frozen=True, slots=True)
class Names:
    """The names behind the ids on a page."""

    organisations: dict[UUID, str]
    people: dict[UUID, str]
    categories: dict[str, str]
    purposes: dict[UUID, str]


def names(*, people: bool = False, purposes: bool = False) -> Names:
    """Return the names of organisations and categories, and of people and purposes when asked."""
    return Names(
        dict(Organisation.objects.values_list("pk", "name")),
        dict(User.objects.values_list("pk", "name")) if people else {},
        dict(Category.objects.values_list("pk", "name")),
        dict(Purpose.objects.values_list("pk", "name")) if purposes else {},
    )


def purpose(wanted: UUID) -> Purpose:
    """Return the purpose that something is supplied for."""
    return Purpose.objects.select_related("agreement").get(pk=wanted)


def may_add(at: Desk, stub: Stub, taking_part: list[Row]) -> bool:
    """Say whether the page should offer to add something; the database decides when it is done."""
    return (
        at.writing > 0 and stub.is_open and any(one["organisation"] == at.organisation for one in taking_part)
    )
