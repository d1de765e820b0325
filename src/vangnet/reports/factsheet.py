"""The factsheet of an area for its council: everything on it, in Dutch, whatever the file format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from vangnet.figures.models import Indicator
from vangnet.picture import charts, maps, material, store
from vangnet.picture.areas import COUNTRY, MUNICIPALITY, Place, Tree, resolve
from vangnet.picture.maps import Ground
from vangnet.picture.material import Material, Span, Version
from vangnet.picture.refusal import CannotShow
from vangnet.picture.summary import POLARITY, Line, line, rate_decimals
from vangnet.places.models import Area
from vangnet.reports import grids, wording
from vangnet.strategy.models import Strategy
from vangnet.ui import formats
from vangnet.ui.pictures import Picture
from vangnet.ui.tables import Table

MOST_INDICATORS = 14  # rows that fit on the second page
MOST_LINES = 6  # of the chart
COVERED = (Area.Level.MUNICIPALITY.value, Area.Level.DISTRICT.value, Area.Level.UNIT.value)


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """The headline indicator in one area, written out."""

    label: str
    value: str
    rate: str
    change: str
    tone: formats.Tone
    margin: str


@dataclass(frozen=True)
class Drawing:
    """A picture with its heading, and what it shows in words for whoever cannot see it."""

    title: str
    picture: Picture
    text: str


@dataclass(frozen=True)
class Factsheet:
    """Two pages for the council; texts and tables are ready to be set in type."""

    title: str
    subtitle: str
    audience: str
    region: str
    made_on: date
    status: str
    filename: str  # without extension
    summary: str
    figures_title: str
    key_figures: tuple[KeyFigure, ...]
    chart: Drawing | None
    map: Drawing | None
    peers_title: str
    peers: Table
    indicators_title: str
    indicator_groups: tuple[tuple[str, int], ...]  # shared headings, each over a number of columns
    indicators: Table
    reading: tuple[str, ...]
    strategy: tuple[str, ...]
    caution: tuple[str, ...]
    sources: Table


@dataclass(frozen=True)
class Scope:
    """What one factsheet is about: an area, the headline indicator, a final year and its base year."""

    state: Version
    place: Place
    tree: Tree
    stuff: Material
    years: tuple[int, ...]
    year: int
    base: int

    @property
    def family(self) -> list[Place]:
        """Return the area with what it belongs to, the country last."""
        return self.tree.family(self.place)


def headline_span(state: Version) -> tuple[Indicator, Span]:
    """Return the headline indicator of the region and the years that it has figures for.

    Raises
    ------
    CannotShow
        There are no figures of it for municipalities yet.
    """
    headline = Indicator.objects.select_related("source").filter(slug=settings.REGION["headline"]).first()
    known = material.span(headline, state) if headline else None
    if headline is None or known is None or not known.local:
        raise CannotShow(
            404,
            "Nog geen cijfers voor een factsheet",
            "Er zijn nog geen cijfers per gemeente ingelezen. Zodra die er zijn, staan hier de factsheets.",
            links=[("Naar de cijfers", "/cijfers/")],
        )
    return headline, known


def gather(text: str, *, user: Any, on: date) -> Factsheet:
    """Return the factsheet of the area with this code, slug or name, as made on a day.

    Raises
    ------
    CannotShow
        There is no such area, it no longer exists, or there are no figures; the message says which.
    """
    scope = _scope(text)
    headline, tree, place = scope.stuff.indicator, scope.tree, scope.place
    materials = _materials(scope, user)
    lines = [line(scope.stuff, one, scope.year, scope.base) for one in scope.family]
    found = grids.found_positions(scope.stuff, place, scope.year)
    decimals = rate_decimals([one.rate for one in lines])
    land = maps.ground(tree, scope.state)
    return Factsheet(
        title=f"Veiligheid in {place.name}",
        audience="gemeenteraad" if place.level == MUNICIPALITY else "gemeenteraden",
        subtitle=wording.subtitle(place, tree, scope.stuff, scope.year),
        region=settings.REGION["name"],
        made_on=on,
        status=wording.status(scope.stuff, tree.region, scope.years),
        filename=f"factsheet-{place.slug}-{headline.slug}-{scope.year}",
        summary=wording.summary(scope.stuff, lines[0], found.get(place.code), scope.years[-1], decimals),
        figures_title=f"{headline.name} in {scope.year}, en de verandering sinds {scope.base}",
        key_figures=tuple(_key_figure(scope, one, decimals) for one in lines),
        chart=_chart(scope, decimals),
        map=_map(scope, lines[0], land, decimals),
        peers_title=grids.peers_title(place),
        peers=grids.peers(scope.stuff, place, scope.year, found),
        indicators_title=f"Alle indicatoren in {scope.year}, met de verandering sinds {scope.base}",
        indicator_groups=grids.indicator_groups(scope.family[:-1]),
        indicators=grids.indicators(materials, scope.family[:-1], scope.year, scope.base),
        reading=wording.reading(scope.stuff, scope.base),
        strategy=wording.strategy(scope.stuff, scope.state, user),
        caution=wording.caution(scope.stuff, land.schematic),
        sources=grids.sources([one.indicator for one in materials], land.source),
    )


def _scope(text: str) -> Scope:
    state = material.version()
    headline, known = headline_span(state)
    tree = material.tree(known.borders_on, state)
    place = resolve(text, tree)
    if place.level not in COVERED or place not in tree.family(place) or not place.members:
        raise CannotShow(
            404,
            f"Van {place.name} is er geen factsheet",
            "Factsheets zijn er van de gemeenten en districten van de regio en van de regio zelf.",
        )
    stuff = _load(headline, state)
    year = _last_final(stuff, tree.region, known.local)
    return Scope(state, place, tree, stuff, known.local, year, _base(known.local, year))


def _load(indicator: Indicator, state: Version) -> Material:
    return store.remembered(lambda: material.load(indicator, state), "material", state, indicator.pk)


def _last_final(stuff: Material, region: Place, years: Sequence[int]) -> int:
    """Return the last year in which every municipality is final; the last year of all when none is."""
    final = [year for year in years if stuff.status(region, year) == "definitief"]
    return final[-1] if final else years[-1]


def _base(years: Sequence[int], year: int) -> int:
    """Return the year before the strategy in force began, else the first year with figures."""
    begins = [strategy.first_year for strategy in Strategy.objects.filter(first_year__lte=year)]
    before = max(begins, default=0) - 1
    return before if before in years and before < year else years[0]


def _materials(scope: Scope, user: Any) -> list[Material]:
    """Return the figures of all indicators that municipalities have, the headline first."""
    local = Indicator.objects.visible_to(user).counted_per_municipality().filter(is_population=False)
    others = [one for one in local if one.pk != scope.stuff.indicator.pk]
    loaded = [_load(one, scope.state) for one in others[: MOST_INDICATORS - 1]]
    return [scope.stuff, *loaded]


def _chart(scope: Scope, decimals: int) -> Drawing | None:
    places = _compared(scope)
    picture = charts.course(scope.stuff, places)
    if picture is None:
        return None
    return Drawing(picture.title, picture, wording.course(scope.stuff, places, scope.years, decimals))


def _map(scope: Scope, here: Line, land: Ground, decimals: int) -> Drawing | None:
    """Draw a municipality in its region, and any other area by itself."""
    whole = scope.tree.region if here.place.level == MUNICIPALITY else here.place
    picture = maps.map_of(scope.stuff, land, whole, scope.year, own=here.place.code, narrow=True)
    if picture is None:
        return None
    text = wording.map_text(scope.stuff, whole, here, land.schematic, decimals)
    return Drawing(f"Per gemeente in {scope.year}", picture, text)


def _compared(scope: Scope) -> list[Place]:
    """Return the areas whose course is drawn: those it belongs to, or the districts of the region."""
    wider = [one for one in scope.family if one.level != COUNTRY]
    return wider if len(wider) > 1 else [*wider, *scope.tree.districts[: MOST_LINES - 1]]


def _key_figure(scope: Scope, one: Line, decimals: int) -> KeyFigure:
    step = wording.since(scope.stuff, one)
    polarity = POLARITY[scope.stuff.indicator.polarity]
    told = formats.change(step.relative, polarity=polarity, significant=step.significant)
    return KeyFigure(
        label=wording.unique(one.place, scope.family),
        value=formats.number(one.count, 0),
        rate=wording.rate_of(scope.stuff, one, decimals),
        change=told.words if step.since == scope.base else f"{told.words} sinds {step.since}",
        tone=told.tone,
        margin=wording.margin(step),
    )
