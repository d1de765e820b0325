"""Checkpoints: the end of the chain, signed with a key that the database does not have."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import connection, transaction

from vangnet.audit import verifier
from vangnet.audit.models import Checkpoint

ONE_AT_A_TIME = 724002


class KeyProblem(Exception):
    """The key of the checkpoints cannot be used; nothing is signed until somebody has looked."""


class KeyMissing(KeyProblem):
    """There are checkpoints, and the key that signed them is gone."""


class KeyUnfit(KeyProblem):
    """The key file is no key, can be read by others, or is not the key of the earlier checkpoints."""


def private_key() -> Ed25519PrivateKey:
    """Return the key, made at first use.

    Raises
    ------
    KeyProblem
        The key is gone while there are checkpoints, or it is not a key that we can trust.
    """
    path: Path = settings.CHECKPOINT_KEY
    if not path.exists():
        if Checkpoint.objects.exists() or any(settings.CHECKPOINT_FOLDER.glob("checkpoint-*.json")):
            raise KeyMissing(
                f"{path} is gone; put it back from a backup. A new key would hide a rewritten log"
            )
        _make_key(path)
    if path.stat().st_mode & 0o077:
        raise KeyUnfit(f"{path} can be read by others; run: chmod 600 {path}")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnfit(f"{path} is no key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnfit(f"{path} is no Ed25519 key")
    return key


def _make_key(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # of two processes that start at once, one wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def public_pem() -> str:
    """Return the public key, for whoever keeps checkpoints."""
    return private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def take(*, at: datetime) -> Checkpoint | None:
    """Sign where the chain ends now; None when it ends where it did.

    Parameters
    ----------
    at : datetime
        What the clock says.

    Raises
    ------
    KeyProblem
        There is no key to sign with.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        key = private_key()
        before = next(trusted(key.public_key()), None)
        if before is None and Checkpoint.objects.exists():
            raise KeyUnfit(f"{settings.CHECKPOINT_KEY} is not the key of the earlier checkpoints")
        cursor.execute("SELECT number, hash FROM audit_head()")
        head = cursor.fetchone()
        if head is None or (before and (before.number, bytes(before.hash)) == (head[0], bytes(head[1]))):
            return None
        number, hash_ = head[0], bytes(head[1])
        previous = as_read(before).identity if before else ""
        signature = key.sign(verifier.body(number, hash_, at, previous))
        return Checkpoint.objects.create(
            number=number, hash=hash_, time=at, previous=previous, signature=signature
        )


def trusted(key: Ed25519PublicKey, *, after: int = 0) -> Iterator[Checkpoint]:
    """Yield the checkpoints that this key signed, the latest first."""
    for one in Checkpoint.objects.filter(id__gt=after).order_by("-id").iterator(chunk_size=200):
        try:
            key.verify(bytes(one.signature), _body(one))
        except InvalidSignature:
            continue
        yield one


def as_read(one: Checkpoint) -> verifier.Checkpoint:
    """Return a checkpoint of the table that this installation signed as the verifier reads it."""
    return verifier.Checkpoint(str(one), one.number, bytes(one.hash), one.time, one.previous, is_signed=True)


def as_file(one: Checkpoint) -> str:
    """Return the text of the file that goes outside."""
    values = json.loads(_body(one)) | {"signature": base64.b64encode(bytes(one.signature)).decode()}
    return json.dumps(values, sort_keys=True) + "\n"


def _body(one: Checkpoint) -> bytes:
    return verifier.body(one.number, bytes(one.hash), one.time, one.previous)
