"""The page of who tells reporters what became of their report."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from vangnet.casework import pages, telling
from vangnet.identity.session import acting
from vangnet.vault.answers import sheltered

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@sheltered
def reporters(request: HttpRequest) -> HttpResponse:
    """List who waits to be told, and note that somebody was."""
    if request.method == "POST":
        return _told(request)
    found, now = telling.waiting(), timezone.now()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    shown = {
        "page": page,
        "rows": [(one, (now - one.decided_at).days) for one in page],
        "breadcrumbs": pages.crumbs(last="Terugkoppelen"),
    }
    return render(request, "casework/reporters.html", shown)


def _told(request: HttpRequest) -> HttpResponse:
    try:
        signal = UUID(request.POST.get("signal", ""))
    except ValueError:
        raise Http404 from None
    telling.tell(signal, **acting(request))
    messages.success(request, "Vastgelegd dat de melder bericht kreeg.")
    return redirect("casework:reporters")
