"""The safety strategy as it is read: themes, goals, and what was claimed about the period before."""

from __future__ import annotations

from typing import Any, Self

from django.db import models


class StrategyQuerySet(models.QuerySet["Strategy"]):
    """Reads of strategies."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: the strategy is public."""
        return self.order_by("first_year")


class Strategy(models.Model):
    """A strategy of the network for a period (veiligheidsstrategie)."""

    slug = models.SlugField("kenmerk", max_length=60, primary_key=True)
    name = models.CharField("naam", max_length=200)
    first_year = models.PositiveSmallIntegerField("eerste jaar")
    last_year = models.PositiveSmallIntegerField("laatste jaar")
    status = models.CharField("status", max_length=100)
    document = models.CharField("brondocument", max_length=200)
    results_without_figure = models.JSONField("resultaten zonder cijfer", default=list)
    objects = StrategyQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "strategie", "strategieën"

    def __str__(self) -> str:
        return self.name


class ThemeQuerySet(models.QuerySet["Theme"]):
    """Reads of themes; a strategy is a public document."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: the strategy is public."""
        return self.order_by("position")


class Theme(models.Model):
    """A subject that the network works on together (thema)."""

    class Kind(models.TextChoices):
        SUBSTANTIVE = "inhoudelijk", "Inhoudelijk thema"
        ENABLING = "randvoorwaarde", "Randvoorwaardelijk thema"
        GENERAL = "algemeen", "Algemeen"

    slug = models.SlugField("kenmerk", max_length=60, primary_key=True)
    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="themes")
    name = models.CharField("naam", max_length=100)
    kind = models.CharField("soort", max_length=15, choices=Kind)
    summary = models.TextField("samenvatting")
    position = models.PositiveSmallIntegerField("volgorde")
    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "thema", "thema's"

    def __str__(self) -> str:
        return self.name


class GoalQuerySet(models.QuerySet["Goal"]):
    """Reads of goals."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: the strategy is public."""
        return self.select_related("theme").order_by("theme__position", "position")


class Goal(models.Model):
    """Something the strategy wants or promises, in our own words (doel)."""

    code = models.CharField("code", max_length=20, primary_key=True)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="goals")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField("soort", max_length=20)
    is_listed = models.BooleanField("door de nota zelf als doel opgesomd")
    title = models.CharField("doel", max_length=200)
    term = models.CharField("termijn", max_length=100)
    due_on = models.DateField("uiterlijk", null=True, blank=True)
    date_basis = models.CharField("herkomst van de termijn", max_length=20)
    condition = models.CharField("voorwaarde", max_length=200, blank=True)
    actors = models.JSONField("wie doet het", default=list)
    network_role = models.CharField("rol van het netwerk", max_length=20)
    pages = models.CharField("bladzijden", max_length=20)
    first_page = models.PositiveSmallIntegerField("begint op bladzijde")
    section = models.CharField("paragraaf", max_length=200)
    measures = models.JSONField("voorgestelde indicatoren", default=list)
    position = models.PositiveSmallIntegerField("volgorde")
    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "doel", "doelen"

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Reads of claims."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: the look-back is public."""
        return self.order_by("position")


class Claim(models.Model):
    """What the note says about the period before, and which figure stands beside it (terugblik)."""

    slug = models.SlugField("kenmerk", max_length=60, primary_key=True)
    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="claims")
    subject = models.CharField("onderwerp", max_length=120)
    claimed = models.CharField("volgens de nota", max_length=200)
    claimed_unit = models.CharField("eenheid in de nota", max_length=120)
    claimed_note = models.TextField("kanttekening bij de nota", blank=True)
    page = models.PositiveSmallIntegerField("bladzijde")
    achieved = models.BooleanField("volgens de nota behaald")
    indicator = models.SlugField("indicator", max_length=60)
    area = models.CharField("gebied van het cijfer", max_length=20)
    first_year = models.PositiveSmallIntegerField("van")
    last_year = models.PositiveSmallIntegerField("tot")
    also_from = models.PositiveSmallIntegerField("ook gerekend vanaf", null=True, blank=True)
    difference = models.TextField("verschil tussen beide")
    position = models.PositiveSmallIntegerField("volgorde")
    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "terugblik", "terugblikken"

    def __str__(self) -> str:
        return self.subject
