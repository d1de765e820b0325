"""The page of one goal, and the forms in which somebody reports what happened with it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from vangnet.directory.models import Holder
from vangnet.identity import session
from vangnet.identity.answers import Crumbs, answering, asked
from vangnet.identity.rules import NotPermitted, Weak
from vangnet.identity.session import acting
from vangnet.strategy import (
    annual,
    changes,
    lesson_reading,
    lines,
    passage_reading,
    past,
    plan_reading,
    progress_forms,
    reading,
    reporting,
    standing,
)
from vangnet.strategy.change_forms import GoalDay
from vangnet.strategy.models import Goal, Level, LinkCheck, Progress
from vangnet.strategy.refusals import DoesNotHold
from vangnet.strategy.views import START, STRATEGY
from vangnet.ui.formats import day as written

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
RIGHTS = """
SELECT strategy_may_propose(), session_is_strong(), strategy_may_report(%s, 'bewijs'),
       strategy_keeps_goal(%s),
       EXISTS (SELECT FROM strategy_outcome o WHERE o.goals @> to_jsonb(%s::text)),
       EXISTS (SELECT FROM strategy_passage p WHERE p.goal = %s)
"""
TONES = {Progress.Kind.DONE: "ok", Progress.Kind.OVERRULED: "warning"}


def _rights(code: str) -> dict[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS, [code] * 4)
        names = ("may_propose", "is_strong", "may_report", "keeps", "is_advised", "is_passed")
        return dict(zip(names, cursor.fetchone(), strict=True))


def _around(request: HttpRequest, code: str) -> Goal:
    """Return a goal of today, to record something with (1 query)."""
    found = Goal.objects.visible_to(request.user).select_related("theme__strategy")
    return get_object_or_404(found, code=code)


@require_safe
def goal(request: HttpRequest, code: str) -> HttpResponse:
    """Show one goal: its words first, then where it stands, who does what, and what it is measured by.

    With `?op=` it reads as it did on that day; what has ended shows its last words.
    """
    form, today = GoalDay(request.GET), timezone.localdate()
    day = form.cleaned_data["op"] if form.is_valid() else None
    seen = past.goal(code, request.user, today=today, day=day)
    if seen is None and day and past.goal(code, request.user, today=today):
        messages.warning(request, f"Op {written(day)} gold dit doel nog niet. Hier leest u hoe het nu is.")
        return redirect("strategy:goal", code)
    if seen is None:
        raise Http404
    rights = _changing(seen, code)
    context = {**_shown(seen, request.user, rights), **rights, "form": form, "today": today}
    return render(request, "strategy/goal.html", context, status=422 if form.errors else 200)


def _changing(seen: past.Seen, code: str) -> dict[str, bool]:
    """Return what this session may do: with words of before, nothing."""
    return {} if seen.is_past or seen.ended else _rights(code)


def _shown(seen: past.Seen, user: Any, known: dict[str, bool]) -> dict[str, Any]:
    found = seen.goal
    stands = standing.on([found, *seen.children], seen.day, found.theme.strategy.last_year, user)
    return {
        "goal": found,
        "seen": seen,
        "op": seen.op,
        "level": Level(found.level).label if found.level else "",
        "children": [(child, stands[child.code]) for child in seen.children],
        "standing": stands[found.code],
        "events": [_event(event) for event in reversed(stands[found.code].events)],
        "owner": lines.owner(found.partners),
        "partners": lines.partners(found.partners),
        "documents": _documents(found, user),
        "advices": lesson_reading.taken_up_by(found.code, user) if known.get("is_advised", True) else (),
        "sides": (
            passage_reading.of_goal(found, found.theme.strategy, user) if known.get("is_passed", True) else ()
        ),
        "annual": annual.years([found], found.theme.strategy, user, seen.day),
        "holders": _holders(found, user, seen.day),
        "plans": plan_reading.plans_for(found.code, user),
        "versions": changes.history(found, user),
        "breadcrumbs": _way(seen),
        "flow_step": "doelen",
    }


def _way(seen: past.Seen) -> Crumbs:
    """Return the way to a goal: by its theme, or by the day of which it is shown."""
    above = (seen.goal.theme.name, f"/strategie/{seen.goal.theme_id}/")
    if seen.is_past:
        day = seen.day.isoformat()
        above = (f"Op {written(seen.day)}", f"{reverse('strategy:on_day')}?datum={day}")
    elif seen.ended:
        above = ("Alle doelen", reverse("strategy:goals"))
    return [START, STRATEGY, above, (seen.goal.code, "")]


def _holders(found: Goal, user: Any, today: date) -> list[Holder]:
    """Return who holds the portfolio of the theme today (1 query)."""
    held = Holder.objects.visible_to(user).as_of(today).filter(seat__portfolio=found.theme_id)
    return list(held.select_related("account", "seat__organisation", "seat__body").order_by("account__name"))


def _documents(found: Goal, user: Any) -> list[dict[str, Any]]:
    """Return the documents, each with what its link gave last (1 query when there are links)."""
    known = lines.documents(found.documents)
    urls = [one.url for one in known if one.url.startswith("https://")]
    checks = LinkCheck.objects.visible_to(user).in_bulk(urls) if urls else {}
    return [{**one._asdict(), "check": checks.get(one.url)} for one in known]


def _event(event: Progress) -> dict[str, Any]:
    title = event.get_kind_display()
    if event.to:
        title = f"{title} aan {event.to}"
    if event.met is not None:
        title = f"{title} {'vervuld' if event.met else 'niet vervuld'}"
    if event.year is not None:
        title = f"{title} over {event.year}"
    if event.stand:
        title = f"{title}: {event.get_stand_display().lower()}"
    source = lines.document(event.source) if event.source else None
    parts = [event.words, f"Te vinden in: {source.title}, {source.page}" if source else ""]
    return {
        "date": event.on,
        "title": title,
        "text": " ".join(filter(None, parts)),
        "tone": TONES.get(Progress.Kind(event.kind), "neutral"),
    }


def _crumbs(last: str) -> Crumbs:
    return [START, STRATEGY, (last, "")]


answered = answering("De vordering van een doel bijhouden", _crumbs)


def _asked(request: HttpRequest, form: Any, found: Goal, title: str, lead: str) -> HttpResponse:
    way = [START, STRATEGY, (found.code, f"/strategie/doelen/{found.code}/"), (title, "")]
    return asked(request, form, title=title, lead=lead, button="Leg vast", way=way, flow_step="doelen")


def _require(code: str, right: str) -> None:
    rights = _rights(code)
    if not rights["is_strong"]:
        raise Weak
    if not rights[right]:
        raise NotPermitted("deze sessie houdt dit doel niet bij")


def _kept(request: HttpRequest, form: Any, progress: Progress) -> HttpResponse | None:
    progress.organisation_id = session.organisation()
    try:
        reporting.report(progress, **acting(request))
    except DoesNotHold as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, "Het staat bij het doel.")
    return redirect("strategy:goal", progress.goal)


@GET_OR_POST
@answered
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Record a step, the end, or the hand-over of a goal, or what became of its condition."""
    _require(code, "may_report")
    found = _around(request, code)
    data = request.POST if request.method == "POST" else None
    years = sorted(reading.years(found, found.theme.strategy)) if annual.returns(found) else ()
    form = progress_forms.ReportForm(data, condition=found.condition, years=years)
    if form.is_valid():
        answer = _kept(request, form, form.progress(found.code))
        if answer:
            return answer
    title = f"Wat is er gebeurd? {found.title}"
    return _asked(request, form, found, title, "De stand van zaken volgt hieruit vanzelf.")


@GET_OR_POST
@answered
def overrule(request: HttpRequest, code: str) -> HttpResponse:
    """Say with a reason that a goal stands otherwise than dates and figures say."""
    _require(code, "keeps")
    found = _around(request, code)
    today, last_year = timezone.localdate(), found.theme.strategy.last_year
    stands = standing.on([found], today, last_year, request.user)[code]
    form = progress_forms.OverruleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        progress = form.progress(found.code)
        progress.on, progress.computed, progress.figures = today, stands.computed.stand, stands.mark
        answer = _kept(request, form, progress)
        if answer:
            return answer
    title = f"Andere stand van zaken: {found.title}"
    lead = (
        f"Volgens datums en cijfers: {stands.computed.label.lower()} ({stands.computed.why}). Dat blijft"
        " ernaast staan. Uw oordeel vervalt als de cijfers of de datums iets anders zeggen."
    )
    return _asked(request, form, found, title, lead)
