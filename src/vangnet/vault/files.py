"""Sealed files: what lies in the store says nothing about content, name, kind or whose it is.

A stored file is a header (four bytes that tell the version, 32 random bytes) and chunks of 64 KiB, each
with a tag of 16 bytes. The key of the file is drawn from the key of the dossier and the random bytes. The
number of the chunk and whether it is the last are its nonce and, with context and stored name, part of what
the tag covers. So chunks that are swapped, left out, added or taken from another file are found, and nothing
of them is given.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import struct
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from vangnet.vault.envelope import KEY_BYTES, TAG_BYTES, Tampered
from vangnet.vault.kinds import FileRefused, recognise

MAGIC: Final = b"VGF1"
SALT_BYTES: Final = 32
CHUNK: Final = 64 * 1024
NAME: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{38}")


class FileLost(Exception):
    """The store does not hold this file."""


class StoreDown(Exception):
    """The store cannot be reached, or refuses."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What the database keeps of a stored file.

    `size` is that of the content in bytes. `digest` is the SHA-256 of the sealed bytes, never of the
    content: it shows that a file was destroyed without telling what it was. `kind` is the media type.
    """

    name: str
    size: int
    digest: bytes
    kind: str


def put(key: bytes, source: bytes | IO[bytes], *, filename: str, context: bytes) -> StoredFile:
    """Seal a file into the store under a random name, or raise `FileRefused` with a Dutch reason.

    `filename` is what the sender calls it; it serves to check the kind and is not stored. Nothing reaches the
    store before the whole content is sealed, so what is refused leaves nothing behind.
    """
    stream = _rewindable(source)
    size = _measured(stream)
    kind = recognise(stream, filename)
    token = secrets.token_hex(20)
    name = f"{token[:2]}/{token[2:]}"
    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as sealed:  # holds ciphertext only
        for part in _sealed(key, stream, _bound(name, context)):
            digest.update(part)
            sealed.write(part)
        sealed.seek(0)
        with _store() as store:
            if store.save(name, File(sealed)) != name:
                raise StoreDown("the store gave a file another name than was asked")
    return StoredFile(name, size, digest.digest(), kind)


def open(key: bytes, name: str, *, context: bytes) -> Iterator[bytes]:
    """Return the content in chunks, each checked before it is given; the first is checked at once.

    A cut tail shows at the end only: then `Tampered` comes after good chunks, and the receiver must not take
    what he has for the whole. Raises `FileLost` when there is no such file.
    """
    chunks = _opened(key, _checked(name), context)
    first = next(chunks)
    return _after(first, chunks)


def remove(name: str) -> None:
    """Take a file out of the store; no error when it is gone already."""
    with _store() as store:
        store.delete(_checked(name))


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _checked(name: str) -> str:
    """Return a name that we gave ourselves; any other could lead out of the store."""
    if not NAME.fullmatch(name):
        raise FileLost("this is not the name of a stored file")
    return name


@contextmanager
def _store() -> Iterator[Storage]:
    """Give the store, and call every fault of disk or service by one name."""
    try:
        yield storages["vault"]
    except FileNotFoundError:
        raise FileLost("the store does not hold this file") from None
    except _faults() as error:
        raise StoreDown(f"the store of files cannot be used ({type(error).__name__})") from error


def _faults() -> tuple[type[Exception], ...]:
    if isinstance(storages["vault"], FileSystemStorage):
        return (OSError,)
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    return (OSError, Boto3Error, BotoCoreError, ClientError)


def _rewindable(source: bytes | IO[bytes]) -> IO[bytes]:
    """Return a source that can be read twice, without writing plaintext to a disk."""
    if isinstance(source, bytes | bytearray | memoryview):
        return BytesIO(source)
    if getattr(source, "seekable", lambda: False)():
        source.seek(0)
        return source
    copy = BytesIO()
    while part := source.read(CHUNK):
        copy.write(part)
        _refuse_above(copy.tell())
    copy.seek(0)
    return copy


def _measured(stream: IO[bytes]) -> int:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size == 0:
        raise FileRefused("Dit bestand is leeg.")
    _refuse_above(size)
    return size


def _refuse_above(size: int) -> None:
    limit = settings.VAULT_MAX_FILE
    if size > limit:
        raise FileRefused(f"Dit bestand is te groot: het mag hoogstens {limit // 1_048_576} MB zijn.")


def _sealed(key: bytes, stream: IO[bytes], bound: bytes) -> Iterator[bytes]:
    salt = os.urandom(SALT_BYTES)
    cipher = _cipher(key, salt)
    yield MAGIC + salt
    for number, (chunk, is_last) in enumerate(_with_last(stream, CHUNK)):
        place = _place(number, is_last)
        yield cipher.encrypt(place, chunk, MAGIC + place + bound)


def _opened(key: bytes, name: str, context: bytes) -> Iterator[bytes]:
    bound = _bound(name, context)
    with _store() as store, closing(store.open(name, "rb")) as stream:
        header = _filled(stream, len(MAGIC) + SALT_BYTES)
        if len(header) != len(MAGIC) + SALT_BYTES or not header.startswith(MAGIC):
            raise Tampered("file")
        cipher = _cipher(key, header[len(MAGIC) :])
        for number, (chunk, is_last) in enumerate(_with_last(stream, CHUNK + TAG_BYTES)):
            place = _place(number, is_last)
            try:
                plain = cipher.decrypt(place, chunk, MAGIC + place + bound)
            except (InvalidTag, ValueError):
                raise Tampered("file") from None
            yield plain


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=salt, info=b"vangnet vault file 1").derive(key))


def _place(number: int, is_last: bool) -> bytes:
    """Return number and last-flag of a chunk in twelve bytes; unique within a file, so fit as its nonce."""
    return struct.pack(">QI", number, is_last)


def _bound(name: str, context: bytes) -> bytes:
    return name.encode("ascii") + b":" + context


def _with_last(stream: Any, size: int) -> Iterator[tuple[bytes, bool]]:
    """Cut a stream in chunks and say of each whether it is the last; there is always one, be it empty."""
    chunk = _filled(stream, size)
    while True:
        following = _filled(stream, size) if len(chunk) == size else b""
        yield chunk, not following
        if not following:
            return
        chunk = following


def _filled(stream: Any, size: int) -> bytes:
    """Read so many bytes, however few the stream gives at a time."""
    parts: list[bytes] = []
    while size and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
