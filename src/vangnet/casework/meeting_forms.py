"""Forms of the weekly meeting: when and with whom, in which order, and until when something is put off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from vangnet.casework.meeting_actions import Present
from vangnet.casework.meeting_reading import Agenda
from vangnet.casework.models import Item
from vangnet.identity.models import User
from vangnet.vault.desks import Choices
from vangnet.vault.forms import day

LONGEST = timedelta(days=366)
NOBODY = ("", "Nog niet bekend")


class MeetingForm(forms.Form):
    """When a meeting is, who leads it and who is there."""

    held_on = day("Op welke dag?")
    chair = forms.ChoiceField(label="Voorzitter", required=False)
    present = forms.MultipleChoiceField(
        label="Wie is erbij?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Alleen wie vandaag een autorisatie heeft om signalen te wegen, staat in de lijst.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, people: Choices, chairs: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["present"].choices = people  # type: ignore[attr-defined]
        self.fields["chair"].choices = [NOBODY, *chairs]  # type: ignore[attr-defined]

    def clean_held_on(self) -> Any:
        """Take a day from today on, within a year."""
        chosen, today = self.cleaned_data["held_on"], timezone.localdate()
        if chosen != self.initial.get("held_on") and not today <= chosen <= today + LONGEST:
            raise forms.ValidationError("Kies een dag vanaf vandaag, binnen een jaar.")
        return chosen

    @property
    def asked(self) -> dict[str, Any]:
        """What a verb takes."""
        told = self.cleaned_data
        seated: Present = [(UUID(one), UUID(of)) for one, of in (pair.split("/") for pair in told["present"])]
        chair = User.objects.filter(pk=told["chair"]).first() if told["chair"] else None
        return {"held_on": told["held_on"], "chair": chair, "present": seated}


class ArrangeForm(forms.Form):
    """The order of an agenda: a place per signal, a tick for what goes off it, a number to add."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    number = forms.CharField(
        label="Zet een signaal op de agenda",
        required=False,
        max_length=30,
        help_text="Typ het nummer, bijvoorbeeld van een signaal dat nader is onderzocht.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, agenda: Agenda, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agenda = agenda
        for place, item in enumerate(agenda.items, start=1):
            name = f"Plaats van {item.signal.number}"
            self.fields[f"plaats-{item.signal_id}"] = forms.IntegerField(
                label=name, min_value=1, max_value=999, initial=place, required=False
            )
            self.fields[f"weg-{item.signal_id}"] = forms.BooleanField(
                label=f"{item.signal.number} van de agenda", required=False
            )

    def rows(self) -> Sequence[dict[str, Any]]:
        """Return the items with the two fields of each."""
        return [
            {
                "item": item,
                "place": self[f"plaats-{item.signal_id}"],
                "gone": self[f"weg-{item.signal_id}"],
                "may_go": self.agenda.state(item) == Item.Status.OPEN,
            }
            for item in self.agenda.items
        ]

    @property
    def order(self) -> dict[UUID, int]:
        """The place per signal, where one was given."""
        told = self.cleaned_data
        found = {item.signal_id: told.get(f"plaats-{item.signal_id}") for item in self.agenda.items}
        return {signal: place for signal, place in found.items() if place}

    @property
    def gone(self) -> list[UUID]:
        """The signals that go off the agenda."""
        told = self.cleaned_data
        return [item.signal_id for item in self.agenda.items if told.get(f"weg-{item.signal_id}")]


class PutOffForm(forms.Form):
    """Until when a signal is put off."""

    to = day("Uitstellen tot")

    def clean_to(self) -> Any:
        """Take a day within a year; that it comes after the meeting, the meeting knows."""
        if self.cleaned_data["to"] > timezone.localdate() + LONGEST:
            raise forms.ValidationError("Kies een dag binnen een jaar.")
        return self.cleaned_data["to"]
