"""Where somebody works today: for which purpose, for which organisation, up to which tier."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from uuid import UUID

from django.db import connection
from django.utils import timezone

from vangnet.agreements.models import (
    Agreement,
    Authorisation,
    CircleMember,
    Partner,
    Purpose,
    PurposeCategory,
)
from vangnet.identity.models import Organisation, User
from vangnet.identity.rules import NotPermitted, Weak
from vangnet.places.models import Area
from vangnet.vault import doors

Choices = list[tuple[str, str]]
# One statement, and not the ORM's two: every page of the vault asks it first.
DESK = """
SELECT s.is_strong, s.organisation AS working_for,
       agreements_tier(s.account, s.organisation, session_purpose(),
                       ARRAY['verwerking', 'rechtmatigheid']) AS tier,
       agreements_tier(s.account, s.organisation, session_purpose(), ARRAY['verwerking']) AS writing,
       p.*, {agreement}
  FROM session_standing() s
  LEFT JOIN (agreements_purpose p JOIN agreements_agreement a ON a.id = p.agreement_id) ON p.id = %s
"""
TIERS = """
SELECT wanted.id, agreements_tier(s.account, s.organisation, wanted.id, ARRAY['verwerking', 'rechtmatigheid'])
  FROM session_standing() s, unnest(%s::uuid[]) AS wanted (id)
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """A purpose that this session may work for."""

    purpose: Purpose
    organisation: UUID
    tier: int  # up to which one reads
    writing: int  # up to which one adds; 0 for who only reviews

    @property
    def zone(self) -> str:
        """The walled-off part of the vault that its dossiers lie in."""
        return str(self.purpose.agreement.zone)


def require_strong() -> None:
    """Let only a session with a second factor pass.

    Raises
    ------
    Weak
        It has none.
    """
    if not doors.one("session_is_strong"):
        raise Weak


def desk(purpose: UUID) -> Desk:
    """Return the desk of this session for the purpose in the address (1 query).

    Raises
    ------
    Weak
        The session has no second factor.
    NotPermitted
        No authorisation today, or no such purpose.
    """
    columns = {str(field.column): f"agreement_{field.column}" for field in Agreement._meta.concrete_fields}
    agreement = ", ".join(f"a.{column} AS {name}" for column, name in columns.items())
    (found,) = Purpose.objects.raw(DESK.format(agreement=agreement), [purpose])
    told = vars(found)  # what the statement says beside the columns of a purpose
    if not told["is_strong"]:
        raise Weak
    if not told["tier"] or found.pk is None:
        raise NotPermitted("geen autorisatie voor dit doel")
    found.agreement = Agreement(**{column: told[name] for column, name in columns.items()})
    return Desk(found, told["working_for"], told["tier"], told["writing"] or 0)


def open_today(user: User) -> list[tuple[Purpose, Organisation, int]]:
    """Return for which purposes this session may work today, with its organisation and tier."""
    today = timezone.localdate()
    given = Authorisation.objects.visible_to(user).current().filter(user=user, period__contains=today)
    ids = list(given.order_by().values_list("purpose", flat=True).distinct())
    with connection.cursor() as cursor:
        cursor.execute(TIERS, [ids])
        tiers = {pk: tier for pk, tier in cursor.fetchall() if tier}
    at = Organisation.objects.filter(pk=doors.one("session_organisation")).first()
    found = Purpose.objects.filter(pk__in=tiers).select_related("agreement")
    return [(purpose, at, tiers[purpose.pk]) for purpose in found] if at else []


# --- what one chooses from ---


def places() -> Choices:
    """Return the municipalities of the region today."""
    found = Area.objects.as_of(timezone.localdate()).of_level(Area.Level.MUNICIPALITY)
    return sorted(found.values_list("code", "name_then"), key=itemgetter(1))  # type: ignore[misc]


def circles(at: Desk) -> Choices:
    """Return the circles of one's organisation for this purpose."""
    found = CircleMember.objects.filter(
        organisation=at.organisation, circle__purpose=at.purpose, period__contains=timezone.localdate()
    ).select_related("circle")
    return [(str(one.circle_id), one.circle.name) for one in found]


def categories(purpose: Purpose, tier: int = 3) -> Choices:
    """Return the categories in force for a purpose up to a tier, with their tier."""
    found = PurposeCategory.objects.filter(
        purpose=purpose, tier__lte=tier, version__activated_at__isnull=False
    ).select_related("category")
    return [(str(one.category_id), f"{one.category.name} (trede {one.tier})") for one in found]


def partners(purpose: Purpose, *, besides: UUID | None = None) -> Choices:
    """Return the partners of the agreement of a purpose today."""
    found = Partner.objects.filter(agreement=purpose.agreement_id, period__contains=timezone.localdate())
    found = found.exclude(organisation=besides).select_related("organisation").order_by("organisation__name")
    return [(str(one.organisation_id), one.organisation.name) for one in found]


def any_partner(*, besides: UUID) -> Choices:
    """Return the partners of every agreement today: a recipient may be of another agreement."""
    found = Partner.objects.filter(period__contains=timezone.localdate()).exclude(organisation=besides)
    named = dict(found.order_by("organisation__name").values_list("organisation", "organisation__name"))
    return [(str(pk), name) for pk, name in named.items()]


def colleagues(purpose: Purpose) -> Choices:
    """Return everybody with an authorisation for a purpose today."""
    found = (
        Authorisation.objects.filter(purpose=purpose, revoked_at=None, period__contains=timezone.localdate())
        .filter(task__in=Authorisation.SEES)
        .select_related("user", "organisation")
        .order_by("user__name")
    )
    named = {str(one.user_id): f"{one.user} ({one.organisation})" for one in found}
    return list(named.items())


def targets(at: Desk) -> Choices:
    """Return the other purposes that something can be supplied for."""
    found = Purpose.objects.exclude(pk=at.purpose.pk).filter(ended_on=None).select_related("agreement")
    live = found.filter(version__activated_at__isnull=False)
    return [(str(one.pk), f"{one.agreement.name}: {one.name}") for one in live]
