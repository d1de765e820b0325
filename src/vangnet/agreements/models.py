"""Agreements, and everything that has to hold before data about data subjects may be shared.

Each arrow of agreement > version > purpose > category > partner > authorisation > circle is a foreign key,
and what always holds is a constraint; the rest of both is in the migrations, because Django knows no foreign
key over several columns. Nothing here is about data subjects: these are the rules of the network itself.
The terms of an agreement are in `terms`, the parties to it here.
"""

from __future__ import annotations

from typing import Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vangnet.agreements.terms import (
    EQUAL,
    FIVE_YEARS,
    OVERLAPS,
    REGIME_OF,
    Agreement,
    Category,
    Purpose,
    PurposeCategory,
    Regime,
    Version,
    Zone,
)
from vangnet.identity.models import Organisation, Role, User

__all__ = [
    "FIVE_YEARS",
    "REGIME_OF",
    "Agreement",
    "Authorisation",
    "Category",
    "Circle",
    "CircleMember",
    "Partner",
    "Purpose",
    "PurposeCategory",
    "Regime",
    "Version",
    "Zone",
]


class Partner(models.Model):
    """An organisation that takes part in an agreement (partner), from a day until a day."""

    class Position(models.TextChoices):
        CONTROLLER = "verantwoordelijke", "(Mede)verwerkingsverantwoordelijke"
        PARTICIPANT = "deelnemer", "Deelnemer zonder verantwoordelijkheid"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="partners")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name="sinds versie")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="partnerships")
    task = models.CharField("wettelijke taak", max_length=200)
    is_public = models.BooleanField("publieke organisatie", default=True)
    position = models.CharField("rol", max_length=20, choices=Position, default=Position.CONTROLLER)
    period = DateRangeField("geldig")
    left_because = models.CharField("reden van vertrek", max_length=300, blank=True)
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "partner", "partners"
        ordering = ["agreement", "organisation"]
        constraints = [
            ExclusionConstraint(
                name="organisation_is_partner_once_at_a_time",
                expressions=[("agreement", EQUAL), ("organisation", EQUAL), ("period", OVERLAPS)],
            ),
            models.CheckConstraint(
                name="private_partner_is_no_controller", condition=Q(is_public=True) | Q(position="deelnemer")
            ),
            models.CheckConstraint(name="partner_has_a_task", condition=~Q(task="")),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.agreement}"


class AuthorisationQuerySet(models.QuerySet["Authorisation"]):
    """Reads of authorisations."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep one's own, and for privacy officers and administrators those of their organisation."""
        if not user.is_authenticated:
            return self.none()
        today = timezone.localdate()
        at = user.memberships.filter(period__contains=today)
        if at.filter(role=Role.ADMINISTRATOR).exists():
            return self
        watched = at.filter(role=Role.PRIVACY_OFFICER).values("organisation")
        return self.filter(Q(user=user) | Q(organisation__in=watched) | Q(agreement__lead__in=watched))

    def current(self) -> Self:
        """Keep what has not been revoked and has not ended."""
        return self.filter(revoked_at=None).exclude(period__fully_lt=(timezone.localdate(), None))


class Authorisation(models.Model):
    """Somebody, or a system, may process data for a purpose up to a tier (autorisatie), says a partner."""

    class Task(models.TextChoices):
        PROCESSING = "verwerking", "Verwerken"
        REVIEW = "rechtmatigheid", "Rechtmatigheid toetsen"
        INTAKE = "melding", "Meldingen aannemen (ziet niets terug)"
        MAINTENANCE = "beheer", "Technisch beheer (ziet geen inhoud)"
        SYSTEM = "koppeling", "Systeem: meldingen aanleveren en de lijst zien (opent niets)"

    SEES = (Task.PROCESSING, Task.REVIEW)  # the tasks that show what lies under the purpose

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="authorisations")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="authorisations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="authorisations", verbose_name="gebruiker")
    task = models.CharField("taak", max_length=20, choices=Task, default=Task.PROCESSING)
    max_tier = models.PositiveSmallIntegerField("hoogste trede")
    period = DateRangeField("geldig")
    document = models.CharField("aanwijzingsbesluit", max_length=300)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="gegeven door")
    given_at = models.DateTimeField("gegeven op")
    revoked_at = models.DateTimeField("ingetrokken op", null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    objects = AuthorisationQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "autorisatie", "autorisaties"
        ordering = ["agreement", "purpose", "user"]
        constraints = [
            models.CheckConstraint(name="authorisation_tier_is_1_to_3", condition=Q(max_tier__range=(1, 3))),
            models.CheckConstraint(name="nobody_authorises_oneself", condition=~Q(given_by=F("user"))),
            models.CheckConstraint(name="authorisation_has_a_document", condition=~Q(document="")),
            models.CheckConstraint(
                name="authorisation_period_is_bounded",
                condition=Q(period__lower_inf=False, period__upper_inf=False),
            ),
            ExclusionConstraint(
                name="authorisation_is_not_doubled",
                expressions=[("user", EQUAL), ("purpose", EQUAL), ("task", EQUAL), ("period", OVERLAPS)],
                condition=Q(revoked_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} voor {self.purpose}"


class Circle(models.Model):
    """A group of partners within a purpose (deelgroep); its members do not see each other unless chosen."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="circles")
    name = models.CharField("naam", max_length=150)
    members_see_each_other = models.BooleanField("leden zien elkaar", default=False)
    period = DateRangeField("geldig")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "deelgroep", "deelgroepen"
        ordering = ["purpose", "name"]

    def __str__(self) -> str:
        return self.name


class CircleMember(models.Model):
    """A partner in a circle (lid van deelgroep), from a day until a day."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="members")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    period = DateRangeField("geldig")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "lid van deelgroep", "leden van deelgroepen"
        constraints = [
            ExclusionConstraint(
                name="circle_member_is_not_doubled",
                expressions=[("circle", EQUAL), ("organisation", EQUAL), ("period", OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.circle}"
