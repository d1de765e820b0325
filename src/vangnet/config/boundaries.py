"""Official borders, from a file or from PDOK, for the municipalities of this region."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from vangnet.figures.opendata import Manners, OpenData, OpenDataError, Unreachable
from vangnet.identity.operator import operator
from vangnet.places import actions, borders
from vangnet.places.models import Area, AreaVersion, Transition
from vangnet.ui import geometry

PATIENT = Manners(connect_timeout=3.0)
AT_FIRST_START = Manners(attempts=1, connect_timeout=3.0, read_timeout=3.0, deadline=3.0)
PAGE = 100


def load_from_file(path: Path, *, since: date | None = None) -> tuple[int, list[str]]:
    """Load borders from GeoJSON; return for how many municipalities, and the names of those without.

    Without `since` the borders hold from the last merger on.

    Raises
    ------
    vangnet.ui.geometry.BoundaryError
        The file cannot be used; the message says why.
    """
    return _store(path, f"bestand {path.name}", since)


def load_from_pdok(*, since: date | None = None, manners: Manners = PATIENT) -> tuple[int, list[str]]:
    """Fetch today's borders from PDOK and load them; returns as `load_from_file`.

    Raises
    ------
    vangnet.figures.opendata.OpenDataError
        The service does not answer well.
    """
    base = settings.PDOK_BOUNDARIES_URL
    url: str | None = f"{base}?{urlencode({'f': 'json', 'limit': PAGE})}"
    features: list[object] = []
    with OpenData(base, manners) as service:
        while url:
            page = service.get_json(url)
            features += page.get("features", [])
            links = page.get("links", [])
            url = next((link["href"] for link in links if link.get("rel") == "next"), None)
    if not features:
        raise Unreachable("PDOK gaf geen gemeentegrenzen; probeer het later nog eens of gebruik een bestand.")
    text = json.dumps({"type": "FeatureCollection", "features": features}, default=float)
    return _store(text, "PDOK, Bestuurlijke gebieden (Kadaster, CC0)", since)


def offer_at_first_start() -> str:
    """Try PDOK once, for at most three seconds, and say in one line what came of it."""
    try:
        with OpenData(settings.PDOK_BOUNDARIES_URL, AT_FIRST_START) as service:
            service.get_json(f"{settings.PDOK_BOUNDARIES_URL}?{urlencode({'f': 'json', 'limit': 1})}")
        count, _ = load_from_pdok()
    except (OpenDataError, geometry.BoundaryError):
        return "maps are schematic: PDOK did not answer within 3 seconds (later: vangnet boundaries pdok)"
    return f"official borders of {count} municipalities fetched from PDOK"


def _store(source: str | Path, origin: str, since: date | None) -> tuple[int, list[str]]:
    day = since or _last_change()
    names = dict(
        AreaVersion.objects.filter(area__level=Area.Level.MUNICIPALITY, period__contains=day).values_list(
            "area_id", "name"
        )
    )
    shapes = geometry.boundaries_from_geojson(source)
    ours = {code: item for code, item in shapes.items() if code in names}
    if not ours:
        raise geometry.BoundaryError(
            "Geen enkele gemeente van deze regio staat in het bestand. Controleer de gemeentecodes (GM0000)."
        )
    fine = geometry.simplify(ours, 25.0)
    count = actions.load_boundaries(
        borders.as_rings(fine), since=day, source=origin, by=operator(), at=timezone.now()
    )
    return count, sorted(name for code, name in names.items() if code not in ours)


def _last_change() -> date:
    last = Transition.objects.order_by("-on").values_list("on", flat=True).first()
    return last or date(2000, 1, 1)
