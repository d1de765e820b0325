"""Project plans of expert teams: what a plan has to hold, its versions, what was decided, how it goes.

A plan is a document that a team of several organisations works on. Each change is a next version of the whole
document; nothing in it is ever rewritten. Which state a plan is in follows from its steps.
"""

from __future__ import annotations

from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from vangnet.directory.models import Body, Topic


class PlanQuerySet(models.QuerySet[Any]):
    """Reads of plans and what belongs to them; the policies of the database have chosen already."""

    def visible_to(self, user: Any) -> Self:
        """Keep what the session of this transaction sees: a draft is for its team only."""
        return self.all()


class PlanPart(models.Model):
    """Something that every plan has to say: a required part, or an angle (planonderdeel); from the pack."""

    class Kind(models.TextChoices):
        PART = "onderdeel", "Verplicht onderdeel"
        ANGLE = "invalshoek", "Invalshoek"

    class Needs(models.TextChoices):
        NOTHING = "", "Alleen tekst"
        ROLES = "rollen", "Rollen per partner, met precies één eindverantwoordelijke"
        LEVELS = "afstemming", "Minstens één niveau waarmee is afgestemd"
        MONEY = "geld", "Minstens één regel in de begroting"

    code = models.SlugField("code", max_length=40, primary_key=True)
    name = models.CharField("naam", max_length=100)
    about = models.CharField("wat er staat", max_length=300)
    kind = models.CharField("soort", max_length=10, choices=Kind)
    needs = models.CharField("vraagt ook", max_length=12, choices=Needs, blank=True)
    order = models.PositiveSmallIntegerField("volgorde")
    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "planonderdeel", "planonderdelen"
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                name="plan_part_kind_is_known", condition=Q(kind__in=["onderdeel", "invalshoek"])
            ),
            models.CheckConstraint(
                name="plan_part_needs_what_is_known",
                condition=Q(needs__in=["", "rollen", "afstemming", "geld"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LimitQuerySet(PlanQuerySet):
    """Reads of limits."""

    def as_of(self, day: Any) -> Self:
        """Keep the limits of a day."""
        return self.filter(period__contains=day)


class Limit(models.Model):
    """A subject for which the network gives nothing extra or is a platform only (begrenzing)."""

    class Kind(models.TextChoices):
        NO_EXTRA = "geen-extra", "Geen extra capaciteit"
        PLATFORM = "platform", "Alleen kennisplatform"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name="onderwerp")
    kind = models.CharField("soort", max_length=12, choices=Kind)
    reason = models.TextField("reden", max_length=1000)
    source = models.CharField("vindplaats", max_length=200, blank=True)
    period = DateRangeField("geldig")
    objects = LimitQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "begrenzing", "begrenzingen"
        constraints = [
            models.CheckConstraint(
                name="limit_kind_is_known", condition=Q(kind__in=["geen-extra", "platform"])
            ),
            models.CheckConstraint(name="limit_says_why", condition=~Q(reason="")),
            models.CheckConstraint(name="limit_lasts_a_day_or_more", condition=Q(period__isempty=False)),
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.get_kind_display()}"


class Plan(models.Model):
    """A project plan of an expert team about a theme or subject (projectplan)."""

    class State(models.TextChoices):
        DRAFT = "concept", "Concept"
        PROPOSED = "voorgesteld", "Voorgesteld"
        PILOT = "pilot", "Pilot"
        ADOPTED = "vastgesteld", "Vastgesteld"
        CLOSED = "afgesloten", "Afgesloten"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name="thema of onderwerp")
    team = models.ForeignKey(Body, models.PROTECT, related_name="plans", verbose_name="expertteam")
    state = models.CharField("stand", max_length=12, choices=State, default=State.DRAFT)
    number = models.PositiveIntegerField("laatste versie", default=0)
    adopted = models.PositiveIntegerField("vastgestelde versie", null=True)
    pilot_since = models.DateField("pilot sinds", null=True)
    shown = models.PositiveIntegerField("laatste versie buiten het team te zien", null=True)
    started_at = models.DateTimeField("begonnen op")
    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "projectplan", "projectplannen"
        indexes = [models.Index(fields=["team"], name="plan_by_team")]
        constraints = [
            models.CheckConstraint(
                name="plan_state_is_known",
                condition=Q(state__in=["concept", "voorgesteld", "pilot", "vastgesteld", "afgesloten"]),
            ),
            models.CheckConstraint(
                name="plan_adopted_names_its_version",
                condition=~Q(state="vastgesteld") | Q(adopted__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"plan van {self.team_id}"


class PlanVersionQuerySet(PlanQuerySet):
    """Reads of versions of plans."""

    def heads(self) -> Self:
        """Keep the latest version of each plan that the session sees, with plan, team and subject."""
        later = PlanVersion.objects.filter(plan=OuterRef("plan"), number__gt=OuterRef("number"))
        return self.filter(~Exists(later)).select_related("plan__team", "plan__topic__under", "author")


# What plans could not say at first: a version that was written before that holds nothing for it.
LATER: dict[str, Any] = {"level": "", "level_reason": "", "outside": []}


class PlanVersion(models.Model):
    """The whole text of a plan after a change (planversie); it never changes."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("nummer")
    content = models.JSONField("inhoud")
    what = models.CharField("wat er veranderde", max_length=100)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField("geschreven op")
    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "planversie", "planversies"
        constraints = [models.UniqueConstraint("plan", "number", name="plan_version_has_a_number_of_its_own")]

    def __str__(self) -> str:
        return f"versie {self.number}"

    @classmethod
    def from_db(cls, *told: Any, **more: Any) -> Self:
        """Read a version, with nothing for what plans could not say when it was written."""
        found: Self = super().from_db(*told, **more)
        if "content" in found.__dict__:
            found.content = {**LATER, **found.content}
        return found


class PlanStep(models.Model):
    """What was done with a plan: proposed, decided, begun as a pilot, closed (planstap)."""

    class Kind(models.TextChoices):
        PROPOSE = "voorstellen", "Voorgesteld"
        AGREE = "akkoord", "Akkoord"
        REFUSE = "niet-akkoord", "Niet akkoord"
        PILOT = "pilot", "Gestart als pilot"
        REOPEN = "herzien", "Herziening begonnen"
        CLOSE = "afsluiten", "Afgesloten"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField("over versie")
    kind = models.CharField("wat", max_length=12, choices=Kind)
    stage = models.PositiveSmallIntegerField("stap van de route", null=True)
    decider = models.SlugField("als", max_length=40, blank=True)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name="overleg")
    words = models.TextField("reden of resultaat", max_length=2000, blank=True)
    lesson = models.TextField("les", max_length=2000, blank=True)
    gaps = models.JSONField("wat ontbreekt, tot wanneer", default=dict)
    decided_on = models.DateField("op")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="door"
    )
    recorded_at = models.DateTimeField("vastgelegd op")
    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "planstap", "planstappen"
        ordering = ["recorded_at"]
        constraints = [
            models.CheckConstraint(
                name="plan_step_kind_is_known",
                condition=Q(
                    kind__in=["voorstellen", "akkoord", "niet-akkoord", "pilot", "herzien", "afsluiten"]
                ),
            ),
            models.CheckConstraint(
                name="plan_step_says_why",
                condition=~Q(kind__in=["niet-akkoord", "herzien", "afsluiten"]) | ~Q(words=""),
            ),
            models.CheckConstraint(
                name="plan_closes_with_a_lesson", condition=~Q(kind="afsluiten") | ~Q(lesson="")
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class PlanReport(models.Model):
    """How a plan goes, in five lines (voortgangsbericht)."""

    class Course(models.TextChoices):
        GOOD = "op-koers", "Op koers"
        ATTENTION = "aandacht", "Vraagt aandacht"
        STUCK = "vast", "Loopt vast"

    LINES = ("done", "coming", "trouble", "means", "needed")
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reports")
    course = models.CharField("koers", max_length=10, choices=Course)
    done = models.CharField("gedaan", max_length=200)
    coming = models.CharField("komt nu", max_length=200)
    trouble = models.CharField("loopt niet", max_length=200)
    means = models.CharField("geld en mensen", max_length=200)
    needed = models.CharField("nodig van wie", max_length=200)
    reported_on = models.DateField("stand van")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("vastgelegd op")
    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "voortgangsbericht", "voortgangsberichten"
        ordering = ["-reported_on", "-recorded_at"]
        indexes = [models.Index(fields=["plan", "-reported_on"], name="plan_report_latest")]
        constraints = [
            models.CheckConstraint(
                name="plan_report_course_is_known", condition=Q(course__in=["op-koers", "aandacht", "vast"])
            )
        ]

    def __str__(self) -> str:
        return f"stand van {self.reported_on}"

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The five lines with what each is about."""
        fields = {field.name: str(field.verbose_name) for field in self._meta.fields}
        return [(fields[name].capitalize(), getattr(self, name)) for name in self.LINES]
