"""What a link of a goal gave when it was last asked."""

from __future__ import annotations

from typing import Any, Self

from django.db import models


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    """Reads of answers; the strategy is public, and so is which of its links work."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: the strategy is public."""
        return self.all()


class LinkCheck(models.Model):
    """The last answer of an address that the strategy refers to (gecontroleerde verwijzing)."""

    class Outcome(models.TextChoices):
        WORKS = "werkt", "werkt"
        MOVED = "verhuisd", "verwijst door naar een ander adres"
        GONE = "weg", "bestaat niet meer"
        SILENT = "geen-antwoord", "gaf geen antwoord"
        WRONG = "onjuist", "adres klopt niet"

    url = models.CharField("adres", max_length=500, primary_key=True)
    outcome = models.CharField("uitkomst", max_length=13, choices=Outcome)
    checked_at = models.DateTimeField("gecontroleerd op")
    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "gecontroleerde verwijzing", "gecontroleerde verwijzingen"
        constraints = [
            models.CheckConstraint(name="link_is_https", condition=models.Q(url__startswith="https://"))
        ]

    def __str__(self) -> str:
        return f"{self.url} {self.get_outcome_display()}"

    @property
    def is_dead(self) -> bool:
        """Say whether a reader should be warned."""
        return self.outcome in (self.Outcome.GONE, self.Outcome.SILENT, self.Outcome.WRONG)
