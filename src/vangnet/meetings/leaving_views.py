"""The page on which all that somebody holds goes to others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from vangnet.directory.answers import answered, crumbs, kept
from vangnet.directory.forms import seat_name
from vangnet.directory.people_views import GET_OR_POST, PEOPLE, somebody
from vangnet.directory.rules import require, standing
from vangnet.identity.models import User
from vangnet.meetings import leaving, reading
from vangnet.meetings.leaving_forms import LeaverForm


def _leaver(request: HttpRequest, pk: UUID) -> tuple[User, list[tuple[str, str]]]:
    """Return somebody with a page and the way to it, or somebody who only left an action behind.

    Raises
    ------
    Http404
        There is nobody of that kind.
    """
    user: Any = request.user
    try:
        found = somebody(request, pk)
    except Http404:
        if not reading.actions_of(user, owner=pk, done_on=None):
            raise
        return User.objects.visible_to(user).get(pk=pk), []
    return found, [(found.name, reverse("directory:person", args=[pk]))]


@GET_OR_POST
@answered
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Pass on what somebody who leaves holds."""
    at = standing()
    require(at.is_driving, at)
    user: Any = request.user
    today, (found, way) = timezone.localdate(), _leaver(request, pk)
    estate = leaving.estate(user, pk, today)
    form = LeaverForm(request.POST or None, estate=estate, account=pk, user=user)
    if not estate.is_empty and kept(form, request, lambda told, **acting: _passed(form, found, told, acting)):
        messages.success(
            request, f"Het werk van {found.name} is overgedragen. Vacante zetels staan hieronder."
        )
        return redirect("directory:faults")
    shown = {
        "person": found,
        "estate": estate,
        "form": form,
        "seats": [
            (one, seat_name(one.seat), estate.goals.get(one.seat.portfolio_id or "", ()))
            for one in estate.seats
        ],
        "back": way[0][1] if way else PEOPLE[1],  # who never held a seat has no page of their own any more
        "title": f"Draag het werk van {found.name} over",
        "breadcrumbs": crumbs(PEOPLE, *way, last="Overdragen"),
    }
    return render(request, "meetings/hand_over.html", shown, status=422 if form.errors else 200)


def _passed(form: LeaverForm, found: User, told: dict[str, Any], acting: dict[str, Any]) -> None:
    on = told.get("on", timezone.localdate())
    leaving.hand_over(found, seats=form.successors(), actions=form.heirs(), on=on, **acting)
