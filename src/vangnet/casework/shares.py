"""Realised shares of the routes per municipality, district and region: counts and intervals, no signal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import psycopg

from vangnet.analysis.proportion import proportions
from vangnet.casework.models import Signal
from vangnet.places.models import Area, AreaPart, AreaVersion

# What has no route is no undermining, or is not decided yet; what was taken out of sight counts no more.
COUNTS = """
SELECT place, route, count(*) FROM casework_signal
 WHERE route <> '' AND ends_on > today()
   AND extract(year FROM decided_at AT TIME ZONE 'Europe/Amsterdam') = %s
 GROUP BY place, route
"""
LEVELS = (Area.Level.MUNICIPALITY, Area.Level.DISTRICT, Area.Level.UNIT)


def counts(owner: str, year: int) -> dict[str, Counter[str]]:
    """Return how many signals decided in a year took each route, per area code where they were seen.

    Parameters
    ----------
    owner
        Address of the database as its owner: no other account sees the signals of every organisation.
    """
    found: dict[str, Counter[str]] = {}
    with psycopg.connect(owner) as server:
        for place, route, n in server.execute(COUNTS, [year]):
            found.setdefault(place, Counter())[route] += n
    return found


def rows(counted: Mapping[str, Mapping[str, int]], *, on: date) -> list[dict[str, Any]]:
    """Return the shares with intervals of each area with a signal: municipalities, districts, region.

    A code that is no municipality on that day counts for the area it was in when it last was one.
    """
    names, wholes = _names(on), _wholes(on)
    summed: dict[str, Counter[str]] = {}
    for code, routes in counted.items():
        district = wholes.get((code, Area.Level.DISTRICT), "")
        for area in (code, district, wholes.get((district, Area.Level.UNIT), "")):
            summed.setdefault(area, Counter()).update(routes)
    levels = dict(Area.objects.filter(pk__in=summed).values_list("code", "level"))
    order = {str(level): number for number, level in enumerate(LEVELS)}
    chosen = sorted(
        (code for code in summed if levels.get(code) in order),
        key=lambda code: (order[levels[code]], names.get(code, code)),
    )
    return [
        {"level": levels[code], "code": code, "name": names.get(code, code), **shares(summed[code])}
        for code in chosen
    ]


def shares(counted: Mapping[str, int]) -> dict[str, Any]:
    """Return the total and, per route, count, share and 95 % interval."""
    total = sum(counted.values())
    parts = [counted.get(route, 0) for route in Signal.Route.values]
    found = proportions(parts, total)
    return {
        "signals": total,
        "routes": {
            route: {
                "signals": parts[number],
                "share": float(found.share[number]),
                "low": float(found.low[number]),
                "high": float(found.high[number]),
            }
            for number, route in enumerate(Signal.Route.values)
        },
    }


def _wholes(on: date) -> dict[tuple[str, str], str]:
    """Return what an area belonged to on a day, or last before it, per level."""
    parts = AreaPart.objects.order_by("period")
    return {
        (part.part_id, part.whole_level): part.whole_id
        for part in parts
        if part.period.lower is None or part.period.lower <= on
    }


def _names(on: date) -> dict[str, str]:
    return dict(AreaVersion.objects.filter(period__contains=on).values_list("area_id", "name"))
