"""Forms with which a team writes a plan, decides about it and says how it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from vangnet.directory.models import Body, Topic
from vangnet.strategy.plan_content import LEVELS, OUTSIDE, ROLES, SIZES, STATES, Completeness, Content, Line
from vangnet.strategy.plans import Limit, PlanPart, PlanReport
from vangnet.strategy.words import Words

Pairs = Sequence[tuple[str, str]]
CHOOSE = ("", "Maak een keuze")
MOST = 1_000_000_000
LOWEST = "lokaal"
LAST_NUMBER = 2_147_483_647  # of a version: the column holds no more
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
IN_REACH = "Kies een dag van 2000 tot en met 2100."


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Return a field for a day, with the calendar of the browser."""
    ends = {"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **ends}),
        help_text=help_text,
        validators=[MinValueValidator(FIRST_DAY, IN_REACH), MaxValueValidator(LAST_DAY, IN_REACH)],
    )


def euros(label: str) -> forms.IntegerField:
    """Return a field for whole euros."""
    return forms.IntegerField(label=f"{label} (hele euro's)", min_value=0, max_value=MOST, initial=0)


class OnceForm(forms.Form):
    """Something new, with its id: what is sent twice is kept once."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.initial.setdefault("id", uuid4())


class SeenForm(forms.Form):
    """A change of a plan, with the version from which the writer started."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LAST_NUMBER)


class HeadForm(forms.Form):
    """What a plan is called, what it works on, from when until when, and what it asks."""

    title = Words("Titel", longest=150)
    goals = forms.MultipleChoiceField(
        label="Doelen van de strategie",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aan welke doelen werkt dit plan?",
    )
    since = day_field("Begin")
    until = day_field("Einde")
    capacity = forms.IntegerField(
        label="Gevraagde uren per week van het netwerk", min_value=0, max_value=10_000, initial=0
    )
    level = forms.ChoiceField(
        label="Op welk niveau?",
        choices=[("", "Nog niet gekozen"), *LEVELS.items()],
        required=False,
        help_text="Zo laag als het kan: lokaal is de driehoek.",
    )
    level_reason = Words(
        "Waarom kan het niet lager?",
        longest=300,
        required=False,
        help_text="Nodig bij district, regio en landelijk.",
    )

    def __init__(self, data: Any = None, *, goals: Pairs = (), **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["goals"].choices = list(goals)  # type: ignore[attr-defined]
        if not goals:
            del self.fields["goals"]

    def clean(self) -> dict[str, Any]:
        """Refuse a plan that ends before it begins."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and told["until"] <= told["since"]:
            self.add_error("until", "Het einde ligt niet na het begin. Kies een latere dag.")
        if told.get("level") not in (None, "", LOWEST) and not told.get("level_reason"):
            self.add_error("level_reason", "Zeg waarom dit niet lager kan, of kies het lokale niveau.")
        return told

    def change(self, former: Content) -> Content:
        """Return the content of the plan with what this form says."""
        told = {name: _plain(value) for name, value in self.cleaned_data.items() if name in former}
        return {**former, **told}


class HeadChangeForm(SeenForm, HeadForm):
    """The head of a plan that exists."""


class StartForm(OnceForm, HeadForm):
    """A new plan: which team, about what, and its head."""

    team = forms.ModelChoiceField(Body.objects.none(), label="Expertteam", empty_label="Maak een keuze")
    topic = forms.ChoiceField(label="Thema of onderwerp")

    def __init__(self, data: Any = None, *, teams: Any, topics: Pairs, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        self.fields["topic"].choices = [CHOOSE, *topics]  # type: ignore[attr-defined]
        self.order_fields(["team", "topic", "title", "since", "until", "capacity", "level", "level_reason"])


class TextForm(SeenForm):
    """The text of one part."""

    text = Words("Tekst", longest=4000, rows=10, required=False)

    def __init__(self, data: Any = None, *, part: PlanPart, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["text"].label = part.name
        self.fields["text"].help_text = part.about


class LineForm(SeenForm):
    """One line of a list of a plan, with its id: a new line that is sent twice is added once."""

    key = forms.RegexField("[0-9a-f]{8}", required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, organisations: Mapping[str, str], **more: Any) -> None:
        super().__init__(data, **more)
        self.initial.setdefault("key", uuid4().hex[:8])
        for name in ("partner", "owner"):
            if name in self.fields:
                self.fields[name].choices = [CHOOSE, *organisations.items()]  # type: ignore[attr-defined]

    def line(self, former: Line | None) -> Line:
        """Return the line as the plan keeps it."""
        hidden = ("seen", "key")
        told = {name: _plain(value) for name, value in self.cleaned_data.items() if name not in hidden}
        return {"id": self.cleaned_data["key"] or None, **(former or {}), **told}


class RoleForm(LineForm):
    """What a partner is responsible for."""

    partner = forms.ChoiceField(label="Partner")
    role = forms.ChoiceField(label="Rol", choices=[CHOOSE, *ROLES.items()])
    task = Words("Taak", longest=200)


class LevelForm(LineForm):
    """With whom the plan was aligned, at which level."""

    level = forms.ChoiceField(label="Niveau", choices=[CHOOSE, *LEVELS.items()])
    who = Words("Met welk overleg of team", longest=200, help_text="Geen namen van inwoners.")
    asked_on = day_field("Afgestemd op", required=False, help_text="Leeg: dit moet nog gebeuren.")
    said = Words("Wat kwam eruit", longest=300, required=False)


class OutsideForm(LineForm):
    """Who from outside the network was asked along, what they said and what was done with it."""

    group = forms.ChoiceField(label="Wie", choices=[CHOOSE, *OUTSIDE.items()])
    name = Words("Welke groep of organisatie", longest=200, help_text="Geen namen van inwoners.")
    invited_on = day_field("Gevraagd op")
    told = Words("Wat zeiden zij?", longest=500, required=False)
    done = Words("Wat is ermee gedaan?", longest=500, required=False, help_text="Ook als het niets werd.")


class BudgetForm(LineForm):
    """Money that a plan asks, gets and spends."""

    source = Words("Bron of subsidie", longest=150)
    purpose = Words("Waarvoor", longest=200)
    applied = euros("Aangevraagd")
    granted = euros("Toegekend")
    spent = euros("Besteed")
    deadline = day_field("Uiterste datum van aanvraag of verantwoording", required=False)


class MilestoneForm(LineForm):
    """Something that has to be there on a day."""

    title = Words("Mijlpaal", longest=150)
    due = day_field("Klaar op")
    state = forms.ChoiceField(label="Stand", choices=list(STATES.items()))
    done_on = day_field("Werkelijk klaar op", required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for a day with what is done."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        done = told.get("done_on")
        if told.get("state") == "klaar" and not done:
            self.add_error("done_on", "Vul in wanneer de mijlpaal klaar was.")
        if done and done > timezone.localdate():
            self.add_error("done_on", "Kies een dag die al is geweest, of vandaag.")
        return told


class RiskForm(LineForm):
    """What may go wrong, and what is done about it."""

    what = Words("Wat kan er misgaan?", longest=200)
    chance = forms.ChoiceField(label="Kans", choices=list(SIZES.items()))
    effect = forms.ChoiceField(label="Gevolg", choices=list(SIZES.items()))
    measure = Words("Wat doen we eraan?", longest=300)
    owner = forms.ChoiceField(label="Wie let erop?")


LINE_FORMS: dict[str, type[LineForm]] = {
    "roles": RoleForm,
    "levels": LevelForm,
    "budget": BudgetForm,
    "milestones": MilestoneForm,
    "risks": RiskForm,
    "outside": OutsideForm,
}


class ReportForm(OnceForm):
    """How a plan goes, in five lines."""

    course = forms.ChoiceField(label="Koers", choices=PlanReport.Course.choices, widget=forms.RadioSelect)
    done = Words("1. Wat is er gedaan?", longest=200)
    coming = Words("2. Wat komt nu?", longest=200)
    trouble = Words("3. Wat loopt niet?", longest=200)
    means = Words("4. Hoe staat het met geld en mensen?", longest=200)
    needed = Words("5. Wat is nodig, en van wie?", longest=200)


class StepForm(forms.Form):
    """Something that is done with a plan, on a day."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LAST_NUMBER)
    decided_on = day_field("Op")

    def __init__(self, data: Any = None, *, missing: Completeness | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.initial.setdefault("decided_on", timezone.localdate())

    def clean_decided_on(self) -> date:
        """Refuse a day that has not come."""
        day: date = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Kies een dag die al is geweest, of vandaag.")
        return day


class ProposeForm(StepForm):
    """The proposal to adopt a plan."""

    words = Words("Toelichting", longest=2000, rows=3, required=False)


class JudgeForm(StepForm):
    """What a body says of a plan."""

    outcome = forms.ChoiceField(
        label="Oordeel",
        choices=[
            ("akkoord", "Akkoord: het plan is vastgesteld"),
            ("niet-akkoord", "Niet akkoord: terug naar concept"),
        ],
        widget=forms.RadioSelect,
    )
    words = Words("Toelichting", longest=2000, rows=3, required=False, help_text="Nodig bij ‘niet akkoord’.")

    def clean(self) -> dict[str, Any]:
        """Ask for words with a refusal."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("outcome") == "niet-akkoord" and not told.get("words"):
            self.add_error("words", "Schrijf op waarom niet.")
        return told


class PilotForm(StepForm):
    """The start of a pilot: why now, and until when each gap may stay."""

    words = Words("Waarom nu al beginnen?", longest=2000, rows=3)

    def __init__(self, data: Any = None, *, missing: Completeness | None = None, **more: Any) -> None:
        super().__init__(data, missing=missing, **more)
        self.codes = [gap.part.code for gap in missing.gaps] if missing else []
        for gap in missing.gaps if missing else ():
            label = f"{gap.part.name} is er uiterlijk op"
            self.fields[f"gap-{gap.part.code}"] = day_field(label, help_text=f"Nu: {gap.why}.")

    def gaps(self) -> dict[str, str]:
        """Return the day of each gap."""
        return {code: self.cleaned_data[f"gap-{code}"].isoformat() for code in self.codes}

    def clean(self) -> dict[str, Any]:
        """Refuse a day that has passed: that gap is there already."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        for code in self.codes:
            day = told.get(f"gap-{code}")
            if day and day <= timezone.localdate():
                self.add_error(f"gap-{code}", "Kies een dag in de toekomst.")
        return told


class ReopenForm(StepForm):
    """The beginning of a revision."""

    words = Words("Waarom moet de tekst anders?", longest=2000, rows=3)


class CloseForm(StepForm):
    """The end of a plan, with what came of it."""

    words = Words("Wat is het resultaat?", longest=2000, rows=4, help_text="Ook als het niet lukte.")
    lesson = Words("Wat leert het netwerk ervan?", longest=2000, rows=4)


class LimitForm(OnceForm):
    """A subject for which the network gives nothing extra."""

    topic = forms.ModelChoiceField(Topic.objects.none(), label="Onderwerp", empty_label="Maak een keuze")
    kind = forms.ChoiceField(label="Soort", choices=Limit.Kind.choices, widget=forms.RadioSelect)
    reason = Words(
        "Reden", longest=1000, rows=3, help_text="Dit staat ook in de nota, die iedereen kan lezen."
    )
    source = Words("Waar is dit besloten?", longest=200, required=False)
    since = day_field("Vanaf")
    until = day_field("Tot", required=False, help_text="Leeg: tot er anders wordt besloten.")

    def __init__(self, data: Any = None, *, topics: Any, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["topic"].queryset = topics  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a period without days."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and told["until"] and told["until"] <= told["since"]:
            self.add_error("until", "Het einde ligt niet na het begin. Kies een latere dag.")
        return told


class LimitEndForm(forms.Form):
    """The end of a limit."""

    until = day_field("Geldt tot", help_text="Vanaf deze dag mag een plan er weer uren en geld voor vragen.")

    def clean_until(self) -> date:
        """Refuse a day that has passed."""
        day: date = self.cleaned_data["until"]
        if day < timezone.localdate():
            raise forms.ValidationError("Kies vandaag of een latere dag.")
        return day


class ThemeFilter(forms.Form):
    """Keep the plans of a theme."""

    thema = forms.ChoiceField(label="Thema", required=False)

    def __init__(self, data: Any, *, themes: Iterable[Topic]) -> None:
        super().__init__(data)
        self.fields["thema"].choices = [("", "Alle thema's"), *((t.pk, t.name) for t in themes)]  # type: ignore[attr-defined]

    @property
    def theme(self) -> str:
        """The theme that was chosen, or nothing."""
        return str(self.cleaned_data["thema"]) if self.is_valid() else ""


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
