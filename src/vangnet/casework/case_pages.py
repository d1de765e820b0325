"""What the pages of cases show: rows and words, ready for the templates. No names of data subjects."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from vangnet.casework import case_reading as reading
from vangnet.casework import measure_pages
from vangnet.casework.case_reading import Waiting, Work
from vangnet.casework.models import Case, HandOver, Measure, Task
from vangnet.casework.supplied import Supplied
from vangnet.identity.models import Organisation
from vangnet.ui.formats import day
from vangnet.vault import waiting
from vangnet.vault.desks import Choices, Desk
from vangnet.vault.opening import Opened

Row = dict[str, Any]
TONES = {
    "zonder": "info",
    "gepland": "info",
    "loopt": "ok",
    "wacht": "warning",
    "afgerond": "neutral",
    "open": "ok",
}
PER_COLUMN = 50


def crumbs(at: Desk | None = None, case: Case | None = None, last: str = "") -> list[tuple[str, str]]:
    """Return the way to a page of cases: names of purposes and numbers, nothing else."""
    steps = [("Start", "/"), ("Casussen", reverse("cases:start"))]
    if at:
        steps.append((at.purpose.name, reverse("cases:cases", args=[at.purpose.pk])))
    if at and case:
        steps.append((case.number, reverse("cases:case", args=[at.purpose.pk, case.pk])))
    if last:
        return [*steps, (last, "")]
    return [*steps[:-1], (steps[-1][0], "")]


# --- what waits, lists, board and calendar ---


def start(found: Sequence[Waiting]) -> Row:
    """Show what waits for somebody, what is due first, and where one works in cases."""
    today = timezone.localdate()
    tasks = [
        {"task": task, "purpose": one.purpose, "overdue": task.is_overdue(today)}
        for one in found
        for task in one.tasks
    ]
    return {
        "places": found,
        "tasks": sorted(tasks, key=lambda row: (row["task"].due_on, row["task"].case.number)),
        "offers": [{"offer": offer, "purpose": one.purpose} for one in found for offer in one.offers],
        "measures": [{"measure": each, "purpose": one.purpose} for one in found for each in one.measures],
        "answers": [{"offer": offer, "purpose": one.purpose} for one in found for offer in one.answers],
        "breadcrumbs": crumbs(),
    }


def _row(one: Any, places: dict[str, str], stage: str) -> Row:
    return {
        "case": one,
        "place": places.get(one.place, one.place or "–"),
        "stage": Case.Stage(stage).label,
        "tone": TONES[stage],
    }


def cases(at: Desk, page: Any, chosen: Row, *, known: dict[str, Choices], more: Row) -> Row:
    """List cases with what can be chosen, what is offered to one, and what one gave away."""
    places = dict(known["plaats"])
    return {
        "at": at,
        "page": page,
        "rows": [_row(one, places, one.stage) for one in page],
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "selects": [
            ("status", "Status", "Elke status", Case.Status.choices, chosen["status"]),
            ("plaats", "Gemeente", "Alle gemeenten", known["plaats"], chosen["place"]),
            ("vorm", "Verschijningsvorm", "Elke vorm", known["vorm"], chosen["phenomenon"]),
        ],
        "breadcrumbs": crumbs(at),
        **more,
    }


def supplied(found: Sequence[Supplied], *, places: Choices) -> list[Row]:
    """List the dossiers that another organisation supplied and that have no case yet."""
    named = dict(places)
    names = Organisation.objects.in_bulk({one.supplier for one in found})
    return [
        {"dossier": one, "supplier": names.get(one.supplier), "place": named.get(one.place, one.place or "–")}
        for one in found
    ]


def board(at: Desk, columns: Sequence[tuple[str, int, Sequence[Case]]], *, places: Choices) -> Row:
    """Show cases by stage."""
    named = dict(places)
    return {
        "at": at,
        "columns": [
            {
                "stage": stage,
                "label": Case.Stage(stage).label,
                "n": n,
                "rows": [_row(one, named, stage) for one in found],
                "more": max(0, n - len(found)),
            }
            for stage, n, found in columns
        ],
        "breadcrumbs": crumbs(at, last="Bord"),
    }


def span(period: str, asked: str) -> tuple[date, date]:
    """Return the first and last day of the week or month that a day is in; of today when it is no day."""
    try:
        within = date.fromisoformat(asked)
    except ValueError:
        within = timezone.localdate()
    if not 2000 <= within.year <= 2100:
        within = timezone.localdate()
    if period == "week":
        first = within - timedelta(within.weekday())
        return first, first + timedelta(6)
    return within.replace(day=1), within.replace(day=calendar.monthrange(within.year, within.month)[1])


def agenda(at: Desk, period: str, days: tuple[date, date], due: tuple[list[Task], list[Measure]]) -> Row:
    """Show what is due and what ends, by day."""
    today, (first, last) = timezone.localdate(), days
    rows = [
        {
            "date": one.due_on,
            "what": f"Taak: {one.kind}",
            "who": f"{one.assignee}, {one.organisation}",
            "case": one.case,
            "overdue": one.is_overdue(today),
        }
        for one in due[0]
    ]
    rows += [
        {
            "date": one.until,
            "what": f"Einde van de maatregel: {one.kind}",
            "who": str(one.organisation),
            "case": one.case,
        }
        for one in due[1]
    ]
    return {
        "at": at,
        "period": period,
        "first": first,
        "last": last,
        "before": first - timedelta(1),
        "after": last + timedelta(1),
        "rows": sorted(rows, key=lambda row: (row["date"], row["case"].number)),
        "breadcrumbs": crumbs(at, last="Agenda"),
    }


# --- one case ---


def case(at: Desk, work: Work, *, places: Choices, weighings: Sequence[Row]) -> Row:
    """Show the stub of a case, who takes part, what is done, and what comes next."""
    one, today = work.case, timezone.localdate()
    writing, owning = reading.writes(at, work), reading.owns(at, work)
    names = dict(Organisation.objects.values_list("pk", "name"))
    return {
        "at": at,
        "case": one,
        "place": dict(places).get(one.place, one.place or "niet aan een gemeente gebonden"),
        "tone": TONES[one.status],
        "writing": writing,
        "owning": owning,
        "parties": _parties(work, names),
        "tasks": _tasks(at, work, today, writing=writing),
        "measures": measure_pages.rows(work, places=places, today=today, writing=writing),
        "baselines": measure_pages.baselines_of(work, places=places),
        **_contributions(at, work, writing=writing),
        "weighings": waiting.weighings(weighings, names),
        "offer": work.offer,
        "may_answer": bool(work.offer and work.offer.receiver_id == at.organisation and at.writing),
        "timeline": _timeline(work, names),
        "next": _next(at, work) if writing else _elsewhere(at),
        "breadcrumbs": crumbs(at, one),
    }


def _contributions(at: Desk, work: Work, *, writing: bool) -> Row:
    """Return the contributions, also what was corrected, and the hours of one's own that count."""
    counts = {one.pk for one in work.standing}
    return {
        "contributions": [
            {
                "contribution": one,
                "replaced": one.pk not in counts,
                "may_correct": writing and one.pk in counts and one.organisation_id == at.organisation,
            }
            for one in work.contributions
        ],
        "own_hours": sum(one.hours for one in work.standing if one.organisation_id == at.organisation),
    }


def _parties(work: Work, names: dict[UUID, str]) -> list[Row]:
    return [
        {**one, "name": names.get(one["organisation"], "Een deelnemer")}
        for one in sorted(work.parties, key=lambda one: (not one["is_owner"], one["since"]))
    ]


def _timeline(work: Work, names: dict[UUID, str]) -> list[Row]:
    """Return what happened, the newest first."""
    one = work.case
    rows = [
        _moment(
            one.opened_at, "Casus geopend", f"Uit signaal {one.origin_number}." if one.origin_number else ""
        )
    ]
    for party in work.parties:
        name = names.get(party["organisation"], "Een deelnemer")
        rows.append(_moment(party["since"], f"{name} neemt deel"))
        if party["until"]:
            rows.append(_moment(party["until"], f"{name} neemt niet meer deel"))
    for task in work.tasks:
        rows.append(
            _moment(
                task.at, f"Taak gegeven: {task.kind}", f"Aan {task.assignee}, uiterlijk {day(task.due_on)}."
            )
        )
        if task.done_at:
            done = "vervallen" if task.lapsed else "klaar"
            rows.append(_moment(task.done_at, f"Taak {done}: {task.kind}", f"Door {task.done_by}."))
    rows += [_moment(*one) for measure in work.measures for one in measure_pages.moments(measure)]
    rows += [
        _moment(decision.on, f"Besluit: {decision.kind}", f"Vastgelegd door {decision.by}.")
        for decision in work.decisions
    ]
    for offer in work.hand_overs:
        rows.append(_moment(offer.at, f"Aangeboden aan {offer.receiver}", f"Door {offer.giver}."))
        if offer.answered_at:
            why = f"Reden: {offer.refusal}." if offer.refusal else ""
            rows.append(_moment(offer.answered_at, f"Overdracht {offer.get_status_display().lower()}", why))
    if one.closed_at:
        rows.append(_moment(one.closed_at, "Casus afgerond", f"Resultaat: {one.result}."))
    return [
        row
        for _, row in sorted(enumerate(rows), key=lambda pair: (_day(pair[1]["date"]), pair[0]), reverse=True)
    ]


def _tasks(at: Desk, work: Work, today: date, *, writing: bool) -> list[Row]:
    """Return the tasks, with which of them are of somebody who does not work in the case any more."""
    here = set(work.taking_part())
    people: set[tuple[UUID, UUID]] | None = None
    if writing and work.open_tasks:
        people = {(org.pk, user.pk) for org, user in reading.assignees(at, work)}
    return [
        {
            "task": task,
            "overdue": task.is_overdue(today),
            "gone": task.organisation_id not in here,
            "left": people is not None and (task.organisation_id, task.assignee_id) not in people,
        }
        for task in work.tasks
    ]


def _moment(when: date | datetime, title: str, text: str = "") -> Row:
    return {"date": when, "title": title, "text": text}


def _day(when: date | datetime) -> date:
    return timezone.localdate(when) if isinstance(when, datetime) else when


def _next(at: Desk, work: Work) -> Row:
    """Return the step that a participant most likely takes now."""

    def to(name: str) -> str:
        return reverse(name, args=[at.purpose.pk, work.case.pk])

    today = timezone.localdate()
    if work.case.kind != Case.Kind.MUNICIPAL and len(work.taking_part()) == 1 and reading.owns(at, work):
        return {
            "label": "Laat een partner deelnemen",
            "url": to("vault:weigh"),
            "text": "Weeg af waarom; een collega beslist.",
        }
    if work.case.lacks_child:
        return {
            "label": "Weeg het belang van het kind af",
            "url": to("cases:child"),
            "text": "Pas daarna kan een maatregel.",
        }
    if not work.measures:
        return {
            "label": "Leg een maatregel vast",
            "url": to("cases:measure"),
            "text": "Wie doet wat, waar en waarvoor.",
        }
    passed = next((one for one in work.running if one.until and one.until <= today), None)
    if passed:
        address = reverse("cases:end_measure", args=[at.purpose.pk, work.case.pk, passed.pk])
        return {
            "label": f"Leg de afloop vast: {passed.kind}",
            "url": address,
            "text": "De termijn is voorbij.",
        }
    if not work.open_tasks and not work.running and reading.owns(at, work):
        return {
            "label": "Rond de casus af",
            "url": to("cases:close"),
            "text": "Met het resultaat en wat u ervan leerde.",
        }
    return {"label": "Geef een taak", "url": to("cases:task"), "text": "Wie doet wat, en uiterlijk wanneer."}


def _elsewhere(at: Desk) -> Row:
    return {
        "label": "Naar de casussen",
        "url": reverse("cases:cases", args=[at.purpose.pk]),
        "text": "Welke casussen er onder dit doel zijn.",
    }


def asking(at: Desk, case: Case | None, form: Any, last: str, **more: Any) -> Row:
    """Show a form about a case."""
    return {"at": at, "case": case, "form": form, "breadcrumbs": crumbs(at, case, last), **more}


def opened(at: Desk, work: Work, found: Sequence[Opened]) -> Row:
    """Show the words of a case, each under what it belongs to; then what else was kept in the dossier."""
    of = _words(work)
    rows = [
        {
            "record": one,
            "about": of.get(one.record, "Gegeven in het dossier"),
            "order": list(of).index(one.record) if one.record in of else len(of),
        }
        for one in found
    ]
    return {
        "at": at,
        "case": work.case,
        "rows": sorted(rows, key=lambda row: row["order"]),
        "breadcrumbs": crumbs(at, work.case, "Geopend"),
    }


def _words(work: Work) -> dict[UUID, str]:
    """Return which record in the vault belongs to what."""
    one = work.case
    found = {task.details: f"Taak: {task.kind}, voor {task.assignee}" for task in work.tasks}
    found |= {task.lapsed: f"Vervallen taak: {task.kind}" for task in work.tasks if task.lapsed}
    if one.child:
        found[one.child] = "Belang van het kind"
    found |= {row.reasons: f"Maatregel: {row.kind}" for row in work.measures}
    found |= {row.words: f"Besluit: {row.kind}, {day(row.on)}" for row in work.decisions}
    found |= {
        row.reasons: f"Verbeterde bijdrage: {row.kind}, {day(row.on)}"
        for row in work.contributions
        if row.reasons
    }
    found |= {row.reasons: f"Overdracht aan {row.receiver}" for row in work.hand_overs}
    if one.lesson:
        found[one.lesson] = "Wat we leerden"
    return found


def offer(at: Desk, found: HandOver, form: Any, *, conflict: str = "") -> Row:
    """Show an offer to who may answer it, or what became of it; of the case only its number."""
    waits = found.status == HandOver.Status.OFFERED
    return {
        "at": at,
        "offer": found,
        "form": form,
        "conflict": conflict,
        "may_answer": waits and found.receiver_id == at.organisation and bool(at.writing),
        "may_revoke": waits and found.giver_id == at.organisation and bool(at.writing),
        "breadcrumbs": crumbs(at, last=f"Overdracht van {found.number}"),
    }
