"""Pages on which a meeting is planned, filled, held and adopted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.session import acting
from vangnet.meetings import actions, forms, reading
from vangnet.meetings.answers import Crumbs, answered, asked, crumbs, kept
from vangnet.meetings.list_forms import AgendaForm, attendance_form
from vangnet.meetings.models import Matter, Sitting, Stop
from vangnet.meetings.rules import MEANWHILE, require, standing
from vangnet.ui.formats import day

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def name(sitting: Sitting) -> str:
    """Return what a meeting is called."""
    return f"{sitting.body.name}, {day(timezone.localdate(sitting.starts_at))}"


def way(sitting: Sitting, last: str) -> Crumbs:
    """Return the way to a page of a meeting."""
    return crumbs((name(sitting), reverse("meetings:sitting", args=[sitting.pk])), last=last)


def _kept_sitting(request: HttpRequest, pk: UUID) -> Sitting:
    """Return a meeting of a body that this session keeps."""
    found = reading.sitting_at(request.user, pk)
    require((at := standing(found.body_id)).keeps, at)
    return found


@GET_OR_POST
@answered
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan a meeting of a body."""
    body, at = reading.body_at(request.user, slug), standing(slug)
    require(at.keeps, at)
    form = forms.PlanForm(request.POST or None, user=request.user)  # type: ignore[arg-type]
    sitting = Sitting(body=body)

    def keep(told: dict[str, Any], **by: Any) -> None:
        sitting.id = told["id"] or sitting.id
        sitting.kind, sitting.topic, sitting.room = told["kind"], told["topic"], told["room"]
        sitting.state = Sitting.State.HELD if told["held"] else Sitting.State.PLANNED
        for one, value in form.moments().items():
            setattr(sitting, one, value)
        actions.plan(sitting, **by)

    if kept(form, request, keep):
        messages.success(request, "De vergadering is vastgelegd. Zet nu punten op de agenda.")
        return redirect("meetings:sitting", sitting.pk)
    last = "Nieuwe vergadering"
    return asked(
        request, form,
        title=last,
        lead=f"Een vergadering van {body.name}. Voorzitter en secretaris volgen uit de zetels.",
        button="Leg de vergadering vast",
        way=crumbs((body.name, f"/vergaderingen/?overleg={body.pk}"), last=last),
    )  # fmt: skip


@GET_OR_POST
@answered
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move a meeting to another day or place."""
    found = _kept_sitting(request, pk)
    begins, ends = timezone.localtime(found.starts_at), timezone.localtime(found.ends_at)
    initial = {"day": begins.date(), "begins": begins.time(), "ends": ends.time(), "place": found.place}
    form = forms.ChangeForm(request.POST or None, initial={**initial, "seen": found.revision})

    def keep(told: dict[str, Any], **by: Any) -> None:
        actions.change(found, seen=told["seen"], **form.moments(), **by)

    if kept(form, request, keep):
        messages.success(
            request, "Dag, tijd en plaats zijn gewijzigd. Agenda's die hierop geabonneerd zijn, volgen."
        )
        return redirect("meetings:sitting", pk)
    last = "Wijzig dag of plaats"
    lead = f"{name(found)}. Wie een agenda-koppeling heeft, ziet de wijziging vanzelf."
    return asked(request, form, title=last, lead=lead, button="Bewaar", way=way(found, last))


@GET_OR_POST
@answered
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a meeting be off; its items wait again."""
    found = _kept_sitting(request, pk)
    form = forms.CancelForm(request.POST or None, initial={"seen": found.revision})

    def keep(told: dict[str, Any], **by: Any) -> None:
        actions.change(found, state=Sitting.State.CANCELLED, **told, **by)

    if kept(form, request, keep):
        messages.success(request, "De vergadering vervalt. De punten wachten weer op een agenda.")
        return redirect("meetings:sitting", pk)
    last = "Laat de vergadering vervallen"
    lead = f"{name(found)}. De punten op de agenda gaan terug naar de wachtlijst van het overleg."
    return asked(request, form, title=last, lead=lead, button="Laat vervallen", way=way(found, last))


@require_POST
@answered
def hold(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record that a meeting was held, so that decisions follow."""
    found = _kept_sitting(request, pk)
    seen = request.POST.get("seen", "")
    try:
        if not seen.isdecimal() or len(seen) > 9:
            raise DoesNotHold(MEANWHILE)
        actions.change(found, seen=int(seen), state=Sitting.State.HELD, **acting(request))
    except DoesNotHold as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "De vergadering is gehouden. Leg vast wie er waren en wat is besloten.")
    return redirect("meetings:sitting", pk)


@GET_OR_POST
@answered
def adopt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Adopt the list of decisions: from then on it is mended by a next version only."""
    found = reading.sitting_at(request.user, pk)
    require((at := standing(found.body_id)).speaks, at)
    form = forms.AdoptForm(request.POST or None, initial={"seen": found.revision})

    def keep(told: dict[str, Any], **by: Any) -> None:
        actions.change(found, state=Sitting.State.ADOPTED, **told, **by)

    if kept(form, request, keep):
        messages.success(request, "De besluitenlijst is vastgesteld.")
        return redirect("meetings:sitting", pk)
    last = "Stel de besluitenlijst vast"
    lead = f"{name(found)}. Daarna verandert een besluit alleen nog met een nieuwe versie en een reden."
    return asked(request, form, title=last, lead=lead, button="Stel vast", way=way(found, last))


@GET_OR_POST
@answered
def agenda(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put what waits on the agenda, and in order."""
    found = _kept_sitting(request, pk)
    form = AgendaForm(
        request.POST or None,
        initial={"seen": found.revision},
        points=reading.agenda(request.user, found),
        waiting=reading.waiting(request.user, found.body),
    )

    def keep(told: dict[str, Any], **by: Any) -> None:
        stops = [_listed(stop, **by) if stop._state.adding else stop for stop in form.chosen()]
        actions.put_in_order(found, stops, seen=told["seen"], **by)

    if kept(form, request, keep):
        messages.success(request, "De agenda is bewaard.")
        return redirect("meetings:sitting", pk)
    shown = {"form": form, "sitting": found, "name": name(found), "breadcrumbs": way(found, "Agenda")}
    return render(request, "meetings/agenda.html", shown, status=422 if form.errors else 200)


def _listed(stop: Stop, **by: Any) -> Stop:
    """Keep a change of the strategy as an item of the body that it waits for."""
    matter: Matter = stop.matter
    return actions.raise_matter(matter, stop, **by)


@GET_OR_POST
@answered
def attendance(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record for each seat whether it was filled."""
    found = _kept_sitting(request, pk)
    form = attendance_form(request.POST or None, request.user, found)  # type: ignore[arg-type]

    def keep(told: dict[str, Any], **by: Any) -> None:
        actions.attend(found, form.came(), seen=told["seen"], **by)

    if kept(form, request, keep):
        messages.success(request, "De aanwezigheid is bewaard.")
        return redirect("meetings:sitting", pk)
    shown = {"form": form, "sitting": found, "name": name(found), "breadcrumbs": way(found, "Aanwezigheid")}
    return render(request, "meetings/attendance.html", shown, status=422 if form.errors else 200)


@require_POST
@answered
def register(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Register oneself for a meeting about a theme, or take that back."""
    found = reading.sitting_at(request.user, pk)
    at = standing(found.body_id)
    require(at.reads, at)
    is_off = request.POST.get("afmelden") == "1"
    try:
        (actions.unregister if is_off else actions.register)(found, **acting(request))
    except DoesNotHold as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "U bent afgemeld." if is_off else "U bent aangemeld.")
    return redirect("meetings:sitting", pk)
