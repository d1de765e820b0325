"""Pages about cases: what waits for one, which cases there are, one of them, and opening one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from vangnet.casework import case_actions, case_forms, case_pages, pages, supplied
from vangnet.casework import case_reading as reading
from vangnet.casework.case_desks import at_case_desk
from vangnet.casework.models import Case, Phenomenon, Signal
from vangnet.casework.views import GET_OR_POST
from vangnet.vault import desks, opening
from vangnet.vault import reading as vault_reading
from vangnet.vault.answers import sheltered
from vangnet.vault.desks import Desk
from vangnet.vault.doors import DoesNotHold
from vangnet.vault.opening import Reason


@require_safe
@sheltered
def start(request: HttpRequest) -> HttpResponse:
    """Show what waits for somebody in cases, and where one works in cases."""
    desks.require_strong()
    return render(request, "casework/cases_start.html", case_pages.start(reading.waiting(request.user)))  # type: ignore[arg-type]


@require_safe
@at_case_desk
def cases(request: HttpRequest, at: Desk) -> HttpResponse:
    """List cases, the newest first, with what is offered to one and what one gave away."""
    known = {"plaats": desks.places(), "vorm": pages.named(Phenomenon)}
    chosen = _chosen(request, known)
    page = Paginator(reading.listed(request.user, chosen), 50).get_page(request.GET.get("pagina"))  # type: ignore[arg-type]
    more = {
        "offers": reading.offered(request.user, at.organisation),  # type: ignore[arg-type]
        "supplied": case_pages.supplied(supplied.waiting(), places=known["plaats"]) if at.writing else [],
        "given": reading.given_away(request.user, at.organisation)[:50],  # type: ignore[arg-type]
    }
    return render(request, "casework/cases.html", case_pages.cases(at, page, chosen, known=known, more=more))


def _chosen(request: HttpRequest, known: dict[str, desks.Choices]) -> dict[str, str]:
    """Return what was chosen in the address; what is not on the list counts as not chosen."""
    asked = request.GET
    listed = {name: asked.get(name, "") if asked.get(name) in dict(known[name]) else "" for name in known}
    return {
        "status": asked.get("status", "") if asked.get("status") in Case.Status else "",
        "place": listed["plaats"],
        "phenomenon": listed["vorm"],
        "number": asked.get("nummer", "")[:30].replace("\0", "").strip(),
    }


@require_safe
@at_case_desk
def board(request: HttpRequest, at: Desk) -> HttpResponse:
    """Show cases by stage."""
    columns = reading.board(request.user, case_pages.PER_COLUMN)  # type: ignore[arg-type]
    return render(request, "casework/cases_board.html", case_pages.board(at, columns, places=desks.places()))


@require_safe
@at_case_desk
def agenda(request: HttpRequest, at: Desk) -> HttpResponse:
    """Show which tasks are due and which measures end, in a week or a month."""
    period = "week" if request.GET.get("periode") == "week" else "maand"
    days = case_pages.span(period, request.GET.get("dag", ""))
    due = reading.due(request.user, *days)  # type: ignore[arg-type]
    return render(request, "casework/cases_agenda.html", case_pages.agenda(at, period, days, due))


@GET_OR_POST
@at_case_desk
def new(request: HttpRequest, at: Desk) -> HttpResponse:
    """Open a case; from a signal when its id is in the address."""
    if not at.writing:
        raise Http404
    origin = _origin(request)
    first = {"place": origin.place, "phenomenon": origin.phenomenon_id} if origin else {}
    form = case_forms.CaseForm(request.POST or None, at=at, initial=first)
    if form.is_valid():
        told = {**form.cleaned_data, "origin": origin.pk if origin else None}
        try:
            made = case_actions.open_case(purpose=at.purpose, **told, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except DoesNotHold as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, f"Casus {made.number} is geopend.")
            return redirect("cases:case", at.purpose.pk, made.pk)
    status = 422 if form.errors else 200
    shown = case_pages.asking(at, None, form, "Nieuwe casus", origin=origin)
    return render(request, "casework/case_new.html", shown, status=status)


def _origin(request: HttpRequest) -> Signal | None:
    asked = request.GET.get("signaal", "")
    if not asked:
        return None
    try:
        wanted = UUID(asked)
    except ValueError as error:
        raise Http404 from error
    return reading.origin(request.user, wanted)  # type: ignore[arg-type]


@require_safe
@at_case_desk
def case(request: HttpRequest, at: Desk, case: UUID) -> HttpResponse:
    """Show what is known of a case, who takes part, what is done and what comes next."""
    work = reading.work(reading.case(request.user, case))  # type: ignore[arg-type]
    waits = vault_reading.weighings(work.case.pk)
    shown = case_pages.case(at, work, places=desks.places(), weighings=waits)
    return render(request, "casework/case.html", shown)


@transaction.non_atomic_requests
@require_POST
@at_case_desk
def open_case(request: HttpRequest, at: Desk, case: UUID) -> HttpResponse:
    """Open the words of a case: the line in the log first, then the words."""
    with transaction.atomic():
        reading.case(request.user, case)  # type: ignore[arg-type]
        records = reading.records(case)
    found: list[Any] = []
    if records:
        told: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        found = opening.open_records(records, dossier=case, zone=at.zone, reason=Reason.HANDLING, **told)
    with transaction.atomic():
        work = reading.work(reading.case(request.user, case))  # type: ignore[arg-type]
        return render(request, "casework/case_opened.html", case_pages.opened(at, work, found))
