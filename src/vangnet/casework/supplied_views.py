"""Opening a case on a dossier that was supplied."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from vangnet.casework import case_forms, case_pages, supplied
from vangnet.casework import case_reading as reading
from vangnet.casework.case_desks import at_case_desk
from vangnet.casework.supplied import Supplied
from vangnet.casework.views import GET_OR_POST
from vangnet.identity.session import acting
from vangnet.vault.desks import Desk
from vangnet.vault.doors import DoesNotHold


@GET_OR_POST
@at_case_desk
def new(request: HttpRequest, at: Desk, dossier: UUID) -> HttpResponse:
    """Ask what a case on a supplied dossier is about, and open it; who comes second is led to that case."""
    if not at.writing:
        raise Http404
    found = supplied.dossier(dossier)
    if found.has_case:
        return _there(request, at, found)
    first = {"place": found.place, "tier": found.tier}
    form = case_forms.CaseForm(request.POST or None, at=at, lowest=found.tier, initial=first)
    if form.is_valid() and found.waits:
        told = {name: value for name, value in form.cleaned_data.items() if name != "mark"}
        try:
            made = supplied.open_on_supplied(dossier, **told, **acting(request))
        except DoesNotHold as reason:
            found = supplied.dossier(dossier)
            if found.has_case:
                return _there(request, at, found)
            form.add_error(None, str(reason))
        else:
            messages.success(request, f"Casus {made.number} is geopend op wat is verstrekt.")
            return redirect("cases:case", at.purpose.pk, made.pk)
    return _asking(request, at, form, found)


def _asking(request: HttpRequest, at: Desk, form: Any, found: Supplied) -> HttpResponse:
    refused = request.method == "POST" and not found.waits
    status = 409 if refused else 422 if form.errors else 200
    shown = case_pages.asking(at, None, form, "Nieuwe casus", given=found, supplier=supplied.supplier(found))
    return render(request, "casework/case_new.html", shown, status=status)


def _there(request: HttpRequest, at: Desk, found: Supplied) -> HttpResponse:
    """Lead to the case that a supplied dossier has become."""
    reading.case(request.user, found.dossier)  # type: ignore[arg-type]
    messages.info(request, f"Op dossier {found.number} was al een casus geopend. Dit is die casus.")
    return redirect("cases:case", at.purpose.pk, found.dossier)
