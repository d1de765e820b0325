"""Pages about who read what: one's own readings, and those of the organisation for its privacy officer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from vangnet.audit import log
from vangnet.audit.models import LawfulPurpose
from vangnet.identity import token
from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted
from vangnet.vault import opening, readings
from vangnet.vault.answers import strong
from vangnet.vault.readings_forms import Period, Search

START = ("Start", "/")
MINE = ("Mijn inzagen", "/inzagen/")
OURS = ("Inzagen van de organisatie", "/inzagen/organisatie/")


@require_safe
@strong
def own(request: HttpRequest) -> HttpResponse:
    """Show what somebody read, and what was refused."""
    form = Period(_asked(request))
    context: dict[str, Any] = {"form": form, "reviews": readings.reviews()}
    if form.is_valid():
        context |= _shown(request, readings.own(request.user, form.wanted()))
    context["breadcrumbs"] = [START, (MINE[0], "")]
    return render(request, "vault/readings_own.html", context)


@require_safe
@strong
def organisation(request: HttpRequest) -> HttpResponse:
    """Ask a privacy officer for which purpose the log is read; then show the readings, for a while."""
    _only_who_reviews()
    found = readings.opened()
    if found is None:
        return _ask_purpose(request)
    place, line = found
    form = Search(_asked(request), people=readings.colleagues(place, viewer=request.user))
    context: dict[str, Any] = {
        "form": form,
        "purpose": LawfulPurpose(line.reason).label,
        "until": line.recorded_at + readings.OPEN_FOR,
    }
    if form.is_valid():
        events = readings.of_organisation(place, form.wanted())
        context |= _shown(request, events)
        context["emergencies"] = readings.lines(readings.in_emergency(events), viewer=request.user)
    context["breadcrumbs"] = [START, MINE, (OURS[0], "")]
    return render(request, "vault/readings_organisation.html", context)


@require_POST
@transaction.non_atomic_requests
@strong
def consult(request: HttpRequest) -> HttpResponse:
    """Put on record for which purpose the log is read, committed before a line of it is shown.

    The database decides, and a refusal is a line of the log as well.
    """
    with transaction.atomic(durable=True):
        allowed = log.consult(request.POST.get("doel", ""), at=timezone.now())
    if allowed:
        return redirect("readings:organisation")
    with transaction.atomic(durable=True):
        _only_who_reviews()
        return _ask_purpose(request, error="Kies een van de vier doelen. De wet laat geen ander doel toe.")


@require_POST
@transaction.non_atomic_requests
@strong
def words(request: HttpRequest, event: int) -> HttpResponse:
    """Show the words that somebody gave with a reading; that is a reading too."""
    with transaction.atomic(durable=True):
        found = readings.words_of(event)
    if found is None:
        raise Http404
    purpose, motivation = found
    try:
        with token.for_purpose(purpose):
            text = opening.open_motivation(motivation, by=_user(request), at=timezone.now())
    except NotPermitted as error:
        raise Http404 from error
    with transaction.atomic(durable=True):
        crumbs = [START, MINE, ("Toelichting", "")]
        return render(request, "vault/readings_words.html", {"text": text, "breadcrumbs": crumbs})


def _only_who_reviews() -> None:
    if not readings.reviews():
        raise Http404


def _ask_purpose(request: HttpRequest, error: str = "") -> HttpResponse:
    if error:
        messages.error(request, error)
    choices = [(code, label, readings.EXPLAINED[code]) for code, label in LawfulPurpose.choices]
    crumbs = [START, MINE, (OURS[0], "")]
    context = {"choices": choices, "breadcrumbs": crumbs}
    return render(request, "vault/readings_purpose.html", context, status=400 if error else 200)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Return the fields of the filter, with the period of every day where none was asked."""
    period = readings.default(timezone.localdate())
    return {"van": period["since"], "tot": period["until"]} | request.GET.dict()


def _shown(request: HttpRequest, events: Any) -> dict[str, Any]:
    page = Paginator(events, readings.PER_PAGE).get_page(request.GET.get("pagina"))
    return {"page": page, "lines": readings.lines(page.object_list, viewer=request.user)}


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  only whoever is signed in gets here
    return request.user
