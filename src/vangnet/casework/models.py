"""Signals and how they were weighed: number, place, branch, dates and status. No word about anybody.

What was reported, why it was weighed so, and who reported it lies in the vault, in a dossier with the same
id. Which signals somebody sees is the one policy on `casework_signal`: its scope is that of the session. What
follows from signals is in `cases`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from vangnet.agreements.models import Purpose
from vangnet.casework.cases import Case, Contribution, Decision, HandOver, Measure, Task
from vangnet.casework.choices import Letter, MeasureKind, Term
from vangnet.casework.intake import (  # noqa: F401  the tables of intake are tables of this module
    Draft,
    ExternalNumber,
    Likeness,
    PartnerReport,
    PublicForm,
    VisitorCount,
    VisitorKey,
)
from vangnet.casework.meetings import Attendee, Item, Meeting
from vangnet.casework.protocol import Protocol as Machine
from vangnet.casework.yearshares import YearShare
from vangnet.identity.models import Organisation, User
from vangnet.vault.models import Dossier, Scope

__all__ = [
    "Attendee",
    "Branch",
    "Case",
    "Contribution",
    "Decision",
    "HandOver",
    "Item",
    "Letter",
    "Measure",
    "MeasureKind",
    "Meeting",
    "Phenomenon",
    "Protocol",
    "Signal",
    "Step",
    "Task",
    "Term",
    "YearShare",
]


class Branch(models.Model):
    """A branch of business or kind of place (branche), with what to look out for there (signalenlijst)."""

    code = models.SlugField("code", primary_key=True, max_length=40)
    name = models.CharField("naam", max_length=100)
    flags = models.JSONField("signalenlijst", default=list)
    order = models.PositiveSmallIntegerField("volgorde")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "branche", "branches"
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Phenomenon(models.Model):
    """What a signal seems to be about (verschijningsvorm), such as drugs, fraud or exploitation."""

    code = models.SlugField("code", primary_key=True, max_length=40)
    name = models.CharField("naam", max_length=100)
    order = models.PositiveSmallIntegerField("volgorde")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "verschijningsvorm", "verschijningsvormen"
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Protocol(models.Model):
    """A version of the protocol that signals are weighed by (weegprotocol); a new one replaces none."""

    code = models.SlugField("code", max_length=60)
    version = models.PositiveSmallIntegerField("versie")
    since = models.DateField("sinds")
    definition = models.JSONField("definitie")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "weegprotocol", "weegprotocollen"
        constraints = [models.UniqueConstraint("code", "version", name="protocol_has_one_of_each_version")]
        ordering = ["-since", "-version"]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    @property
    def machine(self) -> Machine:
        """The protocol itself."""
        return Machine.read(self.definition)


class SignalQuerySet(models.QuerySet["Signal"]):
    """Reads of signals; the policy of the database has chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()

    def waiting(self) -> Self:
        """Keep what still has to be weighed, the oldest first."""
        return self.filter(status__in=Signal.WAITING).order_by("received_at", "pk")

    def weighed(self) -> Self:
        """Keep what counts for the shares of the routes: undermining, and with a route."""
        return self.exclude(route="")


class Signal(models.Model):
    """A signal (signaal): what is known of it without opening it. The id is that of its dossier."""

    class Source(models.TextChoices):
        DESK = "balie", "Eigen medewerker"
        CITIZEN = "inwoner", "Inwoner"
        BUSINESS = "ondernemer", "Ondernemer"
        PARTNER = "partner", "Partner"
        ANONYMOUS = "anoniem", "Anonieme melding"
        IMPORT = "ingelezen", "Ingelezen uit een ander systeem"

    class Status(models.TextChoices):
        NEW = "nieuw", "Nieuw"
        WEIGHING = "in-weging", "In weging"
        FURTHER = "nader-onderzoek", "Verdere analyse"
        PASSED_ON = "doorgezet", "Doorgezet"
        NOTHING = "geen-vervolg", "Geen vervolg"

    class Outcome(models.TextChoices):
        NOTHING = "geen", "Geen vervolg"
        MUNICIPALITY = "gemeente", "Gemeente heeft de leiding"
        RIEC = "riec", "RIEC heeft de leiding"
        FURTHER = "nader", "Verdere analyse"

    class Route(models.TextChoices):
        MUNICIPAL = "gemeentelijk", "Actie van de gemeente"
        LOCAL = "lokaal", "Lokaal bilateraal of integraal"
        RIEC = "riec", "RIEC-casus"

    WAITING = (Status.NEW, Status.WEIGHING)
    KEPT = timedelta(days=365)  # a signal without follow-up is kept one year, then out of sight

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="+")
    # No index for each of these: lists go by scope, and every index makes taking in many dearer.
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False, verbose_name="eigenaar"
    )
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField("nummer", max_length=30)
    source = models.CharField("bron", max_length=12, choices=Source)
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="branche"
    )
    phenomenon = models.ForeignKey(
        Phenomenon,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name="verschijningsvorm",
    )
    place = models.CharField("gebiedscode", max_length=40)
    observed_on = models.DateField("gezien op", null=True)
    received_at = models.DateTimeField("ontvangen op")
    reporter = models.UUIDField("dossier van de melder", null=True)
    wants_feedback = models.BooleanField("wil terugkoppeling", default=False)
    protocol = models.ForeignKey(Protocol, models.PROTECT, related_name="+", db_index=False)
    status = models.CharField("status", max_length=16, choices=Status, default=Status.NEW)
    partners = models.PositiveSmallIntegerField("aantal meldende partners", default=1)
    outcome = models.CharField("uitkomst", max_length=10, choices=Outcome, blank=True)
    route = models.CharField("route", max_length=14, choices=Route, blank=True)
    hinted = models.CharField("route volgens de regels", max_length=14, choices=Route, blank=True)
    decided_at = models.DateTimeField("besloten op", null=True)
    acted_at = models.DateTimeField("eerste actie op", null=True)
    informed_at = models.DateTimeField("teruggekoppeld op", null=True)
    ends_on = models.DateField("uit beeld op")
    round = models.PositiveSmallIntegerField("ronde", default=1)
    objects = SignalQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "signaal", "signalen"
        ordering = ["-received_at", "-pk"]  # many come in at one moment, and a page begins where one ended
        indexes = [
            # What a list chooses by stands in the index, so that what is rare is found without reading rows.
            models.Index(
                fields=["scope", "-received_at", "-dossier"],
                include=["ends_on", "number", "status", "place", "phenomenon", "branch", "source"],
                name="signal_in_order",
            ),
            models.Index(
                fields=["scope", "received_at", "dossier"],
                include=["ends_on"],
                condition=Q(status__in=["nieuw", "in-weging"]),
                name="signal_waiting",
            ),
            models.Index(
                fields=["scope", "decided_at"],
                include=["ends_on", "route", "hinted"],
                condition=~Q(route=""),
                name="signal_by_route",
            ),
            models.Index(fields=["scope", "place", "observed_on"], name="signal_by_day"),
            models.Index(
                fields=["decided_at"],
                include=["organisation", "route", "ends_on"],
                condition=~Q(route=""),
                name="signal_by_decision",
            ),
            models.Index(
                fields=["organisation", "decided_at"],
                condition=Q(wants_feedback=True, informed_at=None, decided_at__isnull=False),
                name="signal_to_tell",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="signal_number_is_given_once"),
            models.CheckConstraint(
                name="signal_outcome_fits_status",
                condition=Q(status__in=["nieuw", "in-weging"], outcome="", decided_at=None)
                | Q(status="geen-vervolg", outcome="geen", decided_at__isnull=False)
                | Q(status="nader-onderzoek", outcome="nader", decided_at__isnull=False)
                | Q(status="doorgezet", outcome__in=["gemeente", "riec"], decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="signal_has_a_route_when_passed_on",
                condition=Q(status="doorgezet") & ~Q(route="") | ~Q(status="doorgezet") & Q(route=""),
            ),
            models.CheckConstraint(
                name="signal_is_decided_after_it_came",
                condition=Q(decided_at=None) | Q(decided_at__gte=F("received_at")),
            ),
            models.CheckConstraint(
                name="signal_is_acted_on_after_it_came",
                condition=Q(acted_at=None) | Q(acted_at__gte=F("received_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Step(models.Model):
    """An answer in a weighing (weegstap): who gave it, when, and which record in the vault says why."""

    signal = models.ForeignKey(Signal, models.PROTECT, related_name="steps")
    round = models.PositiveSmallIntegerField("ronde")
    code = models.CharField("stap", max_length=40)
    answer = models.CharField("antwoord", max_length=40)
    reasons = models.UUIDField("gegeven met de redenen")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="door")
    at = models.DateTimeField("op")
    objects: models.Manager[Any] = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "weegstap", "weegstappen"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint("signal", "round", "code", name="step_is_taken_once_in_a_round")
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.answer}"
