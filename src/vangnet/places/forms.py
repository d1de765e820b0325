"""The day on which one wants to see the areas."""

from __future__ import annotations

from datetime import date

from django import forms
from django.conf import settings


class DayForm(forms.Form):
    """A day, as 2014-07-01 or 1-7-2014."""

    op = forms.DateField(
        label="Op welke dag?",
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        error_messages={
            "invalid": "Dit is geen datum. Schrijf jaar-maand-dag, bijvoorbeeld 2014-07-01.",
            "required": "Vul een datum in, bijvoorbeeld 2014-07-01.",
        },
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def clean_op(self) -> date:
        """Refuse a day about which nothing is known."""
        day: date = self.cleaned_data["op"]
        first = date(int(settings.REGION.get("first_year", 1)), 1, 1)
        if day < first:
            raise forms.ValidationError(
                f"De gegevens over gebieden zijn vanaf {first.year} betrouwbaar. "
                f"Kies 1 januari {first.year} of later."
            )
        return day
