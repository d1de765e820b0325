"""Whose session this is, for the length of a request, a job or a command."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

from django.db import connection

_current: ContextVar[str] = ContextVar("vangnet_token", default="")


def current() -> str:
    """Return the token of this context; empty when nobody is signed in."""
    return _current.get()


def replace(token: str | None) -> None:
    """Go on under another token, at once, also in the transaction that is running (sign-in, sign-out)."""
    _current.set(token or "")
    _tell_transaction()


@contextlib.contextmanager
def use(token: str | None) -> Iterator[None]:
    """Run the block under this token and return to the former one afterwards."""
    before = _current.set(token or "")
    _tell_transaction()
    try:
        yield
    finally:
        _current.reset(before)
        _tell_transaction()


def _tell_transaction() -> None:
    if connection.in_atomic_block and connection.connection is not None and not connection.needs_rollback:
        connection.send_token()  # type: ignore[attr-defined]
