"""What the note says about the period before it."""

from __future__ import annotations

from typing import Any, Self

from django.db import models


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
