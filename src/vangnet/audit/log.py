"""The one way into the log."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from vangnet.audit.models import LawfulPurpose, Outcome


class Account(Protocol):
    """Who acts; `identity.User` is one."""

    @property
    def pk(self) -> Any: ...


def record(verb: str, subject: object, *, by: Account | None, at: datetime, **details: Any) -> None:
    """Write one line: who did what to which record, in the running transaction.

    The server adds its own clock and the user of the session; `by` and `at` are what the verb was told.
    """
    values = [verb, str(subject), by.pk if by else None, at, _as_json(details)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_record(%s, %s, %s::uuid, %s, %s::jsonb)", values)


def decided(
    verb: str,
    subject: object,
    outcome: Outcome,
    *,
    by: Account | None,
    at: datetime,
    purpose: UUID | None = None,
    reason: str = "",
    motivation: UUID | None = None,
    **details: Any,
) -> None:
    """Write one line about something that was allowed or refused, for which purpose and why."""
    values = [verb, str(subject), by.pk if by else None, at, _as_json(details)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_write(%s, %s, %s::uuid, %s, %s::jsonb, %s::uuid, %s, %s, %s::uuid)",
            [*values, purpose, outcome, reason, motivation],
        )


def consult(purpose: LawfulPurpose | str, *, at: datetime) -> bool:
    """Ask to read the log of the organisation of the session, and say whether that is allowed.

    The question itself goes on record. What it opens is open from the next transaction on, for 15 minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_consult(%s, %s)", [purpose, at])
        return bool(cursor.fetchone()[0])


def _as_json(details: dict[str, Any]) -> str:
    return json.dumps(details, cls=DjangoJSONEncoder)
