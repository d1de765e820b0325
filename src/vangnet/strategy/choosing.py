"""Choosing themes: criteria and weights that are fixed before anybody scores, and what each paper scores.

A round is prepared, locked, scored and closed. Scores are never rewritten; the last one counts.
"""

from __future__ import annotations

from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from vangnet.identity.models import Organisation


class ChoosingQuerySet(models.QuerySet[Any]):
    """Reads of choosing; the policies of the database have chosen already."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything that whoever works for a partner sees."""
        return self.all()


class ChoosingRound(models.Model):
    """One time that themes are chosen (keuzeronde)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField("naam", max_length=120)
    about = models.TextField("toelichting", max_length=1000, blank=True)
    count = models.PositiveSmallIntegerField("hoeveel thema's", validators=[MinValueValidator(1)])
    opened_at = models.DateTimeField("begonnen op")
    locked_at = models.DateTimeField("vastgezet op", null=True)
    closed_at = models.DateTimeField("gesloten op", null=True)
    closed_why = models.TextField("waarom gesloten met weinig stukken", max_length=1000, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    objects = ChoosingQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "keuzeronde", "keuzerondes"
        constraints = [
            models.CheckConstraint(name="choosing_round_chooses_something", condition=Q(count__gte=1)),
            models.CheckConstraint(
                name="choosing_round_closes_after_its_lock",
                condition=Q(closed_at=None) | Q(locked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="choosing_round_says_why_when_it_closes",
                condition=Q(closed_why="") | Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """Where the round stands."""
        if self.closed_at:
            return "gesloten"
        return "scoren" if self.locked_at else "voorbereiden"


class Criterion(models.Model):
    """What candidates are judged by, with its weight, and whose papers are scored on it (criterium)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    round = models.ForeignKey(ChoosingRound, models.PROTECT, related_name="criteria")
    name = models.CharField("criterium", max_length=100)
    about = models.CharField("wanneer hoog", max_length=300)
    weight = models.PositiveSmallIntegerField(
        "gewicht", validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    papers = models.CharField("welke stukken", max_length=20, choices=Organisation.Kind)
    order = models.PositiveSmallIntegerField("volgorde")
    objects = ChoosingQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "criterium", "criteria"
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint("round", "name", name="criterion_is_named_once_in_a_round"),
            models.CheckConstraint(
                name="criterion_weight_is_one_to_a_hundred", condition=Q(weight__gte=1, weight__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Candidate(models.Model):
    """A subject that may become a theme (kandidaat)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    round = models.ForeignKey(ChoosingRound, models.PROTECT, related_name="candidates")
    name = models.CharField("onderwerp", max_length=100)
    terms = models.JSONField("zoekwoorden", default=list)
    order = models.PositiveSmallIntegerField("volgorde")
    objects = ChoosingQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "kandidaat", "kandidaten"
        ordering = ["order", "name"]
        constraints = [models.UniqueConstraint("round", "name", name="candidate_is_named_once_in_a_round")]

    def __str__(self) -> str:
        return self.name


class Score(models.Model):
    """What the paper of one organisation says of a candidate on a criterion (score); the last one counts.

    A last one without a value withdraws what was scored before.
    """

    MOST = 4
    VALUES = (
        (0, "0: staat er niet in"),
        (1, "1: genoemd"),
        (2, "2: onderdeel"),
        (3, "3: prioriteit"),
        (4, "4: topprioriteit"),
    )

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField("score", choices=VALUES, null=True)
    found_at = models.CharField("vindplaats", max_length=200, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    scored_at = models.DateTimeField("gescoord op")
    objects = ChoosingQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "score", "scores"
        constraints = [
            models.CheckConstraint(name="score_is_zero_to_four", condition=Q(value__gte=0, value__lte=4))
        ]
        indexes = [
            models.Index(
                fields=["candidate", "criterion", "organisation", "-scored_at"], name="score_that_counts"
            )
        ]

    def __str__(self) -> str:
        return "ingetrokken" if self.value is None else f"{self.value}"


def counting(choosing_round: ChoosingRound, user: Any) -> Any:
    """Return the scores of a round that count: the last of each paper, when it was not withdrawn."""
    found = Score.objects.visible_to(user).filter(candidate__round=choosing_round)
    last = found.order_by("candidate_id", "criterion_id", "organisation_id", "-scored_at", "-id").distinct(
        "candidate_id", "criterion_id", "organisation_id"
    )
    return Score.objects.visible_to(user).filter(pk__in=last.values("pk"), value__isnull=False)
