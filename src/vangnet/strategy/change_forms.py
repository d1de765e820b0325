"""Forms with which somebody proposes a change of the strategy, or records what a body said of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from vangnet.strategy import measuring, reading
from vangnet.strategy.goal_fields import GoalFields
from vangnet.strategy.models import Goal, Theme, Verdict, Version
from vangnet.strategy.refusals import CHANGED
from vangnet.strategy.versions import Content
from vangnet.strategy.words import Lines, Words

Pairs = Sequence[tuple[str, str]]
NO_GOAL = ("", "Geen bovenliggend doel")
GOAL_KINDS = ("visie", "strategisch doel", "tactisch doel", "operationeel doel", "toezegging")
GOAL_FIELDS = (
    *("title", "theme", "parent", "level", "kind", "term", "due_on", "condition", "restriction"),
    *(
        "actors",
        "partners",
        "network_role",
        "measures",
        "indicator",
        "area",
        "base_year",
        "target",
        "target_year",
    ),
    *("target_origin", "documents", "reason"),
)
ROLES = ("trekt", "faciliteert", "contact", "platform", "geen rol")


class ChangeForm(forms.Form):
    """A proposal: how the item should read, and why; with its id, so that sending twice proposes once."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    base = forms.UUIDField(required=False, widget=forms.HiddenInput)  # the version that filled the form
    reason = Words(
        "Waarom deze wijziging?",
        longest=2000,
        rows=3,
        help_text="Wie erover besluit, leest dit eerst.",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        former: Content | None = None,
        unlike: Sequence[Content | None] = (),
        base: Version | None = None,
        **more: Any,
    ) -> None:
        """Fill the form with how the item reads; a proposal may not be like any of `unlike`."""
        super().__init__(data, **more)
        self.former, self.unlike = former or {}, unlike
        self.now = self.initial["base"] = base.pk if base else None
        self.initial.setdefault("id", uuid4())
        for name, value in self.former.items():
            if name in self.fields:
                self.initial.setdefault(name, "\n".join(value) if isinstance(value, list) else value)
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def content(self) -> Content:
        """Return what the proposed version holds: what was there, with what the form changes."""
        told = {
            name: value for name, value in self.cleaned_data.items() if name not in ("id", "base", "reason")
        }
        held = {**self.former, **told}
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in held.items()}

    def clean(self) -> dict[str, Any]:
        """Refuse a proposal that changes nothing, or that takes back what came into force meanwhile."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("base") and told["base"] != self.now:
            raise forms.ValidationError(f"{CHANGED} Open daarvoor het formulier opnieuw.")
        if not self.errors and self.content() in self.unlike:
            raise forms.ValidationError("Er is nog niets gewijzigd. Pas een veld aan, of ga terug.")
        return told


class ThemeForm(ChangeForm):
    """A theme."""

    name = Words("Naam van het thema", longest=100)
    kind = forms.ChoiceField(label="Soort", choices=Theme.Kind.choices)
    summary = Words(
        "Samenvatting", longest=500, rows=3, help_text="Waar gaat dit thema over, in een of twee zinnen?"
    )


class GoalForm(GoalFields, ChangeForm):
    """A goal or a commitment."""

    title = Words("Doel", longest=200, rows=2, help_text="Schrijf op wat er bereikt moet zijn.")
    theme = forms.ChoiceField(label="Thema")
    parent = forms.ChoiceField(label="Hoort bij doel", required=False)
    kind = forms.ChoiceField(label="Soort")
    term = Words("Termijn", longest=100, required=False, help_text="Bijvoorbeeld 2019-2022 of jaarlijks.")
    due_on = forms.DateField(
        label="Uiterlijk",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="Alleen als er een datum is afgesproken.",
    )
    condition = Words(
        "Voorwaarde",
        longest=200,
        required=False,
        help_text="Het doel telt pas als hieraan is voldaan. Bijvoorbeeld: mits er geld voor is.",
    )
    restriction = Words(
        "Beperking",
        longest=200,
        required=False,
        help_text="Staat bij het doel, maar houdt het niet tegen. Bijvoorbeeld: waar nodig.",
    )
    actors = Lines("Wie doet het", longest=1000, rows=3, help_text="Een partner per regel.")
    network_role = forms.ChoiceField(label="Rol van het netwerk")
    measures = Lines(
        "Waaraan te meten", longest=2000, rows=3, required=False, help_text="Een indicator per regel."
    )

    def __init__(
        self,
        data: Any = None,
        *,
        themes: Iterable[Theme],
        goals: Iterable[Goal],
        item: str = "",
        former: Content | None = None,
        **more: Any,
    ) -> None:
        super().__init__(data, former=former, **more)
        known = list(goals)
        self._offer("theme", [(theme.slug, theme.name) for theme in themes])
        self._offer("parent", [NO_GOAL, *((g.code, f"{g.code} {g.title}") for g in known if g.code != item)])
        self._offer("kind", _once(GOAL_KINDS, (goal.kind for goal in known)))
        self._offer("network_role", _once(ROLES, (goal.network_role for goal in known)))
        self.order_fields(GOAL_FIELDS)

    def _offer(self, name: str, choices: Pairs) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def clean_term(self) -> str:
        """Refuse what looks like a day and is none: pages write days out."""
        told: str = self.cleaned_data["term"]
        odd = reading.no_day(told)
        if odd:
            raise forms.ValidationError(
                f"‘{odd}’ is geen dag van de kalender. Kies een dag die bestaat, of schrijf alleen het jaar."
            )
        return told

    def content(self) -> Content:
        """Return the content: what the note says of the goal stays, and nothing is added to the note."""
        held = super().content()
        held["parent"] = held["parent"] or None
        held["date_basis"] = held.get("date_basis") or (
            "genoemd" if held["term"] or held["due_on"] else "geen"
        )
        fixed = {"is_listed": False, "pages": "", "first_page": 0, "section": "", "position": 0}
        return {**fixed, **held}


def _once(first: Iterable[str], more: Iterable[str]) -> list[tuple[str, str]]:
    return [(value, value.capitalize()) for value in dict.fromkeys((*first, *sorted(more)))]


class DefinitionForm(ChangeForm):
    """What a word means."""

    name = Words("Begrip", longest=100)
    meaning = Words("Betekenis", longest=2000, rows=5)
    indicators = forms.MultipleChoiceField(
        label="Geteld in",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Welke cijfers tellen wat dit woord betekent? Geen keuze mag ook.",
        error_messages={"invalid_choice": "Dit cijfer bestaat niet. Kies uit de lijst."},
    )
    origin = Words("Herkomst", longest=200, required=False, help_text="Uit welke wet, nota of afspraak?")

    def __init__(self, data: Any = None, *, former: Content | None = None, **more: Any) -> None:
        super().__init__(data, former=former, **more)
        kept = (former or {}).get("indicators") or []
        known = dict(measuring.indicators())
        choices = [*known.items(), *((slug, slug) for slug in kept if slug not in known)]
        self.fields["indicators"].choices = choices  # type: ignore[attr-defined]
        self.initial["indicators"] = kept


class EndForm(forms.Form):
    """The proposal that an item ends; written anew on what did not change, it has another reason."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reason = Words("Waarom vervalt dit?", longest=2000, rows=3)

    def __init__(self, data: Any = None, *, former: str = "", **more: Any) -> None:
        super().__init__(data, **more)
        self.former = former
        self.initial.setdefault("id", uuid4())

    def clean_reason(self) -> str:
        """Refuse the same reason on the same words: nothing would change."""
        reason: str = self.cleaned_data["reason"]
        if self.former and reason == self.former:
            raise forms.ValidationError(
                "Er is nog niets gewijzigd. Schrijf een andere reden, of ga terug zonder te bewaren."
            )
        return reason


class VerdictForm(forms.Form):
    """What a body said of a proposal."""

    outcome = forms.ChoiceField(label="Oordeel", choices=Verdict.Outcome.choices, widget=forms.RadioSelect)
    words = Words(
        "Kanttekening of reden",
        longest=2000,
        rows=3,
        required=False,
        help_text="Nodig bij een kanttekening en bij ‘niet akkoord’.",
    )
    decided_on = forms.DateField(
        label="Besloten op", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    in_writing = forms.BooleanField(label="In een schriftelijke ronde", required=False)

    def __init__(self, data: Any = None, *, version: Version, is_advice: bool = False, **more: Any) -> None:
        super().__init__(data, **more)
        self.version = version
        if is_advice:
            self.fields["outcome"].label = "Advies"
        self.initial.setdefault("decided_on", timezone.localdate())

    def clean_decided_on(self) -> date:
        """Refuse a day before the proposal was sent, or one that has not come."""
        day: date = self.cleaned_data["decided_on"]
        asked = timezone.localdate(self.version.submitted_at) if self.version.submitted_at else day
        if not asked <= day <= timezone.localdate():
            raise forms.ValidationError("Kies een dag vanaf de indiening, en niet in de toekomst.")
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for words with everything but a plain agreement."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("outcome") in (Verdict.Outcome.RESERVED, Verdict.Outcome.REFUSED) and not told.get(
            "words"
        ):
            self.add_error("words", "Schrijf op wat de kanttekening of de reden is.")
        return told


class DayForm(forms.Form):
    """A day to look back at."""

    datum = forms.DateField(label="Datum", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class GoalDay(forms.Form):
    """A day on which to read a goal; without one it is today."""

    op = forms.DateField(
        label="Datum",
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": "Deze datum bestaat niet. Schrijf hem als 2019-01-31."},
    )


class PeriodForm(forms.Form):
    """Two days to compare."""

    van = forms.DateField(label="Van", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    tot = forms.DateField(
        label="Tot en met", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and told["van"] > told["tot"]:
            raise forms.ValidationError("De eerste dag ligt na de tweede. Draai ze om.")
        return told


def new_code(theme: str, codes: Iterable[str], siblings: Iterable[str]) -> str:
    """Return the next code of a goal in a theme, after the letters that its other goals have.

    >>> new_code("cybercrime", ["CYB-01", "CYB-09", "OND-02"], ["CYB-01", "CYB-09"])
    'CYB-10'
    """
    own = [code.rpartition("-")[0] for code in siblings if "-" in code]
    letters = max(set(own), key=own.count) if own else theme[:3].upper()
    numbers = [
        int(code.rpartition("-")[2])
        for code in codes
        if code.startswith(f"{letters}-") and code[-1].isdigit()
    ]
    return f"{letters}-{max(numbers, default=0) + 1:02d}"
