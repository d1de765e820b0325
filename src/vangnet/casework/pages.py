"""What the pages of signals show: rows and words, ready for the templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from vangnet.casework import partners, shares
from vangnet.casework.actions import Report
from vangnet.casework.choices import Term
from vangnet.casework.forms import ActionForm, OutcomeForm, ReportForm, StepForm
from vangnet.casework.intake import PartnerReport
from vangnet.casework.models import Protocol, Signal
from vangnet.casework.pace import FEWEST, Year
from vangnet.casework.protocol import Hint
from vangnet.casework.reading import Counter, Weighing
from vangnet.ui import formats
from vangnet.ui.templatetags.ui import tag
from vangnet.vault.desks import Choices, Desk
from vangnet.vault.opening import Opened

TONES = {
    "nieuw": "info",
    "in-weging": "warning",
    "nader-onderzoek": "warning",
    "doorgezet": "ok",
    "geen-vervolg": "neutral",
}
SOURCES, STATUSES, ROUTES = (
    {one.value: str(one.label) for one in of} for of in (Signal.Source, Signal.Status, Signal.Route)
)
Row = dict[str, Any]


def crumbs(
    at: Desk | Counter | None = None, signal: Signal | None = None, last: str = ""
) -> list[tuple[str, str]]:
    """Return the way to a page of signals: names of purposes and numbers, nothing else."""
    steps = [("Start", "/"), ("Signalen", reverse("casework:counters"))]
    if at:
        steps.append((at.purpose.agreement.name, reverse("casework:signals", args=[at.purpose.pk])))
    if at and signal:
        steps.append((signal.number, reverse("casework:signal", args=[at.purpose.pk, signal.pk])))
    if last:
        return [*steps, (last, "")]
    return [*steps[:-1], (steps[-1][0], "")]


# --- taking in ---


def report(form: ReportForm) -> Report:
    """Return what a valid form reports."""
    told = form.cleaned_data
    reporter = {"Naam": told["name"], "Bereikbaar": told["contact"]}
    return Report(
        text=told["text"],
        source=told["source"],
        place=told["place"],
        observed_on=told["observed_on"],
        branch=told["branch"],
        phenomenon=told["phenomenon"],
        reporter=reporter if any(reporter.values()) else None,
        wants_feedback=told["wants_feedback"],
        attachments=told["attachments"],
    )


def receiving(at: Counter, form: ReportForm) -> Row:
    """Show the form for a report, with what to look out for per branch."""
    return {
        "at": at,
        "form": form,
        "branches": [one for one in form.branches if one.flags],
        "advice": Term.objects.filter(list=Term.List.ADVICE).order_by("order"),
        "breadcrumbs": crumbs(at if at.reads else None, last="Nieuwe melding"),
    }


# --- lists ---


def _rows(at: Desk, page: Any, places: dict[str, str]) -> list[Row]:
    """Return what the lists show of each signal, in words: a template would take twice the time."""
    nobody, now = UUID(int=0), timezone.now()
    address = reverse("casework:signal", args=[at.purpose.pk, nobody])
    return [
        {
            "url": address.replace(str(nobody), str(one.pk)),
            "number": one.number,
            "received": formats.day(timezone.localtime(one.received_at)),
            "days": (now - one.received_at).days,
            "place": places.get(one.place, one.place),
            "form": one.phenomenon.name if one.phenomenon else "niet bekend",
            "branch": one.branch.name if one.branch else "",
            "source": SOURCES[one.source],
            "status": tag(STATUSES[one.status], TONES[one.status]),
            "route": ROUTES.get(one.route, "–"),
        }
        for one in page
    ]


def signals(at: Desk, page: Any, chosen: Row, *, known: dict[str, Choices], years: Sequence[int]) -> Row:
    """List signals with what can be chosen."""
    places = dict(known["plaats"])
    return {
        "at": at,
        "page": page,
        "rows": _rows(at, page, places),
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "cut_off": page.paginator.has_more,
        "selects": [
            ("status", "Status", "Elke status", Signal.Status.choices, chosen["status"]),
            ("plaats", "Gemeente", "Alle gemeenten", known["plaats"], chosen["place"]),
            ("vorm", "Verschijningsvorm", "Elke vorm", known["vorm"], chosen["phenomenon"]),
            ("branche", "Branche", "Elke branche", known["branche"], chosen["branch"]),
            ("jaar", "Jaar", "Elk jaar", [(str(one), str(one)) for one in years], chosen["year"]),
        ],
        "breadcrumbs": crumbs(at),
    }


def named(model: Any) -> Choices:
    """Return the codes and names of a list."""
    return list(model.objects.values_list("code", "name"))


def agenda(at: Desk, page: Any, *, places: Choices) -> Row:
    """List what waits for the meeting."""
    return {
        "at": at,
        "page": page,
        "rows": _rows(at, page, dict(places)),
        "breadcrumbs": crumbs(at, last="Weegoverleg"),
    }


# --- one signal ---


def signal(at: Desk, known: Weighing, *, begun: date | None = None) -> Row:
    """Show the stub of a signal, its weighing so far, and what may be done now.

    `begun` is the day on which a case was opened on it, if there is one.
    """
    one = known.signal
    writes, partner = bool(at.writing), partners.of(one)
    begins = one.status in (Signal.Status.NEW, Signal.Status.FURTHER)
    return {
        "at": at,
        "signal": one,
        "signal_id": str(one.pk),
        "tone": TONES[one.status],
        "received": _received(one),
        "steps": steps(known),
        "next_step": known.next_step,
        "may_begin": writes and begins,
        "may_weigh": writes and known.next_step is not None,
        "may_conclude": writes and bool(known.outcomes),
        "act": ActionForm(signal=one, begun=begun) if _waits_for_action(at, one) else None,
        "may_inform": writes and one.wants_feedback and bool(one.decided_at) and not one.informed_at,
        "partner": partner,
        "answers": PartnerReport.Answer.choices,
        "may_answer": writes and partner and not partner.answer and bool(one.decided_at),
        "took": (_day(one.acted_at) - _day(one.received_at)).days if one.acted_at else None,
        "breadcrumbs": crumbs(at, one),
    }


def _received(one: Signal) -> str:
    """Return when it came in; of a day that another system told, no time is known."""
    came = timezone.localtime(one.received_at)
    return formats.moment(came) if came.time() > time() else formats.day(came)


def _waits_for_action(at: Desk, one: Signal) -> bool:
    return bool(at.writing) and one.status == Signal.Status.PASSED_ON and not one.acted_at


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


def steps(known: Weighing) -> list[Row]:
    """Return the answers that were given, as a timeline."""
    return [
        {
            "date": one.at,
            "title": known.machine.step(one.code).answered(one.answer),
            "text": f"{one.by}" + (f", ronde {one.round}" if known.signal.round > 1 else ""),
        }
        for one in known.steps
    ]


def opened(at: Desk, known: Weighing, found: Sequence[Opened]) -> Row:
    """Show the words of a signal: what was reported, and the reasons of each step."""
    reasons = {one.reasons: number for number, one in enumerate(known.steps)}
    weighed = [one for one in found if one.record in reasons]
    return {
        "at": at,
        "signal": known.signal,
        "reported": [one for one in found if one.record not in reasons],
        "weighed": sorted(weighed, key=lambda one: reasons[one.record]),
        "next_step": known.next_step if at.writing else None,
        "breadcrumbs": crumbs(at, known.signal, "Geopend"),
    }


def weighing(at: Desk, known: Weighing, form: StepForm, *, conflict: str = "") -> Row:
    """Show the step that is next."""
    return {
        "at": at,
        "signal": known.signal,
        "form": form,
        "step": form.step,
        "steps": steps(known),
        "conflict": conflict,
        "breadcrumbs": crumbs(at, known.signal, form.step.label),
    }


def concluding(at: Desk, known: Weighing, form: OutcomeForm, conflict: str = "") -> Row:
    """Show the question how a weighing ends, with what the published rules point to."""
    return {
        "at": at,
        "signal": known.signal,
        "form": form,
        "steps": steps(known),
        "hints": _hints(known),
        "conflict": conflict,
        "breadcrumbs": crumbs(at, known.signal, "Uitkomst"),
    }


def _hints(known: Weighing) -> list[Row]:
    """Return what the published rules point to, from how many reporting partners on."""
    given = dict(known.given)
    found: list[tuple[int, Hint]] = []
    for many in sorted({1, *(one.min_partners for one in known.machine.hints if one.min_partners > 1)}):
        hint = known.machine.hint(given, many)
        if hint and (not found or hint != found[-1][1]):
            found.append((many, hint))
    return [{"from": n, "route": Signal.Route(one.route).label, "why": one.why} for n, one in found]


# --- routes ---


def routes(
    at: Desk,
    year: int,
    years: Sequence[int],
    *,
    counted: Mapping[str, int],
    deviated: tuple[int, int],
    cases: Mapping[str, int],
    around: Sequence[shares.Around] = (),
) -> Row:
    """Show the realised shares of a year with their intervals, the expectation, and the work they mean."""
    newest = Protocol.objects.first()
    told = newest.definition.get("routes", {}) if newest else {}
    found = shares.shares(counted)
    total = found["signals"]
    rows = [
        _route(route, one, told.get(route, {}), total) | {"cases": cases.get(route, 0)}
        for route, one in found["routes"].items()
    ]
    return {
        "at": at,
        "year": year,
        "years": years,
        "rows": rows,
        "total": total,
        "source": told.get("source", ""),
        "hinted": deviated[0],
        "deviated": deviated[1],
        "expected_hours": sum(row["expected_hours"] or 0 for row in rows),
        "areas": _areas(at, counted, around, told),
        "expected": [row["expected"] for row in rows],
        "breadcrumbs": crumbs(at, last="Routes"),
    }


def pace(at: Desk, found: Sequence[Year]) -> Row:
    """Show how long signals took, a row per year for each of the three."""
    return {
        "at": at,
        "years": [{"year": one.year, "rows": _paces(one)} for one in found],
        "fewest": FEWEST,
        "breadcrumbs": crumbs(at, last="Doorlooptijd"),
    }


def _paces(one: Year) -> list[Row]:
    acted = f"{formats.number(one.without_action)} van {formats.number(one.passed_on)} doorgezet"
    told = f"{formats.number(one.without_word)} van {formats.number(one.asked)} die het wilden"
    return [
        {"name": "besluit", "pace": one.decided, "open": "–"},
        {"name": "eerste actie", "pace": one.acted, "open": acted if one.passed_on else "–"},
        {"name": "bericht aan de melder", "pace": one.informed, "open": told if one.asked else "–"},
    ]


def _route(route: str, one: Row, told: Row, total: int) -> Row:
    expected, hours = told.get("expected"), told.get("hours")
    return {
        "route": Signal.Route(route).label,
        "n": one["signals"],
        **{part: one[part] * 100 for part in ("share", "low", "high")},
        "expected": expected and expected * 100,
        "verdict": _verdict(total, one["low"], one["high"], expected),
        "hours": one["signals"] * hours if hours else None,
        "expected_hours": round(total * expected * hours) if hours and expected else None,
    }


def _areas(at: Desk, counted: Mapping[str, int], around: Sequence[shares.Around], told: Row) -> list[Row]:
    """Return a row for the municipality, its district and its region; nothing while the year runs."""
    own = shares.Around(at.purpose.agreement.lead.name, "Gemeente", counted)
    return [_area(one, told) for one in (own, *around)] if around else []


def _area(one: shares.Around, told: Row) -> Row:
    if one.counted is None:
        return {"name": one.name, "level": one.level, "is_hidden": True}
    found = shares.shares(one.counted)
    total = found["signals"]
    cells = [
        {part: share[part] * 100 for part in ("share", "low", "high")} | {"n": share["signals"]}
        for share in found["routes"].values()
    ]
    hours = [
        share["signals"] * told.get(route, {}).get("hours", 0) for route, share in found["routes"].items()
    ]
    expected = [total * one.get("expected", 0) * one.get("hours", 0) for one in _by_route(told)]
    return {
        "name": one.name,
        "level": one.level,
        "total": total,
        "cells": cells,
        "hours": sum(hours),
        "expected_hours": round(sum(expected)),
    }


def _by_route(told: Row) -> list[Row]:
    return [told.get(route, {}) for route in Signal.Route.values]


def _verdict(total: int, low: float, high: float, expected: float | None) -> str:
    if not total or expected is None:
        return "niet vast te stellen"
    if low <= expected <= high:
        return "geen aantoonbaar verschil"
    return "meer dan verwacht" if low > expected else "minder dan verwacht"
