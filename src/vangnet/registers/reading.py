"""What registers add up to: sums for everybody of the network, lines for who keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import CharField, F, Func, OuterRef, Subquery

from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted
from vangnet.places.atlas import Atlas
from vangnet.registers.models import (
    Adoption,
    Choice,
    Fact,
    GainAgreement,
    GroupReview,
    GroupStep,
    Intimidation,
    Resilience,
    Source,
    YouthGroup,
)
from vangnet.registers.rules import Standing, require

OneFact = TypeVar("OneFact", bound=Fact)


class GainTotal(NamedTuple):
    """What was taken in a year, of one place, kind, stage, status and source."""

    year: int
    place: str
    kind: str
    stage: str
    status: str
    source: str
    entries: int
    amount: int


class FindCount(NamedTuple):
    """How much was found in a year, of one place, kind, status and source."""

    year: int
    place: str
    kind: str
    status: str
    source: str
    finds: int
    fire: int
    power: int

    def of(self, column: str) -> int:
        """Return what one column counts: finds of a kind, fire hazard or stolen electricity."""
        if column in ("fire", "power"):
            return self.fire if column == "fire" else self.power
        return self.finds if self.kind == column else 0


class YouthCount(NamedTuple):
    """How many groups a district has of one kind, of those that the municipality lets count."""

    district: str
    kind: str
    working: int
    ended: int


def gain_totals() -> list[GainTotal]:
    """Return all that was taken (1 query)."""
    return [GainTotal(*row) for row in _asked("registers_gain_totals")]


def find_counts(kinds: Iterable[str]) -> list[FindCount]:
    """Return all that was found of these kinds (1 query)."""
    wanted = set(kinds)
    return [row for found in _asked("registers_find_counts") if (row := FindCount(*found)).kind in wanted]


def facilitator_counts(kinds: Iterable[str]) -> dict[int, dict[str, int]]:
    """Return per year how often each kind of facilitator was found, in the whole region (1 query)."""
    wanted, found = set(kinds), dict[int, dict[str, int]]()
    for year, kind, code, n in _asked("registers_facilitator_counts"):
        if kind in wanted:
            of_year = found.setdefault(year, {})
            of_year[code] = of_year.get(code, 0) + n
    return found


def not_known(kinds: Iterable[str]) -> dict[int, tuple[int, int]]:
    """Return per year of how many finds in the region fire hazard and electricity are not known (1 query)."""
    wanted, found = set(kinds), dict[int, tuple[int, int]]()
    for year, kind, fire, power in _asked("registers_not_known"):
        if kind in wanted:
            before = found.get(year, (0, 0))
            found[year] = (before[0] + fire, before[1] + power)
    return found


def youth_counts() -> list[YouthCount]:
    """Return the groups that count in district and region (1 query)."""
    return [YouthCount(*row) for row in _asked("registers_youth_counts")]


def _asked(function: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}()")  # noqa: S608  names of ours
        return list(cursor.fetchall())


def agreed(user: User) -> dict[tuple[int, str], int]:
    """Return what was agreed per year and kind, by the line that was entered last (1 query)."""
    found = GainAgreement.objects.visible_to(user).latest_of("year", "kind")
    return {(one.year, one.kind): one.amount for one in found}


def adoptions(user: User, places: Iterable[str]) -> dict[tuple[str, str], Adoption]:
    """Return how each power stands in these municipalities, by place and instrument (1 query)."""
    found = (
        Adoption.objects.visible_to(user).filter(place__in=list(places)).latest_of("place", "instrument_id")
    )
    return {(one.place, one.instrument_id): one for one in found}


def resilience(user: User) -> dict[str, Resilience]:
    """Return how municipalities guard themselves against pressure (1 query)."""
    found = Resilience.objects.visible_to(user).select_related("contact").latest_of("place")
    return {one.place: one for one in found}


def choices(user: User, *lists: str) -> list[Choice]:
    """Return what one chooses from in these lists, in order (1 query)."""
    return list(Choice.objects.visible_to(user).filter(list__in=lists).order_by("list", "order"))


def group(user: User, wanted: UUID) -> YouthGroup:
    """Return a group of one's own municipality, with its steps and reviews (5 queries).

    Raises
    ------
    NotPermitted
        It does not exist for this session.
    """
    along = ("steps", "reviews__approach", "reviews__effect")
    mine = YouthGroup.objects.visible_to(user).filter(pk=wanted).prefetch_related(*along)
    found: YouthGroup | None = mine.first()
    if found is None:
        raise NotPermitted("deze groep bestaat hier niet")
    return found


def reviews_due(user: User, today: date) -> list[UUID]:
    """Return the groups that this session keeps and whose next review should have been (1 query)."""
    last = GroupReview.objects.filter(group=OuterRef("pk")).order_by("-entered_at", "-pk")
    found = YouthGroup.objects.visible_to(user).annotate(
        due=Subquery(last.values("next_on")[:1]),
        task=Func(function="registers_task", output_field=CharField()),
        own=Func(function="registers_own_place", output_field=CharField()),
    )
    mine = found.filter(task="gemeente", place=F("own"), due__lt=today)
    return list(mine.exclude(steps__step=GroupStep.LAST).values_list("pk", flat=True))


def own_line(model: type[OneFact], user: User, wanted: UUID, at: Standing) -> OneFact:
    """Return a line that this session may correct.

    Raises
    ------
    NotPermitted
        It does not exist for this session, or is of another organisation.
    Weak
        The session has no second factor.
    """
    mine = model.objects.visible_to(user).filter(pk=wanted, organisation=at.organisation)
    found: OneFact | None = mine.first()
    if found is None:
        raise NotPermitted("deze regel bestaat hier niet")
    require(at.enters, at)
    return found


def own_report(user: User, wanted: UUID, at: Standing) -> Intimidation:
    """Return a report of pressure that this session sees and that was not replaced.

    Raises
    ------
    NotPermitted
        It does not exist for this session, or was replaced since.
    """
    found: Intimidation | None = (
        Intimidation.objects.visible_to(user).filter(pk=wanted, is_void=False).first()
    )
    if found is None:
        raise NotPermitted("deze melding bestaat hier niet")
    require(at.reports, at)
    return found


def sources(rows: Iterable[Any]) -> str:
    """Say in one line where rows come from."""
    codes = dict.fromkeys(row.source for row in rows)
    return ", ".join(str(Source(code).label) for code in Source.values if code in codes) or "nog geen opgaven"


# --- places ---


@dataclass(frozen=True)
class Region:
    """The municipalities of the region on a day, by district, and what former ones became."""

    atlas: Atlas
    day: date

    @cached_property
    def code(self) -> str:
        """The code of the region itself."""
        return str(settings.REGION["unit"]["code"])

    @cached_property
    def name(self) -> str:
        """What the region is called."""
        return str(settings.REGION["unit"]["name"])

    @cached_property
    def municipalities(self) -> dict[str, str]:
        """Names by code, in order of name."""
        return {code: self.atlas.name(code, on=self.day) for code in self.atlas.municipalities(on=self.day)}

    @cached_property
    def districts(self) -> dict[str, tuple[str, Sequence[str]]]:
        """Name and municipalities of each district, by code."""
        found = self.atlas.districts(on=self.day)
        return {one.code: (one.name, [code for code, _ in one.members]) for one in found}

    def name_of(self, code: str) -> str:
        """Return the name of a municipality or district; its code when it is not known here."""
        return self.atlas.name(code, on=self.day) if code in self.atlas.versions else code

    def today(self, code: str) -> str:
        """Return the municipality that a line counts for today: a former one counts for its heir."""
        heirs = self.atlas.heirs(code, on=self.day) if code not in self.municipalities else [code]
        return heirs[0] if heirs else code

    def require(self, code: str) -> str:
        """Return the code of a municipality of today.

        Raises
        ------
        NotPermitted
            There is none with that code.
        """
        if code not in self.municipalities:
            raise NotPermitted("deze gemeente is er niet")
        return code


def region(day: date) -> Region:
    """Return the region on a day (3 queries)."""
    return Region(Atlas.load(), day)


class Place(NamedTuple):
    """An area to show sums of, with the municipalities of today that they are of."""

    level: str
    code: str
    name: str
    members: frozenset[str]


def areas(of: Region) -> list[Place]:
    """Return the region, its districts and its municipalities, each with its members."""
    every = frozenset(of.municipalities)
    return [
        Place("Regio", of.code, of.name, every),
        *(
            Place("District", code, name, frozenset(members))
            for code, (name, members) in of.districts.items()
        ),
        *(Place("Gemeente", code, name, frozenset([code])) for code, name in of.municipalities.items()),
    ]
