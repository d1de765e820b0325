"""What the multi-year plan of the police says beside the goals of the strategy."""

from __future__ import annotations

from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q


class PassageQuerySet(models.QuerySet["Passage"]):
    """Reads of passages; the policies of the database have chosen already."""

    def visible_to(self, user: Any) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        found = self if user.is_authenticated else self.none()
        return found.select_related("organisation").order_by("plan", "first_year", "page", "recorded_at")

    def standing(self) -> Self:
        """Keep the passages that nobody took out."""
        return self.filter(ended_at=None)


class Passage(models.Model):
    """A passage of the police's multi-year plan, in our own words (passage).

    It follows from a goal of the strategy, led to one, or stands there without one. Only its end changes.
    """

    class Way(models.TextChoices):
        FOLLOWS = "volgt-uit", "Volgt uit het doel"
        LEADS = "leidt-tot", "Leidde tot het doel"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        "identity.Organisation", models.PROTECT, related_name="+", verbose_name="politie"
    )
    plan = models.CharField("plan", max_length=150)
    words = models.CharField("wat er staat", max_length=400)
    page = models.CharField("bladzijde", max_length=40)
    first_year = models.PositiveSmallIntegerField("van")
    last_year = models.PositiveSmallIntegerField("tot en met")
    goal = models.SlugField("doel", max_length=60, blank=True)  # its code: a goal may end, this stays
    way = models.CharField("verband", max_length=10, choices=Way, blank=True)
    is_invented = models.BooleanField("verzonnen", default=False)  # of a demonstration
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("vastgelegd op")
    ended_why = models.CharField("waarom uitgehaald", max_length=300, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("uitgehaald op", null=True)
    objects = PassageQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "passage", "passages"
        constraints = [
            models.CheckConstraint(
                name="passage_says_what_stands_where", condition=~Q(plan="") & ~Q(words="") & ~Q(page="")
            ),
            models.CheckConstraint(
                name="passage_is_of_years_in_order",
                condition=Q(first_year__gte=2000, last_year__lte=2100, last_year__gte=models.F("first_year")),
            ),
            models.CheckConstraint(
                name="passage_says_how_it_goes_with_its_goal",
                condition=Q(goal="", way="") | ~Q(goal="") & Q(way__in=["volgt-uit", "leidt-tot"]),
            ),
            models.CheckConstraint(
                name="passage_is_taken_out_with_a_reason",
                condition=Q(ended_at=None, ended_by=None, ended_why="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why=""),
            ),
            models.UniqueConstraint(
                "organisation", "plan", "page", "words", "goal",
                condition=Q(ended_at=None),
                name="passage_is_recorded_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.words

    @property
    def term(self) -> str:
        """Return its years."""
        return f"{self.first_year}-{self.last_year}"
