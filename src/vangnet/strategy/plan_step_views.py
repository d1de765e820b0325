"""Pages on which a plan is proposed, decided, begun as a pilot, reported on, closed; and limits are set."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from vangnet.directory.models import Topic
from vangnet.identity.answers import Crumbs, asked
from vangnet.identity.rules import NotPermitted, Weak
from vangnet.identity.session import acting
from vangnet.strategy import plan_actions
from vangnet.strategy import plan_forms as forms
from vangnet.strategy import plan_reading as reading
from vangnet.strategy.plan_content import Completeness, completeness
from vangnet.strategy.plan_edit_views import answered, opened, require, way
from vangnet.strategy.plan_views import PLANS, head_of
from vangnet.strategy.plans import Limit, Plan, PlanPart, PlanReport, PlanStep, PlanVersion
from vangnet.strategy.refusals import SAID, DoesNotHold
from vangnet.strategy.views import START, STRATEGY

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
LIMITS = ("Begrenzingen", "/strategie/plannen/begrenzingen/")
LIMITED = SAID["the network gives nothing extra for this subject"]
Kind = PlanStep.Kind
# What can be done: its form, the states in which it can, title, lead, button.
STEPS: dict[str, tuple[type[forms.StepForm], tuple[str, ...], str, str, str]] = {
    Kind.PROPOSE: (
        forms.ProposeForm,
        (Plan.State.DRAFT, Plan.State.PILOT),
        "Stel het plan voor",
        "Vanaf nu ziet het hele netwerk dit plan. Een ander lid besluit.",
        "Stel voor",
    ),
    Kind.PILOT: (
        forms.PilotForm,
        (Plan.State.DRAFT,),
        "Start als pilot",
        "Een pilot mag beginnen met een plan dat nog niet compleet is, als vaststaat wat wanneer volgt.",
        "Start de pilot",
    ),
    Kind.REOPEN: (
        forms.ReopenForm,
        (Plan.State.ADOPTED,),
        "Begin een herziening",
        "De vastgestelde tekst blijft leesbaar. De nieuwe tekst wordt opnieuw vastgesteld.",
        "Begin de herziening",
    ),
    Kind.CLOSE: (
        forms.CloseForm,
        (Plan.State.DRAFT, Plan.State.PILOT, Plan.State.ADOPTED),
        "Sluit het plan af",
        "Een afgesloten plan blijft zichtbaar, ook als het niet lukte.",
        "Sluit af",
    ),
}


@GET_OR_POST
@answered
def plan_step(request: HttpRequest, plan: UUID, step: str) -> HttpResponse:
    """Propose a plan, start it as a pilot, reopen or close it."""
    if step not in STEPS:
        raise Http404
    head = opened(request, plan)
    form_of, states, title, lead, button = STEPS[step]
    if head.plan.state not in states and request.method != "POST":
        raise Http404
    missing = _completeness(request, head)
    form = _form(request, form_of, head, missing)
    if form.is_valid():
        told = PlanStep(plan=head.plan, kind=step, **_told(form))
        if _taken(request, form, told, f"{told.get_kind_display()}."):
            return redirect("strategy:plan", plan)
    if step == Kind.PROPOSE and missing.gaps:
        lead += f" Vaststellen kan pas als het plan compleet is. Nu ontbreekt: {missing.names}."
    return asked(request, form, title=title, lead=lead, button=button, way=way(head, title))


@GET_OR_POST
@answered
def plan_judge(request: HttpRequest, plan: UUID, decider: str, body: str) -> HttpResponse:
    """Record what a body says of a plan."""
    head, user = head_of(request, plan), request.user
    voices = reading.voices(head.plan, user, timezone.localdate())  # type: ignore[arg-type]
    voice = next((v for v in voices if v.is_mine and (v.decider, v.body.pk) == (decider, body)), None)
    if voice is None:
        if not reading.right(head.plan.team_id).is_strong:
            raise Weak
        raise NotPermitted("hierover besluit deze sessie niet")
    form = _form(request, forms.JudgeForm, head, None)
    if form.is_valid():
        told = _told(form)
        outcome = form.cleaned_data["outcome"]
        step = PlanStep(
            plan=head.plan, kind=outcome, stage=voice.stage, decider=decider, body=voice.body, **told
        )
        if _taken(request, form, step, f"Het oordeel van {voice.body} is vastgelegd."):
            return redirect("strategy:plan", plan)
    title = f"Oordeel van {voice.body}"
    lead = f"Over: {head.content['title']}, versie {head.number}."
    return asked(request, form, title=title, lead=lead, button="Leg vast", way=way(head, title))


def _completeness(request: HttpRequest, head: PlanVersion) -> Completeness:
    return completeness(head.content, PlanPart.objects.visible_to(request.user))


def _form(
    request: HttpRequest, form_of: type[forms.StepForm], head: PlanVersion, missing: Completeness | None
) -> forms.StepForm:
    data = request.POST if request.method == "POST" else None
    return form_of(data, missing=missing, initial={"number": head.number})


def _told(form: forms.StepForm) -> dict[str, Any]:
    told = {name: form.cleaned_data.get(name, "") for name in ("words", "lesson")}
    gaps = form.gaps() if isinstance(form, forms.PilotForm) else {}
    return {**told, "gaps": gaps, **{name: form.cleaned_data[name] for name in ("number", "decided_on")}}


def _taken(request: HttpRequest, form: forms.StepForm, step: PlanStep, said: str) -> bool:
    try:
        plan_actions.take_step(step, **acting(request))
    except DoesNotHold as refusal:
        user: Any = request.user
        limit = reading.limit_of(step.plan, user, timezone.localdate())
        why = f" {limit.get_kind_display()}: {limit.reason}" if limit and str(refusal) == LIMITED else ""
        form.add_error(None, f"{refusal}{why}")
        return False
    messages.success(request, said)
    return True


@GET_OR_POST
@answered
def plan_report(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Say how a plan goes, in five lines."""
    head = opened(request, plan)
    if head.plan.state == Plan.State.CLOSED and request.method != "POST":
        raise Http404
    form = forms.ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = PlanReport(plan=head.plan, reported_on=timezone.localdate(), **_fresh(form))
        try:
            plan_actions.report(told, **acting(request))
        except DoesNotHold as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Het voortgangsbericht is vastgelegd.")
            return redirect("strategy:plan", plan)
    title, lead = "Hoe staat het ervoor?", "Vijf regels zijn genoeg. Eerdere berichten blijven staan."
    return asked(request, form, title=title, lead=lead, button="Leg vast", way=way(head, title))


def _fresh(form: forms.OnceForm) -> dict[str, Any]:
    return {**form.cleaned_data, "id": form.cleaned_data["id"] or uuid4()}


def _way(title: str) -> Crumbs:
    return [START, STRATEGY, PLANS, LIMITS, (title, "")]


@GET_OR_POST
@answered
def limit_new(request: HttpRequest) -> HttpResponse:
    """Say that the network gives nothing extra for a subject."""
    require(reading.may_limit())
    data = request.POST if request.method == "POST" else None
    form = forms.LimitForm(data, topics=Topic.objects.visible_to(request.user))
    if form.is_valid():
        told = _fresh(form)
        period = (told.pop("since"), told.pop("until"))
        try:
            plan_actions.set_limit(Limit(period=period, **told), **acting(request))
        except DoesNotHold as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "De begrenzing is vastgelegd.")
            return redirect("strategy:limits")
    title, lead = (
        "Nieuwe begrenzing",
        "Een plan vraagt voor dit onderwerp dan geen uren of geld van het netwerk.",
    )
    return asked(request, form, title=title, lead=lead, button="Leg vast", way=_way(title))


@GET_OR_POST
@answered
def limit_end(request: HttpRequest, limit: UUID) -> HttpResponse:
    """Let a limit end."""
    require(reading.may_limit())
    known = Limit.objects.visible_to(request.user).select_related("topic")
    found = get_object_or_404(known, pk=limit)
    form = forms.LimitEndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            plan_actions.end_limit(found, on=form.cleaned_data["until"], **acting(request))
        except DoesNotHold as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Het einde van de begrenzing is vastgelegd.")
            return redirect("strategy:limits")
    title = f"Laat eindigen: {found.topic}"
    return asked(request, form, title=title, lead=found.reason, button="Leg vast", way=_way(title))
