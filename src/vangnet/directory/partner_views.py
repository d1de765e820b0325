"""Pages about organisations: which there are on a day, and who takes part in which theme."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from vangnet.directory import actions, partners
from vangnet.directory.answers import answered, asked, crumbs, kept
from vangnet.directory.models import ThemePartner
from vangnet.directory.people_forms import JoinForm, LeaveForm
from vangnet.directory.rules import enters_for, require, standing
from vangnet.directory.views import day_form

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
PARTNERS = ("Wie doet mee", "/netwerk/deelname/")


@login_not_required
@require_safe
@answered
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations of a day."""
    form = day_form(request)
    shown: dict[str, Any] = {"form": form, "breadcrumbs": crumbs(last="Organisaties")}
    if form.is_valid():
        shown |= partners.organisations(form.cleaned_data["op"], timezone.localdate())
    return render(request, "directory/organisations.html", shown)


@login_not_required
@require_safe
@answered
def participation(request: HttpRequest) -> HttpResponse:
    """Show who takes part in which theme on a day, and who entered and left."""
    form, at = day_form(request), standing()
    shown: dict[str, Any] = {"form": form, "at": at, "breadcrumbs": crumbs(last=PARTNERS[0])}
    if form.is_valid():
        shown |= partners.matrix(request.user, form.cleaned_data["op"], timezone.localdate())
        shown["enters"] = bool(at.organisation) and enters_for(at.organisation)
        shown["own"] = at.organisation
    return render(request, "directory/participation.html", shown)


@GET_OR_POST
@answered
def join(request: HttpRequest) -> HttpResponse:
    """Let an organisation take part in a theme."""
    at = standing()
    require(bool(at.organisation) and enters_for(at.organisation), at)
    own = None if at.is_driving else at.organisation
    form = JoinForm(request.POST or None, user=request.user, own=own)  # type: ignore[arg-type]

    def enter(told: Any, **acting: Any) -> None:
        actions.join_theme(told.pop("organisation"), **told, **acting)

    if kept(form, request, enter):
        messages.success(request, "De deelname is vastgelegd.")
        return redirect("directory:participation")
    return asked(
        request, form,
        title="Een organisatie doet mee in een thema",
        lead="Leg vast in welk thema zij meedoet, vanaf welke dag en waarom.",
        button="Leg vast",
        way=crumbs(PARTNERS, last="Nieuwe deelname"),
    )  # fmt: skip


@GET_OR_POST
@answered
def leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let an organisation leave a theme."""
    rows = ThemePartner.objects.visible_to(request.user).filter(pk=pk, period__endswith__isnull=True)
    found: ThemePartner | None = rows.select_related("organisation", "topic").first()
    at = standing()
    if found is None:
        raise Http404
    require(enters_for(found.organisation_id), at)
    form = LeaveForm(request.POST or None)
    if kept(form, request, lambda told, **acting: actions.leave_theme(found, **told, **acting)):
        messages.success(request, "Het vertrek is vastgelegd, met de reden.")
        return redirect("directory:participation")
    return asked(
        request, form,
        title=f"{found.organisation.name} vertrekt uit een thema",
        lead=f"Thema {found.topic.name}. Wat was, blijft zichtbaar met de dag en de reden.",
        button="Leg het vertrek vast",
        way=[*crumbs(("Wie doet mee", reverse("directory:participation")), last="Vertrek")],
    )  # fmt: skip
