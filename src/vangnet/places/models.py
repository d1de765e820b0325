"""Dated geography: which areas there were on a day, what belonged to what, and what became of them."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models


class AreaQuerySet(models.QuerySet["Area"]):
    """Reads of areas; geography is public, so everybody sees every area."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: borders and names of areas are public."""
        return self.all()

    def as_of(self, day: date) -> Self:
        """Keep the areas that exist on a day, with `name_then` and `slug_then` of that day."""
        return (
            self.filter(versions__period__contains=day)
            .annotate(name_then=models.F("versions__name"), slug_then=models.F("versions__slug"))
            .order_by("name_then")
        )

    def of_level(self, level: str) -> Self:
        """Keep one level, such as municipalities."""
        return self.filter(level=level)

    def within(self, whole: str, *, on: date) -> Self:
        """Keep the parts of an area on a day, in one step or two (unit, district, municipality)."""
        direct = models.Q(wholes__whole=whole, wholes__period__contains=on)
        indirect = models.Q(
            wholes__period__contains=on,
            wholes__whole__wholes__whole=whole,
            wholes__whole__wholes__period__contains=on,
        )
        return self.filter(pk__in=Area.objects.filter(direct | indirect).values("pk"))


class Area(models.Model):
    """A place with its official code (gebied); name and borders may change, the code stays."""

    class Level(models.TextChoices):
        COUNTRY = "land", "Land"
        PROVINCE = "provincie", "Provincie"
        UNIT = "eenheid", "Politie-eenheid"
        DISTRICT = "district", "Politiedistrict"
        MUNICIPALITY = "gemeente", "Gemeente"

    code = models.CharField("code", max_length=20, primary_key=True)
    level = models.CharField("niveau", max_length=12, choices=Level)
    objects = AreaQuerySet.as_manager()
    name_then: str  # these two are set by `as_of`
    slug_then: str

    class Meta:
        verbose_name, verbose_name_plural = "gebied", "gebieden"

    def __str__(self) -> str:
        return self.code


class AreaVersion(models.Model):
    """Name and centre of an area during a period (gebiedsversie)."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="versions")
    name = models.CharField("naam", max_length=100)
    slug = models.SlugField("kenmerk", max_length=100)
    period = DateRangeField("geldig")
    longitude = models.FloatField("lengtegraad", null=True)
    latitude = models.FloatField("breedtegraad", null=True)
    centre_is_approximate = models.BooleanField("middelpunt bij benadering", default=False)

    class Meta:
        verbose_name, verbose_name_plural = "gebiedsversie", "gebiedsversies"
        indexes = [models.Index(fields=["slug"], name="places_version_slug")]
        constraints = [
            ExclusionConstraint(
                name="area_has_one_version_at_a_time",
                expressions=[("area", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="area_version_lasts_a_day_or_more", condition=models.Q(period__isempty=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AreaPart(models.Model):
    """One area belongs to another during a period (gebiedsindeling)."""

    part = models.ForeignKey(Area, models.PROTECT, related_name="wholes")
    whole = models.ForeignKey(Area, models.PROTECT, related_name="parts")
    whole_level = models.CharField("niveau van het geheel", max_length=12, choices=Area.Level)
    period = DateRangeField("geldig")

    class Meta:
        verbose_name, verbose_name_plural = "gebiedsindeling", "gebiedsindelingen"
        constraints = [
            ExclusionConstraint(
                name="area_belongs_to_one_whole_per_level",
                expressions=[
                    ("part", RangeOperators.EQUAL),
                    ("whole_level", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="area_part_lasts_a_day_or_more", condition=models.Q(period__isempty=False)
            ),
            models.CheckConstraint(
                name="area_is_no_part_of_itself", condition=~models.Q(part=models.F("whole"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} in {self.whole_id}"


class TransitionQuerySet(models.QuerySet["Transition"]):
    """Reads of the merger graph."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: mergers are public."""
        return self.all()

    def between(self, since: date, until: date) -> Self:
        """Keep what happened after `since` and up to and including `until`, in order."""
        return self.filter(on__gt=since, on__lte=until).order_by("on", "old_id", "new_id")


class Transition(models.Model):
    """An arrow of the merger graph: a share of one area became part of another (herindeling).

    The shares of one old area on one day add up to 1; an area that goes on keeps an arrow to itself.
    """

    class Kind(models.TextChoices):
        MERGER = "samenvoeging", "Samenvoeging"
        RENAME = "naamswijziging", "Naamswijziging"
        SPLIT = "splitsing", "Splitsing"

    on = models.DateField("per")
    old = models.ForeignKey(Area, models.PROTECT, related_name="successors")
    new = models.ForeignKey(Area, models.PROTECT, related_name="predecessors")
    kind = models.CharField("soort", max_length=15, choices=Kind)
    weight = models.FloatField("aandeel", default=1.0)
    objects = TransitionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "herindeling", "herindelingen"
        constraints = [
            models.UniqueConstraint(fields=["on", "old", "new"], name="transition_is_recorded_once"),
            models.CheckConstraint(
                name="transition_share_is_a_share", condition=models.Q(weight__gt=0, weight__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} naar {self.new_id} per {self.on}"


class Boundary(models.Model):
    """The official border of an area during a period, as rings in RD New metres (grens)."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="boundaries")
    period = DateRangeField("geldig")
    rings = models.JSONField("grenzen")
    source = models.CharField("bron", max_length=300)
    loaded_at = models.DateTimeField("ingelezen op")

    class Meta:
        verbose_name, verbose_name_plural = "grens", "grenzen"
        constraints = [
            ExclusionConstraint(
                name="area_has_one_boundary_at_a_time",
                expressions=[("area", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"grens van {self.area_id}"
