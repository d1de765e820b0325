"""Forms of administrative tables: an item, its position, whether a body supports it, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from vangnet.cooperation.models import MOST_WORDS, AdministrativeTable, Support, TableItem, TableStep
from vangnet.directory.forms import choose, day_field
from vangnet.directory.models import Body
from vangnet.identity.models import User
from vangnet.meetings.forms import OnceForm, SeenForm, Words

Kind = TableStep.Kind


class ItemForm(OnceForm):
    """Something for an administrative table."""

    title = Words("Onderwerp", longest=200)
    table = choose("Voor welke tafel?", AdministrativeTable.objects.none())
    topic = forms.ChoiceField(label="Thema of onderwerp")
    body = choose("Namens welk overleg?", Body.objects.none())

    def __init__(self, *args: Any, user: User, topics: Sequence[Any], bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        tables = AdministrativeTable.objects.visible_to(user)
        fields["table"].queryset = tables
        fields["table"].label_from_instance = lambda one: f"{one.name} ({one.get_level_display().lower()})"
        fields["topic"].choices = [("", "Maak een keuze"), *topics]
        fields["body"].queryset = bodies


class PositionForm(SeenForm):
    """A version of the joint position."""

    words = Words("Gezamenlijk standpunt", longest=MOST_WORDS, rows=8)
    asked = Words("Wat vragen wij van deze tafel?", longest=MOST_WORDS, rows=4)
    reason = Words(
        "Waarom een nieuwe versie?",
        longest=500,
        rows=2,
        help_text="Overleggen die een eerdere versie steunden, wordt opnieuw gevraagd.",
    )

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_first:
            del self.fields["reason"]


class SupportForm(SeenForm):
    """Whether a body supports a position."""

    body = choose("Namens welk overleg?", Body.objects.none())
    stance = forms.ChoiceField(
        label="Wat zegt het overleg?", choices=[("", "Maak een keuze"), *Support.Stance.choices]
    )
    words = Words("Kanttekening of reden", longest=1000, rows=3, required=False)

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["body"].queryset = bodies

    def clean(self) -> dict[str, Any]:
        """Ask for words with anything but plain support."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("stance") not in (None, "", Support.Stance.YES) and not told.get("words"):
            self.add_error("words", "Schrijf op welke kanttekening of reden het overleg heeft.")
        return told


class StepForm(SeenForm):
    """What happened with an item on its table."""

    on = day_field("Op welke dag?")
    outcome = forms.ChoiceField(
        label="Wat is de uitkomst?", choices=[("", "Maak een keuze"), *TableItem.Outcome.choices]
    )
    words = Words("Toelichting", longest=MOST_WORDS, rows=5, required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.initial.setdefault("on", timezone.localdate())
        self.fields["words"].required = kind in (Kind.CLOSE, Kind.WITHDRAW)
        if kind != Kind.CLOSE:
            del self.fields["outcome"]


# A step: its button, and what its page says.
SAYS: dict[str, tuple[str, str]] = {
    Kind.SCHEDULE: ("Zet op de agenda", "De dag waarop deze tafel het bespreekt."),
    Kind.TREAT: ("Is behandeld", "Daarna staat het standpunt vast en volgt de uitkomst."),
    Kind.CLOSE: ("Leg de uitkomst vast", "Wat deze tafel met het standpunt doet; hiermee is het afgerond."),
    Kind.WITHDRAW: ("Trek in", "Een ingetrokken agendapunt blijft leesbaar. Schrijf op waarom."),
}
FITS: dict[str, set[str]] = {
    Kind.SCHEDULE: {"voorbereiding", "geagendeerd", "behandeld"},
    Kind.TREAT: {"geagendeerd"},
    Kind.CLOSE: {"behandeld"},
    Kind.WITHDRAW: {"voorbereiding", "geagendeerd", "behandeld"},
}
