"""What is counted, and the places that signals are about."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from vangnet.api import params
from vangnet.api.params import PAGES, Param
from vangnet.api.stubs import PURPOSE, answered, counter, links
from vangnet.casework import reading, shares
from vangnet.identity import token
from vangnet.places.models import Area
from vangnet.vault import desks

YEAR: Final = Param("jaar", "Jaar waarin de weging eindigde; leeg: dit jaar.", least=2000, most=2999)
COUNTING: Final = (PURPOSE, YEAR)
LEVEL: Final = 0.95


def routes(request: HttpRequest) -> HttpResponse:
    """Answer with the shares of the routes per municipality, of the signals that this system may list.

    A district or region is more than one municipality, so it is in no answer: this system sees a part of it.
    """
    asked = params.read(request, COUNTING)
    at, today = counter(asked["doel"], reads=True), timezone.localdate()
    year = asked["jaar"] or today.year
    with token.for_purpose(at.purpose.pk):
        counted = reading.places_and_routes(request.user, year)  # type: ignore[arg-type]
    found = shares.rows(counted, on=min(today, date(year, 12, 31)))
    own = [row for row in found if row["level"] == Area.Level.MUNICIPALITY]
    return answered({"jaar": year, "betrouwbaarheid": LEVEL, "gebieden": [_area(row) for row in own]})


def _area(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "niveau": row["level"],
        "code": row["code"],
        "naam": row["name"],
        "signalen": row["signals"],
        "routes": [
            {
                "route": route,
                "signalen": one["signals"],
                "aandeel": one["share"],
                "ondergrens": one["low"],
                "bovengrens": one["high"],
            }
            for route, one in row["routes"].items()
        ],
    }


def municipalities(request: HttpRequest) -> HttpResponse:
    """Answer with the municipalities of the region today."""
    asked = params.read(request, PAGES)
    page, size = asked["pagina"], asked["paginaGrootte"]
    found = desks.places()
    shown = found[(page - 1) * size : page * size]
    told = {
        "gemeenten": [{"code": code, "naam": name} for code, name in shown],
        "_links": links(request, page, page * size < len(found)),
    }
    return answered(told)
