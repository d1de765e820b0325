"""Pages for whoever wants to report something: no sign-in, no cookie, no address kept, nothing read back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from vangnet.casework import pages, public_reports
from vangnet.casework.attachments import Files
from vangnet.casework.forms import refuse_lost
from vangnet.casework.public_forms import PublicReportForm
from vangnet.casework.public_reports import Forged, Form, Stale, TooMany
from vangnet.identity import token
from vangnet.identity.rules import NotPermitted
from vangnet.vault import desks
from vangnet.vault.answers import sheltered
from vangnet.vault.doors import DoesNotHold
from vangnet.vault.keys import NoKeys

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
CRUMBS = [("Start", "/"), ("Melden", "")]


@login_not_required
@never_cache
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Show which municipalities take reports here."""
    shown = {"forms": public_reports.forms(), "breadcrumbs": CRUMBS}
    return render(request, "casework/public_choose.html", shown)


@login_not_required
@csrf_exempt  # its token needs a cookie; the mark in the form and the origin of the request stand in for it
@never_cache
@GET_OR_POST
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a report of whoever it is and answer with its number, once."""
    request.upload_handlers = [Files(request)]
    with token.nobody():
        at = public_reports.form(slug)
    if at is None:
        raise Http404
    if request.method != "POST":
        return _ask(request, at, PublicReportForm(at=at, initial=_fresh(at)))
    if not _is_ours(request):
        return _refused(request)
    form = PublicReportForm(request.POST, request.FILES, at=at)
    refuse_lost(form, request)
    try:
        mark = public_reports.checked(request.POST.get("mark", ""), at)
    except Forged:
        return _refused(request)
    except Stale:
        return _renewed(request, at)
    if not form.is_valid():
        return _ask(request, at, form, status=422)
    visitor = public_reports.visitor(request)
    try:
        number = public_reports.take(form.report(at), form=at, mark=mark, visitor=visitor)
    except (TooMany, NoKeys, DoesNotHold) as reason:
        return _not_now(request, at, form, reason)
    except NotPermitted as error:
        raise Http404 from error
    shown = {"at": at, "number": number, "breadcrumbs": CRUMBS}
    return render(request, "casework/public_received.html", shown)


def _fresh(at: Form) -> dict[str, str]:
    return {"mark": public_reports.new_mark(at)}


def _is_ours(request: HttpRequest) -> bool:
    """Say whether a form was sent from a page of this site, as far as the browser tells."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin in (None, f"{request.scheme}://{request.get_host()}")


def _ask(
    request: HttpRequest, at: Form, form: PublicReportForm, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    way = [("Start", "/"), ("Melden", reverse("melden:choose")), (at.name, "")]
    shown = {"at": at, "form": form, "problem": problem, "breadcrumbs": way}
    return render(request, "casework/public_report.html", shown, status=status)


def _renewed(request: HttpRequest, at: Form) -> HttpResponse:
    """Show what was typed in a form that can be sent."""
    told = request.POST.copy()
    told["mark"] = public_reports.new_mark(at)
    problem = "Deze pagina stond langer dan een halve dag open. Kijk uw melding na en verstuur haar opnieuw."
    return _ask(request, at, PublicReportForm(told, at=at), status=422, problem=problem)


def _not_now(request: HttpRequest, at: Form, form: PublicReportForm, reason: Exception) -> HttpResponse:
    """Show what was typed, and what to do when it cannot be taken now."""
    if isinstance(reason, TooMany):
        problem = "Er zijn vandaag al veel meldingen gedaan. Uw melding is niet bewaard. Probeer het morgen "
        problem += "opnieuw, of bel de politie op 0900-8844."
        return _ask(request, at, form, status=429, problem=problem)
    if isinstance(reason, NoKeys):
        problem = "Meldingen kunnen nu niet veilig worden bewaard. Probeer het later opnieuw."
        return _ask(request, at, form, status=503, problem=problem)
    return _ask(request, at, form, status=422, problem=str(reason))


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, "casework/public_refused.html", {"breadcrumbs": CRUMBS}, status=403)


@GET_OR_POST
@sheltered
def switch(request: HttpRequest) -> HttpResponse:
    """Show whether the public form of one's own municipality is on, and switch it."""
    desks.require_strong()
    public_reports.require_switch()
    if request.method == "POST" and request.POST.get("stand") in ("aan", "uit"):
        on = request.POST["stand"] == "aan"
        public_reports.switch(on, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, f"Het openbare meldformulier staat {'aan' if on else 'uit'}.")
        return redirect("casework:public_form")
    return render(request, "casework/public_switch.html", _standing(request))


def _standing(request: HttpRequest) -> dict[str, Any]:
    found = public_reports.switched()
    address = reverse("melden:report", args=[found.organisation.slug]) if found else ""
    return {
        "found": found,
        "address": request.build_absolute_uri(address) if address else "",
        "breadcrumbs": pages.crumbs(last="Meldformulier"),
    }
