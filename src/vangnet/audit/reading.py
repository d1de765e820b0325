"""Reads the whole chain: as owner by COPY, or as weak role its hashes only."""

from __future__ import annotations

import json
import os
from binascii import unhexlify
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import psycopg
from django.conf import settings
from django.db import connection
from django.utils import timezone

from vangnet.audit import checkpoints, verifier
from vangnet.audit.models import Verification

PART = 20_000
# The chain is read in its own order along two indexes, so that nothing is sorted on disk first.
PLAN = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off"
LINKED = (
    "COPY (SELECT l.number, encode(l.previous, 'hex'), encode(l.hash, 'hex'),"
    " CASE WHEN e.id IS NOT NULL THEN audit_line(l.number, e) END"
    " FROM audit_link l LEFT JOIN audit_event e ON e.id = l.event_id ORDER BY l.number) TO STDOUT"
)
UNLINKED = (
    "COPY (SELECT NULL, '', '', audit_line(NULL, e) FROM audit_event e"
    " WHERE NOT EXISTS (SELECT FROM audit_link l WHERE l.event_id = e.id) ORDER BY e.id) TO STDOUT"
)
PROCESSING = "SELECT * FROM audit_processing ORDER BY id"


def stored(owner_url: str) -> Iterator[tuple[int | None, bytes, bytes, bytes | None]]:
    """Yield number, previous, hash (both in hexadecimal) and line of every row, from one moment."""
    with psycopg.connect(owner_url) as owner:
        owner.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for query, plan in ((LINKED, PLAN), (UNLINKED, "RESET ALL")):
            owner.execute(plan)
            with owner.cursor().copy(query) as copy:
                for row in _lines(copy):
                    number, previous, hash_, line = row.split(b"\t")
                    # Of what COPY escapes, JSON leaves only the backslash.
                    whole = None if line == b"\\N" else line.replace(b"\\\\", b"\\")
                    yield None if number == b"\\N" else int(number), previous, hash_, whole


def _lines(copy: psycopg.Copy) -> Iterator[bytes]:
    rest = b""
    for block in copy:
        *lines, rest = (rest + bytes(block)).split(b"\n")
        yield from lines


def check_database(
    owner_url: str, found: list[verifier.Checkpoint], result: verifier.Result
) -> verifier.Result:
    """Check the chain as it is stored, with the rows themselves."""
    rows = (
        verifier.row_of(number, unhexlify(previous), unhexlify(hash_), line)
        for number, previous, hash_, line in stored(owner_url)
    )
    return verifier.check(rows, found, result=result, now=timezone.now())


def own_checkpoints(result: verifier.Result) -> list[verifier.Checkpoint]:
    """Return the checkpoints in the folder of this installation, else those of the database."""
    if not settings.CHECKPOINT_KEY.exists():
        return []
    key = checkpoints.private_key().public_key()
    if any(settings.CHECKPOINT_FOLDER.glob("checkpoint-*.json")):
        return verifier.read_folder(settings.CHECKPOINT_FOLDER, key, result)
    return [checkpoints.as_read(one) for one in checkpoints.trusted(key)][::-1]


def verify_here(*, at: datetime) -> Verification:
    """Check the chain as the weak role, and keep what was found; the nightly job does this."""
    result = verifier.Result()
    try:
        found = own_checkpoints(result)
    except checkpoints.KeyProblem as problem:
        found = []
        result.add(verifier.Kind.SIGNATURE, None, str(problem))
    verifier.check(_hashes(), found, result=result, now=at)
    faults = [{"kind": one.kind, "number": one.number, "text": one.text} for one in result.faults]
    return Verification.objects.create(at=at, rows=result.rows, faults=faults)


def _hashes() -> Iterator[verifier.Row]:
    after, is_more = 0, True
    while is_more:
        part = _ask("SELECT * FROM audit_chain_part(%s, %s)", after, PART)
        for number, previous, hash_, digest, recorded_at in part:
            after = number
            shown = None if digest is None else bytes(digest)
            yield verifier.Row(number, bytes(previous), bytes(hash_), shown, recorded_at or "")
        is_more = len(part) == PART
    for (event,) in _ask("SELECT * FROM audit_unlinked(%s)", verifier.SHOWN_PER_KIND):
        yield verifier.Row(None, b"", b"", None, "", str(event))


def _ask(query: str, *values: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def write_export(path: Path, owner_url: str) -> int:
    """Write the log for an auditor, a JSON object per line, and return how many rows it has."""
    count = 0
    with _new_file(path) as file:
        for number, previous, hash_, line in stored(owner_url):
            text = None if line is None else line.decode()
            row = {"number": number, "previous": previous.decode(), "hash": hash_.decode(), "line": text}
            file.write(json.dumps(row) + "\n")
            count += 1
    return count


def write_processing(path: Path, owner_url: str) -> int:
    """Write the lines of the logboek dataverwerkingen, a JSON object per line, and return how many."""
    count = 0
    with (
        _new_file(path) as file,
        psycopg.connect(owner_url) as owner,
        owner.cursor(name="processing", row_factory=psycopg.rows.dict_row) as cursor,
    ):
        for row in cursor.execute(PROCESSING):
            file.write(json.dumps(_as_ldv(row)) + "\n")
            count += 1
    return count


def _as_ldv(row: dict[str, Any]) -> dict[str, Any]:
    line = {
        "trace_id": row["trace_id"],
        "span_id": row["span_id"],
        "status": row["status"],
        "name": row["name"],
        "start_time": int(row["started_at"].timestamp() * 1000),
        "end_time": int(row["ended_at"].timestamp() * 1000),
        "attributes": {
            "dpl.core.processing_activity_id": row["activity"],
            "dpl.core.data_subject_id": row["data_subject"],
            "dpl.core.data_subject_id_type": "pseudoniem",
        },
    }
    return line | ({"parent_span_id": row["parent_span_id"]} if row["parent_span_id"] else {})


@contextmanager
def _new_file(path: Path) -> Iterator[IO[str]]:
    """Open a file that was not there, for this account only; half a file does not stay."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise
