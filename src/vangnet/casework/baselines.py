"""What a measure is measured against (nulmeting): the published figure of then, and the newest beside it.

Nothing here says that a measure caused a difference: figures of a whole municipality change for many reasons.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from vangnet.figures.models import Figure, Status
from vangnet.figures.series import RANK

PERIOD: Final = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2]))?")
Key = tuple[str, str]  # an indicator and the place of a measure; no place is the whole region


@dataclass(frozen=True, slots=True)
class Reading:
    """A published figure: its period (2024 or 2024-03), how sure it is, and where it came from."""

    period: str
    value: float
    unit: str
    status: str
    source: str
    came_on: date | None

    @property
    def how_sure(self) -> str:
        """The status in words."""
        return str(Status(self.status).label).lower()


def readings(wanted: Iterable[Key]) -> dict[Key, dict[str, Reading]]:
    """Return what is published for each indicator and place, by period, the oldest first (1 query or none).

    A year of which only its twelve months are known is their sum, as in the pictures.
    """
    keys = set(wanted)
    if not keys:
        return {}
    asked = Q()
    for indicator, place in keys:
        asked |= Q(indicator__slug=indicator, area=_area(place))
    rows = Figure.objects.filter(asked, value__isnull=False).select_related(
        "indicator__source", "delivered_by"
    )
    found: dict[Key, dict[str, Reading]] = defaultdict(dict)
    for row in rows.order_by("start"):
        reading = _reading(row)
        found[row.indicator.slug, row.area_id][reading.period] = reading
    return {key: _with_years(found[key[0], _area(key[1])]) for key in keys}


def lacking(indicator: str, place: str, period: str) -> str:
    """Say that there is no figure for a period, and which is the last known one; empty when there is."""
    known = readings([(indicator, place)])[indicator, place]
    if period in known:
        return ""
    years, months = (max((one for one in known if len(one) == n), default="") for n in (4, 7))
    if not known and not place:
        return "Voor de hele regio is van deze indicator geen cijfer. Kies bij de maatregel een gemeente."
    if not known:
        return "Van deze indicator is voor deze gemeente geen cijfer. Kies een andere indicator."
    last = " en ".join(one for one in (years and f"jaar {years}", months and f"maand {months}") if one)
    return f"Over {period} is hier geen cijfer van deze indicator. Het laatste bekende is van {last}."


def newest(known: Mapping[str, Reading], period: str) -> Reading | None:
    """Return the newest reading of the same length as a period, when that came after it."""
    later = [one for one in known if len(one) == len(period) and one > period]
    return known[max(later)] if later else None


def picture(indicator: str, place: str) -> str:
    """Return the address of the picture of an indicator in a place."""
    address = reverse("picture:area", args=[place]) if place else reverse("picture:region")
    return f"{address}?{urlencode({'indicator': indicator})}"


def _area(place: str) -> str:
    return place or str(settings.REGION["unit"]["code"])


def _reading(row: Figure) -> Reading:
    saved = row.delivered_by.saved_at
    return Reading(
        period=row.start.strftime("%Y" if row.grain == Figure.Grain.YEAR else "%Y-%m"),
        value=row.value or 0.0,
        unit=row.indicator.unit,
        status=row.status,
        source=row.indicator.source.name,
        came_on=timezone.localdate(saved) if saved else None,
    )


def _with_years(known: Mapping[str, Reading]) -> dict[str, Reading]:
    """Add the years of which the twelve months are known."""
    months: dict[str, list[Reading]] = defaultdict(list)
    for period, one in known.items():
        if len(period) > len("2024"):
            months[period[:4]].append(one)
    sums = {
        year: Reading(
            year,
            sum(one.value for one in parts),
            parts[-1].unit,
            max((one.status for one in parts), key=RANK.__getitem__),
            parts[-1].source,
            max((one.came_on for one in parts if one.came_on), default=None),
        )
        for year, parts in months.items()
        if len(parts) == 12
    }
    return {**sums, **known}
