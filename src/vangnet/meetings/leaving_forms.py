"""The form on which all that somebody holds goes to others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils import timezone

from vangnet.directory.people_forms import HandOverForm
from vangnet.identity.models import Membership, User
from vangnet.meetings.forms import people
from vangnet.meetings.leaving import Estate
from vangnet.ui.formats import day as written


class LeaverForm(HandOverForm):
    """Per seat and per open action who takes it over."""

    def __init__(self, *args: Any, estate: Estate, account: UUID, user: User, **kwargs: Any) -> None:
        super().__init__(*args, held=estate.seats, user=user, **kwargs)
        self.estate = estate
        options = _options(user, account) if estate.actions else []
        for one in estate.actions:
            self.fields[f"actie-{one.pk}"] = _choice(
                f"Actie: {one.what} ({one.sitting.body.name}, uiterlijk {written(one.due_on)})", options
            )
        for held in estate.seats:
            goals = estate.goals.get(held.seat.portfolio_id or "")
            if goals and held.seat.portfolio:
                count = f"{len(goals)} {'doel' if len(goals) == 1 else 'doelen'}"
                portfolio = f"Met portefeuille {held.seat.portfolio.name}: {count} in de strategie."
                self.fields[str(held.seat_id)].help_text = portfolio
        if not estate.seats:
            del self.fields["on"]

    def heirs(self) -> dict[UUID, User]:
        """Return per action who takes it over."""
        told = {one.pk: self.cleaned_data[f"actie-{one.pk}"] for one in self.estate.actions}
        known = {str(one.pk): one for one in User.objects.get_queryset().filter(pk__in=told.values())}
        return {action: known[chosen] for action, chosen in told.items()}


def _choice(label: str, options: Sequence[Any]) -> Any:
    return forms.ChoiceField(label=label, choices=[("", "Maak een keuze"), *options])


def _options(user: User, account: UUID) -> list[Any]:
    """Return who may take over an action: colleagues first (2 queries)."""
    today = timezone.localdate()
    works = Membership.objects.filter(period__contains=today)
    own = works.filter(Q(user=account)).values("organisation")
    near = set(works.filter(organisation__in=own).values_list("user", flat=True))
    known = [one for one in people(user, today) if one.pk != account]
    return [
        ("Zelfde organisatie", [(str(one.pk), one.name) for one in known if one.pk in near]),
        ("Andere organisaties", [(str(one.pk), one.name) for one in known if one.pk not in near]),
    ]
