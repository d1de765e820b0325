"""Forms about what a period left behind: a result, a recommendation, and what was done with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from vangnet.directory.models import Body
from vangnet.strategy import lines
from vangnet.strategy.models import Outcome, Recommendation, Result
from vangnet.strategy.progress_forms import day_field
from vangnet.strategy.words import Words

HOW = "Titel; bladzijde; adres. Noem een bladzijde, een adres of allebei. Bijvoorbeeld: Jaarverslag; blz. 12."
PUBLIC = "In uw eigen woorden. Geen namen van inwoners: dit is openbaar."


class Source(Words):
    """Where something can be read: a title with a page, an address, or both."""

    def __init__(self, label: str) -> None:
        super().__init__(label, longest=400, help_text=HOW)

    def clean(self, value: Any) -> str:
        """Refuse what is no title with a page or an address."""
        told = super().clean(value)
        try:
            found = lines.new_document(told)
        except lines.WrongAddress as error:
            raise forms.ValidationError(
                f"Het adres ‘{error}’ klopt niet. Kijk naar de naam en naar wat achter de dubbele punt staat."
            ) from error
        except ValueError as error:
            raise forms.ValidationError(
                "Schrijf titel; bladzijde; adres. Een adres begint met https://."
            ) from error
        if not found.page and not found.url:
            raise forms.ValidationError("Noem achter de titel een bladzijde of een adres, na een puntkomma.")
        return "; ".join(filter(None, found))


class LessonForm(forms.Form):
    """What every addition has: its id, so that sending twice records once."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.initial.setdefault("id", uuid4())


class ResultForm(LessonForm):
    """A result to which no figure belongs."""

    words = Words("Wat is bereikt?", longest=400, rows=3, help_text=PUBLIC)
    evidence = Source("Waaruit blijkt dat?")

    def lesson(self) -> Result:
        """Return the result, not saved."""
        told = self.cleaned_data
        made = Result(words=told["words"], evidence=[told["evidence"]])
        made.id = told["id"] or made.id
        return made


class RecommendationForm(LessonForm):
    """A recommendation of an evaluation or another paper."""

    words = Words("Wat is de aanbeveling?", longest=400, rows=3, help_text=PUBLIC)
    source = Source("Waar staat zij?")

    def lesson(self) -> Recommendation:
        """Return the recommendation, not saved."""
        told = self.cleaned_data
        made = Recommendation(words=told["words"], source=told["source"])
        made.id = told["id"] or made.id
        return made


class OutcomeForm(forms.Form):
    """What a body did with a recommendation."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="Uitkomst", choices=Outcome.Kind.choices, widget=forms.RadioSelect)
    why = Words("Waarom?", longest=1000, rows=3, help_text="Dit staat bij de aanbeveling en is openbaar.")
    on = day_field("Besloten op")
    body = forms.ModelChoiceField(Body.objects.none(), label="Besloten door", empty_label="Maak een keuze")
    goals = forms.MultipleChoiceField(
        label="Welke doelen namen haar op?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Alleen bij overgenomen en aangepast overgenomen.",
    )

    def __init__(
        self, data: Any = None, *, bodies: Any, goals: Sequence[tuple[str, str]], **more: Any
    ) -> None:
        super().__init__(data, **more)
        fields: Any = self.fields
        fields["body"].queryset = bodies
        fields["goals"].choices = goals
        self.initial.setdefault("on", timezone.localdate())

    def clean_on(self) -> date:
        """Refuse a day that has not come."""
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Kies een dag tot en met vandaag.")
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse goals with a recommendation that nothing was done with."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        taken = (Outcome.Kind.ADOPTED, Outcome.Kind.ADAPTED)
        if told.get("kind") and told["kind"] not in taken and told.get("goals"):
            self.add_error("goals", "Kies hier niets: bij ‘afgewezen’ en ‘open’ hoort geen doel.")
        return told
