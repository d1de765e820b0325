"""Forms of registers: dates, numbers, places and codes; there is no field for words anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from vangnet.registers.models import (
    MOST,
    REFERENCE,
    Adoption,
    Answer,
    Choice,
    Entered,
    Fact,
    Find,
    Gain,
    GainAgreement,
    GroupReview,
    GroupStep,
    Intimidation,
    Resilience,
    Source,
    Status,
)
from vangnet.ui.formats import day

Pairs = Sequence[tuple[str, str]]
CHOOSE = ("", "Maak een keuze")
OLDEST = date(2000, 1, 1)
OVERTAKEN = "Wat u invulde, staat hieronder nog; leg het nog eens vast als dat moet gelden."
REFERENCE_LIKE = "de regeling en het artikel, zoals ‘APV art. 2:41’ of ‘Beleidsregel Damocles 2021’"
SOURCES = [choice for choice in Source.choices if choice[0] != Source.SYNTHETIC]


def day_picker() -> forms.DateInput:
    """Return the control of a day; browsers take a day that is there already in this form only."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class PastDay(forms.DateField):
    """A day that has come, and is not from before the registers."""

    def __init__(self, label: str, *, required: bool = True, help_text: str = "") -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            widget=day_picker(),
        )

    def clean(self, value: Any) -> date | None:
        """Refuse a day that has not come, or from another century."""
        day: date | None = super().clean(value)
        if day and day > timezone.localdate():
            raise forms.ValidationError("Deze dag moet nog komen.")
        if day and day < OLDEST:
            raise forms.ValidationError("Vul een datum vanaf 2000 in.")
        return day


def chosen(label: str, choices: Any, *, required: bool = True, help_text: str = "") -> forms.ChoiceField:
    """Return a field to choose one of a few from, none chosen beforehand."""
    return forms.ChoiceField(label=label, choices=[CHOOSE, *choices], required=required, help_text=help_text)


def answer(label: str) -> forms.ChoiceField:
    """Return a question with yes, no and not known."""
    return forms.ChoiceField(
        label=label, choices=Answer.choices, initial=Answer.UNKNOWN, widget=forms.RadioSelect
    )


def euros(label: str) -> forms.IntegerField:
    """Return a field for whole euros."""
    return forms.IntegerField(
        label=label, min_value=1, max_value=MOST, help_text="In hele euro's, zonder punten."
    )


def named(listed: Sequence[Choice], wanted: str) -> list[tuple[str, str]]:
    """Return the codes and names of one list."""
    return [(one.code, one.name) for one in listed if one.list == wanted]


class Once(forms.Form):
    """A form that carries the id of what it enters, so that sending it twice enters one line."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["id"] = uuid4()

    def told(self) -> dict[str, Any]:
        """Return what a valid form says; without an id the line gets one of its own."""
        return {name: value for name, value in self.cleaned_data.items() if name != "id" or value}


class StandForm(Once):
    """How something stands now; what a colleague said meanwhile is shown before it is replaced."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stand: Entered | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = str(stand.pk) if stand else ""
        self.initial["seen"] = self.last

    def clean(self) -> dict[str, Any]:
        """Stop once when this is not what was seen when the form was opened."""
        told = super().clean() or self.cleaned_data
        if "seen" in self.data and self.data["seen"] != self.last:
            self.data = {**self.data, "seen": self.last}
            now = "; ".join(f"{field.label}: {self._shown(field)}" for field in self.visible_fields())
            self.add_error(None, f"Een collega legde intussen iets anders vast. {now}. {OVERTAKEN}")
        return told

    def _shown(self, field: forms.BoundField) -> str:
        """Return how a field stood last, in words."""
        value = self.initial.get(field.name)
        named = {str(code): str(name) for code, name in getattr(field.field, "choices", ())}
        if isinstance(value, date):
            return day(value)
        return named.get(str(value or ""), str(value or "leeg"))

    def told(self) -> dict[str, Any]:
        """Return what a valid form says, without what was seen before."""
        return {name: value for name, value in super().told().items() if name != "seen"}


class FactForm(Once):
    """A day, a place, a source and a status; with a former line, why it is replaced."""

    model: type[Fact]
    happened_on = PastDay("Datum")
    place = forms.ChoiceField(label="Gemeente")
    source = forms.ChoiceField(label="Bron", choices=SOURCES)
    status = forms.ChoiceField(label="Status", choices=Status.choices)

    def __init__(self, *args: Any, places: Pairs, former: Fact | None = None, **kwargs: Any) -> None:
        if former:
            kwargs["initial"] = {name: getattr(former, name) for name in self.copied()}
        super().__init__(*args, **kwargs)
        self.former = former
        if former:
            places = [pair for pair in places if pair[0] == former.place] or [(former.place, former.place)]
        own = list(places) if len(places) == 1 else [CHOOSE, *places]
        self.fields["place"].choices = own  # type: ignore[attr-defined]
        if former:
            self.fields["reason"] = chosen("Waarom corrigeert u dit?", Fact.Reason.choices)
            self.fields["is_void"] = forms.BooleanField(
                label="De regel vervalt helemaal en telt niet meer mee",
                help_text="Klopt de gemeente niet? Laat de regel vervallen en voer hem opnieuw in.",
                required=False,
            )

    @classmethod
    def copied(cls) -> list[str]:
        """The fields that a correction begins with."""
        return [name for name in cls.base_fields if name != "id"]

    def line(self) -> Any:
        """Return what a valid form enters."""
        return self.model(**self.told())


class GainForm(FactForm):
    """An amount that was taken."""

    model = Gain
    kind = chosen("Soort", Gain.Kind.choices)
    stage = chosen(
        "Fase", Gain.Stage.choices, help_text="Leg elke fase apart vast; fasen worden niet opgeteld."
    )
    amount = euros("Bedrag")
    field_order = ["kind", "stage", "amount", "happened_on", "place", "source", "status"]


class FindForm(FactForm):
    """A find: hennep or synthetic drugs."""

    model = Find
    kind = chosen("Wat is gevonden?", [])
    size = chosen("Omvang", Find.Size.choices)
    building = chosen("Soort pand of plaats", [], required=False)
    fire_hazard = answer("Was er brandgevaar?")
    illegal_power = answer("Was de stroom illegaal afgenomen?")
    facilitators = forms.MultipleChoiceField(
        label="Welke soorten facilitators speelden een rol?",
        help_text="Alleen soorten, geen personen of bedrijven. Laat leeg als het niet bekend is.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = [
        *("kind", "happened_on", "place", "size", "building"),
        *("fire_hazard", "illegal_power", "facilitators", "source", "status"),
    ]

    def __init__(
        self, *args: Any, kinds: Sequence[Find.Kind], listed: Sequence[Choice], **kwargs: Any
    ) -> None:
        former = kwargs.get("former")
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            *([CHOOSE] if len(kinds) > 1 else []),
            *((kind.value, kind.label) for kind in kinds),
        ]
        self.fields["building"].choices = [("", "Niet bekend"), *named(listed, Choice.List.BUILDING)]  # type: ignore[attr-defined]
        self.fields["facilitators"].choices = named(listed, Choice.List.FACILITATOR)  # type: ignore[attr-defined]
        if former:
            self.initial["building"] = former.building_id

    def line(self) -> Find:
        """Return what a valid form enters."""
        told = self.told()
        return Find(building_id=told.pop("building") or None, **told)


class AgreementForm(Once):
    """What partners agreed for a year."""

    year = forms.IntegerField(label="Jaar", min_value=2000, max_value=2100)
    kind = chosen("Soort", Gain.Kind.choices)
    amount = euros("Afgesproken bedrag")

    def line(self, place: str) -> GainAgreement:
        """Return what a valid form enters."""
        return GainAgreement(place=place, **self.told())


class AdoptionForm(StandForm):
    """Whether a power is ready for use, where it is written down and since when."""

    adopted = answer("Is deze bevoegdheid vastgesteld en klaar voor gebruik?")
    rule = forms.RegexField(
        REFERENCE,
        label="Waar is dat vastgelegd?",
        required=False,
        max_length=80,
        help_text=f"Alleen {REFERENCE_LIKE}.",
        error_messages={"invalid": f"Noem alleen {REFERENCE_LIKE}."},
    )
    since = PastDay("Sinds", required=False)
    checked_on = PastDay("Nagekeken op")

    def clean(self) -> dict[str, Any]:
        """Ask where and since when only of what is adopted, and look after it began."""
        told = super().clean() or self.cleaned_data
        if told.get("adopted") != Answer.YES and (told.get("rule") or told.get("since")):
            self.add_error("rule", "Vul dit alleen in als de bevoegdheid is vastgesteld.")
        if told.get("since") and told.get("checked_on") and told["checked_on"] < told["since"]:
            self.add_error("checked_on", "Nagekeken kan niet vóór de datum bij ‘Sinds’ zijn.")
        return told

    def line(self, place: str, instrument: Choice) -> Adoption:
        """Return what a valid form enters."""
        return Adoption(place=place, instrument=instrument, **self.told())


class ReviewForm(Once):
    """How a group is doing now."""

    reviewed_on = PastDay("Datum van deze meting")
    kind = chosen("Soort groep", GroupReview.Kind.choices)
    size = chosen("Omvang", GroupReview.Size.choices)
    approach = chosen("Aanpak", [], required=False)
    effect = chosen("Effect van de aanpak", [], required=False)
    next_on = forms.DateField(label="Volgende meting", required=False, widget=day_picker())
    counts_upward = forms.BooleanField(
        label="Deze groep telt mee in de aantallen van district en regio",
        required=False,
        help_text="Anderen zien dan alleen het aantal groepen per soort en district.",
    )

    def __init__(self, *args: Any, listed: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, wanted, nothing in (
            ("approach", Choice.List.APPROACH, "Nog geen aanpak"),
            ("effect", Choice.List.EFFECT, "Nog niet te zeggen"),
        ):
            self.fields[name].choices = [("", nothing), *named(listed, wanted)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Let the next review come after this one."""
        told = super().clean() or self.cleaned_data
        if told.get("next_on") and told.get("reviewed_on") and told["next_on"] <= told["reviewed_on"]:
            self.add_error("next_on", "De volgende meting komt na deze.")
        return told

    def review(self) -> GroupReview:
        """Return what a valid form says."""
        told = self.told()
        if told.pop("opened_on", None):
            told.pop("id", None)
        approach, effect = told.pop("approach") or None, told.pop("effect") or None
        return GroupReview(approach_id=approach, effect_id=effect, **told)


class GroupForm(ReviewForm):
    """A new group, with how it is doing when it comes into view; the id is that of the group."""

    opened_on = PastDay("In beeld sinds")
    field_order = ["opened_on"]


class StepForm(forms.Form):
    """The next step for a group."""

    step = forms.IntegerField(widget=forms.HiddenInput, min_value=2, max_value=GroupStep.LAST)
    taken_on = PastDay("Wanneer is deze stap gezet?")


class ResilienceForm(StandForm):
    """How the municipality guards itself against pressure."""

    protocol_since = PastDay(
        "Protocol vastgesteld op", required=False, help_text="Laat leeg als het er niet is."
    )
    contact = chosen(
        "Functie van het aanspreekpunt", [], required=False, help_text="Alleen de functie, geen naam."
    )
    exercised_on = PastDay("Laatste oefening of training", required=False)
    checked_on = PastDay("Nagekeken op")

    def __init__(self, *args: Any, listed: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        functions = [("", "Geen aanspreekpunt"), *named(listed, Choice.List.FUNCTION)]
        self.fields["contact"].choices = functions  # type: ignore[attr-defined]

    def line(self, place: str) -> Resilience:
        """Return what a valid form enters."""
        told = self.told()
        return Resilience(place=place, contact_id=told.pop("contact") or None, **told)


class IntimidationForm(Once):
    """That somebody in office was put under pressure: month and codes."""

    month = forms.CharField(
        label="Maand",
        widget=forms.TextInput(attrs={"type": "month"}),
        help_text="Jaar en maand, zoals 2026-03.",
    )
    kind = chosen("Wat voor druk was het?", [])
    target = chosen("Tegen welke functie?", [])
    reported = answer("Is aangifte gedaan?")

    def __init__(
        self, *args: Any, listed: Sequence[Choice], former: Intimidation | None = None, **kwargs: Any
    ) -> None:
        if former:
            told = {"kind": former.kind_id, "target": former.target_id, "reported": former.reported}
            kwargs["initial"] = {"month": f"{former.month:%Y-%m}", **told}
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [CHOOSE, *named(listed, Choice.List.THREAT)]  # type: ignore[attr-defined]
        self.fields["target"].choices = [CHOOSE, *named(listed, Choice.List.TARGET)]  # type: ignore[attr-defined]
        if former:
            self.fields["reason"] = chosen("Wat is er veranderd?", Intimidation.Reason.choices)
            self.fields["is_void"] = forms.BooleanField(
                label="De melding vervalt en telt niet meer mee", required=False
            )

    def clean_month(self) -> date:
        """Take a month that has begun."""
        try:
            month = date.fromisoformat(f"{self.cleaned_data['month']}-01")
        except ValueError as error:
            raise forms.ValidationError("Vul een jaar en maand in, zoals 2026-03.") from error
        if not OLDEST <= month <= timezone.localdate():
            raise forms.ValidationError("Deze maand moet nog komen, of ligt te ver terug.")
        return month

    def line(self, place: str) -> Intimidation:
        """Return what a valid form enters."""
        told = self.told()
        kind, target = told.pop("kind"), told.pop("target")
        return Intimidation(place=place, kind_id=kind, target_id=target, **told)
