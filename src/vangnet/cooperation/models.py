"""What partners ask of each other and put on tables together: advice, joint positions.

A question for advice and an item for a table are each a row that the database keeps. What was said and done
with it are turns and steps, which nobody rewrites.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from vangnet.cooperation.capacity import CapacityStatement, CapacityYearStep, FullTime
from vangnet.cooperation.contributions import Contribution
from vangnet.cooperation.partnerships import Participant, Partnership, PartnershipStep
from vangnet.cooperation.tables import (
    MOST_WORDS,
    AdministrativeTable,
    Position,
    Support,
    TableItem,
    TableStep,
)
from vangnet.directory.models import Body, Topic
from vangnet.identity.models import Organisation, User

__all__ = [
    "MOST_WORDS",
    "AdministrativeTable",
    "AdviceKnowledge",
    "AdviceRequest",
    "AdviceTurn",
    "CapacityStatement",
    "CapacityYearStep",
    "Contribution",
    "FullTime",
    "Participant",
    "Partnership",
    "PartnershipStep",
    "Position",
    "Support",
    "TableItem",
    "TableStep",
]


class AdviceQuerySet(models.QuerySet[Any]):
    """Reads of advice; the policies of the database have chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()


class AdviceRequest(models.Model):
    """A question to the driving team, an expert team or an expert (adviesvraag), with a term."""

    class State(models.TextChoices):
        ASKED = "gesteld", "Wacht op antwoord"
        RETURNED = "teruggevraagd", "Wacht op de vrager"
        ANSWERED = "beantwoord", "Beantwoord"
        CLOSED = "afgerond", "Afgerond"
        WITHDRAWN = "ingetrokken", "Ingetrokken"

    OPEN = (State.ASKED.value, State.RETURNED.value)
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    subject = models.CharField("onderwerp", max_length=200)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name="thema of onderwerp")
    place = models.CharField("gebiedscode", max_length=20, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="gevraagd door"
    )
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vrager")
    asked_at = models.DateTimeField("gesteld op")
    expert = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="deskundige")
    # The database writes where the expert worked when named: who moves on answers no more.
    expert_for = ArrayField(models.UUIDField(), verbose_name="namens", default=list, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name="team")
    due_on = models.DateField("antwoord uiterlijk")
    returned_on = models.DateField("teruggevraagd op", null=True)
    state = models.CharField("stand", max_length=14, choices=State, default=State.ASKED)
    revision = models.PositiveIntegerField("laatste beurt", default=0)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="beantwoord door"
    )
    answered_on = models.DateField("beantwoord op", null=True)
    score = models.PositiveSmallIntegerField("tevredenheid", null=True)
    knowledge_on = models.DateField("geschikt als kennis sinds", null=True)
    objects = AdviceQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "adviesvraag", "adviesvragen"
        ordering = ["-asked_at", "pk"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="advice_by_state"),
            models.Index(fields=["organisation"], name="advice_by_organisation"),
            models.Index(fields=["expert"], name="advice_by_expert"),
        ]
        constraints = [
            models.CheckConstraint(name="advice_has_a_subject", condition=~Q(subject="")),
            models.CheckConstraint(
                name="advice_state_is_known",
                condition=Q(state__in=["gesteld", "teruggevraagd", "beantwoord", "afgerond", "ingetrokken"]),
            ),
            models.CheckConstraint(name="advice_is_asked_of_one", condition=Q(expert=None) | Q(body=None)),
            models.CheckConstraint(
                name="advice_is_asked_of_another", condition=Q(expert=None) | ~Q(expert=models.F("asked_by"))
            ),
            models.CheckConstraint(
                name="advice_score_is_one_to_five", condition=Q(score=None) | Q(score__range=(1, 5))
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def addressee(self) -> str:
        """Return of whom it is asked, in words."""
        return str(self.expert or self.body or "Aanjaagteam")

    def is_late(self, day: date) -> bool:
        """Say whether its term is over while an answer is due."""
        return self.state == self.State.ASKED and self.due_on < day

    @property
    def is_in_term(self) -> bool:
        """Say whether it was answered within its term."""
        return self.answered_on is not None and self.answered_on <= self.due_on


class AdviceTurn(models.Model):
    """One thing that was said or done with a question for advice (adviesbeurt); it never changes."""

    class Kind(models.TextChoices):
        QUESTION = "vraag", "Vraag"
        ANSWER = "antwoord", "Antwoord"
        HANDED_ON = "doorgeven", "Doorgegeven"
        ASKED_BACK = "terugvraag", "Teruggevraagd"
        ADDED = "aanvulling", "Aangevuld"
        JUDGED = "oordeel", "Tevredenheid"
        KNOWLEDGE = "kennis", "Geschikt als kennis"
        WITHDRAWN = "intrekken", "Ingetrokken"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    request = models.ForeignKey(AdviceRequest, models.PROTECT, related_name="turns", verbose_name="vraag")
    number = models.PositiveIntegerField("nummer")
    kind = models.CharField("wat", max_length=12, choices=Kind)
    words = models.TextField("tekst", max_length=MOST_WORDS)
    expert = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="doorgegeven aan"
    )
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name="aan team")
    score = models.PositiveSmallIntegerField("tevredenheid", null=True)
    title = models.CharField("titel voor het netwerk", max_length=200, blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="door")
    # The database writes for whom the author worked then: who moved on reads no further.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="namens")
    said_at = models.DateTimeField("gezegd op")
    objects = AdviceQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "adviesbeurt", "adviesbeurten"
        ordering = ["number"]
        indexes = [models.Index(fields=["author"], name="advice_turn_by_author")]
        constraints = [
            models.UniqueConstraint("request", "number", name="advice_turn_has_a_number_of_its_own"),
            models.CheckConstraint(name="advice_turn_says_something", condition=~Q(words="")),
            models.CheckConstraint(
                name="advice_turn_kind_is_known",
                condition=Q(
                    kind__in=[
                        *("vraag", "antwoord", "doorgeven", "terugvraag"),
                        *("aanvulling", "oordeel", "kennis", "intrekken"),
                    ]
                ),
            ),
            models.CheckConstraint(
                name="advice_judgement_has_a_score",
                condition=Q(kind="oordeel", score__range=(1, 5)) | ~Q(kind="oordeel") & Q(score=None),
            ),
            models.CheckConstraint(
                name="advice_goes_to_one_when_handed_on",
                condition=Q(kind="doorgeven") & (Q(expert=None) | Q(body=None))
                | ~Q(kind="doorgeven") & Q(expert=None, body=None),
            ),
            models.CheckConstraint(
                name="advice_as_knowledge_has_a_title",
                condition=Q(kind="kennis") & ~Q(title="") | ~Q(kind="kennis") & Q(title=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.number})"


class AdviceKnowledge(models.Model):
    """What the network learns of an answered question (gedeelde kennis); the database writes it."""

    request = models.OneToOneField(
        AdviceRequest, models.PROTECT, primary_key=True, related_name="+", verbose_name="uit de vraag"
    )
    title = models.CharField("titel", max_length=200)
    summary = models.TextField("samenvatting", max_length=MOST_WORDS)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name="thema of onderwerp")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="beantwoord door"
    )
    on = models.DateField("gedeeld op")
    objects = AdviceQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "gedeelde kennis", "gedeelde kennis"
        ordering = ["-on", "pk"]

    def __str__(self) -> str:
        return self.title
