"""The weekly meeting: prepare it, arrange its agenda, work through it one by one, close it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.audit import log
from vangnet.casework import meeting_actions, meeting_files, meeting_forms, meeting_pages, reading
from vangnet.casework import meeting_reading as meetings
from vangnet.casework.actions import Conflict
from vangnet.casework.meeting_reading import Agenda
from vangnet.casework.models import Item, Meeting
from vangnet.casework.views import GET_OR_POST
from vangnet.identity.session import acting
from vangnet.ui.formats import day
from vangnet.vault import desks
from vangnet.vault.answers import at_desk
from vangnet.vault.desks import Desk
from vangnet.vault.doors import DoesNotHold

DONE = "Alle punten zijn behandeld. Sluit het overleg; dan is er een besluitenlijst."


@GET_OR_POST
@at_desk
def prepare(request: HttpRequest, at: Desk) -> HttpResponse:
    """Prepare a meeting; the agenda follows by rule."""
    _require_writing(at)
    first = {"held_on": timezone.localdate()}
    form = _meeting_form(request, at, first)
    conflict = ""
    if form.is_valid():
        try:
            made = meeting_actions.prepare(at, **form.asked, **acting(request))
        except Conflict as reason:
            conflict = str(reason)
        else:
            messages.success(request, "Het weegoverleg staat klaar. De agenda is samengesteld.")
            return redirect("casework:meeting", at.purpose.pk, made.pk)
    shown = {
        "at": at,
        "form": form,
        "conflict": conflict,
        "running": meetings.running(request.user),  # type: ignore[arg-type]
        "at_most": meeting_actions.AT_MOST,
        "breadcrumbs": meeting_pages.crumbs(at, last="Nieuw overleg"),
    }
    return render(request, "casework/meeting_new.html", shown, status=_status(form, conflict))


@require_safe
@at_desk
def meeting(request: HttpRequest, at: Desk, meeting: UUID) -> HttpResponse:
    """Show a meeting."""
    known = meetings.agenda(meetings.meeting(request.user, meeting))  # type: ignore[arg-type]
    return render(request, "casework/meeting.html", meeting_pages.meeting(at, known, places=desks.places()))


@GET_OR_POST
@at_desk
def change(request: HttpRequest, at: Desk, meeting: UUID) -> HttpResponse:
    """Change when it is, who leads it and who is there."""
    found = _own(request, at, meeting)
    if not found.is_open and request.method != "POST":
        return redirect("casework:meeting", at.purpose.pk, meeting)
    known = meetings.agenda(found)
    first = {
        "held_on": found.held_on,
        "chair": str(found.chair_id or ""),
        "present": [f"{one.user_id}/{one.organisation_id}" for one in known.present],
        "version": found.version,
    }
    form = _meeting_form(request, at, first)
    conflict = ""
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            meeting_actions.change(found, version=version, **form.asked, **acting(request))
        except (Conflict, DoesNotHold) as reason:
            conflict = str(reason)
        else:
            messages.success(request, "Het weegoverleg is gewijzigd.")
            return redirect("casework:meeting", at.purpose.pk, meeting)
    shown = {
        "at": at,
        "meeting": found,
        "present": known.present,
        "form": form,
        "conflict": conflict,
        "breadcrumbs": meeting_pages.crumbs(at, found, "Wijzigen"),
    }
    return render(request, "casework/meeting_change.html", shown, status=_status(form, conflict))


@GET_OR_POST
@at_desk
def arrange(request: HttpRequest, at: Desk, meeting: UUID) -> HttpResponse:
    """Put the agenda in another order, take something off it or put something on it."""
    found = _own(request, at, meeting)
    if not found.is_open and request.method != "POST":
        return redirect("casework:meeting", at.purpose.pk, meeting)
    known = meetings.agenda(found)
    form = meeting_forms.ArrangeForm(request.POST or None, agenda=known, initial={"version": found.version})
    conflict = ""
    if form.is_valid() and _added(request, form):
        told = {"order": form.order, "gone": form.gone, "added": form.cleaned_data["added"]}
        try:
            meeting_actions.arrange(found, version=form.cleaned_data["version"], **told, **acting(request))
        except Conflict as reason:
            conflict = str(reason)
        else:
            messages.success(request, "De agenda is gewijzigd.")
            return redirect("casework:meeting", at.purpose.pk, meeting)
    shown = {
        "at": at,
        "meeting": found,
        "form": form,
        "places": dict(desks.places()),
        "conflict": conflict,
        "breadcrumbs": meeting_pages.crumbs(at, found, "Agenda"),
    }
    return render(request, "casework/meeting_arrange.html", shown, status=_status(form, conflict))


@GET_OR_POST
@at_desk
def item(request: HttpRequest, at: Desk, meeting: UUID, signal: UUID) -> HttpResponse:
    """Show the signal that the meeting is at; put it off, take it up again, or go on to the next."""
    found = meetings.meeting(request.user, meeting)  # type: ignore[arg-type]
    known = meetings.agenda(found)
    one = known.item(signal)
    if not found.is_open:
        return redirect("casework:meeting", at.purpose.pk, meeting)
    form = meeting_forms.PutOffForm(request.POST if "uitstellen" in request.POST else None)
    conflict = ""
    if request.method == "POST":
        _require_writing(at)
        if "uitstellen" not in request.POST or form.is_valid():
            try:
                return _acted(request, at, known, one, form)
            except Conflict as reason:
                known = meetings.agenda(meetings.meeting(request.user, meeting))  # type: ignore[arg-type]
                one = known.item(signal)
                if form.is_bound and known.state(one) == Item.Status.OPEN:
                    form.add_error("to", str(reason))
                else:
                    conflict = str(reason)
    weighed = reading.weighing(reading.signal(request.user, signal))  # type: ignore[arg-type]
    shown = meeting_pages.item(at, known, one, weighed, form=form, places=desks.places())
    shown["conflict"] = conflict
    return render(request, "casework/meeting_item.html", shown, status=_status(form, conflict))


def _acted(request: HttpRequest, at: Desk, known: Agenda, one: Item, form: Any) -> HttpResponse:
    """Do what was asked, and go on to the next signal."""
    asked, told = request.POST, {"meeting": known.meeting, "signal": one.signal_id}
    if "uitstellen" in asked:
        put = meeting_actions.put_off(**told, to=form.cleaned_data["to"], **acting(request))
        messages.success(request, f"Signaal {one.signal.number} is uitgesteld tot {day(put.put_off_to)}.")
    elif "hervatten" in asked:
        meeting_actions.take_up(**told, **acting(request))
        return redirect("casework:meeting_item", at.purpose.pk, known.meeting.pk, one.signal_id)
    elif "hier" in asked:
        meeting_actions.go_to(**told, **acting(request))
        return redirect("casework:meeting_item", at.purpose.pk, known.meeting.pk, one.signal_id)
    return onward(request, at, known.meeting, after=one.signal_id)


def onward(request: HttpRequest, at: Desk, meeting: Meeting, *, after: UUID) -> HttpResponse:
    """Go to the next signal of a meeting and keep that as its place; to the meeting when there is none."""
    following = meetings.agenda(meeting).following(after)
    if following is None or following.signal_id == after:
        if following is None:
            messages.info(request, DONE)
        return redirect("casework:meeting", at.purpose.pk, meeting.pk)
    meeting_actions.go_to(meeting, following.signal_id, **acting(request))
    return redirect("casework:meeting_item", at.purpose.pk, meeting.pk, following.signal_id)


@GET_OR_POST
@at_desk
def close(request: HttpRequest, at: Desk, meeting: UUID) -> HttpResponse:
    """Close a meeting, after a look at what it decided and what goes to the next."""
    found = _own(request, at, meeting)
    if not found.is_open and request.method != "POST":
        return redirect("casework:meeting", at.purpose.pk, meeting)
    if request.method == "POST":
        try:
            meeting_actions.close(found, **acting(request))
        except Conflict as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, "Het weegoverleg is gesloten. Dit is de besluitenlijst.")
        return redirect("casework:meeting", at.purpose.pk, meeting)
    shown = meeting_pages.meeting(at, meetings.agenda(found), places=desks.places())
    shown["breadcrumbs"] = meeting_pages.crumbs(at, found, "Sluiten")
    return render(request, "casework/meeting_close.html", shown)


@require_safe
@at_desk
def decisions(request: HttpRequest, at: Desk, meeting: UUID, extension: str) -> HttpResponse:
    """Give the list of decisions as a file."""
    found = meetings.meeting(request.user, meeting)  # type: ignore[arg-type]
    if extension not in meeting_files.TYPES or found.is_open:
        raise Http404
    title = f"Besluitenlijst weegoverleg {day(found.held_on)}"
    mark, who = uuid4(), acting(request)
    content = meeting_files.written(
        meetings.agenda(found), extension, title=title, places=desks.places(), mark=mark, **who
    )
    log.record("casework.meeting.downloaded", found.pk, **who, kind=extension, mark=mark)
    disposition = f'attachment; filename="besluitenlijst-{found.held_on.isoformat()}.{extension}"'
    headers = {"Content-Disposition": disposition}
    return HttpResponse(content, content_type=meeting_files.TYPES[extension], headers=headers)


def _meeting_form(request: HttpRequest, at: Desk, first: dict[str, Any]) -> meeting_forms.MeetingForm:
    people = meetings.participants(at.purpose)
    chairs = meetings.chairs(people, at.organisation)
    return meeting_forms.MeetingForm(request.POST or None, people=people, chairs=chairs, initial=first)


def _added(request: HttpRequest, form: meeting_forms.ArrangeForm) -> bool:
    """Look up the signal that was asked for by number; say so when there is none."""
    number = form.cleaned_data["number"]
    form.cleaned_data["added"] = (
        meetings.signal_by_number(request.user, number) if number else None  # type: ignore[arg-type]
    )
    if number and form.cleaned_data["added"] is None:
        form.add_error("number", f"Er is hier geen signaal met nummer {number}.")
        return False
    return True


def _own(request: HttpRequest, at: Desk, wanted: UUID) -> Meeting:
    """Return a meeting that this session may change."""
    found = meetings.meeting(request.user, wanted)  # type: ignore[arg-type]
    _require_writing(at)
    return found


def _require_writing(at: Desk) -> None:
    if not at.writing:
        raise Http404


def _status(form: Any, conflict: str) -> int:
    if conflict:
        return 409
    return 422 if form.errors else 200
