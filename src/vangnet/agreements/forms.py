"""Forms about agreements; what they cannot know, the verbs and the database hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import BooleanField, F, Func
from django.utils import timezone

from vangnet.agreements.models import Authorisation, Category, Partner, Purpose, Version, Zone
from vangnet.agreements.terms import REGIME_OF, Regime
from vangnet.identity.models import Organisation, Role, User

ACTIVITIES = {
    Regime.RIEC: ("a", "b", "c"),
    Regime.CARE_AND_SAFETY: ("casusoverleg", "prioriteitenlijst"),
    Regime.NONE: ("eigen",),
}
TIERS = (
    (1, "1: personalia, onderneming, signalen"),
    (2, "2: gevoeliger gegevens"),
    (3, "3: het gevoeligst, kleinste kring"),
)


def a_day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Return a question for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class About(forms.Form):
    """A form about something that exists; `subject` is that, `told()` what the verb is told."""

    def __init__(self, *args: Any, subject: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        self.prepare()

    def prepare(self) -> None:
        """Limit the choices to what fits the subject."""

    def told(self) -> dict[str, Any]:
        """Return the answers as the verb takes them."""
        answers = dict(self.cleaned_data)
        for name in ("tier", "max_tier"):
            if name in answers:
                answers[name] = int(answers[name])
        return answers


class Lasting(About):
    """A form with a first and a last day."""

    since = a_day("Geldig van")
    until = a_day("Geldig tot en met")

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        since, until = answers.get("since"), answers.get("until")
        if since and until and until < since:
            self.add_error("until", "Deze dag ligt voor de begindag. Verwissel of verbeter de data.")
        return answers

    def told(self) -> dict[str, Any]:
        answers = super().told()
        since, until = answers.pop("since"), answers.pop("until")
        return answers | {"period": (since, until + timedelta(days=1) if until else None)}


def leads() -> Any:
    """Return the organisations for which this session may begin an agreement."""
    may = Func(F("pk"), function="agreements_may_start", output_field=BooleanField())
    return Organisation.objects.annotate(may=may).filter(may=True)


class NewAgreement(Lasting):
    """The first facts of an agreement."""

    name = forms.CharField(label="Naam", max_length=200)
    code = forms.SlugField(
        label="Kenmerk",
        max_length=60,
        help_text="Kort, in kleine letters; het komt in het adres van de pagina.",
    )
    zone = forms.ChoiceField(label="Zone", choices=Zone.choices)
    lead = forms.ModelChoiceField(Organisation.objects.none(), label="Penvoerder", empty_label=None)
    max_retention = forms.IntegerField(
        label="Langste bewaartermijn in maanden", min_value=1, max_value=60, initial=60
    )
    field_order = ("name", "code", "zone", "lead", "since", "until", "max_retention")

    def prepare(self) -> None:
        self.fields["lead"].queryset = leads()  # type: ignore[attr-defined]


class Facts(Lasting):
    """The facts of a draft."""

    max_retention = forms.IntegerField(label="Langste bewaartermijn in maanden", min_value=1, max_value=60)
    document = forms.CharField(label="Vindplaats van de tekst", max_length=300, required=False)
    change = forms.CharField(label="Wat verandert er?", max_length=500, required=False)
    dpia_adopted_on = a_day("DPIA vastgesteld op", required=False)
    dpia_reference = forms.CharField(label="Vindplaats van de DPIA", max_length=300, required=False)
    residual_risk_is_high = forms.BooleanField(label="Er blijft een hoog restrisico", required=False)
    prior_consultation = forms.CharField(
        label="Voorafgaande raadpleging van de Autoriteit Persoonsgegevens",
        max_length=200,
        required=False,
        help_text="Alleen nodig bij een hoog restrisico.",
    )
    coordinator = forms.ModelChoiceField(
        User.objects.none(),
        label="Coördinerend functionaris gegevensbescherming",
        required=False,
        help_text="Een functionaris van een publieke partner van dit convenant.",
    )
    contact_point = forms.CharField(label="Contactpunt voor betrokkenen", max_length=300, required=False)
    reminder_days = forms.IntegerField(label="Dagen vooraf herinneren", min_value=1, max_value=365)

    def prepare(self) -> None:
        officers = _with_role(Role.PRIVACY_OFFICER)
        self.fields["coordinator"].queryset = officers  # type: ignore[attr-defined]
        for name in self.fields:
            self.initial.setdefault(name, getattr(self.subject, name, None))
        self.initial["since"] = self.subject.period.lower
        self.initial["until"] = self.subject.period.upper - timedelta(days=1)


def _with_role(role: str) -> Any:
    today = timezone.localdate()
    found = User.objects.filter(is_active=True, memberships__role=role, memberships__period__contains=today)
    return found.distinct().order_by("name")


class Renewal(Lasting):
    """The next version."""

    change = forms.CharField(label="Wat verandert er?", max_length=500)


class Advice(About):
    """What the review of lawfulness said."""

    advice = forms.ChoiceField(label="Advies", choices=Version.Advice.choices)
    advised_on = a_day("Gegeven op")
    reference = forms.CharField(label="Vindplaats van het advies", max_length=300)


class SetAside(About):
    """Why a negative advice is not followed."""

    reason = forms.CharField(
        label="Motivering",
        min_length=50,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Waarom volgt u het advies niet, en wat doet u met de bezwaren? Iedereen die het convenant "
        "ziet, leest uw naam en uw motivering. Noem geen personen.",
    )


class Signature(About):
    """When all partners had signed."""

    signed_on = a_day("Ondertekend door alle partners op")


class Ending(About):
    """From when it is over, and why."""

    on = a_day("Eerste dag zonder")
    reason = forms.CharField(label="Reden", max_length=300)


class EndingPurpose(About):
    """From when a purpose is over."""

    on = a_day("Eerste dag zonder")


class NewPurpose(About):
    """A purpose and its basis in law."""

    name = forms.CharField(label="Naam", max_length=200)
    code = forms.SlugField(label="Kenmerk", max_length=60)
    ground = forms.ChoiceField(label="Grondslag AVG", choices=Purpose.Ground.choices)
    law = forms.RegexField(
        r"^BWBR[0-9]{7}$",
        label="Wet (BWB-nummer)",
        help_text="Staat op wetten.overheid.nl. De WGS is BWBR0049962.",
        error_messages={"invalid": "Vul het BWB-nummer in: BWBR en zeven cijfers, bijvoorbeeld BWBR0049962."},
    )
    article = forms.CharField(label="Artikel", max_length=100)
    activity = forms.ChoiceField(label="Activiteit", choices=Purpose.Activity.choices)
    activity_uri = forms.CharField(label="Verwerkingsactiviteit in het register", max_length=200)

    def prepare(self) -> None:
        known = ACTIVITIES[REGIME_OF[Zone(self.subject.agreement.zone)]]
        fitting = [(value, label) for value, label in Purpose.Activity.choices if value in known]
        self.fields["activity"].choices = fitting  # type: ignore[attr-defined]


class NewCategory(About):
    """A category of data for a purpose."""

    category = forms.ModelChoiceField(Category.objects.order_by("name"), label="Gegevenscategorie")
    tier = forms.ChoiceField(label="Trede", choices=TIERS)
    retention = forms.IntegerField(label="Bewaartermijn in maanden", min_value=1, max_value=60)
    exception = forms.CharField(
        label="Uitzonderingsgrond",
        max_length=200,
        required=False,
        help_text="Nodig bij bijzondere en strafrechtelijke gegevens en bij een BSN.",
    )


class NewPartner(Lasting):
    """An organisation that takes part."""

    organisation = forms.ModelChoiceField(Organisation.objects.order_by("name"), label="Organisatie")
    task = forms.CharField(label="Wettelijke taak", max_length=200)
    is_public = forms.BooleanField(label="Publieke organisatie", required=False, initial=True)
    position = forms.ChoiceField(label="Rol", choices=Partner.Position.choices)
    until = a_day("Tot en met", required=False, help_text="Leeg: zolang het convenant loopt.")
    field_order = ("organisation", "task", "is_public", "position", "since", "until")


class NewAuthorisation(Lasting):
    """Somebody of a partner, for a purpose, up to a tier."""

    user = forms.ModelChoiceField(User.objects.none(), label="Wie?")
    purpose = forms.ModelChoiceField(Purpose.objects.none(), label="Voor welk doel?")
    task = forms.ChoiceField(label="Taak", choices=Authorisation.Task.choices)
    max_tier = forms.ChoiceField(label="Hoogste trede", choices=TIERS)
    document = forms.CharField(label="Vindplaats van het aanwijzingsbesluit", max_length=300)
    field_order = ("user", "purpose", "task", "max_tier", "since", "until", "document")

    def prepare(self) -> None:
        staff = User.objects.filter(
            is_active=True,
            memberships__organisation=self.subject.organisation_id,
            memberships__period__contains=timezone.localdate(),
        )
        self.fields["user"].queryset = staff.distinct().order_by("name")  # type: ignore[attr-defined]
        self.fields["purpose"].queryset = Purpose.objects.filter(  # type: ignore[attr-defined]
            agreement=self.subject.agreement_id, ended_on=None
        )


class NewCircle(Lasting):
    """A circle of partners."""

    name = forms.CharField(label="Naam", max_length=150)
    members_see_each_other = forms.BooleanField(
        label="Leden zien van elkaar dat zij meedoen",
        required=False,
    )
    until = a_day("Tot en met", required=False)
    field_order = ("name", "members_see_each_other", "since", "until")


class NewMember(Lasting):
    """A partner that joins a circle."""

    partner = forms.ModelChoiceField(Partner.objects.none(), label="Partner")
    until = a_day("Tot en met", required=False)
    field_order = ("partner", "since", "until")

    def prepare(self) -> None:
        partners = Partner.objects.filter(agreement=self.subject.agreement_id).select_related(
            "organisation", "agreement"
        )
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]


class Shareable(forms.Form):
    """Which product for whom: the question of what is still needed."""

    doel = forms.ModelChoiceField(Purpose.objects.none(), label="Voor welk doel?")
    categorie = forms.ModelChoiceField(Category.objects.order_by("name"), label="Welke gegevens?")
    ontvanger = forms.ModelChoiceField(Organisation.objects.order_by("name"), label="Voor wie?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purposes = self.fields["doel"]
        purposes.queryset = Purpose.objects.select_related("agreement", "version")  # type: ignore[attr-defined]
        purposes.label_from_instance = lambda p: f"{p.name} ({p.agreement})"  # type: ignore[attr-defined]
