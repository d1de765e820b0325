"""Shielded dossiers on somebody's home page: counts only, and what waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q

from vangnet.agreements.models import Authorisation
from vangnet.casework import case_reading, telling
from vangnet.casework.case_reading import OpenWork
from vangnet.casework.models import Signal
from vangnet.casework.reading import CODE
from vangnet.casework.telling import PROTECTION
from vangnet.identity import token
from vangnet.identity.models import User
from vangnet.vault import doors, reading
from vangnet.vault.models import Entry
from vangnet.vault.reading import Row

SOON = timedelta(days=60)


@dataclass(frozen=True)
class Drawer:
    """What the list holds under one purpose."""

    purpose: UUID
    name: str
    agreement: str
    dossiers: int
    expiring: int  # records that are deleted within sixty days


@dataclass(frozen=True)
class Counter:
    """A purpose under which somebody takes in reports."""

    purpose: UUID
    agreement: str
    signals: tuple[str, ...] | None  # which wait to be weighed; None for who does not see them


@dataclass(frozen=True)
class Shielded:
    """The part of the home page about shielded dossiers."""

    drawers: tuple[Drawer, ...]
    counters: tuple[Counter, ...]
    dossiers: tuple[Row, ...]  # what waits in them: emergencies to approve, weighings, notices
    waiting: OpenWork  # tasks, offers and measures in cases
    reporters: tuple[
        UUID, ...
    ]  # of which signals: who asked what became of their report, and was not told yet


def shielded(user: User, *, today: date) -> Shielded | None:
    """Return what somebody has in the vault; nothing without an authorisation and a second factor.

    Three queries, one small one per purpose, because the database shows one purpose at a time, and one more
    for the purpose under which signals are weighed.
    """
    found = _authorised(user)
    if not found or not doors.one("session_is_strong"):
        return None
    return Shielded(
        drawers=tuple(_drawer(one, today) for one in found if one.task in Authorisation.SEES),
        counters=tuple(_counter(user, one) for one in found if one.purpose.code == CODE),
        dossiers=tuple(reading.waiting()),
        waiting=case_reading.open_work(),
        reporters=telling.signals() if any(one.purpose.code == PROTECTION for one in found) else (),
    )


def _authorised(user: User) -> list[Authorisation]:
    mine = Authorisation.objects.filter(user=user).current().exclude(task=Authorisation.Task.MAINTENANCE)
    rows = list(mine.select_related("purpose", "agreement").order_by("agreement__name", "purpose__name"))
    rows.sort(key=lambda row: row.task in Authorisation.SEES)  # of two tasks for a purpose, the one that sees
    found = {row.purpose_id: row for row in rows}.values()
    return sorted(found, key=lambda row: (row.agreement.name, row.purpose.name))


def _counter(user: User, one: Authorisation) -> Counter:
    signals = None
    if one.task == Authorisation.Task.PROCESSING:
        with token.for_purpose(one.purpose_id):
            found = Signal.objects.visible_to(user).waiting().values_list("pk", flat=True)
            signals = tuple(map(str, found))
    return Counter(one.purpose_id, one.agreement.name, signals)


def _drawer(one: Authorisation, today: date) -> Drawer:
    with token.for_purpose(one.purpose_id):
        counts = Entry.objects.aggregate(
            dossiers=Count("dossier", filter=Q(record=None), distinct=True),
            expiring=Count("record", filter=Q(delete_by__lt=today + SOON), distinct=True),
        )
    return Drawer(
        purpose=one.purpose_id,
        name=one.purpose.name,
        agreement=one.agreement.name,
        dossiers=counts["dossiers"],
        expiring=counts["expiring"],
    )
