"""Whose session this is and what it is for, for the length of a request, a job or a command."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterator
from contextvars import ContextVar
from uuid import UUID

from django.db import connection

_token: ContextVar[str] = ContextVar("vangnet_token", default="")
_purpose: ContextVar[str] = ContextVar("vangnet_purpose", default="")
_trace: ContextVar[str] = ContextVar("vangnet_trace", default="")
_origin: ContextVar[str] = ContextVar("vangnet_origin", default="")

TRACEPARENT = re.compile(
    r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?"
)


def current() -> str:
    """Return the token of this context; empty when nobody is signed in."""
    return _token.get()


def context() -> dict[str, str]:
    """Return what every transaction is told, by the name it has in the database."""
    return {
        "vangnet.token": _token.get(),
        "vangnet.purpose": _purpose.get(),
        "vangnet.trace": _trace.get(),
        "vangnet.origin": _origin.get(),
    }


def replace(token: str | None) -> None:
    """Go on under another token, at once, also in the transaction that is running (sign-in, sign-out)."""
    _token.set(token or "")
    _tell_transaction()


def replace_purpose(purpose: UUID | str | None) -> None:
    """Go on for another purpose until the block around it ends; what is no UUID is no purpose."""
    _purpose.set(_as_purpose(purpose))
    _tell_transaction()


def use(token: str | None) -> contextlib.AbstractContextManager[None]:
    """Run the block under this token and return to the former one afterwards."""
    return _holding({_token: token or ""})


def for_purpose(purpose: UUID | str | None) -> contextlib.AbstractContextManager[None]:
    """Run the block for this purpose and return to the former one afterwards."""
    return _holding({_purpose: _as_purpose(purpose)})


def request(
    token: str | None, *, traceparent: str = "", origin: str = ""
) -> contextlib.AbstractContextManager[None]:
    """Run the block as one request: its token, a span of its own in the trace, no purpose yet."""
    return _holding({_token: token or "", _purpose: "", _trace: new_span(traceparent), _origin: origin})


def nobody() -> contextlib.AbstractContextManager[None]:
    """Run the block as nobody, from nowhere, in a trace of its own: for who must not be known."""
    return _holding({_token: "", _purpose: "", _trace: new_span(), _origin: ""})


def new_span(traceparent: str = "") -> str:
    """Return a fresh span in the trace of a W3C header; in a trace of its own without a valid one.

    >>> new_span("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").partition("-")[0]
    '4bf92f3577b34da6a3ce929d0e0e4736'
    """
    found = TRACEPARENT.fullmatch(traceparent)
    known = found is not None and (found[1] != "00" or found[3] is None)
    trace = found[2] if found is not None and known else secrets.token_hex(16)
    return f"{trace}-{secrets.token_hex(8)}"


def _as_purpose(purpose: UUID | str | None) -> str:
    if purpose is None or isinstance(purpose, UUID):
        return str(purpose or "")
    try:
        return str(UUID(purpose))
    except ValueError:
        return ""


@contextlib.contextmanager
def _holding(values: dict[ContextVar[str], str]) -> Iterator[None]:
    before = [(variable, variable.set(value)) for variable, value in values.items()]
    _tell_transaction()
    try:
        yield
    finally:
        for variable, mark in before:
            variable.reset(mark)
        _tell_transaction()


def _tell_transaction() -> None:
    if connection.in_atomic_block and connection.connection is not None and not connection.needs_rollback:
        connection.send_context()  # type: ignore[attr-defined]
