"""The account of the command line and of jobs, and the short sessions they run in."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from vangnet.identity import session, token
from vangnet.identity.models import Organisation, User

OPERATOR = "opdrachtregel@vangnet.invalid"


@contextlib.contextmanager
def service_session(
    user: User, *, minutes: int = 60, organisation: Organisation | None = None, strong: bool = True
) -> Iterator[None]:
    """Run the block as a job or command of `user`, in a session of its own that ends with the block.

    Without an organisation it works for the one of the first role that the user has today.
    """
    key = secrets.token_urlsafe(32)
    session.serve(
        key,
        user_id=user.pk,
        organisation_id=organisation.pk if organisation else None,
        strong=strong,
        expires_at=timezone.now() + timedelta(minutes=minutes),
    )
    try:
        with token.use(key):
            yield
    finally:
        session.SessionStore().delete(key)


def operator() -> User:
    """Return the account of the command line; `migrate` makes it."""
    return User.objects.get(email=OPERATOR)
