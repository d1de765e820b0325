"""The log: one append-only table without foreign keys, because a log outlives users."""

from __future__ import annotations

from typing import Self

from django.db import models


class EventQuerySet(models.QuerySet["Event"]):
    """Reads of the log."""

    def about(self, subject: object) -> Self:
        """Keep the events about one record, newest first."""
        return self.filter(subject=str(subject)).order_by("-id")


class Event(models.Model):
    """One thing that somebody did (logregel). Written only by the SQL function `audit_record`."""

    id = models.BigAutoField(primary_key=True)
    recorded_at = models.DateTimeField("vastgelegd op")
    actor = models.UUIDField("sessie van", null=True)
    verb = models.CharField("handeling", max_length=100)
    subject = models.CharField("onderwerp", max_length=100)
    by = models.UUIDField("door", null=True)
    at = models.DateTimeField("op")
    details = models.JSONField("bijzonderheden")
    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "logregel", "logregels"
        indexes = [models.Index(fields=["subject", "-id"], name="audit_event_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
