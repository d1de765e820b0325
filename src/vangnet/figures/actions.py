"""Verbs about figures: define what is counted, prepare an import, save it, undo it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction

from vangnet.audit import log
from vangnet.figures.models import Fetch, Import, Indicator, ReplacedFigure, Source, StagedFigure
from vangnet.figures.observations import ProblemLog
from vangnet.figures.rules import require_importer
from vangnet.identity.models import User

COPIED_AT_ONCE = 20_000
StagedRow = tuple[int, str, str, str, float | None, str, str]
"""indicator id, area code, grain, first day (ISO), value, status, day of the borders (ISO)"""


class NotADraft(Exception):
    """The import was already saved, undone or refused."""


class Lost(Exception):
    """The prepared rows are gone after a crash of the database; read the file again."""


class LaterImport(Exception):
    """A later import changed the same figures; undo that one first."""

    def __init__(self, later: Sequence[str]) -> None:
        super().__init__("; ".join(later))
        self.later = later


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is known of a delivery before its rows are."""

    title: str
    source: str
    checksum: str
    borders_on: date | None = None  # None: each figure on the borders of its own period
    reading: Mapping[str, Any] | None = None  # how a file was read: delimiter, encoding, columns


@transaction.atomic
def define(sources: Iterable[Source], indicators: Iterable[Indicator], *, by: User, at: datetime) -> None:
    """Record sources and indicators; one that exists (same slug, same code) gets the new texts.

    Raises
    ------
    NotPermitted
        `by` may not bring in figures.
    """
    require_importer(by, on=at.date())
    texts = ["name", "publisher", "licence", "table", "note"]
    sources = Source.objects.bulk_create(
        sources, update_conflicts=True, unique_fields=["slug"], update_fields=texts
    )
    texts = ["slug", "name", "definition", "unit", "polarity", "theme", "finest", "source", "is_population"]
    defined = Indicator.objects.bulk_create(
        indicators, update_conflicts=True, unique_fields=["code"], update_fields=texts
    )
    log.record("figures.indicators.defined", "figures", by=by, at=at, indicators=len(defined))


@transaction.atomic
def prepare(
    delivery: Delivery, rows: Iterable[str], *, problems: ProblemLog | None = None, by: User, at: datetime
) -> Import:
    """Store a delivery beside the figures, without changing any.

    `rows` are lines for COPY, as `staged_line` makes them. `problems` is looked at after the last row, so
    whoever makes the rows can fill it on the way. A delivery with a blocking problem is kept as refused: its
    list of problems can be read back and its rows are gone.

    Raises
    ------
    NotPermitted
        `by` may not bring in figures.
    """
    require_importer(by, on=at.date())
    record = Import.objects.create(
        title=delivery.title,
        source_id=delivery.source,
        by=by,
        started_at=at,
        checksum=delivery.checksum,
        borders_on=delivery.borders_on,
        reading=dict(delivery.reading or {}),
    )
    record.rows = _copy(record, rows)
    if problems is not None:
        record.problems, record.problem_count = [asdict(problem) for problem in problems], problems.blocking
    if record.problem_count:
        record.state = Import.State.REFUSED
        StagedFigure.objects.filter(delivery=record).delete()
    record.save(update_fields=["rows", "problems", "problem_count", "state"])
    log.record("figures.import.prepared", record.pk, by=by, at=at, rows=record.rows, state=record.state)
    return record


def staged_line(row: StagedRow) -> str:
    """Return one row as a line of COPY text, without the import's id."""
    indicator, area, grain, start, value, status, borders = row
    number = "\\N" if value is None else repr(float(value))
    return f"{indicator}\t{area}\t{grain}\t{start}\t{number}\t{status}\t{borders}\n"


def _copy(record: Import, rows: Iterable[str]) -> int:
    """Copy the rows in batches, so that whoever makes them may ask the database something in between."""
    columns = "delivery_id, indicator_id, area_id, grain, start, value, status, borders_on"
    statement = f"COPY figures_stagedfigure ({columns}) FROM STDIN"
    prefix, lines, count = f"{record.pk}\t", iter(rows), 0
    with connection.cursor() as cursor:
        while batch := list(islice(lines, COPIED_AT_ONCE)):
            with cursor.copy(statement) as copy:
                copy.write(prefix + prefix.join(batch))
            count += len(batch)
    return count


KEEP_OLD = """
INSERT INTO figures_replacedfigure
       (replaced_by_id, indicator_id, area_id, grain, start, value, status, borders_on, delivered_by_id)
SELECT s.delivery_id, f.indicator_id, f.area_id, f.grain, f.start, f.value, f.status, f.borders_on,
       f.delivered_by_id
  FROM figures_stagedfigure s JOIN figures_figure f USING (indicator_id, area_id, grain, start)
 WHERE s.delivery_id = %s
"""
WRITE_NEW = """
INSERT INTO figures_figure AS f
       (indicator_id, area_id, grain, start, value, status, borders_on, delivered_by_id)
SELECT indicator_id, area_id, grain, start, value, status, borders_on, delivery_id
  FROM figures_stagedfigure WHERE delivery_id = %s
ON CONFLICT (indicator_id, grain, start, area_id) DO UPDATE
   SET value = excluded.value, status = excluded.status, borders_on = excluded.borders_on,
       delivered_by_id = excluded.delivered_by_id
 WHERE (f.value, f.status, f.borders_on)
       IS DISTINCT FROM (excluded.value, excluded.status, excluded.borders_on)
"""


@transaction.atomic
def save(record: Import, *, by: User, at: datetime) -> Import:
    """Make the prepared figures count, all of them or none.

    Locks the import, so of two people at the same time one saves, and the figures against other writers,
    so that what is kept of a figure is what it was just before. With that `undo` can put it back. Of a
    figure that was there already, the same, is kept that this import vouches for it too: the earlier
    import cannot be undone under it. Saving the same delivery again changes no figure.

    Raises
    ------
    NotPermitted
        `by` may not bring in figures.
    NotADraft
        The import is not waiting to be saved.
    Lost
        The prepared rows did not survive a crash.
    """
    require_importer(by, on=at.date())
    _be_the_only_writer()
    record = Import.objects.select_for_update(of=["self"]).get(pk=record.pk)
    if record.state != Import.State.DRAFT:
        raise NotADraft(record.get_state_display())
    staged = StagedFigure.objects.filter(delivery=record)
    if staged.count() != record.rows:
        raise Lost
    with connection.cursor() as cursor:
        cursor.execute(KEEP_OLD, [record.pk])
        record.added = record.rows - cursor.rowcount
        cursor.execute(WRITE_NEW, [record.pk])
        record.replaced = cursor.rowcount - record.added
    record.unchanged = record.rows - record.added - record.replaced
    staged.delete()
    record.state, record.saved_at = Import.State.SAVED, at
    record.save(update_fields=["state", "saved_at", "added", "replaced", "unchanged"])
    log.record("figures.import.saved", record.pk, by=by, at=at, added=record.added, replaced=record.replaced)
    return record


PUT_BACK = """
INSERT INTO figures_figure
       (indicator_id, area_id, grain, start, value, status, borders_on, delivered_by_id)
SELECT indicator_id, area_id, grain, start, value, status, borders_on, delivered_by_id
  FROM figures_replacedfigure WHERE replaced_by_id = %s
ON CONFLICT (indicator_id, grain, start, area_id) DO NOTHING  -- this import left that figure as it was
"""


def _be_the_only_writer() -> None:
    """Let other imports wait until this transaction ends; called first, lest two wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE figures_figure IN SHARE ROW EXCLUSIVE MODE")


@transaction.atomic
def undo(record: Import, *, by: User, at: datetime) -> Import:
    """Put every figure back to what it was before this import; the import itself stays on record.

    Raises
    ------
    NotPermitted
        `by` may not bring in figures.
    NotADraft
        The import was never saved, or is already undone.
    LaterImport
        A later import changed or confirmed figures of this one.
    """
    require_importer(by, on=at.date())
    _be_the_only_writer()
    record = Import.objects.select_for_update(of=["self"]).get(pk=record.pk)
    if record.state != Import.State.SAVED:
        raise NotADraft(record.get_state_display())
    later = Import.objects.filter(replaced_figures__delivered_by=record, state=Import.State.SAVED).distinct()
    if later:
        raise LaterImport([f"{item.title} ({item.saved_at:%d-%m-%Y %H:%M})" for item in later])
    record.figures.all()._raw_delete(using="default")
    with connection.cursor() as cursor:
        cursor.execute(PUT_BACK, [record.pk])
    ReplacedFigure.objects.filter(replaced_by=record).delete()
    record.state, record.undone_at = Import.State.UNDONE, at
    record.save(update_fields=["state", "undone_at"])
    log.record("figures.import.undone", record.pk, by=by, at=at)
    return record


@transaction.atomic
def discard(record: Import, *, by: User, at: datetime) -> None:
    """Throw away an import that was never saved.

    Raises
    ------
    NotPermitted
        `by` may not bring in figures.
    NotADraft
        The import was saved, or undone after that.
    """
    require_importer(by, on=at.date())
    record = Import.objects.select_for_update(of=["self"]).get(pk=record.pk)
    if record.state not in (Import.State.DRAFT, Import.State.REFUSED):
        raise NotADraft(record.get_state_display())
    StagedFigure.objects.filter(delivery=record).delete()
    log.record("figures.import.discarded", record.pk, by=by, at=at)
    record.delete()


@transaction.atomic
def ask_fetch(table: str, request: Mapping[str, Any], *, by: User, at: datetime) -> Fetch:
    """Record that a published table must be fetched; a job does the work.

    Raises
    ------
    NotPermitted
        `by` may not bring in figures.
    """
    require_importer(by, on=at.date())
    fetch = Fetch.objects.create(table=table, request=dict(request), by=by, asked_at=at)
    log.record("figures.fetch.asked", fetch.pk, by=by, at=at, table=table)
    return fetch


@transaction.atomic
def ask_again(fetch: Fetch, *, by: User, at: datetime) -> Fetch:
    """Let a fetch wait for a job once more, after it failed or its job died.

    Raises
    ------
    NotPermitted
        `by` may not bring in figures.
    NotADraft
        The fetch was completed already.
    """
    require_importer(by, on=at.date())
    fetch = Fetch.objects.select_for_update(of=["self"]).get(pk=fetch.pk)
    if fetch.state == Fetch.State.DONE:
        raise NotADraft(fetch.get_state_display())
    fetch.state, fetch.message, fetch.heard_at = Fetch.State.WAITING, "", at
    fetch.save(update_fields=["state", "message", "heard_at"])
    log.record("figures.fetch.asked", fetch.pk, by=by, at=at, table=fetch.table, again=True)
    return fetch


@transaction.atomic
def begin_fetch(fetch: Fetch, *, by: User, at: datetime) -> Fetch:
    """Take up a fetch that waits, failed before, or was left behind by a job that died.

    Raises
    ------
    NotPermitted
        `by` may not bring in figures (any more).
    NotADraft
        The fetch was completed already.
    """
    require_importer(by, on=at.date())
    fetch = Fetch.objects.select_for_update(of=["self"]).get(pk=fetch.pk)
    if fetch.state == Fetch.State.DONE:
        raise NotADraft(fetch.get_state_display())
    fetch.state, fetch.heard_at, fetch.message = Fetch.State.RUNNING, at, ""
    fetch.rows_done, fetch.rows_total = 0, None
    fetch.save(update_fields=["state", "heard_at", "message", "rows_done", "rows_total"])
    log.record("figures.fetch.begun", fetch.pk, by=by, at=at)
    return fetch


@transaction.atomic
def end_fetch(fetch: Fetch, *, delivery: Import | None, message: str = "", by: User, at: datetime) -> Fetch:
    """Close a fetch: with the import it led to, or with the reason why there is none."""
    fetch.state = Fetch.State.DONE if delivery else Fetch.State.FAILED
    fetch.delivery, fetch.message, fetch.heard_at = delivery, message, at
    fetch.save(update_fields=["state", "delivery", "message", "heard_at"])
    log.record("figures.fetch.ended", fetch.pk, by=by, at=at, state=fetch.state)
    return fetch
