"""The filter above a list of readings, and the question for which purpose the log is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from vangnet.audit.models import LawfulPurpose
from vangnet.vault.opening import Reason
from vangnet.vault.readings import Wanted


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class Period(forms.Form):
    """From and up to which day."""

    van = _day("Van")
    tot = _day("Tot en met")

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        given = super().clean() or {}
        if given.get("van") and given.get("tot") and given["van"] > given["tot"]:
            self.add_error("tot", "De laatste dag ligt voor de eerste.")
        return given

    def wanted(self) -> Wanted:
        """Return what was asked; only for a form that is right."""
        given = self.cleaned_data
        return Wanted(
            since=given["van"],
            until=given["tot"],
            person=given.get("wie") or None,
            record=given.get("gegeven"),
            reason=given.get("reden", ""),
        )


class Search(Period):
    """Period, person, record and reason."""

    wie = forms.TypedChoiceField(label="Wie", required=False, empty_value=None)
    gegeven = forms.UUIDField(label="Kenmerk van het gegeven", required=False)
    reden = forms.ChoiceField(
        label="Reden",
        required=False,
        choices=[("", "Alle redenen"), *Reason.choices, *LawfulPurpose.choices],
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wie"].choices = [("", "Iedereen"), *people]  # type: ignore[attr-defined]
