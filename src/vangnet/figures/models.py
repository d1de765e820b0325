"""Indicators, figures with their source and status, and the imports they came with."""

from __future__ import annotations

from typing import Any, Self
from uuid import uuid4

from django.db import models

from vangnet.identity.models import User
from vangnet.places.models import Area


class Status(models.TextChoices):
    """How sure a figure is (status)."""

    FINAL = "definitief", "Definitief"
    PROVISIONAL = "voorlopig", "Voorlopig"
    ESTIMATE = "schatting", "Schatting"


class Source(models.Model):
    """Who publishes a set of figures, under which terms (bron)."""

    slug = models.SlugField("kenmerk", max_length=60, primary_key=True)
    name = models.CharField("naam", max_length=200)
    publisher = models.CharField("uitgever", max_length=200)
    licence = models.CharField("licentie", max_length=100)
    table = models.CharField("tabel", max_length=40, blank=True)
    note = models.TextField("toelichting", blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "bron", "bronnen"

    def __str__(self) -> str:
        return self.name


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    """Reads of indicators; definitions are public."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: what is counted and how is public."""
        return self.select_related("source").order_by("theme", "name")

    def counted_per_municipality(self) -> Self:
        """Keep the indicators that have a figure for municipalities."""
        return self.filter(finest=Area.Level.MUNICIPALITY)


class Indicator(models.Model):
    """Something that is counted, with its definition, source, unit and polarity (indicator)."""

    class Polarity(models.TextChoices):
        LOWER = "lager", "Lager is beter"
        HIGHER = "hoger", "Hoger is beter"
        NONE = "geen", "Geen oordeel"

    id = models.SmallAutoField(primary_key=True)
    slug = models.SlugField("kenmerk", max_length=60, unique=True)
    code = models.CharField("code bij de bron", max_length=40, unique=True)
    name = models.CharField("naam", max_length=120)
    definition = models.TextField("begripsomschrijving")
    unit = models.CharField("eenheid", max_length=60)
    polarity = models.CharField("richting", max_length=10, choices=Polarity, default=Polarity.NONE)
    theme = models.CharField("onderwerp", max_length=60)
    finest = models.CharField("kleinste gebied", max_length=12, choices=Area.Level)
    source = models.ForeignKey(Source, models.PROTECT, related_name="indicators")
    is_population = models.BooleanField("telt inwoners", default=False)
    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "indicator", "indicatoren"
        constraints = [
            models.UniqueConstraint(
                fields=["is_population"],
                condition=models.Q(is_population=True),
                name="one_indicator_counts_inhabitants",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ImportQuerySet(models.QuerySet["Import"]):
    """Reads of imports."""

    def visible_to(self, user: Any) -> Self:
        """Keep all imports for whoever is signed in: where a figure comes from is no secret."""
        return self.select_related("by") if user.is_authenticated else self.none()

    def saved(self) -> Self:
        """Keep the imports whose figures count now."""
        return self.filter(state=Import.State.SAVED)


class Import(models.Model):
    """One delivery of figures, that can be read back, repeated and undone (inlezing)."""

    class State(models.TextChoices):
        DRAFT = "concept", "Nog niet opgeslagen"
        SAVED = "opgeslagen", "Opgeslagen"
        UNDONE = "teruggedraaid", "Teruggedraaid"
        REFUSED = "geweigerd", "Geweigerd"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    title = models.CharField("omschrijving", max_length=200)
    source = models.ForeignKey(Source, models.PROTECT, related_name="imports")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    started_at = models.DateTimeField("begonnen op")
    saved_at = models.DateTimeField("opgeslagen op", null=True, blank=True)
    undone_at = models.DateTimeField("teruggedraaid op", null=True, blank=True)
    state = models.CharField("stand", max_length=15, choices=State, default=State.DRAFT)
    checksum = models.CharField("controlegetal", max_length=64)
    borders_on = models.DateField("grenzen van", null=True, blank=True)
    rows = models.PositiveIntegerField("regels", default=0)
    added = models.PositiveIntegerField("nieuw", default=0)
    replaced = models.PositiveIntegerField("gewijzigd", default=0)
    unchanged = models.PositiveIntegerField("ongewijzigd", default=0)
    problem_count = models.PositiveIntegerField("problemen", default=0)
    problems = models.JSONField("problemen per regel", default=list)
    reading = models.JSONField("zo gelezen", default=dict)
    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "inlezing", "inlezingen"
        constraints = [
            models.CheckConstraint(
                name="saved_import_says_when",
                condition=models.Q(state__in=["opgeslagen", "teruggedraaid"], saved_at__isnull=False)
                | models.Q(state__in=["concept", "geweigerd"], saved_at__isnull=True),
            ),
            models.CheckConstraint(
                name="undone_import_says_when",
                condition=models.Q(state="teruggedraaid", undone_at__isnull=False)
                | (~models.Q(state="teruggedraaid") & models.Q(undone_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class FigureQuerySet(models.QuerySet["Figure"]):
    """Reads of figures; only official or released figures are stored here, so they are public."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: this table holds published figures only."""
        return self.all()

    def yearly(self) -> Self:
        """Keep figures about whole years."""
        return self.filter(grain=Figure.Grain.YEAR)

    def monthly(self) -> Self:
        """Keep figures about months."""
        return self.filter(grain=Figure.Grain.MONTH)


class Figure(models.Model):
    """One number: indicator, area, period, value, status (cijfer). No value means: not published, never 0."""

    class Grain(models.TextChoices):
        YEAR = "j", "jaar"
        MONTH = "m", "maand"

    indicator = models.ForeignKey(Indicator, models.PROTECT, db_index=False)
    area = models.ForeignKey(Area, models.PROTECT, db_index=False)
    grain = models.CharField("soort periode", max_length=1, choices=Grain)
    start = models.DateField("begin van de periode")
    value = models.FloatField("waarde", null=True)
    status = models.CharField("status", max_length=10, choices=Status)
    borders_on = models.DateField("op de grenzen van")
    delivered_by = models.ForeignKey(Import, models.PROTECT, related_name="figures")
    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "cijfer", "cijfers"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "grain", "start", "area"], name="figure_is_stored_once"
            ),
            models.CheckConstraint(
                name="figure_is_not_negative", condition=models.Q(value__isnull=True) | models.Q(value__gte=0)
            ),
            models.CheckConstraint(
                name="figure_status_is_known", condition=models.Q(status__in=Status.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.area_id} {self.start}"


class StagedFigure(models.Model):
    """A figure of an import that is not saved yet (klaargezet cijfer)."""

    delivery = models.ForeignKey(Import, models.CASCADE, db_constraint=False)
    indicator_id = models.SmallIntegerField()
    area_id = models.CharField(max_length=20)
    grain = models.CharField(max_length=1)
    start = models.DateField()
    value = models.FloatField(null=True)
    status = models.CharField(max_length=10)
    borders_on = models.DateField()

    class Meta:
        verbose_name, verbose_name_plural = "klaargezet cijfer", "klaargezette cijfers"

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.area_id} {self.start}"


class ReplacedFigure(models.Model):
    """What a figure was before an import changed it, so that the import can be undone (vervangen cijfer)."""

    replaced_by = models.ForeignKey(Import, models.PROTECT, related_name="replaced_figures")
    indicator = models.ForeignKey(Indicator, models.PROTECT, db_index=False)
    area = models.ForeignKey(Area, models.PROTECT, db_index=False)
    grain = models.CharField(max_length=1)
    start = models.DateField()
    value = models.FloatField(null=True)
    status = models.CharField(max_length=10)
    borders_on = models.DateField()
    delivered_by = models.ForeignKey(Import, models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "vervangen cijfer", "vervangen cijfers"

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.area_id} {self.start}"


class FetchQuerySet(models.QuerySet["Fetch"]):
    """Reads of fetches."""

    def visible_to(self, user: Any) -> Self:
        """Keep all fetches for whoever is signed in, as with imports."""
        return self.select_related("by", "delivery") if user.is_authenticated else self.none()


class Fetch(models.Model):
    """A request to bring in a published table, carried out by a job; ends in an import (ophaling)."""

    class State(models.TextChoices):
        WAITING = "wacht", "Wacht op een werker"
        RUNNING = "bezig", "Bezig met ophalen"
        DONE = "klaar", "Opgehaald"
        FAILED = "mislukt", "Mislukt"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    table = models.CharField("tabel", max_length=40)
    request = models.JSONField("opdracht")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("gevraagd op")
    state = models.CharField("stand", max_length=10, choices=State, default=State.WAITING)
    rows_done = models.PositiveIntegerField("opgehaalde rijen", default=0)
    rows_total = models.PositiveIntegerField("verwachte rijen", null=True, blank=True)
    heard_at = models.DateTimeField("laatste voortgang", null=True, blank=True)
    message = models.TextField("melding", blank=True)
    delivery = models.ForeignKey(Import, models.SET_NULL, null=True, blank=True, related_name="fetches")
    objects = FetchQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "ophaling", "ophalingen"
        constraints = [
            models.CheckConstraint(
                name="fetch_state_is_known",
                condition=models.Q(state__in=["wacht", "bezig", "klaar", "mislukt"]),
            )
        ]

    def __str__(self) -> str:
        return f"ophaling van {self.table}"
