"""Sealed contents: AES-256-GCM with a random nonce, bound to the place where they belong.

A sealed value is one version byte, a nonce of 12 bytes and the ciphertext with its tag of 16 bytes.
`context` says what the value is and of which row (such as b"vault.item.content:" + the id). It is not
stored, so a value that is put in another row cannot be opened there.
"""

from __future__ import annotations

import json
import os
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
VERSION: Final = b"\x01"
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
OVERHEAD: Final = len(VERSION) + NONCE_BYTES + TAG_BYTES
SIZES: Final = (128, 512, 2048)
STEP: Final = 4096


class Tampered(Exception):
    """A sealed value cannot be opened: another key, another place, or changed since."""

    def __init__(self, what: str = "sealed value") -> None:
        super().__init__(f"this {what} was changed, moved, or sealed with another key")


def new_key() -> bytes:
    """Return a random key of 256 bits."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plaintext: bytes, *, context: bytes) -> bytes:
    """Encrypt a value for one place. The result is 29 bytes longer, so it tells the length: see `seal_text`.

    One key may seal 2**32 values; a key per dossier stays far below that.
    """
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + _cipher(key).encrypt(nonce, plaintext, VERSION + context)


def unseal(key: bytes, sealed: bytes, *, context: bytes) -> bytes:
    """Return the plaintext of a sealed value, or raise `Tampered`."""
    version, nonce, body = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    cipher = _cipher(key)
    if version != VERSION or len(sealed) < OVERHEAD:
        raise Tampered
    try:
        return cipher.decrypt(nonce, body, version + context)
    except InvalidTag:
        raise Tampered from None


def seal_text(key: bytes, content: Any, *, context: bytes) -> bytes:
    """Encrypt a text or anything else that fits in JSON, padded so that its length tells little.

    The JSON is filled up with spaces to 128, 512 or 2048 bytes, and above that to the next multiple of 4096.
    So every name, date, number and address of up to 126 bytes is as long as any other.
    """
    plain = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A text may hold half a surrogate pair; it comes back as it was, JSON or not.
    encoded = plain.encode("utf-8", "surrogatepass")
    return seal(key, encoded.ljust(padded_size(len(encoded))), context=context)


def unseal_text(key: bytes, sealed: bytes, *, context: bytes) -> Any:
    """Return what `seal_text` was given, or raise `Tampered`."""
    return json.loads(unseal(key, sealed, context=context).decode("utf-8", "surrogatepass"))


def padded_size(length: int) -> int:
    """Return the size to which a content of so many bytes is filled up.

    >>> [padded_size(length) for length in (2, 128, 129, 2049, 4097)]
    [128, 128, 512, 4096, 8192]
    """
    return next((size for size in SIZES if length <= size), -(-length // STEP) * STEP)


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return AESGCM(key)
