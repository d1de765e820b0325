"""Pages about the strategy as it is in force."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.strategy import changes, reading
from vangnet.strategy.forms import GoalFilter
from vangnet.strategy.models import Goal, Strategy, Theme

START = ("Start", "/")
STRATEGY = ("Strategie", "/strategie/")


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the strategy: its status, vision, themes and dated commitments."""
    goals = list(Goal.objects.visible_to(request.user))
    context = {
        "strategy": Strategy.objects.visible_to(request.user).first(),
        "themes": reading.themes_with_goals(Theme.objects.visible_to(request.user), goals),
        "visions": [goal for goal in goals if goal.kind == "visie"],
        "counts": reading.counts(goals, timezone.localdate()),
        "breadcrumbs": [START, ("Strategie", "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/overview.html", context)


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a theme with the tree of its goals."""
    found = get_object_or_404(Theme.objects.visible_to(request.user).select_related("strategy"), slug=slug)
    goals = list(Goal.objects.visible_to(request.user).filter(theme=found))
    context = {
        "theme": found,
        "count": len(goals),
        "may_propose": changes.may_propose().here,
        "branches": reading.tree(goals),
        "today": timezone.localdate(),
        "breadcrumbs": [START, STRATEGY, (found.name, "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/theme.html", context)


@require_safe
def goals(request: HttpRequest) -> HttpResponse:
    """List goals, kept by theme, kind, year and who acts."""
    everything = Goal.objects.visible_to(request.user)
    strategy = Strategy.objects.visible_to(request.user).first() or Strategy(first_year=0, last_year=0)
    themes = Theme.objects.visible_to(request.user)
    form = GoalFilter(request.GET, goals=everything, strategy=strategy, themes=themes)
    context = {
        "form": form,
        "goals": form.kept(),
        "total": len(form.goals),
        "today": timezone.localdate(),
        "breadcrumbs": [START, STRATEGY, ("Alle doelen", "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/goals.html", context)


@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    """List the goals with a date of the note's own, by date."""
    dated = Goal.objects.visible_to(request.user).filter(due_on__isnull=False).order_by("due_on", "position")
    context = {
        "goals": dated,
        "today": timezone.localdate(),
        "breadcrumbs": [START, STRATEGY, ("Afspraken met een datum", "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/commitments.html", context)


@require_safe
def goal(request: HttpRequest, code: str) -> HttpResponse:
    """Show one goal."""
    around = Goal.objects.visible_to(request.user).filter(Q(code=code) | Q(parent=code))
    rows = list(around.select_related("theme", "theme__strategy", "parent"))
    found = next((row for row in rows if row.code == code), None)
    if found is None:
        raise Http404
    crumbs = [START, STRATEGY, (found.theme.name, f"/strategie/{found.theme_id}/"), (found.code, "")]
    context = {
        "goal": found,
        "children": [row for row in rows if row.parent_id == code],
        "may_propose": changes.may_propose().here,
        "versions": changes.history(found, request.user),
        "today": timezone.localdate(),
        "breadcrumbs": crumbs,
        "flow_step": "doelen",
    }
    return render(request, "strategy/goal.html", context)
