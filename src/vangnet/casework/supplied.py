"""Dossiers that another organisation supplied and that have no case yet, and opening the case on one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from vangnet.audit import log
from vangnet.casework import refusals  # noqa: F401  gives what the database refuses its words
from vangnet.casework.models import Case, Phenomenon
from vangnet.identity.models import Organisation, User
from vangnet.identity.rules import NotPermitted
from vangnet.vault import doors


@dataclass(frozen=True, slots=True)
class Supplied:
    """A dossier that was supplied to one's organisation, under the purpose of this session."""

    dossier: UUID
    number: str
    supplier: UUID
    supplied_at: datetime
    place: str
    tier: int
    origin_number: str  # of the signal that it comes from; empty for anything else
    is_open: bool
    has_case: bool
    is_there: bool  # whether something of it may still be read

    @property
    def waits(self) -> bool:
        """Whether a case can be opened on it."""
        return self.is_open and self.is_there and not self.has_case


def waiting() -> list[Supplied]:
    """Return which supplied dossiers wait for a case, what was supplied last first (1 query)."""
    return [Supplied(**row) for row in doors.rows("casework_supplied")]


def known(wanted: UUID) -> Supplied | None:
    """Return a dossier that was supplied to one's organisation; nothing when it was not (1 query)."""
    return next((Supplied(**row) for row in doors.rows("casework_supplied_dossier", wanted)), None)


def dossier(wanted: UUID) -> Supplied:
    """Return a dossier that was supplied to one's organisation.

    Raises
    ------
    NotPermitted
        It does not exist for this session, or was not supplied.
    """
    found = known(wanted)
    if found is None:
        raise NotPermitted("dit verstrekte dossier bestaat hier niet")
    return found


def supplier(of: Supplied) -> str:
    """Return the name of who supplied it."""
    return str(Organisation.objects.get(pk=of.supplier))


@transaction.atomic
def open_on_supplied(
    dossier: UUID,
    *,
    tier: int,
    place: str,
    phenomenon: Phenomenon | None = None,
    has_minor: bool = False,
    by: User,
    at: datetime,
) -> Case:
    """Open a case on a dossier that was supplied: what was supplied is its dossier, nothing is told again.

    Raises
    ------
    NotPermitted
        It was not supplied here under this purpose, or there is no authorisation up to this tier.
    DoesNotHold
        It is a case already, is closed, or what was supplied was taken back.
    """
    told = (tier, place, phenomenon and phenomenon.pk, has_minor, at)
    with doors.rules():
        doors.one("casework_open_supplied", dossier, *told)
    made = Case.objects.get(pk=dossier)
    log.record("casework.case.opened", dossier, by=by, at=at, number=made.number, signal=made.origin)
    return made
