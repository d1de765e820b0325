"""Weighing a signal: opening it, one step after the other, and the outcome."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from vangnet.casework import actions, drafts, forms, meeting_reading, pages, reading
from vangnet.casework.actions import Conflict
from vangnet.casework.meeting_views import onward
from vangnet.casework.models import Meeting, Signal
from vangnet.casework.protocol import Step
from vangnet.casework.reading import Weighing
from vangnet.casework.views import GET_OR_POST
from vangnet.identity.session import acting
from vangnet.vault import opening
from vangnet.vault.answers import at_desk
from vangnet.vault.desks import Desk
from vangnet.vault.opening import Reason

NOTHING: dict[str, Any] = {"answer": "", "reasons": {}}


@transaction.non_atomic_requests
@require_POST
@at_desk
def open_signal(request: HttpRequest, at: Desk, signal: UUID) -> HttpResponse:
    """Open what was reported and why it was weighed so: the line in the log first, then the words."""
    with transaction.atomic():
        found = reading.signal(request.user, signal)  # type: ignore[arg-type]
        records = reading.records(signal)
    opened = opening.open_records(
        records, dossier=signal, zone=at.zone, reason=Reason.ASSESSMENT, **acting(request)
    )
    with transaction.atomic():
        shown = pages.opened(at, reading.weighing(found), opened) | _way(request, at, found)
        return render(request, "casework/opened.html", shown)


@GET_OR_POST
@at_desk
def weigh(request: HttpRequest, at: Desk, signal: UUID) -> HttpResponse:
    """Begin a weighing, or take the next step."""
    found = _own(request, at, signal)
    if request.method == "POST" and "begin" in request.POST:
        return _done(request, at, found, lambda: actions.start_weighing(found, **acting(request)), "")
    known = reading.weighing(found)
    step = _asked(request, known)
    if step is None:
        onward = "casework:conclude" if known.outcomes else "casework:signal"
        return _in_meeting(request, redirect(onward, at.purpose.pk, signal))
    draft = drafts.Place(at.purpose.pk, at.zone, drafts.WEIGHING, f"{signal}:{step.code}")
    names = forms.StepForm(step=step).fields
    if done := drafts.answered(request, draft, names, now=timezone.now()):
        return _in_meeting(request, done)
    kept, begun = drafts.offered(request, draft)
    form = forms.StepForm(request.POST or None, step=step, initial=begun)
    if request.method == "POST" and (step != known.next_step or form.is_valid()):
        told = (
            {"answer": form.cleaned_data["answer"], "reasons": form.reasons} if form.is_valid() else NOTHING
        )
        try:
            actions.take_step(found, code=step.code, **told, **acting(request))
        except Conflict as reason:
            # What was typed stays on the page, under the question that it answers.
            shown = pages.weighing(at, known, form, conflict=str(reason)) | _way(request, at, found)
            return render(request, "casework/weigh.html", shown, status=409)
        drafts.discard(draft, by=request.user)  # type: ignore[arg-type]
        return _next(request, at, found)
    status = 422 if form.errors else 200
    shown = pages.weighing(at, known, form) | _way(request, at, found)
    shown |= {"draft": kept, "has_draft_open": bool(begun)}
    return render(request, "casework/weigh.html", shown, status=status)


def _asked(request: HttpRequest, known: Weighing) -> Step | None:
    """Return the step that was answered, whichever is next by now; or the one to ask."""
    if request.method != "POST" or "stap" not in request.POST:
        return known.next_step
    try:
        return known.machine.step(request.POST["stap"])
    except KeyError as error:
        raise Http404 from error


@GET_OR_POST
@at_desk
def conclude(request: HttpRequest, at: Desk, signal: UUID) -> HttpResponse:
    """End a weighing with an outcome and a route."""
    found = _own(request, at, signal)
    known = reading.weighing(found)
    if request.method == "GET" and not known.outcomes:
        return redirect("casework:signal", at.purpose.pk, signal)
    outcomes = known.outcomes or tuple(Signal.Outcome.values)
    form = forms.OutcomeForm(
        request.POST or None, outcomes=outcomes, machine=known.machine, given=known.given
    )
    if form.is_valid():
        try:
            ended = actions.conclude(found, **form.cleaned_data, **acting(request))
        except Conflict as reason:
            shown = pages.concluding(at, known, form, str(reason)) | _way(request, at, found)
            return render(request, "casework/conclude.html", shown, status=409)
        messages.success(request, f"Signaal {ended.number}: {ended.get_outcome_display().lower()}.")
        return _after(request, at, ended)
    status = 422 if form.errors else 200
    shown = pages.concluding(at, known, form) | _way(request, at, found)
    return render(request, "casework/conclude.html", shown, status=status)


@require_POST
@at_desk
def act(request: HttpRequest, at: Desk, signal: UUID) -> HttpResponse:
    """Note that the first action was taken, and on which day."""
    found = _own(request, at, signal)
    form = forms.ActionForm(request.POST, signal=found)
    if not form.is_valid():
        messages.error(request, " ".join(["Niet vastgelegd.", *map(str, form["on"].errors)]))
        return redirect("casework:signal", at.purpose.pk, signal)
    words, on = "De eerste actie is vastgelegd.", form.cleaned_data["on"]
    return _done(request, at, found, lambda: actions.note_action(found, on=on, **acting(request)), words)


@require_POST
@at_desk
def feedback(request: HttpRequest, at: Desk, signal: UUID) -> HttpResponse:
    """Note that the reporter was told."""
    found = _own(request, at, signal)
    words = "De terugkoppeling is vastgelegd."
    return _done(request, at, found, lambda: actions.note_feedback(found, **acting(request)), words)


def _own(request: HttpRequest, at: Desk, wanted: UUID) -> Signal:
    found = reading.signal(request.user, wanted)  # type: ignore[arg-type]
    if not at.writing:
        raise Http404
    return found


def _done(request: HttpRequest, at: Desk, found: Signal, verb: Any, words: str) -> HttpResponse:
    try:
        verb()
    except Conflict as reason:
        messages.error(request, str(reason))
    else:
        if words:
            messages.success(request, words)
            return redirect("casework:signal", at.purpose.pk, found.pk)
        return _next(request, at, found)
    return redirect("casework:signal", at.purpose.pk, found.pk)


def _next(request: HttpRequest, at: Desk, found: Signal) -> HttpResponse:
    response = redirect("casework:weigh", at.purpose.pk, found.pk)
    return _in_meeting(request, response)


def _after(request: HttpRequest, at: Desk, ended: Signal) -> HttpResponse:
    """Go on to the next signal of the meeting, or to the signal when there is no meeting."""
    held = _meeting(request)
    if held is None:
        return redirect("casework:signal", at.purpose.pk, ended.pk)
    try:
        return onward(request, at, held, after=ended.pk)
    except Conflict as reason:
        messages.error(request, str(reason))
        return redirect("casework:meeting", at.purpose.pk, held.pk)


def _meeting(request: HttpRequest) -> Meeting | None:
    """Return the meeting in which this is weighed; nothing when it is not this session's, or closed."""
    try:
        wanted = UUID(request.GET.get("overleg", ""))
    except ValueError:
        return None
    found = meeting_reading.running(request.user)  # type: ignore[arg-type]
    return found if found and found.pk == wanted else None


def _way(request: HttpRequest, at: Desk, found: Signal) -> dict[str, Any]:
    """Return how to go back: to the meeting in which this is weighed, or to the signal."""
    held = _meeting(request) if "overleg" in request.GET else None
    if held is None:
        return {"carry": "", "back": reverse("casework:signal", args=[at.purpose.pk, found.pk])}
    address = reverse("casework:meeting_item", args=[at.purpose.pk, held.pk, found.pk])
    return {"carry": f"?overleg={held.pk}", "back": address}


def _in_meeting(request: HttpRequest, response: Any) -> HttpResponse:
    held = _meeting(request) if "overleg" in request.GET and response.has_header("Location") else None
    if held:
        response["Location"] += f"{'&' if '?' in response['Location'] else '?'}overleg={held.pk}"
    return response  # type: ignore[no-any-return]
