"""The form for whoever wants to report something and is not signed in."""

from __future__ import annotations

from typing import Any

from django import forms

from vangnet.casework.actions import Report
from vangnet.casework.forms import LONGEST, AttachmentsField, checked_day
from vangnet.casework.models import Branch, Phenomenon, Signal
from vangnet.casework.public_reports import Form
from vangnet.ui.choices import OneOf
from vangnet.vault import personal
from vangnet.vault.forms import Words, day
from vangnet.vault.personal import CarefulForm, PlainField

WHO = [
    (Signal.Source.ANONYMOUS, "Anoniem"),
    (Signal.Source.CITIZEN, "Als inwoner"),
    (Signal.Source.BUSINESS, "Als ondernemer"),
]
OFF = {"autocomplete": "off"}


class PublicReportForm(CarefulForm):
    """What was seen, where and when; who saw it only when they want to say so."""

    told = ("text", "where", "name", "contact")

    text = PlainField(
        label="Wat hebt u gezien of gehoord?",
        help_text="Schrijf op wat u zelf zag of hoorde: wat gebeurde er, hoe laat, hoe vaak. Geen "
        "burgerservicenummers.",
        max_length=LONGEST,
        widget=Words(attrs={"rows": 7, **OFF}),
    )
    where = PlainField(
        label="Waar was het?",
        help_text="Bijvoorbeeld een straat, een bedrijventerrein of een plek in het buitengebied.",
        max_length=200,
        widget=forms.TextInput(attrs=OFF),
    )
    observed_on = day("Wanneer was het?", required=False, help_text="Laat leeg als u dat niet weet.")
    branch = OneOf(
        Branch.objects.all(), label="Wat voor plek is het?", required=False, empty_label="Weet ik niet"
    )
    phenomenon = OneOf(
        Phenomenon.objects.all(), label="Waar lijkt het op?", required=False, empty_label="Weet ik niet"
    )
    source = forms.ChoiceField(
        label="Hoe wilt u melden?", choices=WHO, initial=Signal.Source.ANONYMOUS, widget=forms.RadioSelect
    )
    name = PlainField(
        label="Uw naam",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=OFF),
        help_text="Hoeft niet. Wordt apart versleuteld; wie de melding beoordeelt, ziet uw naam niet.",
    )
    contact = PlainField(
        label="Uw telefoonnummer of e-mailadres", required=False, max_length=200,
        widget=forms.TextInput(attrs=OFF), help_text="Hoeft niet.",
    )  # fmt: skip
    wants_feedback = forms.BooleanField(label="Ik wil horen wat ermee gebeurt", required=False)
    attachments = AttachmentsField()
    mark = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def __init__(self, *args: Any, at: Form, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not at.protects:
            for name in ("source", "name", "contact", "wants_feedback"):
                del self.fields[name]

    @property
    def masked(self) -> str:
        """The text without the number that was found in it; empty when none was."""
        return personal.masked(self, "text")

    def clean_observed_on(self) -> Any:
        """Refuse a day that has not come, and one of another age."""
        return checked_day(self.cleaned_data["observed_on"])

    def clean(self) -> dict[str, Any]:
        """Keep no name with an anonymous report, and feedback only where somebody can be reached."""
        told = super().clean() or self.cleaned_data
        if told.get("source") == Signal.Source.ANONYMOUS and (told.get("name") or told.get("contact")):
            self.add_error("source", "U vulde uw naam of bereikbaarheid in. Wis die, of meld niet anoniem.")
        if told.get("wants_feedback") and not told.get("contact"):
            self.add_error("contact", "Vul in hoe we u kunnen bereiken, of zet terugkoppeling uit.")
        return told

    def report(self, at: Form) -> Report:
        """Return what a valid form reports."""
        told = self.cleaned_data
        reporter = {"Naam": told.get("name", ""), "Bereikbaar": told.get("contact", "")}
        return Report(
            text=f"{told['text']}\n\nWaar: {told['where']}",
            source=told.get("source", Signal.Source.ANONYMOUS),
            place=at.place,
            observed_on=told["observed_on"],
            branch=told["branch"],
            phenomenon=told["phenomenon"],
            reporter=reporter if any(reporter.values()) else None,
            wants_feedback=told.get("wants_feedback", False),
            attachments=told["attachments"],
        )
