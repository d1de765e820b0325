"""Pages about the strategy as it is in force."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.strategy import adoption, annual, changes, reading, standing
from vangnet.strategy.forms import GoalFilter
from vangnet.strategy.models import Goal, Strategy, Theme

ROWS = 100  # of a list on one page
START = ("Start", "/")
STRATEGY = ("Strategie", "/strategie/")


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the strategy: its status, vision, themes and dated commitments."""
    goals = list(Goal.objects.visible_to(request.user))
    strategy, today = Strategy.objects.visible_to(request.user).first(), timezone.localdate()
    stands = standing.on(goals, today, strategy.last_year if strategy else None, request.user)
    steps = adoption.steps(strategy, request.user) if strategy else []
    context = {
        "strategy": strategy,
        "status": adoption.on(today, steps) if steps else None,
        "steps": adoption.timeline(steps),
        "may_adopt": len(steps) == 1 and bool(adoption.may_record()[1]),
        "themes": reading.themes_with_goals(Theme.objects.visible_to(request.user), goals),
        "visions": [goal for goal in goals if goal.kind == "visie"],
        "counts": standing.counts(goals, today, stands),
        "stands": standing.counted(stands.values()),
        "breadcrumbs": [START, ("Strategie", "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/overview.html", context)


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a theme with the tree of its goals."""
    found = get_object_or_404(Theme.objects.visible_to(request.user).select_related("strategy"), slug=slug)
    goals = list(Goal.objects.visible_to(request.user).filter(theme=found))
    stands = standing.on(goals, timezone.localdate(), found.strategy.last_year, request.user)
    context = {
        "theme": found,
        "count": len(goals),
        "may_propose": changes.may_propose().here,
        "branches": reading.tree(goals),
        "later": sum(not goal.pages for goal in goals),
        "versions": changes.history(found, request.user),
        "stands": stands,
        "breadcrumbs": [START, STRATEGY, (found.name, "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/theme.html", context)


@require_safe
def goals(request: HttpRequest) -> HttpResponse:
    """List goals, kept by theme, kind, year and who acts."""
    found = Goal.objects.visible_to(request.user)
    strategy = Strategy.objects.visible_to(request.user).first() or Strategy(first_year=0, last_year=0)
    themes = list(Theme.objects.visible_to(request.user))
    form = GoalFilter(request.GET, goals=found.to_choose_from(), strategy=strategy, themes=themes)
    page = Paginator(form.kept(), ROWS).get_page(request.GET.get("pagina"))
    shown = list(found.filter(code__in=[one.code for one in page]))
    stands = standing.on(shown, timezone.localdate(), strategy.last_year, request.user)
    context = {
        "form": form,
        "page": page,
        "rows": _rows(shown, stands),
        "total": len(form.goals),
        "breadcrumbs": [START, STRATEGY, ("Alle doelen", "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/goals.html", context)


def _rows(goals: list[Goal], stands: dict[str, standing.Standing]) -> list[dict[str, Any]]:
    """Return what the list shows of each goal, in words: a template would take twice the time."""
    address = reverse("strategy:goal", args=["CODE"])
    return [
        {
            "url": address.replace("CODE", goal.code),
            "code": goal.code,
            "title": goal.title,
            "condition": goal.condition,
            "restriction": goal.restriction,
            "theme": goal.theme.name,
            "stand": stands[goal.code],
            "kind": f"{goal.level or 'geen niveau'}, {goal.kind}",
            "term": reading.term(goal),
            "actors": ", ".join(goal.actors),
        }
        for goal in goals
    ]


@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    """List the goals with a date of the note's own, by date."""
    dated = Goal.objects.visible_to(request.user).filter(due_on__isnull=False).order_by("due_on", "position")
    strategy = Strategy.objects.visible_to(request.user).first()
    page = Paginator(list(dated), ROWS).get_page(request.GET.get("pagina"))
    last_year, today = strategy.last_year if strategy else None, timezone.localdate()
    stands = standing.on(list(page), today, last_year, request.user)
    yearly = list(Goal.objects.visible_to(request.user).filter(term__contains=annual.EVERY_YEAR))
    context = {
        "page": page,
        "rows": [(goal, stands[goal.code]) for goal in page],
        "annual": annual.years(yearly, strategy, request.user, today),
        "today": today,
        "breadcrumbs": [START, STRATEGY, ("Afspraken met een datum", "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/commitments.html", context)
