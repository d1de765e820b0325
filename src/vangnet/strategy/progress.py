"""What happened with a goal: evidence, its end, a hand-over, its condition, or another word for its stand."""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models


class Stand(models.TextChoices):
    """Where a goal stands: said from dates and figures, or by whoever keeps the theme, with a reason."""

    DONE = "gereed", "Gereed"
    REACHED = "norm-gehaald", "Norm gehaald"
    RUNNING = "loopt", "Loopt"
    BEHIND = "loopt-achter", "Loopt achter"
    PASSED = "verstreken", "Termijn verstreken"
    UNSURE = "niet-te-zeggen", "Niet te zeggen"
    HANDED = "overgedragen", "Overgedragen"
    STOPPED = "gestopt", "Gestopt"
    UNMET = "voorwaarde-niet", "Voorwaarde niet vervuld"
    MISSED = "norm-niet-gehaald", "Norm niet gehaald"
    FAILED = "niet-gelukt", "Niet gelukt"


class ProgressQuerySet(models.QuerySet["Progress"]):
    """Reads of what happened with goals."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: what became of the strategy is public."""
        return self.order_by("on", "recorded_at")

    def as_of(self, day: date) -> Self:
        """Keep what had happened on a day."""
        return self.filter(on__lte=day)


class Progress(models.Model):
    """What happened with a goal on a day (vordering); added, never changed."""

    class Kind(models.TextChoices):
        EVIDENCE = "bewijs", "Stap of bewijs"
        DONE = "afgerond", "Afgerond"
        HANDED = "overgedragen", "Overgedragen"
        CONDITION = "voorwaarde", "Voorwaarde"
        OVERRULED = "andere-stand", "Andere stand van zaken"

    OVERRULING = (Stand.RUNNING, Stand.BEHIND, Stand.DONE, Stand.STOPPED, Stand.FAILED)
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    goal = models.SlugField("doel", max_length=60)  # its code: a goal may end, this stays
    kind = models.CharField("soort", max_length=15, choices=Kind)
    on = models.DateField("wanneer")
    words = models.TextField("wat er gebeurde, of waarom", max_length=1000)
    source = models.CharField("waar het staat", max_length=400, blank=True)  # see `sources`
    to = models.CharField("overgedragen aan", max_length=150, blank=True)
    met = models.BooleanField("aan de voorwaarde voldaan", null=True, blank=True)
    stand = models.CharField("stand", max_length=20, choices=Stand, blank=True)
    computed = models.CharField("stand volgens datums en cijfers", max_length=20, blank=True)
    figures = models.CharField("cijfers waarop het steunt", max_length=100, blank=True)
    year = models.PositiveSmallIntegerField("over welk jaar", null=True, blank=True)  # of what returns yearly
    until = models.DateField("geldt tot en met", null=True, blank=True)
    organisation = models.ForeignKey("identity.Organisation", models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("vastgelegd op")
    objects = ProgressQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "vordering", "vorderingen"
        indexes = [models.Index(fields=["goal", "on"], name="progress_of_a_goal")]
        constraints = [
            models.CheckConstraint(name="progress_says_what", condition=~models.Q(words="")),
            models.CheckConstraint(
                name="progress_handed_over_says_to_whom",
                condition=models.Q(kind="overgedragen") & ~models.Q(to="")
                | ~models.Q(kind="overgedragen") & models.Q(to=""),
            ),
            models.CheckConstraint(
                name="progress_condition_says_whether_it_is_met",
                condition=models.Q(kind="voorwaarde", met__isnull=False)
                | ~models.Q(kind="voorwaarde") & models.Q(met=None),
            ),
            models.CheckConstraint(
                name="progress_of_a_year_is_evidence",
                condition=models.Q(year=None) | models.Q(kind="bewijs", year__gte=2000, year__lte=2100),
            ),
            models.CheckConstraint(
                name="progress_overruled_says_what_was_computed",
                condition=models.Q(kind="andere-stand") & ~models.Q(stand="") & ~models.Q(computed="")
                | ~models.Q(kind="andere-stand") & models.Q(stand="", computed="", figures="", until=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal}: {self.get_kind_display().lower()} op {self.on}"
