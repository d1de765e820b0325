"""The account of the command line and of jobs, and the short sessions they run in."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from vangnet.identity import token
from vangnet.identity.models import Session, User
from vangnet.identity.session import SessionStore, digest

OPERATOR = "opdrachtregel@vangnet.invalid"


@contextlib.contextmanager
def service_session(user: User, *, minutes: int = 60) -> Iterator[None]:
    """Run the block as a job or command of `user`, in a session of its own that ends with the block."""
    key = secrets.token_urlsafe(32)
    expires = timezone.now() + timedelta(minutes=minutes)
    Session.objects.create(
        token_hash=digest(key), user=user, data=SessionStore().encode({}), expires_at=expires
    )
    try:
        with token.use(key):
            yield
    finally:
        Session.objects.filter(token_hash=digest(key)).delete()


def operator() -> User:
    """Return the account of the command line; `migrate` makes it."""
    return User.objects.get(email=OPERATOR)
