"""The network: bodies, the seats in them, who holds a seat, and what they are about.

Bodies and seats are public; who holds a seat is seen by whoever works for a partner. A seat or its holder is
never rewritten: it ends, and the next begins.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vangnet.directory.departures import Departure
from vangnet.identity.models import Membership, Organisation, User

# fmt: off
__all__ = [
    "Body", "BodyKind", "Departure", "Expertise", "Function", "Holder", "Profile", "Seat",
    "SeatRule", "ThemePartner", "Topic",
]
# fmt: on

PHONE = r"^(0([ -]?[0-9]){9}|[+][1-9]([ -]?[0-9]){7,13})$"  # ten digits, or a country code first


class PublicQuerySet(models.QuerySet[Any]):
    """Reads of what is no secret: bodies, seats and the lists around them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep everything: how the network is built is public."""
        return self.all()

    def as_of(self, day: date) -> Self:
        """Keep what there is on a day."""
        return self.filter(period__contains=day)


class Topic(models.Model):
    """A theme of the network, or below it a subject that somebody knows about (onderwerp)."""

    slug = models.SlugField("kenmerk", max_length=60, primary_key=True)
    name = models.CharField("naam", max_length=100)
    under = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    order = models.PositiveSmallIntegerField("volgorde")
    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "onderwerp", "onderwerpen"
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Function(models.Model):
    """What somebody is at an organisation (functie): one of a list that comes with the region pack."""

    code = models.SlugField("code", max_length=60, primary_key=True)
    name = models.CharField("naam", max_length=100)
    order = models.PositiveSmallIntegerField("volgorde")
    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "functie", "functies"
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class BodyKind(models.Model):
    """A kind of body (soort overleg), such as the district consultation; comes with the region pack."""

    code = models.SlugField("code", max_length=40, primary_key=True)
    name = models.CharField("naam", max_length=100)
    about = models.CharField("wat het doet", max_length=300, blank=True)
    order = models.PositiveSmallIntegerField("volgorde")
    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "soort overleg", "soorten overleg"
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class BodyQuerySet(PublicQuerySet):
    """Reads of bodies."""

    def spoken_for_by(self, user: User | AnonymousUser, *, on: date | None = None) -> Self:
        """Keep the bodies for which somebody may speak: as chair or secretary, or as deputy of one of these.

        The function `directory_speaks_for` of the database says the same of the session of a transaction.
        """
        if not user.is_authenticated:
            return self.none()
        day = on or timezone.localdate()
        works = Membership.objects.filter(
            user=user.pk, organisation=models.OuterRef("seat__organisation"), period__contains=day
        )
        held = Holder.objects.filter(
            Q(seat__role__in=Seat.SPEAKS)
            | Q(seat__deputy_of__role__in=Seat.SPEAKS, seat__deputy_of__period__contains=day),
            models.Exists(works),
            account=user.pk,
            period__contains=day,
            seat__period__contains=day,
        )
        return self.as_of(day).filter(pk__in=held.values("seat__body"))


class Body(models.Model):
    """A group of partners that meets and decides or advises (overleg), from a day until a day."""

    slug = models.SlugField("kenmerk", max_length=60, primary_key=True)
    name = models.CharField("naam", max_length=150)
    kind = models.ForeignKey(BodyKind, models.PROTECT, related_name="bodies", verbose_name="soort")
    area = models.CharField("gebiedscode", max_length=20, blank=True)
    above = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="below",
        verbose_name="brengt verslag uit aan",
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="onderwerp"
    )
    period = DateRangeField("bestaat")
    order = models.PositiveSmallIntegerField("volgorde")
    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "overleg", "overleggen"
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(name="body_lasts_a_day_or_more", condition=Q(period__isempty=False)),
            models.CheckConstraint(
                name="body_is_not_above_itself", condition=Q(above=None) | ~Q(above=models.F("slug"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """A place in a body for an organisation (zetel); people come and go in it, see `Holder`."""

    class Role(models.TextChoices):
        CHAIR = "voorzitter", "Voorzitter"
        SECRETARY = "secretaris", "Secretaris"
        MEMBER = "lid", "Lid"
        DEPUTY = "plaatsvervanger", "Plaatsvervanger"

    SPEAKS = (Role.CHAIR.value, Role.SECRETARY.value)
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="seats", verbose_name="overleg")
    role = models.CharField("rol", max_length=16, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="namens")
    function = models.ForeignKey(Function, models.PROTECT, related_name="+", verbose_name="functie")
    deputy_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name="vervangt"
    )
    portfolio = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="portefeuille"
    )
    period = DateRangeField("geldig")
    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "zetel", "zetels"
        ordering = ["body__order", "role", "organisation__name"]
        indexes = [models.Index(fields=["body"], name="seat_by_body")]
        constraints = [
            ExclusionConstraint(
                name="body_has_one_chair_at_a_time",
                expressions=[("body", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(role="voorzitter"),
            ),
            models.CheckConstraint(
                name="seat_role_is_known",
                condition=Q(role__in=["voorzitter", "secretaris", "lid", "plaatsvervanger"]),
            ),
            models.CheckConstraint(
                name="seat_of_a_deputy_says_of_whom",
                condition=Q(role="plaatsvervanger", deputy_of__isnull=False)
                | ~Q(role="plaatsvervanger") & Q(deputy_of=None),
            ),
            models.CheckConstraint(name="seat_lasts_a_day_or_more", condition=Q(period__isempty=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} van {self.body}"


class HolderQuerySet(models.QuerySet["Holder"]):
    """Reads of who holds a seat; the policies of the database have chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()

    def as_of(self, day: date) -> Self:
        """Keep who holds a seat on a day."""
        return self.filter(period__contains=day, seat__period__contains=day)


class Holder(models.Model):
    """Who holds a seat, from a day until a day (zetelhouder); a seat without one is vacant."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="holders", verbose_name="zetel")
    account = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="wie")
    period = DateRangeField("geldig")
    objects = HolderQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "zetelhouder", "zetelhouders"
        indexes = [models.Index(fields=["account"], name="holder_by_account")]
        constraints = [
            ExclusionConstraint(
                name="seat_has_one_holder_at_a_time",
                expressions=[("seat", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(name="holder_stays_a_day_or_more", condition=Q(period__isempty=False)),
        ]

    def __str__(self) -> str:
        return f"{self.account} in {self.seat_id}"


class SeatRule(models.Model):
    """What has to hold for the seats of bodies of a kind (bezettingsregel); comes with the region pack."""

    class Check(models.TextChoices):
        ROLE = "rol", "Een rol is bezet"
        PER_DISTRICT = "per-district", "Elk district heeft een aantal zetels van deze functie"
        PARTNER = "partner", "Een soort organisatie heeft een zetel"
        PORTFOLIOS = "portefeuilles", "Elk thema is in portefeuille"
        SITS_IN = "zit-in", "De voorzitter heeft een zetel in een ander overleg"

    code = models.SlugField("code", max_length=60, primary_key=True)
    kind = models.ForeignKey(BodyKind, models.PROTECT, related_name="rules", verbose_name="soort overleg")
    check_of = models.CharField("wat", max_length=16, choices=Check)
    role = models.CharField("rol", max_length=16, choices=Seat.Role, blank=True)
    function = models.ForeignKey(
        Function, models.PROTECT, null=True, related_name="+", verbose_name="functie"
    )
    partner = models.CharField("soort organisatie", max_length=20, choices=Organisation.Kind, blank=True)
    other = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name="ander overleg")
    divisible = models.ForeignKey(
        Topic, models.PROTECT, null=True, related_name="+", verbose_name="thema dat gedeeld mag zijn"
    )
    count = models.PositiveSmallIntegerField("aantal", default=1)
    says = models.CharField("regel", max_length=200)
    mend = models.CharField("wat eraan te doen is", max_length=300)
    order = models.PositiveSmallIntegerField("volgorde")
    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "bezettingsregel", "bezettingsregels"
        ordering = ["order"]

    def __str__(self) -> str:
        return self.says


class NetworkQuerySet(models.QuerySet[Any]):
    """Reads of what only the network knows; the policies of the database have chosen already."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what the session of this transaction sees; nothing for who is not signed in."""
        return self if user.is_authenticated else self.none()


class Profile(models.Model):
    """How colleagues reach somebody (profiel): nothing private, and what others filled in says so."""

    DAYS = ((1, "maandag"), (2, "dinsdag"), (3, "woensdag"), (4, "donderdag"), (5, "vrijdag"))
    account = models.OneToOneField(
        User, models.PROTECT, primary_key=True, related_name="+", verbose_name="van wie"
    )
    function = models.ForeignKey(
        Function, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="functie"
    )
    phone = models.CharField("werktelefoon", max_length=20, blank=True)
    days = ArrayField(models.PositiveSmallIntegerField(), verbose_name="werkdagen", default=list, blank=True)
    changed_on = models.DateField("bijgewerkt op")
    # Who filled it in from a file; nobody once the person keeps it.
    filled_in_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="ingevuld door"
    )
    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "profiel", "profielen"
        constraints = [
            models.CheckConstraint(
                name="profile_phone_is_a_number", condition=Q(phone="") | Q(phone__regex=PHONE)
            ),
            models.CheckConstraint(
                name="profile_days_are_working_days", condition=Q(days__contained_by=[1, 2, 3, 4, 5])
            ),
        ]

    def __str__(self) -> str:
        return f"profiel van {self.account}"

    @property
    def day_names(self) -> str:
        """The working days in words."""
        return ", ".join(name for number, name in self.DAYS if number in self.days)


class Expertise(models.Model):
    """Somebody knows about a subject (deskundigheid); that person says so."""

    account = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="wie")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name="onderwerp")
    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "deskundigheid", "deskundigheden"
        ordering = ["topic__order"]
        constraints = [models.UniqueConstraint(fields=["account", "topic"], name="expertise_is_said_once")]

    def __str__(self) -> str:
        return f"{self.account}: {self.topic}"


class ThemePartner(models.Model):
    """An organisation takes part in a theme (themapartner), from a day until a day, each with a reason."""

    class Joined(models.TextChoices):
        START = "begin", "Vanaf het begin van de strategie"
        ASKED = "gevraagd", "Door het netwerk gevraagd"
        OFFERED = "aangeboden", "Bood zich zelf aan"
        TASK = "taak", "Kreeg een wettelijke taak in dit thema"

    class Left(models.TextChoices):
        DONE = "klaar", "Bijdrage is geleverd"
        CAPACITY = "capaciteit", "Geen capaciteit meer"
        PRIORITY = "prioriteit", "Andere prioriteit"
        TASK = "taak-weg", "Taak ging naar een andere organisatie"
        MERGED = "opgegaan", "Organisatie ging op in een andere"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="organisatie"
    )
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name="thema")
    period = DateRangeField("geldig")
    joined_for = models.CharField("reden van deelname", max_length=12, choices=Joined)
    left_for = models.CharField("reden van vertrek", max_length=12, choices=Left, blank=True)
    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "themapartner", "themapartners"
        ordering = ["topic__order", "organisation__name"]
        constraints = [
            ExclusionConstraint(
                name="organisation_is_in_a_theme_once_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("topic", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="theme_partner_leaves_with_a_reason",
                condition=Q(period__upper_inf=True, left_for="")
                | Q(period__upper_inf=False) & ~Q(left_for=""),
            ),
            models.CheckConstraint(
                name="theme_partner_stays_a_day_or_more", condition=Q(period__isempty=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.topic}"
