"""The page on which an administrator makes systems of the organisation, and gives and takes their tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vangnet.identity import session, systems
from vangnet.identity.forms import NewSystem, NewToken
from vangnet.identity.models import Organisation
from vangnet.identity.pages import SECURITY, START
from vangnet.identity.proof import fresh_proof_required
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.identity.session import acting


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def systems_of_mine(request: HttpRequest) -> HttpResponse:
    """List the systems of one's organisation; make one, give it a token, take a token back."""
    at = session.organisation()
    if at is None or not systems.may_manage(at):
        raise Http404
    organisation = Organisation.objects.visible_to(request.user).get(pk=at)
    if request.method != "POST":
        return _page(request, organisation)
    wanted = {"maak": _register, "geef": _issue, "intrekken": _revoke}.get(request.POST.get("doe", ""))
    if wanted is None:
        raise Http404
    answer: HttpResponse = wanted(request, organisation)
    return answer


def _register(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    form = NewSystem(request.POST)
    if not form.is_valid():
        return _page(request, organisation, new=form, status=422)
    made = systems.register(organisation=organisation, name=form.cleaned_data["naam"], **acting(request))
    messages.success(
        request, f"{made.name} is gemaakt. Geef het een token, en een autorisatie onder het convenant."
    )
    return redirect("account_systems")


@fresh_proof_required
def _issue(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    form = NewToken(request.POST, systems=_choices(organisation))
    if not form.is_valid():
        return _page(request, organisation, token=form, status=422)
    try:
        secret = systems.issue(
            UUID(form.cleaned_data["systeem"]),
            organisation=organisation.pk,
            until=form.until,
            **acting(request),
        )
    except DoesNotHold as reason:
        form.add_error("tot_en_met", str(reason))
        return _page(request, organisation, token=form, status=422)
    return _page(request, organisation, secret=secret)


def _revoke(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    try:
        systems.revoke(UUID(request.POST.get("token", "")), **acting(request))
    except (ValueError, NotPermitted) as error:
        raise Http404 from error
    messages.success(request, "Dit token is ingetrokken. De volgende aanvraag ermee wordt geweigerd.")
    return redirect("account_systems")


def _choices(organisation: Organisation) -> list[tuple[str, str]]:
    return [(str(one.account), one.name) for one in systems.of(organisation.pk) if one.is_active]


def _page(
    request: HttpRequest,
    organisation: Organisation,
    *,
    new: NewSystem | None = None,
    token: NewToken | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    found = systems.of(organisation.pk)
    choices = [(str(one.account), one.name) for one in found if one.is_active]
    shown: dict[str, Any] = {
        "organisation": organisation,
        "systems": found,
        "new": new or NewSystem(),
        "token": (token or NewToken(systems=choices)) if choices else None,
        "secret": secret,
        "breadcrumbs": [START, SECURITY, ("Systemen", "")],
    }
    return render(request, "account/systems.html", shown, status=status)
