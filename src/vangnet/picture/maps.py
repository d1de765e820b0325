"""Maps of areas coloured by an indicator, on official borders when they were loaded, else schematic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import shapely
from shapely.geometry import MultiPolygon, Polygon

from vangnet.picture import store
from vangnet.picture.areas import Place, Tree
from vangnet.picture.material import Material, Version
from vangnet.picture.summary import rate_decimals
from vangnet.places.models import Boundary
from vangnet.ui import geometry
from vangnet.ui.axes import Status
from vangnet.ui.geometry import Shape
from vangnet.ui.maps import Area, Missing, choropleth
from vangnet.ui.pictures import Picture


@dataclass(frozen=True)
class Ground:
    """The shapes of municipalities on a day; `source` is empty for schematic cells."""

    shapes: dict[str, Shape]
    source: str

    @property
    def schematic(self) -> bool:
        """Whether the shapes are cells around centres."""
        return not self.source


def ground(tree: Tree, state: Version) -> Ground:
    """Return the shapes of the municipalities of the region, worked out once per state of the areas."""
    return store.remembered(lambda: _ground(tree), "ground", state.areas, tree.day)


def _ground(tree: Tree) -> Ground:
    wanted = tree.region.members
    official, source = _official(wanted, tree.day)
    if set(official) == set(wanted):
        return Ground(geometry.simplify({code: official[code] for code in wanted}), source)
    centres = {code: tree.places[code].centre for code in wanted}
    # An area without a centre cannot be placed; the map goes on without it and the table names it.
    placed = {code: centre for code, centre in centres.items() if centre is not None}
    return Ground(dict(geometry.schematic_cells(placed)) if placed else {}, "")


def _official(codes: Sequence[str], day: date) -> tuple[dict[str, Shape], str]:
    rows = Boundary.objects.filter(area__in=codes, period__contains=day).values_list(
        "area_id", "rings", "source"
    )
    shapes: dict[str, Shape] = {}
    source = ""
    for code, rings, origin in rows:
        shapes[code], source = _shape(rings), origin
    return shapes, source


def _shape(rings: Any) -> Shape:
    """Read polygons as stored: a list of polygons, each its outer ring and then its holes."""
    if isinstance(rings, dict):
        return cast(Shape, shapely.geometry.shape(rings))
    polygons = [Polygon(parts[0], parts[1:]) for parts in rings]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def rates(material: Material, places: Sequence[Place], year: int) -> dict[str, float | None]:
    """Return the rate of each area in a year by code."""
    return {place.code: material.at(material.rate(place), year) for place in places}


def map_of(
    material: Material,
    land: Ground,
    whole: Place,
    year: int,
    *,
    own: str = "",
    narrow: bool = False,
    heading: bool = False,
) -> Picture | None:
    """Draw the municipalities of an area by rate; None when there is nothing to draw."""
    tree = material.tree
    members = [tree.places[code] for code in whole.members if code in land.shapes]
    if not members:
        return None
    values = rates(material, members, year)
    name = material.indicator.name
    return choropleth(
        [Area(place.code, place.name, land.shapes[place.code]) for place in members],
        values,
        title=f"{name} in {year} in {whole.name}",
        description=describe(name, material.unit, members, values, year),
        unit=material.unit,
        decimals=0 if material.indicator.is_population else rate_decimals(list(values.values())),
        status=_status(material, whole, year),
        schematic=land.schematic,
        own=own if own in values else None,
        districts=_districts(tree, land, whole),
        narrow=narrow,
        heading=heading,
    )


def describe(
    name: str, unit: str, places: Sequence[Place], values: Mapping[str, float | None], year: int
) -> str:
    """Say in a sentence what the map shows."""
    known = sorted((value, place.name) for place in places if (value := values.get(place.code)) is not None)
    if not known:
        return f"Kaart van {len(places)} gemeenten: voor {year} is niets gepubliceerd."
    return (
        f"Kaart van {len(places)} gemeenten, {name.lower()} {unit} in {year}. "
        f"Hoogst: {known[-1][1]}; laagst: {known[0][1]}. Alle cijfers staan in de tabel."
    )


def then_map(
    then: Tree,
    land: Ground,
    values: Mapping[str, float | None],
    missing: Mapping[str, Missing],
    *,
    title: str,
    unit: str,
    breaks: Sequence[float] | None = None,
    decimals: int = 0,
    own: str = "",
    narrow: bool = False,
) -> Picture:
    """Draw one half of "then and now": the areas of a day with the figures that exist on their borders."""
    members = [then.places[code] for code in then.region.members if code in land.shapes]
    return choropleth(
        [Area(place.code, place.name, land.shapes[place.code]) for place in members],
        {place.code: values.get(place.code) for place in members},
        title=title,
        description=f"Kaart van {len(members)} gemeenten. Gearceerd: niet gepubliceerd op deze grenzen.",
        unit=unit,
        decimals=decimals,
        schematic=land.schematic,
        missing=missing,
        breaks=breaks,
        own=own or None,
        labels=6,
        narrow=narrow,
    )


def _districts(tree: Tree, land: Ground, whole: Place) -> list[Shape]:
    """Return the borders of districts, for a map that holds more than one."""
    groups = {
        code: district.code
        for district in tree.districts
        for code in district.members
        if code in whole.members and code in land.shapes
    }
    if len(set(groups.values())) < 2:
        return []
    return list(geometry.merge_cells(land.shapes, groups).values())


def _status(material: Material, whole: Place, year: int) -> Status:
    return cast(Status, material.status(whole, year) or "definitief")


def geojson(material: Material, land: Ground, whole: Place, year: int) -> str:
    """Write the map as GeoJSON, with figure, status and source in the properties of each area."""
    places = [material.tree.places[code] for code in whole.members if code in land.shapes]
    properties = {}
    for place in places:
        properties[place.code] = {
            "naam": place.name,
            "indicator": material.indicator.name,
            "jaar": year,
            "aantal": material.at(material.count(place), year),
            "per_1000_inwoners": None
            if material.indicator.is_population
            else material.at(material.rate(place), year),
            "status": material.status(place, year) or "niet gepubliceerd",
            "bron": material.source,
            "peildatum": material.dated,
            "grenzen": land.source or "schematische kaart: vlakken rond de middelpunten, geen echte grenzen",
        }
    return geometry.to_geojson({place.code: land.shapes[place.code] for place in places}, properties)
