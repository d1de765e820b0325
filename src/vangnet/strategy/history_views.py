"""Pages about the strategy through time: as it was on a day, and what changed between two days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.strategy import adoption, changes, measuring, reading, standing
from vangnet.strategy import change_forms as forms
from vangnet.strategy.comparing import Comparison
from vangnet.strategy.differences import ItemChange
from vangnet.strategy.models import Definition, Kind, Strategy
from vangnet.strategy.versions import adopted
from vangnet.strategy.views import START, STRATEGY

ITEMS = 25  # of a comparison on one page


@require_safe
def on_day(request: HttpRequest) -> HttpResponse:
    """Show the whole strategy as it was on a day."""
    form = forms.DayForm(request.GET or None)
    day = form.cleaned_data["datum"] if form.is_valid() else timezone.localdate()
    found = changes.as_of(day, request.user)  # type: ignore[arg-type]
    strategy = found.themes[0].strategy if found.themes else None
    shown = {
        "form": form,
        "day": day,
        "status": adoption.of(strategy, day, request.user) if strategy else None,
        "op": f"?op={day.isoformat()}" if day < timezone.localdate() else "",
        "stands": standing.on(found.goals, day, strategy.last_year if strategy else None, request.user),
        "themes": [(theme, reading.tree(found.goals_of(theme))) for theme in found.themes],
        "definitions": found.definitions,
        "breadcrumbs": [START, STRATEGY, ("Op een datum", "")],
        "flow_step": "doelen",
    }
    return render(
        request, "strategy/on_day.html", shown, status=422 if form.is_bound and form.errors else 200
    )


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Compare the strategies of two days side by side."""
    user: Any = request.user
    strategy = Strategy.objects.visible_to(user).first()
    days = {"van": adopted(strategy), "tot": timezone.localdate()}
    form = forms.PeriodForm(request.GET or None, initial=days)
    if form.is_valid():
        days = form.cleaned_data
    page = Paginator(Comparison(days["van"], days["tot"], user), ITEMS).get_page(request.GET.get("pagina"))
    shown = {
        "form": form,
        "then": days["van"],
        "now": days["tot"],
        "page": page,
        "rows": [(item, _place(item, days["tot"])) for item in page],
        "breadcrumbs": [START, STRATEGY, ("Vergelijken", "")],
        "flow_step": "doelen",
    }
    return render(
        request, "strategy/compare.html", shown, status=422 if form.is_bound and form.errors else 200
    )


def _place(item: ItemChange, day: date) -> str:
    """Return where an item can be read as of a day; nothing for a theme or word that was gone by then."""
    is_past = day < timezone.localdate()
    if item.kind == Kind.GOAL:
        then = f"?op={day.isoformat()}" if is_past else ""
        return reverse("strategy:goal", args=[item.item]) + then
    if item.after is None:
        return ""
    if is_past:
        part = item.item if item.kind == Kind.THEME else "begrippen"
        return f"{reverse('strategy:on_day')}?datum={day.isoformat()}#{part}"
    if item.kind == Kind.THEME:
        return reverse("strategy:theme", args=[item.item])
    return f"{reverse('strategy:definitions')}#{item.item}"


@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """List what the network means by its words, with the versions of each."""
    words = list(Definition.objects.visible_to(request.user))
    told, names = changes.histories(words, request.user), dict(measuring.indicators())
    shown = {
        "definitions": [(word, _counted(word, names), told[word.pk]) for word in words],
        "may_propose": changes.may_propose().here,
        "breadcrumbs": [START, STRATEGY, ("Begrippen", "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/definitions.html", shown)


def _counted(word: Definition, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the indicators that count a word, as slug and name; one without figures keeps its slug."""
    return [(slug, names.get(slug, slug)) for slug in word.indicators]
