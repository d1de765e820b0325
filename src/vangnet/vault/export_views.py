"""Pages to ask for records as a file and to fetch it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from vangnet.identity.models import Organisation, User
from vangnet.identity.proof import fresh_proof_required
from vangnet.vault import exports, forms, pages, reading
from vangnet.vault.answers import at_desk
from vangnet.vault.desks import Desk
from vangnet.vault.models import Export


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_proof_required
@at_desk
def export(request: HttpRequest, at: Desk, dossier: UUID) -> HttpResponse:
    """Ask for records as a file, and show one's exports of this dossier."""
    assert isinstance(request.user, User)  # noqa: S101  the middleware lets nobody else in
    stub = reading.dossier(dossier)
    form = forms.ExportForm(request.POST or None, records=pages.named(stub))
    if form.is_valid():
        exports.ask_export(
            purpose=at.purpose,
            dossier=dossier,
            organisation=Organisation.objects.visible_to(request.user).get(pk=at.organisation),
            **form.cleaned_data,
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "Het bestand wordt gemaakt. Ververs deze pagina om het op te halen.")
        return redirect("vault:export", at.purpose.pk, dossier)
    orders = Export.objects.visible_to(request.user).filter(dossier=dossier).order_by("-asked_at")[:10]
    made = [(order, exports.link(order) if order.is_ready else "") for order in orders]
    context = {"at": at, "stub": stub, "form": form, "made": made}
    context["breadcrumbs"] = pages.crumbs(at, stub, "Exporteren")
    return render(request, "vault/export.html", context)


@transaction.non_atomic_requests
@require_safe
@at_desk
def export_file(request: HttpRequest, at: Desk, dossier: UUID, link: str) -> HttpResponse:
    """Give the file of a signed link, after every record in it was opened once more."""
    assert isinstance(request.user, User)  # noqa: S101  the middleware lets nobody else in
    content = exports.download(link, dossier=dossier, by=request.user, at=timezone.now())
    response = HttpResponse(content, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"export-{dossier}.txt")
    response["X-Content-Type-Options"] = "nosniff"
    return response
