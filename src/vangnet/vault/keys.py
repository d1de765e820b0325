"""Key rings: one master key per zone, kept apart from the database, in a file or in a key service.

A dossier has a key of its own, stored only as `wrap` returns it. Who has the database without the ring can
read nothing. A ring never shows a master key, and never falls back to another one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vangnet.vault.envelope import KEY_BYTES, Tampered, new_key, seal, unseal

ZONES: Final = ("riec", "zvh", "gemeente", "lokaal")
VERSION: Final = 1
ID_BYTES: Final = 8


class NoKeys(Exception):
    """There is no key to be had now, so nothing was done; the message is for who runs the server."""


class WrongKeys(NoKeys):
    """The keys are missing, damaged, readable by others, or not those of this database."""


class KeyServiceDown(NoKeys):
    """The key service refused, or gave no usable answer in time."""


class KeyRing(Protocol):
    """Where the master keys are. Every method raises `NoKeys` when they are not to be had."""

    @property
    def place(self) -> str:
        """Return the file or address, for messages."""

    def key_id(self, zone: str) -> str:
        """Return the name of the key that wraps now; free of secrets."""

    def wrap(self, zone: str, key: bytes, *, context: bytes) -> bytes:
        """Encrypt the key of a dossier under the zone."""

    def unwrap(self, zone: str, wrapped: bytes, *, context: bytes) -> bytes:
        """Return a wrapped key; `Tampered` when it is of another zone or context, or was changed."""

    def fingerprint(self, zone: str) -> bytes:
        """Return what the database may keep to know these keys again.

        Rotation makes it longer and leaves its beginning, so keep it again after each `check` that passed.
        """

    def secret(self, zone: str, info: bytes) -> bytes:
        """Return 32 secret bytes for one use, told apart by `info`; the same after rotation."""


@dataclass(frozen=True, slots=True)
class ZoneKey:
    """One master key; its id is drawn from the key, so a damaged key does not pass for another."""

    id: str
    made: date
    key: bytes = field(repr=False)


class KeyFile:
    """A ring in a JSON file of mode 0600. Read again when the file changes, so rotation needs no restart."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[tuple[int, ...], dict[str, tuple[ZoneKey, ...]]] | None = None

    @property
    def place(self) -> str:
        """Return the path."""
        return str(self._path)

    def keys(self, zone: str) -> tuple[ZoneKey, ...]:
        """Return the keys of a zone, oldest first."""
        known_zone(zone)
        signature = _signature(self._path)
        seen = self._seen
        if seen is None or seen[0] != signature:
            seen = self._seen = (signature, parse(read_private(self._path), place=self.place))
        return seen[1][zone]

    def key_id(self, zone: str) -> str:
        """Return the id of the newest key."""
        return self.keys(zone)[-1].id

    def wrap(self, zone: str, key: bytes, *, context: bytes) -> bytes:
        """Encrypt under the newest key, whose id stands in front."""
        newest = self.keys(zone)[-1]
        sealed = seal(_derive(newest.key, b"wrap"), key, context=_bound(zone, context))
        return bytes.fromhex(newest.id) + sealed

    def unwrap(self, zone: str, wrapped: bytes, *, context: bytes) -> bytes:
        """Decrypt with the key that wrapped, however old."""
        name = wrapped[:ID_BYTES].hex()
        found = [key for key in self.keys(zone) if key.id == name]
        if not found:
            raise Tampered("key")
        return unseal(_derive(found[0].key, b"wrap"), wrapped[ID_BYTES:], context=_bound(zone, context))

    def fingerprint(self, zone: str) -> bytes:
        """Return 32 bytes per key, oldest first."""
        return b"".join(_mark(zone, key.key) for key in self.keys(zone))

    def secret(self, zone: str, info: bytes) -> bytes:
        """Derive from the oldest key: a new key must not make every blind index unfindable."""
        return _derive(self.keys(zone)[0].key, b"secret:" + _bound(zone, info))


def key_ring() -> KeyRing:
    """Return the ring of this installation: the key service when one is named, else the key file."""
    from django.conf import settings

    if settings.KMS_URL:
        return _service(settings.KMS_URL, settings.KMS_TOKEN_FILE, settings.MODE == "test")
    return _file(settings.KEY_FILE)


@lru_cache(maxsize=8)
def _file(path: Path) -> KeyFile:
    return KeyFile(path)


@lru_cache(maxsize=8)
def _service(url: str, token_file: Path | None, may_be_plain: bool) -> KeyRing:
    from vangnet.vault.transit import TransitKeys

    return TransitKeys(url, token_file, may_be_plain=may_be_plain)


def check(ring: KeyRing, known: Mapping[str, bytes]) -> None:
    """Raise `WrongKeys` unless the ring holds the keys of this database; change nothing.

    `known` holds the fingerprint per zone as the database keeps it; empty for a new database.
    """
    for zone in known:
        known_zone(zone)
    if known and isinstance(ring, KeyFile) and not Path(ring.place).exists():
        raise WrongKeys(
            f"the key file {ring.place} is missing, while the database holds what zone {min(known)} sealed;"
            " put back your copy of that file, do not make a new one"
        )
    for zone in ZONES:
        now, before = ring.fingerprint(zone), known.get(zone, b"")
        if not hmac.compare_digest(now[: len(before)], before):
            raise WrongKeys(
                f"{ring.place} does not hold the keys of zone {zone} with which this database was sealed,"
                " or misses the newest; put back the copy that belongs to this database"
            )


def create_key_file(path: Path, *, known: Mapping[str, bytes] | None = None) -> None:
    """Write a file with one new key per zone; refuse when there is one, or the database knows other keys."""
    if known:
        raise WrongKeys(
            f"the database was sealed with other keys than a new {path} would hold; put back your copy"
        )
    today = datetime.now(UTC).date()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
    draft = _draft(path, {zone: (_new(zone, today),) for zone in ZONES})
    try:
        os.link(draft, path)  # fails when the name is taken, also by a broken link
    except FileExistsError:
        raise WrongKeys(f"{path} exists; it is never overwritten") from None
    finally:
        draft.unlink()
    _settle(path.parent)


def rotate_key_file(path: Path) -> dict[str, str]:
    """Give each zone a new key that wraps from now on; the former stay to unwrap. Return the new ids."""
    path = path.resolve()
    present = parse(read_private(path), place=str(path))
    today = datetime.now(UTC).date()
    added = {zone: _new(zone, today) for zone in ZONES}
    draft = _draft(path, {zone: (*present[zone], added[zone]) for zone in ZONES})
    os.replace(draft, path)
    _settle(path.parent)
    return {zone: key.id for zone, key in added.items()}


def read_private(path: Path) -> bytes:
    """Return a file that only its owner may read; the check is of the very file that is read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode):
                raise WrongKeys(f"{path} is not a file; name the file itself")
            if state.st_mode & 0o077:
                raise WrongKeys(f"{path} can be read by others; run: chmod 600 {path}")
            return file.read()
    except FileNotFoundError:
        raise WrongKeys(
            f"{path} is missing; put back your copy, or for a new site: vangnet keys create"
        ) from None
    except OSError as error:
        raise WrongKeys(f"{path} cannot be read ({error.strerror}); let it belong to this account") from None


def parse(content: bytes, *, place: str) -> dict[str, tuple[ZoneKey, ...]]:
    """Read the content of a key file; every error says where, and none shows what stood there."""
    problem = f"{place} is not a key file, or was damaged; put back your copy of it"
    try:
        document = json.loads(content)
        if document["version"] != VERSION:
            raise WrongKeys(f"{place} is of another version of Vangnet; this one reads version {VERSION}")
        zones = {str(zone): tuple(map(_zone_key, keys)) for zone, keys in document["zones"].items()}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise WrongKeys(problem) from None
    for zone in ZONES:
        keys = zones.get(zone, ())
        if not keys or any(key.id != _id(zone, key.key) for key in keys):
            raise WrongKeys(f"{problem} (zone {zone})")
    every = [key.key for keys in zones.values() for key in keys]
    if set(zones) != set(ZONES) or len(every) != len(set(every)):
        raise WrongKeys(f"{problem} (a zone or a key too many)")
    return zones


def known_zone(zone: str) -> str:
    """Return the zone, or raise ValueError for one that has no keys."""
    if zone not in ZONES:
        raise ValueError(f"zone {zone!r} has no keys; the vault knows {', '.join(ZONES)}")
    return zone


def _zone_key(entry: Any) -> ZoneKey:
    key = base64.b64decode(entry["key"], validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError
    return ZoneKey(str(entry["id"]), date.fromisoformat(entry["made"]), key)


def _new(zone: str, on: date) -> ZoneKey:
    key = new_key()
    return ZoneKey(_id(zone, key), on, key)


def _draft(path: Path, zones: Mapping[str, tuple[ZoneKey, ...]]) -> Path:
    """Write a whole key file beside its place and make sure it is on disk; its owner alone can read it."""
    rows = {
        zone: [{"id": k.id, "made": str(k.made), "key": base64.b64encode(k.key).decode()} for k in keys]
        for zone, keys in zones.items()
    }
    draft = path.with_name(f"{path.name}.draft")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise WrongKeys(
            f"{draft} exists: another command is at work or was broken off; then remove it"
        ) from None
    with os.fdopen(descriptor, "w") as file:
        json.dump({"version": VERSION, "zones": rows}, file, indent=1)
        file.flush()
        os.fsync(descriptor)
    return draft


def _settle(folder: Path) -> None:
    """Make sure that the name is on disk too: a dossier sealed before a power cut needs this key after it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _signature(path: Path) -> tuple[int, ...]:
    try:
        state = path.stat()
    except OSError:
        return ()  # reading says what is wrong
    return (state.st_dev, state.st_ino, state.st_mtime_ns, state.st_size, state.st_mode)


def _mark(zone: str, key: bytes) -> bytes:
    return hmac.digest(key, b"vangnet vault key of zone " + zone.encode(), hashlib.sha256)


def _id(zone: str, key: bytes) -> str:
    return _mark(zone, key)[:ID_BYTES].hex()


def _bound(zone: str, context: bytes) -> bytes:
    return zone.encode() + b":" + context


def _derive(key: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"vangnet vault 1 " + info).derive(key)
