"""Forms of meetings: planning, notes, decisions, attendance, actions and papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils import timezone

from vangnet.directory.forms import choose, day_field
from vangnet.directory.models import Body, Topic
from vangnet.identity.models import Membership, User
from vangnet.meetings.models import MOST_WORDS, Ruling, Sitting, Stop
from vangnet.strategy import words


class Words(words.Words):
    """Text that the whole network reads."""

    has_number = (
        "Hier staat iets dat een burgerservicenummer lijkt. Het hele netwerk leest dit: haal het weg."
    )


def clock(label: str) -> forms.TimeField:
    """Return a field for a time of the day."""
    return forms.TimeField(
        label=label,
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )


class OnceForm(forms.Form):
    """A form with the key of what it makes, so that sending twice makes one."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("id", uuid4())


class SeenForm(forms.Form):
    """A form with what its reader saw, so that a colleague is never overwritten."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)


class WhenForm(forms.Form):
    """Day, time and place."""

    day = day_field("Dag")
    begins = clock("Begint om")
    ends = clock("Eindigt om")
    place = Words("Plaats", longest=200, help_text="Een zaal of adres, of ‘online’.")

    def clean(self) -> dict[str, Any]:
        """Make two moments of a day and two times."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return told
        if told["ends"] <= told["begins"]:
            self.add_error("ends", "De vergadering eindigt voor zij begint. Kies een later einde.")
            return told
        zone = timezone.get_current_timezone()
        told["starts_at"] = datetime.combine(told["day"], told["begins"], zone)
        told["ends_at"] = datetime.combine(told["day"], told["ends"], zone)
        return told

    def moments(self) -> dict[str, Any]:
        """Return what a verb takes."""
        return {name: self.cleaned_data[name] for name in ("starts_at", "ends_at", "place")}


class PlanForm(WhenForm, OnceForm):
    """A new meeting of a body."""

    held = forms.BooleanField(
        label="Deze vergadering is al gehouden",
        required=False,
        help_text="Alleen voor een vergadering van vandaag of eerder, om haar alsnog vast te leggen.",
    )
    kind = forms.ChoiceField(label="Soort", choices=Sitting.Kind.choices)
    topic = choose(
        "Thema", Topic.objects.none(), required=False, help_text="Alleen bij een themabijeenkomst."
    )
    room = forms.IntegerField(
        label="Aantal plaatsen",
        required=False,
        min_value=1,
        max_value=5000,
        help_text="Alleen bij een themabijeenkomst; leeg is onbeperkt.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["topic"].queryset = Topic.objects.visible_to(user).filter(under=None)

    def clean(self) -> dict[str, Any]:
        """Let theme and room go with a meeting about a theme only."""
        told = super().clean()
        is_theme = told.get("kind") == Sitting.Kind.THEME
        if is_theme and not told.get("topic"):
            self.add_error("topic", "Kies waar de bijeenkomst over gaat.")
        if not is_theme and (told.get("topic") or told.get("room")):
            self.add_error("kind", "Thema en aantal plaatsen horen bij een themabijeenkomst.")
        return told


class ChangeForm(WhenForm, SeenForm):
    """Another day or place."""


class CancelForm(SeenForm):
    """A meeting is off."""

    remark = Words("Waarom vervalt de vergadering?", longest=500, rows=2)


class AdoptForm(SeenForm):
    """The list of decisions is adopted."""

    adopted_on = day_field(
        "Vastgesteld op", help_text="Meestal de dag van de vergadering erna. Daarna staat de lijst vast."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("adopted_on", timezone.localdate())


class NoteForm(SeenForm):
    """The note with an item (oplegnotitie)."""

    aim = forms.ChoiceField(label="Waarvoor", choices=Stop.Aim.choices, widget=forms.RadioSelect)
    occasion = Words("Aanleiding", longest=MOST_WORDS, rows=4, help_text="Waarom ligt dit nu voor?")
    asked = Words(
        "Gevraagd besluit",
        longest=MOST_WORDS,
        rows=3,
        required=False,
        help_text="In één zin die u zo kunt vaststellen. Nodig bij ‘ter besluitvorming’.",
    )
    caveats = Words("Kanttekeningen", longest=MOST_WORDS, rows=3, required=False)
    follow_up = Words(
        "Vervolg", longest=MOST_WORDS, rows=3, required=False, help_text="Wat gebeurt er daarna?"
    )

    def clean(self) -> dict[str, Any]:
        """Ask what is to be decided."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("aim") == Stop.Aim.DECISION and not told.get("asked") and "asked" not in self.errors:
            self.add_error("asked", "Schrijf op welk besluit u vraagt.")
        return told

    def note(self) -> dict[str, Any]:
        """Return what a verb takes."""
        return {
            name: self.cleaned_data[name] for name in ("aim", "occasion", "asked", "caveats", "follow_up")
        }


class RaiseForm(NoteForm, OnceForm):
    """A matter that is brought in a body."""

    title = Words("Onderwerp", longest=200)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    field_order = ("id", "seen", "title", "aim", "occasion", "asked", "caveats", "follow_up")


class RulingForm(SeenForm):
    """What a body said of an item; `seen` is how many versions there were."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32_000)  # a small number
    outcome = forms.ChoiceField(label="Uitkomst", choices=Ruling.Outcome.choices, widget=forms.RadioSelect)
    words = Words(
        "Besluit en motivering", longest=MOST_WORDS, rows=4, help_text="Wat is besloten, en waarom?"
    )
    reservations = Words("Voorbehouden", longest=MOST_WORDS, rows=2, required=False)
    to = choose(
        "Doorsturen aan",
        Body.objects.none(),
        required=False,
        help_text="Alleen bij ‘doorgestuurd’: het overleg hierboven of direct hieronder.",
    )
    reason = Words("Waarom wordt dit besluit hersteld?", longest=500, rows=2)

    def __init__(
        self, *args: Any, bodies: Any, outcomes: Sequence[Any], is_adopted: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["to"].queryset = bodies
        fields["outcome"].choices = outcomes
        if not is_adopted:
            del fields["reason"]
        if Ruling.Outcome.FORWARDED not in dict(outcomes):
            del fields["to"]

    def clean(self) -> dict[str, Any]:
        """Ask where to, with what is forwarded and with nothing else."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        forwards = told.get("outcome") == Ruling.Outcome.FORWARDED
        if forwards and not told.get("to") and "to" not in self.errors:
            self.add_error("to", "Kies naar welk overleg dit punt gaat.")
        if not forwards and told.get("to"):
            self.add_error("to", "Kies een overleg alleen bij ‘doorgestuurd’.")
        return told


class ActionForm(OnceForm):
    """Who does what before which day."""

    what = Words("Actie", longest=500, rows=2)
    owner = choose("Wie", User.objects.get_queryset().none())
    due_on = day_field("Uiterlijk")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["owner"].queryset = people(user, timezone.localdate())


class FinishForm(forms.Form):
    """An action is done."""

    done_on = day_field("Gedaan op")
    remark = Words("Opmerking", longest=500, rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("done_on", timezone.localdate())


class PaperForm(forms.Form):
    """A file with a matter."""

    file = forms.FileField(
        label="Bestand",
        allow_empty_file=True,
        help_text="Pdf, Word (docx) of Excel (xlsx), hoogstens 25 MB. Niets over personen in een zaak.",
    )

    def __init__(self, *args: Any, refused: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused = refused
        self.fields["file"].required = not refused

    def clean_file(self) -> Any:
        """Say what is the most."""
        if self.refused:
            limit = settings.VAULT_MAX_FILE // 1_048_576
            raise forms.ValidationError(
                f"Dit bestand is te groot: het mag hoogstens {limit} MB zijn. Verklein de afbeeldingen "
                "erin, of voeg het in delen toe."
            )
        return self.cleaned_data["file"]


class OldListForm(PaperForm):
    """A file with an old list of decisions."""

    file = forms.FileField(
        label="Bestand",
        allow_empty_file=True,
        help_text="Excel (xlsx) of CSV, met de kopjes Datum, Onderwerp, Uitkomst, Besluit en Voorbehoud.",
    )


class FeedForm(OnceForm):
    """What a calendar feed is of."""

    body = choose(
        "Welke agenda?",
        Body.objects.none(),
        required=False,
        help_text="Zonder keuze: de vergaderingen waar u zelf wordt verwacht.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["body"].empty_label = "Mijn eigen vergaderingen"
        fields["body"].queryset = Body.objects.visible_to(user).as_of(timezone.localdate())


def people(user: User, day: date) -> Any:
    """Return who works for a partner on a day, by name."""
    works = Membership.objects.filter(period__contains=day)
    found = User.objects.visible_to(user).filter(
        is_active=True, kind=User.Kind.PERSON, pk__in=works.values("user")
    )
    return found.order_by("name")
