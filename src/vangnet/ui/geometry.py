"""Shapes of areas: schematic cells around centres, and official boundaries from GeoJSON.

Every shape here is a shapely polygon in RD New (EPSG:28992), in metres. Schematic cells are made
from centres alone, so that a map needs no download; official boundaries replace them once loaded::

    cells = schematic_cells({"GM0001": (6.2, 52.1), "GM0002": (6.3, 52.2)})
    cells = simplify(boundaries_from_geojson(Path("gemeenten.geojson"), codes=cells))
    districts = merge_cells(cells, {"GM0001": "Noord", "GM0002": "Zuid"})

A point on the map is right to about a metre, enough to draw and not to survey.
"""

import json
from collections.abc import Collection, Mapping
from functools import cache
from math import cos, isfinite, sin
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon

Shape: TypeAlias = Polygon | MultiPolygon
LonLat: TypeAlias = tuple[float, float]
Coordinates: TypeAlias = NDArray[np.float64]  # shape (n, 2)

MAX_BYTES = 60_000_000
_DEGREES = (3.0, 50.5, 7.5, 53.9)  # west, south, east, north of the Netherlands
_METRES = (-10_000, 300_000, 300_000, 640_000)
_CODE_NAMES = ("code", "statcode", "identificatie", "gemeentecode", "gm_code", "wk_code", "bu_code")
_LONE_RADIUS = 6_000.0  # metres around a centre that has no neighbours


class BoundaryError(ValueError):
    """Centres or boundaries that cannot be used; the message (Dutch) says why and what to do."""


def schematic_cells(centres: Mapping[str, LonLat | None]) -> dict[str, Polygon]:
    """Divide the land around the centres so that each centre gets the part nearest to it.

    `centres` holds longitude and latitude (EPSG:4326) by code. The cells do not overlap and
    together fill one calm outline around the centres. The same centres give the same cells,
    whatever their order. Centres at the same place are moved a kilometre apart.

    Raises BoundaryError when there is no centre at all, or one is missing or abroad.
    """
    points = _points(centres)
    codes = sorted(points)
    outline = _outline([points[code] for code in codes])
    if len(codes) == 1:
        return {codes[0]: outline}
    diagram = shapely.voronoi_polygons(
        MultiPoint([points[code] for code in codes]), extend_to=outline.buffer(50_000), ordered=True
    )
    clipped = [shapely.intersection(cell, outline) for cell in diagram.geoms]
    return _one_polygon_each(dict(zip(codes, clipped, strict=True)), points)


def merge_cells(cells: Mapping[str, Shape], groups: Mapping[str, str]) -> dict[str, Shape]:
    """Join cells that belong to one group, such as the municipalities of a district.

    Cells without a group are left out.
    """
    members: dict[str, list[Shape]] = {}
    for code in sorted(cells):
        if code in groups:
            members.setdefault(groups[code], []).append(cells[code])
    return {group: _polygons(shapely.union_all(members[group], grid_size=0.01)) for group in sorted(members)}


def simplify(shapes: Mapping[str, Shape], tolerance: float = 150.0) -> dict[str, Shape]:
    """Leave out bends smaller than about `tolerance` metres; neighbours keep one shared border."""
    simple = shapely.coverage_simplify(list(shapes.values()), tolerance)
    return {code: _polygons(shape) for code, shape in zip(shapes, simple, strict=True)}


def boundaries_from_geojson(
    source: str | bytes | Path, *, codes: Collection[str] | None = None, code_property: str | None = None
) -> dict[str, Shape]:
    """Read boundaries of areas from GeoJSON in EPSG:4326 (or CRS84) or in RD New (EPSG:28992).

    A `Path` is opened, anything else is the text itself. The code is read from `code_property`, or
    else from the first usual name present (code, statcode, identificatie, ...); "0301" and 301
    become "GM0301". Parts with one code are joined, water areas left out, crossing borders mended.
    With `codes` exactly those areas are returned.

    Raises BoundaryError for a file that cannot be read, is no GeoJSON of polygons, lies outside
    the Netherlands, or lacks one of `codes`.
    """
    parts: dict[str, list[Shape]] = {}
    for number, feature in enumerate(_features(source), start=1):
        properties = feature.get("properties") or {} if isinstance(feature, dict) else {}
        if str(properties.get("water", "")).upper() in {"JA", "B"}:
            continue
        code = _code(properties, code_property, number)
        if codes is None or code in codes:
            parts.setdefault(code, []).append(_shape(feature, f"Gebied {number} ({code})"))
    missing = sorted(set(codes or ()) - set(parts))
    if missing:
        few = ", ".join(missing[:10]) + (" en meer" if len(missing) > 10 else "")
        raise BoundaryError(
            f"In het bestand ontbreken {len(missing)} van de {len(codes or ())} gebieden: {few}. "
            "Kies het bestand van het jaar waarin deze gebieden bestonden."
        )
    if not parts:
        raise BoundaryError("Het bestand bevat geen gebieden.")
    return {code: _polygons(shapely.union_all(parts[code])) for code in sorted(parts)}


def to_geojson(shapes: Mapping[str, Shape], properties: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """Write shapes as GeoJSON (RFC 7946: EPSG:4326, outer rings counter-clockwise), for a download."""
    features = []
    for code, shape in shapes.items():
        degrees = shapely.transform(
            shape, lambda xy: np.column_stack(_to_degrees().transform(*xy.T)).round(6)
        )
        features.append(
            {
                "type": "Feature",
                "id": code,
                "properties": {"code": code, **(properties or {}).get(code, {})},
                "geometry": shapely.geometry.mapping(shapely.orient_polygons(degrees)),
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _points(centres: Mapping[str, LonLat | None]) -> dict[str, Point]:
    if not centres:
        raise BoundaryError("Er zijn geen gebieden om te tekenen.")
    bare = sorted(code for code, centre in centres.items() if not _has_place(centre))
    if bare:
        raise BoundaryError(
            f"Zonder middelpunt: {', '.join(bare)}. Geef lengte- en breedtegraad, zo nodig bij benadering."
        )
    taken: dict[tuple[float, float], int] = {}
    points = {}
    for code in sorted(centres):
        centre = centres[code]
        assert centre is not None  # noqa: S101 - for the type checker; refused above
        if not _inside(np.array([centre]), _DEGREES):
            raise BoundaryError(
                f"Het middelpunt van {code} ({centre[0]}, {centre[1]}) ligt buiten Nederland. "
                "Geef eerst de lengtegraad (3 tot 7,5) en dan de breedtegraad (50,5 tot 54)."
            )
        x, y = _to_metres().transform(*centre)
        spot = (round(x, -2), round(y, -2))
        turn = taken[spot] = taken.get(spot, 0) + 1
        shift = 0.0 if turn == 1 else 1_000.0
        points[code] = Point(x + shift * cos(2.4 * turn), y + shift * sin(2.4 * turn))
    return points


def _has_place(centre: LonLat | None) -> bool:
    return centre is not None and all(value is not None and isfinite(value) for value in centre)


def _outline(points: list[Point]) -> Polygon:
    """Return a smooth line around the points, at the distance that neighbours have."""
    if len(points) == 1:
        return points[0].buffer(_LONE_RADIUS)
    coordinates = shapely.get_coordinates(points)
    distances = np.hypot(*(coordinates[:, None] - coordinates[None, :]).transpose(2, 0, 1))
    np.fill_diagonal(distances, np.inf)
    reach = float(np.median(distances.min(axis=1)))
    hull = shapely.concave_hull(MultiPoint(points), ratio=0.2)
    outline = hull.buffer(1.6 * reach).buffer(-1.3 * reach).buffer(0.5 * reach)
    return Polygon(shapely.simplify(outline, reach / 25).exterior)


def _one_polygon_each(cells: dict[str, Shape], points: Mapping[str, Point]) -> dict[str, Polygon]:
    """Give pieces that the outline cut loose from their centre to the neighbour they touch most."""
    kept, loose = {}, []
    for code, cell in cells.items():
        pieces = sorted(shapely.get_parts(cell), key=points[code].distance)
        kept[code] = pieces[0]
        loose += [piece for piece in pieces[1:] if piece.area > 0]
    for piece in loose:
        shared = {code: shapely.length(shapely.intersection(cell, piece)) for code, cell in kept.items()}
        nearest = max(shared, key=lambda code: (shared[code], code))
        kept[nearest] = shapely.union_all([kept[nearest], piece])
    return kept


def _features(source: str | bytes | Path) -> list[Any]:
    try:
        if isinstance(source, Path):
            if source.stat().st_size > MAX_BYTES:
                raise BoundaryError(_too_large(source.stat().st_size))
            source = source.read_bytes()
        if len(source) > MAX_BYTES:
            raise BoundaryError(_too_large(len(source)))
        document = json.loads(source)
    except OSError as error:
        raise BoundaryError(f"Het bestand is niet te openen: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, BoundaryError):
            raise
        raise BoundaryError("Dit is geen GeoJSON: het bestand is niet als JSON te lezen.") from error
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise BoundaryError('Dit is geen GeoJSON met gebieden: "FeatureCollection" met "features" ontbreekt.')
    _check_crs(document.get("crs"))
    return list(document["features"])


def _too_large(size: int) -> str:
    return (
        f"Het bestand is te groot ({size // 1_000_000} MB, ten hoogste {MAX_BYTES // 1_000_000} MB). "
        "Kies het gegeneraliseerde bestand of alleen de gebieden van de regio."
    )


def _check_crs(crs: object) -> None:
    name = str(crs.get("properties", {}).get("name", "")) if isinstance(crs, dict) else ""
    if name and not any(known in name for known in ("CRS84", "4326", "4258", "28992")):
        raise BoundaryError(
            f"Het coördinatenstelsel {name} kennen wij niet. Gebruik EPSG:4326 (graden) of EPSG:28992 (RD)."
        )


def _code(properties: Mapping[str, Any], code_property: str | None, number: int) -> str:
    lowered = {str(name).lower(): value for name, value in properties.items()}
    names = (code_property.lower(),) if code_property else _CODE_NAMES
    value = next((lowered[name] for name in names if lowered.get(name) not in (None, "")), None)
    if value is None:
        raise BoundaryError(
            f"Gebied {number} heeft geen code. Verwacht: {code_property or ', '.join(_CODE_NAMES)}."
        )
    text = str(value).strip()
    return f"GM{text:0>4}" if text.isdigit() and len(text) <= 4 else text


def _shape(feature: Mapping[str, Any], where: str) -> Shape:
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise BoundaryError(f"{where} is geen vlak. Verwacht Polygon of MultiPolygon.")
    try:
        shape = shapely.force_2d(shapely.geometry.shape(geometry))
    except (ValueError, TypeError, LookupError, AttributeError, shapely.errors.ShapelyError) as error:
        raise BoundaryError(f"{where} heeft onleesbare coördinaten.") from error
    coordinates = shapely.get_coordinates(shape)
    if not len(coordinates) or not np.isfinite(coordinates).all():
        raise BoundaryError(f"{where} heeft lege of onleesbare coördinaten.")
    if _inside(coordinates, _DEGREES):
        shape = shapely.transform(shape, lambda xy: _project(_to_metres(), xy))
    elif not _inside(coordinates, _METRES):
        swapped = _inside(coordinates[:, ::-1], _DEGREES)
        why = "lengte- en breedtegraad zijn verwisseld" if swapped else "gebruik EPSG:4326 of EPSG:28992 (RD)"
        raise BoundaryError(f"{where} ligt buiten Nederland: {why}.")
    shape = _polygons(shapely.make_valid(shape))
    if shape.is_empty:
        raise BoundaryError(f"{where} heeft geen oppervlakte.")
    return shape


def _project(transformer: Transformer, coordinates: Coordinates) -> Coordinates:
    return np.column_stack(transformer.transform(*coordinates.T))


def _inside(coordinates: Coordinates, box: tuple[float, ...]) -> bool:
    west, south, east, north = box
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    return bool(low[0] >= west and low[1] >= south and high[0] <= east and high[1] <= north)


def _polygons(shape: Any) -> Shape:
    """Keep the areas of a shape and drop the loose lines and points that mending leaves."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if isinstance(part, Polygon)]
    parts = [part for part in parts if part.area > 0]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


# pyproj keeps its own context per thread; building a transformer costs far more than using it.
@cache
def _to_metres() -> Transformer:
    return Transformer.from_crs("EPSG:4326", "EPSG:28992", always_xy=True)


@cache
def _to_degrees() -> Transformer:
    return Transformer.from_crs("EPSG:28992", "EPSG:4326", always_xy=True)
