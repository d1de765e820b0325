"""The weekly meeting that weighs signals: when, who is there, its agenda in order, and what was decided.

No word about anybody: an item names a signal, which the database shows as long as it is in sight.
"""

from __future__ import annotations

from typing import Any, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from vangnet.agreements.models import Purpose
from vangnet.identity.models import Organisation, User
from vangnet.vault.models import Scope


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Reads of meetings; the policy of the database has chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()

    def running(self) -> Self:
        """Keep the one that is prepared or held."""
        return self.filter(closed_at=None)


class Meeting(models.Model):
    """A meeting (weegoverleg) of a desk: an organisation with a purpose. One at a time runs."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="van")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+")
    held_on = models.DateField("op")
    chair = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="voorzitter")
    current = models.UUIDField("signaal dat aan de beurt is", null=True)
    version = models.PositiveIntegerField("versie van de agenda", default=1)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="gewijzigd door")
    changed_at = models.DateTimeField("gewijzigd op")
    closed_at = models.DateTimeField("gesloten op", null=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="gesloten door"
    )
    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "weegoverleg", "weegoverleggen"
        ordering = ["-held_on", "-changed_at"]
        indexes = [models.Index(fields=["scope", "-held_on"], name="meeting_in_order")]
        constraints = [
            models.UniqueConstraint("scope", name="one_meeting_at_a_time", condition=Q(closed_at=None)),
            models.CheckConstraint(
                name="closed_meeting_says_by_whom",
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_open(self) -> bool:
        """Whether it is still prepared or held."""
        return self.closed_at is None


class Attendee(models.Model):
    """Somebody who is at a meeting (aanwezige), for the organisation they have an authorisation at."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendees")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="wie")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="namens")
    objects: models.Manager[Any] = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "aanwezige", "aanwezigen"
        constraints = [models.UniqueConstraint("meeting", "user", name="attendee_is_there_once")]

    def __str__(self) -> str:
        return f"{self.user}"


class Item(models.Model):
    """A signal on the agenda of a meeting (agendapunt), and at its end what became of it there."""

    class Status(models.TextChoices):
        OPEN = "open", "Nog te behandelen"
        DECIDED = "besloten", "Besloten"
        PUT_OFF = "uitgesteld", "Uitgesteld"
        CARRIED = "doorgeschoven", "Doorgeschoven"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    signal = models.ForeignKey("casework.Signal", models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField("volgorde")
    added_at = models.DateTimeField("op de agenda sinds")
    status = models.CharField("status", max_length=14, choices=Status, default=Status.OPEN)
    put_off_to = models.DateField("uitgesteld tot", null=True)
    outcome = models.CharField("uitkomst", max_length=10, blank=True)
    route = models.CharField("route", max_length=14, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="laatst door")
    objects: models.Manager[Any] = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "agendapunt", "agendapunten"
        ordering = ["order", "pk"]
        indexes = [models.Index(fields=["signal", "status"], name="item_by_signal")]
        constraints = [
            models.UniqueConstraint("meeting", "signal", name="signal_is_on_an_agenda_once"),
            models.CheckConstraint(
                name="item_says_what_became_of_it",
                condition=Q(status__in=["open", "doorgeschoven"], put_off_to=None, outcome="", route="")
                | Q(status="uitgesteld", put_off_to__isnull=False, outcome="", route="")
                | Q(status="besloten", put_off_to=None) & ~Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
