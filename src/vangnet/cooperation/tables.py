"""Administrative tables from local to national, what is put on them, and the joint position about it."""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from vangnet.directory.models import Body, Topic
from vangnet.identity.models import User
from vangnet.meetings.models import Matter

MOST_WORDS = 4000


class TableQuerySet(models.QuerySet[Any]):
    """Reads of administrative tables; the policies of the database have chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()


class AdministrativeTable(models.Model):
    """Where administrators meet, also beyond the network (bestuurlijke tafel); from the region pack."""

    class Level(models.TextChoices):
        LOCAL = "lokaal", "Lokaal"
        DISTRICT = "district", "District"
        REGION = "regio", "Regio"
        NATIONAL = "landelijk", "Landelijk"

    slug = models.SlugField("kenmerk", max_length=60, primary_key=True)
    name = models.CharField("naam", max_length=150)
    level = models.CharField("niveau", max_length=10, choices=Level)
    about = models.CharField("wie er zitten", max_length=300, blank=True)
    order = models.PositiveSmallIntegerField("volgorde")
    objects = TableQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "bestuurlijke tafel", "bestuurlijke tafels"
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                name="table_level_is_known",
                condition=Q(level__in=["lokaal", "district", "regio", "landelijk"]),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TableItem(models.Model):
    """What a body of the network puts on an administrative table (bestuurlijk agendapunt)."""

    class State(models.TextChoices):
        PREPARED = "voorbereiding", "In voorbereiding"
        SCHEDULED = "geagendeerd", "Geagendeerd"
        TREATED = "behandeld", "Behandeld"
        CLOSED = "afgerond", "Uitkomst bekend"
        WITHDRAWN = "ingetrokken", "Ingetrokken"

    class Outcome(models.TextChoices):
        TAKEN = "overgenomen", "Standpunt overgenomen"
        PARTLY = "deels", "Deels overgenomen"
        REFUSED = "afgewezen", "Niet overgenomen"
        PROMISED = "toezegging", "Toezegging gedaan"

    RUNS = (State.PREPARED.value, State.SCHEDULED.value, State.TREATED.value)
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    title = models.CharField("onderwerp", max_length=200)
    table = models.ForeignKey(
        AdministrativeTable, models.PROTECT, related_name="items", verbose_name="bestuurlijke tafel"
    )
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name="thema of onderwerp")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="ingebracht door")
    matter = models.ForeignKey(
        Matter, models.PROTECT, null=True, related_name="+", verbose_name="komt uit bespreekpunt"
    )
    state = models.CharField("stand", max_length=14, choices=State, default=State.PREPARED)
    number = models.PositiveSmallIntegerField("versie van het standpunt", default=0)
    revision = models.PositiveIntegerField("laatste stap", default=0)
    planned_on = models.DateField("op de agenda van", null=True)
    treated_on = models.DateField("behandeld op", null=True)
    closed_on = models.DateField("uitkomst op", null=True)
    outcome = models.CharField("uitkomst", max_length=14, choices=Outcome, blank=True)
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="begonnen door")
    raised_at = models.DateTimeField("begonnen op")
    objects = TableQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "bestuurlijk agendapunt", "bestuurlijke agendapunten"
        ordering = ["-raised_at", "pk"]
        indexes = [models.Index(fields=["table", "state"], name="table_item_by_table")]
        constraints = [
            models.CheckConstraint(name="table_item_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="table_item_state_is_known",
                condition=Q(
                    state__in=["voorbereiding", "geagendeerd", "behandeld", "afgerond", "ingetrokken"]
                ),
            ),
            models.CheckConstraint(
                name="table_item_closes_with_an_outcome",
                condition=Q(state="afgerond") & ~Q(outcome="") | ~Q(state="afgerond") & Q(outcome=""),
            ),
            models.UniqueConstraint(
                fields=["table", "matter"],
                name="matter_comes_on_a_table_once",
                condition=Q(matter__isnull=False) & ~Q(state="ingetrokken"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_late(self, day: date) -> bool:
        """Say whether the table met without a word of what came of it."""
        return self.state == self.State.SCHEDULED and self.planned_on is not None and self.planned_on < day


class Position(models.Model):
    """What bodies say together of an item (gezamenlijk standpunt), in versions; the last one holds."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    item = models.ForeignKey(TableItem, models.PROTECT, related_name="positions", verbose_name="agendapunt")
    number = models.PositiveSmallIntegerField("versie")
    words = models.TextField("standpunt", max_length=MOST_WORDS)
    asked = models.TextField("wat wij vragen", max_length=MOST_WORDS)
    reason = models.CharField("waarom een nieuwe versie", max_length=500, blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="geschreven door")
    written_at = models.DateTimeField("geschreven op")
    objects = TableQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "gezamenlijk standpunt", "gezamenlijke standpunten"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint("item", "number", name="position_has_a_number_of_its_own"),
            models.CheckConstraint(name="position_says_what_it_asks", condition=~Q(words="") & ~Q(asked="")),
            models.CheckConstraint(name="next_position_says_why", condition=Q(number=1) | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"versie {self.number}"


class Support(models.Model):
    """What a body says of a version of a position (steunverklaring), by somebody who speaks for it."""

    class Stance(models.TextChoices):
        YES = "steunt", "Steunt"
        PROVIDED = "mits", "Steunt met kanttekening"
        NO = "niet", "Steunt niet"

    FOR = (Stance.YES.value, Stance.PROVIDED.value)
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    position = models.ForeignKey(Position, models.PROTECT, related_name="support", verbose_name="standpunt")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="overleg")
    stance = models.CharField("oordeel", max_length=8, choices=Stance)
    words = models.CharField("kanttekening", max_length=1000, blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vastgelegd door")
    given_at = models.DateTimeField("vastgelegd op")
    objects = TableQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "steunverklaring", "steunverklaringen"
        ordering = ["body__order"]
        constraints = [
            models.UniqueConstraint("position", "body", name="body_judges_a_position_once"),
            models.CheckConstraint(
                name="support_stance_is_known", condition=Q(stance__in=["steunt", "mits", "niet"])
            ),
            models.CheckConstraint(
                name="support_with_a_remark_has_one", condition=Q(stance="steunt") | ~Q(words="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}: {self.get_stance_display()}"


class TableStep(models.Model):
    """What happened with an item on its table (tafelstap); it never changes."""

    class Kind(models.TextChoices):
        SCHEDULE = "agenderen", "Op de agenda gezet"
        TREAT = "behandelen", "Behandeld"
        CLOSE = "uitkomst", "Uitkomst"
        WITHDRAW = "intrekken", "Ingetrokken"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    item = models.ForeignKey(TableItem, models.PROTECT, related_name="steps", verbose_name="agendapunt")
    number = models.PositiveIntegerField("nummer")
    kind = models.CharField("wat", max_length=12, choices=Kind)
    on = models.DateField("op")
    outcome = models.CharField("uitkomst", max_length=14, choices=TableItem.Outcome, blank=True)
    words = models.TextField("toelichting", max_length=MOST_WORDS, blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vastgelegd door")
    recorded_at = models.DateTimeField("vastgelegd op")
    objects = TableQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "tafelstap", "tafelstappen"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("item", "number", name="table_step_has_a_number_of_its_own"),
            models.CheckConstraint(
                name="table_step_kind_is_known",
                condition=Q(kind__in=["agenderen", "behandelen", "uitkomst", "intrekken"]),
            ),
            models.CheckConstraint(
                name="table_step_at_the_end_says_what",
                condition=Q(kind="uitkomst") & ~Q(outcome="") & ~Q(words="")
                | Q(kind="intrekken", outcome="") & ~Q(words="")
                | Q(kind__in=["agenderen", "behandelen"], outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.number})"
