"""Calendar feeds: their keys, and the calendar that whoever has a key may fetch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.session import acting
from vangnet.meetings import actions, forms, ical
from vangnet.meetings.answers import answered, crumbs, kept
from vangnet.meetings.models import FeedKey
from vangnet.meetings.rules import require, standing
from vangnet.meetings.sitting_views import GET_OR_POST

MINE = ("Mijn acties en vergaderingen", "/vergaderingen/mijn/")


@GET_OR_POST
@answered
def feeds(request: HttpRequest) -> HttpResponse:
    """List one's own calendar feeds and open another; its address is shown once."""
    at = standing()
    require(at.reads, at)
    form = forms.FeedForm(request.POST or None, user=request.user)  # type: ignore[arg-type]
    address = ""

    def keep(told: dict[str, Any], **by: Any) -> None:
        nonlocal address
        key = actions.make_key(body=told["body"], pk=told["id"], **by)
        address = request.build_absolute_uri(reverse("meetings:calendar", args=[key]))

    if kept(form, request, keep):
        form = forms.FeedForm(user=request.user)  # type: ignore[arg-type]
    shown = {
        "form": form,
        "address": address,
        "keys": FeedKey.objects.visible_to(request.user).select_related("body")[:50],
        "breadcrumbs": crumbs(MINE, last="Agenda-koppelingen"),
    }
    return render(request, "meetings/feeds.html", shown, status=422 if form.errors else 200)


@require_POST
@answered
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a feed give nothing any more."""
    found = FeedKey.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    try:
        actions.revoke_key(found, **acting(request))
    except DoesNotHold as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "De koppeling is ingetrokken. Het adres geeft niets meer.")
    return redirect("meetings:feeds")


@login_not_required  # the key in the address is the way in: a calendar program signs in nowhere
@require_safe
@never_cache
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """Give the calendar of a key; one that is revoked is as one that does not exist."""
    rows: list[Any] = connection.ask_bound("SELECT * FROM meetings_feed(%s)", [key])  # type: ignore[attr-defined]
    if not rows:
        raise Http404
    name = rows[0][1] or "Mijn vergaderingen"
    events = [ical.Event(*row[:9]) for row in rows[1:]]

    def address(sitting: UUID) -> str:
        return request.build_absolute_uri(reverse("meetings:sitting", args=[sitting]))

    body = ical.calendar(f"Vangnet: {name}", events, address)
    headers = {"Content-Disposition": 'inline; filename="vergaderingen.ics"'}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
