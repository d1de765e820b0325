"""Pages about dossiers: which ones there are, one of them, and what is done with it as a whole."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vangnet.identity.models import Organisation
from vangnet.identity.session import acting
from vangnet.vault import actions, desks, forms, pages, reading
from vangnet.vault.answers import at_desk, sheltered
from vangnet.vault.desks import Desk
from vangnet.vault.doors import DoesNotHold
from vangnet.vault.models import Dossier, Entry, Notice

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@sheltered
def purposes(request: HttpRequest) -> HttpResponse:
    """List the purposes that one may work for today."""
    desks.require_strong()
    found = desks.open_today(request.user)  # type: ignore[arg-type]
    return render(request, "vault/purposes.html", pages.purposes(found, reading.waiting()))


@require_safe
@at_desk
def dossiers(request: HttpRequest, at: Desk) -> HttpResponse:
    """List the dossiers of one purpose."""
    found, places = Entry.objects.visible_to(request.user).dossiers(), desks.places()  # type: ignore[arg-type]
    chosen = {
        "plaats": request.GET.get("plaats", "") if request.GET.get("plaats") in dict(places) else "",
        "status": request.GET.get("status", "") if request.GET.get("status") in Dossier.Status else "",
    }
    if chosen["plaats"]:
        found = found.filter(place=chosen["plaats"])
    if chosen["status"]:
        found = found.filter(status=chosen["status"])
    page = Paginator(found.select_related("owner"), 50).get_page(request.GET.get("pagina"))
    return render(request, "vault/dossiers.html", pages.dossiers(at, page, chosen, places))


@GET_OR_POST
@at_desk
def new(request: HttpRequest, at: Desk) -> HttpResponse:
    """Open a dossier."""
    if not at.writing:
        raise Http404
    form = forms.DossierForm(request.POST or None, at=at)
    if form.is_valid():
        told = form.cleaned_data
        circles = [UUID(text) for text in told.get("circles", [])]
        try:
            pk, number = actions.open_dossier(
                purpose=at.purpose,
                **{name: told[name] for name in ("tier", "place", "mark")},
                circles=circles,
                **acting(request),
            )
        except DoesNotHold as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, f"Dossier {number} is geopend. Voeg nu een gegeven toe.")
            return redirect("vault:dossier", at.purpose.pk, pk)
    return _ask(request, "vault/new.html", at, None, form, "Nieuw dossier")


@require_safe
@at_desk
def dossier(request: HttpRequest, at: Desk, dossier: UUID) -> HttpResponse:
    """Show a dossier: stubs, who takes part, and what can be done."""
    stub = reading.dossier(dossier)
    return render(request, "vault/dossier.html", pages.dossier(at, stub, forms.OpenForm()))


@GET_OR_POST
@at_desk
def close(request: HttpRequest, at: Desk, dossier: UUID) -> HttpResponse:
    """Ask whether a dossier must be closed, and close it."""
    stub = _own(at, dossier)
    if request.method == "POST":
        try:
            actions.close_dossier(dossier, **acting(request))
        except DoesNotHold as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, f"Dossier {stub.number} is gesloten.")
        return redirect("vault:dossiers", at.purpose.pk)
    return render(request, "vault/close.html", pages.asking(at, stub, None, "Sluiten"))


@GET_OR_POST
@at_desk
def tier(request: HttpRequest, at: Desk, dossier: UUID) -> HttpResponse:
    """Raise the tier of a dossier, up to one's own."""
    stub = _own(at, dossier)
    form = forms.TierForm(request.POST or None, at=at)
    if form.is_valid():
        try:
            actions.raise_tier(dossier, tier=form.cleaned_data["tier"], **acting(request))
        except DoesNotHold as reason:
            form.add_error("tier", str(reason))
        else:
            messages.success(request, "De trede is verhoogd.")
            return redirect("vault:dossier", at.purpose.pk, dossier)
    return _ask(request, "vault/tier.html", at, stub, form, "Trede verhogen")


@require_POST
@at_desk
def leave(request: HttpRequest, at: Desk, dossier: UUID, organisation: UUID) -> HttpResponse:
    """End the participation of a partner as of today."""
    reading.dossier(dossier)
    partner = Organisation.objects.visible_to(request.user).filter(pk=organisation).first()
    if partner is None:
        raise Http404
    try:
        actions.leave(dossier, organisation=partner, on=timezone.localdate(), **acting(request))
    except DoesNotHold as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"De deelname van {partner} is beëindigd.")
    if partner.pk == at.organisation:
        return redirect("vault:dossiers", at.purpose.pk)
    return redirect("vault:dossier", at.purpose.pk, dossier)


@require_safe
@sheltered
def notices(request: HttpRequest) -> HttpResponse:
    """Show what one's organisation has to know about dossiers."""
    desks.require_strong()
    found = Notice.objects.visible_to(request.user)  # type: ignore[arg-type]
    page = Paginator(found, 50).get_page(request.GET.get("pagina"))
    shown = {"page": page, "breadcrumbs": pages.crumbs(last="Berichten")}
    return render(request, "vault/notices.html", shown)


@require_POST
@sheltered
def acknowledge(request: HttpRequest, notice: UUID) -> HttpResponse:
    """Say that a notice was seen."""
    desks.require_strong()
    actions.acknowledge(notice, **acting(request))
    return redirect("vault:notices")


def _own(at: Desk, dossier: UUID) -> reading.Stub:
    stub = reading.dossier(dossier)
    if stub.owner != at.organisation or not at.writing:
        raise Http404
    return stub


def _ask(
    request: HttpRequest, template: str, at: Desk, stub: reading.Stub | None, form: Any, last: str
) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, template, pages.asking(at, stub, form, last), status=status)
