"""Forms: help the user say what is delivered."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings

from vangnet.figures import catalogue
from vangnet.figures.catalogue import Request
from vangnet.figures.intake import Terms
from vangnet.figures.models import Indicator, Source, Status
from vangnet.figures.observations import Unreadable
from vangnet.figures.register import usual_borders
from vangnet.figures.sheets import Sheet, open_sheet

OWN = "eigen-opgave"
MEGABYTE = 1024 * 1024
USUAL, OWN_YEAR, DAY = "gewoon", "eigen-jaar", "dag"
BORDERS = (
    (USUAL, "Gebruikelijk: inwoners op de grenzen van hun eigen jaar, andere cijfers op de grenzen van nu"),
    (OWN_YEAR, "Elk cijfer op de grenzen van zijn eigen jaar"),
    (DAY, "Op de grenzen van een bepaalde dag"),
)
DECIMALS = (
    ("", "Zelf herkennen"),
    (",", "Een komma (1.234,5)"),
    (".", "Een punt (1,234.5)"),
)


def borders_chosen(choice: str, day: date | None, indicator: Indicator | None, *, today: date) -> date | None:
    """Return the day whose borders are meant; None is: each figure on those of its own year."""
    if choice == OWN_YEAR:
        return None
    return day if choice == DAY else usual_borders(indicator, today=today)


class BordersMixin(forms.Form):
    """The question on whose borders the figures are."""

    borders = forms.ChoiceField(
        label="Op welke grenzen staan deze cijfers?",
        choices=BORDERS,
        initial=USUAL,
        widget=forms.RadioSelect,
        help_text="Gemeenten worden soms samengevoegd. Vangnet moet weten of een oud jaar nog de oude "
        "gemeenten telt, of al is omgerekend naar de gemeenten van nu.",
    )
    borders_on = forms.DateField(
        label="Welke dag?",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Alleen bij de derde keuze, bijvoorbeeld 1 januari 2019.",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_borders_on(self) -> date | None:
        """Ask for the day when it is needed, and only then."""
        day: date | None = self.cleaned_data.get("borders_on")
        if self.cleaned_data.get("borders") != DAY:
            return None
        if day is None:
            raise forms.ValidationError("Vul de dag in, of kies een van de andere twee mogelijkheden.")
        if day > self.today:
            raise forms.ValidationError("Deze dag ligt in de toekomst. Vul een eerdere dag in.")
        return day

    def borders_day(self) -> date | None:
        """Return the day whose borders are meant."""
        chosen = self.cleaned_data
        return borders_chosen(
            chosen["borders"], chosen["borders_on"], chosen.get("indicator"), today=self.today
        )


class DeliveryForm(BordersMixin):
    """A file with figures, and what the file itself does not say."""

    file = forms.FileField(
        label="Bestand",
        allow_empty_file=True,  # the reader says it better
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        help_text="CSV of Excel (.xlsx), ten hoogste 50 MB. Met koppen, bijvoorbeeld: "
        "Gemeente; Soort misdrijf; Jaar; Aantal. Of een rij per gemeente met de jaren als koppen.",
    )
    source = forms.ModelChoiceField(
        Source.objects.order_by("name"), label="Wie stelde deze cijfers vast?", empty_label=None
    )
    indicator = forms.ModelChoiceField(
        Indicator.objects.order_by("name"),
        label="Om welk cijfer gaat het?",
        required=False,
        empty_label="Dat staat in een kolom van het bestand",
    )
    status = forms.ChoiceField(
        label="Status, als het bestand die niet noemt", choices=Status.choices, initial=Status.FINAL
    )
    decimal = forms.ChoiceField(label="Decimaalteken", choices=DECIMALS, required=False)
    field_order = ("file", "source", "indicator", "status", "borders", "borders_on", "decimal")

    def __init__(self, *args: Any, refused: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused = refused
        self.fields["source"].initial = OWN
        if refused is not None:
            self.fields["file"].required = False

    def clean_file(self) -> Any:
        """Recognise the file; its figures are not read yet."""
        limit = settings.FIGURES_MAX_UPLOAD
        if self.refused is not None:
            raise forms.ValidationError(
                f"Het bestand is {self.refused // MEGABYTE} MB; toegestaan is {limit // MEGABYTE} MB. "
                "Splits het, bijvoorbeeld per jaar, of lever alleen de benodigde kolommen aan."
            )
        file = self.cleaned_data["file"]
        try:
            self.sheet: Sheet = open_sheet(file, file.name, max_bytes=limit)
        except Unreadable as fault:
            raise forms.ValidationError(str(fault)) from fault
        return file

    def terms(self) -> Terms:
        """Return what was said about the figures."""
        chosen = self.cleaned_data
        return Terms(
            source=chosen["source"].pk,
            borders_on=self.borders_day(),
            indicator=chosen["indicator"],
            status=chosen["status"],
            decimal=chosen["decimal"] or None,
        )


class FetchForm(BordersMixin):
    """Which published table to fetch, and what of it."""

    table = forms.ChoiceField(
        label="Tabel", choices=[(t.number, f"{t.label}, {t.number}") for t in catalogue.TABLES.values()]
    )
    indicators = forms.ModelMultipleChoiceField(
        Indicator.objects.none(),
        label="Cijfers",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Niets gekozen: alle soorten die Vangnet kent. Bij de tabel Bevolking kiest u niets.",
    )
    first_year = forms.IntegerField(label="Eerste jaar", min_value=2000)
    last_year = forms.IntegerField(label="Laatste jaar", min_value=2000)
    areas = forms.ChoiceField(
        label="Gebieden",
        choices=[
            (catalogue.MUNICIPALITIES, "De gemeenten van deze regio"),
            (catalogue.COUNTRY, "Heel Nederland als één getal"),
        ],
        widget=forms.RadioSelect,
        initial=catalogue.MUNICIPALITIES,
    )
    topic = forms.CharField(
        label="Naam van het onderwerp in de tabel",
        required=False,
        max_length=100,
        help_text="Alleen invullen als een eerdere poging meldde dat het onderwerp anders heet.",
    )
    field_order = (
        "table",
        "indicators",
        "first_year",
        "last_year",
        "areas",
        "borders",
        "borders_on",
        "topic",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [i.pk for i in Indicator.objects.all() if catalogue.has_official_code(i)]
        field = self.fields["indicators"]
        field.queryset = Indicator.objects.filter(pk__in=known).order_by("name")  # type: ignore[attr-defined]
        self.fields["first_year"].initial = self.today.year - 1
        self.fields["last_year"].initial = self.today.year - 1

    def clean(self) -> dict[str, Any]:
        """Hold the years to each other and to today, and find the source of the table."""
        chosen: dict[str, Any] = super().clean() or {}
        first, last = chosen.get("first_year"), chosen.get("last_year")
        if first and last and first > last:
            self.add_error("last_year", "Het laatste jaar ligt voor het eerste jaar. Verwissel ze.")
        if last and last > self.today.year:
            self.add_error("last_year", f"Het jaar {last} ligt in de toekomst. Kies een eerder jaar.")
        self.source = catalogue.source_of(chosen["table"]) if chosen.get("table") else None
        if chosen.get("table") and self.source is None:
            self.add_error("table", "Van deze tabel is geen bron vastgelegd. Kies een andere tabel.")
        if chosen.get("table") and chosen.get("indicators") and not self._kinds():
            self.add_error("indicators", "Geen van deze cijfers staat in deze tabel. Kies andere of niets.")
        return chosen

    def _kinds(self) -> list[Indicator]:
        """Return the indicators that the table has: of those chosen, or of all."""
        dimension = catalogue.TABLES[self.cleaned_data["table"]].kind_dimension
        found = self.cleaned_data["indicators"] or self.fields["indicators"].queryset  # type: ignore[attr-defined]
        return [row for row in found if dimension and catalogue.has_official_code(row, dimension)]

    def order(self) -> Request:
        """Return the request as the job gets it."""
        chosen, table = self.cleaned_data, catalogue.TABLES[self.cleaned_data["table"]]
        population = None if table.kind_dimension else Indicator.objects.filter(is_population=True).first()
        day = borders_chosen(chosen["borders"], chosen["borders_on"], population, today=self.today)
        return Request(
            service=table.service,
            table=table.number,
            topic=chosen["topic"] or table.topic,
            source=self.source.pk if self.source else "",
            years=tuple(range(chosen["first_year"], chosen["last_year"] + 1)),
            indicators=tuple(row.code for row in self._kinds()),
            indicator=population.code if population else None,
            kind_dimension=table.kind_dimension,
            monthly=table.monthly,
            areas=chosen["areas"],
            borders_on=day.isoformat() if day else None,
        )
