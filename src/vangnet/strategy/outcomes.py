"""That somebody saw what became of a proposal of their own."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models


class OutcomeSeenQuerySet(models.QuerySet["OutcomeSeen"]):
    """Reads of what was seen; the policies of the database have chosen already: one's own."""

    def visible_to(self, user: Any) -> Self:
        """Keep what this person saw; nothing for who is not signed in."""
        return self.filter(account=user.pk) if user.is_authenticated else self.none()


class OutcomeSeen(models.Model):
    """The writer of a proposal saw what was decided about it (uitkomst gezien)."""

    version = models.ForeignKey("strategy.Version", models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seen_at = models.DateTimeField("gezien op")
    objects = OutcomeSeenQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "uitkomst gezien", "uitkomsten gezien"
        constraints = [models.UniqueConstraint("version", "account", name="outcome_is_seen_once")]

    def __str__(self) -> str:
        return f"{self.version_id} door {self.account_id}"
