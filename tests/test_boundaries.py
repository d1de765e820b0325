"""Official borders: from a file and from a service that answers as PDOK does; maps use them afterwards."""

from __future__ import annotations

import json
import threading
import time
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from vangnet.cli.main import main
from vangnet.config import boundaries
from vangnet.places import borders
from vangnet.places.models import Boundary

pytestmark = pytest.mark.django_db
FILE = Path(__file__).parents[2] / "shared/data/boundaries/ON_gemeenten_2019-2025_76.geojson"
needs_file = pytest.mark.skipif(
    not FILE.exists(), reason=f"test data absent: {FILE.name} is not in ../shared/data"
)
TODAY = date(2026, 7, 1)


class Pdok(BaseHTTPRequestHandler):
    """Two pages of municipalities with the property names and links of the OGC API."""

    features: list[dict] = []
    delay = 0.0

    def do_GET(self):
        time.sleep(self.delay)
        half = len(self.features) // 2
        is_second = "cursor=2" in self.path
        page = {
            "type": "FeatureCollection",
            "features": self.features[half:] if is_second else self.features[:half],
            "links": [{"rel": "self", "href": f"http://{self.headers['Host']}{self.path}"}],
        }
        if not is_second:
            page["links"].append({"rel": "next", "href": f"http://{self.headers['Host']}/items?cursor=2"})
        body = json.dumps(page).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/geo+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def pdok(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pdok)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.PDOK_BOUNDARIES_URL = f"http://127.0.0.1:{server.server_port}/items"
    if FILE.exists():
        Pdok.features = json.loads(FILE.read_text())["features"]
        for feature in Pdok.features:
            code = feature["properties"].get("code") or feature["properties"]["identificatie"]
            feature["properties"] = {"identificatie": code, "naam": feature["properties"].get("name", "")}
    yield server
    Pdok.delay = 0.0
    server.shutdown()
    server.server_close()


def test_without_borders_the_map_is_schematic():
    found = borders.on(TODAY)

    assert found.is_schematic
    assert len(found.shapes) == 76


@needs_file
def test_borders_from_a_file_are_used_from_the_last_merger_on(capsys):
    assert main(["boundaries", str(FILE)]) == 0

    assert "76 municipalities" in capsys.readouterr().out
    found = borders.on(TODAY)
    assert not found.is_schematic
    assert FILE.name in found.source
    assert borders.on(date(2018, 7, 1)).is_schematic


@needs_file
def test_borders_loaded_twice_are_stored_once():
    main(["boundaries", str(FILE)])
    main(["boundaries", str(FILE)])

    assert Boundary.objects.count() == 76


@needs_file
def test_borders_from_pdok(pdok):
    count, missing = boundaries.load_from_pdok()

    assert (count, missing) == (76, [])
    assert "PDOK" in borders.on(TODAY).source


@needs_file
def test_the_first_start_waits_no_longer_than_three_seconds(pdok):
    Pdok.delay = 20.0
    started = time.monotonic()
    line = boundaries.offer_at_first_start()

    assert "vangnet boundaries pdok" in line
    assert time.monotonic() - started < 4
    assert Boundary.objects.count() == 0


def test_without_internet_the_first_start_goes_on(settings):
    settings.PDOK_BOUNDARIES_URL = "http://127.0.0.1:9/items"

    assert "schematic" in boundaries.offer_at_first_start()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("geen json", "GeoJSON"),
        ('{"type": "FeatureCollection", "features": []}', "geen gebieden"),
        (
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "features": [
                        {
                            "type": "Feature",
                            "properties": {"code": "GM9999"},
                            "geometry": {
                                "type": "Polygon",
                                "coordinates": [[[6.1, 52.1], [6.2, 52.1], [6.2, 52.2], [6.1, 52.1]]],
                            },
                        }
                    ],
                }
            ),
            "Geen enkele gemeente",
        ),
    ],
)
def test_a_wrong_file_changes_nothing(tmp_path, capsys, content, expected):
    path = tmp_path / "grenzen.geojson"
    path.write_text(content)

    assert main(["boundaries", str(path)]) == 1
    assert expected in capsys.readouterr().err
    assert Boundary.objects.count() == 0
