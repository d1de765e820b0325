"""Pages on which a team writes its plan: begin, head, texts, and the lines of every list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from vangnet.directory.models import Topic
from vangnet.identity.answers import Crumbs, answering, asked
from vangnet.identity.rules import NotPermitted, Weak
from vangnet.identity.session import acting
from vangnet.strategy import plan_actions, plan_content
from vangnet.strategy import plan_forms as forms
from vangnet.strategy import plan_reading as reading
from vangnet.strategy.models import Goal
from vangnet.strategy.plan_actions import UNKNOWN
from vangnet.strategy.plan_views import PLANS, head_of
from vangnet.strategy.plans import Plan, PlanPart, PlanVersion
from vangnet.strategy.refusals import DoesNotHold
from vangnet.strategy.views import START, STRATEGY

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
Content = plan_content.Content


def _crumbs(last: str) -> Crumbs:
    return [START, STRATEGY, PLANS, (last, "")]


answered = answering("Aan een projectplan werken", _crumbs)


def require(right: reading.Right) -> None:
    """Refuse whoever may not, and whoever did not show a second factor.

    Raises
    ------
    NotPermitted, Weak
        As said.
    """
    if not right.is_member:
        raise NotPermitted("dit plan is van een ander team")
    if not right.is_strong:
        raise Weak


def opened(request: HttpRequest, plan: UUID) -> PlanVersion:
    """Return the latest version of a plan that this session may change."""
    head = head_of(request, plan)
    require(reading.right(head.plan.team_id))
    return head


def way(head: PlanVersion, title: str) -> Crumbs:
    """Return the way to a page about a plan."""
    back = (head.content["title"], reverse("strategy:plan", args=[head.plan_id]))
    return [START, STRATEGY, PLANS, back, (title, "")]


def _goals(request: HttpRequest, theme: str) -> list[tuple[str, str]]:
    known = Goal.objects.visible_to(request.user).filter(theme=theme)
    return [(goal.code, f"{goal.code} {goal.title}") for goal in known]


@GET_OR_POST
@answered
def plan_new(request: HttpRequest) -> HttpResponse:
    """Begin a plan."""
    require(reading.may_begin())
    user: Any = request.user
    data = request.POST if request.method == "POST" else None
    teams = reading.own_teams(user, timezone.localdate())
    form = forms.StartForm(data, teams=teams, topics=reading.topics(user))
    if form.is_valid():
        told = form.cleaned_data
        content = form.change(plan_content.empty(told["title"], told["since"], told["until"]))
        topic = get_object_or_404(Topic.objects.visible_to(user), pk=told["topic"])
        begun = Plan(id=told["id"] or uuid4(), topic=topic, team=told["team"])
        try:
            plan_actions.start(begun, content=content, **acting(request))
        except DoesNotHold as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Het plan is begonnen als concept. Alleen het team ziet het.")
            return redirect("strategy:plan", begun.pk)
    title, lead = "Begin een projectplan", "Alleen uw expertteam ziet het concept, tot u het voorstelt."
    return asked(request, form, title=title, lead=lead, button="Begin het plan", way=_crumbs_to(title))


def _crumbs_to(title: str) -> Crumbs:
    return [START, STRATEGY, PLANS, (title, "")]


@GET_OR_POST
@answered
def plan_head(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Change title, goals, period and what is asked."""
    head = opened(request, plan)
    theme = head.plan.topic.under_id or head.plan.topic_id
    data = request.POST if request.method == "POST" else None
    initial = {name: head.content[name] for name in reading.HEAD}
    form = forms.HeadChangeForm(data, goals=_goals(request, theme), initial={**initial, "seen": head.number})
    return _written(request, head, form, lambda base: form.change(base), "Kop", "Titel, periode en inzet")


@GET_OR_POST
@answered
def plan_part(request: HttpRequest, plan: UUID, part: str) -> HttpResponse:
    """Write the text of a part."""
    head = opened(request, plan)
    found = get_object_or_404(PlanPart.objects.visible_to(request.user), pk=part)
    data = request.POST if request.method == "POST" else None
    initial = {"text": head.content["texts"].get(part, ""), "seen": head.number}
    form = forms.TextForm(data, part=found, initial=initial)

    def change(base: Content) -> Content:
        return {**base, "texts": {**base["texts"], part: form.cleaned_data["text"]}}

    return _written(request, head, form, change, found.name, found.name)


def _section(section: str) -> str:
    if section not in plan_content.SECTIONS:
        raise Http404
    return plan_content.SECTIONS[section][1]


@GET_OR_POST
@answered
def plan_line_new(request: HttpRequest, plan: UUID, section: str) -> HttpResponse:
    """Add a line to a list."""
    return _line(request, opened(request, plan), section, None)


@GET_OR_POST
@answered
def plan_line(request: HttpRequest, plan: UUID, section: str, line: str) -> HttpResponse:
    """Change a line of a list."""
    head = opened(request, plan)
    _section(section)
    found = plan_content.line(head.content, section, line)
    if found is None:
        raise Http404
    return _line(request, head, section, found)


def _line(
    request: HttpRequest, head: PlanVersion, section: str, former: plan_content.Line | None
) -> HttpResponse:
    name = _section(section)
    user: Any = request.user
    data = request.POST if request.method == "POST" else None
    form = forms.LINE_FORMS[section](
        data,
        organisations=reading.partners(user, on=timezone.localdate()),
        initial={**(former or {}), "seen": head.number},
    )
    title = f"{name.capitalize()} {'aanpassen' if former else 'toevoegen'}"
    return _written(
        request,
        head,
        form,
        lambda base: plan_content.with_line(base, section, form.line(former)),
        title,
        title,
    )


@require_POST
@answered
def plan_line_drop(request: HttpRequest, plan: UUID, section: str, line: str) -> HttpResponse:
    """Take a line out of a list, as it was in the version that was shown."""
    head = opened(request, plan)
    what = f"{_section(section).capitalize()} verwijderd"
    if plan_content.line(head.content, section, line) is None:
        raise Http404
    form = forms.SeenForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else 0
    base = head.plan.versions.visible_to(request.user).filter(number=seen).first()
    try:
        if base is None:
            raise DoesNotHold(UNKNOWN)
        told = plan_content.without_line(base.content, section, line)
        plan_actions.write(head.plan, seen=seen, change=told, what=what, **acting(request))
    except plan_actions.Clash:
        messages.error(request, "Een collega wijzigde deze regel intussen. Lees hem, en verwijder hem dan.")
    except DoesNotHold as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{what}. In eerdere versies blijft de regel leesbaar.")
    return redirect("strategy:plan", plan)


def _written(
    request: HttpRequest,
    head: PlanVersion,
    form: Any,
    change: Callable[[Content], Content],
    what: str,
    title: str,
) -> HttpResponse:
    """Keep what a form says as the next version, or show it again; with both texts when they clash."""
    clash = None
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        base = head.plan.versions.visible_to(request.user).filter(number=seen).first()
        try:
            if base is None:
                raise DoesNotHold(UNKNOWN)
            kept = plan_actions.write(
                head.plan, seen=seen, change=change(base.content), what=what, **acting(request)
            )
        except plan_actions.Clash as found:
            clash = _clash(request, form, change, found)
            form.add_error(None, str(found))
        except DoesNotHold as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Bewaard als versie {kept.number}.")
            return redirect("strategy:plan", head.plan_id)
    lead = f"Plan: {head.content['title']}."
    if head.plan.state == Plan.State.PROPOSED:
        lead += " Let op: een wijziging trekt het voorstel in."
    shown: Any = {
        "title": title,
        "lead": lead,
        "button": "Bewaar",
        "way": way(head, title),
        "flow_step": "doelen",
    }
    if clash is None:
        return asked(request, form, **shown)
    shown |= {"form": form, "fields": clash, "back": reverse("strategy:plan", args=[head.plan_id])}
    shown["breadcrumbs"] = shown.pop("way")
    return render(request, "strategy/plan_clash.html", shown, status=422)


def _clash(
    request: HttpRequest, form: Any, change: Callable[[Content], Content], found: plan_actions.Clash
) -> Any:
    """Let the form go on from what is there now, and return what differs between that and the form."""
    form.data = form.data.copy()
    form.data["seen"] = str(found.now.number)
    parts = PlanPart.objects.visible_to(request.user)
    return reading.compared(found.now.content, change(found.now.content), parts)
