"""The one way into the log."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection


class Account(Protocol):
    """Who acts; `identity.User` is one."""

    @property
    def pk(self) -> Any: ...


def record(verb: str, subject: object, *, by: Account | None, at: datetime, **details: Any) -> None:
    """Write one line: who did what to which record, in the running transaction.

    The server adds its own clock and the user of the session; `by` and `at` are what the verb was told.
    """
    values = [verb, str(subject), by.pk if by else None, at, json.dumps(details, cls=DjangoJSONEncoder)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_record(%s, %s, %s::uuid, %s, %s::jsonb)", values)
