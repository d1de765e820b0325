"""Forms about people and partners: whom to call, one's own profile, a hand-over, taking part in a theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone

from vangnet.directory.forms import choose, colleagues, day_field, seat_name
from vangnet.directory.models import PHONE, Function, Holder, Profile, ThemePartner, Topic
from vangnet.identity.models import Organisation, User

VACANT = "vacant"


def topic_choices(user: User) -> list[tuple[str, Any]]:
    """Return the themes, each with the subjects below it (1 query)."""
    topics = list(Topic.objects.visible_to(user))
    return [
        (theme.name, [(theme.pk, theme.name), *((t.pk, t.name) for t in topics if t.under_id == theme.pk)])
        for theme in topics
        if theme.under_id is None
    ]


class WhomForm(forms.Form):
    """A subject and a municipality."""

    onderwerp = forms.ChoiceField(label="Waar gaat het over?")
    plaats = forms.ChoiceField(label="In welke gemeente?")

    def __init__(
        self, *args: Any, topics: Sequence[Any], places: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["onderwerp"].choices = [("", "Maak een keuze"), *topics]
        fields["plaats"].choices = [("", "Maak een keuze"), *places]


class ProfileForm(forms.Form):
    """How colleagues reach somebody, and what that person knows about."""

    function = choose("Functie", Function.objects.none(), required=False)
    phone = forms.CharField(
        label="Werktelefoon",
        required=False,
        max_length=20,
        help_text="Uw nummer op het werk, zoals 0570 123 456. Zet hier geen privénummer.",
        validators=[RegexValidator(PHONE, "Vul tien cijfers in, zoals 0570 123 456, of begin met +31.")],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    days = forms.TypedMultipleChoiceField(
        label="Op welke dagen werkt u?",
        required=False,
        coerce=int,
        choices=Profile.DAYS,
        widget=forms.CheckboxSelectMultiple,
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.none(),
        label="Waar kunnen collega's u over bellen?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["function"].queryset = Function.objects.visible_to(user)
        fields["topics"].queryset = Topic.objects.visible_to(user).filter(under__isnull=False)


class HandOverForm(forms.Form):
    """From which day, and per seat who takes it over; leaving it vacant is a choice, no default."""

    on = day_field("Vanaf welke dag?", help_text="De eerste dag waarop de opvolgers de zetels houden.")

    def __init__(self, *args: Any, held: Sequence[Holder], user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = held
        today = timezone.localdate()
        self.fields["on"].initial = today
        people: dict[Any, list[tuple[str, str]]] = {}
        for one in held:
            organisation = one.seat.organisation
            if organisation.pk not in people:
                rows = colleagues(user, organisation, today).exclude(pk__in=[one.account_id, user.pk])
                people[organisation.pk] = [(str(row.pk), row.name) for row in rows]
            options = [
                ("", "Maak een keuze"),
                *people[organisation.pk],
                (VACANT, "Niemand: de zetel wordt vacant"),
            ]
            self.fields[str(one.seat_id)] = forms.ChoiceField(
                label=f"{one.seat.body.name}, {seat_name(one.seat)}", choices=options
            )

    def successors(self) -> dict[Any, User | None]:
        """Return per seat who takes it over, as the verb takes it."""
        told = {one.seat_id: self.cleaned_data[str(one.seat_id)] for one in self.held}
        people = User.objects.get_queryset().in_bulk([one for one in told.values() if one != VACANT])
        known = {str(pk): person for pk, person in people.items()}
        return {seat: known.get(chosen) for seat, chosen in told.items()}


class JoinForm(forms.Form):
    """An organisation takes part in a theme."""

    organisation = choose("Organisatie", Organisation.objects.none())
    topic = choose("Thema", Topic.objects.none())
    since = day_field("Vanaf")
    reason = forms.ChoiceField(
        label="Waarom doet zij mee?", choices=[("", "Maak een keuze"), *ThemePartner.Joined.choices]
    )

    def __init__(self, *args: Any, user: User, own: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        today = timezone.localdate()
        known = Organisation.objects.visible_to(user).filter(kinds__period__contains=today)
        fields["organisation"].queryset = known.filter(pk=own) if own else known
        fields["topic"].queryset = Topic.objects.visible_to(user).filter(under=None)
        fields["since"].initial = today


class LeaveForm(forms.Form):
    """An organisation leaves a theme."""

    on = day_field("Vanaf welke dag niet meer?")
    reason = forms.ChoiceField(
        label="Waarom vertrekt zij?", choices=[("", "Maak een keuze"), *ThemePartner.Left.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()
