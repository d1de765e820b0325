"""Forms of the vault: what is asked before something is kept, opened, weighed or shared."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils import timezone

from vangnet.vault import desks, personal
from vangnet.vault.desks import Choices, Desk
from vangnet.vault.marks import form_mark
from vangnet.vault.models import Marking, Record, Subject, Weighing
from vangnet.vault.opening import Reason
from vangnet.vault.personal import CarefulForm, PlainField

TIERS = [
    (1, "Trede 1: gewone gegevens"),
    (2, "Trede 2: gevoelige gegevens"),
    (3, "Trede 3: zwaarste gegevens"),
]
SHORTEST = 20
CHOOSE = ("", "Maak een keuze")


class Words(forms.Textarea):
    """Room for words; an empty one is not coloured as a fault before anything was typed."""

    def use_required_attribute(self, initial: Any) -> bool:
        """Leave it to the form, which says it in Dutch."""
        return False


def words(label: str, help_text: str = "", *, shortest: int = SHORTEST, rows: int = 4) -> PlainField:
    """Return a field for an explanation in one's own words; no text is offered."""
    return PlainField(
        label=label,
        help_text=help_text,
        min_length=shortest,
        max_length=5000,
        widget=Words(attrs={"rows": rows, "autocomplete": "off"}),
    )


def ticks(label: str, help_text: str = "") -> forms.MultipleChoiceField:
    """Return boxes to tick, none of them ticked beforehand."""
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=False, widget=forms.CheckboxSelectMultiple
    )


def day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Return a field for a day; a browser shows a day that is filled in beforehand in this format only."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class DossierForm(forms.Form):
    """A new dossier."""

    tier = forms.TypedChoiceField(
        label="Tot welke trede?",
        coerce=int,
        widget=forms.RadioSelect,
        help_text="Kies de laagste trede waarmee u verder kunt. Verhogen kan later, verlagen niet.",
    )
    place = forms.ChoiceField(label="Gemeente", required=False)
    circles = ticks(
        "Deelgroepen", "Wie in een deelgroep zit, ziet dit dossier. Laat leeg als u nog niet deelt."
    )
    mark = form_mark()

    def __init__(self, *args: Any, at: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].choices = TIERS[: at.writing]  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", "Niet aan een gemeente gebonden"), *desks.places()]  # type: ignore[attr-defined]
        known = desks.circles(at)
        self.fields["circles"].choices = known  # type: ignore[attr-defined]
        if not known:
            del self.fields["circles"]


class ExportForm(forms.Form):
    """Which records are taken out as a file, and why."""

    records = forms.MultipleChoiceField(label="Gegevens", widget=forms.CheckboxSelectMultiple)
    reason = forms.ChoiceField(label="Waarvoor is het bestand nodig?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, records: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["records"].choices = records  # type: ignore[attr-defined]
        reasons = [choice for choice in Reason.choices if choice[0] != Reason.OTHER]
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]

    def clean_records(self) -> list[UUID]:
        """Return the ids."""
        return [UUID(text) for text in self.cleaned_data["records"]]


class OpenForm(CarefulForm):
    """Which records are opened, and why."""

    told = ("motivation",)

    records = forms.Field(required=False, widget=forms.MultipleHiddenInput)
    reason = forms.ChoiceField(label="Waarom opent u dit?", choices=Reason, widget=forms.RadioSelect)
    motivation = PlainField(
        label="Toelichting",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        help_text="Verplicht bij ‘Anders’. Wordt versleuteld bewaard; een toezichthouder kan het lezen.",
    )

    def clean_records(self) -> list[UUID]:
        """Take only ids; which of them may be opened, the database decides."""
        found = []
        for text in self.cleaned_data["records"] or []:
            try:
                found.append(UUID(text))
            except ValueError:
                continue
        if not found:
            raise forms.ValidationError("Kruis aan welke gegevens u wilt openen.")
        return list(dict.fromkeys(found))[:50]

    def clean(self) -> dict[str, Any]:
        """Ask for words with the reason that has none of its own."""
        chosen = super().clean() or self.cleaned_data
        if chosen.get("reason") == Reason.OTHER and not chosen.get("motivation", "").strip():
            self.add_error("motivation", "Licht toe waarom u dit opent.")
        return chosen


class FileReasonForm(forms.Form):
    """Why a file is fetched."""

    reason = forms.ChoiceField(choices=[one for one in Reason.choices if one[0] != Reason.OTHER])


class SubjectForm(CarefulForm):
    """A data subject."""

    told: tuple[str, ...] = ("name",)

    name = PlainField(label="Naam", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    born = day("Geboortedatum", required=False, help_text="Laat leeg als u die niet weet.")
    capacity = forms.ChoiceField(
        label="Hoedanigheid", choices=Subject.Capacity.choices, widget=forms.RadioSelect
    )
    is_minor = forms.BooleanField(label="Minderjarig", required=False)
    mark = form_mark()

    def clean_name(self) -> str:
        """Ask for a name that a pseudonym can be made of."""
        name: str = self.cleaned_data["name"]
        if name and not any(sign.isalnum() for sign in name):
            raise forms.ValidationError("Een naam heeft minstens één letter.")
        return name


class RecipientsForm(forms.Form):
    """How far a record may go, and to whom by name."""

    marking = forms.ChoiceField(
        label="Vertrouwelijkheid",
        choices=Marking.choices,
        initial=Marking.STRICT,
        widget=forms.RadioSelect,
        help_text="Dit bepaalt wie het ziet en wat een ontvanger ermee mag.",
    )
    organisations = ticks(
        "Organisaties", "Bij TLP:AMBER+STRICT: welke organisaties naast die van u zien dit?"
    )
    people = ticks(
        "Personen", "Bij TLP:RED: wie ziet dit? Kies ook uzelf, anders kunt u het niet meer lezen."
    )

    def __init__(self, *args: Any, at: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisations"].choices = desks.partners(at.purpose, besides=at.organisation)  # type: ignore[attr-defined]
        self.fields["people"].choices = desks.colleagues(at.purpose)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for names with the marking that is for named people."""
        chosen = super().clean() or self.cleaned_data
        if chosen.get("marking") == Marking.RED and not chosen.get("people"):
            self.add_error("people", "Kies bij TLP:RED ten minste één persoon.")
        return chosen


class RecordForm(RecipientsForm, SubjectForm):
    """A piece of data, and whom it is about: data subjects of the dossier, a new one, or nobody."""

    ABOUT = (
        ("bestaand", "Over een betrokkene in dit dossier"),
        ("nieuw", "Over een nieuwe betrokkene, die u hieronder toevoegt"),
        ("geen", "Geen betrokkene, bijvoorbeeld alleen over een pand"),
    )
    NEW = ("name", "born", "capacity", "is_minor")
    told = ("name", "text")

    category = forms.ChoiceField(label="Categorie")
    text = words("Inhoud", "Alleen wat nodig is voor dit doel. Geen burgerservicenummer.", shortest=1, rows=8)
    nature = forms.ChoiceField(
        label="Feit of oordeel?", choices=Record.Nature.choices, widget=forms.RadioSelect
    )
    reliability = forms.ChoiceField(label="Betrouwbaarheid", choices=[CHOOSE, *Record.Reliability.choices])
    provenance = forms.ChoiceField(label="Herkomst", choices=[CHOOSE, *Record.Provenance.choices])
    about = forms.ChoiceField(
        label="Over wie gaat dit?",
        widget=forms.RadioSelect,
    )
    subjects = ticks(
        "Betrokkenen in dit dossier",
        "Het kenmerk staat naast de naam als u een gegeven opent. U ziet alleen wie voorkomt in een gegeven "
        "dat u mag openen.",
    )
    field_order = (
        "category", "text", "about", "subjects", *NEW, "nature", "reliability", "provenance", "marking"
    )  # fmt: skip

    def __init__(self, *args: Any, at: Desk, known: Choices, **kwargs: Any) -> None:
        super().__init__(*args, at=at, **kwargs)
        choices: Choices = [CHOOSE, *desks.categories(at.purpose, at.writing)]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]
        self.fields["about"].choices = self.ABOUT if known else self.ABOUT[1:]  # type: ignore[attr-defined]
        self.fields["subjects"].choices = known  # type: ignore[attr-defined]
        if not known:
            del self.fields["subjects"]
        is_new = not self.is_bound or self.data.get("about") == "nieuw"
        for name in ("name", "capacity"):
            self.fields[name].required = is_new

    def clean(self) -> dict[str, Any]:
        """Ask which data subject it is about."""
        chosen = super().clean() or self.cleaned_data
        if chosen.get("about") == "bestaand" and not chosen.get("subjects"):
            self.add_error("subjects", "Kruis aan over welke betrokkene dit gaat.")
        elif chosen.get("about") != "bestaand" and self.data.get("subjects"):
            self.add_error(
                "about", "U kruiste een betrokkene aan: kies ‘Over een betrokkene in dit dossier’."
            )
        return chosen

    def parts(self) -> dict[str, Any]:
        """Return the fields as the page shows them, those of a new data subject folded away."""
        names = [name for name in self.fields if name != "mark"]
        split = names.index("name")
        shown = {"before": names[:split], "new": list(self.NEW), "after": names[split + len(self.NEW) :]}
        fields = {part: [self[name] for name in found] for part, found in shown.items()}
        unfold = self["about"].value() == "nieuw" or any(name in self.errors for name in self.NEW)
        return fields | {"unfold": unfold}

    def record(self) -> dict[str, Any]:
        """Return what is kept of the record."""
        return {k: v for k, v in self.cleaned_data.items() if k not in {"about", "subjects", *self.NEW}}

    def subject_ids(self) -> list[UUID]:
        """Return the data subjects of the dossier that were chosen."""
        chosen = self.cleaned_data if self.cleaned_data["about"] == "bestaand" else {}
        return [UUID(text) for text in chosen.get("subjects", [])]

    def new_subject(self) -> dict[str, Any] | None:
        """Return what is kept of a new data subject; None when there is none."""
        new = self.cleaned_data["about"] == "nieuw"
        return {name: self.cleaned_data[name] for name in (*self.NEW, "mark")} if new else None

    @property
    def masked(self) -> str:
        """The text without the number that was found in it; empty when none was."""
        return personal.masked(self, "text")


class FileForm(forms.Form):
    """A file for a record."""

    file = forms.FileField(
        label="Bestand",
        allow_empty_file=True,
        help_text="Pdf, Word, Excel, afbeelding of tekst. Naam en inhoud worden versleuteld.",
    )

    def __init__(self, *args: Any, refused: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused = refused
        if refused:
            self.fields["file"].required = False

    def clean_file(self) -> Any:
        """Say what is the most."""
        if self.refused:
            limit = settings.VAULT_MAX_FILE // 1_048_576
            raise forms.ValidationError(f"Dit bestand is te groot: het mag hoogstens {limit} MB zijn.")
        return self.cleaned_data["file"]


class WeighingForm(CarefulForm):
    """Why a partner should join, or be supplied with something; the answers are read by who decides."""

    kind = forms.ChoiceField(label="Wat vraagt u?", choices=Weighing.Kind.choices, widget=forms.RadioSelect)
    recipient = forms.ChoiceField(label="Welke partner?")
    target = forms.ChoiceField(
        label="Voor welk doel van de ontvanger?", required=False, help_text="Alleen bij een verstrekking."
    )
    article = PlainField(label="Op welke grondslag (wet en artikel)?", max_length=100)
    categories = ticks("Welke categorieën?", "Alleen bij een verstrekking.")
    necessity = words("Noodzaak", "Waarom lukt het niet zonder?")
    proportionality = words("Proportionaliteit", "Waarom weegt het belang op tegen de inbreuk?")
    subsidiarity = words("Subsidiariteit", "Waarom kan het niet met minder, of anders?")
    conditions = words("Voorwaarden", "Wat mag de ontvanger ermee, en wat niet?")
    informing = words("Informeren van de betrokkene", "Hoe en wanneer, of waarom niet?")

    WORDS = ("necessity", "proportionality", "subsidiarity", "conditions", "informing")
    told = ("article", *WORDS)

    def __init__(self, *args: Any, at: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].choices = [CHOOSE, *desks.any_partner(besides=at.organisation)]  # type: ignore[attr-defined]
        self.fields["target"].choices = [("", "Niet van toepassing"), *desks.targets(at)]  # type: ignore[attr-defined]
        self.fields["categories"].choices = desks.categories(at.purpose)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask of a supply for which purpose and which categories."""
        chosen = super().clean() or self.cleaned_data
        if chosen.get("kind") == Weighing.Kind.SUPPLY:
            if not chosen.get("target"):
                self.add_error("target", "Kies het doel waarvoor de ontvanger het krijgt.")
            if not chosen.get("categories"):
                self.add_error("categories", "Kies ten minste één categorie.")
        return chosen

    def said(self) -> dict[str, str]:
        """Return the words to seal, by the question they answer."""
        return {str(self.fields[name].label): self.cleaned_data[name] for name in self.WORDS}


class DecisionForm(CarefulForm):
    """What somebody else decides about a weighing."""

    told = ("motivation",)

    decision = forms.ChoiceField(
        label="Besluit",
        choices=[("toewijzen", "Toewijzen"), ("afwijzen", "Afwijzen")],
        widget=forms.RadioSelect,
    )
    motivation = words("Motivering")


class JoinForm(forms.Form):
    """From when until when a partner takes part."""

    since = day("Vanaf")
    until = day("Tot", required=False, help_text="De eerste dag waarop de partner niet meer meedoet.")

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        chosen = super().clean() or self.cleaned_data
        since, until = chosen.get("since"), chosen.get("until")
        if since and since < timezone.localdate():
            self.add_error("since", "Deelname begint vandaag of later.")
        if since and until and until <= since:
            self.add_error("until", "De einddatum ligt voor de begindatum.")
        return chosen


class TierForm(forms.Form):
    """A higher tier for a dossier."""

    tier = forms.TypedChoiceField(label="Naar welke trede?", coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, at: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].choices = TIERS[1 : at.writing]  # type: ignore[attr-defined]


class EmergencyForm(CarefulForm):
    """A request for access in an emergency."""

    told = ("reason",)

    number = PlainField(label="Dossiernummer", max_length=30)
    reason = words("Waarom kan dit niet wachten?", "Een collega leest dit en besluit erover.")

    def clean_number(self) -> str:
        """Write it as it is written."""
        return str(self.cleaned_data["number"]).strip().upper()


class ApprovalForm(forms.Form):
    """How long access in an emergency lasts."""

    hours = forms.IntegerField(
        label="Voor hoeveel uur?", min_value=1, max_value=24, initial=4, help_text="Ten hoogste 24 uur."
    )
