"""Forms of advice: a question, and each thing that is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from vangnet.cooperation.models import MOST_WORDS, AdviceTurn
from vangnet.directory.forms import day_field
from vangnet.meetings.forms import OnceForm, SeenForm
from vangnet.strategy import words

Kind = AdviceTurn.Kind
SCORES = [
    ("5", "5: hier kon ik mee verder"),
    ("4", "4: nuttig"),
    ("3", "3: deels bruikbaar"),
    ("2", "2: weinig bruikbaar"),
    ("1", "1: hier kon ik niets mee"),
]
NOBODY = "Noem geen personen over wie een signaal of casus gaat; daarvoor zijn dossiers."


class Words(words.Words):
    """Text that others in the network read."""

    has_number = (
        "Hier staat iets dat een burgerservicenummer lijkt. Dit gaat niet over personen: haal het weg."
    )


class AskForm(OnceForm):
    """A question for advice."""

    to = forms.ChoiceField(label="Aan wie?", help_text="Kent u niemand? Het aanjaagteam geeft de vraag door.")
    topic = forms.ChoiceField(label="Waar gaat het over?")
    place = forms.ChoiceField(label="In welke gemeente speelt het?", required=False)
    subject = Words("Onderwerp", longest=200, help_text="In één regel, zonder namen.")
    words = Words("Uw vraag", longest=MOST_WORDS, rows=8, help_text=NOBODY)
    due_on = day_field("Antwoord uiterlijk op")

    def __init__(
        self,
        *args: Any,
        addressees: Sequence[Any],
        topics: Sequence[Any],
        places: Sequence[tuple[str, str]],
        today: date,
        days: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["to"].choices = [("", "Maak een keuze"), *addressees]
        fields["topic"].choices = [("", "Maak een keuze"), *topics]
        fields["place"].choices = [("", "Geen bepaalde gemeente"), *places]
        self.initial.setdefault("due_on", today + timedelta(days=days))
        fields["due_on"].help_text = f"Gewoonlijk binnen {days} dagen."


class SayForm(SeenForm):
    """Something that is said of a question."""

    words = Words("Tekst", longest=MOST_WORDS, rows=8, help_text=NOBODY)

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label


class HandOnForm(SayForm):
    """Who answers instead, and why."""

    to = forms.ChoiceField(label="Aan wie?")
    field_order = ("to", "words")

    def __init__(self, *args: Any, addressees: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["to"].choices = [("", "Maak een keuze"), *addressees]


class JudgeForm(SayForm):
    """How useful the answer was, and why in a few words."""

    score = forms.TypedChoiceField(
        label="Wat had u aan het antwoord?", coerce=int, choices=SCORES, widget=forms.RadioSelect
    )
    field_order = ("score", "words")


class KnowledgeForm(SayForm):
    """What the network reads of it: a title and a summary of their own."""

    title = Words("Titel voor het netwerk", longest=200, help_text="Zonder namen, plaatsen of bedrijven.")
    field_order = ("title", "words")


# A turn: what its button and its page say, and what is asked there.
SAYS: dict[str, tuple[str, str, str]] = {
    Kind.ANSWER: ("Beantwoord", "Uw antwoord gaat naar de vrager en diens organisatie.", "Antwoord"),
    Kind.HANDED_ON: (
        "Geef door",
        "De vraag gaat over naar een ander; de termijn loopt door.",
        "Waarom geeft u de vraag door?",
    ),
    Kind.ASKED_BACK: (
        "Vraag terug",
        "De vrager is aan zet. De dagen die dat duurt, komen bij de termijn.",
        "Wat wilt u weten?",
    ),
    Kind.ADDED: ("Vul aan", "Daarna is de vraag weer aan wie haar beantwoordt.", "Uw aanvulling"),
    Kind.JUDGED: (
        "Geef uw oordeel",
        "Hiermee is de vraag afgerond. Ieder die de vraag volgt, leest uw cijfer en uw woorden: uw "
        "organisatie, wie is gevraagd (ook het team), wie er iets in zei en het aanjaagteam.",
        "Waarom? (kort)",
    ),
    Kind.KNOWLEDGE: (
        "Geschikt als kennis",
        "Iedereen in het netwerk leest daarna: het thema, de titel en samenvatting die u hier schrijft, de "
        "organisatie die antwoordde en de dag. Niet: uw naam en organisatie, de gemeente, vraag en antwoord.",
        "Samenvatting, zonder herkenbare personen, adressen of bedrijven",
    ),
    Kind.WITHDRAWN: ("Trek in", "Een ingetrokken vraag blijft leesbaar en wordt niet beantwoord.", "Waarom?"),
}
LONGEST = {Kind.JUDGED: 300, Kind.WITHDRAWN: 500}


def said(kind: str, *args: Any, addressees: Sequence[Any] = (), **kwargs: Any) -> SayForm:
    """Return the form of a turn."""
    label = SAYS[kind][2]
    if kind == Kind.HANDED_ON:
        return HandOnForm(*args, label=label, addressees=addressees, **kwargs)
    shapes: dict[str, type[SayForm]] = {Kind.JUDGED: JudgeForm, Kind.KNOWLEDGE: KnowledgeForm}
    made = shapes.get(kind, SayForm)(*args, label=label, **kwargs)
    field: Any = made.fields["words"]
    if kind in LONGEST:
        field.max_length = LONGEST[Kind(kind)]
        field.validators = [*field.validators, _short(LONGEST[Kind(kind)])]
        field.widget.attrs |= {"rows": 3, "maxlength": str(field.max_length)}
    return made


def _short(most: int) -> Any:
    from django.core.validators import MaxLengthValidator

    return MaxLengthValidator(most)
