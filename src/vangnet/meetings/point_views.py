"""Pages of an item: what is asked, where it has been, what was decided, and who does what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.directory.models import Body
from vangnet.meetings import actions, forms, reading
from vangnet.meetings.answers import Crumbs, answered, asked, crumbs, kept
from vangnet.meetings.models import ActionPoint, Matter, Ruling, Sitting, Stop
from vangnet.meetings.rules import Standing, changes_for, require, standing
from vangnet.meetings.sitting_views import GET_OR_POST, name
from vangnet.meetings.views import reader


@require_safe
@answered
def point(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show an item: its note, its way along the bodies, its papers, decision and actions."""
    found, user = reading.stop_at(request.user, pk), request.user
    at = reader(found.body_id)
    journey = reading.journey(user, found.matter)
    here = next(one for one in journey if one.stop.pk == found.pk)
    stops = list(found.sitting.stops.visible_to(user)) if found.sitting else []
    place = next((number for number, one in enumerate(stops) if one.pk == found.pk), 0)
    version = found.matter.version
    shown = {
        "stop": found,
        "here": here,
        "journey": [one for one in journey if len(journey) > 1 or one.is_done],
        "at": at,
        "place": place + 1,
        "total": len(stops),
        "before": stops[place - 1] if place else None,
        "following": stops[place + 1] if place + 1 < len(stops) else None,
        "papers": reading.papers(user, [found.matter_id]),
        "actions": reading.actions_of(user, stop=found),
        "judges": bool(version and at.speaks and version.pk in changes_for(found.body_id)),
        "may_note": not here.is_done and _writes(found, at),
        "may_rule": at.speaks and found.sitting is not None and found.sitting.state != Sitting.State.PLANNED,
        "may_add": at.raises and not here.is_done,
        "last_said": reading.last_said(journey),
        "matter_key": str(found.matter_id),
        "breadcrumbs": _way(found),
    }
    return render(request, "meetings/point.html", shown)


def _writes(stop: Stop, at: Standing) -> bool:
    """Say whether a session rewrites the note: it keeps the body, or sits in it and wrote what waits."""
    return at.keeps or (at.sits and stop.sitting is None and stop.written_by_id == at.account)


def _way(stop: Stop, last: str = "") -> Crumbs:
    steps = [(stop.body.name, f"/vergaderingen/?overleg={stop.body_id}")]
    if stop.sitting:
        stop.sitting.body = stop.body
        steps = [(name(stop.sitting), reverse("meetings:sitting", args=[stop.sitting_id]))]
    here = (stop.matter.title, reverse("meetings:point", args=[stop.pk]))
    return crumbs(*steps, here, last=last) if last else crumbs(*steps, last=stop.matter.title)


@GET_OR_POST
@answered
def raise_matter(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring a matter in a body."""
    body, at = reading.body_at(request.user, slug), standing(slug)
    require(at.raises, at)
    form = forms.RaiseForm(request.POST or None)
    matter, stop = Matter(body=body), Stop()

    def keep(told: dict[str, Any], **by: Any) -> None:
        stop.id = told["id"] or stop.id
        matter.title = told["title"]
        for field, value in form.note().items():
            setattr(stop, field, value)
        actions.raise_matter(matter, stop, **by)

    if kept(form, request, keep):
        messages.success(request, "Het punt is ingebracht en wacht op een agenda.")
        return redirect("meetings:point", stop.pk)
    last = "Breng een punt in"
    return asked(
        request, form,
        title=last,
        lead=f"Een punt voor {body.name}, met een oplegnotitie. De secretaris zet het op een agenda.",
        button="Breng in",
        way=crumbs((body.name, f"/vergaderingen/?overleg={body.pk}"), last=last),
    )  # fmt: skip


@GET_OR_POST
@answered
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Rewrite the note with an item, until the body decided."""
    found = reading.stop_at(request.user, pk)
    at = standing(found.body_id)
    require(_writes(found, at), at)
    fields = ("aim", "occasion", "asked", "caveats", "follow_up")
    initial = {field: getattr(found, field) for field in fields}
    form = forms.NoteForm(request.POST or None, initial={**initial, "seen": found.revision})

    def keep(told: dict[str, Any], **by: Any) -> None:
        actions.write_note(found, seen=told["seen"], **form.note(), **by)

    if kept(form, request, keep):
        messages.success(request, "De oplegnotitie is bewaard.")
        return redirect("meetings:point", pk)
    last = "Oplegnotitie"
    return asked(
        request, form,
        title=f"Oplegnotitie: {found.matter.title}",
        lead="Wat wordt gevraagd, waarom, en wat erbij hoort. Na het besluit staat de notitie vast.",
        button="Bewaar",
        way=_way(found, last),
    )  # fmt: skip


@GET_OR_POST
@answered
def rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record what the body decided, or mend it by a next version."""
    found = reading.stop_at(request.user, pk)
    at = standing(found.body_id)
    require(at.speaks, at)
    if found.sitting is None or found.sitting.state == Sitting.State.PLANNED:
        raise Http404
    known = list(Ruling.objects.visible_to(request.user).filter(stop=found).select_related("to"))
    form = _ruling_form(request, found, known)

    def keep(told: dict[str, Any], **by: Any) -> None:
        number = told.pop("seen") + 1
        actions.rule(Ruling(stop=found, number=number, **told), **by)

    if kept(form, request, keep):
        messages.success(request, "Het besluit is vastgelegd.")
        return redirect("meetings:point", pk)
    last = "Herstel het besluit" if known else "Leg het besluit vast"
    lead = f"{found.matter.title}. Gevraagd: {found.asked or found.get_aim_display().lower()}"
    return asked(request, form, title=last, lead=lead, button="Leg vast", way=_way(found, last))


def _ruling_form(request: HttpRequest, stop: Stop, known: list[Ruling]) -> forms.RulingForm:
    last = known[-1] if known else None
    outcomes = list(Ruling.Outcome.choices)
    if stop.matter.version_id:  # what a body says of a change of the strategy stands with the proposal
        waits = stop.matter.version_id in changes_for(stop.body_id)
        wanted = Ruling.Outcome.HELD_OVER if waits else Ruling.Outcome.NOTED
        outcomes = [one for one in outcomes if one[0] == (last.outcome if last else wanted)]
    initial: dict[str, Any] = {"seen": len(known)}
    if last:
        initial |= {
            "outcome": last.outcome,
            "words": last.words,
            "reservations": last.reservations,
            "to": last.to,
        }
    beside = Body.objects.visible_to(request.user).as_of(timezone.localdate())
    return forms.RulingForm(
        request.POST or None,
        initial=initial,
        outcomes=outcomes,
        bodies=beside.filter(Q(pk=stop.body.above_id) | Q(above=stop.body_id)),
        is_adopted=stop.sitting is not None and stop.sitting.state == Sitting.State.ADOPTED,
    )


@GET_OR_POST
@answered
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree on an action that comes from an item."""
    found = reading.stop_at(request.user, pk)
    at = standing(found.body_id)
    require(at.keeps, at)
    if found.sitting is None or found.sitting.state == Sitting.State.PLANNED:
        raise Http404
    form = forms.ActionForm(request.POST or None, user=request.user)  # type: ignore[arg-type]

    def keep(told: dict[str, Any], **by: Any) -> None:
        key = told.pop("id")
        action = ActionPoint(sitting=found.sitting, stop=found, **told)
        action.id = key or action.id
        actions.agree_action(action, **by)

    if kept(form, request, keep):
        messages.success(request, "De actie is vastgelegd. Wie haar doet, ziet haar bij de eigen acties.")
        return redirect("meetings:point", pk)
    last = "Nieuwe actie"
    lead = f"{found.matter.title}. Wie doet wat, voor welke dag?"
    return asked(request, form, title=last, lead=lead, button="Leg vast", way=_way(found, last))


@GET_OR_POST
@answered
def finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record that an action is done."""
    everything = ActionPoint.objects.visible_to(request.user).select_related("sitting__body", "owner")
    found = everything.filter(pk=pk).first()
    if found is None:
        raise Http404
    at = standing(found.sitting.body_id)
    require(at.keeps or found.owner_id == at.account, at)
    form = forms.FinishForm(request.POST or None)
    if kept(form, request, lambda told, **by: actions.finish_action(found, **told, **by)):
        messages.success(request, "De actie is afgerond.")
        return redirect(
            "meetings:mine" if found.owner_id == at.account else "meetings:sitting", *_where(found, at)
        )
    last = "Rond een actie af"
    lead = f"{found.what} ({found.owner}, uiterlijk {found.due_on:%d-%m-%Y})."
    back = (name(found.sitting), reverse("meetings:sitting", args=[found.sitting_id]))
    return asked(request, form, title=last, lead=lead, button="Rond af", way=crumbs(back, last=last))


def _where(action: ActionPoint, at: Any) -> list[Any]:
    return [] if action.owner_id == at.account else [action.sitting_id]
