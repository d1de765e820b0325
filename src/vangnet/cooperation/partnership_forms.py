"""Forms of work with a branch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from vangnet.cooperation.models import Partnership, PartnershipStep
from vangnet.directory.forms import choose, day_field
from vangnet.directory.models import Function
from vangnet.identity.models import Organisation, User
from vangnet.meetings.forms import OnceForm, SeenForm, Words

MOST_WORDS = 4000


class PartnershipForm(OnceForm):
    """Work with a branch, with what is agreed and until when."""

    name = Words("Naam", longest=150)
    branch = Words("Branche", longest=100, help_text="Zoals: verhuur van bedrijfspanden.")
    partner = Words("Brancheorganisatie of partner", longest=150)
    contact = Words("Contact daar (functie, geen naam)", longest=100)
    kind = forms.ChoiceField(label="Soort", choices=[("", "Maak een keuze"), *Partnership.Kind.choices])
    topic = forms.ChoiceField(label="Thema of onderwerp")
    organisation = choose("Trekker", Organisation.objects.none())
    function = choose("Contact bij de trekker (functie)", Function.objects.none())
    agreed = Words("Wat is afgesproken?", longest=MOST_WORDS, rows=6)
    begins_on = day_field("Begint op")
    ends_on = day_field("Loopt tot", required=False, help_text="De eerste dag waarop het niet meer loopt.")
    evaluate_on = day_field("Evaluatie uiterlijk op")

    def __init__(self, *args: Any, user: User, topics: Sequence[Any], own: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["topic"].choices = [("", "Maak een keuze"), *topics]
        fields["organisation"].queryset = organisations(user, own)
        fields["function"].queryset = Function.objects.visible_to(user)
        self.initial.setdefault("begins_on", timezone.localdate())


def organisations(user: User, own: Any) -> Any:
    """Return the organisations of today to choose from; only one's own when that is given."""
    known = Organisation.objects.visible_to(user).filter(kinds__period__contains=timezone.localdate())
    return known.filter(pk=own) if own else known


class JoinForm(forms.Form):
    """An organisation takes part."""

    organisation = choose("Organisatie", Organisation.objects.none())
    since = day_field("Vanaf")

    def __init__(self, *args: Any, user: User, own: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["organisation"].queryset = organisations(user, own)
        self.initial.setdefault("since", timezone.localdate())


class StepForm(SeenForm):
    """An evaluation, or the end."""

    on = day_field("Op welke dag?")
    words = Words("Wat kwam eruit?", longest=MOST_WORDS, rows=6)
    next_on = day_field("Volgende evaluatie uiterlijk op", required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())
        if kind == PartnershipStep.Kind.END:
            self.fields["words"].label = "Waarom stopt het, en wat heeft het opgeleverd?"
            del self.fields["next_on"]


SAYS = {
    PartnershipStep.Kind.EVALUATE.value: ("Leg de evaluatie vast", "Wat werkte, wat niet, en wanneer weer."),
    PartnershipStep.Kind.END.value: (
        "Stop deze samenwerking",
        "Zij blijft leesbaar, met de reden. Wie nog meedoet, doet mee tot deze dag.",
    ),
}
