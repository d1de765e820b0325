"""Telling reporters what became of their report, by who protects them: nobody else knows who they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from vangnet.audit import log
from vangnet.casework.models import Signal
from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted
from vangnet.vault import desks, doors

PROTECTION: Final = "melders"  # the purpose that reporters are protected for


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reporter who asked what became of a report that was weighed since."""

    signal: UUID
    number: str
    status: str
    outcome: str
    received_at: datetime
    decided_at: datetime
    reporter: UUID  # the dossier of the reporter
    purpose: UUID  # under which that dossier is opened

    @property
    def became(self) -> str:
        """Say what became of it, as far as a reporter may hear."""
        return str(Signal.Outcome(self.outcome).label if self.outcome else Signal.Status(self.status).label)


def waiting() -> list[Waiting]:
    """Return which reporters wait to be told by this session, who waits longest first (1 query).

    Raises
    ------
    Weak
        The session has no second factor.
    """
    desks.require_strong()
    return [Waiting(**row) for row in doors.rows("casework_to_tell")]


def signals() -> tuple[UUID, ...]:
    """Return whose reporters wait to be told by this session, which has a second factor (1 query)."""
    return tuple(row["signal"] for row in doors.rows("casework_to_tell"))


@transaction.atomic
def tell(signal: UUID, *, by: User, at: datetime) -> None:
    """Write down that the reporter of a signal was told.

    Raises
    ------
    NotPermitted
        The reporter is not protected by this session, did not ask, or was told before.
    """
    desks.require_strong()
    if not doors.one("casework_tell", signal):
        raise NotPermitted("deze melder wacht niet op uw bericht")
    log.record("casework.signal.reported_back", signal, by=by, at=at)
