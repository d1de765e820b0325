"""What a refusal of the database is called here: not permitted, or against a rule, in Dutch words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Final

from django.db import DatabaseError, transaction

from vangnet.identity.rules import NotPermitted

NOT_PERMITTED: Final = "42501"
DOES_NOT_HOLD: Final = {"23514", "23503", "23505", "22P02", "23502", "23P01"}
# By the name of a constraint, or by what a trigger or function says. Each module adds its own.
SAID: dict[str, str] = {}
OTHERWISE: Final = "Dit past niet bij de afspraken, of bij wat al is vastgelegd."


class DoesNotHold(Exception):
    """What was asked does not fit the rules; the message says why, in Dutch."""


@contextlib.contextmanager
def rules(*, durable: bool = False) -> Iterator[None]:
    """Run the block in a savepoint, or as a whole transaction, and give the refusals their names.

    Raises
    ------
    NotPermitted
        This session may not do that, or what it names does not exist for it.
    DoesNotHold
        A rule is against it.
    """
    with named(), transaction.atomic(durable=durable):
        yield


@contextlib.contextmanager
def named() -> Iterator[None]:
    """Give the refusals of the block their names.

    Raises
    ------
    NotPermitted, DoesNotHold
        As `rules`.
    """
    try:
        yield
    except DatabaseError as error:
        cause: Any = error.__cause__
        state = getattr(cause, "sqlstate", None)
        if state == NOT_PERMITTED:
            raise NotPermitted("dit mag u hier niet") from error
        if state in DOES_NOT_HOLD:
            told = (cause.diag.constraint_name, cause.diag.message_primary)
            raise DoesNotHold(next((SAID[one] for one in told if one in SAID), OTHERWISE)) from error
        raise
