"""The safety strategy: what is in force to read, its versions, and by which route one comes into force."""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models

from vangnet.strategy.adoption import Adoption
from vangnet.strategy.choosing import Candidate, ChoosingRound, Criterion, Score
from vangnet.strategy.lessons import Claim, Outcome, Recommendation, Result
from vangnet.strategy.link_checks import LinkCheck
from vangnet.strategy.outcomes import OutcomeSeen
from vangnet.strategy.passages import Passage
from vangnet.strategy.plans import Limit, Plan, PlanPart, PlanReport, PlanStep, PlanVersion
from vangnet.strategy.progress import Progress, Stand

__all__ = [  # tables of this module that have a file of their own
    "Adoption",
    "Candidate",
    "ChoosingRound",
    "Claim",
    "Criterion",
    "Limit",
    "LinkCheck",
    "Outcome",
    "OutcomeSeen",
    "Passage",
    "Plan",
    "PlanPart",
    "PlanReport",
    "PlanStep",
    "PlanVersion",
    "Progress",
    "Recommendation",
    "Result",
    "Score",
    "Stand",
]


class StrategyQuerySet(models.QuerySet["Strategy"]):
    """Reads of strategies."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: the strategy is public."""
        return self.order_by("first_year")


class Strategy(models.Model):
    """A strategy of the network for a period (veiligheidsstrategie)."""

    slug = models.SlugField("kenmerk", max_length=60, primary_key=True)
    name = models.CharField("naam", max_length=200)
    first_year = models.PositiveSmallIntegerField("eerste jaar")
    last_year = models.PositiveSmallIntegerField("laatste jaar")
    status = models.CharField("status", max_length=100)
    document = models.CharField("brondocument", max_length=200)
    objects = StrategyQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "strategie", "strategieën"

    def __str__(self) -> str:
        return self.name


class ThemeQuerySet(models.QuerySet["Theme"]):
    """Reads of themes; a strategy is a public document."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: the strategy is public."""
        return self.order_by("position")


class Theme(models.Model):
    """A subject that the network works on together (thema)."""

    class Kind(models.TextChoices):
        SUBSTANTIVE = "inhoudelijk", "Inhoudelijk thema"
        ENABLING = "randvoorwaarde", "Randvoorwaardelijk thema"
        GENERAL = "algemeen", "Algemeen"

    slug = models.SlugField("kenmerk", max_length=60, primary_key=True)
    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="themes")
    name = models.CharField("naam", max_length=100)
    kind = models.CharField("soort", max_length=15, choices=Kind)
    summary = models.TextField("samenvatting")
    position = models.PositiveSmallIntegerField("volgorde")
    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "thema", "thema's"

    def __str__(self) -> str:
        return self.name


class Level(models.TextChoices):
    """How far a goal is from what somebody does on a Monday; the first is the highest (niveau)."""

    VISION = "visie", "Visie"
    STRATEGIC = "strategisch", "Strategisch"
    TACTICAL = "tactisch", "Tactisch"
    OPERATIONAL = "operationeel", "Operationeel"


class GoalQuerySet(models.QuerySet["Goal"]):
    """Reads of goals."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: the strategy is public."""
        return self.select_related("theme").order_by("theme__position", "position")

    def to_choose_from(self) -> models.QuerySet[Goal, Any]:
        """Return of each goal only what a list is chosen by."""
        found = self.select_related(None)
        return found.values_list("code", "theme_id", "kind", "term", "actors", "is_listed", named=True)


class Goal(models.Model):
    """Something the strategy wants or promises, in our own words (doel)."""

    code = models.CharField("code", max_length=20, primary_key=True)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="goals")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField("soort", max_length=20)
    is_listed = models.BooleanField("door de nota zelf als doel opgesomd")
    title = models.CharField("doel", max_length=200)
    term = models.CharField("termijn", max_length=100)
    due_on = models.DateField("uiterlijk", null=True, blank=True)
    date_basis = models.CharField("herkomst van de termijn", max_length=20)
    condition = models.CharField("voorwaarde", max_length=200, blank=True)
    restriction = models.CharField("beperking", max_length=200, blank=True, default="", db_default="")
    actors = models.JSONField("wie doet het", default=list)
    network_role = models.CharField("rol van het netwerk", max_length=20)
    pages = models.CharField("bladzijden", max_length=20)
    first_page = models.PositiveSmallIntegerField("begint op bladzijde")
    section = models.CharField("paragraaf", max_length=200)
    measures = models.JSONField("voorgestelde indicatoren", default=list)
    level = models.CharField("niveau", max_length=12, choices=Level, blank=True, default="")
    partners = models.JSONField("partners met hun rol", default=list)  # "A: gemeenten", see `raci`
    documents = models.JSONField("documenten", default=list)  # "titel; bladzijde; adres", see `sources`
    indicator = models.SlugField("indicator", max_length=60, blank=True, default="")
    area = models.CharField("gebied van het cijfer", max_length=20, blank=True, default="")
    base_year = models.PositiveSmallIntegerField("uitgangsjaar", null=True, blank=True)
    target = models.SmallIntegerField("norm, in procenten sinds het uitgangsjaar", null=True, blank=True)
    target_year = models.PositiveSmallIntegerField("jaar van de norm", null=True, blank=True)
    target_origin = models.CharField("herkomst van de norm", max_length=200, blank=True, default="")
    position = models.PositiveSmallIntegerField("volgorde")
    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "doel", "doelen"
        constraints = [
            models.CheckConstraint(
                name="goal_target_has_an_origin",
                condition=models.Q(target=None, target_year=None, target_origin="")
                | models.Q(target__isnull=False, target_year__isnull=False, base_year__isnull=False)
                & ~models.Q(target_origin="")
                & ~models.Q(indicator=""),
            ),
            models.CheckConstraint(
                name="goal_indicator_has_an_area",
                condition=models.Q(indicator="", area="", base_year=None)
                | ~models.Q(indicator="") & ~models.Q(area="") & models.Q(base_year__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def proviso(self) -> str:
        """Return in one line under which condition, and with which restriction, the goal was said."""
        return "; ".join(filter(None, (self.condition, self.restriction)))


class DefinitionQuerySet(models.QuerySet["Definition"]):
    """Reads of definitions."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: the strategy is public."""
        return self.order_by("name")


class Definition(models.Model):
    """What the network means by a word, and which figures count it (begrip)."""

    slug = models.SlugField("kenmerk", max_length=60, primary_key=True)
    name = models.CharField("begrip", max_length=100)
    meaning = models.TextField("betekenis", max_length=2000)
    indicators = models.JSONField("geteld in", default=list)
    origin = models.CharField("herkomst", max_length=200, blank=True)
    objects = DefinitionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "begrip", "begrippen"

    def __str__(self) -> str:
        return self.name


class Kind(models.TextChoices):
    """What has versions."""

    THEME = "thema", "Thema"
    GOAL = "doel", "Doel"
    DEFINITION = "begrip", "Begrip"


class RouteQuerySet(models.QuerySet["Route"]):
    """Reads of decision routes."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: how the network decides is public."""
        return self.order_by("kind", "stage", "decider")


class Route(models.Model):
    """Who says what about a change of this kind, in which order (besluitroute).

    Several lines with the same stage are alternatives: one of them is enough.
    """

    HOLDER = "portefeuillehouder"  # a person with the portfolio of the theme, instead of a body
    PLAN = "plan"  # plans have a route too, and versions of their own

    class Act(models.TextChoices):
        ADVICE = "advies", "Advies"  # ends, opens and delays nothing
        ASSENT = "instemming", "Instemming"
        DECISION = "besluit", "Besluit"

    kind = models.CharField("soort", max_length=10, choices=[*Kind.choices, (PLAN, "Projectplan")])
    stage = models.PositiveSmallIntegerField("stap")
    decider = models.SlugField("wie", max_length=40)
    act = models.CharField("wat", max_length=10, choices=Act)
    everyone = models.BooleanField("ieder van hen")
    objects = RouteQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "besluitroute", "besluitroutes"
        constraints = [
            models.UniqueConstraint("kind", "stage", "decider", name="route_names_a_decider_once"),
            models.CheckConstraint(
                name="route_kind_is_known", condition=models.Q(kind__in=[*Kind.values, "plan"])
            ),
            models.CheckConstraint(
                name="route_act_is_known",  # a body advises, about a change
                condition=models.Q(act__in=["instemming", "besluit"])
                | models.Q(
                    ("act", "advies"), ~models.Q(decider="portefeuillehouder"), ~models.Q(kind="plan")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, stap {self.stage}: {self.decider}"


class VersionQuerySet(models.QuerySet["Version"]):
    """Reads of versions."""

    def visible_to(self, user: Any) -> Self:
        """Keep what the policy of the database shows: drafts are for one's own organisation."""
        return self.select_related("author", "organisation")

    def as_of(self, day: date) -> Self:
        """Keep the version of each item that was in force on that day."""
        return (
            self.filter(in_force_from__lte=day)
            .order_by("kind", "item", "-in_force_from", "-number")
            .distinct("kind", "item")
        )

    def open(self) -> Self:
        """Keep what is on its way to a decision, longest waiting first."""
        return self.filter(state=Version.State.SUBMITTED).order_by("submitted_at")


class Version(models.Model):
    """How a theme, goal or definition reads, or should read according to a proposal (versie).

    The content never changes; the state does, and only through the functions of the database.
    """

    class State(models.TextChoices):
        DRAFT = "concept", "Concept"
        SUBMITTED = "ingediend", "In behandeling"
        IN_FORCE = "van-kracht", "Vastgesteld"
        REJECTED = "afgewezen", "Afgewezen"
        WITHDRAWN = "ingetrokken", "Ingetrokken"
        SUPERSEDED = "achterhaald", "Vervangen door een latere versie"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField("soort", max_length=10, choices=Kind)
    item = models.SlugField("kenmerk", max_length=60)
    number = models.PositiveIntegerField("nummer", default=0)  # given by the database
    content = models.JSONField("inhoud", null=True)  # nothing: the item ends
    reason = models.TextField("reden", max_length=2000)
    state = models.CharField("stand", max_length=12, choices=State, default=State.DRAFT)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    revises = models.ForeignKey("self", models.PROTECT, null=True, related_name="revisions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey("identity.Organisation", models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField("geschreven op")
    submitted_at = models.DateTimeField("ingediend op", null=True)
    settled_at = models.DateTimeField("afgehandeld op", null=True)
    in_force_from = models.DateField("van kracht vanaf", null=True)
    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "versie", "versies"
        constraints = [
            models.UniqueConstraint("kind", "item", "number", name="version_has_a_number_of_its_own"),
            models.CheckConstraint(name="version_kind_is_known", condition=models.Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="version_in_force_has_a_day",
                condition=models.Q(state="van-kracht", in_force_from__isnull=False)
                | ~models.Q(state="van-kracht") & models.Q(in_force_from=None),
            ),
            models.CheckConstraint(name="version_says_why", condition=~models.Q(reason="")),
        ]
        indexes = [
            models.Index(fields=["kind", "item", "-in_force_from", "-number"], name="version_in_force"),
            models.Index(fields=["state", "submitted_at"], name="version_on_its_way"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.item}, versie {self.number}"


class VerdictQuerySet(models.QuerySet["Verdict"]):
    """Reads of verdicts."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: what bodies decide is public."""
        return self.select_related("body", "recorded_by").order_by("stage", "recorded_at")


class Verdict(models.Model):
    """What a body or portfolio holder said about a version (oordeel)."""

    class Outcome(models.TextChoices):
        AGREED = "akkoord", "Akkoord"
        RESERVED = "kanttekening", "Akkoord met kanttekening"
        REFUSED = "niet-akkoord", "Niet akkoord"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="verdicts")
    stage = models.PositiveSmallIntegerField("stap")
    decider = models.SlugField("als", max_length=40)
    body = models.ForeignKey("directory.Body", models.PROTECT, related_name="+")
    outcome = models.CharField("oordeel", max_length=12, choices=Outcome)
    words = models.TextField("kanttekening of reden", max_length=2000, blank=True)
    in_writing = models.BooleanField("in een schriftelijke ronde")
    is_advice = models.BooleanField("advies", default=False)  # written by the database, from the route
    decided_on = models.DateField("besloten op")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("vastgelegd op")
    is_taken_over = models.BooleanField("overgenomen uit stukken van toen", default=False)
    objects = VerdictQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "oordeel", "oordelen"
        constraints = [
            models.UniqueConstraint("version", "stage", "body", name="body_judges_a_version_once"),
            models.CheckConstraint(
                name="verdict_other_than_agreed_says_why",
                condition=models.Q(outcome="akkoord") | ~models.Q(words=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}: {self.get_outcome_display()}"
