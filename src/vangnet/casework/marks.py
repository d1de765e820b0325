"""Ids that follow from what was sent, so that what is sent twice becomes one signal."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID, uuid4

from django.conf import settings


def new_mark() -> str:
    """Return what tells one form that is opened from the next."""
    return uuid4().hex


def drawn_from(*parts: str) -> UUID:
    """Return an id that follows from parts and a secret, so that nobody chooses the id of a dossier."""
    text = "\0".join(parts).encode()
    return UUID(bytes=hmac.digest(settings.SECRET_KEY.encode(), text, hashlib.sha256)[:16], version=4)
