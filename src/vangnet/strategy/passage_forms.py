"""Forms of passages of the police's multi-year plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms

from vangnet.identity.models import Organisation
from vangnet.strategy.models import Passage, Theme
from vangnet.strategy.words import Words


class AlongFilter(forms.Form):
    """Which part of both sides one wants to see."""

    toon = forms.CharField(required=False, widget=forms.HiddenInput)
    thema = forms.ChoiceField(label="Thema", required=False)

    def __init__(self, data: Any, *, themes: Sequence[Theme], here: str) -> None:
        super().__init__({"toon": here, "thema": data.get("thema", "")})
        fields: Any = self.fields
        fields["thema"].choices = [("", "Alle thema's"), *((one.slug, one.name) for one in themes)]


class PassageForm(forms.Form):
    """A passage, and the goal of the strategy that it goes with."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="Van wie is het plan?", empty_label="Maak een keuze"
    )
    plan = Words("Hoe heet het plan?", longest=150)
    words = Words(
        "Wat staat er?",
        longest=400,
        rows=3,
        help_text="In uw eigen woorden. Geen namen van personen.",
    )
    page = Words("Bladzijde", longest=40)
    first_year = forms.IntegerField(label="Geldt van", min_value=2000, max_value=2100)
    last_year = forms.IntegerField(label="Geldt tot en met", min_value=2000, max_value=2100)
    goal = forms.ChoiceField(label="Bij welk doel hoort het?", required=False)
    way = forms.ChoiceField(
        label="Wat is het verband?",
        choices=[("", "Geen doel"), *Passage.Way.choices],
        required=False,
    )

    def __init__(
        self, data: Any = None, *, organisations: Any, goals: Sequence[tuple[str, str]], **more: Any
    ) -> None:
        super().__init__(data, **more)
        fields: Any = self.fields
        fields["organisation"].queryset = organisations
        fields["goal"].choices = [("", "Geen doel"), *goals]
        self.initial.setdefault("id", uuid4())

    def clean(self) -> dict[str, Any]:
        """Refuse years out of order, and a goal without how the passage goes with it."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and told["last_year"] < told["first_year"]:
            self.add_error("last_year", "Het laatste jaar ligt voor het eerste. Kies een later jaar.")
        if bool(told.get("goal")) != bool(told.get("way")):
            self.add_error("way", "Kies een doel met het verband, of geen van beide.")
        return told

    def passage(self) -> Passage:
        """Return the passage, not saved."""
        told = dict(self.cleaned_data)
        made = Passage(**{key: value for key, value in told.items() if key != "id"})
        made.id = told["id"] or made.id
        return made


class EndForm(forms.Form):
    """Why a passage is taken out."""

    why = Words("Waarom haalt u deze passage eruit?", longest=300, rows=2)


class PassageFileForm(forms.Form):
    """A file with passages, and whose plan they are of."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="Van wie is het plan?", empty_label="Maak een keuze"
    )
    file = forms.FileField(
        label="Bestand",
        help_text="Excel (.xlsx) of CSV, hoogstens 5 MB. Gebruik de koppen van het lege bestand.",
        error_messages={"required": "Kies een bestand."},
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["organisation"].queryset = organisations
        if len(organisations) == 1:
            self.initial.setdefault("organisation", organisations[0])
