"""What the pages about fetching a published table show: what was asked, and how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from vangnet.figures.forms import FetchForm
from vangnet.figures.models import Fetch
from vangnet.figures.pages import crumbs, may
from vangnet.ui.formats import moment
from vangnet.ui.tables import Cell, Column, Table

SILENT_AFTER = timedelta(minutes=5)
FETCH_TONES = {"wacht": "neutral", "bezig": "info", "klaar": "ok", "mislukt": "error"}


def fetches(form: FetchForm, found: Iterable[Fetch]) -> dict[str, Any]:
    """Show the form for a published table, and what was asked before."""
    columns = [Column("Tabel"), Column("Stand"), Column("Gevraagd"), Column("Door")]
    rows = [
        [
            Cell(order.table, url=reverse("figures:fetch", args=[order.pk])),
            order.get_state_display(),
            moment(timezone.localtime(order.asked_at)),
            str(order.by),
        ]
        for order in found
    ]
    return {
        "form": form,
        "table": Table("Eerder opgehaald", columns, rows) if rows else None,
        "flow_step": "signalen",
        "breadcrumbs": crumbs(("Ophalen", "")),
    }


def fetch(order: Fetch, user: Any, now: datetime) -> dict[str, Any]:
    """Show how far a fetch is, and what can be done about it."""
    active = order.state in (Fetch.State.WAITING, Fetch.State.RUNNING)
    silent = active and now - (order.heard_at or order.asked_at) > SILENT_AFTER
    years = order.request["years"]
    return {
        "fetch": order,
        "state_tone": FETCH_TONES[order.state],
        "active": active,
        "silent": silent,
        "may_retry": may(user) and (silent or order.state == Fetch.State.FAILED),
        "about": [
            ("Tabel", order.table),
            ("Jaren", f"{years[0]}" if len(years) == 1 else f"{years[0]} tot en met {years[-1]}"),
            ("Gevraagd door", f"{order.by}, {moment(timezone.localtime(order.asked_at))}"),
        ],
        "flow_step": "signalen",
        "breadcrumbs": crumbs(("Ophalen", reverse("figures:fetches")), (order.table, "")),
    }
