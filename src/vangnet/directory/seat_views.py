"""Pages on which the seats of a body are kept: opened, given to somebody, and ended."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from vangnet.directory import actions, forms, reading
from vangnet.directory.answers import Crumbs, answered, asked, crumbs, kept
from vangnet.directory.models import Holder, Seat
from vangnet.directory.rules import require, standing
from vangnet.directory.views import BODIES

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_OR_POST
@answered
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a seat in a body."""
    body, at = reading.body_at(request.user, slug), standing(slug)
    require(at.keeps, at)
    form = forms.SeatForm(request.POST or None, body=body, user=request.user)  # type: ignore[arg-type]
    if kept(form, request, lambda told, **acting: actions.open_seat(body, **told, **acting)):
        messages.success(request, "De zetel is geopend en nog vacant. Benoem iemand.")
        return redirect(_body(slug, form.cleaned_data["since"]))
    return asked(
        request, form,
        title="Nieuwe zetel",
        lead=f"Een zetel in {body.name}: van welke organisatie, in welke rol en vanaf wanneer.",
        button="Open de zetel",
        way=_way(slug, body.name, "Nieuwe zetel"),
    )  # fmt: skip


@GET_OR_POST
@answered
def appoint(request: HttpRequest, seat: UUID) -> HttpResponse:
    """Let somebody of the organisation hold a seat."""
    found = _kept_seat(request, seat)
    form = forms.HolderForm(request.POST or None, seat=found, user=request.user)  # type: ignore[arg-type]
    if kept(form, request, lambda told, **acting: actions.appoint(found, **told, **acting)):
        messages.success(request, "De zetel is bezet. Op de bladzijde van het overleg staat vanaf wanneer.")
        return redirect(_body(found.body_id, found.period.lower))
    return asked(
        request, form,
        title="Benoem iemand in een zetel",
        lead=f"{forms.seat_name(found)}, in {found.body.name}. U kunt uzelf niet benoemen.",
        button="Benoem",
        way=_way(found.body_id, found.body.name, "Benoemen"),
    )  # fmt: skip


@GET_OR_POST
@answered
def vacate(request: HttpRequest, seat: UUID) -> HttpResponse:
    """Let the holder of a seat stop; the seat stays."""
    found = _kept_seat(request, seat)
    day = timezone.localdate()
    holder = Holder.objects.visible_to(request.user).as_of(day).filter(seat=found).first()
    if holder is None:
        raise Http404
    form = forms.EndForm(request.POST or None)
    if kept(form, request, lambda told, **acting: actions.step_down(holder, **told, **acting)):
        messages.success(request, "Dit is vastgelegd. Vanaf die dag is de zetel vacant.")
        return redirect("directory:body", slug=found.body_id)
    return asked(
        request, form,
        title="Laat de bezetting van een zetel eindigen",
        lead=f"{forms.seat_name(found)}, in {found.body.name}. De zetel blijft en wordt vacant.",
        button="Leg vast",
        way=_way(found.body_id, found.body.name, "Bezetting eindigt"),
    )  # fmt: skip


@GET_OR_POST
@answered
def close(request: HttpRequest, seat: UUID) -> HttpResponse:
    """Let a seat end with its deputies."""
    found = _kept_seat(request, seat)
    form = forms.EndForm(request.POST or None)
    if kept(form, request, lambda told, **acting: actions.close_seat(found, **told, **acting)):
        messages.success(request, "De zetel eindigt op die dag, met zijn plaatsvervangers.")
        return redirect("directory:body", slug=found.body_id)
    return asked(
        request, form,
        title="Laat een zetel eindigen",
        lead=f"{forms.seat_name(found)}, in {found.body.name}. Wie hem houdt en vervangt, eindigt mee.",
        button="Laat eindigen",
        way=_way(found.body_id, found.body.name, "Zetel eindigt"),
    )  # fmt: skip


def _kept_seat(request: HttpRequest, pk: UUID) -> Seat:
    """Return a seat that this session may keep, also one that has yet to begin.

    Raises
    ------
    Http404
        There is none, or it is over.
    """
    goes_on = Q(period__endswith=None) | Q(period__endswith__gt=timezone.localdate())
    seats: Any = Seat.objects.visible_to(request.user).filter(goes_on, pk=pk)
    found: Seat | None = seats.select_related("body", "organisation", "function").first()
    if found is None:
        raise Http404
    require((at := standing(found.body_id)).keeps, at)
    return found


def _body(slug: str, since: date) -> str:
    """Return the page of a body on a day on which a seat that begins then is there."""
    day = f"?op={since}" if since > timezone.localdate() else ""
    return reverse("directory:body", args=[slug]) + day


def _way(slug: str, name: str, last: str) -> Crumbs:
    return crumbs(BODIES, (name, reverse("directory:body", args=[slug])), last=last)
