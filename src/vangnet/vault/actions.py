"""Verbs of the vault. Whether one may is decided in the database; what is sealed is sealed here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import IO
from uuid import UUID, uuid4

from django.db import transaction

from vangnet.agreements.models import Purpose
from vangnet.audit import log
from vangnet.identity.models import Organisation, User
from vangnet.vault import doors, envelope, files, marks, pseudonyms, reading, scanner, sealing
from vangnet.vault.keys import key_ring
from vangnet.vault.opening import Opened


@transaction.atomic
def open_dossier(
    *,
    purpose: Purpose,
    tier: int,
    place: str = "",
    circles: Sequence[UUID] = (),
    key: UUID | None = None,
    mark: str = "",
    by: User,
    at: datetime,
) -> tuple[UUID, str]:
    """Open a dossier, under an id that nobody sent, for the purpose of this session; return id and number.

    What somebody sends twice with one mark is one dossier.

    Raises
    ------
    NotPermitted
        No authorisation up to this tier, or a circle that one's organisation is not in.
    """
    dossier = key or marks.id_of(mark, by, "dossier", purpose.pk, tier, place, sorted(circles))
    key_id, wrapped = sealing.new_dossier_key(purpose.agreement.zone, dossier)
    with doors.rules(), marks.once("vault_dossier_pkey") as sent:
        number = doors.one("vault_open_dossier", dossier, tier, place, key_id, wrapped, list(circles))
    if sent.before:
        return dossier, reading.dossier(dossier).number
    log.record("vault.dossier.created", dossier, by=by, at=at, number=number, tier=tier)
    return dossier, number


@transaction.atomic
def add_subject(
    dossier: UUID,
    *,
    name: str,
    born: date | None,
    capacity: str,
    is_minor: bool,
    mark: str = "",
    by: User,
    at: datetime,
) -> UUID:
    """Add a data subject to a dossier; the pseudonym is that of this purpose.

    What somebody sends twice with one mark is one data subject.

    Raises
    ------
    NotPermitted
        No right to write in this dossier.
    """
    zone, key = sealing.writing_key(dossier)
    subject = marks.id_of(mark, by, "betrokkene", dossier, name, born, capacity, is_minor)
    identity = {"name": name, "born": born.isoformat() if born else ""}
    index = pseudonyms.index_key(key_ring(), zone, purpose=doors.one("session_purpose"))
    known_as = pseudonyms.name_index(index, name, born or "0000-00-00")
    sealed = envelope.seal_text(key, identity, context=sealing.bound_to("subject", subject))
    with doors.rules(), marks.once("vault_subject_pkey") as sent:
        doors.one("vault_add_subject", subject, dossier, known_as, capacity, is_minor, sealed)
    if not sent.before:
        log.record("vault.subject.added", dossier, by=by, at=at)
    return subject


@transaction.atomic
def add_record(
    dossier: UUID,
    *,
    category: str,
    text: str,
    nature: str,
    reliability: str,
    provenance: str,
    marking: str = "amber+strict",
    organisations: Sequence[UUID] = (),
    people: Sequence[UUID] = (),
    subjects: Sequence[UUID] = (),
    derived_from: Sequence[UUID] = (),
    first_processed: date | None = None,
    delete_by: date | None = None,
    mark: str = "",
    by: User,
    at: datetime,
) -> UUID:
    """Add a piece of data; its source is the organisation of the session, its term that of the category.

    What somebody sends twice with one mark is one record. One that is derived from others is at least as
    strict as the strictest of them, and kept no longer.

    Raises
    ------
    NotPermitted
        No right to write this category here, or to read an origin.
    DoesNotHold
        The category is none of this purpose, a recipient no partner, a marking looser than an origin.
    """
    _, key = sealing.writing_key(dossier)
    told = (category, text, nature, reliability, provenance, marking, first_processed, delete_by)
    named = (sorted(organisations), sorted(people), sorted(subjects), sorted(derived_from))
    record = marks.id_of(mark, by, "gegeven", dossier, *told, *named)
    sealed = envelope.seal_text(key, {"text": text}, context=sealing.bound_to("record", record))
    with doors.rules(), marks.once("vault_record_pkey") as sent:
        term = doors.one(
            "vault_add_record", record, dossier, category, marking, nature, reliability, provenance,
            first_processed, delete_by, sealed, list(organisations), list(people), list(subjects),
            list(derived_from),
        )  # fmt: skip
    if not sent.before:
        log.record("vault.record.added", record, by=by, at=at, category=category, delete_by=term)
    return record


@transaction.atomic
def add_file(
    record: UUID, *, dossier: UUID, source: bytes | IO[bytes], filename: str, by: User, at: datetime
) -> UUID:
    """Seal a file and add it to a record; when the record refuses it, nothing is left in the store.

    Raises
    ------
    FileRefused
        The kind of file is not allowed, or it is too large.
    NotPermitted
        The record is of another source, or one may not write here.
    """
    _, key = sealing.writing_key(dossier)
    scanner.scan(source)
    pk = uuid4()
    stored = files.put(key, source, filename=filename, context=sealing.bound_to("file-content", pk))
    name = envelope.seal_text(key, filename, context=sealing.bound_to("file", pk))
    try:
        with doors.rules():
            doors.one(
                "vault_add_file", pk, record, stored.name, name, stored.kind, stored.size, stored.digest
            )
    except Exception:
        files.remove(stored.name)
        raise
    log.record("vault.file.added", record, by=by, at=at, file=pk)
    return pk


@transaction.atomic
def change_marking(
    record: UUID,
    *,
    marking: str,
    organisations: Sequence[UUID] = (),
    people: Sequence[UUID] = (),
    by: User,
    at: datetime,
) -> None:
    """Set marking and recipients of a record of one's own, after a fresh proof; what came from it follows.

    Raises
    ------
    NotPermitted
        Another organisation is the source, or the proof is older than five minutes.
    DoesNotHold
        Looser than what the record was derived from; or red, while a supply of it was not recalled.
    """
    with doors.rules():
        followed = doors.one("vault_change_marking", record, marking, list(organisations), list(people))
    log.record("vault.record.marked", record, by=by, at=at, marking=marking, followed=followed)


@transaction.atomic
def close_dossier(dossier: UUID, *, by: User, at: datetime) -> str:
    """Close a dossier of one's own organisation; in the care and safety zone it is shielded at once.

    Raises
    ------
    NotPermitted
        Another organisation owns it.
    DoesNotHold
        It was closed before.
    """
    with doors.rules():
        status = doors.one("vault_close_dossier", dossier)
    log.record("vault.dossier.closed", dossier, by=by, at=at, status=status)
    return str(status)


@transaction.atomic
def raise_tier(dossier: UUID, *, tier: int, by: User, at: datetime) -> None:
    """Let a dossier hold data of a higher tier.

    Raises
    ------
    NotPermitted
        Another organisation owns it, or one's own tier is lower.
    DoesNotHold
        The dossier is not open, or has that tier.
    """
    with doors.rules():
        doors.one("vault_raise_tier", dossier, tier)
    log.record("vault.dossier.tier_raised", dossier, by=by, at=at, tier=tier)


@transaction.atomic
def ask_weighing(
    dossier: UUID,
    *,
    kind: str,
    recipient: Organisation,
    target: Purpose | None = None,
    article: str,
    categories: Sequence[str] = (),
    words: Mapping[str, str],
    by: User,
    at: datetime,
) -> UUID:
    """Ask for a decision to let a partner join, or to supply it with data; `words` is sealed.

    Raises
    ------
    NotPermitted
        No right in this dossier.
    DoesNotHold
        The recipient is no partner, or its purpose does not take these categories.
    """
    _, key = sealing.writing_key(dossier)
    weighing = uuid4()
    sealed = envelope.seal_text(key, dict(words), context=sealing.bound_to("weighing", weighing))
    target_id = target.pk if target else None
    with doors.rules():
        doors.one(
            "vault_ask_weighing", weighing, dossier, kind, recipient.pk, target_id, article,
            json.dumps(list(categories)), sealed, at,
        )  # fmt: skip
    log.record("vault.weighing.asked", weighing, by=by, at=at, kind=kind, recipient=recipient.pk)
    return weighing


@transaction.atomic
def decide_weighing(
    weighing: UUID,
    *,
    zone: str,
    granted: bool,
    motivation: str,
    valid_days: int = 90,
    by: User,
    at: datetime,
) -> None:
    """Decide on what a colleague asked.

    Raises
    ------
    NotPermitted
        It was asked by oneself or by another organisation, or there is no authorisation.
    DoesNotHold
        It was decided before.
    """
    key = sealing.reasons_key(key_ring(), zone)
    sealed = envelope.seal_text(key, motivation, context=sealing.bound_to("decision", weighing))
    with doors.rules():
        doors.one("vault_decide_weighing", weighing, granted, sealed, valid_days, at)
    log.record("vault.weighing.decided", weighing, by=by, at=at, granted=granted)


@transaction.atomic
def see_refusal(weighing: UUID, *, by: User, at: datetime) -> None:
    """Keep that who asked has read a refusal, so that it waits no more; nothing for anybody else."""
    with doors.rules():
        is_first = doors.one("vault_see_refusal", weighing, at)
    if is_first:
        log.record("vault.weighing.refusal_seen", weighing, by=by, at=at)


@transaction.atomic
def join(weighing: UUID, *, since: date, until: date | None = None, by: User, at: datetime) -> UUID:
    """Let the partner of a granted weighing take part in the dossier, from a day until a day.

    Raises
    ------
    NotPermitted
        Another organisation owns the dossier.
    DoesNotHold
        The weighing was not granted, has expired or was used.
    """
    with doors.rules():
        dossier = doors.one("vault_join", weighing, since, until, at)
    log.record("vault.participation.began", dossier, by=by, at=at, weighing=weighing, since=since)
    return UUID(str(dossier))


@transaction.atomic
def leave(dossier: UUID, *, organisation: Organisation, on: date, by: User, at: datetime) -> None:
    """End the participation of a partner on a day (the first day without it).

    Raises
    ------
    NotPermitted
        Neither the owner nor the partner itself.
    DoesNotHold
        It does not take part, or owns the dossier.
    """
    with doors.rules():
        doors.one("vault_leave", dossier, organisation.pk, on)
    log.record("vault.participation.ended", dossier, by=by, at=at, organisation=organisation.pk, on=on)


@transaction.atomic
def supply(weighing: UUID, *, opened: Opened, target: Purpose, by: User, at: datetime) -> tuple[UUID, str]:
    """Give a copy of a record that was just opened to the partner of a granted weighing.

    The copy lies in a dossier in the zone of the recipient, sealed with a key of that zone: the one of what
    was supplied before under this weighing, or else a new one. Returns the id of the supply and its number.

    Raises
    ------
    NotPermitted
        One's organisation is not the source, or may not write in the dossier.
    DoesNotHold
        The weighing is not granted, has expired, or is for other categories.
    """
    pk, copy = uuid4(), uuid4()
    dossier, key_id, wrapped = _place_for(weighing, opened.record, target.agreement.zone)
    key = sealing.unwrap(target.agreement.zone, wrapped, dossier)
    names = "; ".join(f"{person.name} {person.born}".strip() for person in opened.people)
    text = f"{opened.text}\n\nBetrokkenen: {names}" if names else opened.text
    sealed = envelope.seal_text(key, {"text": text}, context=sealing.bound_to("record", copy))
    with doors.rules():
        number = doors.one(
            "vault_supply", weighing, opened.record, pk, copy, dossier, key_id, wrapped, sealed, at
        )
    log.record("vault.supply.made", pk, by=by, at=at, record=opened.record, weighing=weighing)
    return pk, number


def _place_for(weighing: UUID, record: UUID, zone: str) -> tuple[UUID, str, bytes]:
    with doors.rules():
        known = next(iter(doors.call("vault_supplied_into", weighing, record)), None)
    if known:
        return known[0], known[1], bytes(known[2])
    dossier = uuid4()
    return dossier, *sealing.new_dossier_key(zone, dossier)


@transaction.atomic
def recall(supply: UUID, *, by: User, at: datetime) -> int:
    """Take a supply back, also after its agreement ended: all that was made from it closes; return how many.

    Raises
    ------
    NotPermitted
        Another organisation supplied it, or one was never authorised for its purpose.
    DoesNotHold
        It was recalled before.
    """
    with doors.rules():
        closed = doors.one("vault_recall", supply, at)
    log.record("vault.supply.recalled", supply, by=by, at=at, closed=closed)
    return int(closed)


@transaction.atomic
def acknowledge(notice: UUID, *, by: User, at: datetime) -> None:
    """Say that a notice was seen.

    Raises
    ------
    NotPermitted
        It is of another organisation, or was seen before.
    """
    with doors.rules():
        doors.one("vault_acknowledge", notice, at)
    log.record("vault.notice.seen", notice, by=by, at=at)
