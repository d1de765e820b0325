"""Forms of what an organisation put into a case, and of what is corrected with a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from vangnet.casework.case_forms import NO_NAMES, Choice, Once, WordsForm
from vangnet.casework.models import Contribution, Term
from vangnet.vault.forms import day
from vangnet.vault.forms import words as explanation


class ContributionForm(Once):
    """What one's own organisation put into a case."""

    kind = Choice(Term.List.CONTRIBUTION, label="Wat deed uw organisatie?")
    on = day("Wanneer")
    hours = forms.IntegerField(label="Hoeveel uur?", min_value=1, max_value=1000)

    def clean_on(self) -> Any:
        """Refuse a day that has not come."""
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError("Deze dag moet nog komen.")
        return self.cleaned_data["on"]


class CorrectionForm(ContributionForm, WordsForm):
    """The same again as it should be, with why; no hours takes the contribution back."""

    told = "reasons"
    hours = forms.IntegerField(
        label="Hoeveel uur?", min_value=0, max_value=1000, help_text="Vul 0 in als de bijdrage er niet hoort."
    )
    reasons = explanation("Waarom verbetert u dit?", NO_NAMES, shortest=10, rows=3)

    def __init__(self, *args: Any, wrong: Contribution, **kwargs: Any) -> None:
        first = {"kind": wrong.kind_id, "on": wrong.on, "hours": wrong.hours}
        super().__init__(*args, **{"initial": first, **kwargs})
        self.wrong = wrong

    def clean(self) -> dict[str, Any]:
        """Ask for something that differs."""
        told = super().clean()
        if all(told.get(name) == getattr(self.wrong, name) for name in ("kind", "on", "hours")):
            self.add_error(None, "Dit is hetzelfde als wat er staat. Wijzig wat er niet klopt.")
        return told


class LapseForm(WordsForm):
    """Why a task is not needed any more."""

    told = "reasons"
    reasons = explanation("Waarom vervalt deze taak?", NO_NAMES, shortest=10, rows=3)
