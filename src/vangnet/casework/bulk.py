"""Many signals at once: each sealed with a key of its own, added to the vault by the set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection, transaction

from vangnet.audit import log
from vangnet.casework.imports import Incoming
from vangnet.identity.models import User
from vangnet.vault import doors, envelope, personal, sealing
from vangnet.vault.keys import key_ring

AT_ONCE: Final = 5_000
# The lists of a part, in order, as the door takes them; binary, as text each value is quoted and read back.
INTO = (
    "%s::timestamptz, %s, %b::uuid[], %b::uuid[], %b::text[], %b::bytea[], %b::bytea[], %b::text[], "
    "%b::text[], %b::text[], %b::date[], %b::date[], %b::bytea[], %b::uuid[], %b::uuid[], %b::uuid[], "
    "%b::text[], %b::bytea[], %b::bytea[]"
)


# Not the ORM's IN: the planner reads a list of thousands of values much longer than it looks them up.
KNOWN = "SELECT mark FROM casework_externalnumber WHERE mark = ANY (%b::bytea[])"


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did."""

    added: int
    skipped: int  # came in before


def known(rows: Sequence[Incoming]) -> set[bytes]:
    """Return the marks of rows that came in before, in the scope of this session."""
    found: set[bytes] = set()
    for part in _parts(rows):
        marks = [row.mark for row in part]
        found |= {bytes(mark) for (mark,) in connection.ask_bound(KNOWN, [marks])}  # type: ignore[attr-defined]
    return found


@transaction.atomic
def take_in(
    rows: Sequence[Incoming], *, zone: str, purpose: UUID, masks: bool, by: User, at: datetime
) -> Taken:
    """Take in the rows that did not come in before, all of them or none.

    Parameters
    ----------
    masks
        Whether what looks like a citizen service number is masked.

    Raises
    ------
    NotPermitted
        No authorisation to take in signals.
    DoesNotHold
        A reporter where none can be protected, or somebody else took in the same numbers meanwhile.
    """
    before = known(rows)
    fresh = [row for row in rows if row.mark not in before]
    key_id = key_ring().key_id(zone)
    with doors.rules():
        for sealed in _ahead(_parts(fresh), partial(_sealed, zone=zone, masks=masks)):
            connection.ask_bound(  # type: ignore[attr-defined]
                f"SELECT casework_import_signals({INTO})",
                [at, key_id, *sealed],
            )
    done = Taken(len(fresh), len(rows) - len(fresh))
    log.record("casework.signals.imported", purpose, by=by, at=at, added=done.added, skipped=done.skipped)
    return done


def _parts(rows: Sequence[Incoming]) -> list[Sequence[Incoming]]:
    return [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]


def _ahead(
    parts: Sequence[Sequence[Incoming]], seal: Callable[[Sequence[Incoming]], list[list[Any]]]
) -> Iterator[list[list[Any]]]:
    """Yield the sealed parts; the next is sealed while the database takes the one before."""
    with ThreadPoolExecutor(1) as pool:
        coming = [pool.submit(seal, part) for part in parts[:1]]
        for number in range(len(parts)):
            ready = coming.pop().result()
            coming += [pool.submit(seal, part) for part in parts[number + 1 : number + 2]]
            yield ready


def _sealed(rows: Sequence[Incoming], zone: str, *, masks: bool) -> list[list[Any]]:
    """Return the lists of a part: dossiers, and for rows with a reporter a dossier for them alone."""

    def words(text: str, row: Incoming) -> str:
        return personal.mask(text) if masks and row.has_number else text

    signals = [_dossier(words(row.text, row), row.place, zone) for row in rows]
    reporters = {
        at: _dossier(words(row.reporter, row), row.place, zone) for at, row in enumerate(rows) if row.reporter
    }
    return [
        *_columns(signals),
        [row.source for row in rows],
        [row.branch for row in rows],
        [row.phenomenon for row in rows],
        [row.observed_on for row in rows],
        [row.reported_on for row in rows],
        [row.mark for row in rows],
        [reporters[at][0] if at in reporters else None for at in range(len(rows))],
        *_columns(list(reporters.values())),
    ]


def _dossier(text: str, place: str, zone: str) -> tuple[UUID, UUID, str, bytes, bytes]:
    dossier, record = uuid4(), uuid4()
    key, wrapped = sealing.fresh_key(zone, dossier)
    sealed = envelope.seal_text(key, {"text": text}, context=sealing.bound_to("record", record))
    return dossier, record, place, wrapped, sealed


def _columns(dossiers: Sequence[tuple[UUID, UUID, str, bytes, bytes]]) -> list[list[Any]]:
    return [list(column) for column in zip(*dossiers, strict=True)] or [[], [], [], [], []]
