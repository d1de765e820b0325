"""Why and from which day somebody works in the network no more (vertrek)."""

from __future__ import annotations

from typing import Any, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from vangnet.identity.models import User


class DepartureQuerySet(models.QuerySet[Any]):
    """Reads of departures; the policies of the database have chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()


class Departure(models.Model):
    """What was recorded of somebody who leaves; the last one holds, and without a day they stay."""

    class Reason(models.TextChoices):
        FUNCTION = "functie", "Andere functie"
        EMPLOYER = "werkgever", "Andere werkgever"
        TEMPORARY = "tijdelijk", "Tijdelijke inzet is voorbij"
        MERGED = "opgegaan", "Organisatie ging op in een andere"
        STOPPED = "gestopt", "Gestopt met werken"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="wie")
    on = models.DateField("werkt niet meer vanaf", null=True)
    reason = models.CharField("reden van vertrek", max_length=12, choices=Reason, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vastgelegd door")
    recorded_at = models.DateTimeField("vastgelegd op")
    objects = DepartureQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "vertrek", "vertrekken"
        ordering = ["recorded_at", "pk"]
        indexes = [models.Index(fields=["account"], name="departure_by_account")]
        constraints = [
            models.CheckConstraint(
                name="departure_has_a_day_and_a_reason",
                condition=Q(
                    on__isnull=False,
                    reason__in=["functie", "werkgever", "tijdelijk", "opgegaan", "gestopt"],
                )
                | Q(on=None, reason=""),
            )
        ]

    def __str__(self) -> str:
        return f"vertrek van {self.account}"
