"""Django's PostgreSQL backend, with token, purpose, trace and origin as first statement of every transaction.

Nothing is ever set on the connection itself, so a pooled connection carries nothing from one request
into the next; outside a transaction, or without a token, `current_setting` is empty and rules that
depend on it give no rows. The values travel as bound parameters of a server-side bound statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from vangnet.identity import token


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL connection that says at every BEGIN whose session this is."""

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # undocumented, hence not in the stubs
        if not autocommit:  # the outermost atomic() begins here
            self.send_context()

    def send_context(self) -> None:
        """Tell the running transaction what is current; an empty text for what is not there."""
        values = token.context()
        settings = ", ".join(f"set_config('{name}', %s, true)" for name in values)
        with self.wrap_database_errors, psycopg.Cursor(self.connection) as cursor:
            cursor.execute(f"SELECT {settings}", list(values.values()))

    def ask_bound(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return the rows of one statement whose values never become part of its text."""
        return self.ask_named(query, values)[1]

    def ask_named(self, query: str, values: Sequence[Any]) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of the columns too. The server binds and keeps plans."""
        self.ensure_connection()
        self.validate_no_broken_transaction()
        if self.queries_logged:
            self.queries_log.append({"sql": query, "time": "0"})  # counted, and without the values
        with self.wrap_database_errors, psycopg.Cursor(self.connection) as cursor:
            found = cursor.execute(query, values).fetchall()
            return [column.name for column in cursor.description or ()], found

    def call_apart(self, procedure: str, values: Sequence[Any]) -> Any:
        """Call a procedure that commits by itself, told first whose session this is; return what it gives.

        Raises
        ------
        RuntimeError
            A transaction is running: the procedure could not commit.
        """
        if self.in_atomic_block:
            raise RuntimeError(f"{procedure} commits by itself, so it cannot be called inside a transaction")
        given = [*token.context().values(), *values]
        marks = ", ".join(["%s"] * len(given))
        return self.ask_bound(f"CALL {procedure}({marks}, NULL)", given)[0][0]
