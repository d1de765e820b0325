"""The account of the command line and of jobs, and the short sessions they run in."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from vangnet.identity import token
from vangnet.identity.models import Organisation, Session, User
from vangnet.identity.session import SessionStore, digest, first_organisation

OPERATOR = "opdrachtregel@vangnet.invalid"


@contextlib.contextmanager
def service_session(
    user: User, *, minutes: int = 60, organisation: Organisation | None = None, strong: bool = True
) -> Iterator[None]:
    """Run the block as a job or command of `user`, in a session of its own that ends with the block.

    Without an organisation it works for the one of the first role that the user has today.
    """
    key = secrets.token_urlsafe(32)
    now = timezone.now()
    Session.objects.create(
        token_hash=digest(key),
        user=user,
        organisation_id=organisation.pk if organisation else first_organisation(user.pk),
        data=SessionStore().encode({}),
        expires_at=now + timedelta(minutes=minutes),
        strong_at=now if strong else None,
        proven_at=now if strong else None,
    )
    try:
        with token.use(key):
            yield
    finally:
        Session.objects.filter(token_hash=digest(key)).delete()


def operator() -> User:
    """Return the account of the command line; `migrate` makes it."""
    return User.objects.get(email=OPERATOR)
