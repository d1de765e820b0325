"""Pages on which plans are read: as board, as timeline, one by one, and what the network does not take up."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.strategy import plan_reading as reading
from vangnet.strategy.plan_content import LEVELS, SECTIONS, completeness, is_late, money
from vangnet.strategy.plan_forms import ThemeFilter
from vangnet.strategy.plans import Limit, Plan, PlanPart, PlanStep, PlanVersion
from vangnet.strategy.views import START, STRATEGY
from vangnet.ui.spans import Moment, Span, span_chart
from vangnet.ui.tables import Cell, Column, Table

PLANS = ("Projectplannen", "/strategie/plannen/")
COLOURS = {
    Plan.State.DRAFT: "#8090a0",
    Plan.State.PROPOSED: "#8a6d00",
    Plan.State.PILOT: "#7b3f98",
    Plan.State.ADOPTED: "#154273",
    Plan.State.CLOSED: "#00796b",
}


def _overview(request: HttpRequest, here: str) -> dict[str, Any]:
    user: Any = request.user
    form = ThemeFilter(request.GET, themes=reading.themes(user))
    return {
        "form": form,
        "cards": reading.cards(user, timezone.localdate(), theme=form.theme),
        "here_view": here,
        "may_begin": reading.may_begin().is_member,
        "flow_step": "doelen",
    }


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Show the plans as a board: a column for each state."""
    shown = _overview(request, "bord")
    shown |= {
        "columns": reading.columns(shown["cards"]),
        "breadcrumbs": [START, STRATEGY, ("Projectplannen", "")],
    }
    return render(request, "strategy/plans.html", shown)


@require_safe
def plan_timeline(request: HttpRequest) -> HttpResponse:
    """Show the plans on a timeline for each theme, with the table beside it."""
    shown = _overview(request, "tijdlijn")
    themes: dict[str, list[reading.Card]] = {}
    for card in shown["cards"]:
        themes.setdefault(card.theme.name, []).append(card)
    shown |= {
        "themes": [(name, _drawn(name, cards), _listed(name, cards)) for name, cards in themes.items()],
        "breadcrumbs": [START, STRATEGY, PLANS, ("Tijdlijn", "")],
    }
    return render(request, "strategy/plan_timeline.html", shown)


def _drawn(name: str, cards: list[reading.Card]) -> tuple[Any, Any]:
    spans = [
        Span(
            card.title,
            card.since,
            card.until,
            card.plan.get_state_display(),
            COLOURS[Plan.State(card.plan.state)],
            tuple(_moment(row) for row in card.head.content["milestones"] if row["state"] != "vervallen"),
        )
        for card in cards
    ]
    told: Any = {
        "title": f"Plannen van het thema {name}",
        "description": f"{len(spans)} plannen. Een ruit is een mijlpaal; gevuld is klaar.",
        "today": timezone.localdate(),
    }
    return span_chart(spans, **told), span_chart(spans, **told, narrow=True)


def _moment(row: dict[str, Any]) -> Moment:
    return Moment(row["title"], date.fromisoformat(row["due"]), row["state"] == "klaar")


def _listed(name: str, cards: list[reading.Card]) -> Table:
    columns = (
        *(Column("Plan"), Column("Stand"), Column("Begin", "date"), Column("Einde", "date")),
        *(Column("Onderdelen gereed"), Column("Mijlpalen te laat", "number")),
    )
    rows = [
        (
            Cell(card.title, url=reverse("strategy:plan", args=[card.plan.pk])),
            card.plan.get_state_display(),
            card.since,
            card.until,
            f"{card.completeness.done} van {card.completeness.total}",
            card.late,
        )
        for card in cards
    ]
    return Table(f"Plannen met begin en einde: {name}", columns, rows)


def head_of(request: HttpRequest, plan: UUID) -> PlanVersion:
    """Return the latest version of a plan that this session sees.

    Raises
    ------
    Http404
        There is no such plan, or it is a draft of another team.
    """
    found: PlanVersion = get_object_or_404(PlanVersion.objects.visible_to(request.user).heads(), plan=plan)
    return found


@require_safe
def plan(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Show a plan: what it says, what is missing, how it goes, and what this session may do."""
    head, user, today = head_of(request, plan), request.user, timezone.localdate()
    found, told, right = head.plan, head.content, reading.right(head.plan.team_id)
    parts = list(PlanPart.objects.visible_to(user))
    steps = list(PlanStep.objects.visible_to(user).filter(plan=found).select_related("body"))
    state = Plan.State
    open_words = found.state in (state.DRAFT, state.PROPOSED, state.PILOT)
    shown = {
        "head": head,
        "plan": found,
        "told": told,
        "adopted_title": f"Vastgesteld is versie {found.adopted}",
        "completeness": completeness(told, parts),
        "of_total": f"van {len(parts)}",
        "parts": [(part, told["texts"].get(part.code, "")) for part in parts],
        "lists": reading.tables(told, reading.partners(user), today),  # type: ignore[arg-type]
        "sections": SECTIONS,
        "money": money(told),
        "level": LEVELS.get(told["level"], ""),
        "late": sum(is_late(row, today) for row in told["milestones"]),
        "goals": reading.goals_of(told, user),  # type: ignore[arg-type]
        "limit": reading.limit_of(found, user, today),  # type: ignore[arg-type]
        "reports": list(found.reports.visible_to(user)),
        "history": reading.history(steps),
        "gaps": _gaps(found, steps, parts),
        "voices": reading.voices(found, user, today) if found.state == state.PROPOSED else [],  # type: ignore[arg-type]
        "is_member": right.is_member,
        "edits_words": right.is_member and open_words,
        "edits": right.is_member and found.state != state.CLOSED,
        "breadcrumbs": [START, STRATEGY, PLANS, (told["title"], "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/plan.html", shown)


def _gaps(found: Plan, steps: list[PlanStep], parts: list[PlanPart]) -> list[tuple[str, Any]]:
    """Return what a pilot began without, with the day on which it has to be there."""
    begun = next((step for step in reversed(steps) if step.kind == PlanStep.Kind.PILOT), None)
    if found.pilot_since is None or begun is None:
        return []
    names = {part.code: part.name for part in parts}
    return sorted(
        ((names.get(code, code), date.fromisoformat(day)) for code, day in begun.gaps.items()),
        key=lambda gap: gap[1],
    )


@require_safe
def plan_versions(request: HttpRequest, plan: UUID) -> HttpResponse:
    """List the versions of a plan, and show in what two of them differ."""
    head, user = head_of(request, plan), request.user
    versions = list(head.plan.versions.visible_to(user).select_related("author").order_by("-number"))
    numbers = {version.number: version for version in versions}
    try:
        new = numbers[int(request.GET.get("naar") or head.number)]
        old = numbers[int(request.GET.get("van") or max(new.number - 1, 1))]
    except (KeyError, ValueError) as error:
        raise Http404 from error
    title = head.content["title"]
    shown = {
        "head": head,
        "plan": head.plan,
        "versions": versions,
        "old": old,
        "new": new,
        "old_title": f"Versie {old.number}",
        "new_title": f"Versie {new.number}",
        "fields": reading.compared(old.content, new.content, PlanPart.objects.visible_to(user)),
        "breadcrumbs": [
            START,
            STRATEGY,
            PLANS,
            (title, reverse("strategy:plan", args=[plan])),
            ("Versies", ""),
        ],
        "flow_step": "doelen",
    }
    return render(request, "strategy/plan_versions.html", shown)


@require_safe
def limits(request: HttpRequest) -> HttpResponse:
    """List for which subjects the network gives nothing extra, now and before."""
    today = timezone.localdate()
    known = Limit.objects.visible_to(request.user).select_related("topic__under").order_by("topic__order")
    rows = [(limit, today in limit.period) for limit in known]
    shown = {
        "rows": sorted(rows, key=lambda row: not row[1]),
        "may_limit": reading.may_limit().is_member,
        "breadcrumbs": [START, STRATEGY, PLANS, ("Begrenzingen", "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/limits.html", shown)
