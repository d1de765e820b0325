"""Exports: asked after a fresh proof, made by a job, given by a link that is signed and asks again.

Nothing is decided by what was permitted when it was asked: the job opens each record in a session of whoever
asked, and the download opens each of them once more, so that an ended right ends the file as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone

from vangnet.agreements.models import Category, Purpose
from vangnet.audit import log
from vangnet.identity import token
from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import service_session
from vangnet.identity.rules import NotPermitted
from vangnet.ui.formats import day, moment
from vangnet.vault import doors, files, opening, sealing
from vangnet.vault.keys import key_ring
from vangnet.vault.models import Export, Marking
from vangnet.vault.opening import Opened

SALT = "vangnet.vault.export"
MINUTES = 15  # how long a file waits to be fetched, and how long a link is good for


@transaction.atomic
def ask_export(
    *,
    purpose: Purpose,
    dossier: UUID,
    organisation: Organisation,
    records: Sequence[UUID],
    reason: str,
    by: User,
    at: datetime,
) -> Export:
    """Put down what somebody wants as a file, and let a job make it.

    Raises
    ------
    ValueError
        There is nothing to export.
    """
    if not records:
        raise ValueError("an export holds at least one record")
    from vangnet.vault import tasks

    order = Export.objects.create(
        purpose=purpose, dossier=dossier, organisation=organisation, person=by, asked_at=at, reason=reason,
        records=[str(record) for record in records],
    )  # fmt: skip
    tasks.make_export.defer(export_id=str(order.pk), user_id=str(by.pk), organisation_id=str(organisation.pk),
                            purpose_id=str(purpose.pk))  # fmt: skip
    log.record("vault.export.asked", order.pk, by=by, at=at, records=len(records), reason=reason)
    return order


def carry_out(export: UUID, *, person: User, organisation: Organisation, purpose: UUID) -> None:
    """Open the records in a session of whoever asked, and seal the file; or note that it was refused."""
    with service_session(person, organisation=organisation), token.for_purpose(purpose):
        with transaction.atomic():
            order = Export.objects.select_related("purpose__agreement").filter(pk=export).first()
        if order is None:  # not of that organisation any more: there is nobody to tell
            return
        try:
            found = _opened(order, person)
        except NotPermitted:
            _settle(order, Export.State.REFUSED, "", person)
            return
        stored = files.put(
            _key(order),
            _written(order, found, person).encode(),
            filename="export.txt",
            context=sealing.bound_to("export", order.pk),
        )
        _settle(order, Export.State.READY, stored.name, person)


def _opened(order: Export, person: User) -> list[Opened]:
    wanted = [UUID(record) for record in order.records]
    found = opening.open_records(
        wanted,
        dossier=order.dossier,
        zone=order.purpose.agreement.zone,
        reason=order.reason,
        by=person,
        at=timezone.now(),
    )
    if {one.record for one in found} != set(wanted):
        raise NotPermitted("een deel van deze gegevens mag niet (meer) worden geopend")
    return found


def _settle(order: Export, state: str, stored_as: str, person: User) -> None:
    with transaction.atomic():
        order.state, order.stored_as = state, stored_as
        order.until = timezone.now() + timedelta(minutes=MINUTES) if state == Export.State.READY else None
        order.save(update_fields=["state", "stored_as", "until"])
        log.record("vault.export.made", order.pk, by=person, at=timezone.now(), state=state)


def _key(order: Export) -> bytes:
    return key_ring().secret(order.purpose.agreement.zone, b"export:" + order.pk.bytes)


def _written(order: Export, found: Sequence[Opened], person: User) -> str:
    names = dict(Category.objects.values_list("code", "name"))
    asked = moment(timezone.localtime(order.asked_at))
    head = f"Gemaakt voor {person.name} op {asked}, kenmerk {order.pk}.\n"
    return head + "".join(_paragraph(one, names[one.category]) for one in found)


def _paragraph(one: Opened, category: str) -> str:
    people = "".join(f"Betrokkene: {person.name} {person.born}\n" for person in one.people)
    return (
        f"\n{Marking(one.marking).label}\n{category} ({one.nature}, {one.reliability}, {one.provenance})\n"
        f"Verwijderen uiterlijk {day(one.delete_by)}\n{people}{one.text}\n"
    )


def link(order: Export) -> str:
    """Return the signed text with which only this person fetches this export, for a quarter of an hour."""
    return signing.dumps([str(order.pk), str(order.person_id)], salt=SALT, compress=False)


def download(signed: str, *, dossier: UUID, by: User, at: datetime) -> bytes:
    """Open every record of the export once more, logged, and return the file, once: it is wiped then.

    Raises
    ------
    NotPermitted
        The link is forged, old, another's or of another dossier; or a record may not be opened any more.
    """
    try:
        pk, person = signing.loads(signed, salt=SALT, max_age=MINUTES * 60)
    except signing.BadSignature as error:
        raise NotPermitted("deze link geldt niet (meer)") from error
    with transaction.atomic():
        order = Export.objects.visible_to(by).select_related("purpose__agreement").filter(pk=pk).first()
    if order is None or person != str(by.pk) or not order.is_ready or order.dossier != dossier:
        raise NotPermitted("deze link geldt niet (meer)")
    _opened(order, by)
    order_file = order.stored_as
    content = files.open(_key(order), order.stored_as, context=sealing.bound_to("export", order.pk))
    whole = b"".join(content)
    _settle(order, Export.State.FETCHED, "", by)
    files.remove(order_file)
    return whole


def expire(*, by: User, at: datetime) -> int:
    """Wipe the files that nobody fetched in time; return how many. For the job: a service session.

    The file goes first and what is known of it after: cut off in between, the next run does it again.
    """
    with transaction.atomic():
        waiting = [row["id"] for row in doors.rows("vault_expired_exports")]
    wiped = 0
    for export in waiting:
        with transaction.atomic(), doors.rules():
            stored = doors.one("vault_expire_export", export)
            if stored is None:  # fetched in the meantime
                continue
            files.remove(stored)
            log.record("vault.export.expired", export, by=by, at=at)
            wiped += 1
    return wiped
