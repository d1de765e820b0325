"""Forms of cases: who does what before when, which measure for what, what was decided, and how it ends."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone

from vangnet.casework.case_reading import Work, assignees
from vangnet.casework.models import Phenomenon, Term
from vangnet.identity.models import Organisation, User
from vangnet.ui.choices import OneOf
from vangnet.vault import desks, personal
from vangnet.vault.desks import Desk
from vangnet.vault.forms import CHOOSE, TIERS, day
from vangnet.vault.forms import words as explanation
from vangnet.vault.marks import form_mark

OVERTAKEN = (
    "Intussen is al een afweging vastgelegd. Open de inhoud van de casus om die te lezen. Wat u typte, staat "
    "hieronder nog; legt u het vast, dan blijven beide bewaard en geldt deze als laatste."
)
NO_NAMES = "Wordt versleuteld bewaard in het dossier. Noem geen namen als dat niet nodig is."


class Choice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice from one of the lists of the pack."""

    def __init__(self, name: str, *, label: str, required: bool = True, help_text: str = "") -> None:
        found = Term.objects.filter(list=name)
        super().__init__(found, label=label, required=required, help_text=help_text, empty_label=CHOOSE[1])


class Once(forms.Form):
    """A form that carries the id of what it adds, so that sending it twice adds it once."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["key"] = uuid4()


class WordsForm(forms.Form):
    """A form with one text in one's own words, which stops at what looks like a BSN."""

    told = ""

    @property
    def masked(self) -> str:
        """The text without the number that was found in it; empty when none was."""
        return personal.masked(self, self.told)

    def clean(self) -> dict[str, Any]:
        """Take words without a number by accident."""
        found = super().clean() or self.cleaned_data
        if self.told in found:
            try:
                found[self.told] = personal.settled(self, self.told)
            except forms.ValidationError as error:
                self.add_error(self.told, error)
        return found


class CaseForm(forms.Form):
    """A new case: where, about what, and up to which tier."""

    place = forms.ChoiceField(label="Gemeente", required=False)
    phenomenon = OneOf(
        Phenomenon.objects.all(), label="Waar gaat het om?", required=False, empty_label="Weet ik niet"
    )
    tier = forms.TypedChoiceField(
        label="Tot welke trede?",
        coerce=int,
        widget=forms.RadioSelect,
        help_text="Kies de laagste trede waarmee u verder kunt. Verhogen kan later, verlagen niet.",
    )
    has_minor = forms.BooleanField(
        label="Er is een minderjarige bij betrokken",
        required=False,
        help_text="Dan vraagt Vangnet om het belang van het kind af te wegen voordat een maatregel kan.",
    )
    mark = form_mark()

    def __init__(self, *args: Any, at: Desk, lowest: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].choices = TIERS[lowest - 1 : at.writing]  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", "Niet aan een gemeente gebonden"), *desks.places()]  # type: ignore[attr-defined]


class TaskForm(Once, WordsForm):
    """A task for somebody who takes part."""

    told = "details"
    kind = Choice(Term.List.TASK, label="Wat voor taak?")
    who = forms.ChoiceField(label="Voor wie?", help_text="Wie een autorisatie heeft bij een deelnemer.")
    due_on = day("Uiterlijk")
    details = explanation("Opdracht", NO_NAMES, shortest=10, rows=3)

    def __init__(self, *args: Any, at: Desk, work: Work, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people, self.fields["who"].choices = _people(at, work)  # type: ignore[attr-defined]

    def clean_due_on(self) -> Any:
        """Refuse a day that has passed."""
        if self.cleaned_data["due_on"] < timezone.localdate():
            raise forms.ValidationError("Deze dag is al voorbij.")
        return self.cleaned_data["due_on"]

    @property
    def asked(self) -> dict[str, Any]:
        """What a valid form asks, as the verb wants it."""
        told = self.cleaned_data
        organisation, assignee = self.people[told["who"]]
        return {name: told[name] for name in ("kind", "due_on", "details", "key")} | {
            "organisation": organisation,
            "assignee": assignee,
        }


class ReassignForm(forms.Form):
    """Who takes over a task, and until when."""

    who = forms.ChoiceField(label="Voor wie?", help_text="Wie een autorisatie heeft bij een deelnemer.")
    due_on = day("Uiterlijk")

    def __init__(self, *args: Any, at: Desk, work: Work, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people, self.fields["who"].choices = _people(at, work)  # type: ignore[attr-defined]

    clean_due_on = TaskForm.clean_due_on

    @property
    def asked(self) -> dict[str, Any]:
        """What a valid form asks, as the verb wants it."""
        organisation, assignee = self.people[self.cleaned_data["who"]]
        return {"organisation": organisation, "assignee": assignee, "due_on": self.cleaned_data["due_on"]}


def _people(at: Desk, work: Work) -> tuple[dict[str, tuple[Organisation, User]], list[tuple[str, str]]]:
    """Return who can get a task, by what a form names them, and the choices of that form."""
    found = {f"{org.pk}/{user.pk}": (org, user) for org, user in assignees(at, work)}
    return found, [CHOOSE, *((key, f"{user} ({org})") for key, (org, user) in found.items())]


class DecisionForm(Once, WordsForm):
    """Something that was decided."""

    told = "words"
    kind = Choice(Term.List.DECISION, label="Wat voor besluit?")
    on = day("Genomen op")
    words = explanation("Wat is besloten, en waarom?", NO_NAMES, shortest=10)

    def clean_on(self) -> Any:
        """Refuse a day that has not come."""
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError("Deze dag moet nog komen.")
        return self.cleaned_data["on"]


class ChildForm(WordsForm):
    """How the interest of the child was weighed."""

    told = "words"
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    words = explanation(
        "Hoe is het belang van het kind afgewogen?",
        "Wat betekent de aanpak voor het kind, wie is daarover gehoord, en welke hulp is er? " + NO_NAMES,
    )

    def __init__(self, *args: Any, work: Work, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = str(work.case.child or "")
        self.initial["seen"] = self.last

    def clean(self) -> dict[str, Any]:
        """Stop once when a colleague wrote one meanwhile: both stay in the dossier, and the last counts."""
        told = super().clean()
        if "seen" in self.data and self.data["seen"] != self.last:
            self.data = {**self.data, "seen": self.last}
            self.add_error(None, OVERTAKEN)
        return told


class CloseForm(WordsForm):
    """The result of a case and what was learnt."""

    told = "lesson"
    result = Choice(Term.List.RESULT, label="Wat is het resultaat?")
    lesson = explanation(
        "Wat hebben we ervan geleerd?",
        "Wat werkte, wat niet, en wat doet u de volgende keer anders? " + NO_NAMES,
        shortest=10,
    )
    despite = forms.BooleanField(label="Rond toch af; wat nog loopt, blijft zo staan", required=False)

    def __init__(self, *args: Any, work: Work, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unfinished = bool(work.open_tasks or work.running)
        if not self.unfinished:
            del self.fields["despite"]

    def clean(self) -> dict[str, Any]:
        """Ask to say that something is not done."""
        told = super().clean()
        if self.unfinished and not told.get("despite"):
            self.add_error("despite", "Er staan nog taken of maatregelen open. Maak ze af, of kruis dit aan.")
        return told


class OfferForm(WordsForm):
    """To whom a case is offered, and why."""

    told = "reasons"
    receiver = forms.ChoiceField(label="Aan welke organisatie?")
    reasons = explanation("Waarom draagt u over?", NO_NAMES, shortest=10)

    def __init__(self, *args: Any, at: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = desks.partners(at.purpose, besides=at.organisation)
        self.fields["receiver"].choices = [CHOOSE, *partners]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        """What a valid form asks, as the verb wants it."""
        told = self.cleaned_data
        receiver = Organisation.objects.get(pk=UUID(told["receiver"]))
        return {"receiver": receiver, "reasons": told["reasons"]}


class RefusalForm(forms.Form):
    """Why a case that was offered is turned down."""

    why = Choice(Term.List.REFUSAL, label="Waarom wijst u af?")
