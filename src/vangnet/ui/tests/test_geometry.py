"""Shapes of areas: cells around centres, and boundaries from a file."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, mapping

from vangnet.ui import geometry
from vangnet.ui.geometry import (
    BoundaryError,
    boundaries_from_geojson,
    merge_cells,
    schematic_cells,
    simplify,
    to_geojson,
)

OFFICIAL = Path(__file__).parents[4].parent / "shared/data/boundaries/ON_gemeenten_2019-2025_76.geojson"
SQUARE = [[6.0, 52.0], [6.1, 52.0], [6.1, 52.1], [6.0, 52.1], [6.0, 52.0]]

centre = st.tuples(st.integers(500, 700), st.integers(5150, 5300)).map(lambda p: (p[0] / 100, p[1] / 100))
regions = st.lists(centre, min_size=1, max_size=40).map(
    lambda places: {f"GM{number:04}": place for number, place in enumerate(places)}
)


def collection(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


def feature(ring=SQUARE, kind="Polygon", **properties):
    coordinates = [ring] if kind == "Polygon" else [[ring]]
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties or {"code": "GM0301"}, "geometry": geometry}


@pytest.fixture
def official():
    if not OFFICIAL.exists():
        pytest.skip(f"official boundaries for the test are not on this machine ({OFFICIAL.name})")
    return boundaries_from_geojson(OFFICIAL)


@settings(max_examples=60, deadline=None)
@given(regions)
def test_each_centre_has_one_cell_and_the_cells_fill_the_outline_without_overlap(centres):
    cells = schematic_cells(centres)

    whole = shapely.union_all(list(cells.values()), grid_size=0.01)
    assert cells.keys() == centres.keys()
    assert all(isinstance(cell, Polygon) and cell.is_valid and cell.area > 1e4 for cell in cells.values())
    assert sum(cell.area for cell in cells.values()) == pytest.approx(whole.area, rel=1e-5)
    assert isinstance(whole, Polygon)


@settings(max_examples=25, deadline=None)
@given(regions, st.randoms())
def test_the_order_of_the_centres_does_not_matter(centres, random):
    shuffled = list(centres.items())
    random.shuffle(shuffled)

    assert schematic_cells(dict(shuffled)) == schematic_cells(centres)


def test_a_cell_holds_the_places_nearest_to_its_own_centre():
    cells = schematic_cells({"A": (6.0, 52.0), "B": (6.4, 52.0), "C": (6.2, 52.2)})

    centres = {code: geometry._points({code: place})[code] for code, place in
               {"A": (6.0, 52.0), "B": (6.4, 52.0), "C": (6.2, 52.2)}.items()}  # fmt: skip
    for code, cell in cells.items():
        inside = cell.representative_point()
        assert min(centres, key=lambda other: inside.distance(centres[other])) == code


def test_the_reference_point_of_rd_lies_where_rd_puts_it():
    amersfoort = geometry._points({"x": (5.38720621, 52.15517440)})["x"]

    assert (amersfoort.x, amersfoort.y) == pytest.approx((155_000, 463_000), abs=1)


def test_two_centres_at_one_place_both_get_a_cell():
    cells = schematic_cells({"A": (6.0, 52.0), "B": (6.0, 52.0), "C": (6.0, 52.0)})

    assert all(cell.area > 1e5 for cell in cells.values())


@pytest.mark.parametrize(
    ("centres", "words"),
    [
        ({}, "geen gebieden"),
        ({"GM0196": None, "GM0282": None, "GM0301": (6.2, 52.1)}, "Zonder middelpunt: GM0196, GM0282"),
        ({"GM0301": (float("nan"), 52.1)}, "Zonder middelpunt: GM0301"),
        ({"GM0301": (52.1, 6.2)}, "GM0301 .* buiten Nederland.*eerst de lengtegraad"),
    ],
)
def test_a_missing_or_misplaced_centre_is_named(centres, words):
    with pytest.raises(BoundaryError, match=words):
        schematic_cells(centres)


def test_districts_are_the_union_of_their_municipalities():
    cells = schematic_cells({"A": (6.0, 52.0), "B": (6.1, 52.0), "C": (6.2, 52.1), "D": (6.3, 52.1)})

    districts = merge_cells(cells, {"A": "west", "B": "west", "C": "oost"})

    assert list(districts) == ["oost", "west"]
    assert districts["west"].area == pytest.approx(cells["A"].area + cells["B"].area)
    assert isinstance(districts["west"], Polygon)


@pytest.mark.parametrize("properties", [{"code": "GM0301"}, {"statcode": "GM0301"}, {"code": "0301"},
                                        {"Identificatie": 301}, {"gemeentecode": " GM0301 "}])  # fmt: skip
@pytest.mark.parametrize("kind", ["Polygon", "MultiPolygon"])
def test_codes_are_read_under_their_usual_names(properties, kind):
    shapes = boundaries_from_geojson(collection(feature(kind=kind, **properties)))

    assert list(shapes) == ["GM0301"]
    assert shapes["GM0301"].area == pytest.approx(6_850 * 11_130, rel=0.01)


def test_degrees_and_metres_give_the_same_shape():
    degrees = boundaries_from_geojson(collection(feature()))
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}
    metres = mapping(degrees["GM0301"])["coordinates"][0]

    again = boundaries_from_geojson(collection(feature(ring=metres), crs=crs))

    assert again["GM0301"].equals(degrees["GM0301"])


def test_parts_with_one_code_are_joined_and_water_is_left_out():
    east = [[x + 0.2, y] for x, y in SQUARE]
    lake = [[x, y + 0.3] for x, y in SQUARE]

    shapes = boundaries_from_geojson(
        collection(feature(), feature(ring=east), feature(ring=lake, code="GM0301", water="JA"))
    )

    assert isinstance(shapes["GM0301"], MultiPolygon)
    assert len(shapes["GM0301"].geoms) == 2


def test_a_border_that_crosses_itself_is_mended():
    bow_tie = [[6.0, 52.0], [6.1, 52.1], [6.1, 52.0], [6.0, 52.1], [6.0, 52.0]]

    shape = boundaries_from_geojson(collection(feature(ring=bow_tie)))["GM0301"]

    assert shape.is_valid
    assert shape.area == pytest.approx(6_850 * 11_130 / 2, rel=0.01)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gemeente;naam", "geen GeoJSON.*JSON"),
        (b"\xff\xfe\x00", "geen GeoJSON"),
        ("[" * 100_000, "geen GeoJSON"),
        ('{"type": "Topology"}', "FeatureCollection"),
        ("[]", "FeatureCollection"),
        (collection(), "bevat geen gebieden"),
        (collection("x"), "Gebied 1 heeft geen code"),
        (collection(feature(naam="Zutphen")), "Gebied 1 heeft geen code"),
        (collection({"properties": {"code": "GM1"}, "geometry": None}), r"Gebied 1 \(GM1\) is geen vlak"),
        (collection({"properties": {"code": "GM1"}, "geometry": {"type": "Point", "coordinates": [6, 52]}}),
         "is geen vlak"),
        (collection(feature(ring=[[6, 52], [6.1, 52]])), "onleesbare coördinaten"),
        (collection(feature(ring=[["a", "b"]] * 4)), "onleesbare coördinaten"),
        (collection(feature(ring=[[6, float("nan")], [6, 52], [6.1, 52], [6, 52]])), "onleesbare"),
        (collection(feature(ring=[])), "lege of onleesbare"),
        (collection(feature(ring=[[6.0, 52.0]] * 4)), "geen oppervlakte"),
        (collection(feature(ring=[[y, x] for x, y in SQUARE])), "verwisseld"),
        (collection(feature(ring=[[x - 10, y] for x, y in SQUARE])), "buiten Nederland: gebruik EPSG"),
        (collection(feature(), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}), "3857"),
    ],
)  # fmt: skip
def test_a_wrong_file_says_what_is_wrong(text, words):
    with pytest.raises(BoundaryError, match=words):
        boundaries_from_geojson(text)


def test_missing_areas_are_named():
    with pytest.raises(BoundaryError, match=r"ontbreken 1 van de 2 gebieden: GM0150\."):
        boundaries_from_geojson(collection(feature()), codes=["GM0301", "GM0150"])


def test_a_file_that_is_not_there_or_too_large_says_so(tmp_path, monkeypatch):
    with pytest.raises(BoundaryError, match="niet te openen"):
        boundaries_from_geojson(tmp_path / "weg.geojson")
    file = tmp_path / "groot.geojson"
    file.write_text(collection(feature()))
    monkeypatch.setattr(geometry, "MAX_BYTES", 100)
    with pytest.raises(BoundaryError, match="te groot"):
        boundaries_from_geojson(file)


def test_the_download_is_rfc_7946_and_can_be_read_again():
    cells = schematic_cells({"GM0301": (6.2, 52.14), "GM0150": (6.16, 52.25)})

    text = to_geojson(cells, {"GM0301": {"naam": "Zutphen"}})

    document = json.loads(text)
    rings = [Polygon(item["geometry"]["coordinates"][0]) for item in document["features"]]
    assert "crs" not in document
    assert all(ring.exterior.is_ccw for ring in rings)
    assert document["features"][1]["properties"] == {"code": "GM0301", "naam": "Zutphen"}
    again = boundaries_from_geojson(text)
    assert all(again[code].hausdorff_distance(cells[code]) < 0.5 for code in cells)


def test_simplified_neighbours_keep_one_border():
    zigzag = [[6.1 + (0.0004 if n % 2 else 0), 52.0 + n / 1000] for n in range(101)]
    west = [[6.0, 52.0], *zigzag, [6.0, 52.1], [6.0, 52.0]]
    east = [*zigzag, [6.2, 52.1], [6.2, 52.0], zigzag[0]]
    shapes = boundaries_from_geojson(collection(feature(west, code="A"), feature(east, code="B")))

    simple = simplify(shapes)

    assert shapely.get_num_coordinates(simple["A"]) < 10
    assert simple["A"].intersection(simple["B"]).area == 0
    assert shapely.union_all(list(simple.values())).area == pytest.approx(
        sum(shape.area for shape in simple.values())
    )


def test_the_official_boundaries_are_read(official):
    assert len(official) == 76
    areas = np.array([shape.area for shape in official.values()]) / 1e6
    assert areas.sum() == pytest.approx(8_558, rel=0.03)  # km2: Overijssel 3,421 and Gelderland 5,137
    assert areas.min() > 5
