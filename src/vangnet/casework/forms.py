"""Forms of signals: what was seen, how it is weighed, and how the weighing ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone

from vangnet.casework import attachments, endings
from vangnet.casework.models import Branch, Phenomenon, Signal
from vangnet.casework.protocol import Protocol, Step
from vangnet.ui.choices import OneOf
from vangnet.vault import desks, personal
from vangnet.vault.forms import CHOOSE, Words, day, words
from vangnet.vault.kinds import FileRefused
from vangnet.vault.marks import form_mark
from vangnet.vault.personal import CarefulForm, PlainField

Answers = Sequence[tuple[str, str]]
LONGEST = 10_000
OLDEST: Final = date(1990, 1, 1)  # what was seen before this was not seen then: the year is mistyped


def checked_day(seen: date | None) -> date | None:
    """Return a day on which something was seen, unless it has not come or is of another age."""
    if seen and seen > timezone.localdate():
        raise forms.ValidationError("Deze dag moet nog komen.")
    if seen and seen < OLDEST:
        raise forms.ValidationError(f"Deze dag ligt voor {OLDEST.year}. Controleer het jaar.")
    return seen


class ManyFiles(forms.ClearableFileInput):
    """A field in which several files can be chosen."""

    allow_multiple_selected = True


class AttachmentsField(forms.FileField):
    """Files that come with a report, cleaned and scanned."""

    def __init__(self) -> None:
        super().__init__(
            label="Bijlagen",
            required=False,
            widget=ManyFiles,
            help_text=f"Hoogstens {attachments.MOST}: jpg, png, pdf of txt. Plaats, toestel en maker worden "
            "eruit gehaald. Moet u iets verbeteren, kies de bijlagen dan opnieuw.",
        )

    def clean(self, data: Any, initial: Any = None) -> list[attachments.Attachment]:
        """Return the files as they may be kept."""
        try:
            return attachments.accept(data or [])
        except FileRefused as reason:
            raise forms.ValidationError(str(reason)) from reason


def refuse_lost(form: forms.Form, request: Any) -> None:
    """Say so when a file was too large to be taken along."""
    if getattr(request, "upload_refused", False):
        form.add_error("attachments", attachments.TOO_LARGE)


class ReportForm(CarefulForm):
    """A report at the desk: what was seen, where and when, in two minutes."""

    told = ("text", "name", "contact")

    text = PlainField(
        label="Wat is er gezien of gehoord?",
        help_text="Alleen wat is waargenomen: wie deed wat, waar, hoe laat, hoe vaak. Geen vermoedens over "
        "waarom. Geen burgerservicenummer.",
        max_length=LONGEST,
        widget=Words(attrs={"rows": 7, "autocomplete": "off"}),
    )
    place = forms.ChoiceField(label="Gemeente")
    observed_on = day("Wanneer gezien?", required=False, help_text="Laat leeg als dat niet bekend is.")
    branch = OneOf(Branch.objects.all(), label="Branche", required=False, empty_label="Weet ik niet")
    phenomenon = OneOf(
        Phenomenon.objects.all(), label="Waar lijkt het op?", required=False, empty_label="Weet ik niet"
    )
    source = forms.ChoiceField(label="Van wie komt de melding?", widget=forms.RadioSelect)
    name = PlainField(
        label="Naam van de melder",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Wordt apart verzegeld. Alleen wie melders beschermt, kan dit lezen. Mag leeg blijven.",
    )
    contact = PlainField(
        label="Telefoon of e-mail",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    wants_feedback = forms.BooleanField(label="De melder wil horen wat ermee gebeurt", required=False)
    attachments = AttachmentsField()
    mark = form_mark()

    def __init__(self, *args: Any, own_place: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = desks.places()
        # A municipality's own territory comes first and is chosen; elsewhere is possible, and weighed later.
        self.fields["place"].choices = known if own_place else [CHOOSE, *known]  # type: ignore[attr-defined]
        self.fields["place"].initial = own_place
        sources = [choice for choice in Signal.Source.choices if choice[0] != Signal.Source.IMPORT]
        self.fields["source"].choices = sources  # type: ignore[attr-defined]
        self.fields["source"].initial = Signal.Source.DESK

    @property
    def branches(self) -> Iterable[Branch]:
        """The branches that one chooses from, read once with the form."""
        return self.fields["branch"].queryset  # type: ignore[attr-defined, no-any-return]

    @property
    def masked(self) -> str:
        """The text without the number that was found in it; empty when none was."""
        return personal.masked(self, "text")

    def clean_observed_on(self) -> Any:
        """Refuse a day that has not come, and one of another age."""
        return checked_day(self.cleaned_data["observed_on"])

    def clean(self) -> dict[str, Any]:
        """Keep no name with an anonymous report, and feedback only where somebody can be reached."""
        told = super().clean() or self.cleaned_data
        if told.get("source") == Signal.Source.ANONYMOUS and (told.get("name") or told.get("contact")):
            self.add_error("name", "Bij een anonieme melding bewaren we geen naam of contactgegevens.")
        if told.get("wants_feedback") and not told.get("contact"):
            self.add_error("contact", "Vul in hoe de melder te bereiken is, of zet terugkoppeling uit.")
        return told


class StepForm(forms.Form):
    """The answer to one step, with a reason for each criterion."""

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step
        self.fields["answer"] = forms.ChoiceField(
            label=step.question,
            help_text=step.explanation,
            choices=[(one.code, one.label) for one in step.answers],
            widget=forms.RadioSelect,
        )
        for key, label in step.criteria:
            self.fields[f"reden-{key}"] = words(label, shortest=10, rows=3)

    def clean(self) -> dict[str, Any]:
        """Stop at numbers that look like a BSN in any of the reasons."""
        told = super().clean() or self.cleaned_data
        for name in [name for name in told if name.startswith("reden-")]:
            try:
                told[name] = personal.settled(self, name)
            except forms.ValidationError as error:
                self.add_error(name, error)
        return told

    @property
    def has_number(self) -> bool:
        """Whether a number that looks like a BSN stands in one of the reasons."""
        return any(self.has_error(name, "bsn") for name in self.fields)

    @property
    def reasons(self) -> dict[str, str]:
        """The reasons by criterion."""
        return {key: self.cleaned_data[f"reden-{key}"] for key, _ in self.step.criteria}


class ActionForm(forms.Form):
    """On which day the first action was taken; it can be noted later than that."""

    on = day("Dag van de eerste actie")

    def __init__(self, *args: Any, signal: Signal, begun: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reported = timezone.localdate(signal.received_at)
        self.fields["on"].initial = max(begun, self.reported) if begun else timezone.localdate()
        if begun:
            self.fields[
                "on"
            ].help_text = "Op deze dag is de casus geopend. Was er eerder al een actie, kies dan die dag."

    def clean_on(self) -> date:
        """Refuse a day that has not come, and one before the report."""
        on: date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError("De dag van de eerste actie moet nog komen.")
        if on < self.reported:
            raise forms.ValidationError("De dag van de eerste actie ligt voor de melding.")
        return on


class OutcomeForm(forms.Form):
    """How a weighing ends: the outcome, and as a second question the route."""

    outcome = forms.ChoiceField(label="Uitkomst", widget=forms.RadioSelect)
    partners = forms.IntegerField(
        label="Hoeveel partners meldden dit?", min_value=1, max_value=50, initial=1,
        help_text="Tel uw eigen organisatie mee.",
    )  # fmt: skip
    route = forms.ChoiceField(
        label="Route", required=False, choices=[("", "Geen route"), *Signal.Route.choices]
    )

    def __init__(
        self, *args: Any, outcomes: tuple[str, ...], machine: Protocol, given: Answers = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.machine = machine
        self.fields["outcome"].choices = [(code, Signal.Outcome(code).label) for code in outcomes]  # type: ignore[attr-defined]
        self.fields["outcome"].help_text = " ".join(endings.why_shut(machine, given))
        self.fields["route"].help_text = endings.which_routes(machine, outcomes)
        routes = {route for code in outcomes for route in machine.routes(code)}
        known = [choice for choice in Signal.Route.choices if choice[0] in routes]
        self.fields["route"].choices = [("", "Geen route"), *known]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for a route that goes with the outcome, and for none where the signal is not passed on."""
        told = super().clean() or self.cleaned_data
        outcome, route = told.get("outcome"), told.get("route")
        routes = self.machine.routes(outcome) if outcome else ()
        if routes and not route and "route" in told:
            self.add_error("route", "Kies langs welke route dit signaal verder gaat.")
        elif outcome and route and not routes:
            self.add_error("route", "Bij deze uitkomst hoort geen route.")
        elif outcome and route and (wrong := endings.wrong_route(outcome, route, routes)):
            self.add_error("route", wrong)
        return told
