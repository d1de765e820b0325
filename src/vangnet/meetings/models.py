"""Meetings of bodies: what is on the agenda, who was there, what was decided, who does what, and the papers.

A matter travels: each body that handles it has a stop of its own. A ruling is never rewritten; it gets a next
version.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from vangnet.directory.models import Body, Seat, Topic
from vangnet.identity.models import User
from vangnet.strategy.models import Version
from vangnet.ui.formats import day

MOST_WORDS = 4000
# A day more on both sides of what forms take: a moment of ours may lie on another day elsewhere.
EARLIEST, LATEST = datetime(1899, 12, 31, tzinfo=UTC), datetime(2101, 1, 2, tzinfo=UTC)


class NetworkQuerySet(models.QuerySet[Any]):
    """Reads of what only the network knows; the policies of the database have chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()


class Sitting(models.Model):
    """A meeting of a body (vergadering), or a meeting about a theme to which people register."""

    class Kind(models.TextChoices):
        BODY = "overleg", "Vergadering van het overleg"
        THEME = "thema", "Themabijeenkomst met aanmelding"

    class State(models.TextChoices):
        PLANNED = "gepland", "Gepland"
        HELD = "gehouden", "Gehouden"
        ADOPTED = "vastgesteld", "Besluitenlijst vastgesteld"
        CANCELLED = "vervallen", "Vervallen"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="sittings", verbose_name="overleg")
    kind = models.CharField("soort", max_length=10, choices=Kind, default=Kind.BODY)
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, related_name="+", verbose_name="thema")
    starts_at = models.DateTimeField("begint")
    ends_at = models.DateTimeField("eindigt")
    place = models.CharField("plaats", max_length=200)
    room = models.PositiveSmallIntegerField("aantal plaatsen", null=True)
    state = models.CharField("stand", max_length=12, choices=State, default=State.PLANNED)
    remark = models.CharField("toelichting", max_length=500, blank=True)
    from_list = models.BooleanField("overgenomen uit een oude besluitenlijst", default=False)
    adopted_on = models.DateField("besluitenlijst vastgesteld op", null=True)
    revision = models.PositiveIntegerField("wijziging", default=1)
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="gepland door")
    changed_at = models.DateTimeField("gewijzigd op")
    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "vergadering", "vergaderingen"
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["body", "starts_at"], name="sitting_by_body"),
            models.Index(fields=["state", "starts_at"], name="sitting_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                name="sitting_ends_after_it_begins", condition=Q(ends_at__gt=models.F("starts_at"))
            ),
            models.CheckConstraint(
                name="sitting_is_in_reach", condition=Q(starts_at__gte=EARLIEST, ends_at__lt=LATEST)
            ),
            models.CheckConstraint(
                name="sitting_state_is_known",
                condition=Q(state__in=["gepland", "gehouden", "vastgesteld", "vervallen"]),
            ),
            models.CheckConstraint(
                name="sitting_is_adopted_on_a_day",
                condition=Q(state="vastgesteld", adopted_on__isnull=False)
                | ~Q(state="vastgesteld") & Q(adopted_on=None),
            ),
            models.CheckConstraint(
                name="sitting_about_a_theme_has_one",
                condition=Q(kind="thema", topic__isnull=False) | Q(kind="overleg", topic=None, room=None),
            ),
            models.UniqueConstraint(
                fields=["body", "starts_at"], name="old_list_is_read_once", condition=Q(from_list=True)
            ),
            models.CheckConstraint(
                name="sitting_that_is_off_says_why", condition=~Q(state="vervallen", remark="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}, {self.starts_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Say whether its agenda, attendance and decisions still change without a reason."""
        return self.state in (self.State.PLANNED, self.State.HELD)


class Matter(models.Model):
    """Something that bodies are asked about (bespreekpunt); it travels from body to body."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    title = models.CharField("onderwerp", max_length=200)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="ingebracht in")
    version = models.ForeignKey(
        Version, models.PROTECT, null=True, related_name="+", verbose_name="wijziging van de strategie"
    )
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="ingebracht door")
    raised_at = models.DateTimeField("ingebracht op")
    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "bespreekpunt", "bespreekpunten"
        constraints = [
            models.CheckConstraint(name="matter_has_a_title", condition=~Q(title="")),
            models.UniqueConstraint(
                fields=["body", "version"],
                name="body_handles_a_change_once",
                condition=Q(version__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Stop(models.Model):
    """A matter at one body (agendapunt van een overleg): waiting, on an agenda, or decided; with its note."""

    class Aim(models.TextChoices):
        DECISION = "besluit", "Ter besluitvorming"
        DEBATE = "bespreking", "Ter bespreking"
        NOTICE = "informatie", "Ter informatie"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="stops", verbose_name="bespreekpunt")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="overleg")
    came_from = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="went_to", verbose_name="kwam van"
    )
    sitting = models.ForeignKey(
        Sitting, models.PROTECT, null=True, related_name="stops", verbose_name="vergadering"
    )
    position = models.PositiveSmallIntegerField("volgorde", default=0)
    aim = models.CharField("waarvoor", max_length=12, choices=Aim)
    occasion = models.TextField("aanleiding", max_length=MOST_WORDS)
    asked = models.TextField("gevraagd besluit", max_length=MOST_WORDS, blank=True)
    caveats = models.TextField("kanttekeningen", max_length=MOST_WORDS, blank=True)
    follow_up = models.TextField("vervolg", max_length=MOST_WORDS, blank=True)
    revision = models.PositiveIntegerField("wijziging", default=1)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="geschreven door")
    written_at = models.DateTimeField("geschreven op")
    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "agendapunt van een overleg", "agendapunten van een overleg"
        ordering = ["position", "written_at", "pk"]
        indexes = [models.Index(fields=["body", "sitting"], name="stop_by_body")]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], name="matter_begins_at_one_body", condition=Q(came_from=None)
            ),
            models.CheckConstraint(name="stop_has_an_occasion", condition=~Q(occasion="")),
            models.CheckConstraint(
                name="stop_for_a_decision_asks_one", condition=~Q(aim="besluit") | ~Q(asked="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter} in {self.body_id}"


class Ruling(models.Model):
    """What a body said of a matter in a meeting (uitspraak), in versions; the last one holds."""

    class Outcome(models.TextChoices):
        DECIDED = "besloten", "Besloten"
        HELD_OVER = "aangehouden", "Aangehouden"
        REFUSED = "afgewezen", "Afgewezen"
        NOTED = "kennis", "Ter kennis genomen"
        FORWARDED = "doorgestuurd", "Doorgestuurd"

    TRAVELS = (Outcome.HELD_OVER.value, Outcome.FORWARDED.value)
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    stop = models.ForeignKey(Stop, models.PROTECT, related_name="rulings", verbose_name="agendapunt")
    number = models.PositiveSmallIntegerField("versie", default=1)
    outcome = models.CharField("uitkomst", max_length=14, choices=Outcome)
    words = models.TextField("besluit en motivering", max_length=MOST_WORDS)
    reservations = models.TextField("voorbehouden", max_length=MOST_WORDS, blank=True)
    to = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name="doorgestuurd aan")
    reason = models.CharField("reden van herstel", max_length=500, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vastgelegd door")
    recorded_at = models.DateTimeField("vastgelegd op")
    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "uitspraak", "uitspraken"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("stop", "number", name="ruling_has_a_number_of_its_own"),
            models.CheckConstraint(name="ruling_says_why", condition=~Q(words="")),
            models.CheckConstraint(
                name="ruling_is_forwarded_to_a_body",
                condition=Q(outcome="doorgestuurd", to__isnull=False)
                | ~Q(outcome="doorgestuurd") & Q(to=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, versie {self.number}"


class Presence(models.Model):
    """Whether the holder of a seat was at a meeting (aanwezigheid), or who came instead."""

    class Kind(models.TextChoices):
        THERE = "aanwezig", "Aanwezig"
        DEPUTY = "vervangen", "Vervangen"
        EXCUSED = "afgemeld", "Afgemeld"
        AWAY = "afwezig", "Afwezig zonder bericht"

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="presences", verbose_name="vergadering")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+", verbose_name="zetel")
    account = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="zetelhouder")
    kind = models.CharField("aanwezigheid", max_length=10, choices=Kind)
    deputy = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="vervangen door"
    )
    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "aanwezigheid", "aanwezigheden"
        constraints = [
            models.UniqueConstraint("sitting", "seat", name="seat_is_at_a_meeting_once"),
            models.CheckConstraint(
                name="presence_by_deputy_says_who",
                condition=Q(kind="vervangen", deputy__isnull=False) | ~Q(kind="vervangen") & Q(deputy=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.kind}"


class ActionPoint(models.Model):
    """Something that somebody does before a day, agreed in a meeting (actiepunt)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="actions", verbose_name="vergadering")
    stop = models.ForeignKey(
        Stop, models.PROTECT, null=True, related_name="actions", verbose_name="agendapunt"
    )
    what = models.CharField("actie", max_length=500)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="wie")
    # Of who left: with whom it was agreed, and since when it is of the owner above.
    agreed_with = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="eerst van"
    )
    passed_on = models.DateField("overgedragen op", null=True)
    due_on = models.DateField("uiterlijk")
    done_on = models.DateField("gedaan op", null=True)
    remark = models.CharField("opmerking bij afronden", max_length=500, blank=True)
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vastgelegd door")
    noted_at = models.DateTimeField("vastgelegd op")
    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "actiepunt", "actiepunten"
        ordering = ["due_on", "noted_at", "pk"]
        indexes = [models.Index(fields=["owner", "done_on"], name="action_by_owner")]
        constraints = [
            models.CheckConstraint(name="action_says_what", condition=~Q(what="")),
            models.CheckConstraint(
                name="action_is_done_with_a_remark", condition=Q(done_on=None, remark="") | ~Q(done_on=None)
            ),
            models.CheckConstraint(
                name="action_that_was_passed_on_says_when",
                condition=Q(agreed_with=None, passed_on=None) | ~Q(agreed_with=None) & ~Q(passed_on=None),
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def whose(self) -> str:
        """Return who does it, and with whom it was agreed when that is another."""
        if self.passed_on is None:
            return str(self.owner)
        return f"{self.owner} (overgenomen van {self.agreed_with} op {day(self.passed_on)})"


class Paper(models.Model):
    """A file with a matter (vergaderstuk); its content is kept beside it and never changed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="papers", verbose_name="bespreekpunt")
    name = models.CharField("naam", max_length=200)
    kind = models.CharField("soort bestand", max_length=100)
    size = models.PositiveIntegerField("grootte in bytes")
    content = models.BinaryField("inhoud")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="toegevoegd door")
    added_at = models.DateTimeField("toegevoegd op")
    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "vergaderstuk", "vergaderstukken"
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="paper_is_of_a_size_that_may_be", condition=Q(size__gt=0, size__lte=25 * 1024 * 1024)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FeedKey(models.Model):
    """The key in the address of a calendar feed (agendasleutel); only its sha256 is kept."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="van wie")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name="overleg")
    digest = models.BinaryField("sha256 van de sleutel")
    made_at = models.DateTimeField("gemaakt op")
    revoked_at = models.DateTimeField("ingetrokken op", null=True)
    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "agendasleutel", "agendasleutels"
        ordering = ["-made_at"]
        constraints = [models.UniqueConstraint("digest", name="feed_key_is_one_of_a_kind")]

    def __str__(self) -> str:
        return f"sleutel van {self.account_id}"


class Registration(models.Model):
    """Somebody comes to a meeting about a theme (aanmelding)."""

    sitting = models.ForeignKey(
        Sitting, models.PROTECT, related_name="registrations", verbose_name="vergadering"
    )
    account = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="wie")
    registered_at = models.DateTimeField("aangemeld op")
    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "aanmelding", "aanmeldingen"
        ordering = ["registered_at"]
        constraints = [
            models.UniqueConstraint("sitting", "account", name="somebody_registers_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} bij {self.sitting_id}"
