"""Hours that a theme asks, that partners offer it and that they used, per year, and which years are settled.

Each number is a series of statements: nobody rewrites one, the last of a series counts. A number that nobody
told is not zero; a zero was told.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

from vangnet.directory.models import Topic
from vangnet.identity.models import Organisation, User
from vangnet.strategy.plans import Plan
from vangnet.ui.formats import MONTHS

MOST_HOURS = 200_000
FIRST_YEAR = 2015
YEARS_AHEAD = 5  # also in the guard of the database


class CapacityQuerySet(models.QuerySet[Any]):
    """Reads of capacity; the policies of the database have chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()


class StatementQuerySet(CapacityQuerySet):
    """Reads of statements."""

    def current(self) -> Self:
        """Keep the last statement of each series."""
        later = CapacityStatement.objects.filter(series=OuterRef("series"), number__gt=OuterRef("number"))
        return self.filter(~Exists(later))


class CapacityStatement(models.Model):
    """What a theme asks, what a partner offers it, or used for it: hours in a year (capaciteitsopgave)."""

    class Kind(models.TextChoices):
        ASKED = "gevraagd", "Gevraagd"
        OFFERED = "toegezegd", "Toegezegd"
        USED = "gebruikt", "Gebruikt"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    series = models.UUIDField("reeks")
    number = models.PositiveIntegerField("nummer in de reeks")
    kind = models.CharField("soort", max_length=10, choices=Kind)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name="thema")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name="partner"
    )
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="+", verbose_name="projectplan")
    year = models.PositiveSmallIntegerField("jaar")
    first_month = models.PositiveSmallIntegerField("eerste maand", default=1)
    last_month = models.PositiveSmallIntegerField("laatste maand", default=12)
    # None says that what was told before is withdrawn: then it is unknown again.
    hours = models.DecimalField("uren", max_digits=8, decimal_places=1, null=True)
    source = models.CharField("waaruit blijkt het", max_length=200, blank=True)
    reason = models.CharField("waarom gewijzigd", max_length=500, blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vastgelegd door")
    recorded_at = models.DateTimeField("vastgelegd op")
    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "capaciteitsopgave", "capaciteitsopgaven"
        ordering = ["year", "topic__order", "first_month", "number"]
        indexes = [models.Index(fields=["year", "topic"], name="capacity_by_year")]
        constraints = [
            models.UniqueConstraint("series", "number", name="capacity_has_a_number_of_its_own"),
            models.UniqueConstraint(
                fields=["kind", "topic", "organisation", "plan", "year", "first_month", "last_month"],
                condition=Q(number=1),
                nulls_distinct=False,
                name="capacity_is_told_in_one_series",
            ),
            models.CheckConstraint(
                name="capacity_kind_is_known",
                condition=Q(kind="gevraagd", organisation=None) & ~Q(source="")
                | Q(kind="toegezegd", organisation__isnull=False, plan=None)
                | Q(kind="gebruikt", organisation__isnull=False),
            ),
            models.CheckConstraint(
                name="capacity_hours_are_possible", condition=Q(hours=None) | Q(hours__range=(0, MOST_HOURS))
            ),
            models.CheckConstraint(
                name="capacity_is_changed_with_a_reason",
                condition=Q(number=1, hours__isnull=False, series=models.F("id"))
                | Q(number__gt=1) & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="capacity_is_of_a_year_or_used_in_a_month_or_quarter",
                condition=~Q(kind="gebruikt") & Q(first_month=1, last_month=12)
                | Q(kind="gebruikt", first_month__range=(1, 12), last_month=models.F("first_month"))
                | Q(kind="gebruikt", first_month__in=[1, 4, 7, 10], last_month=models.F("first_month") + 2),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period_name}"

    @property
    def is_quarter(self) -> bool:
        """Say whether it is about three months."""
        return self.last_month - self.first_month == 2

    @property
    def period_name(self) -> str:
        """Return what it is about in words: a year, a quarter or a month."""
        if self.last_month == 12 and self.first_month == 1:
            return str(self.year)
        if self.is_quarter:
            return f"kwartaal {self.last_month // 3} van {self.year}"
        return f"{MONTHS[self.first_month - 1]} {self.year}"

    @property
    def span(self) -> tuple[date, date]:
        """Return its first day, and the day after its last."""
        last = date(self.year, self.last_month, 28) + timedelta(days=4)
        return date(self.year, self.first_month, 1), last.replace(day=1)


class CapacityYearStep(models.Model):
    """The driving team settles a year, or opens it again with a reason (jaarafsluiting)."""

    class Kind(models.TextChoices):
        CLOSE = "afsluiten", "Afgesloten"
        REOPEN = "heropenen", "Heropend"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    year = models.PositiveSmallIntegerField("jaar")
    number = models.PositiveIntegerField("nummer")
    kind = models.CharField("wat", max_length=10, choices=Kind)
    reason = models.CharField("toelichting", max_length=500)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vastgelegd door")
    recorded_at = models.DateTimeField("vastgelegd op")
    objects = CapacityQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "jaarafsluiting", "jaarafsluitingen"
        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint("year", "number", name="capacity_year_step_has_a_number_of_its_own"),
            models.CheckConstraint(
                name="capacity_year_closes_and_opens_with_a_reason",
                condition=~Q(reason="") & Q(kind__in=["afsluiten", "heropenen"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.year}"


class FullTime(models.Model):
    """How many hours a year one fte is here, with where that comes from (fte-norm); from the pack."""

    since = models.PositiveSmallIntegerField("vanaf jaar", primary_key=True)
    hours = models.PositiveSmallIntegerField("uren per jaar")
    source = models.CharField("vindplaats", max_length=300)
    objects = CapacityQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "fte-norm", "fte-normen"
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(
                name="full_time_is_possible", condition=Q(hours__range=(1000, 2500)) & ~Q(source="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.hours} uur per fte"
