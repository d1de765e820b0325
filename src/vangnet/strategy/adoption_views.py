"""The page on which whoever speaks for a deciding body records that it adopted the strategy."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from vangnet.directory.models import Body
from vangnet.identity.answers import Crumbs, answering, asked
from vangnet.identity.rules import NotPermitted, Weak
from vangnet.identity.session import acting
from vangnet.strategy import actions, adoption
from vangnet.strategy.adoption import Adoption
from vangnet.strategy.models import Strategy
from vangnet.strategy.refusals import DoesNotHold
from vangnet.strategy.views import START, STRATEGY
from vangnet.strategy.words import Words

TITLE = "Leg vast dat de strategie is vastgesteld"


def _crumbs(last: str) -> Crumbs:
    return [START, STRATEGY, (last, "")]


class AdoptionForm(forms.Form):
    """Which body adopted the strategy, when, and where that stands."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    body = forms.ChoiceField(label="Vastgesteld door")
    on = forms.DateField(
        label="Vastgesteld op", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    source = Words(
        "Waar staat dat?", longest=200, help_text="Bijvoorbeeld: besluitenlijst van het BBG, punt 3."
    )

    def __init__(self, data: Any = None, *, bodies: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["body"].choices = bodies  # type: ignore[attr-defined]
        self.initial.setdefault("id", uuid4())

    def clean_on(self) -> date:
        """Refuse a day that has not come."""
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Kies een dag die al is geweest, of vandaag.")
        return day


@require_http_methods(["GET", "HEAD", "POST"])
@answering("Vastleggen dat de strategie is vastgesteld", _crumbs)
def adopt(request: HttpRequest) -> HttpResponse:
    """Record the adoption of the strategy."""
    strategy = get_object_or_404(Strategy.objects.visible_to(request.user)[:1])
    is_strong, mine = adoption.may_record()
    if not is_strong:
        raise Weak
    if not mine:
        raise NotPermitted("deze sessie spreekt niet voor een overleg dat over de strategie besluit")
    bodies = list(Body.objects.visible_to(request.user).filter(pk__in=mine).values_list("slug", "name"))
    form = AdoptionForm(request.POST if request.method == "POST" else None, bodies=bodies)
    if form.is_valid():
        told = form.cleaned_data
        fresh = Adoption(
            id=told["id"] or uuid4(),
            strategy=strategy,
            body_id=told["body"],
            on=told["on"],
            source=told["source"],
        )
        try:
            actions.adopt(fresh, **acting(request))
        except DoesNotHold as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "De vaststelling is vastgelegd.")
            return redirect("strategy:strategy")
    lead = f"{strategy.name}. Vanaf die dag staat bij de strategie en in de nota wie haar vaststelde."
    way = _crumbs(TITLE)
    return asked(request, form, title=TITLE, lead=lead, button="Leg vast", way=way, flow_step="doelen")
