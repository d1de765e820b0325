"""The terms of an agreement: its versions, purposes, and the categories of data for each purpose.

A purpose, category or partner names the version that brought it in, and counts from the moment that this
version was activated; so a change is a new draft that is reviewed and signed like the first.
"""

from __future__ import annotations

from typing import Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vangnet.identity.models import Organisation, User

FIVE_YEARS = 60  # months; WGS 1.8(7)
EQUAL, OVERLAPS = RangeOperators.EQUAL, RangeOperators.OVERLAPS


class Zone(models.TextChoices):
    """A walled-off part of the vault (zone); what the network shares openly is in none of them."""

    RIEC = "riec", "RIEC"
    CARE_AND_SAFETY = "zvh", "Zorg- en Veiligheidshuis"
    MUNICIPALITY = "gemeente", "Eén gemeente"
    LOCAL = "lokaal", "Lokale gezamenlijke casus"


class Regime(models.TextChoices):
    """Which chapter of the WGS applies (regime)."""

    RIEC = "riec", "WGS, RIEC"
    CARE_AND_SAFETY = "zvh", "WGS, Zorg- en Veiligheidshuis"
    NONE = "geen", "Geen WGS: eigen wettelijke grondslag"


REGIME_OF = {
    Zone.RIEC: Regime.RIEC,
    Zone.CARE_AND_SAFETY: Regime.CARE_AND_SAFETY,
    Zone.MUNICIPALITY: Regime.NONE,
    Zone.LOCAL: Regime.NONE,
}


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Reads of agreements."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep all agreements for whoever is signed in: who shares what with whom is no secret here."""
        return self if user.is_authenticated else self.none()

    def of_partner(self, organisations: list[Organisation]) -> Self:
        """Keep the agreements in which one of these organisations takes part today, or that it leads."""
        taking_part = Q(
            partners__organisation__in=organisations, partners__period__contains=timezone.localdate()
        )
        return self.filter(Q(lead__in=organisations) | taking_part).distinct()


class Agreement(models.Model):
    """What organisations agree on sharing data (convenant); its content is in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    code = models.SlugField("kenmerk", max_length=60, unique=True)
    name = models.CharField("naam", max_length=200)
    zone = models.CharField("zone", max_length=10, choices=Zone)
    regime = models.CharField("regime", max_length=10, choices=Regime)
    lead = models.ForeignKey(
        Organisation, models.PROTECT, related_name="led_agreements", verbose_name="penvoerder"
    )
    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "convenant", "convenanten"
        ordering = ["name", "code"]
        constraints = [
            models.CheckConstraint(
                name="agreement_zone_has_its_regime",
                condition=Q(zone="riec", regime="riec")
                | Q(zone="zvh", regime="zvh")
                | Q(zone__in=["gemeente", "lokaal"], regime="geen"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """One version of an agreement (convenantversie): drafted, reviewed, signed, ended; never overwritten."""

    class Status(models.TextChoices):
        DRAFT = "concept", "Concept"
        ACTIVE = "actief", "Actief"
        ENDED = "beeindigd", "Beëindigd"

    class Advice(models.TextChoices):
        POSITIVE = "positief", "Positief"
        CONDITIONAL = "onder_voorwaarden", "Positief onder voorwaarden"
        NEGATIVE = "negatief", "Negatief"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("versie")
    status = models.CharField("status", max_length=10, choices=Status, default=Status.DRAFT)
    period = DateRangeField("geldig")
    max_retention = models.PositiveSmallIntegerField("langste bewaartermijn in maanden")
    document = models.CharField("vindplaats van de tekst", max_length=300, blank=True)
    change = models.CharField("wat verandert er", max_length=500, blank=True)
    dpia_adopted_on = models.DateField("DPIA vastgesteld op", null=True, blank=True)
    dpia_reference = models.CharField("vindplaats van de DPIA", max_length=300, blank=True)
    residual_risk_is_high = models.BooleanField("hoog restrisico", default=False)
    prior_consultation = models.CharField("voorafgaande raadpleging AP", max_length=200, blank=True)
    advice = models.CharField("rechtmatigheidsadvies", max_length=20, choices=Advice, blank=True)
    advised_on = models.DateField("advies gegeven op", null=True, blank=True)
    advice_reference = models.CharField("vindplaats van het advies", max_length=300, blank=True)
    set_aside_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="advies opzij gezet door"
    )
    set_aside_at = models.DateTimeField("advies opzij gezet op", null=True, blank=True)
    set_aside_reason = models.TextField(
        "motivering van de bestuurder", max_length=2000, blank=True, default="", db_default=""
    )
    coordinator = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="coördinerend FG"
    )
    contact_point = models.CharField("contactpunt", max_length=300, blank=True)
    reminder_days = models.PositiveSmallIntegerField("dagen vooraf herinneren", default=90)
    signed_on = models.DateField("ondertekend op", null=True, blank=True)
    activated_at = models.DateTimeField("in werking sinds", null=True, blank=True)
    ended_on = models.DateField("beëindigd per", null=True, blank=True)
    end_reason = models.CharField("reden van beëindiging", max_length=500, blank=True)
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "convenantversie", "convenantversies"
        ordering = ["agreement", "-number"]
        constraints = [
            models.UniqueConstraint("agreement", "number", name="version_number_is_unique"),
            ExclusionConstraint(
                name="agreement_has_one_active_version_at_a_time",
                expressions=[("agreement", EQUAL), ("period", OVERLAPS)],
                condition=Q(status="actief"),
            ),
            models.CheckConstraint(
                name="version_period_is_bounded",
                condition=Q(period__lower_inf=False, period__upper_inf=False),
            ),
            models.CheckConstraint(
                name="active_version_keeps_data_five_years_at_most",
                condition=Q(max_retention__gte=1) & (~Q(status="actief") | Q(max_retention__lte=FIVE_YEARS)),
            ),
            models.CheckConstraint(
                name="active_version_has_dpia_advice_and_signature",
                condition=~Q(status="actief")
                | Q(
                    dpia_adopted_on__isnull=False,
                    coordinator__isnull=False,
                    signed_on__isnull=False,
                    activated_at__isnull=False,
                )
                & (Q(advice__in=["positief", "onder_voorwaarden"]) | Q(set_aside_by__isnull=False))
                & ~Q(contact_point=""),
            ),
            models.CheckConstraint(
                name="only_negative_advice_is_set_aside_with_reasons",
                condition=Q(set_aside_by=None, set_aside_at=None, set_aside_reason="")
                | Q(advice="negatief", set_aside_by__isnull=False, set_aside_at__isnull=False)
                & ~Q(set_aside_reason=""),
            ),
            models.CheckConstraint(
                name="high_residual_risk_was_consulted",
                condition=Q(status="concept") | Q(residual_risk_is_high=False) | ~Q(prior_consultation=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}, versie {self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return bool(self.status == self.Status.DRAFT)


class Purpose(models.Model):
    """Why data are processed (verwerkingsdoel), on which legal ground, in which registered activity."""

    class Ground(models.TextChoices):
        DUTY = "c", "Wettelijke verplichting (AVG 6 lid 1 onder c)"
        PUBLIC_TASK = "e", "Taak van algemeen belang (AVG 6 lid 1 onder e)"

    class Activity(models.TextChoices):
        """What the WGS lets a RIEC or care and safety house do; anybody else has its own task."""

        ENFORCEMENT = "a", "Handhavingsknelpunten (WGS 2.18 onder a)"
        CASES = "b", "Casusoverleg RIEC (WGS 2.18 onder b)"
        SCANS = "c", "Gebieds- en thematische scans (WGS 2.18 onder c)"
        CONSULTATION = "casusoverleg", "Casusoverleg Zorg- en Veiligheidshuis (WGS 2.26)"
        PRIORITIES = "prioriteitenlijst", "Prioriteitenlijst (WGS 2.26)"
        OWN = "eigen", "Eigen wettelijke taak"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="purposes")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name="sinds versie")
    regime = models.CharField("regime", max_length=10, choices=Regime)
    code = models.SlugField("kenmerk", max_length=60)
    name = models.CharField("naam", max_length=200)
    ground = models.CharField("grondslag AVG", max_length=1, choices=Ground)
    law = models.CharField("wet (BWB-nummer)", max_length=11)
    article = models.CharField("artikel", max_length=100)
    activity = models.CharField("activiteit", max_length=20, choices=Activity)
    activity_uri = models.CharField("verwerkingsactiviteit in het register", max_length=200)
    ended_on = models.DateField("beëindigd per", null=True, blank=True)
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "verwerkingsdoel", "verwerkingsdoelen"
        ordering = ["agreement", "code"]
        constraints = [
            models.UniqueConstraint("agreement", "code", name="purpose_code_is_unique"),
            models.CheckConstraint(name="purpose_ground_is_public", condition=Q(ground__in=["c", "e"])),
            models.CheckConstraint(name="purpose_names_a_law", condition=Q(law__regex=r"^BWBR[0-9]{7}$")),
            models.CheckConstraint(
                name="purpose_has_article_and_activity", condition=~Q(article="") & ~Q(activity_uri="")
            ),
            models.CheckConstraint(
                name="purpose_activity_fits_the_regime",
                condition=Q(regime="riec", activity__in=["a", "b", "c"])
                | Q(regime="zvh", activity__in=["casusoverleg", "prioriteitenlijst"])
                | Q(regime="geen", activity="eigen"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A kind of data about people (gegevenscategorie), with what the law says of it."""

    class Kind(models.TextChoices):
        ORDINARY = "gewoon", "Gewoon"
        SENSITIVE = "gevoelig", "Gevoelig"
        SPECIAL = "bijzonder", "Bijzonder"
        CRIMINAL = "strafrechtelijk", "Strafrechtelijk"
        NATIONAL_ID = "nationaal_id", "Nationaal identificatienummer"

    code = models.SlugField("kenmerk", primary_key=True, max_length=40)
    name = models.CharField("naam", max_length=100)
    kind = models.CharField("soort", max_length=20, choices=Kind)
    is_health = models.BooleanField("over gezondheid")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "gegevenscategorie", "gegevenscategorieën"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PurposeCategory(models.Model):
    """A category that may be processed for a purpose (categorie bij doel), in which tier and how long.

    Kind, health, regime and activity are copies that a foreign key ties to their origin, so that a check
    can forbid what the law forbids: health data outside the care and safety houses, tier 3 in a scan.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="categories")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name="sinds versie")
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", verbose_name="categorie")
    kind = models.CharField("soort", max_length=20, choices=Category.Kind)
    is_health = models.BooleanField("over gezondheid")
    regime = models.CharField("regime", max_length=10, choices=Regime)
    activity = models.CharField("activiteit", max_length=20, choices=Purpose.Activity)
    tier = models.PositiveSmallIntegerField("trede")
    retention = models.PositiveSmallIntegerField("bewaartermijn in maanden")
    exception = models.CharField("uitzonderingsgrond", max_length=200, blank=True)
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "categorie bij doel", "categorieën bij doel"
        ordering = ["purpose", "tier", "category"]
        constraints = [
            models.UniqueConstraint("purpose", "category", name="purpose_has_category_once"),
            models.CheckConstraint(name="tier_is_1_to_3", condition=Q(tier__range=(1, 3))),
            models.CheckConstraint(
                name="retention_is_5_years_at_most", condition=Q(retention__range=(1, 60))
            ),
            models.CheckConstraint(
                name="special_category_needs_an_exception",
                condition=Q(kind__in=["gewoon", "gevoelig"]) | ~Q(exception=""),
            ),
            models.CheckConstraint(
                name="health_data_only_in_care_and_safety", condition=Q(is_health=False) | Q(regime="zvh")
            ),
            models.CheckConstraint(
                name="special_categories_are_those_of_the_wgs",
                condition=~Q(kind="bijzonder")
                | Q(regime="zvh", is_health=True)
                | Q(regime="riec", category="seksueel")
                | Q(regime="geen"),
            ),
            models.CheckConstraint(name="no_tier_3_in_a_scan", condition=Q(tier__lt=3) | ~Q(activity="c")),
        ]

    def __str__(self) -> str:
        return f"{self.category} voor {self.purpose}"
