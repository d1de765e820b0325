"""The strategy read beside the police's multi-year plan, and who keeps that side up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from vangnet.identity.answers import Crumbs, answering, asked
from vangnet.identity.rules import NotPermitted, Weak
from vangnet.identity.session import acting
from vangnet.strategy import passage_actions, passage_forms
from vangnet.strategy import passage_reading as reading
from vangnet.strategy.goal_views import GET_OR_POST
from vangnet.strategy.models import Goal, Passage, Theme
from vangnet.strategy.refusals import DoesNotHold
from vangnet.strategy.views import START, STRATEGY

ALONG = ("Naast het plan van de politie", "/strategie/meerjarenplan/")


def crumbs(last: str) -> Crumbs:
    """Return the way to a page about passages."""
    return [START, STRATEGY, ALONG, (last, "")]


answered = answering("Passages bijhouden", crumbs)


def keeping() -> reading.Right:
    """Return what the session may do.

    Raises
    ------
    Weak, NotPermitted
        It has no second factor, or is not of the police or the driving team.
    """
    may = reading.right()
    if not may.is_strong:
        raise Weak
    if not may.organisations:
        raise NotPermitted("dit houdt de politie of het aanjaagteam bij")
    return may


@require_safe
def along(request: HttpRequest) -> HttpResponse:
    """Show goals and passages beside each other, with the gaps on both sides."""
    user: Any = request.user
    here, theme = request.GET.get("toon", "alles"), request.GET.get("thema", "")
    themes = list(Theme.objects.visible_to(user))
    form = passage_forms.AlongFilter(request.GET, themes=themes, here=here)
    if here not in reading.LISTS or not form.is_valid():
        raise Http404
    found = reading.rows(user, theme=theme)
    counted, may = reading.counts(found), reading.right()
    asked_theme = f"&thema={theme}" if theme else ""
    context = {
        "rows": [row for row in found if here in row.kinds],
        "form": form,
        "lists": [
            {
                "label": f"{label} ({counted[name]})",
                "url": f"?toon={name}{asked_theme}",
                "current": name == here,
            }
            for name, label in reading.LISTS.items()
        ],
        "kept": may.organisations if may.is_strong else (),
        "has_passages": any(row.sides for row in found),
        "breadcrumbs": [START, STRATEGY, (ALONG[0], "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/along.html", context)


@GET_OR_POST
@answered
def passage_new(request: HttpRequest) -> HttpResponse:
    """Record a passage."""
    may, user = keeping(), request.user
    organisations = reading.kept_by(user, may)
    form = passage_forms.PassageForm(
        request.POST if request.method == "POST" else None,
        organisations=organisations,
        goals=goals_of(user),
        initial={"organisation": organisations[0] if len(organisations) == 1 else None},
    )
    if form.is_valid():
        try:
            passage_actions.record_passages([form.passage()], **acting(request))
        except DoesNotHold as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "De passage staat naast de strategie.")
            return redirect("strategy:along")
    lead = "Wat het meerjarenplan van de politie zegt, in uw eigen woorden, en bij welk doel dat hoort."
    return _asked(request, form, title="Een passage vastleggen", lead=lead, button="Leg vast")


def goals_of(user: Any) -> list[tuple[str, str]]:
    """Return the goals to choose from."""
    return [
        (code, f"{code} {title}")
        for code, title in Goal.objects.visible_to(user).values_list("code", "title")
    ]


@GET_OR_POST
@answered
def passage_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a passage out."""
    may = keeping()
    found = get_object_or_404(Passage.objects.visible_to(request.user).standing(), pk=pk)
    if found.organisation_id not in may.organisations:
        raise NotPermitted("dit houdt een ander bij")
    form = passage_forms.EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            passage_actions.take_out(found, why=form.cleaned_data["why"], **acting(request))
        except DoesNotHold as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "De passage is eruit. Wat er stond, blijft bewaard.")
            return redirect("strategy:along")
    return _asked(request, form, title="Passage eruit halen", lead=found.words, button="Haal eruit")


def _asked(request: HttpRequest, form: Any, **shown: Any) -> HttpResponse:
    way = [START, STRATEGY, (ALONG[0], reverse("strategy:along")), (shown["title"], "")]
    return asked(request, form, way=way, flow_step="doelen", **shown)
