"""Handing a case over: offering it, and accepting, rejecting or taking back the offer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from vangnet.casework import case_actions, case_forms, case_pages, drafts
from vangnet.casework import case_reading as reading
from vangnet.casework.case_desks import at_case_desk
from vangnet.casework.models import HandOver
from vangnet.casework.views import GET_OR_POST
from vangnet.identity.session import acting
from vangnet.vault.desks import Desk
from vangnet.vault.doors import DoesNotHold


@GET_OR_POST
@at_case_desk
def offer(request: HttpRequest, at: Desk, case: UUID) -> HttpResponse:
    """Offer a case to another organisation."""
    work = reading.work(reading.case(request.user, case))  # type: ignore[arg-type]
    if not reading.owns(at, work):
        raise Http404
    begun = drafts.in_case(request, at, case, case_forms.OfferForm)
    if isinstance(begun, HttpResponse):
        return begun
    form = case_forms.OfferForm(request.POST or None, at=at, initial=begun.initial)
    if form.is_valid():
        try:
            pk = case_actions.offer_case(work.case, **form.asked, **acting(request))
        except DoesNotHold as reason:
            form.add_error(None, str(reason))
        else:
            drafts.discard(begun.place, by=request.user)  # type: ignore[arg-type]
            messages.success(request, "De casus is aangeboden. Tot de ander aanvaardt, blijft hij van u.")
            return redirect("cases:answer", at.purpose.pk, case, pk)
    shown = case_pages.asking(at, work.case, form, "Overdragen", **begun.shown)
    return render(request, "casework/case_offer.html", shown, status=422 if form.errors else 200)


@GET_OR_POST
@at_case_desk
def answer(request: HttpRequest, at: Desk, case: UUID, offer: UUID) -> HttpResponse:
    """Show an offer to the two organisations, and take the answer of the one that may give it."""
    found = reading.hand_over(request.user, offer, of=case)  # type: ignore[arg-type]
    form = case_forms.RefusalForm(request.POST if request.POST.get("answer") == "afwijzen" else None)
    if request.method != "POST":
        return render(request, "casework/case_answer.html", case_pages.offer(at, found, form))
    asked = request.POST.get("answer", "")
    if not at.writing or at.organisation not in (found.giver_id, found.receiver_id):
        raise Http404
    if asked == "afwijzen" and not form.is_valid():
        return render(request, "casework/case_answer.html", case_pages.offer(at, found, form), status=422)
    try:
        return _answered(request, at, found, asked, form)
    except DoesNotHold as reason:
        now = reading.hand_over(request.user, offer, of=case)  # type: ignore[arg-type]
        shown = case_pages.offer(at, now, form, conflict=str(reason))
        return render(request, "casework/case_answer.html", shown, status=409)


def _answered(request: HttpRequest, at: Desk, found: HandOver, asked: str, form: Any) -> HttpResponse:
    told = {"by": request.user, "at": timezone.now()}
    if asked == "aanvaarden":
        case_actions.accept_case(found.pk, **told)  # type: ignore[arg-type]
        messages.success(request, f"Casus {found.number} is nu van uw organisatie.")
        return redirect("cases:case", at.purpose.pk, found.case_id)
    if asked == "afwijzen":
        case_actions.reject_case(found.pk, why=form.cleaned_data["why"], **told)  # type: ignore[arg-type]
        messages.success(request, "U hebt het aanbod afgewezen. De casus blijft waar hij was.")
    elif asked == "intrekken":
        case_actions.revoke_offer(found.pk, **told)  # type: ignore[arg-type]
        messages.success(request, "Het aanbod is ingetrokken. De casus blijft van u.")
    else:
        raise Http404
    return redirect("cases:answer", at.purpose.pk, found.case_id, found.pk)
