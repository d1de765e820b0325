"""Pages about signals: taking one in, which ones there are, one of them, and where they went."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vangnet.casework import (
    actions,
    case_reading,
    drafts,
    duplicates,
    forms,
    meeting_reading,
    pace,
    pages,
    reading,
    search,
    shares,
)
from vangnet.casework.attachments import Files
from vangnet.casework.intake import Likeness
from vangnet.casework.models import Branch, Phenomenon, Signal
from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted
from vangnet.identity.session import acting
from vangnet.ui.formats import day
from vangnet.ui.paging import LongList
from vangnet.vault import desks
from vangnet.vault.answers import at_desk, sheltered
from vangnet.vault.desks import Desk
from vangnet.vault.doors import DoesNotHold

PER_PAGE = 50
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@sheltered
def counters(request: HttpRequest) -> HttpResponse:
    """Show where one takes in or weighs signals; with one such place, go there."""
    desks.require_strong()
    found, is_ready = reading.counters(), reading.has_protocol()
    if len(found) == 1 and is_ready:
        return redirect("casework:signals" if found[0].reads else "casework:receive", found[0].purpose.pk)
    shown = {"counters": found, "is_ready": is_ready, "breadcrumbs": pages.crumbs()}
    return render(request, "casework/counters.html", shown)


@login_not_required  # both are asked below, in the usual order: first the token of our page, then who it is
@csrf_exempt  # the check reads the form; it comes after the handler is set, in the view below
def receive(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Take in a report; who may not read signals gets a number and nothing else."""
    request.upload_handlers = [Files(request)]
    return _receive(request, **kwargs)


@csrf_protect
@login_required
@GET_OR_POST
@sheltered
def _receive(request: HttpRequest, purpose: UUID) -> HttpResponse:
    at = reading.counter(purpose)
    draft = drafts.Place(purpose, at.zone, drafts.REPORT)
    if done := drafts.answered(request, draft, forms.ReportForm.base_fields, now=timezone.now()):
        return done
    kept, begun = drafts.offered(request, draft)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.ReportForm(*sent, own_place=at.place, initial=begun)
    if sent:
        forms.refuse_lost(form, request)
    if form.is_valid():
        mark = form.cleaned_data["mark"]
        try:
            taken = actions.receive(pages.report(form), zone=at.zone, mark=mark, **acting(request))
        except DoesNotHold as reason:
            form.add_error(None, str(reason))
        else:
            drafts.discard(draft, by=request.user)  # type: ignore[arg-type]
            number = taken if isinstance(taken, str) else taken.number
            messages.success(request, f"De melding is ontvangen onder nummer {number}.")
            if isinstance(taken, str):
                return redirect("casework:receive", purpose)
            return redirect("casework:signal", purpose, taken.pk)
    status = 422 if form.errors else 200
    shown = pages.receiving(at, form) | {"draft": kept, "has_draft_open": bool(begun)}
    return render(request, "casework/receive.html", shown, status=status)


@require_safe
@at_desk
def signals(request: HttpRequest, at: Desk) -> HttpResponse:
    """List signals, the newest first."""
    known = {"plaats": desks.places(), "vorm": pages.named(Phenomenon), "branche": pages.named(Branch)}
    chosen = _chosen(request, known)
    user: User = request.user  # type: ignore[assignment]
    found, text = reading.listed(user, chosen), chosen["text"]
    ranked = search.ranked(found, text, known) if text else None
    keys = ranked.keys if ranked else found.values_list("pk", flat=True)
    pages_of = LongList(keys, PER_PAGE, rows=reading.rows(user), has_more=bool(ranked and ranked.has_more))
    page = pages_of.get_page(request.GET.get("pagina"))
    shown = pages.signals(at, page, chosen, known=known, years=reading.years(user))
    return render(request, "casework/signals.html", shown)


def _chosen(request: HttpRequest, known: dict[str, desks.Choices]) -> dict[str, str]:
    """Return what was chosen in the address; what is not on the list counts as not chosen."""
    asked = request.GET
    picked = {name: asked.get(name, "") for name in known}
    listed = {name: text if text in dict(known[name]) else "" for name, text in picked.items()}
    return {
        "status": asked.get("status", "") if asked.get("status") in Signal.Status else "",
        "place": listed["plaats"],
        "phenomenon": listed["vorm"],
        "branch": listed["branche"],
        "year": asked.get("jaar", "") if re.fullmatch(r"(19|20)\d\d", asked.get("jaar", "")) else "",
        "text": asked.get("zoek", "")[:60].replace("\0", "").strip(),
    }


@require_safe
@at_desk
def signal(request: HttpRequest, at: Desk, signal: UUID) -> HttpResponse:
    """Show what is known of a signal, how it was weighed, and what comes next."""
    found = reading.signal(request.user, signal)  # type: ignore[arg-type]
    becoming = case_reading.becoming(request.user, found) if at.writing else None  # type: ignore[arg-type]
    begun = becoming.begun if becoming else None
    shown = pages.signal(at, reading.weighing(found), begun=begun) | duplicates.shown(request.user, found)  # type: ignore[arg-type]
    return render(request, "casework/signal.html", {**shown, "becoming": becoming})


@require_POST
@at_desk
def likeness(request: HttpRequest, at: Desk, signal: UUID) -> HttpResponse:
    """Take what somebody says of two signals that look alike."""
    found = reading.signal(request.user, signal)  # type: ignore[arg-type]
    verdict = request.POST.get("oordeel", "")
    try:
        other = reading.signal(request.user, UUID(request.POST.get("ander", "")))  # type: ignore[arg-type]
    except ValueError as error:
        raise Http404 from error
    if not at.writing or verdict not in Likeness.Verdict or other.pk == found.pk:
        raise NotPermitted("alleen wie signalen weegt, zegt of ze bij elkaar horen")
    duplicates.judge(found, other, verdict=verdict, **acting(request))
    words = "hoort bij dit signaal" if verdict == Likeness.Verdict.TOGETHER else "hoort niet bij dit signaal"
    messages.success(request, f"Vastgelegd: {other.number} {words}. Er is niets samengevoegd.")
    return redirect("casework:signal", at.purpose.pk, signal)


@require_safe
@at_desk
def agenda(request: HttpRequest, at: Desk) -> HttpResponse:
    """Show the weekly meeting that runs, earlier ones, and what waits to be weighed, the oldest first."""
    user: User = request.user  # type: ignore[assignment]
    waiting = Signal.objects.visible_to(user).waiting().values_list("pk", flat=True)
    page = LongList(waiting, PER_PAGE, rows=reading.rows(user)).get_page(request.GET.get("pagina"))
    shown = pages.agenda(at, page, places=desks.places())
    running = meeting_reading.running(user)
    shown |= {"running": running, "running_day": day(running.held_on) if running else ""}
    shown["earlier"] = meeting_reading.earlier(user)[:12]
    return render(request, "casework/agenda.html", shown)


@require_safe
@at_desk
def routes(request: HttpRequest, at: Desk) -> HttpResponse:
    """Show along which routes signals went in a year, against what the network expected."""
    years = reading.years(request.user)  # type: ignore[arg-type]
    asked = request.GET.get("jaar", "")
    year = int(asked) if asked in map(str, years) else years[0]
    own = at.purpose.agreement.lead
    around: list[shares.Around] = []
    if year < timezone.localdate().year:
        user: User = request.user  # type: ignore[assignment]
        found = shares.published(year, user) or shares.publish(year, **acting(request))
        around = shares.around(own.place, found, on=date(year, 12, 31))
    shown = pages.routes(
        at,
        year,
        years,
        counted=reading.routes(request.user, year),  # type: ignore[arg-type]
        deviated=reading.deviations(request.user, year),  # type: ignore[arg-type]
        cases=reading.became_cases(year),
        around=around,
    )
    return render(request, "casework/routes.html", shown)


@require_safe
@at_desk
def turnaround(request: HttpRequest, at: Desk) -> HttpResponse:
    """Show how long it took from report to decision, first action and word to the reporter."""
    shown = pages.pace(at, pace.years(request.user))  # type: ignore[arg-type]
    return render(request, "casework/pace.html", shown)
