"""Realised shares of the routes per municipality, district and region: counts and intervals, no signal.

The operator counts everything, by where signals were seen. A municipality sees its own, and of a year that
ended what the database publishes of its district and region, by who weighed them (decision 19).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from django.db import transaction

from vangnet.analysis.proportion import proportions
from vangnet.audit import log
from vangnet.casework.models import Signal, YearShare
from vangnet.identity.models import User
from vangnet.places.models import Area, AreaPart, AreaVersion
from vangnet.vault import doors

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


@dataclass(frozen=True, slots=True)
class Around:
    """An area around a municipality; `counted` is empty when its totals are too small to show."""

    name: str
    level: str
    counted: Mapping[str, int] | None


def around(place: str, found: Mapping[str, YearShare], *, on: date) -> list[Around]:
    """Return what was published of the district and the region of a municipality (2 queries)."""
    names, wholes = _names(on), _wholes(on)
    district = wholes.get((place, Area.Level.DISTRICT), "")
    areas = ((district, Area.Level.DISTRICT), (wholes.get((district, Area.Level.UNIT), ""), Area.Level.UNIT))
    return [
        Around(names.get(code, code), str(level.label), _published(found.get(code)))
        for code, level in areas
        if code
    ]


def _published(one: YearShare | None) -> Mapping[str, int] | None:
    if one is None or one.municipal is None:
        return None
    return dict(zip(Signal.Route.values, (one.municipal, one.local or 0, one.riec or 0), strict=True))


def published(year: int, user: User) -> dict[str, YearShare]:
    """Return the totals of a year as they were fixed, by area (1 query); nothing when they were not yet."""
    return {one.code: one for one in YearShare.objects.visible_to(user).filter(year=year)}


@transaction.atomic
def publish(year: int, *, by: User, at: datetime) -> dict[str, YearShare]:
    """Let the database fix the totals of a year that ended; it decides what is too small."""
    if doors.one("casework_publish_year", year):
        log.record("casework.shares.published", str(year), by=by, at=at)
    return published(year, by)


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
