"""Forms of the network: days, codes and people to choose from, and the name of a body."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from vangnet.directory.models import Body, BodyKind, Function, Seat, Topic
from vangnet.identity.models import Membership, Organisation, User
from vangnet.places.atlas import Atlas
from vangnet.vault.personal import find_bsn

FORMATS = ["%Y-%m-%d", "%d-%m-%Y"]
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
IN_REACH = "Kies een dag van 1900 tot en met 2100."


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Return a field for a day; browsers take a day that is there already in this form only."""
    ends = {"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=FORMATS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **ends}),
        validators=[MinValueValidator(FIRST_DAY, IN_REACH), MaxValueValidator(LAST_DAY, IN_REACH)],
    )


def last_day_field() -> forms.DateField:
    """Return a field for the last day of a term, empty for one without an end."""
    return day_field("Tot en met", required=False, help_text="Laat leeg als er nog geen einde is.")


def within(form: forms.Form) -> dict[str, Any]:
    """Return what a form says, its last day as the first day without; refuse a last day before the first."""
    told: dict[str, Any] = form.cleaned_data
    since, last = told.get("since"), told.get("until")
    if last and since and last < since:
        form.add_error("until", "De laatste dag ligt voor de eerste. Kies een latere dag, of laat dit leeg.")
    elif last:
        told["until"] = last + timedelta(days=1)
    return told


def choose(
    label: str, queryset: Any, *, required: bool = True, help_text: str = ""
) -> forms.ModelChoiceField[Any]:
    """Return a field to choose one of a table from, none chosen beforehand."""
    return forms.ModelChoiceField(
        queryset, label=label, required=required, help_text=help_text, empty_label="Maak een keuze"
    )


class BodyForm(forms.Form):
    """A body: of what kind, where, about what, and to whom it reports."""

    name = forms.CharField(label="Naam", max_length=150)
    kind = choose("Soort", BodyKind.objects.none())
    area = forms.ChoiceField(label="Gebied")
    above = choose("Brengt verslag uit aan", Body.objects.none(), required=False)
    topic = choose(
        "Onderwerp",
        Topic.objects.none(),
        required=False,
        help_text="Laat leeg als het over alle thema's gaat.",
    )
    since = day_field("Vanaf")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today, atlas, fields = timezone.localdate(), Atlas.load(), cast(Any, self.fields)
        districts = [(one.code, f"District {one.name}") for one in atlas.districts(on=today)]
        places = [(code, atlas.name(code, on=today)) for code in atlas.municipalities(on=today)]
        units = [(code, atlas.name(code, on=today)) for code in atlas.units(on=today)]
        fields["area"].choices = [
            ("", "Maak een keuze"),
            ("Regio", units),
            ("Districten", districts),
            ("Gemeenten", sorted(places, key=lambda one: one[1])),
        ]
        fields["kind"].queryset = BodyKind.objects.visible_to(user)
        fields["above"].queryset = Body.objects.visible_to(user).as_of(today)
        fields["topic"].queryset = Topic.objects.visible_to(user)
        fields["since"].initial = today

    def clean_name(self) -> str:
        """Refuse a name without letters or with signs that nobody sees, and the name of another body."""
        name: str = self.cleaned_data["name"]
        if not name.isprintable() or not any(sign.isalpha() for sign in name):
            raise forms.ValidationError("Geef een naam van letters, zonder onzichtbare tekens.")
        if find_bsn(name):
            raise forms.ValidationError(
                "Hier staat iets dat een burgerservicenummer lijkt. Deze naam is openbaar: haal het weg."
            )
        if Body.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError("Er is of was al een overleg met deze naam. Kies een andere naam.")
        return name


class SeatForm(forms.Form):
    """A seat in a body, with who it is of."""

    role = forms.ChoiceField(label="Rol", choices=[("", "Maak een keuze"), *Seat.Role.choices])
    organisation = choose("Namens", Organisation.objects.none())
    function = choose("Functie", Function.objects.none())
    deputy_of = choose(
        "Vervangt", Seat.objects.none(), required=False, help_text="Alleen bij een plaatsvervanger."
    )
    portfolio = choose(
        "Portefeuille", Topic.objects.none(), required=False, help_text="Het thema waar deze zetel over gaat."
    )
    since = day_field("Vanaf")
    until = last_day_field()

    def __init__(self, *args: Any, body: Body, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        known = Organisation.objects.visible_to(user).filter(kinds__period__contains=today)
        fields: Any = self.fields
        fields["organisation"].queryset = known
        fields["function"].queryset = Function.objects.visible_to(user)
        fields["portfolio"].queryset = Topic.objects.visible_to(user).filter(under=None)
        own = Seat.objects.visible_to(user).as_of(today).filter(body=body).exclude(role=Seat.Role.DEPUTY)
        fields["deputy_of"].queryset = own.select_related("organisation", "function", "body")
        fields["deputy_of"].label_from_instance = seat_name
        fields["since"].initial = today

    def clean(self) -> dict[str, Any]:
        """Read the last day of a term as the first day without."""
        return within(self)


def seat_name(seat: Seat) -> str:
    """Return a seat as one chooses it."""
    return f"{seat.get_role_display()}: {seat.function.name}, {seat.organisation.name}"


class HolderForm(forms.Form):
    """Who holds a seat from a day on: somebody of its organisation, never oneself."""

    account = choose("Wie", User.objects.get_queryset().none())
    since = day_field("Vanaf")
    until = last_day_field()

    def __init__(self, *args: Any, seat: Seat, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        day = max(timezone.localdate(), seat.period.lower or date.min)
        fields["account"].queryset = colleagues(user, seat.organisation, day).exclude(pk=user.pk)
        fields["since"].initial = day

    def clean(self) -> dict[str, Any]:
        """Read the last day of a term as the first day without."""
        return within(self)


def colleagues(user: User, organisation: Organisation, day: date) -> Any:
    """Return who works for an organisation on a day, by name."""
    works = Membership.objects.filter(organisation=organisation, period__contains=day)
    found = User.objects.visible_to(user).filter(is_active=True, pk__in=works.values("user"))
    return found.order_by("name")


class EndForm(forms.Form):
    """The first day on which something is no more."""

    on = day_field("Vanaf welke dag niet meer?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()
