"""Files are read back with other programs than those that wrote them."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET

import openpyxl
import pytest
import shapely

from vangnet.picture import material, question
from vangnet.places import actions as places
from vangnet.places.models import AreaVersion
from vangnet.ui import geometry

SOURCE = "Kadaster, bestuurlijke gebieden"
pytestmark = pytest.mark.django_db


def fetch(client, area, extension, **chosen):
    query = "&".join(f"{key}={value}" for key, value in {"jaar": 2018, **chosen}.items())
    return client.get(f"/beelden/{area}/downloads/woninginbraak.{extension}?{query}")


def test_the_map_as_csv_has_every_municipality_with_source_date_and_status(sign_in, anna):
    answer = fetch(sign_in(anna), "oost-nederland", "csv")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 76
    assert sum(int(row["aantal"]) for row in rows) == 6083
    assert {row["status"] for row in rows} == {"definitief"}
    assert all("47018NED" in row["bron"] and "grenzen van 1 januari 2025" in row["peildatum"] for row in rows)
    assert 'filename="woninginbraak-oost-nederland-kaart-2018.csv"' in answer["Content-Disposition"]


def test_the_course_as_workbook_holds_numbers_and_marks_provisional_years(sign_in, anna):
    answer = fetch(sign_in(anna), "GM0301", "xlsx", beeld="verloop")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    head, *rows = list(sheet.values)
    found = {(row[head.index("gebied")], row[head.index("jaar")]): row for row in rows}
    assert found["Oost-Nederland", 2015][head.index("aantal")] == 9311
    assert found["Zutphen", 2025][head.index("status")] == "voorlopig"
    assert found["Nederland", 2025][head.index("aantal")] is None
    assert found["Nederland", 2025][head.index("status")] == "niet ingelezen"


@pytest.mark.attack("A-20")
def test_a_name_that_looks_like_a_formula_stays_text(sign_in, anna):
    AreaVersion.objects.filter(area="GM0301").update(name="=HYPERLINK(1)")
    AreaVersion.objects.filter(area="GM0147").delete()  # another state: nothing from the cache

    answer = fetch(sign_in(anna), "GM0301", "xlsx", beeld="verloop")

    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(answer.content)).active for cell in row]
    assert any(cell.value == "'=HYPERLINK(1)" for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


def test_the_map_as_geojson_says_that_it_is_schematic(sign_in, anna):
    document = json.loads(fetch(sign_in(anna), "twente", "geojson").content)

    assert len(document["features"]) == 14
    first = document["features"][0]
    assert shapely.geometry.shape(first["geometry"]).is_valid
    assert first["properties"]["jaar"] == 2018
    assert "geen echte grenzen" in first["properties"]["grenzen"]


@pytest.mark.parametrize("shown", ["kaart", "verloop", "volgorde"])
def test_drawings_come_as_svg_and_png_with_their_title(sign_in, anna, shown):
    client = sign_in(anna)
    drawing = ET.fromstring(fetch(client, "GM0301", "svg", beeld=shown).content)
    image = fetch(client, "GM0301", "png", beeld=shown).content

    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert "Woninginbraak" in "".join(drawing.itertext())
    assert image.startswith(b"\x89PNG\r\n")


def test_national_figures_come_as_a_course(sign_in, anna):
    answer = sign_in(anna).get("/beelden/nederland/downloads/jeugdoverlast.csv")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert {row["gebied"] for row in rows} == {"Nederland"}
    assert [row["aantal"] for row in rows if row["jaar"] == "2018"] == ["70802"]
    assert all("47024NED" in row["bron"] for row in rows)


def test_official_borders_are_used_once_they_are_loaded(sign_in, jan):
    from django.utils import timezone

    tree = question.read("", {}, user=jan).tree
    cells = geometry.schematic_cells({code: tree.places[code].centre for code in tree.region.members})
    rings = {code: [[list(map(list, cell.exterior.coords))]] for code, cell in cells.items()}
    client = sign_in(jan)
    assert "schematische kaart" in client.get("/beelden/").content.decode()

    places.load_boundaries(rings, since=None, source=SOURCE, by=jan, at=timezone.now())

    page = client.get("/beelden/").content.decode()
    assert "schematische kaart" not in page.casefold()
    assert SOURCE in page
    document = json.loads(fetch(client, "twente", "geojson").content)
    assert document["features"][0]["properties"]["grenzen"] == SOURCE
    assert material.version().areas[2] == 76
