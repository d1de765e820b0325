"""Fields of a goal besides its words: level, partners, figure, target and documents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from vangnet.places.models import Area, AreaVersion
from vangnet.strategy import lines, measuring
from vangnet.strategy.models import Level
from vangnet.strategy.words import Lines, Words

NO_LEVEL, NO_INDICATOR, NO_AREA = ("", "Geen niveau"), ("", "Geen indicator"), ("", "Kies een gebied")
WIDE = (Area.Level.COUNTRY, Area.Level.UNIT, Area.Level.DISTRICT)


def _year(label: str, help_text: str = "") -> forms.IntegerField:
    """Return a field for a year; the limits keep out a slip that no column can hold."""
    return forms.IntegerField(
        label=label, required=False, min_value=1900, max_value=2100, help_text=help_text
    )


class GoalFields(forms.Form):
    """What a goal has besides its words; all of it may stay empty."""

    level = forms.ChoiceField(label="Niveau", required=False, choices=[NO_LEVEL, *Level.choices])
    partners = Lines(
        "Partners en hun rol",
        longest=1000,
        rows=4,
        required=False,
        help_text="Een partner per regel, met een letter ervoor. A: eindverantwoordelijk, R: voert uit,"
        " C: wordt geraadpleegd, I: wordt op de hoogte gehouden. Bijvoorbeeld: A: gemeenten.",
    )
    indicator = forms.ChoiceField(label="Indicator", required=False)
    area = forms.ChoiceField(label="Gebied van het cijfer", required=False)
    base_year = _year("Uitgangsjaar", "Het jaar waarmee wordt vergeleken.")
    target = forms.IntegerField(
        label="Norm in procenten",
        required=False,
        min_value=-100,
        max_value=1000,
        help_text="Alleen als die is afgesproken. Bijvoorbeeld −10: tien procent minder dan toen.",
    )
    target_year = _year("Jaar van de norm")
    target_origin = Words(
        "Herkomst van de norm", longest=200, required=False, help_text="Welk besluit of stuk noemt dit getal?"
    )
    documents = Lines(
        "Documenten",
        longest=2000,
        rows=3,
        required=False,
        help_text="Een document per regel: titel; bladzijde; adres. Alleen de titel of het adres is nodig.",
    )

    def __init__(self, *more: Any, **named: Any) -> None:
        super().__init__(*more, **named)
        fields: Any = self.fields
        fields["indicator"].choices = [NO_INDICATOR, *measuring.indicators()]
        fields["area"].choices = [NO_AREA, *_areas()]

    def clean_partners(self) -> list[str]:
        """Refuse a line without a role, and two partners who both answer for the goal."""
        told: list[str] = self.cleaned_data["partners"]
        try:
            found = lines.partners(told)
        except ValueError as error:
            raise forms.ValidationError(
                f"‘{error}’ heeft geen rol. Zet er A, R, C of I voor, met een dubbele punt."
            ) from error
        if sum(one.role == "A" for one in found) > 1:
            raise forms.ValidationError("Er is één eindverantwoordelijke (A). Kies wie dat is.")
        return told

    def clean_documents(self) -> list[str]:
        """Refuse what cannot be read as title, page and address."""
        told: list[str] = self.cleaned_data["documents"]
        try:
            for line in told:
                lines.new_document(line)
        except lines.WrongAddress as error:
            raise forms.ValidationError(
                f"Het adres ‘{error}’ klopt niet. Kijk naar de naam en naar wat achter de dubbele punt staat."
            ) from error
        except ValueError as error:
            raise forms.ValidationError(
                f"‘{error}’ is geen titel; bladzijde; adres. Een adres begint met https://."
            ) from error
        return told

    def clean(self) -> dict[str, Any]:
        """Ask for all of a figure or nothing, and for the origin of a target: no target is invented."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("indicator"):
            for name, said in (("area", "Kies een gebied."), ("base_year", "Vul een uitgangsjaar in.")):
                if not told.get(name):
                    self.add_error(name, said)
        else:
            told |= {"area": "", "base_year": None}
        if told.get("target") is None:
            return told | {"target": None, "target_year": None, "target_origin": ""}
        for name, said in (
            ("indicator", "Een norm hoort bij een indicator. Kies er een, of laat de norm leeg."),
            ("target_year", "Vul in voor welk jaar de norm geldt."),
            (
                "target_origin",
                "Schrijf op welk besluit of stuk deze norm noemt. Een norm wordt niet verzonnen.",
            ),
        ):
            if not told.get(name):
                self.add_error(name, said)
        return told


def _areas() -> list[tuple[str, str]]:
    found = AreaVersion.objects.filter(area__level__in=WIDE, period__contains=timezone.localdate())
    return list(found.order_by("area__level", "name").values_list("area_id", "name"))
