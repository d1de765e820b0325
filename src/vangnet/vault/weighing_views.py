"""Pages about weighing whether a partner joins or is supplied, and what follows from it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vangnet.identity.models import Organisation
from vangnet.identity.session import acting
from vangnet.vault import actions, desks, forms, opening, pages, reading
from vangnet.vault.answers import at_desk, sheltered
from vangnet.vault.desks import Desk
from vangnet.vault.doors import DoesNotHold
from vangnet.vault.opening import Reason

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
NOT_DECIDED = (
    "Verstrekken kan pas als een collega dit weegdocument heeft toegewezen, en zolang het niet is verlopen."
)


@GET_OR_POST
@at_desk
def ask(request: HttpRequest, at: Desk, dossier: UUID) -> HttpResponse:
    """Ask to let a partner join, or to supply it."""
    stub = reading.dossier(dossier)
    if not reading.may_add(at, stub, reading.parties(dossier)):
        raise Http404
    form = forms.WeighingForm(request.POST or None, at=at)
    if form.is_valid():
        try:
            pk = actions.ask_weighing(dossier, **_asked(request, form), **acting(request))
        except DoesNotHold as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "Het weegdocument is ingediend. Een collega besluit erover.")
            return redirect("vault:weighing", at.purpose.pk, dossier, pk)
    status = 422 if form.errors else 200
    return render(request, "vault/weigh.html", pages.asking(at, stub, form, "Afwegen"), status=status)


def _asked(request: HttpRequest, form: forms.WeighingForm) -> dict[str, Any]:
    told = form.cleaned_data
    supplies = told["kind"] == "verstrekking"
    organisations = Organisation.objects.visible_to(request.user)
    return {
        "kind": told["kind"],
        "recipient": get_object_or_404(organisations, pk=told["recipient"]),
        "target": reading.purpose(UUID(told["target"])) if supplies else None,
        "article": told["article"],
        "categories": told["categories"] if supplies else [],
        "words": form.said(),
    }


@transaction.non_atomic_requests
@GET_OR_POST
@at_desk
def weighing(request: HttpRequest, at: Desk, dossier: UUID, weighing: UUID) -> HttpResponse:
    """Show a weighing, read its words after a line in the log, or decide about it."""
    with transaction.atomic():
        stub = reading.dossier(dossier)
        row = reading.weighing(dossier, weighing)
        if request.method == "POST" and "decision" in request.POST:
            return _decide(request, at, stub, row)
        if request.method != "POST":
            return _show(request, at, stub, row)
    read = opening.open_weighing(weighing, **acting(request))
    with transaction.atomic():
        actions.see_refusal(weighing, **acting(request))
        return _show(request, at, stub, reading.weighing(dossier, weighing), words=read)


def _decide(request: HttpRequest, at: Desk, stub: reading.Stub, row: reading.Row) -> HttpResponse:
    form = forms.DecisionForm(request.POST)
    if form.is_valid():
        granted = form.cleaned_data["decision"] == "toewijzen"
        try:
            actions.decide_weighing(
                row["id"],
                zone=at.zone,
                granted=granted,
                motivation=form.cleaned_data["motivation"],
                **acting(request),
            )
        except DoesNotHold as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "Uw besluit is vastgelegd.")
            return redirect("vault:weighing", at.purpose.pk, stub.id, row["id"])
    return _show(request, at, stub, row, decision=form, status=422)


def _show(
    request: HttpRequest,
    at: Desk,
    stub: reading.Stub,
    row: reading.Row,
    *,
    status: int = 200,
    decision: forms.DecisionForm | None = None,
    **more: Any,
) -> HttpResponse:
    more["decision"] = (decision or forms.DecisionForm()) if row["decides"] else None
    more.setdefault("join", forms.JoinForm(initial={"since": timezone.localdate()}))
    return render(request, "vault/weighing.html", pages.weighing(at, stub, row, **more), status=status)


@require_POST
@at_desk
def join(request: HttpRequest, at: Desk, dossier: UUID, weighing: UUID) -> HttpResponse:
    """Let the partner of a granted weighing take part."""
    stub, row = reading.dossier(dossier), reading.weighing(dossier, weighing)
    form = forms.JoinForm(request.POST)
    if form.is_valid():
        try:
            actions.join(weighing, **form.cleaned_data, **acting(request))
        except DoesNotHold as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "De partner neemt deel aan het dossier.")
            return redirect("vault:dossier", at.purpose.pk, dossier)
    return _show(request, at, stub, row, status=409 if form.non_field_errors() else 422, join=form)


@transaction.non_atomic_requests
@require_POST
@at_desk
def supply(request: HttpRequest, at: Desk, dossier: UUID, weighing: UUID, record: UUID) -> HttpResponse:
    """Open a record to supply it, and give the partner of a granted weighing its copy."""
    with transaction.atomic():
        stub, row = reading.dossier(dossier), reading.weighing(dossier, weighing)
        stub.record(record)
        if row["status"] != "toegewezen" or row["target"] is None:
            return _show(request, at, stub, row, refusal=NOT_DECIDED, status=409)
        target = reading.purpose(row["target"])
    when = acting(request)
    (opened,) = opening.open_records([record], dossier=dossier, zone=at.zone, reason=Reason.SUPPLY, **when)
    try:
        actions.supply(weighing, opened=opened, target=target, **when)
    except DoesNotHold as reason:
        with transaction.atomic():
            return _show(request, at, stub, row, refusal=str(reason), status=409)
    messages.success(request, "Het gegeven is verstrekt. De ontvanger krijgt bericht.")
    return redirect("vault:dossier", at.purpose.pk, dossier)


@require_POST
@at_desk
def recall(request: HttpRequest, at: Desk, dossier: UUID, supply: UUID) -> HttpResponse:
    """Take a supply back, with everything that was made from it."""
    if supply not in {row["id"] for row in reading.supplies(reading.dossier(dossier).id)}:
        raise Http404
    _recall(request, supply)
    return redirect("vault:dossier", at.purpose.pk, dossier)


@require_safe
@sheltered
def supplies(request: HttpRequest) -> HttpResponse:
    """List what one may take back, also of agreements that have ended and have no desk any more."""
    desks.require_strong()
    return render(request, "vault/supplies.html", pages.supplies(reading.own_supplies()))


@require_POST
@sheltered
def recall_supply(request: HttpRequest, supply: UUID) -> HttpResponse:
    """Take a supply back that one may take back, under whichever agreement it was made."""
    desks.require_strong()
    _recall(request, supply)
    return redirect("vault:supplies")


def _recall(request: HttpRequest, supply: UUID) -> None:
    try:
        closed = actions.recall(supply, **acting(request))
    except DoesNotHold as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"Teruggeroepen; {closed} kopie(ën) en afgeleide gegevens zijn gesloten.")
