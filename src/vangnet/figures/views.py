"""Pages about figures: what is in store, where it came from, bringing in more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vangnet.figures import actions, intake, orders, pages, rules, tasks
from vangnet.figures.forms import DeliveryForm, FetchForm
from vangnet.figures.models import Fetch, Import, Indicator
from vangnet.figures.observations import Unreadable
from vangnet.identity.rules import NotPermitted

View = Callable[..., HttpResponse]
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
ALREADY = "Dat kan niet meer: deze inlezing staat inmiddels op ‘{}’."
LOST = (
    "De gelezen cijfers zijn verloren gegaan doordat de database opnieuw is gestart. "
    "Er is niets gewijzigd. Lever het bestand opnieuw aan of haal de tabel opnieuw op."
)


def importers_only(view: View) -> View:
    """Answer 403, with the reason, to whoever may see figures but not bring them in."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            rules.require_importer(request.user, on=timezone.localdate())  # type: ignore[arg-type]
            return view(request, *args, **kwargs)
        except NotPermitted as reason:
            text = str(reason)
            raise PermissionDenied(text[:1].upper() + text[1:] + ".") from reason

    return wrapped


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """List what is counted, with what is in store."""
    found = Indicator.objects.visible_to(request.user)
    return render(request, "figures/indicators.html", pages.indicators(found, request.user))


@require_safe
def indicator(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what an indicator means, where it comes from and its figures per year."""
    found = get_object_or_404(Indicator.objects.visible_to(request.user), slug=slug)
    return render(request, "figures/indicator.html", pages.indicator(found, timezone.localdate()))


@require_safe
def download(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Give every stored figure of an indicator as a file."""
    found = get_object_or_404(Indicator.objects.visible_to(request.user), slug=slug)
    content, media_type = pages.download(found, kind)
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{found.slug}.{kind}"'
    return response


@GET_OR_POST
def imports(request: HttpRequest) -> HttpResponse:
    """List the imports; whoever may, brings in a file here."""
    if request.method == "POST":
        return _deliver(request)
    records = Import.objects.visible_to(request.user).select_related("source").order_by("-started_at")
    page = Paginator(records, 20).get_page(request.GET.get("pagina"))
    may = rules.may_import(request.user, on=timezone.localdate())  # type: ignore[arg-type]
    form = DeliveryForm(today=timezone.localdate()) if may else None
    return render(request, "figures/imports.html", pages.imports(page, form))


@importers_only
def _deliver(request: HttpRequest) -> HttpResponse:
    form = DeliveryForm(
        request.POST,
        request.FILES,
        today=timezone.localdate(),
        refused=getattr(request, "upload_refused", None),
    )
    if form.is_valid():
        try:
            record = intake.take_file(
                form.sheet,
                form.cleaned_data["file"],
                form.terms(),
                by=request.user,  # type: ignore[arg-type]
                at=timezone.now(),
            )
        except Unreadable as fault:
            form.add_error("file", str(fault))
        else:
            return redirect("figures:import", pk=record.pk)
    return render(request, "figures/deliver.html", pages.deliver(form), status=422)


@require_safe
def delivery(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show an import: before saving what it would change, afterwards what it changed."""
    record = get_object_or_404(Import.objects.visible_to(request.user).select_related("source"), pk=pk)
    return render(request, "figures/import.html", pages.delivery(record, request.user))


@require_POST
@importers_only
def save(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the prepared figures count."""
    record = get_object_or_404(Import.objects.visible_to(request.user), pk=pk)
    try:
        record = actions.save(record, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except actions.NotADraft as state:
        messages.error(request, ALREADY.format(state))
    except actions.Lost:
        messages.error(request, LOST)
    else:
        messages.success(request, pages.saved(record))
    return redirect("figures:import", pk=pk)


@require_POST
@importers_only
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw away an import that was never saved."""
    record = get_object_or_404(Import.objects.visible_to(request.user), pk=pk)
    try:
        actions.discard(record, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except actions.NotADraft as state:
        messages.error(request, ALREADY.format(state))
        return redirect("figures:import", pk=pk)
    messages.success(request, f"‘{record.title}’ is weggegooid. Aan de cijfers is niets veranderd.")
    return redirect("figures:imports")


@GET_OR_POST
@importers_only
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask whether a saved import must be undone, and undo it."""
    record = get_object_or_404(Import.objects.visible_to(request.user).select_related("source"), pk=pk)
    if request.method != "POST":
        return render(request, "figures/undo.html", pages.undo(record))
    try:
        actions.undo(record, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except actions.LaterImport as later:
        return render(request, "figures/undo.html", pages.undo(record, later.later), status=409)
    except actions.NotADraft as state:
        messages.error(request, ALREADY.format(state))
    else:
        messages.success(request, "De inlezing is teruggedraaid; elk cijfer is weer wat het daarvoor was.")
    return redirect("figures:import", pk=pk)


@GET_OR_POST
@importers_only
def fetches(request: HttpRequest) -> HttpResponse:
    """Ask for a published table; the work is done by a job."""
    form = FetchForm(request.POST or None, today=timezone.localdate())
    if form.is_valid():
        order = form.order()
        fetch = actions.ask_fetch(order.table, order.stored(), by=request.user, at=timezone.now())  # type: ignore[arg-type]
        tasks.queue(fetch)
        return redirect("figures:fetch", pk=fetch.pk)
    found = Fetch.objects.visible_to(request.user).order_by("-asked_at")[:20]
    return render(
        request, "figures/fetches.html", orders.fetches(form, found), status=422 if form.errors else 200
    )


@require_safe
def fetch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how far a fetch is."""
    found = get_object_or_404(Fetch.objects.visible_to(request.user), pk=pk)
    return render(request, "figures/fetch.html", orders.fetch(found, request.user, timezone.now()))


@require_POST
@importers_only
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take up a fetch that failed or that nobody works on any more; what was fetched is kept."""
    found = get_object_or_404(Fetch.objects.visible_to(request.user), pk=pk)
    try:
        actions.ask_again(found, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except actions.NotADraft as state:
        messages.error(request, ALREADY.format(state))
    else:
        tasks.queue(found)
    return redirect("figures:fetch", pk=pk)
