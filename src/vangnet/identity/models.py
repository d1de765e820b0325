"""Organisations with dated kinds, people, and the role that a person has at an organisation."""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import connection, models
from django.db.models.functions import Lower
from django.utils import timezone


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Reads of organisations."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep all organisations for whoever is signed in: the network knows its own partners."""
        return self if user.is_authenticated else self.none()

    def of_kind(self, kind: str, *, on: date) -> Self:
        """Keep the organisations that are of this kind on that day."""
        return self.filter(kinds__kind=kind, kinds__period__contains=on)


class Organisation(models.Model):
    """A partner of the network (organisatie)."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "gemeente", "Gemeente"
        POLICE = "politie", "Politie"
        PROSECUTION = "om", "Openbaar Ministerie"
        RIEC = "riec", "RIEC"
        CARE_AND_SAFETY = "veiligheidshuis", "Zorg- en veiligheidshuis"
        DISTRICT = "dvo", "Secretariaat districtelijk veiligheidsoverleg"
        NETWORK = "netwerk", "Veiligheidsnetwerk"
        TAX = "belastingdienst", "Belastingdienst"
        BUSINESS = "bedrijfsleven", "Bedrijfsleven"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField("kenmerk", max_length=80, unique=True)
    name = models.CharField("naam", max_length=200)
    place = models.CharField("gebiedscode", max_length=40, blank=True)
    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "organisatie", "organisaties"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OrganisationKind(models.Model):
    """What an organisation is, from a day until a day (soort organisatie)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="kinds")
    kind = models.CharField("soort", max_length=20, choices=Organisation.Kind)
    period = DateRangeField("geldig")

    class Meta:
        verbose_name, verbose_name_plural = "soort organisatie", "soorten organisatie"
        constraints = [
            ExclusionConstraint(
                name="organisation_has_one_kind_at_a_time",
                expressions=[("organisation", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="organisation_kind_is_known", condition=models.Q(kind__in=Organisation.Kind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} als {self.get_kind_display()}"


class UserQuerySet(models.QuerySet["User"]):
    """Reads of people."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep everybody who works for the network, for whoever is signed in."""
        return self.filter(kind=User.Kind.PERSON) if user.is_authenticated else self.none()


class UserManager(BaseUserManager["User"]):
    """Finds a user by e-mail address at sign-in."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: User | AnonymousUser) -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody who signs in, the account of a command or job, or a system of an organisation (gebruiker)."""

    class Kind(models.TextChoices):
        PERSON = "persoon", "Persoon"
        SERVICE = "dienst", "Dienstaccount"
        SYSTEM = "systeem", "Systeem"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField("e-mailadres", unique=True)
    name = models.CharField("naam", max_length=150)
    kind = models.CharField("soort", max_length=10, choices=Kind, default=Kind.PERSON)
    is_active = models.BooleanField("actief", default=True)
    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name, verbose_name_plural = "gebruiker", "gebruikers"
        constraints = [
            models.CheckConstraint(
                name="service_account_has_no_password",
                condition=models.Q(kind="persoon") | models.Q(password__startswith="!"),  # noqa: S106
            ),
            models.UniqueConstraint(Lower("email"), name="user_email_is_unique_in_any_case"),
        ]

    def __str__(self) -> str:
        return self.name

    def memberships_on(self, day: date) -> models.QuerySet[Membership]:
        """Return the roles that this person has on a day."""
        return self.memberships.filter(period__contains=day).select_related("organisation").order_by("id")

    def workplaces(self, day: date) -> list[str]:
        """Return the names of the organisations where this person has a role on a day.

        Every page asks it for its frame, so that it is one statement whose plan the server keeps.
        """
        rows = connection.ask_bound(WORKPLACES, [self.pk, day])  # type: ignore[attr-defined]
        return [name for (name,) in rows]


WORKPLACES = """
SELECT o.name FROM identity_membership m JOIN identity_organisation o ON o.id = m.organisation_id
WHERE m.user_id = %s AND m.period @> %s::date GROUP BY o.id, o.name ORDER BY min(m.id)
"""


class Role(models.TextChoices):
    """What somebody does in the network (rol)."""

    ADVISER = "adviseur", "Adviseur veiligheid (AOV'er)"
    ANALYST = "analist", "Analist"
    PROSECUTOR = "om", "Medewerker Openbaar Ministerie"
    RIEC_MANAGER = "riec", "Accountmanager RIEC"
    DISTRICT_SECRETARY = "dvo-secretaris", "Secretaris districtelijk veiligheidsoverleg"
    MAYOR = "burgemeester", "Burgemeester (portefeuillehouder)"
    DRIVING_TEAM = "aanjaagteam", "Aanjaagteam"
    PRIVACY_OFFICER = "fg", "Functionaris gegevensbescherming"
    ADMINISTRATOR = "beheerder", "Beheerder"
    EMPLOYEE = "medewerker", "Medewerker"
    SYSTEM = "systeem", "Systeem (koppeling)"


class Membership(models.Model):
    """The role of a person at an organisation, from a day until a day (lidmaatschap)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField("rol", max_length=20, choices=Role)
    period = DateRangeField("geldig")

    class Meta:
        verbose_name, verbose_name_plural = "lidmaatschap", "lidmaatschappen"
        constraints = [
            ExclusionConstraint(
                name="membership_is_not_doubled",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="membership_role_is_known", condition=models.Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} bij {self.organisation}"


class Session(models.Model):
    """A signed-in browser, job or command (sessie); the token itself is never stored.

    The runtime role has no right on this table: `vangnet.identity.session` is the way to it.
    """

    token_hash = models.BinaryField("sha256 van het kenmerk", primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name="werkt voor"
    )
    data = models.TextField("gegevens")
    created_at = models.DateTimeField("begonnen op", default=timezone.now)
    expires_at = models.DateTimeField("verloopt op", db_index=True)
    strong_at = models.DateTimeField("tweede factor op", null=True)
    proven_at = models.DateTimeField("bevestigd op", null=True)
    seen_at = models.DateTimeField("laatst gezien op", default=timezone.now)
    device = models.CharField("apparaat", max_length=100, blank=True, default="")
    objects: Any = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "sessie", "sessies"

    def __str__(self) -> str:
        return f"sessie van {self.user}"


class SystemToken(models.Model):
    """A key with which one system of an organisation comes in (systeemtoken); only its sha256 is stored.

    The runtime role has no right on this table either: `vangnet.identity.systems` is the way to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    token_hash = models.BinaryField("sha256 van het kenmerk", unique=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="systeem")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="uitgegeven door")
    issued_at = models.DateTimeField("uitgegeven op")
    ends_on = models.DateField("geldig tot")
    revoked_at = models.DateTimeField("ingetrokken op", null=True)
    used_at = models.DateTimeField("laatst gebruikt op", null=True)
    window_from = models.DateTimeField("minuut sinds", null=True)
    window_count = models.PositiveIntegerField("aanroepen in die minuut", default=0)
    objects: Any = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "systeemtoken", "systeemtokens"

    def __str__(self) -> str:
        return f"token van {self.user}"
