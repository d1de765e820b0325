"""Forms of capacity: hours for a theme in a year, a month or a quarter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from vangnet.cooperation.capacity import FIRST_YEAR, MOST_HOURS, YEARS_AHEAD
from vangnet.cooperation.models import CapacityStatement
from vangnet.directory.forms import choose
from vangnet.directory.models import Topic
from vangnet.identity.models import User
from vangnet.meetings.forms import OnceForm, SeenForm, Words
from vangnet.ui.formats import MONTHS, number

Kind = CapacityStatement.Kind
Choices = Sequence[tuple[str, str]]
WRITTEN = re.compile(r"(\d+|\d{1,3}(\.\d{3})+)(,\d+)?")
PERIODS: Choices = [
    ("", "Maak een keuze"),
    *[(f"{n * 3 - 2}-{n * 3}", f"Kwartaal {n}") for n in range(1, 5)],
    *[(f"{n}-{n}", name.capitalize()) for n, name in enumerate(MONTHS, start=1)],
]


class Hours(forms.CharField):
    """Hours as one writes them here: a point between thousands, a comma before the decimal."""

    def __init__(self, label: str, **more: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        says = "Bijvoorbeeld 1.200 of 37,5. Nul is ook een opgave; wat u niet weet, legt u niet vast."
        super().__init__(label=label, max_length=20, widget=widget, help_text=says, **more)

    def clean(self, value: Any) -> Decimal | None:
        """Return the hours that were written; None when nothing was.

        Raises
        ------
        ValidationError
            It is no number of hours that can be; the message says how to write one.
        """
        text = "".join(str(super().clean(value)).split())
        if not text:
            return None
        if text[0] in "-\N{MINUS SIGN}":
            raise forms.ValidationError("Uren zijn nooit minder dan nul. Vul nul of meer in.")
        if re.fullmatch(r"\d+\.\d+", text) and not WRITTEN.fullmatch(text):
            raise forms.ValidationError(
                "Schrijf een komma voor de decimaal, zoals 37,5; een punt scheidt duizenden."
            )
        if not WRITTEN.fullmatch(text) or not text.isascii():
            raise forms.ValidationError("Vul een aantal uren in met cijfers, zoals 1.200 of 37,5.")
        hours = Decimal(text.replace(".", "").replace(",", "."))
        if hours > MOST_HOURS:
            raise forms.ValidationError(
                f"Dit is meer dan {number(MOST_HOURS)} uur. Vul de uren van één jaar in, geen euro's."
            )
        if hours != hours.quantize(Decimal("0.1")):
            raise forms.ValidationError("Rond af op één cijfer achter de komma, zoals 37,5.")
        return hours


class StatementForm(OnceForm):
    """Hours of a theme in a year."""

    topic = choose("Thema", Topic.objects.none())
    year = forms.IntegerField(label="Jaar")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["topic"].queryset = Topic.objects.visible_to(user).filter(under=None)
        self.initial.setdefault("year", timezone.localdate().year)

    def clean_year(self) -> int:
        """Refuse a year that cannot be, and say which can."""
        last, year = timezone.localdate().year + YEARS_AHEAD, int(self.cleaned_data["year"])
        if not FIRST_YEAR <= year <= last:
            raise forms.ValidationError(f"Kies een jaar van {FIRST_YEAR} tot en met {last}.")
        return year

    def statement(self) -> CapacityStatement:
        """Return what was filled in as a statement that is not kept yet."""
        told = dict(self.cleaned_data)
        key = told.pop("id")
        made = CapacityStatement(**told)
        made.id = key or made.id
        return made


class OfferForm(StatementForm):
    """A partner offers hours."""

    hours = Hours("Toegezegde uren in dat jaar")
    source = Words(
        "Waaruit blijkt dit?",
        longest=200,
        required=False,
        help_text="Zoals: besluit van het college, met de datum.",
    )


class PlanForm(StatementForm):
    """Hours that may be of a plan."""

    plan_id = forms.ChoiceField(
        label="Projectplan",
        required=False,
        help_text="Alleen als deze uren voor één plan van dit thema zijn.",
    )

    def __init__(self, *args: Any, plans: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["plan_id"].choices = [("", "Niet voor één plan"), *plans]

    def clean_plan_id(self) -> str | None:
        """Return the plan, or that there is none."""
        return self.cleaned_data["plan_id"] or None


class AskForm(PlanForm):
    """What a theme needs."""

    hours = Hours("Gevraagde uren in dat jaar")
    source = Words(
        "Waaruit blijkt dit?", longest=200, help_text="Zoals: projectplan, of besluit van de BBG met de dag."
    )

    def __init__(self, *args: Any, needs_plan: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan_id"].required = needs_plan
        if needs_plan:
            self.fields["plan_id"].help_text = "U legt vast wat een plan van uw expertteam vraagt."


class UseForm(PlanForm):
    """Hours that were used in a month or a quarter."""

    period = forms.ChoiceField(label="Maand of kwartaal", choices=PERIODS)
    hours = Hours("Gebruikte uren in die maand of dat kwartaal")
    source = Words(
        "Waaruit blijkt dit?", longest=200, required=False, help_text="Zoals: urenregistratie van de eenheid."
    )
    field_order = ("id", "topic", "year", "period", "plan_id", "hours", "source")

    def statement(self) -> CapacityStatement:
        """Return what was filled in, with the months it is about."""
        first, last = map(int, self.cleaned_data.pop("period").split("-"))
        made = super().statement()
        made.first_month, made.last_month = first, last
        return made


class RestateForm(SeenForm):
    """Another number instead, with the reason."""

    hours = Hours("Uren", required=False)
    withdrawn = forms.BooleanField(label="Trek deze opgave in: het aantal is niet bekend", required=False)
    reason = Words("Waarom verandert het?", longest=500, rows=3)

    def clean(self) -> dict[str, Any]:
        """Want either hours, or that it is withdrawn."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return told
        if told.pop("withdrawn"):
            told["hours"] = None
        elif told["hours"] is None:
            self.add_error("hours", "Vul de uren in, of kruis aan dat u de opgave intrekt.")
        return told


class SettleForm(SeenForm):
    """A year is closed, or opened again."""

    reason = Words("Toelichting", longest=500, rows=3)


SAYS: dict[str, tuple[type[StatementForm], str, str]] = {
    Kind.ASKED.value: (
        AskForm,
        "Leg vast wat nodig is",
        "Hoeveel uren het thema in een jaar vraagt, met waar dat uit blijkt. Opgaven tellen op.",
    ),
    Kind.OFFERED.value: (
        OfferForm,
        "Zeg uren toe",
        "U bindt hiermee uw organisatie. Wijzigen kan, met een reden; wat eerder stond, blijft leesbaar.",
    ),
    Kind.USED.value: (
        UseForm,
        "Leg gebruik vast",
        "Hoeveel uren uw organisatie gebruikte, per maand of per kwartaal.",
    ),
}
