"""Encryption of what the database keeps but must not be able to read: seeds of second factors, sessions."""

from __future__ import annotations

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """The text was sealed with the key of another data folder, or damaged."""


def seal(text: str, *, use: str) -> str:
    """Return the text in a form that only the key of this data folder opens."""
    return _lock(settings.FACTOR_KEY, use).encrypt(text.encode()).decode()


def unseal(sealed: str, *, use: str) -> str:
    """Return the text again.

    Raises
    ------
    Unreadable
        The text was not sealed here, or for another use.
    """
    try:
        return _lock(settings.FACTOR_KEY, use).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("a sealed text cannot be opened with the secret mfa-key") from error


@cache
def _lock(secret: str, use: str) -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=f"vangnet {use}".encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
