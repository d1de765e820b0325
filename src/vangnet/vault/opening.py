"""Opening: the one act with two transactions. The log line is committed before anything is read.

Views that open are `non_atomic_requests`; a test lists them by name.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import models

from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted
from vangnet.vault import doors, envelope, files, pseudonyms, sealing
from vangnet.vault.keys import key_ring


class Reason(models.TextChoices):
    """Why somebody reads; the log holds the code (reden)."""

    HANDLING = "behandeling", "Behandeling van deze casus"
    ASSESSMENT = "beoordeling", "Beoordeling of weging"
    CONSULTATION = "overleg", "Voorbereiding van een overleg"
    SUPPLY = "verstrekking", "Voorbereiding van een verstrekking"
    CONTROL = "controle", "Controle op rechtmatigheid"
    OTHER = "anders", "Anders (licht toe)"


@dataclass(frozen=True, slots=True)
class Person:
    """A data subject as the record names it."""

    id: UUID
    known_as: str
    capacity: str
    is_minor: bool
    name: str
    born: str

    @property
    def born_on(self) -> date | None:
        """The day of birth; None when it is not known."""
        return date.fromisoformat(self.born) if self.born else None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a record; its content is fetched by `read_file`."""

    id: UUID
    name: str
    media_type: str
    size: int
    stored_as: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A record that was read, with what travels along with it."""

    record: UUID
    dossier: UUID
    category: str
    source: UUID
    marking: str
    nature: str
    reliability: str
    provenance: str
    entered_at: datetime
    first_processed: date
    delete_by: date
    text: str
    people: tuple[Person, ...]
    files: tuple[Attachment, ...]


def open_records(
    records: Iterable[UUID],
    *,
    dossier: UUID,
    zone: str,
    reason: str,
    motivation: str = "",
    by: User,
    at: datetime,
) -> list[Opened]:
    """Log that this session reads these records, commit, then read those that it may.

    What it may not read is logged as refused and left out, exactly as what does not exist.

    Raises
    ------
    NotPermitted
        Not one of them may be read.
    DoesNotHold
        The reason is none of the list, or asks for a motivation.
    """
    found = _read(records, dossier=dossier, zone=zone, reason=reason, motivation=motivation, at=at)
    if not found:
        raise NotPermitted("dit gegeven bestaat niet, of u mag het niet openen")
    opened = {row["dossier"]: _key(row) for row in found}
    return [_unsealed(row, opened[row["dossier"]]) for row in found]


def _read(
    records: Iterable[UUID], *, dossier: UUID, zone: str, reason: str, motivation: str, at: datetime
) -> list[dict[str, Any]]:
    kept = uuid4() if motivation.strip() else None
    words = kept and envelope.seal_text(
        sealing.reasons_key(key_ring(), zone), motivation, context=sealing.bound_to("motivation", kept)
    )
    content = doors.call_apart("vault_read", list(records), reason, kept, dossier, words, at)
    return json.loads(content) if content else []


def _key(row: dict[str, Any]) -> bytes:
    return sealing.unwrap(row["zone"], base64.b64decode(row["wrapped_key"]), UUID(row["dossier"]))


def _unsealed(row: dict[str, Any], key: bytes) -> Opened:
    record = UUID(row["record"])
    content = envelope.unseal_text(
        key, base64.b64decode(row["sealed"]), context=sealing.bound_to("record", record)
    )
    told = ("category", "marking", "nature", "reliability", "provenance")
    return Opened(
        **{name: row[name] for name in told},
        record=record,
        dossier=UUID(row["dossier"]),
        source=UUID(row["source"]),
        entered_at=datetime.fromisoformat(row["entered_at"]),
        first_processed=date.fromisoformat(row["first_processed"]),
        delete_by=date.fromisoformat(row["delete_by"]),
        text=content["text"],
        people=tuple(_person(item, key) for item in row["subjects"]),
        files=tuple(_attachment(item, key) for item in row["files"]),
    )


def _person(item: dict[str, Any], key: bytes) -> Person:
    pk = UUID(item["id"])
    identity = envelope.unseal_text(
        key, base64.b64decode(item["sealed"]), context=sealing.bound_to("subject", pk)
    )
    known_as = pseudonyms.shown(item["pseudonym"])
    return Person(pk, known_as, item["capacity"], item["is_minor"], identity["name"], identity["born"])


def _attachment(item: dict[str, Any], key: bytes) -> Attachment:
    pk = UUID(item["id"])
    name = envelope.unseal_text(
        key, base64.b64decode(item["sealed_name"]), context=sealing.bound_to("file", pk)
    )
    return Attachment(pk, name, item["media_type"], item["size"], item["stored_as"])


def read_file(
    record: UUID, wanted: UUID, *, dossier: UUID, zone: str, reason: str, by: User, at: datetime
) -> tuple[Attachment, bytes]:
    """Log a reading of the record, commit, and return one of its files as a whole.

    Raises
    ------
    NotPermitted
        The record may not be read, or has no such file.
    FileLost
        The store does not have it any more.
    Tampered
        The stored file is not the one that was put there.
    """
    found = _read([record], dossier=dossier, zone=zone, reason=reason, motivation="", at=at)
    for row in found:
        key = _key(row)
        for attachment in (_attachment(item, key) for item in row["files"]):
            if attachment.id == wanted:
                chunks = files.open(
                    key, attachment.stored_as, context=sealing.bound_to("file-content", wanted)
                )
                return attachment, b"".join(chunks)
    raise NotPermitted("dit bestand bestaat niet, of u mag het niet openen")


@dataclass(frozen=True, slots=True)
class Weighed:
    """The words of a weighing: what was asked, and what was decided."""

    asked: dict[str, str]
    decided: str


def open_weighing(wanted: UUID, *, by: User, at: datetime) -> Weighed:
    """Log that a weighing is read, commit, and return its words.

    Raises
    ------
    NotPermitted
        It does not exist, or is of another organisation.
    """
    row, key = _text(wanted, "weging", at)
    asked = envelope.unseal_text(key, bytes(row["sealed"]), context=sealing.bound_to("weighing", wanted))
    if row["sealed_decision"] is None:
        return Weighed(asked=asked, decided="")
    reasons = sealing.reasons_key(key_ring(), row["zone"])
    decided = envelope.unseal_text(
        reasons, bytes(row["sealed_decision"]), context=sealing.bound_to("decision", wanted)
    )
    return Weighed(asked=asked, decided=decided)


def open_motivation(wanted: UUID, *, by: User, at: datetime) -> str:
    """Log that the words with a reading are read, commit, and return them.

    Raises
    ------
    NotPermitted
        They are another's, and the log was not opened for a lawful purpose.
    """
    row, _ = _text(wanted, "motivatie", at)
    key = sealing.reasons_key(key_ring(), row["zone"])
    return str(
        envelope.unseal_text(key, bytes(row["sealed"]), context=sealing.bound_to("motivation", wanted))
    )


def _text(wanted: UUID, kind: str, at: datetime) -> tuple[dict[str, Any], bytes]:
    with doors.rules(durable=True):
        line = doors.one("vault_announce_text", wanted, kind, at)
    if line is None:
        raise NotPermitted("deze tekst bestaat niet, of u mag haar niet lezen")
    with doors.rules(durable=True):
        found: Sequence[dict[str, Any]] = doors.rows("vault_open_text", line)
    if not found:
        raise NotPermitted("deze tekst bestaat niet, of u mag haar niet lezen")
    row = found[0]
    return row, sealing.unwrap(row["zone"], row["wrapped_key"], row["dossier"])
