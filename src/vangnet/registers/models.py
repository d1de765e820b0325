"""Registers without data about people: amounts, powers, groups, finds and counts, each a line that stays.

Nothing is changed or removed: a correction is a new line that replaces another and says why, and of a state
(a power, a youth group, resilience) the last line counts. Who sees and adds a line is decided by the policies
of the database.
"""

from __future__ import annotations

from typing import Any, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from vangnet.identity.models import Organisation, User

MOST = 99_999_999  # euros in one line; more than that is a slip of the finger
REFERENCE = (  # where a power is written down: a rule, its year and article, and nothing else
    r"^(APV|Gemeentewet|Opiumwet|Wet Bibob|Woningwet|Algemene wet bestuursrecht|Alcoholwet|Omgevingswet"
    r"|Beleidsregel|Verordening|Besluit)"
    r"( (Damocles|Bibob|exploitatie|sluiting|gebiedsverbod|ondermijning|prostitutie|horeca|woonoverlast))?"
    r"( (19|20)[0-9]{2})?(,? art\. [0-9]{1,3}([:.][0-9]{1,3})?[a-z]{0,2}( lid [0-9]{1,2})?)?$"
)


class Answer(models.TextChoices):
    """Yes, no, or not known; not known is never counted as no."""

    YES = "ja", "Ja"
    NO = "nee", "Nee"
    UNKNOWN = "onbekend", "Niet bekend"


class Source(models.TextChoices):
    """Where a line comes from."""

    OWN = "eigen", "Eigen administratie"
    POLICE = "politie", "Opgave van de politie"
    PROSECUTION = "om", "Opgave van het OM"
    TAX = "belastingdienst", "Opgave van de Belastingdienst"
    GRID = "netbeheerder", "Opgave van de netbeheerder"
    SYNTHETIC = "synthetisch", "Verzonnen voor de demonstratie"


class Status(models.TextChoices):
    """How firm a line is."""

    FINAL = "definitief", "Definitief"
    PROVISIONAL = "voorlopig", "Voorlopig"
    ESTIMATE = "schatting", "Schatting"


class RowQuerySet(models.QuerySet[Any]):
    """Reads of lines; the policies of the database have chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()

    def counting(self) -> Self:
        """Keep the lines that were not replaced or withdrawn."""
        return self.filter(corrected_by=None, is_void=False)

    def latest_of(self, *fields: str) -> Self:
        """Keep the last line of each combination of these fields."""
        return self.order_by(*fields, "-entered_at", "-pk").distinct(*fields)


class Choice(models.Model):
    """Something to choose from in a form (keuze): a code of a list that comes with the region pack."""

    class List(models.TextChoices):
        INSTRUMENT = "instrument", "Bevoegdheden"
        BUILDING = "pand", "Soorten panden"
        FACILITATOR = "facilitator", "Soorten facilitators"
        STEP = "jeugdstap", "Stappen van de groepsaanpak"
        APPROACH = "aanpak", "Aanpakken van jeugdgroepen"
        EFFECT = "effect", "Effecten van een aanpak"
        FUNCTION = "functie", "Functies"
        TARGET = "doelwit", "Functies die worden geïntimideerd"
        THREAT = "intimidatie", "Vormen van intimidatie"

    code = models.SlugField("code", primary_key=True, max_length=60)
    list = models.CharField("lijst", max_length=20, choices=List)
    name = models.CharField("naam", max_length=120)
    basis = models.CharField("grondslag", max_length=120, blank=True)
    advice = models.CharField("volgende stap", max_length=300, blank=True)
    order = models.PositiveSmallIntegerField("volgorde")
    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "keuze", "keuzes"
        ordering = ["list", "order"]

    def __str__(self) -> str:
        return self.name


class Entered(models.Model):
    """A line of a register: of which place, by which organisation, entered by whom and when."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="opgave van"
    )
    place = models.CharField("gebiedscode", max_length=20)
    source = models.CharField("bron", max_length=16, choices=Source, default=Source.OWN)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="ingevoerd door")
    entered_at = models.DateTimeField("ingevoerd op")
    objects = RowQuerySet.as_manager()

    class Meta:
        abstract = True


class Fact(Entered):
    """Something that happened on a day; a later line may replace it and then says why."""

    class Reason(models.TextChoices):
        SLIP = "verschrijving", "Verschrijving"
        TWICE = "dubbel", "Dubbel ingevoerd"
        PLACE = "plaats", "Verkeerde gemeente of datum"
        RULING = "uitspraak", "Uitspraak van de rechter of besluit op bezwaar"
        FINAL = "definitief", "Voorlopig cijfer is definitief geworden"

    happened_on = models.DateField("datum")
    status = models.CharField("status", max_length=10, choices=Status, default=Status.FINAL)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    reason = models.CharField("reden van de correctie", max_length=14, choices=Reason, blank=True)
    is_void = models.BooleanField("vervalt", default=False)

    class Meta:
        abstract = True


def _says_why(name: str) -> models.CheckConstraint:
    """Return the rule that a line which replaces another says why, and no other line does."""
    first, later = Q(replaces=None, reason="", is_void=False), Q(replaces__isnull=False) & ~Q(reason="")
    return models.CheckConstraint(name=name, condition=first | later)


class Gain(Fact):
    """An amount taken from crime (afgepakt bedrag), in whole euros, at one stage of being taken."""

    class Kind(models.TextChoices):
        CRIMINAL = "strafrechtelijk", "Strafrechtelijk"
        ADMINISTRATIVE = "bestuurlijk", "Bestuurlijk"
        FISCAL = "fiscaal", "Fiscaal"

    class Stage(models.TextChoices):
        CLAIMED = "gevorderd", "Gevorderd"
        SEIZED = "in-beslag", "In beslag genomen"
        COLLECTED = "geind", "Geïnd"

    kind = models.CharField("soort", max_length=16, choices=Kind)
    stage = models.CharField("fase", max_length=10, choices=Stage)
    amount = models.PositiveIntegerField("bedrag in euro's")

    class Meta:
        verbose_name, verbose_name_plural = "afgepakt bedrag", "afgepakte bedragen"
        ordering = ["-happened_on", "-entered_at"]
        indexes = [models.Index(fields=["place", "-happened_on"], name="gain_by_place")]
        constraints = [
            models.CheckConstraint(
                name="gain_is_a_sum_of_money", condition=Q(amount__gt=0, amount__lte=MOST)
            ),
            _says_why("gain_correction_says_why"),
            models.CheckConstraint(
                name="gain_kind_is_known", condition=Q(kind__in=["strafrechtelijk", "bestuurlijk", "fiscaal"])
            ),
            models.CheckConstraint(
                name="gain_stage_is_known", condition=Q(stage__in=["gevorderd", "in-beslag", "geind"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_stage_display().lower()}, {self.amount} euro"


class GainAgreement(Entered):
    """What partners agreed for a year at the level of the unit (afpakafspraak); the last line counts."""

    year = models.PositiveSmallIntegerField("jaar")
    kind = models.CharField("soort", max_length=16, choices=Gain.Kind)
    amount = models.PositiveIntegerField("afgesproken bedrag in euro's")

    class Meta:
        verbose_name, verbose_name_plural = "afpakafspraak", "afpakafspraken"
        ordering = ["-year", "kind"]
        constraints = [
            models.CheckConstraint(
                name="gain_agreement_is_a_sum_of_money", condition=Q(amount__gt=0, amount__lte=MOST)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"


class Adoption(Entered):
    """Whether a municipality has a power ready for use (stand van een bevoegdheid); the last line counts."""

    instrument = models.ForeignKey(Choice, models.PROTECT, related_name="+", verbose_name="bevoegdheid")
    adopted = models.CharField("vastgesteld", max_length=10, choices=Answer)
    rule = models.CharField("waar vastgelegd", max_length=80, blank=True)
    since = models.DateField("sinds", null=True)
    checked_on = models.DateField("nagekeken op")

    class Meta:
        verbose_name, verbose_name_plural = "stand van een bevoegdheid", "standen van bevoegdheden"
        ordering = ["place", "instrument__order"]
        indexes = [models.Index(fields=["place", "instrument", "-entered_at"], name="adoption_latest")]
        constraints = [
            models.CheckConstraint(
                name="adoption_rule_is_a_reference", condition=Q(rule="") | Q(rule__regex=REFERENCE)
            ),
            models.CheckConstraint(
                name="adoption_says_where_and_since_only_when_adopted",
                condition=Q(adopted=Answer.YES.value) | Q(rule="", since=None),
            ),
            models.CheckConstraint(
                name="adoption_is_checked_after_it_began",
                condition=Q(since=None) | Q(checked_on__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} in {self.place}: {self.get_adopted_display()}"


class YouthGroup(Entered):
    """A group of young people (jeugdgroep) under a number of its municipality; never a member of it."""

    number = models.PositiveSmallIntegerField("volgnummer")
    opened_on = models.DateField("in beeld sinds")

    class Meta:
        verbose_name, verbose_name_plural = "jeugdgroep", "jeugdgroepen"
        ordering = ["place", "number"]
        constraints = [models.UniqueConstraint("place", "number", name="youth_group_has_a_number_of_its_own")]

    def __str__(self) -> str:
        return f"{self.place}-{self.number}"


class GroupStep(models.Model):
    """A step of the model that was taken for a group (groepsstap): never skipped, never taken back."""

    LAST = 7
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    group = models.ForeignKey(YouthGroup, models.PROTECT, related_name="steps")
    step = models.PositiveSmallIntegerField("stap")
    taken_on = models.DateField("datum")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="ingevoerd door")
    entered_at = models.DateTimeField("ingevoerd op")
    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "groepsstap", "groepsstappen"
        ordering = ["group", "step"]
        constraints = [
            models.UniqueConstraint("group", "step", name="group_step_is_taken_once"),
            models.CheckConstraint(name="group_step_is_one_of_seven", condition=Q(step__gte=1, step__lte=7)),
        ]

    def __str__(self) -> str:
        return f"stap {self.step}"


class GroupReview(models.Model):
    """How a group is doing on a day (groepsmeting): kind, size, approach and effect; the last one counts."""

    class Kind(models.TextChoices):
        ANNOYING = "hinderlijk", "Hinderlijk"
        NUISANCE = "overlastgevend", "Overlastgevend"
        CRIMINAL = "crimineel", "Crimineel"

    class Size(models.TextChoices):
        SMALL = "tot-5", "Tot en met 5"
        MIDDLE = "6-10", "6 tot en met 10"
        LARGE = "11-20", "11 tot en met 20"
        LARGEST = "21-plus", "21 en meer"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    group = models.ForeignKey(YouthGroup, models.PROTECT, related_name="reviews")
    reviewed_on = models.DateField("datum van de meting")
    kind = models.CharField("soort groep", max_length=16, choices=Kind)
    size = models.CharField("omvang", max_length=10, choices=Size)
    approach = models.ForeignKey(Choice, models.PROTECT, null=True, related_name="+", verbose_name="aanpak")
    effect = models.ForeignKey(Choice, models.PROTECT, null=True, related_name="+", verbose_name="effect")
    counts_upward = models.BooleanField("telt mee in district en regio", default=False)
    next_on = models.DateField("volgende meting", null=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="ingevoerd door")
    entered_at = models.DateTimeField("ingevoerd op")
    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "groepsmeting", "groepsmetingen"
        ordering = ["group", "-entered_at"]
        constraints = [
            models.CheckConstraint(
                name="group_review_comes_before_the_next",
                condition=Q(next_on=None) | Q(next_on__gt=F("reviewed_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"meting van {self.reviewed_on}"


class Find(Fact):
    """A dismantled hennep farm, or a lab, storage or dump of synthetic drugs (vondst): kinds and classes."""

    class Kind(models.TextChoices):
        HENNEP = "hennep", "Hennepkwekerij"
        LAB = "lab", "Productieplaats"
        STORAGE = "opslag", "Opslag"
        DUMP = "dumping", "Dumping van afval"

    class Size(models.TextChoices):
        SMALL = "klein", "Klein"
        MIDDLE = "middel", "Middel"
        LARGE = "groot", "Groot"
        UNKNOWN = "onbekend", "Niet bekend"

    DRUGS = (Kind.LAB, Kind.STORAGE, Kind.DUMP)
    kind = models.CharField("soort", max_length=10, choices=Kind)
    size = models.CharField("omvang", max_length=10, choices=Size, default=Size.UNKNOWN)
    building = models.ForeignKey(
        Choice, models.PROTECT, null=True, related_name="+", verbose_name="soort pand"
    )
    fire_hazard = models.CharField("brandgevaar", max_length=10, choices=Answer, default=Answer.UNKNOWN)
    illegal_power = models.CharField(
        "stroom illegaal afgenomen", max_length=10, choices=Answer, default=Answer.UNKNOWN
    )
    facilitators = ArrayField(models.SlugField(max_length=60), verbose_name="facilitators", default=list)

    class Meta:
        verbose_name, verbose_name_plural = "vondst", "vondsten"
        ordering = ["-happened_on", "-entered_at"]
        indexes = [models.Index(fields=["place", "-happened_on"], name="find_by_place")]
        constraints = [
            _says_why("find_correction_says_why"),
            models.CheckConstraint(
                name="find_kind_is_known", condition=Q(kind__in=["hennep", "lab", "opslag", "dumping"])
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Resilience(Entered):
    """How a municipality guards itself against pressure (stand van de weerbaarheid); the last line counts."""

    protocol_since = models.DateField("protocol vastgesteld op", null=True)
    contact = models.ForeignKey(
        Choice, models.PROTECT, null=True, related_name="+", verbose_name="functie van het aanspreekpunt"
    )
    exercised_on = models.DateField("laatste oefening", null=True)
    checked_on = models.DateField("nagekeken op")

    class Meta:
        verbose_name, verbose_name_plural = "stand van de weerbaarheid", "standen van de weerbaarheid"
        ordering = ["place"]
        indexes = [models.Index(fields=["place", "-entered_at"], name="resilience_latest")]

    def __str__(self) -> str:
        return f"weerbaarheid van {self.place}"


class Intimidation(Entered):
    """That somebody in office was put under pressure (intimidatiemelding): month and codes, no word of it."""

    class Reason(models.TextChoices):
        AFTERWARDS = "vervolg", "Er is later aangifte gedaan"
        SLIP = "verschrijving", "Verschrijving"
        TWICE = "dubbel", "Dubbel gemeld"

    month = models.DateField("maand")
    kind = models.ForeignKey(Choice, models.PROTECT, related_name="+", verbose_name="vorm")
    target = models.ForeignKey(Choice, models.PROTECT, related_name="+", verbose_name="functie")
    reported = models.CharField("aangifte gedaan", max_length=10, choices=Answer)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    reason = models.CharField("reden van de correctie", max_length=14, choices=Reason, blank=True)
    is_void = models.BooleanField("vervalt", default=False)

    class Meta:
        verbose_name, verbose_name_plural = "intimidatiemelding", "intimidatiemeldingen"
        ordering = ["-month", "-entered_at"]
        constraints = [
            models.CheckConstraint(name="intimidation_is_of_a_month", condition=Q(month__day=1)),
            _says_why("intimidation_correction_says_why"),
        ]

    def __str__(self) -> str:
        return f"melding van {self.month:%Y-%m}"
