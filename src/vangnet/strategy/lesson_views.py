"""Pages on which somebody adds a result or a recommendation, or says what was done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from vangnet.directory.models import Body
from vangnet.identity import session
from vangnet.identity.answers import Crumbs, answering, asked
from vangnet.identity.rules import NotPermitted, Weak
from vangnet.identity.session import acting
from vangnet.strategy import lesson_actions, lesson_forms
from vangnet.strategy.goal_views import GET_OR_POST
from vangnet.strategy.models import Goal, Outcome, Recommendation, Strategy
from vangnet.strategy.refusals import DoesNotHold
from vangnet.strategy.views import START, STRATEGY

LOOK_BACK = ("Terugblik", "/strategie/terugblik/")
RIGHTS = "SELECT session_is_strong(), strategy_may_propose(), session_has_role('aanjaagteam')"
FORMS: dict[str, tuple[type[Any], str, str]] = {
    "resultaat": (
        lesson_forms.ResultForm,
        "Een resultaat zonder cijfer",
        "Wat de samenwerking opleverde en wat u niet in een getal kunt zeggen, met bewijs.",
    ),
    "aanbeveling": (
        lesson_forms.RecommendationForm,
        "Een aanbeveling",
        "Uit een evaluatie of een ander stuk. Daarna legt een overleg vast wat ermee is gedaan.",
    ),
}


def rights() -> tuple[bool, bool, bool]:
    """Say whether the session is strong, may add, and is of the driving team (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS)
        strong, may_add, is_driving = cursor.fetchone()
        return bool(strong), bool(may_add), bool(is_driving)


def bodies(user: Any, *, is_driving: bool) -> Any:
    """Return the bodies for which the session says what they decided (1 query)."""
    found, today = Body.objects.visible_to(user), timezone.localdate()
    return found.as_of(today) if is_driving else found.spoken_for_by(user, on=today)


def _crumbs(last: str) -> Crumbs:
    return [START, STRATEGY, LOOK_BACK, (last, "")]


answered = answering("De terugblik aanvullen", _crumbs)


def _asked(request: HttpRequest, form: Any, title: str, lead: str) -> HttpResponse:
    way = _crumbs(title)
    return asked(request, form, title=title, lead=lead, button="Leg vast", way=way, flow_step="resultaten")


@GET_OR_POST
@answered
def add(request: HttpRequest, sort: str) -> HttpResponse:
    """Add a result without a figure, or a recommendation."""
    strong, may_add, _ = rights()
    if not strong:
        raise Weak
    strategy = Strategy.objects.visible_to(request.user).first()
    if sort not in FORMS or strategy is None:
        raise Http404
    if not may_add:
        raise NotPermitted("deze sessie vult de terugblik niet aan")
    kind, title, lead = FORMS[sort]
    form = kind(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = form.lesson()
        made.strategy, made.organisation_id = strategy, session.organisation()
        try:
            lesson_actions.add(made, **acting(request))
        except DoesNotHold as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Het staat in de terugblik.")
            return redirect("portal:look_back")
    return _asked(request, form, title, lead)


@GET_OR_POST
@answered
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record what a body did with a recommendation."""
    strong, _, is_driving = rights()
    user: Any = request.user
    found = get_object_or_404(Recommendation.objects.visible_to(user), pk=pk)
    own = bodies(user, is_driving=is_driving)
    if not strong:
        raise Weak
    if not own.exists():
        raise NotPermitted("deze sessie spreekt voor geen overleg")
    known = list(Goal.objects.visible_to(user).values_list("code", "title"))
    form = lesson_forms.OutcomeForm(
        request.POST if request.method == "POST" else None,
        bodies=own,
        goals=[(code, f"{code} {title}") for code, title in known],
        initial={"seen": Outcome.objects.visible_to(user).filter(recommendation=found).count()},
    )
    if form.is_valid() and _decided(request, form, found):
        return redirect("portal:look_back")
    return _asked(request, form, "Wat is ermee gedaan?", found.words)


def _decided(request: HttpRequest, form: lesson_forms.OutcomeForm, found: Recommendation) -> bool:
    told = dict(form.cleaned_data)
    made = Outcome(recommendation=found, number=told.pop("seen") + 1, **told)
    made.organisation_id = session.organisation()
    try:
        lesson_actions.decide(made, **acting(request))
    except DoesNotHold as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, "Vastgelegd. Wat er eerder over is besloten, blijft leesbaar.")
    return True
