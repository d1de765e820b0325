"""The ledger of contributions: what each partner brings in four kinds, on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.db.models.functions import Coalesce

from vangnet.cooperation.models import Contribution
from vangnet.directory.models import Seat
from vangnet.identity.models import Organisation
from vangnet.strategy.plan_content import ROLES
from vangnet.strategy.plans import PlanVersion

TEAM: Final = "expertteam"  # the kind of a body
KINDS: Final = {
    "informatie": "Informatie",
    "werkafspraak": "Werkafspraken",
    "expertteam": "Expertteams",
    "project": "Projecten",
}
SINGLE: Final = {
    "informatie": "Informatie",
    "werkafspraak": "Werkafspraak",
    "expertteam": "Expertteam",
    "project": "Project",
}


@dataclass(frozen=True)
class Line:
    """One thing that a partner brings: information, an agreement, a seat, or a part in a plan."""

    organisation: Organisation
    kind: str
    topic: str
    words: str
    since: date | None
    contribution: Contribution | None = None
    plan: UUID | None = None
    body: str = ""

    @property
    def label(self) -> str:
        """Return the kind in words."""
        return SINGLE[self.kind]


@dataclass(frozen=True)
class Share:
    """What one partner brings, counted per kind."""

    organisation: Organisation
    counts: tuple[int, ...]  # in the order of the kinds


def lines(user: Any, day: date) -> list[Line]:
    """Return everything that partners bring on a day, by partner and kind (4 queries)."""
    partners = {one.slug: one for one in Organisation.objects.visible_to(user)}
    found = [*_written(user, day), *_seats(user, day), *_roles(user, day, partners)]
    order = list(KINDS)
    return sorted(found, key=lambda one: (one.organisation.name, order.index(one.kind), one.topic))


def _written(user: Any, day: date) -> Iterator[Line]:
    for one in Contribution.objects.visible_to(user).as_of(day):
        yield Line(one.organisation, one.kind, one.topic.name, one.words, one.begins_on, contribution=one)


def _seats(user: Any, day: date) -> Iterator[Line]:
    """Return the seats of expert teams: a deputy of an own seat is one more."""
    found = Seat.objects.visible_to(user).as_of(day).filter(body__kind=TEAM)
    for one in found.select_related("body__topic", "organisation", "function"):
        topic = one.body.topic.name if one.body.topic else ""
        words = f"{one.get_role_display()} van {one.body.name}, {one.function}"
        yield Line(one.organisation, "expertteam", topic, words, one.period.lower, body=one.body_id)


def _roles(user: Any, day: date, partners: dict[str, Organisation]) -> Iterator[Line]:
    """Return the parts in plans that were adopted or are a pilot, in the words that count."""
    held = PlanVersion.objects.visible_to(user).filter(number=Coalesce(F("plan__adopted"), F("plan__shown")))
    held = held.exclude(plan__adopted=None, plan__pilot_since=None).select_related("plan__topic")
    for version in held:
        told = version.content
        if not told["since"] <= day.isoformat() <= told["until"]:
            continue
        since = date.fromisoformat(told["since"])
        for role in told["roles"]:
            if role["partner"] in partners:
                words = f"{told['title']}: {ROLES[role['role']].lower()}, {role['task']}"
                yield Line(
                    partners[role["partner"]], "project", version.plan.topic.name, words, since,
                    plan=version.plan_id,
                )  # fmt: skip


def shares(found: Iterable[Line]) -> list[Share]:
    """Return for each partner how many lines it has per kind."""
    told: dict[UUID, list[Line]] = {}
    for one in found:
        told.setdefault(one.organisation.pk, []).append(one)
    return [
        Share(own[0].organisation, tuple(sum(one.kind == kind for one in own) for kind in KINDS))
        for own in told.values()
    ]


OWN = """
SELECT o FROM session_organisation() o WHERE NOT session_is_service() AND cooperation_contributes(o)
"""


def contributes() -> UUID | None:
    """Return the organisation for which the session writes contributions; None when it may not (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(OWN)
        found = cursor.fetchone()
        return found[0] if found else None
