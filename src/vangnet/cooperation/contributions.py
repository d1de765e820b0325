"""What a partner contributes besides people: information that it shares, working agreements that it keeps."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from vangnet.directory.models import Topic
from vangnet.identity.models import Organisation, User


class ContributionQuerySet(models.QuerySet["Contribution"]):
    """Reads of contributions; the policies of the database have chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        found = self if user.is_authenticated else self.none()
        return found.select_related("organisation", "topic").order_by("organisation__name", "begins_on")

    def as_of(self, day: date) -> Self:
        """Keep what ran on a day."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day), begins_on__lte=day)


class Contribution(models.Model):
    """A line of what a partner contributes, from a day until a day (bijdrage); only its end changes."""

    class Kind(models.TextChoices):
        INFORMATION = "informatie", "Informatie"
        AGREEMENT = "werkafspraak", "Werkafspraak"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="partner")
    kind = models.CharField("soort", max_length=12, choices=Kind)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name="thema of onderwerp")
    words = models.CharField("wat", max_length=400)
    begins_on = models.DateField("vanaf")
    ended_on = models.DateField("tot", null=True)
    ended_why = models.CharField("waarom gestopt", max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vastgelegd door")
    recorded_at = models.DateTimeField("vastgelegd op")
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="gestopt door"
    )
    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "bijdrage", "bijdragen"
        constraints = [
            models.CheckConstraint(
                name="contribution_kind_is_known", condition=Q(kind__in=["informatie", "werkafspraak"])
            ),
            models.CheckConstraint(name="contribution_says_what", condition=~Q(words="")),
            models.CheckConstraint(
                name="contribution_ends_with_a_reason",
                condition=Q(ended_on=None, ended_why="", ended_by=None)
                | Q(ended_on__gte=F("begins_on"), ended_by__isnull=False) & ~Q(ended_why=""),
            ),
        ]

    def __str__(self) -> str:
        return self.words
