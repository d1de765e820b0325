"""What a dossier is made of: participants, weighings, data subjects and the pieces of data themselves."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from vangnet.agreements.models import Agreement, Category, Circle, Purpose, Zone
from vangnet.identity.models import Organisation, User


class Marking(models.TextChoices):
    """How far a recipient may pass something on (vertrouwelijkheid), as in TLP 2.0; strict to loose."""

    RED = "red", "TLP:RED, alleen genoemde personen"
    STRICT = "amber+strict", "TLP:AMBER+STRICT, alleen genoemde organisaties"
    AMBER = "amber", "TLP:AMBER, de deelnemers"
    GREEN = "green", "TLP:GREEN, het netwerk"
    CLEAR = "clear", "TLP:CLEAR, iedereen"


class ZoneKey(models.Model):
    """The fingerprint of the key of a zone (sleutelkenmerk): a start with another key is refused."""

    zone = models.CharField("zone", primary_key=True, max_length=10, choices=Zone)
    fingerprint = models.BinaryField("kenmerk")
    noted_at = models.DateTimeField("vastgelegd op")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "sleutelkenmerk", "sleutelkenmerken"

    def __str__(self) -> str:
        return self.zone


class Scope(models.Model):
    """An organisation under a purpose (bereik): what lists are filtered on."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "bereik", "bereiken"
        constraints = [models.UniqueConstraint("organisation", "purpose", name="scope_is_unique")]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.purpose}"


class Dossier(models.Model):
    """A shielded dossier under one purpose (afgeschermd dossier), with the wrapped key of its content."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "gesloten", "Gesloten"
        SHIELDED = "afgeschermd", "Afgeschermd"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField("nummer", max_length=30, unique=True)
    # Held by dossier_lies_in_the_zone_of_its_agreement and dossier_is_for_a_purpose_of_its_agreement.
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+", db_constraint=False)
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", db_constraint=False)
    zone = models.CharField("zone", max_length=10, choices=Zone)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="eigenaar")
    tier = models.PositiveSmallIntegerField("trede")
    status = models.CharField("status", max_length=12, choices=Status, default=Status.OPEN)
    place = models.CharField("gebiedscode", max_length=40, blank=True)
    opened_on = models.DateField("geopend op")
    opened_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", db_index=False, verbose_name="geopend door"
    )
    key_id = models.CharField("sleutel", max_length=80)
    wrapped_key = models.BinaryField("ingepakte sleutel")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "afgeschermd dossier", "afgeschermde dossiers"
        constraints = [models.CheckConstraint(name="dossier_tier_is_1_to_3", condition=Q(tier__range=(1, 3)))]

    def __str__(self) -> str:
        return self.number


class Weighing(models.Model):
    """Why a partner may join or be supplied (weegdocument): asked by one, decided by another."""

    class Kind(models.TextChoices):
        PARTICIPATION = "deelname", "Deelname aan het dossier"
        SUPPLY = "verstrekking", "Verstrekking aan een partner"

    class Status(models.TextChoices):
        SUBMITTED = "ingediend", "Wacht op besluit"
        GRANTED = "toegewezen", "Toegewezen"
        REFUSED = "afgewezen", "Afgewezen"
        WITHDRAWN = "ingetrokken", "Ingetrokken"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    kind = models.CharField("soort", max_length=12, choices=Kind)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="aanvrager")
    recipient = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="ontvanger")
    target = models.ForeignKey(
        Purpose, models.PROTECT, null=True, related_name="+", verbose_name="doel ontvanger"
    )
    article = models.CharField("grondslag", max_length=100)
    categories = models.JSONField("categorieën", default=list)
    sealed = models.BinaryField("versleutelde afweging")
    status = models.CharField("status", max_length=12, choices=Status, default=Status.SUBMITTED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="gevraagd door")
    asked_at = models.DateTimeField("gevraagd op")
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="besloten door"
    )
    decided_at = models.DateTimeField("besloten op", null=True)
    sealed_decision = models.BinaryField("versleutelde motivering", null=True)
    expires_on = models.DateField("vervalt op", null=True)
    seen_at = models.DateTimeField("afwijzing gezien op", null=True)
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "weegdocument", "weegdocumenten"
        constraints = [
            models.CheckConstraint(
                name="another_decides_than_asked",
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")),
            ),
            models.CheckConstraint(
                name="weighing_is_decided_in_full",
                condition=Q(status__in=["ingediend", "ingetrokken"])
                | Q(decided_by__isnull=False, decided_at__isnull=False, sealed_decision__isnull=False)
                & Q(expires_on__isnull=False),
            ),
            models.CheckConstraint(
                name="supply_names_purpose_and_categories",
                condition=Q(kind="deelname") | (Q(target__isnull=False) & ~Q(categories=[])),
            ),
            models.CheckConstraint(
                name="refusal_is_seen_after_it_was_decided",
                condition=Q(seen_at=None) | Q(decided_at__isnull=False, seen_at__gte=models.F("decided_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"weegdocument {self.pk}"


class Participation(models.Model):
    """An organisation takes part in a dossier (deelname), from a day until a day."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    is_owner = models.BooleanField("eigenaar")
    weighing = models.ForeignKey(Weighing, models.PROTECT, null=True, related_name="+")
    since = models.DateField("sinds")
    until = models.DateField("tot", null=True)
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "deelname", "deelnames"
        constraints = [
            models.CheckConstraint(
                name="participation_was_weighed", condition=Q(is_owner=True) | Q(weighing__isnull=False)
            ),
            models.CheckConstraint(
                name="participation_ends_after_it_began",
                condition=Q(until=None) | Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.dossier}"


class DossierCircle(models.Model):
    """A circle that may see a dossier (deelgroep bij dossier), chosen when the dossier is opened."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "deelgroep bij dossier", "deelgroepen bij dossier"
        constraints = [models.UniqueConstraint("dossier", "circle", name="dossier_has_circle_once")]

    def __str__(self) -> str:
        return f"{self.circle} bij {self.dossier}"


class Subject(models.Model):
    """A data subject in a dossier (betrokkene): a pseudonym of this purpose and a sealed identity."""

    class Capacity(models.TextChoices):
        SUSPECT = "verdachte", "Verdachte"
        CONVICTED = "veroordeelde", "Veroordeelde"
        VICTIM = "slachtoffer", "Slachtoffer"
        WITNESS = "getuige", "Getuige of melder"
        CLIENT = "client", "Cliënt of hulpvrager"
        OTHER = "derde", "Andere betrokkene"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    pseudonym = models.CharField("pseudoniem", max_length=40)
    capacity = models.CharField("hoedanigheid", max_length=12, choices=Capacity)
    is_minor = models.BooleanField("minderjarig")
    sealed = models.BinaryField("versleutelde identiteit")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="toegevoegd door")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "betrokkene", "betrokkenen"
        constraints = [
            models.CheckConstraint(
                name="capacity_is_known",
                condition=Q(
                    capacity__in=["verdachte", "veroordeelde", "slachtoffer", "getuige", "client", "derde"]
                ),
            )
        ]

    def __str__(self) -> str:
        return self.pseudonym


class Record(models.Model):
    """One piece of data about data subjects (gegeven): sealed content, and what travels along with it."""

    class Nature(models.TextChoices):
        FACT = "feit", "Feit"
        OPINION = "oordeel", "Persoonlijk oordeel"

    class Provenance(models.TextChoices):
        OBSERVED = "waarneming", "Eigen waarneming"
        REPORT = "melding", "Melding van een ander"
        POLICE = "politie", "Politieregistratie"
        JUSTICE = "justitie", "Justitiële registratie"
        REGISTER = "register", "Overheidsregister"
        OPEN_SOURCE = "openbaar", "Openbare bron"
        PARTNER = "partner", "Ontvangen van een partner"
        ANALYSIS = "analyse", "Afgeleid uit andere gegevens"

    class Reliability(models.TextChoices):
        CONFIRMED = "bevestigd", "Bevestigd"
        LIKELY = "waarschijnlijk", "Waarschijnlijk"
        DOUBTFUL = "twijfelachtig", "Twijfelachtig"
        UNKNOWN = "onbekend", "Niet te beoordelen"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # Held by record_has_purpose_and_zone_of_its_dossier and record_category_is_of_its_purpose.
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+", db_constraint=False)
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", db_constraint=False)
    zone = models.CharField("zone", max_length=10, choices=Zone)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="categorie",
    )
    source = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="bron")
    entered_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", db_index=False, verbose_name="ingevoerd door"
    )
    entered_at = models.DateTimeField("ingevoerd op")
    marking = models.CharField("vertrouwelijkheid", max_length=12, choices=Marking, default=Marking.STRICT)
    nature = models.CharField("feit of oordeel", max_length=8, choices=Nature)
    reliability = models.CharField("betrouwbaarheid", max_length=16, choices=Reliability)
    provenance = models.CharField("herkomst", max_length=16, choices=Provenance)
    first_processed = models.DateField("eerste verwerking")
    delete_by = models.DateField("verwijderen uiterlijk", null=True)
    restricted_at = models.DateTimeField("beperkt sinds", null=True)
    sealed = models.BinaryField("versleutelde inhoud")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "gegeven", "gegevens"
        constraints = [
            models.CheckConstraint(
                name="marking_is_one_of_tlp_2",
                condition=Q(marking__in=["red", "amber+strict", "amber", "green", "clear"]),
            ),
            models.CheckConstraint(name="nature_is_known", condition=Q(nature__in=["feit", "oordeel"])),
            models.CheckConstraint(name="record_has_provenance", condition=~Q(provenance="")),
            models.CheckConstraint(name="record_has_reliability", condition=~Q(reliability="")),
        ]

    def __str__(self) -> str:
        return f"gegeven {self.pk}"
