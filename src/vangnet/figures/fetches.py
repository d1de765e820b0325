"""Carrying out a fetch: from a request to a prepared import, with word of its progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from vangnet.figures import actions, intake
from vangnet.figures.catalogue import Request
from vangnet.figures.intake import Terms
from vangnet.figures.models import Fetch, Import, Indicator
from vangnet.figures.opendata import Manners, OpenDataError
from vangnet.figures.rules import require_importer
from vangnet.figures.spool import Spool
from vangnet.figures.tables import Progress
from vangnet.identity.models import User

EVERY_SECONDS = 0.5
UNEXPECTED = (
    "Er ging iets mis dat niet was voorzien. Er is niets ingelezen. "
    "Probeer het opnieuw; blijft het misgaan, meld het dan aan de beheerder."
)


def fetch_table(
    request: Request,
    *,
    by: User,
    at: datetime,
    progress: Progress = lambda done, total: None,
    base_url: str | None = None,
    spool: Path | None = None,
    manners: Manners | None = None,
) -> Import:
    """Fetch a published table and prepare it as an import; an interrupted fetch goes on where it was.

    Raises
    ------
    NotPermitted
        `by` may not bring in figures.
    OpenDataError
        The service did not answer completely, said no, or its table has changed.
    """
    require_importer(by, on=at.date())
    folder = request.spool(spool)
    folder.parent.mkdir(parents=True, exist_ok=True)
    download = request.client(base_url, manners).fetch(request.selection(), spool=folder, progress=progress)
    indicator = Indicator.objects.get(code=request.indicator) if request.indicator else None
    record = intake.take_table(download, Terms(request.source, request.borders, indicator), by=by, at=at)
    Spool(folder).discard()
    return record


def carry_out(fetch: Fetch, *, by: User, at: datetime, manners: Manners | None = None) -> Fetch:
    """Do what was asked and close the fetch, also when it fails; the reason is then on record.

    Not in one transaction: the fetching takes minutes and tells its progress on the way. The import at the
    end is whole or absent.

    Raises
    ------
    NotPermitted
        `by` may not bring in figures any more.
    NotADraft
        The fetch was completed already.
    """
    fetch = actions.begin_fetch(fetch, by=by, at=at)
    try:
        record = fetch_table(
            Request.restored(fetch.request), by=by, at=at, progress=_teller(fetch), manners=manners
        )
    except OpenDataError as fault:
        return actions.end_fetch(fetch, delivery=None, message=str(fault), by=by, at=timezone.now())
    except Exception:
        actions.end_fetch(fetch, delivery=None, message=UNEXPECTED, by=by, at=timezone.now())
        raise
    return actions.end_fetch(fetch, delivery=record, by=by, at=timezone.now())


def _teller(fetch: Fetch) -> Callable[[int, int | None], None]:
    """Return a function that writes progress down, but not more often than anybody looks."""
    told = 0.0

    def tell(done: int, total: int | None) -> None:
        nonlocal told
        if time.monotonic() - told < EVERY_SECONDS and done != total:
            return
        told = time.monotonic()
        Fetch.objects.filter(pk=fetch.pk).update(rows_done=done, rows_total=total, heard_at=timezone.now())

    return tell
