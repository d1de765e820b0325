"""Work of public partners with a branch of business: what is agreed, who takes part, and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from vangnet.directory.models import Function, Topic
from vangnet.identity.models import Organisation, User


class PartnershipQuerySet(models.QuerySet[Any]):
    """Reads of work with branches; the policies of the database have chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()


class Partnership(models.Model):
    """Work of the network with a branch of business (branchesamenwerking)."""

    class Kind(models.TextChoices):
        COVENANT = "afspraak", "Schriftelijke afspraak"
        PILOT = "pilot", "Pilot"
        CAMPAIGN = "campagne", "Campagne"
        MEASURE = "maatregel", "Samen ontwikkelde maatregel"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField("naam", max_length=150)
    branch = models.CharField("branche", max_length=100)
    partner = models.CharField("brancheorganisatie", max_length=150)
    contact = models.CharField("contact bij de brancheorganisatie (functie)", max_length=100)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name="thema of onderwerp")
    kind = models.CharField("soort", max_length=10, choices=Kind)
    agreed = models.TextField("wat is afgesproken", max_length=4000)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="trekker")
    function = models.ForeignKey(
        Function, models.PROTECT, related_name="+", verbose_name="contact bij de trekker (functie)"
    )
    begins_on = models.DateField("begint op")
    ends_on = models.DateField("loopt tot", null=True)
    evaluate_on = models.DateField("evaluatie uiterlijk", null=True)
    ended_on = models.DateField("gestopt op", null=True)
    revision = models.PositiveIntegerField("laatste stap", default=0)
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vastgelegd door")
    begun_at = models.DateTimeField("vastgelegd op")
    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "branchesamenwerking", "branchesamenwerkingen"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="partnership_kind_is_known",
                condition=Q(kind__in=["afspraak", "pilot", "campagne", "maatregel"]),
            ),
            models.CheckConstraint(
                name="partnership_says_with_whom_about_what",
                condition=~Q(name="") & ~Q(branch="") & ~Q(partner="") & ~Q(agreed=""),
            ),
            models.CheckConstraint(
                name="partnership_ends_after_it_begins",
                condition=Q(ends_on=None) | Q(ends_on__gt=models.F("begins_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_over(self, day: date) -> bool:
        """Say whether it stopped, or its term is over."""
        return self.ended_on is not None or (self.ends_on is not None and self.ends_on <= day)

    def is_late(self, day: date) -> bool:
        """Say whether an evaluation is overdue."""
        return self.ended_on is None and self.evaluate_on is not None and self.evaluate_on < day


class PartnershipStep(models.Model):
    """What came of work with a branch: an evaluation, or its end with the reason (samenwerkingsstap)."""

    class Kind(models.TextChoices):
        EVALUATE = "evaluatie", "Geëvalueerd"
        END = "einde", "Gestopt"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, related_name="steps", verbose_name="branchesamenwerking"
    )
    number = models.PositiveIntegerField("nummer")
    kind = models.CharField("wat", max_length=10, choices=Kind)
    on = models.DateField("op")
    words = models.TextField("uitkomst of reden", max_length=4000)
    next_on = models.DateField("volgende evaluatie uiterlijk", null=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vastgelegd door")
    recorded_at = models.DateTimeField("vastgelegd op")
    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "samenwerkingsstap", "samenwerkingsstappen"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("partnership", "number", name="partnership_step_has_a_number_of_its_own"),
            models.CheckConstraint(
                name="partnership_step_says_what",
                condition=~Q(words="") & (Q(kind="evaluatie") | Q(kind="einde", next_on=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Participant(models.Model):
    """An organisation takes part in work with a branch, from a day until a day (deelnemer)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, related_name="participants", verbose_name="branchesamenwerking"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="organisatie"
    )
    period = DateRangeField("doet mee")
    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "deelnemer", "deelnemers"
        ordering = ["organisation__name"]
        constraints = [
            ExclusionConstraint(
                name="organisation_takes_part_once_at_a_time",
                expressions=[
                    ("partnership", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="participant_stays_a_day_or_more", condition=Q(period__isempty=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.partnership_id}"
