"""Forms of contributions: a new line, and the end of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from vangnet.cooperation.contribution_reading import KINDS
from vangnet.cooperation.models import Contribution
from vangnet.directory.forms import day_field
from vangnet.meetings.forms import OnceForm, Words


class LedgerForm(forms.Form):
    """Which day and kind one wants to see."""

    op = day_field("Op welke dag?", required=False)
    soort = forms.ChoiceField(label="Soort", required=False, choices=[("", "Alle soorten"), *KINDS.items()])


class ContributionForm(OnceForm):
    """What an organisation contributes."""

    kind = forms.ChoiceField(label="Soort", choices=[("", "Maak een keuze"), *Contribution.Kind.choices])
    topic = forms.ChoiceField(label="Thema of onderwerp")
    words = Words(
        "Wat draagt uw organisatie bij?",
        longest=400,
        rows=3,
        help_text="Bij informatie: welke, aan wie en hoe vaak. Bij een werkafspraak: wat u doet. Geen namen.",
    )
    begins_on = day_field("Vanaf")

    def __init__(self, *args: Any, topics: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["topic"].choices = [("", "Maak een keuze"), *topics]
        self.initial.setdefault("begins_on", timezone.localdate())


class EndForm(forms.Form):
    """The end of a contribution."""

    on = day_field("Tot welke dag?", help_text="Vanaf deze dag telt de bijdrage niet meer mee.")
    why = Words("Waarom stopt zij?", longest=300, rows=2)

    def __init__(self, *args: Any, since: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since = since
        self.initial.setdefault("on", timezone.localdate())

    def clean_on(self) -> date:
        """Refuse a day before the beginning, or one that has not come."""
        day: date = self.cleaned_data["on"]
        if not self.since <= day <= timezone.localdate():
            raise forms.ValidationError("Kies een dag vanaf het begin van de bijdrage, tot en met vandaag.")
        return day
