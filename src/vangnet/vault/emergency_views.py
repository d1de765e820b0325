"""Pages about access in an emergency: asked by one, approved by another, over within a day."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from vangnet.agreements.models import Purpose
from vangnet.identity.proof import fresh_proof_required
from vangnet.identity.rules import NotPermitted
from vangnet.identity.session import acting
from vangnet.vault import desks, forms, pages, reading
from vangnet.vault import emergencies as verbs
from vangnet.vault.answers import sheltered
from vangnet.vault.doors import DoesNotHold

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
ASKED = "Uw verzoek is vastgelegd. Bestaat dit dossier voor dit doel, dan ziet een collega het verzoek nu."


@GET_OR_POST
@sheltered
def emergencies(request: HttpRequest, purpose: UUID) -> HttpResponse:
    """Ask for access, and see what waits; an officer without an authorisation of their own sees only that."""
    at, aim, rows = _here(purpose)
    form = forms.EmergencyForm(request.POST or None) if at and at.writing else None
    if form is None and request.method == "POST":
        raise Http404
    if form is not None and form.is_valid():
        told = form.cleaned_data
        verbs.ask(number=told["number"], zone=aim.agreement.zone, reason=told["reason"], **acting(request))
        messages.success(request, ASKED)
        return redirect("vault:emergencies", purpose)
    return _show(request, aim, rows, form, status=422 if form and form.errors else 200)


@GET_OR_POST
@sheltered
def approve(request: HttpRequest, purpose: UUID, emergency: UUID) -> HttpResponse:
    """Approve what a colleague asked, for some hours."""
    _, aim, rows = _here(purpose)
    row = next((one for one in rows if one["id"] == emergency and one["approves"]), None)
    if row is None:
        raise Http404
    answer: HttpResponse = _approve(request, aim, rows, row)
    return answer


@fresh_proof_required
def _approve(request: HttpRequest, aim: Purpose, rows: list[reading.Row], row: reading.Row) -> HttpResponse:
    form = forms.ApprovalForm(request.POST or None)
    if form.is_valid():
        try:
            verbs.approve(row["id"], hours=form.cleaned_data["hours"], **acting(request))
        except DoesNotHold as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(
                request, "De noodtoegang is goedgekeurd. De eigenaar van het dossier krijgt bericht."
            )
            return redirect("vault:emergencies", aim.pk)
    return _show(request, aim, rows, form, asked=row, status=422 if form.errors else 200)


@require_POST
@sheltered
def end(request: HttpRequest, purpose: UUID, emergency: UUID) -> HttpResponse:
    """End access in an emergency."""
    _, _, rows = _here(purpose)
    if emergency not in {row["id"] for row in rows}:
        raise Http404
    verbs.end(emergency, **acting(request))
    messages.success(request, "De noodtoegang is beëindigd.")
    return redirect("vault:emergencies", purpose)


def _here(wanted: UUID) -> tuple[desks.Desk | None, Purpose, list[reading.Row]]:
    """Return the desk when there is one, the purpose, and the emergencies that one may know of."""
    desks.require_strong()
    rows = [row for row in reading.emergencies() if row["purpose"] == wanted]
    try:
        at = desks.desk(wanted)
    except NotPermitted:
        if not rows:
            raise
        return None, reading.purpose(wanted), rows
    return at, at.purpose, rows


def _show(
    request: HttpRequest, aim: Purpose, rows: list[reading.Row], form: Any, *, status: int, **more: Any
) -> HttpResponse:
    template = "vault/approve.html" if "asked" in more else "vault/emergencies.html"
    shown = pages.emergencies(aim, form, rows, request.user, **more)  # type: ignore[arg-type]
    return render(request, template, shown, status=status)
