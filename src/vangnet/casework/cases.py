"""Cases and what is done in them: codes, dates, places and numbers. No word about anybody.

A case has the id of its dossier; every explanation is a record there. Who sees a case is one policy on
`casework_case`: whoever has the stub of its dossier in the list. A hand-over shows to its two parties too.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID, uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value, When

from vangnet.agreements.models import Purpose
from vangnet.casework.choices import MeasureKind, Term
from vangnet.identity.models import Organisation, User
from vangnet.vault.models import Dossier


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of cases; the policy of the database has chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()

    def staged(self, today: date) -> Self:
        """Add to each case how far it is on a day, as `stage`."""
        withdrawn = Q(until__lte=F("since"))
        measures = Measure.objects.filter(case=OuterRef("pk")).exclude(withdrawn & Q(until__isnull=False))
        begun = measures.filter(since__lte=today)
        running = begun.filter(status=Measure.Status.RUNNING).filter(Q(until=None) | Q(until__gt=today))
        return self.annotate(
            stage=models.Case(
                When(status=Case.Status.CLOSED, then=Value(Case.Stage.CLOSED.value)),
                When(Exists(running), then=Value(Case.Stage.RUNNING.value)),
                When(Exists(begun), then=Value(Case.Stage.WAITING.value)),
                When(Exists(measures), then=Value(Case.Stage.PLANNED.value)),
                default=Value(Case.Stage.BARE.value),
            )
        )


class Case(models.Model):
    """A case (casus): what is known of it without opening it. The id is that of its dossier."""

    class Kind(models.TextChoices):
        MUNICIPAL = "gemeente", "Actie van de gemeente"
        LOCAL = "lokaal", "Lokaal bilateraal of integraal"
        RIEC = "riec", "RIEC-casus"
        CARE = "zvh", "Casus Zorg- en Veiligheidshuis"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "afgerond", "Afgerond"

    class Stage(models.TextChoices):
        BARE = "zonder", "Nog geen maatregel"
        PLANNED = "gepland", "Maatregel begint nog"
        RUNNING = "loopt", "Maatregelen lopen"
        WAITING = "wacht", "Wacht op resultaat"
        CLOSED = "afgerond", "Afgerond"

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="eigenaar")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+")
    number = models.CharField("nummer", max_length=30, unique=True)
    kind = models.CharField("soort", max_length=10, choices=Kind)
    place = models.CharField("gebiedscode", max_length=40, blank=True)
    phenomenon = models.ForeignKey(
        "casework.Phenomenon", models.PROTECT, null=True, related_name="+", verbose_name="verschijningsvorm"
    )
    opened_at = models.DateTimeField("geopend op")
    status = models.CharField("status", max_length=10, choices=Status, default=Status.OPEN)
    result = models.ForeignKey(Term, models.PROTECT, null=True, related_name="+", verbose_name="resultaat")
    lesson = models.UUIDField("gegeven met de les", null=True)
    closed_at = models.DateTimeField("afgerond op", null=True)
    has_minor = models.BooleanField("er is een minderjarige bij betrokken", default=False)
    child = models.UUIDField("gegeven met het belang van het kind", null=True)
    origin = models.UUIDField("signaal waar de casus uit komt", null=True)
    origin_number = models.CharField("nummer van dat signaal", max_length=30, blank=True)
    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "casus", "casussen"
        ordering = ["-opened_at"]
        indexes = [
            models.Index(fields=["purpose", "-opened_at"], name="case_in_order"),
            models.Index(fields=["purpose", "status", "-opened_at"], name="case_by_status"),
        ]
        constraints = [
            models.UniqueConstraint("origin", name="signal_becomes_one_case", condition=~Q(origin=None)),
            models.CheckConstraint(
                name="closed_case_has_result_and_lesson",
                condition=Q(status="open", result=None, lesson=None, closed_at=None)
                | Q(status="afgerond", result__isnull=False, lesson__isnull=False, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="interest_of_a_child_is_weighed_for_a_minor", condition=Q(child=None) | Q(has_minor=True)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether something can be added."""
        return self.status == self.Status.OPEN

    @property
    def lacks_child(self) -> bool:
        """Whether the interest of a child has to be weighed before a measure can be imposed."""
        return self.has_minor and self.child is None


class TaskQuerySet(models.QuerySet["Task"]):
    """Reads of tasks; the policy of the database has chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()

    def waiting(self) -> Self:
        """Keep what is not done, in cases that are open; what has to be done first comes first."""
        return self.filter(done_at=None, case__status=Case.Status.OPEN).order_by("due_on", "pk")


class MeasureQuerySet(models.QuerySet["Measure"]):
    """Reads of measures; the policy of the database has chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()


class Task(models.Model):
    """Something that one participant does in a case before a day (taak)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks")
    kind = models.ForeignKey(Term, models.PROTECT, related_name="+", verbose_name="soort")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    assignee = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="voor")
    due_on = models.DateField("uiterlijk")
    details = models.UUIDField("gegeven met de opdracht")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="gegeven door")
    at = models.DateTimeField("gegeven op")
    done_at = models.DateTimeField("klaar op", null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="klaar door")
    lapsed = models.UUIDField("gegeven met de reden van vervallen", null=True)
    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "taak", "taken"
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["assignee", "due_on"], name="task_open", condition=Q(done_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                name="finished_task_says_by_whom",
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
            ),
            models.CheckConstraint(
                name="lapsed_task_is_not_open", condition=Q(lapsed=None) | Q(done_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, uiterlijk {self.due_on}"

    def is_overdue(self, today: date) -> bool:
        """Say whether the day has passed and the task is not done."""
        return self.done_at is None and self.due_on < today


class Measure(models.Model):
    """A measure in a case (maatregel): by whom, from when until when, what for, and measured against what."""

    class Status(models.TextChoices):
        RUNNING = "loopt", "Loopt"
        ENDED = "beeindigd", "Beëindigd"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="measures")
    kind = models.ForeignKey(MeasureKind, models.PROTECT, related_name="+", verbose_name="soort")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="van")
    since = models.DateField("vanaf")
    until = models.DateField("tot", null=True)
    place = models.CharField("gebiedscode", max_length=40, blank=True)
    effect = models.ForeignKey(Term, models.PROTECT, related_name="+", verbose_name="beoogd effect")
    indicator = models.CharField("indicator van de nulmeting", max_length=60, blank=True)
    period = models.CharField("periode van de nulmeting", max_length=7, blank=True)
    no_baseline = models.ForeignKey(
        Term, models.PROTECT, null=True, related_name="+", verbose_name="waarom geen nulmeting"
    )
    status = models.CharField("status", max_length=10, choices=Status, default=Status.RUNNING)
    outcome = models.ForeignKey(Term, models.PROTECT, null=True, related_name="+", verbose_name="afloop")
    reasons = models.UUIDField("gegeven met de redenen")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vastgelegd door")
    at = models.DateTimeField("vastgelegd op")
    ended_at = models.DateTimeField("afloop vastgelegd op", null=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="beëindigd door"
    )
    later_outcome = models.ForeignKey(
        Term, models.PROTECT, null=True, related_name="+", verbose_name="latere afloop"
    )
    later_on = models.DateField("dag van de latere afloop", null=True)
    later_at = models.DateTimeField("latere afloop vastgelegd op", null=True)
    later_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="latere afloop vastgelegd door"
    )
    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "maatregel", "maatregelen"
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(
                # A measure that is withdrawn ends before it begins; a trigger says with which outcomes.
                name="measure_ends_after_it_began_or_is_withdrawn",
                condition=Q(until=None) | Q(until__gt=F("since")) | Q(status="beeindigd"),
            ),
            models.CheckConstraint(
                name="later_outcome_of_a_measure_has_a_day",
                condition=Q(later_outcome=None, later_on=None, later_at=None, later_by=None)
                | Q(
                    status="beeindigd",
                    later_outcome__isnull=False,
                    later_on__gte=F("until"),
                    later_at__isnull=False,
                    later_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="measure_has_a_baseline_or_says_why_not",
                condition=Q(no_baseline=None, period__regex=r"^(19|20)[0-9]{2}(-(0[1-9]|1[0-2]))?$")
                & ~Q(indicator="")
                | Q(no_baseline__isnull=False, indicator="", period=""),
            ),
            models.CheckConstraint(
                name="ended_measure_has_an_outcome",
                condition=Q(status="loopt", outcome=None, ended_at=None, ended_by=None)
                | Q(
                    status="beeindigd", outcome__isnull=False, ended_at__isnull=False, ended_by__isnull=False
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, vanaf {self.since}"

    @property
    def is_withdrawn(self) -> bool:
        """Whether it ended before it began."""
        return self.until is not None and self.until <= self.since


class Decision(models.Model):
    """Something that was decided in a case (besluit); its words are a record in the dossier."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    kind = models.ForeignKey(Term, models.PROTECT, related_name="+", verbose_name="soort")
    on = models.DateField("genomen op")
    words = models.UUIDField("gegeven met het besluit")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vastgelegd door")
    at = models.DateTimeField("vastgelegd op")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "besluit", "besluiten"
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.kind}, {self.on}"


class Contribution(models.Model):
    """What an organisation itself put into a case (bijdrage): a kind, a day and hours.

    A correction is a line of its own, with its reasons in the dossier; the line that it replaces stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="contributions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="van")
    kind = models.ForeignKey(Term, models.PROTECT, related_name="+", verbose_name="soort")
    on = models.DateField("op")
    hours = models.PositiveSmallIntegerField("uren")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name="verbetert"
    )
    reasons = models.UUIDField("gegeven met de reden van de verbetering", null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vastgelegd door")
    at = models.DateTimeField("vastgelegd op")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "bijdrage", "bijdragen"
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="contribution_takes_hours_or_is_taken_back",
                condition=Q(hours__range=(1, 1000)) | Q(hours=0, replaces__isnull=False),
            ),
            models.CheckConstraint(
                name="corrected_contribution_says_why",
                condition=Q(replaces=None, reasons=None) | Q(replaces__isnull=False, reasons__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.hours} uur"


class HandOverQuerySet(models.QuerySet["HandOver"]):
    """Reads of hand-overs; the database shows those of the cases one sees and of one's own organisation."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()

    def pending(self) -> Self:
        """Keep what waits for an answer."""
        return self.filter(status=HandOver.Status.OFFERED)

    def concerning(self, own: UUID, *, since: datetime) -> Self:
        """Keep what is offered to an organisation, and what it offered and was answered since a moment."""
        answered = (HandOver.Status.ACCEPTED, HandOver.Status.REJECTED)
        return self.filter(
            Q(receiver=own, status=HandOver.Status.OFFERED)
            | Q(giver=own, status__in=answered, answered_at__gte=since)
        )


class HandOver(models.Model):
    """A case offered to another organisation (overdracht): its number, to whom, when, and what came of it."""

    class Status(models.TextChoices):
        OFFERED = "aangeboden", "Aangeboden"
        ACCEPTED = "aanvaard", "Aanvaard"
        REJECTED = "afgewezen", "Afgewezen"
        REVOKED = "ingetrokken", "Ingetrokken"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="hand_overs")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+")
    number = models.CharField("nummer", max_length=30)
    giver = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="van")
    receiver = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="aan")
    reasons = models.UUIDField("gegeven met de redenen")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="aangeboden door")
    at = models.DateTimeField("aangeboden op")
    status = models.CharField("status", max_length=12, choices=Status, default=Status.OFFERED)
    refusal = models.ForeignKey(Term, models.PROTECT, null=True, related_name="+", verbose_name="waarom niet")
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="door")
    answered_at = models.DateTimeField("beantwoord op", null=True)
    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "overdracht", "overdrachten"
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                "case", name="one_offer_of_a_case_at_a_time", condition=Q(status="aangeboden")
            ),
            models.CheckConstraint(name="case_goes_to_another", condition=~Q(giver=F("receiver"))),
            models.CheckConstraint(
                name="answered_offer_says_by_whom",
                condition=Q(status="aangeboden", answered_by=None, answered_at=None)
                | Q(status__in=["aanvaard", "afgewezen", "ingetrokken"])
                & Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="refused_offer_says_why",
                condition=Q(status="afgewezen", refusal__isnull=False)
                | ~Q(status="afgewezen") & Q(refusal=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} aan {self.receiver}"
