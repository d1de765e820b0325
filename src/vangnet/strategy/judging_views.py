"""Pages on which a proposal goes its way: sent, taken back, judged, and its outcome seen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from vangnet.identity.session import acting
from vangnet.strategy import actions, changes
from vangnet.strategy import change_forms as forms
from vangnet.strategy.change_views import GET_OR_POST, answered, back_to, proposal
from vangnet.strategy.models import Verdict
from vangnet.strategy.refusals import DoesNotHold
from vangnet.strategy.views import START, STRATEGY


@require_POST
@answered
def submit(request: HttpRequest, version: UUID) -> HttpResponse:
    """Send a draft on its way."""
    return _settled(request, version, actions.submit, "Het voorstel is ingediend.")


@require_POST
@answered
def withdraw(request: HttpRequest, version: UUID) -> HttpResponse:
    """Take a proposal back."""
    return _settled(request, version, actions.withdraw, "Het voorstel is ingetrokken.")


@require_POST
@answered
def outcome_seen(request: HttpRequest, version: UUID) -> HttpResponse:
    """Take what was decided about one's own proposal off the list of what waits."""
    found = proposal(request, version)
    if found.author_id != request.user.pk:
        raise Http404

    def verb(_: UUID, **who: Any) -> None:
        actions.see_outcome(found, **who)

    return _settled(request, version, verb, "De uitkomst staat niet meer bij wat op u wacht.")


def _settled(request: HttpRequest, version: UUID, verb: Any, said: str) -> HttpResponse:
    proposal(request, version)
    try:
        verb(version, **acting(request))
    except DoesNotHold as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("strategy:change", version)


@GET_OR_POST
@answered
def judge(request: HttpRequest, version: UUID, decider: str, body: str) -> HttpResponse:
    """Record what a body said of a proposal."""
    found, user = proposal(request, version), request.user
    stages = changes.stages(found, changes.standing(version), user, timezone.localdate())  # type: ignore[arg-type]
    stage, voice = changes.voice(stages, decider, body)
    form = forms.VerdictForm(
        request.POST if request.method == "POST" else None, version=found, is_advice=stage.is_advice
    )
    said = "advies" if stage.is_advice else "oordeel"
    if form.is_valid():
        told = form.cleaned_data
        verdict = Verdict(version=found, stage=stage.number, decider=decider, body=voice.body, **told)
        try:
            actions.judge(verdict, **acting(request))
        except DoesNotHold as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Het {said} van {voice.name} is vastgelegd.")
            return redirect("strategy:change", version)
    title = f"{said.capitalize()} van {voice.name}"
    lead = f"Over: {changes.name(found)}, versie {found.number}."
    if stage.is_advice:
        lead += " Een advies houdt niets tegen: wie besluit, leest het erbij."
    given = [
        one
        for other in stages
        if other.is_advice and not stage.is_advice
        for one in other.voices
        if one.verdict
    ]
    shown = {
        "form": form,
        "title": title,
        "lead": lead,
        "button": "Leg vast",
        "advice": given,
        "flow_step": "doelen",
    }
    way = [START, STRATEGY, back_to(found), (title, "")]
    shown |= {"back": way[-2][1], "breadcrumbs": way}
    return render(request, "strategy/judge.html", shown, status=422 if form.errors else 200)
