"""Pages of meetings: the list, a meeting, and what waits for whoever asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.directory.models import Body, Holder
from vangnet.identity.rules import NotPermitted
from vangnet.meetings import pending, reading
from vangnet.meetings.answers import answered, crumbs
from vangnet.meetings.models import Registration, Sitting
from vangnet.meetings.rules import standing
from vangnet.ui.formats import day as day_of

COMING, PAST = "komend", "geweest"
LISTS = {COMING: "Komend", PAST: "Geweest"}


def reader(body: str = "") -> Any:
    """Return what this session may do with a body; who works for no partner is not let in.

    Raises
    ------
    NotPermitted
        The session works for no partner.
    """
    at = standing(body)
    if not at.reads:
        raise NotPermitted("alleen voor wie in het netwerk werkt")
    return at


@require_safe
@answered
def sittings(request: HttpRequest) -> HttpResponse:
    """List meetings: coming or past, of all bodies or one; with what waits for that one."""
    here, slug = request.GET.get("lijst", COMING), request.GET.get("overleg", "").replace("\0", "")[:60]
    at, user, now = reader(slug), request.user, timezone.now()
    if here not in LISTS:
        raise Http404
    bodies = list(Body.objects.visible_to(user).as_of(timezone.localdate()))
    body = next((one for one in bodies if one.pk == slug), None)
    if slug and body is None:
        raise Http404
    found = Sitting.objects.visible_to(user).select_related("body", "topic")
    found = found.filter(body=body) if body else found
    found = (
        found.filter(ends_at__gte=now, state__in=[Sitting.State.PLANNED, Sitting.State.HELD])
        if here == COMING
        else found.exclude(ends_at__gte=now, state__in=[Sitting.State.PLANNED, Sitting.State.HELD]).order_by(
            "-starts_at", "pk"
        )
    )
    shown = {
        "page": Paginator(found, 25).get_page(request.GET.get("pagina")),
        "lists": _lists(here, slug),
        "list_name": LISTS[here],
        "bodies": bodies,
        "body": body,
        "at": at,
        "mine": Body.objects.visible_to(user).spoken_for_by(user) if at.is_strong and not body else [],
        "waiting": reading.waiting(user, body) if body else [],
        "breadcrumbs": crumbs(),
    }
    return render(request, "meetings/sittings.html", shown)


def _lists(here: str, slug: str) -> list[dict[str, Any]]:
    more = f"&overleg={slug}" if slug else ""
    return [
        {"label": label, "url": f"?lijst={code}{more}", "current": code == here}
        for code, label in LISTS.items()
    ]


@require_safe
@answered
def sitting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a meeting: its agenda with what was decided, who was there, and who does what."""
    found, user = reading.sitting_at(request.user, pk), request.user
    at, day = reader(found.body_id), timezone.localdate(found.starts_at)
    points = reading.agenda(user, found)
    coming = Registration.objects.visible_to(user).filter(sitting=found).select_related("account")
    people = list(coming) if found.kind == Sitting.Kind.THEME else []
    shown = {
        "sitting": found,
        "at": at,
        "points": points,
        "open_points": [point for point in points if not point.is_done],
        "chairs": reading.chairs(user, found.body, day),
        "presences": reading.presences(user, found),
        "actions": reading.actions_of(user, sitting=found),
        "is_past": found.starts_at <= timezone.now(),
        "may_begin": day <= timezone.localdate(),
        "registrations": people,
        "is_registered": any(one.account_id == at.account for one in people),
        "breadcrumbs": crumbs(
            (found.body.name, f"/vergaderingen/?overleg={found.body_id}"), last=_name(found)
        ),
    }
    return render(request, "meetings/sitting.html", shown)


def _name(found: Sitting) -> str:
    return day_of(timezone.localdate(found.starts_at))


@require_safe
@answered
def mine(request: HttpRequest) -> HttpResponse:
    """Show what waits for whoever asks: actions, coming meetings, and what their bodies have to do."""
    at, user, now = reader(), request.user, timezone.now()
    today = timezone.localdate()
    held = Holder.objects.visible_to(user).as_of(today).filter(account=user.pk)
    bodies = set(held.values_list("seat__body", flat=True))
    everything = Sitting.objects.visible_to(user).select_related("body", "topic")
    registered = Registration.objects.visible_to(user).filter(account=user.pk)
    spoken = list(Body.objects.visible_to(user).spoken_for_by(user)) if at.is_strong else []
    coming = everything.filter(ends_at__gte=now, state=Sitting.State.PLANNED)
    shown = {
        "at": at,
        "today": today,
        "actions": reading.actions_of(user, owner=user.pk, done_on=None),
        "done": reading.actions_of(user, owner=user.pk, done_on__isnull=False)[-10:],
        "coming": coming.filter(body__in=bodies) | coming.filter(pk__in=registered.values("sitting")),
        "unfinished": everything.filter(
            body__in=spoken, starts_at__lt=now, state__in=[Sitting.State.PLANNED, Sitting.State.HELD]
        ),
        "waits": pending.matters() if at.is_strong else [],
        "breadcrumbs": crumbs(last="Mijn acties en vergaderingen"),
    }
    return render(request, "meetings/mine.html", shown)
