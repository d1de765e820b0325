"""The areas of the region on a day: what they are called, what they hold, and where they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Count, Max
from django.urls import reverse

from vangnet.picture.refusal import CannotShow
from vangnet.places import history
from vangnet.places.models import Area, AreaPart, AreaVersion

ORDER = [level.value for level in Area.Level]
MUNICIPALITY, DISTRICT, COUNTRY = (
    Area.Level.MUNICIPALITY.value,
    Area.Level.DISTRICT.value,
    Area.Level.COUNTRY.value,
)


@dataclass(frozen=True, slots=True)
class Place:
    """An area as a picture shows it; `members` are the codes of its municipalities."""

    code: str
    level: str
    name: str
    slug: str
    centre: tuple[float, float] | None
    members: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """How addresses call it: a municipality by its code, any other area by its slug."""
        return self.code if self.level == MUNICIPALITY else self.slug

    @property
    def address(self) -> str:
        """Return the address of its picture; the region itself is the first page."""
        if self.code == settings.REGION["unit"]["code"]:
            return reverse("picture:region")
        return reverse("picture:area", args=[self.key])


@dataclass(frozen=True)
class Tree:
    """The areas of one day and what belongs to what."""

    day: date
    places: dict[str, Place]
    wholes: dict[str, tuple[str, ...]]

    @cached_property
    def region(self) -> Place:
        """Return the unit that the region pack is about."""
        return self.places[settings.REGION["unit"]["code"]]

    @cached_property
    def country(self) -> Place:
        """Return the country, with which every area is compared."""
        return self.places[settings.REGION["country"]["code"]]

    def of(self, codes: Iterable[str]) -> list[Place]:
        """Return the places with these codes by name; codes of another day are left out."""
        found = [self.places[code] for code in codes if code in self.places]
        return sorted(found, key=lambda place: place.name)

    @cached_property
    def districts(self) -> list[Place]:
        """Return the districts of the region by name."""
        return self.of(code for code, whole in self._at(DISTRICT) if self.region.code in whole)

    def district_of(self, place: Place) -> Place | None:
        """Return the district that a municipality belongs to."""
        above = [self.places[code] for code in self.wholes.get(place.code, ()) if code in self.places]
        return next((whole for whole in above if whole.level == DISTRICT), None)

    def family(self, place: Place) -> list[Place]:
        """Return the place with what it belongs to, smallest first, the country last."""
        district = self.district_of(place)
        line = [place, *([district] if district else []), self.region, self.country]
        return [whole for n, whole in enumerate(line) if whole not in line[:n]]

    def find(self, text: str) -> Place | None:
        """Return the place with this code, slug or name, in any case; a whole before a municipality."""
        wanted = text.strip().casefold()
        named = [p for p in self.places.values() if wanted in (p.code.casefold(), p.slug, p.name.casefold())]
        named.sort(key=lambda place: (place.code.casefold() != wanted, ORDER.index(place.level)))
        return named[0] if named else None

    def _at(self, level: str) -> list[tuple[str, tuple[str, ...]]]:
        return [(c, self.wholes.get(c, ())) for c, place in self.places.items() if place.level == level]


def version() -> tuple[Any, ...]:
    """Return what changes when areas or boundaries do, for caches (1 query)."""
    state = AreaVersion.objects.aggregate(
        areas=Count("pk", distinct=True),
        last=Max("pk"),
        borders=Count("area__boundaries", distinct=True),
        loaded=Max("area__boundaries__loaded_at"),
    )
    return tuple(state.values())


def tree(day: date) -> Tree:
    """Return the areas of a day (2 queries)."""
    rows = AreaVersion.objects.filter(period__contains=day).values_list(
        "area_id", "area__level", "name", "slug", "longitude", "latitude"
    )
    wholes: dict[str, list[str]] = {}
    for part, whole in AreaPart.objects.filter(period__contains=day).values_list("part_id", "whole_id"):
        wholes.setdefault(part, []).append(whole)
    level_of = {code: level for code, level, *_ in rows}
    members: dict[str, list[str]] = {}
    for code in sorted(code for code, level in level_of.items() if level == MUNICIPALITY):
        for whole in {code, *_all_wholes(code, wholes)}:
            members.setdefault(whole, []).append(code)
    places = {
        code: Place(
            code,
            level,
            name,
            slug,
            None if east is None or north is None else (east, north),
            tuple(members.get(code, ())),
        )
        for code, level, name, slug, east, north in rows
    }
    return Tree(day, places, {part: tuple(found) for part, found in wholes.items()})


def _centre(east: float | None, north: float | None) -> tuple[float, float] | None:
    return None if east is None or north is None else (east, north)


def _all_wholes(code: str, wholes: dict[str, list[str]]) -> set[str]:
    direct = wholes.get(code, [])
    return set(direct).union(*(_all_wholes(whole, wholes) for whole in direct))


def resolve(text: str, areas: Tree) -> Place:
    """Return the place that a text means on the day of the tree.

    Raises
    ------
    CannotShow
        There is none; for an area that once was, the explanation says what became of it.
    """
    found = areas.find(text)
    if found is not None:
        return found
    wanted = text.strip()
    former = (
        AreaVersion.objects.filter(area__code__iexact=wanted)
        | AreaVersion.objects.filter(slug=wanted.casefold())
        | AreaVersion.objects.filter(name__iexact=wanted)
    ).first()
    if former is None:
        raise CannotShow(
            404,
            "Dit gebied kennen wij niet",
            f"Er is geen gemeente, district of regio met de code of naam “{wanted[:60]}”. "
            "Controleer de schrijfwijze, of kies een gebied uit de lijst op het regiobeeld.",
            links=[("Naar het regiobeeld", reverse("picture:region"))],
        )
    raise gone(former, areas)


def gone(former: AreaVersion, areas: Tree) -> CannotShow:
    """Return the explanation for an area that does not exist on the day of the tree."""
    heirs = areas.of(code for code, _ in history.successors(former.area_id, on=areas.day))
    text = history.explain(former.area_id, on=areas.day) or f"{former.name} bestaat niet op deze datum"
    compare = reverse("picture:compare")
    return CannotShow(
        404,
        f"{former.name} bestaat niet meer" if heirs else f"{former.name} bestaat op deze datum niet",
        f"{text.split('; gebruik')[0]}. Cijfers over misdrijven zijn alleen op de grenzen van nu "
        "gepubliceerd; het inwonertal van toen staat bij Vergelijken.",
        links=[
            *((f"Beeld van {heir.name}", heir.address) for heir in heirs),
            ("Inwoners van toen vergelijken", f"{compare}?indicator=inwoners&links={former.area_id}"),
        ],
    )
