"""What may be said of a year that ended about districts and the region: totals that point at nobody."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from vangnet.identity.models import User


class YearShareQuerySet(models.QuerySet["YearShare"]):
    """Reads of totals; the policy of the database has chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()


class YearShare(models.Model):
    """How many signals of a district or region took each route in a year (jaarcijfer); empty when too small.

    It is written once, when the year is over, and never again: who looks every day learns nothing new.
    """

    year = models.PositiveSmallIntegerField("jaar")
    level = models.CharField("niveau", max_length=12)
    code = models.CharField("gebiedscode", max_length=40)
    municipal = models.PositiveIntegerField("actie van de gemeente", null=True)
    local = models.PositiveIntegerField("lokaal", null=True)
    riec = models.PositiveIntegerField("riec", null=True)
    published_at = models.DateTimeField("vastgesteld op")
    objects = YearShareQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "jaarcijfer", "jaarcijfers"
        ordering = ["year", "level", "code"]
        constraints = [
            models.UniqueConstraint("year", "code", name="area_has_one_total_a_year"),
            models.CheckConstraint(
                name="total_is_shown_whole_or_not_at_all",
                condition=Q(municipal=None, local=None, riec=None)
                | Q(municipal__gte=10, local__gte=10, riec__gte=10),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} in {self.year}"
