"""Checks an export of the log of Vangnet against its own chain and against signed checkpoints.

This one file works by itself: copy it, with Python 3.11 or later and the package `cryptography`.

    python verifier.py EXPORT --checkpoints FOLDER --key PUBLIC.pem

EXPORT has one JSON object per line: number, previous, hash and line. A hash is the SHA-256 of the previous
hash and the line. FOLDER holds the checkpoints that you kept yourself, PUBLIC.pem the key that you got when
you began to keep them. Exit code 0: sound; 1: a fault was found; 2: the input cannot be used.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

FIRST = hashlib.sha256(b"vangnet").digest()
MOMENT = len("2026-11-25T12:00:00.000000Z")
SHOWN_PER_KIND = 20
# Rows are numbered at commit and dated when written, so a long transaction looks a little late.
LATE = timedelta(minutes=30)
AHEAD = timedelta(minutes=5)


class Unusable(Exception):
    """The input is no export, no folder of checkpoints or no key; nothing can be said about the log."""


class Kind(StrEnum):
    """What can be wrong with a log."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    CUT = "cut"
    REWRITTEN = "rewritten"
    UNLINKED = "unlinked"
    SIGNATURE = "signature"
    MISSING = "missing"
    FUTURE = "future"
    CLOCK = "clock"
    UNANCHORED = "unanchored"


@dataclass(frozen=True)
class Finding:
    """One thing that was found: what, at which row, and a sentence for a person."""

    kind: Kind
    number: int | None
    text: str


class Row(NamedTuple):
    """A row of the log: its link, and what the hash should be by its contents.

    `number` is None when the row has no link, `digest` when the link has no row.
    """

    number: int | None
    previous: bytes
    hash: bytes
    digest: bytes | None
    recorded_at: str
    event: str = ""


@dataclass(frozen=True)
class Checkpoint:
    """What the chain was at a moment, signed."""

    name: str
    number: int
    hash: bytes
    time: datetime
    previous: str
    is_signed: bool

    @property
    def identity(self) -> str:
        """Return how the next checkpoint names this one."""
        return hashlib.sha256(body(self.number, self.hash, self.time, self.previous)).hexdigest()


@dataclass
class Result:
    """What a check found. Faults make the log unsound; notes are for whoever reads on."""

    rows: int = 0
    last: int = 0
    checkpoints: int = 0
    faults: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    counts: Counter[Kind] = field(default_factory=Counter)

    @property
    def is_sound(self) -> bool:
        """Say whether nothing is wrong."""
        return not self.faults

    def add(self, kind: Kind, number: int | None, text: str) -> None:
        """Keep a fault, of each kind the first twenty."""
        self._keep(self.faults, Finding(kind, number, text))

    def note(self, kind: Kind, number: int | None, text: str) -> None:
        """Keep a note."""
        self._keep(self.notes, Finding(kind, number, text))

    def _keep(self, found: list[Finding], finding: Finding) -> None:
        self.counts[finding.kind] += 1
        if self.counts[finding.kind] <= SHOWN_PER_KIND:
            found.append(finding)

    def lines(self) -> Iterator[str]:
        """Yield the result in English, a line per finding and one that sums up."""
        for finding in self.faults:
            yield f"FAULT {finding.kind}: {finding.text}"
        for finding in self.notes:
            yield f"note {finding.kind}: {finding.text}"
        for kind, count in self.counts.items():
            if count > SHOWN_PER_KIND:
                yield f"and {count - SHOWN_PER_KIND} more of the kind {kind}"
        verdict = "sound" if self.is_sound else "NOT SOUND"
        yield f"{verdict}: {self.rows} rows, the last has number {self.last}; {self.checkpoints} checkpoints"


def body(number: int, hash_: bytes, time: datetime, previous: str) -> bytes:
    """Return the bytes that a checkpoint signs."""
    moment = time.astimezone(UTC).isoformat(timespec="microseconds")
    values = {"hash": hash_.hex(), "number": number, "previous": previous, "time": moment}
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()


def read_checkpoint(name: str, text: str | bytes, key: Ed25519PublicKey) -> Checkpoint:
    """Read one checkpoint and check its signature.

    Raises
    ------
    ValueError
        The text is no checkpoint at all.
    """
    try:
        values = json.loads(text)
        number, hash_, previous = values["number"], bytes.fromhex(values["hash"]), values["previous"]
        time = datetime.fromisoformat(values["time"])
        signature = base64.b64decode(values["signature"], validate=True)
        if type(number) is not int or type(previous) is not str or time.tzinfo is None:
            raise ValueError("wrong types")
        signed = body(number, hash_, time, previous)
    except (KeyError, TypeError, ValueError, OverflowError, binascii.Error, RecursionError) as error:
        raise ValueError(f"{name} is no checkpoint") from error
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return Checkpoint(name, number, hash_, time, previous, is_signed=False)
    return Checkpoint(name, number, hash_, time, previous, is_signed=True)


def read_folder(folder: Path, key: Ed25519PublicKey, result: Result) -> list[Checkpoint]:
    """Read the checkpoints of a folder, in order; what is none is a fault of the result."""
    if not folder.is_dir():
        raise Unusable(f"{folder} is no folder")
    found = []
    for path in sorted(folder.glob("checkpoint-*.json")):
        try:
            found.append(read_checkpoint(path.name, path.read_bytes(), key))
        except OSError as error:
            raise Unusable(f"{path} cannot be read: {error.strerror}") from error
        except ValueError as error:
            result.add(Kind.SIGNATURE, None, str(error))
    if not found and result.is_sound:
        raise Unusable(f"{folder} holds no checkpoints")
    return sorted(found, key=lambda one: (one.number, one.time))


def check_checkpoints(checkpoints: list[Checkpoint], result: Result, now: datetime) -> list[Checkpoint]:
    """Check the checkpoints among themselves and return those that can be trusted."""
    result.checkpoints = len(checkpoints)
    before: Checkpoint | None = None
    for one in checkpoints:
        when = one.time.isoformat(timespec="seconds")
        if not one.is_signed:
            result.add(Kind.SIGNATURE, one.number, f"{one.name} is not signed with this key")
        elif one.time > now + AHEAD:
            result.add(Kind.FUTURE, one.number, f"{one.name} is dated {when}, in the future")
        if before is None and one.previous:
            result.note(Kind.MISSING, one.number, f"{one.name} names an earlier checkpoint; it is not here")
        elif before and before.is_signed and one.is_signed and one.previous != before.identity:
            text = f"between {before.name} and {one.name} a checkpoint is missing"
            result.add(Kind.MISSING, one.number, text)
        if before and one.time < before.time:
            result.note(
                Kind.CLOCK, one.number, f"{one.name} is dated before {before.name}: a clock went back"
            )
        before = one
    return [one for one in checkpoints if one.is_signed]


class Walk:
    """Goes along the chain once, row by row, and remembers only where it is."""

    def __init__(self, checkpoints: list[Checkpoint], result: Result) -> None:
        self.result = result
        self.checkpoints = {one.number: one for one in checkpoints}
        self.last = 0
        self.hash = FIRST
        self.hash_before = b""
        self.latest = ""
        self.matched: Checkpoint | None = None
        self.is_rewritten = False

    def step(self, row: Row) -> None:
        """Take the next row."""
        number = row.number
        is_next = number == self.last + 1 and row.previous == self.hash and row.digest == row.hash
        if is_next and row.recorded_at >= self.latest and number not in self.checkpoints:
            self.result.rows += 1
            self.last, self.hash_before, self.hash = self.last + 1, self.hash, row.hash
            self.latest = row.recorded_at
            return
        if number is None:
            text = f"a row is in no link of the chain (event {row.event}): it was added past the chain"
            self.result.add(Kind.UNLINKED, None, text)
            return
        self.result.rows += 1
        if row.digest is None:
            self.result.add(Kind.DELETED, number, f"row {number} was deleted; its link is still there")
        elif row.digest != row.hash:
            self.result.add(Kind.EDITED, number, f"row {number} was edited: its hash no longer fits")
        if number <= self.last:
            self.result.add(Kind.INSERTED, number, f"row {number} was inserted: the number is there twice")
            return
        self._follows(row, number)
        self._compare(row, number)
        if row.recorded_at:
            self._clock(row.recorded_at, number)
        self.last, self.hash_before, self.hash = number, self.hash, row.hash

    def _follows(self, row: Row, number: int) -> None:
        if number > self.last + 1:
            gone = (
                f"row {number - 1} was"
                if number == self.last + 2
                else f"rows {self.last + 1} to {number - 1} were"
            )
            self.result.add(Kind.DELETED, self.last + 1, f"{gone} deleted")
        elif row.previous == self.hash:
            pass
        elif row.previous == self.hash_before:
            text = f"row {self.last} was inserted: row {number} was made after the row before it"
            self.result.add(Kind.INSERTED, self.last, text)
        elif number == 1:
            self.result.add(Kind.REWRITTEN, 1, "row 1 does not begin a chain")
        else:
            text = f"row {number - 1} was replaced: row {number} was made after another row"
            self.result.add(Kind.EDITED, number - 1, text)

    def _compare(self, row: Row, number: int) -> None:
        one = self.checkpoints.get(number)
        if one is None or self.is_rewritten:
            return
        if one.hash == row.hash:
            self.matched = one
            return
        self.is_rewritten = True
        since = f"after row {self.matched.number}" if self.matched else "from some row on"
        when = one.time.isoformat(timespec="seconds")
        text = f"the log was rewritten {since}: at row {number} it is not what {one.name} of {when} says"
        self.result.add(Kind.REWRITTEN, number, text)

    def _clock(self, recorded_at: str, number: int) -> None:
        if recorded_at >= self.latest:
            self.latest = recorded_at
            return
        try:
            late = datetime.fromisoformat(self.latest) - datetime.fromisoformat(recorded_at)
        except ValueError:
            return
        if late > LATE:
            text = f"row {number} is dated {recorded_at}, after a row of {self.latest}: a clock went back"
            self.result.note(Kind.CLOCK, number, text)
            self.latest = recorded_at

    def end(self) -> None:
        """Compare the end with the last checkpoint."""
        self.result.last = self.last
        newest = max(self.checkpoints.values(), key=lambda one: one.number, default=None)
        if newest is None:
            text = "no checkpoints: a cut tail or a full rewrite would not show"
            self.result.note(Kind.UNANCHORED, None, text)
        elif newest.number > self.last:
            when = newest.time.isoformat(timespec="seconds")
            text = f"the tail was cut after row {self.last}: {newest.name} of {when} has row {newest.number}"
            self.result.add(Kind.CUT, self.last + 1, text)


def check(rows: Iterable[Row], checkpoints: list[Checkpoint], *, result: Result, now: datetime) -> Result:
    """Check a log; `result` may hold what was found while reading the checkpoints."""
    walk = Walk(check_checkpoints(checkpoints, result, now), result)
    for row in rows:
        walk.step(row)
    walk.end()
    return result


def row_of(number: int | None, previous: bytes, hash_: bytes, line: bytes | None) -> Row:
    """Make a row from what an export or the database says of it."""
    if line is None:
        return Row(number, previous, hash_, None, "")
    if number is None:
        event = line.split(b", ", 2)[1:2] or [b"?"]
        return Row(None, previous, hash_, None, "", event[0].decode("ascii", "replace"))
    # The number is part of what is hashed, so it cannot be changed beside it.
    digest = hashlib.sha256(previous + line).digest() if line.startswith(b"[%d, " % number) else b""
    quote = line.find(b'"', 0, 60) + 1
    moment = line[quote : quote + MOMENT].decode("ascii", "replace")
    return Row(number, previous, hash_, digest, moment)


def read_export(path: Path) -> Iterator[Row]:
    """Yield the rows of an export, one at a time."""
    try:
        with path.open("rb") as file:
            for position, text in enumerate(file, 1):
                try:
                    yield _read_row(json.loads(text))
                except (ValueError, KeyError, TypeError, RecursionError) as error:
                    raise Unusable(f"line {position} of {path} is no row of an export") from error
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from error


def _read_row(values: dict[str, Any]) -> Row:
    number, line = values["number"], values["line"]
    if number is not None and type(number) is not int:
        raise TypeError("number")
    if line is not None and type(line) is not str:
        raise TypeError("line")
    previous, hash_ = bytes.fromhex(values["previous"] or ""), bytes.fromhex(values["hash"] or "")
    return row_of(number, previous, hash_, None if line is None else line.encode("utf-8", "surrogatepass"))


def read_key(path: Path) -> Ed25519PublicKey:
    """Read a public key."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Unusable(f"{path} is no public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Unusable(f"{path} is no Ed25519 key")
    return key


def check_export(export: Path, checkpoints: Path | None, key: Path | None) -> Result:
    """Check an export, with checkpoints when there are any."""
    if (checkpoints is None) != (key is None):
        raise Unusable("give both --checkpoints and --key, or neither")
    result = Result()
    found = read_folder(checkpoints, read_key(key), result) if checkpoints and key else []
    return check(read_export(export), found, result=result, now=datetime.now(UTC))


def main(arguments: list[str] | None = None) -> int:
    """Check an export and print what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("export", type=Path, metavar="EXPORT", help="file that 'vangnet audit export' wrote")
    parser.add_argument("--checkpoints", type=Path, metavar="FOLDER", help="checkpoints that you kept")
    parser.add_argument("--key", type=Path, metavar="PUBLIC.pem", help="public key of the checkpoints")
    options = parser.parse_args(arguments)
    try:
        result = check_export(options.export, options.checkpoints, options.key)
    except Unusable as error:
        sys.stderr.write(f"cannot check: {error}\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in result.lines())
    return int(not result.is_sound)


if __name__ == "__main__":
    sys.exit(main())
