"""Pages about agreements: the chain, every step in it, and what one may do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from vangnet.agreements import actions, chain, pages, steps
from vangnet.agreements.forms import NewAgreement, Shareable, leads
from vangnet.agreements.models import Agreement
from vangnet.agreements.rules import Refused
from vangnet.identity.rules import NotPermitted

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
NOT_YOU = (
    "Een convenant beginnen kan alleen een beheerder of een functionaris gegevensbescherming, "
    "aangemeld met een tweede factor."
)


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """List the agreements with where they stand."""
    found = Agreement.objects.visible_to(request.user)
    return render(request, "agreements/agreements.html", pages.agreements(found, leads().exists()))


@require_safe
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    """Show an agreement as a chain, with what is missing on top."""
    found = get_object_or_404(Agreement.objects.visible_to(request.user), code=code)
    return render(request, "agreements/agreement.html", chain.page(found, request.user))


@GET_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """Begin an agreement."""
    if not leads().exists():
        raise PermissionDenied(NOT_YOU)
    form = NewAgreement(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        version = _do(request, form, actions.draft_agreement)
        if version:
            return redirect("agreements:agreement", code=version.agreement.code)
    return render(request, "agreements/step.html", pages.new(form), status=_status(form))


@GET_OR_POST
def step(request: HttpRequest, code: str, kind: str, pk: UUID) -> HttpResponse:
    """Ask what a step needs, and do it."""
    found = get_object_or_404(Agreement.objects.visible_to(request.user), code=code)
    todo, subject = steps.find(kind, found, pk)
    try:
        todo.require(subject, found)
    except NotPermitted as reason:
        raise PermissionDenied(_sentence(reason)) from reason
    form = todo.form(request.POST if request.method == "POST" else None, subject=subject)
    if form.is_bound and form.is_valid() and _do(request, form, todo.run, subject):
        messages.success(request, todo.done)
        return redirect("agreements:agreement", code=code)
    return render(
        request, "agreements/step.html", pages.step(todo, subject, found, form), status=_status(form)
    )


@require_safe
def shareable(request: HttpRequest) -> HttpResponse:
    """Say what is still needed before this product may go to that organisation."""
    form = Shareable(request.GET or None)
    return render(request, "agreements/shareable.html", pages.shareable(form))


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Say what one may do, for which purpose, with whom and until when."""
    return render(request, "agreements/mine.html", pages.mine(request.user))


@require_safe
def expiring(request: HttpRequest) -> HttpResponse:
    """List what ends soon."""
    return render(request, "agreements/expiring.html", pages.expiring(request.user))


def _do(request: HttpRequest, form: Any, verb: Any, *subject: Any) -> Any:
    """Run a verb with the answers of a form; what the rules refuse becomes an error of the form."""
    try:
        return verb(*subject, **form.told(), by=request.user, at=timezone.now()) or True
    except NotPermitted as reason:
        raise PermissionDenied(_sentence(reason)) from reason
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _sentence(reason: Exception) -> str:
    text = str(reason)
    return text[:1].upper() + text[1:] + "."


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
