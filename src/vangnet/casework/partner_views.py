"""Pages for somebody of a partner: to report to a municipality, and to see how far that is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vangnet.casework import drafts, partners, reading
from vangnet.casework.actions import Conflict
from vangnet.casework.attachments import Files
from vangnet.casework.forms import refuse_lost
from vangnet.casework.intake import PartnerReport
from vangnet.casework.partner_forms import PartnerReportForm
from vangnet.casework.public_reports import Form, TooMany
from vangnet.identity.rules import NotPermitted
from vangnet.identity.session import acting
from vangnet.vault import desks
from vangnet.vault.answers import at_desk, sheltered, strong
from vangnet.vault.desks import Desk
from vangnet.vault.doors import DoesNotHold

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
WAY = [("Start", "/"), ("Melden aan een gemeente", "")]
ENOUGH = (
    "U hebt vandaag al 50 meldingen gedaan. Deze is niet bewaard; verstuur haar morgen, of bel de gemeente."
)


@require_safe
@strong
def reports(request: HttpRequest) -> HttpResponse:
    """Show to which municipalities somebody reports, and what they reported."""
    shown = {"forms": partners.forms(), "mine": partners.mine(), "breadcrumbs": WAY}
    return render(request, "casework/partner_reports.html", shown)


@login_not_required  # both are asked below, in the usual order: first the token of our page, then who it is
@csrf_exempt  # the check reads the form; it comes after the handler is set, in the view below
def report(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Take a report of somebody of a partner to a municipality."""
    request.upload_handlers = [Files(request)]
    return _report(request, **kwargs)


@csrf_protect
@login_required
@GET_OR_POST
@sheltered
def _report(request: HttpRequest, slug: str) -> HttpResponse:
    desks.require_strong()
    at = partners.form(slug)
    if at is None:
        raise NotPermitted("deze organisatie meldt hier niet")
    draft = drafts.Place(at.purpose, at.zone, drafts.PARTNER, at.slug)
    if done := drafts.answered(request, draft, PartnerReportForm.base_fields, now=timezone.now()):
        return done
    kept, begun = drafts.offered(request, draft)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PartnerReportForm(*sent, at=at, initial=begun)
    if sent:
        refuse_lost(form, request)
    if form.is_valid() and (number := _taken(request, form, at)):
        drafts.discard(draft, by=request.user)  # type: ignore[arg-type]
        messages.success(request, f"Uw melding aan {at.name} is ontvangen onder nummer {number}.")
        return redirect("melden:partner_reports")
    way = [WAY[0], (WAY[1][0], reverse("melden:partner_reports")), (at.name, "")]
    shown = {"at": at, "form": form, "draft": kept, "has_draft_open": bool(begun), "breadcrumbs": way}
    return render(request, "casework/partner_report.html", shown, status=422 if form.errors else 200)


def _taken(request: HttpRequest, form: PartnerReportForm, at: Form) -> str:
    """Return the number of the report; empty, with the reason on the form, when it was not taken."""
    told = form.cleaned_data
    report = form.partner_report(at, str(request.user))
    try:
        return partners.take(
            report, form=at, mark=told["mark"], wants_answer=told["wants_feedback"], **acting(request)
        )
    except (TooMany, DoesNotHold) as reason:
        form.add_error(None, str(reason) or ENOUGH)
        return ""


@require_POST
@at_desk
def answer(request: HttpRequest, at: Desk, signal: Any) -> HttpResponse:
    """Tell the partner that reported a signal what became of it."""
    found = reading.signal(request.user, signal)  # type: ignore[arg-type]
    chosen = request.POST.get("antwoord", "")
    if not at.writing:
        raise NotPermitted("alleen wie signalen weegt, antwoordt de melder")
    try:
        if chosen not in PartnerReport.Answer:
            raise Conflict("Kies een antwoord uit de lijst.")
        partners.answer(found.pk, answer=chosen, **acting(request))
    except Conflict as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "De partner ziet dit antwoord bij zijn meldingen.")
    return redirect("casework:signal", at.purpose.pk, found.pk)
