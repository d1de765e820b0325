"""Forms of measures: which, by whom, where, how long, measured against what, and what came of it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from django import forms
from django.utils import timezone

from vangnet.casework import baselines, refusals
from vangnet.casework.case_forms import NO_NAMES, Choice, Once, WordsForm
from vangnet.casework.case_reading import Work
from vangnet.casework.models import Measure, MeasureKind, Term
from vangnet.figures.models import Indicator
from vangnet.identity.models import Organisation
from vangnet.ui.choices import OneOf
from vangnet.vault import desks
from vangnet.vault.desks import Desk
from vangnet.vault.forms import CHOOSE, day
from vangnet.vault.forms import words as explanation

FAR: Final = timedelta(days=5 * 365)  # the database allows five years of the calendar


class MeasureForm(Once, WordsForm):
    """A measure: which, by whom, from when until when, what for, and measured against what."""

    told = "reasons"
    kind = OneOf(MeasureKind.objects.none(), label="Welke maatregel?")
    organisation = OneOf(
        Organisation.objects.none(), label="Van welke organisatie?", empty_label=CHOOSE[1],
        help_text="De organisatie die bevoegd is, of die het de rechter vraagt. Zij neemt deel aan de casus.",
    )  # fmt: skip
    since = day("Vanaf")
    until = day(
        "Tot", required=False, help_text="De eerste dag zonder de maatregel. Leeg als dat nog niet vaststaat."
    )
    place = forms.ChoiceField(
        label="Waar geldt de maatregel?", required=False,
        help_text="De gemeente. Een nulmeting gaat over dezelfde gemeente.",
    )  # fmt: skip
    effect = Choice(Term.List.EFFECT, label="Wat moet de maatregel bereiken?")
    indicator = forms.ChoiceField(
        label="Nulmeting: welke indicator?", required=False,
        help_text="Waaraan u later ziet of het hielp. Kies anders hieronder waarom er geen nulmeting is.",
    )  # fmt: skip
    period = forms.CharField(
        label="Nulmeting: welke periode?",
        required=False,
        max_length=7,
        help_text="Een jaar of een maand: 2024 of 2024-03.",
    )
    no_baseline = Choice(Term.List.NO_BASELINE, label="Geen nulmeting, omdat", required=False)
    reasons = explanation("Waarom deze maatregel?", NO_NAMES, shortest=10)

    def __init__(self, *args: Any, at: Desk, work: Work, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = MeasureKind.objects.all() if at.zone == "zvh" else MeasureKind.objects.filter(is_health=False)
        self.fields["kind"].queryset = kinds  # type: ignore[attr-defined]
        self.fields["kind"].choices = _by_family(kinds)  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=work.taking_part())  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", "Niet aan een gemeente gebonden"), *desks.places()]  # type: ignore[attr-defined]
        self.fields["place"].initial = work.case.place
        known = Indicator.objects.values_list("slug", "name").order_by("name")
        self.fields["indicator"].choices = [("", "Geen nulmeting"), *known]  # type: ignore[attr-defined]

    def clean_since(self) -> date:
        """Refuse a day of another time: the year is mistyped."""
        since: date = self.cleaned_data["since"]
        if abs((since - timezone.localdate()).days) > FAR.days:
            raise forms.ValidationError(refusals.SAID["a measure begins within five years"])
        return since

    def clean(self) -> dict[str, Any]:
        """Ask for who is competent, for a baseline or why there is none, and for days in order."""
        told = super().clean()
        if told.get("since") and told.get("until") and told["until"] <= told["since"]:
            self.add_error("until", "De maatregel eindigt na de dag waarop zij begint.")
        if told.get("kind") and told.get("organisation"):
            self._ask_who_is_competent(told["kind"], told["organisation"])
        self._ask_for_a_baseline(told)
        return told

    def _ask_who_is_competent(self, kind: MeasureKind, organisation: Organisation) -> None:
        today = timezone.localdate()
        of = organisation.kinds.filter(kind__in=kind.bodies, period__contains=today)
        if kind.bodies and not of.exists():
            names = " of ".join(Organisation.Kind(one).label for one in kind.bodies)
            self.add_error(
                "organisation",
                f"Voor ‘{kind}’ is bevoegd: {kind.get_competent_display()}. "
                f"Kies een organisatie van de soort {names}; {organisation} is dat niet.",
            )

    def _ask_for_a_baseline(self, told: dict[str, Any]) -> None:
        measured, excused, period = (told.get(name) for name in ("indicator", "no_baseline", "period"))
        if measured and excused:
            self.add_error("no_baseline", "Kies een indicator, of waarom er geen nulmeting is; niet allebei.")
        elif measured and not baselines.PERIOD.fullmatch(period or ""):
            self.add_error("period", "Geef bij de indicator een jaar of een maand, zoals 2024 of 2024-03.")
        elif measured and "place" in told:
            if lacking := baselines.lacking(measured, told["place"], period or ""):
                self.add_error("period", lacking)
        elif not measured and period:
            self.add_error("indicator", "Kies bij deze periode een indicator.")
        elif not measured and not excused and "no_baseline" not in self.errors:
            self.add_error("no_baseline", "Kies een indicator als nulmeting, of waarom er geen is.")


def _by_family(kinds: Any) -> list[Any]:
    """Return the kinds per family, each with its article."""
    rows = sorted(kinds, key=lambda one: (list(MeasureKind.Family).index(one.family), one.order))
    groups = groupby(rows, key=lambda one: MeasureKind.Family(one.family).label)
    named = [
        (family, [(one.pk, f"{one.name} ({one.article})" if one.article else one.name) for one in found])
        for family, found in groups
    ]
    return [CHOOSE, *named]


class EndMeasureForm(forms.Form):
    """When a measure ended and what came of it, or that it is withdrawn before it begins."""

    until = day("Geëindigd op", help_text="De eerste dag zonder de maatregel.")
    outcome = Choice(Term.List.OUTCOME, label="Wat was de afloop?")

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure, self.begins_later = measure, measure.since > timezone.localdate()
        if self.begins_later:
            self.fields["until"].label = "Ingetrokken op"
            self.fields["until"].help_text = "De maatregel begint nog: de dag waarop u haar introk."
            self.fields["outcome"].queryset = Term.objects.filter(  # type: ignore[attr-defined]
                list=Term.List.OUTCOME, use=Term.Use.EARLY
            )

    def clean_until(self) -> date:
        """Refuse a day that has not come, and one before the measure was there."""
        until: date = self.cleaned_data["until"]
        if until > timezone.localdate() + timedelta(days=0 if self.begins_later else 1):  # it may end today
            raise forms.ValidationError(
                "Deze dag moet nog komen. Leg de afloop vast als de maatregel voorbij is."
            )
        if self.begins_later and until < timezone.localdate(self.measure.at):
            raise forms.ValidationError("Op deze dag was de maatregel nog niet vastgelegd.")
        return until

    def clean(self) -> dict[str, Any]:
        """Let only what was not carried out end before it began."""
        told = super().clean() or self.cleaned_data
        until, outcome = told.get("until"), told.get("outcome")
        if until and outcome and until <= self.measure.since and outcome.use != Term.Use.EARLY:
            self.add_error("until", "De maatregel eindigt na de dag waarop zij begint.")
        return told


class LaterOutcomeForm(forms.Form):
    """What came of a measure after its outcome, such as that a court annulled it."""

    outcome = Choice(Term.List.OUTCOME, label="Wat gebeurde er later?")
    on = day("Op welke dag?", help_text="Bij een uitspraak van de rechter: de dag van de uitspraak.")

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        later = Term.objects.filter(list=Term.List.OUTCOME, use=Term.Use.LATER)
        self.fields["outcome"].queryset = later.exclude(pk=measure.outcome_id)  # type: ignore[attr-defined]

    def clean_on(self) -> date:
        """Refuse a day that has not come, and one before the measure ended."""
        on: date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError("Deze dag moet nog komen.")
        if self.measure.until and on < self.measure.until:
            raise forms.ValidationError("Deze dag ligt voor het einde van de maatregel.")
        return on
