"""Lines for the operator: what went wrong and where, without the data that it went wrong with.

A database says in the text of an error which values it met, in a DETAIL, a CONTEXT or the message itself, and
Python puts that text into every traceback. Here an error of the database is written as its kind, its code and
the names of what it is about, which are ours.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import django.db
import psycopg

NAMES = ("constraint_name", "table_name", "column_name")
# What follows these words can be a value over several lines, so the text ends there.
TOLD = re.compile(r"^[^\S\n]*(?:DETAIL|CONTEXT|HINT|QUERY|STATEMENT|LINE \d+|PARAMETERS):", re.M | re.I)
CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


class Formatter(logging.Formatter):
    """Write a line, and a traceback below it, without what a database error tells about values."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record; what another handler cached is made anew."""
        safe = logging.makeLogRecord(record.__dict__)
        safe.exc_text = None
        if isinstance(safe.args, tuple):
            safe.args = tuple(_safe(value) for value in safe.args)
        elif isinstance(safe.args, dict):
            safe.args = {name: _safe(value) for name, value in safe.args.items()}
        safe.msg, safe.args = _untold(_message(safe)), None
        return super().format(safe)

    def formatException(  # noqa: N802  the name is that of logging
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Return the traceback of an error and of those it came from."""
        return "".join(_chain(ei[1], set())).rstrip("\n") if ei[1] else ""


def _untold(text: str) -> str:
    """Return a text up to the first of those words."""
    found = TOLD.search(text)
    return text[: found.start()].rstrip() if found else text


def _message(record: logging.LogRecord) -> str:
    return str(_safe(record.msg)) if not record.args else str(record.msg) % record.args


def _safe(value: Any) -> Any:
    return _words(value) if isinstance(value, psycopg.Error | django.db.Error) else value


def _chain(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _chain(before, seen)
        yield CAUSE if before is error.__cause__ else CONTEXT
    if error.__traceback__:
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(error.__traceback__)
    if isinstance(error, psycopg.Error | django.db.Error):
        kind = type(error)
        yield f"{kind.__module__}.{kind.__qualname__}: {_words(error)}\n"
    else:
        yield _untold("".join(traceback.format_exception_only(error)).rstrip("\n")) + "\n"


def _words(error: BaseException) -> str:
    """Return the code of a database error, and the names of constraint, table and column when it has them."""
    known = error if isinstance(error, psycopg.Error) else error.__cause__
    if not isinstance(known, psycopg.Error):
        return "(text left out)"
    if known.sqlstate is None and isinstance(known, psycopg.OperationalError):
        return str(known).partition("\n")[0]  # no connection: tells hosts and ports, and met no values
    names = [getattr(known.diag, name) for name in NAMES]
    return " ".join(["SQLSTATE", known.sqlstate or "unknown", *filter(None, names), "(text left out)"])
