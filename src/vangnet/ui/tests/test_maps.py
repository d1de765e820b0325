"""Maps: classes, absence in its own look, names that do not touch."""

import re
from itertools import combinations
from xml.etree import ElementTree

import altair as alt
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from vangnet.ui import maps
from vangnet.ui.axes import text_width
from vangnet.ui.geometry import boundaries_from_geojson, merge_cells, schematic_cells, simplify
from vangnet.ui.maps import NOT_ON_BORDERS, NOT_SHOWN, Area, choropleth, class_breaks
from vangnet.ui.pictures import NAVY, PAPER
from vangnet.ui.tests.test_geometry import OFFICIAL

NAMED = {"title": "Woninginbraken per gemeente", "description": "Het hoogst in het westen."}
SVG = "{http://www.w3.org/2000/svg}"
CENTRES = {f"GM{n:04}": (5.2 + 0.17 * (n % 9) + 0.03 * (n % 4), 51.8 + 0.09 * (n // 9)) for n in range(76)}


@pytest.fixture(scope="module")
def areas():
    cells = schematic_cells(CENTRES)
    return [Area(code, f"Gemeente {code[2:]}", cell) for code, cell in cells.items()]


def figures(areas):
    return {area.code: n * 37 % 101 / 10 for n, area in enumerate(areas)}


def root(picture):
    return ElementTree.fromstring(picture.svg)


def marks(picture):
    found = {e.get("aria-label"): e for e in root(picture).iter(f"{SVG}path") if e.get("aria-label")}
    return {label.split(":")[0]: (label, e) for label, e in found.items()}


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_two_maps_on_a_page_do_not_share_an_id(areas):
    whole, part = (choropleth(some, figures(some), **NAMED).svg for some in (areas, areas[:20]))
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (whole, part)]

    assert not ids[0] & ids[1]
    for svg, own in zip((whole, part), ids, strict=True):
        used = set(re.findall(r"url\(#([^)]+)\)", svg))
        assert used  # the frame that the land is cut at
        assert used <= own


@pytest.mark.parametrize("narrow", [False, True])
def test_the_map_is_a_small_picture_for_a_strict_page(areas, narrow):
    values = figures(areas)
    picture = choropleth(areas, values, unit="per 1.000 inwoners", decimals=1, narrow=narrow, **NAMED)

    alt.Chart.from_dict(picture.spec, validate=True)
    everything = list(root(picture).iter())
    assert not [name for e in everything for name in e.attrib if name == "style" or name.startswith("on")]
    assert not [e for e in everything if e.tag == f"{SVG}style"]
    assert len(marks(picture)) == 76
    assert marks(picture)["Gemeente 0003"][0] == "Gemeente 0003: 1,0 per 1.000 inwoners"
    assert len(picture.svg) < 60_000
    assert len(str(picture.spec)) < 60_000
    again = choropleth(areas, values, unit="per 1.000 inwoners", decimals=1, narrow=narrow, **NAMED)
    assert again.spec_hash == picture.spec_hash


def test_each_figure_has_the_colour_of_the_class_in_the_legend(areas):
    picture = choropleth(areas, figures(areas), decimals=1, breaks=[2.5, 5, 7.5], **NAMED)

    text = [e.text for e in root(picture).iter(f"{SVG}text")]
    legend = ["minder dan 2,5", "2,5 tot 5,0", "5,0 tot 7,5", "7,5 of meer"]
    assert [word for word in text if word in legend] == legend
    for area in areas:
        value = figures(areas)[area.code]
        rank = sum(value >= bound for bound in (2.5, 5, 7.5))
        assert marks(picture)[area.name][1].get("fill") == maps._BLUES[4][rank]


def test_absence_has_its_own_look_and_words_and_never_a_colour_of_the_scale(areas):
    values = {**figures(areas), "GM0010": None, "GM0011": None, "GM0012": None}
    reasons = {"GM0011": NOT_ON_BORDERS, "GM0012": NOT_SHOWN}

    picture = choropleth(areas, values, missing=reasons, decimals=1, **NAMED)

    found = [marks(picture)[f"Gemeente {number}"] for number in ("0010", "0011", "0012")]
    assert [label.split(": ")[1] for label, _ in found] == [maps.NOT_PUBLISHED, NOT_ON_BORDERS, NOT_SHOWN]
    fills = [mark.get("fill") for _, mark in found]
    assert len({*fills, *maps._BLUES[5]}) == 8
    patterns = {f"url(#{e.get('id')})" for e in root(picture).iter(f"{SVG}pattern")}
    assert set(fills[1:]) == patterns
    text = " ".join(e.text or "" for e in root(picture).iter(f"{SVG}text"))
    assert all(reason in text for reason in (maps.NOT_PUBLISHED, NOT_ON_BORDERS, NOT_SHOWN))


def test_a_map_without_any_figure_shows_no_classes(areas):
    picture = choropleth(areas, {}, missing=dict.fromkeys(CENTRES, NOT_ON_BORDERS), **NAMED)

    text = [e.text for e in root(picture).iter(f"{SVG}text") if e.text]
    assert text == [NOT_ON_BORDERS]


def test_borders_stand_out_from_the_colour_on_both_sides():
    for colours in maps._BLUES.values():
        for colour in colours:
            assert contrast(colour, PAPER if colour in maps._DARK else NAVY) >= 3


@pytest.mark.parametrize("narrow", [False, True])
def test_names_do_not_touch_and_stay_on_the_map(areas, narrow):
    picture = choropleth(areas, figures(areas), labels=76, own="GM0040", narrow=narrow, **NAMED)

    rows = next(rows for rows in picture.spec["datasets"].values() if "x" in rows[0])
    boxes = []
    for row in rows:
        half = text_width(row["name"]) / 2
        boxes.append(shapely.box(row["x"] - half, row["y"] - 8, row["x"] + half, row["y"] + 8))
    assert rows[0]["name"] == "Gemeente 0040"
    assert len(rows) > 5
    assert not any(one.intersects(other) for one, other in combinations(boxes, 2))
    assert min(box.bounds[0] for box in boxes) >= 0
    assert max(box.bounds[2] for box in boxes) <= picture.spec["width"]


def test_the_highest_figures_are_named_or_the_areas_asked_for(areas):
    values = dict.fromkeys(CENTRES, 1.0) | {"GM0000": 9.0, "GM0075": 8.0}

    def named(labels):
        picture = choropleth(areas, values, labels=labels, **NAMED)
        return {e.text for e in root(picture).iter(f"{SVG}text") if "Gemeente" in (e.text or "")}

    assert named(2) == {"Gemeente 0000", "Gemeente 0075"}
    assert named(["GM0033"]) == {"Gemeente 0033"}
    assert named(0) == set()


def test_the_shapes_lie_where_they_should(areas):
    """North is up, east is right, and a square kilometre is square."""
    picture = choropleth(areas, figures(areas), **NAMED)
    numbers = {
        name: [float(n) for n in re.findall(r"-?[\d.]+", mark.get("d"))]
        for name, (_, mark) in marks(picture).items()
    }
    middle = {name: (sum(n[::2]) / len(n[::2]), sum(n[1::2]) / len(n[1::2])) for name, n in numbers.items()}

    assert middle["Gemeente 0004"][0] < middle["Gemeente 0005"][0]
    assert middle["Gemeente 0000"][1] > middle["Gemeente 0072"][1]
    west, south, east, north = shapely.total_bounds([area.shape for area in areas])
    xs = [x for n in numbers.values() for x in n[::2]]
    ys = [y for n in numbers.values() for y in n[1::2]]
    drawn = (max(xs) - min(xs)) / (max(ys) - min(ys))
    assert drawn == pytest.approx((east - west) / (north - south), rel=0.01)


def test_own_area_districts_and_origin_are_shown(areas):
    districts = merge_cells({a.code: a.shape for a in areas}, {a.code: a.code[:5] for a in areas})

    plain = choropleth(areas, figures(areas), **NAMED)
    rich = choropleth(
        areas, figures(areas), own="GM0040", districts=districts.values(), schematic=True,
        status="voorlopig", **NAMED,
    )  # fmt: skip

    text = " ".join(e.text or "" for e in root(rich).iter(f"{SVG}text"))
    assert rich.title == "Woninginbraken per gemeente (schematische kaart)"
    assert "Schematische kaart: vlakken rond de middelpunten" in text
    assert "Voorlopige cijfers." in text
    assert marks(rich)["Gemeente 0040"][0].endswith("(voorlopig)")
    assert plain.title == NAMED["title"]
    widths = [float(e.get("stroke-width") or 0) for e in root(rich).iter(f"{SVG}path")]
    assert widths.count(1.8) == len(districts)
    assert widths.count(3) == 1


def test_dense_official_shapes_stay_under_150_kilobytes():
    if not OFFICIAL.exists():
        pytest.skip(f"official boundaries for the test are not on this machine ({OFFICIAL.name})")
    shapes = boundaries_from_geojson(OFFICIAL)
    dense = {code: shapely.segmentize(shape, 20) for code, shape in shapes.items()}
    assert sum(shapely.get_num_coordinates(shape) for shape in dense.values()) > 150_000

    simple = simplify(dense)
    for chosen in (simple, dense):
        places = [Area(code, code, shape) for code, shape in chosen.items()]
        assert len(choropleth(places, dict.fromkeys(chosen, 1), **NAMED).svg) < 150_000
    assert len(simple) == 76


def test_one_to_three_areas_make_a_map_too():
    for count in (1, 2, 3):
        cells = schematic_cells(dict(list(CENTRES.items())[:count]))
        places = [Area(code, code, cell) for code, cell in cells.items()]
        picture = choropleth(places, dict(zip(cells, (4, 5, 6), strict=False)), **NAMED)
        assert len([e for e in root(picture).iter(f"{SVG}path") if e.get("aria-label")]) == count


def test_values_from_elsewhere_and_wrong_classes_are_refused():
    place = Area("GM0301", "Zutphen", Point(210_000, 462_000).buffer(3_000))
    with pytest.raises(ValueError, match="niet op de kaart: GM0150"):
        choropleth([place], {"GM0150": 3.0}, **NAMED)
    with pytest.raises(ValueError, match="geen gebieden"):
        choropleth([], {}, **NAMED)
    with pytest.raises(ValueError, match="klassengrenzen"):
        choropleth([place], {"GM0301": 3.0}, breaks=[3, 2], **NAMED)


@given(
    st.lists(st.floats(0, 500).map(lambda value: round(value, 1)), min_size=1, max_size=90),
    st.sampled_from(["quantile", "pretty"]),
)
def test_no_class_is_empty(values, method):
    breaks = class_breaks(values, decimals=1, method=method)

    counts = [0] * (len(breaks) + 1)
    for value in values:
        counts[sum(value >= bound for bound in breaks)] += 1
    assert all(counts)
    assert len(breaks) <= (2 if len(values) < 10 else 4)
    assert breaks == sorted(set(breaks))
