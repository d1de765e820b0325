"""Forms in which somebody reports what happened with a goal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from vangnet.strategy import lines
from vangnet.strategy.models import Progress, Stand
from vangnet.strategy.words import Words

REPORTED = (Progress.Kind.EVIDENCE, Progress.Kind.DONE, Progress.Kind.HANDED)
MET = (("ja", "Aan de voorwaarde is voldaan"), ("nee", "Aan de voorwaarde is niet voldaan"))


def day_field(label: str, **more: Any) -> forms.DateField:
    """Return a field for a day."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **more)


class Reported(forms.Form):
    """What every report has: its id, so that sending twice records once."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.initial.setdefault("id", uuid4())

    def progress(self, goal: str) -> Progress:
        """Return what was told of a goal, not saved."""
        told = {key: value for key, value in self.cleaned_data.items() if key != "id"}
        fresh = Progress(goal=goal, **told)
        fresh.id = self.cleaned_data["id"] or fresh.id
        return fresh


class ReportForm(Reported):
    """A step, the end, or the hand-over of a goal, and what became of its condition when it has one."""

    kind = forms.ChoiceField(
        label="Wat is er gebeurd?",
        choices=[(kind.value, kind.label) for kind in REPORTED],
        widget=forms.RadioSelect,
    )
    on = day_field("Wanneer")
    words = Words("Wat precies?", longest=1000, rows=3, help_text="Geen namen van inwoners: dit is openbaar.")
    year = forms.TypedChoiceField(
        label="Over welk jaar?",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Dit doel komt elk jaar terug. Alleen bij een stap of bewijs.",
    )
    met = forms.ChoiceField(
        label="Is aan de voorwaarde voldaan?",
        choices=MET,
        required=False,
        widget=forms.RadioSelect,
        help_text="Alleen bij de voorwaarde. Niet voldaan: dan telt de termijn niet.",
    )
    to = Words("Overgedragen aan", longest=150, required=False, help_text="Alleen bij een overdracht.")
    source = Words(
        "Waar is het te vinden?",
        longest=400,
        required=False,
        help_text="Titel; bladzijde; adres. Alleen de titel is nodig. Bijvoorbeeld: Jaarverslag; blz. 12.",
    )

    def __init__(
        self, data: Any = None, *, condition: str = "", years: Iterable[int] = (), **more: Any
    ) -> None:
        super().__init__(data, **more)
        fields: Any = self.fields
        fields["year"].choices = [("", "Niet over één jaar"), *((year, str(year)) for year in years)]
        if len(fields["year"].choices) == 1:
            del fields["year"]
        if condition:
            about = (Progress.Kind.CONDITION.value, f"De voorwaarde: {condition}")
            fields["kind"].choices = [*fields["kind"].choices, about]
        else:
            del fields["met"]
        self.initial.setdefault("on", timezone.localdate())
        self.initial.setdefault("kind", Progress.Kind.EVIDENCE)

    def clean_on(self) -> date:
        """Refuse a day that has not come."""
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Kies een dag tot en met vandaag.")
        return day

    def clean_source(self) -> str:
        """Refuse what cannot be read as title, page and address."""
        source: str = self.cleaned_data["source"]
        try:
            return source and ("; ".join(filter(None, lines.new_document(source))))
        except lines.WrongAddress as error:
            raise forms.ValidationError(
                f"Het adres ‘{error}’ klopt niet. Kijk naar de naam en naar wat achter de dubbele punt staat."
            ) from error
        except ValueError as error:
            raise forms.ValidationError(
                "Schrijf titel; bladzijde; adres. Een adres begint met https://."
            ) from error

    def clean(self) -> dict[str, Any]:
        """Ask to whom, when it was handed over, and whether it was met, when it is about the condition."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("kind") == Progress.Kind.HANDED and not told.get("to"):
            self.add_error("to", "Schrijf op aan wie het is overgedragen.")
        if told.get("kind") != Progress.Kind.HANDED:
            told["to"] = ""
        if told.get("year") is not None and told.get("kind") != Progress.Kind.EVIDENCE:
            self.add_error("year", "Kies hier alleen een jaar bij ‘Stap of bewijs’.")
        told["met"] = {"ja": True, "nee": False}.get(told.get("met", ""))
        if told.get("kind") != Progress.Kind.CONDITION:
            told["met"] = None
        elif told["met"] is None and not self.errors:
            self.add_error("met", "Kies of aan de voorwaarde is voldaan.")
        return told


class OverruleForm(Reported):
    """Another word for where a goal stands, with a reason."""

    stand = forms.ChoiceField(
        label="Stand van zaken",
        choices=[(one.value, Stand(one).label) for one in Progress.OVERRULING],
        widget=forms.RadioSelect,
    )
    words = Words("Waarom?", longest=1000, rows=3, help_text="Dit staat bij het doel en is openbaar.")
    until = day_field(
        "Geldt tot en met", required=False, help_text="Leeg: tot cijfers of datums iets anders zeggen."
    )

    def clean_until(self) -> date | None:
        """Refuse a last day that lies behind us."""
        day: date | None = self.cleaned_data["until"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError("Kies vandaag of een latere dag, of laat het veld leeg.")
        return day

    def progress(self, goal: str) -> Progress:
        """Return what was told of a goal, not saved."""
        fresh = super().progress(goal)
        fresh.kind = Progress.Kind.OVERRULED
        return fresh
