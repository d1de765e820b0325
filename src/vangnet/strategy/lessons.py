"""What a period left behind: what the note claims, results without a figure, and recommendations."""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Reads of claims."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: the look-back is public."""
        return self.order_by("position")


class Claim(models.Model):
    """What the note says about the period before, and which figure stands beside it (terugblik)."""

    slug = models.SlugField("kenmerk", max_length=60, primary_key=True)
    strategy = models.ForeignKey("strategy.Strategy", models.PROTECT, related_name="claims")
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


class ResultQuerySet(models.QuerySet["Result"]):
    """Reads of results."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: the look-back is public."""
        return self.select_related("organisation").order_by("position", "recorded_at")


class Result(models.Model):
    """A result to which no figure belongs, with where it can be read (resultaat zonder cijfer)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    strategy = models.ForeignKey("strategy.Strategy", models.PROTECT, related_name="results")
    words = models.CharField("resultaat", max_length=400)
    evidence = models.JSONField("bewijs", default=list)  # "titel; bladzijde; adres", see `lines`
    position = models.PositiveSmallIntegerField("volgorde", default=1000)
    organisation = models.ForeignKey("identity.Organisation", models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField("vastgelegd op")
    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "resultaat zonder cijfer", "resultaten zonder cijfer"
        constraints = [
            models.CheckConstraint(name="result_has_evidence", condition=~Q(words="") & ~Q(evidence=[])),
        ]

    def __str__(self) -> str:
        return self.words


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    """Reads of recommendations."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: the look-back is public."""
        return self.select_related("organisation").order_by("position", "recorded_at")


class Recommendation(models.Model):
    """What an evaluation or paper advises the strategy, in our own words (aanbeveling)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    strategy = models.ForeignKey("strategy.Strategy", models.PROTECT, related_name="recommendations")
    words = models.CharField("aanbeveling", max_length=400)
    source = models.CharField("waar het staat", max_length=400)  # "titel; bladzijde; adres", see `lines`
    position = models.PositiveSmallIntegerField("volgorde", default=1000)
    organisation = models.ForeignKey("identity.Organisation", models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField("vastgelegd op")
    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "aanbeveling", "aanbevelingen"
        constraints = [
            models.CheckConstraint(
                name="recommendation_says_where_it_stands",
                condition=~Q(words="") & Q(source__contains=";"),
            ),
        ]

    def __str__(self) -> str:
        return self.words


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    """Reads of what was done with recommendations."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: the look-back is public."""
        return self.select_related("body", "recommendation").order_by("recommendation", "number")

    def as_of(self, day: date) -> Self:
        """Keep what was decided on a day."""
        return self.filter(on__lte=day)

    def of_goal(self, code: str) -> Self:
        """Keep what was done with each recommendation that this goal ever took up."""
        named = Outcome.objects.filter(goals__contains=[code]).values("recommendation")
        return self.filter(recommendation__in=named)


class Outcome(models.Model):
    """What a body did with a recommendation on a day; the last one counts (uitkomst van een aanbeveling)."""

    class Kind(models.TextChoices):
        ADOPTED = "overgenomen", "Overgenomen"
        ADAPTED = "aangepast", "Aangepast overgenomen"
        REJECTED = "afgewezen", "Afgewezen"
        OPEN = "open", "Open"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="outcomes")
    number = models.PositiveIntegerField("nummer")
    kind = models.CharField("uitkomst", max_length=12, choices=Kind)
    why = models.TextField("waarom", max_length=1000)
    on = models.DateField("besloten op")
    body = models.ForeignKey("directory.Body", models.PROTECT, related_name="+", verbose_name="besloten door")
    goals = models.JSONField("opgenomen in doelen", default=list)  # their codes: a goal may end, this stays
    organisation = models.ForeignKey("identity.Organisation", models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("vastgelegd op")
    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "uitkomst van een aanbeveling", "uitkomsten van aanbevelingen"
        constraints = [
            models.UniqueConstraint("recommendation", "number", name="outcome_has_a_number_of_its_own"),
            models.CheckConstraint(
                name="outcome_kind_is_known",
                condition=Q(kind__in=["overgenomen", "aangepast", "afgewezen", "open"]),
            ),
            models.CheckConstraint(name="outcome_says_why", condition=~Q(why="")),
            models.CheckConstraint(
                name="outcome_goals_took_it_up",
                condition=Q(kind__in=["overgenomen", "aangepast"]) | Q(goals=[]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} op {self.on}"
