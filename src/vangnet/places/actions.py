"""Verbs about areas: record the geography of a region, load official borders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from vangnet.audit import log
from vangnet.places.models import Area, AreaPart, AreaVersion, Boundary, Transition


class GeographyFault(ValueError):
    """The rows contradict each other; the message names the area."""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area during a period, as a region pack lists it; `since` or `until` None is open."""

    code: str
    level: str
    name: str
    since: date | None = None
    until: date | None = None
    wholes: tuple[str, ...] = ()  # codes of the areas that it belongs to in this period
    centre: tuple[float, float] | None = None  # longitude, latitude
    centre_is_approximate: bool = False


@dataclass(frozen=True, slots=True)
class TransitionRow:
    """A share of `old` became part of `new` on a day."""

    on: date
    old: str
    new: str
    kind: str
    weight: float = 1.0


@transaction.atomic
def record_geography(
    areas: Sequence[AreaRow], transitions: Sequence[TransitionRow], *, by: Any, at: datetime
) -> None:
    """Make the geography exactly what the rows say; codes that figures refer to are kept.

    An area that goes on while it takes in another gets its arrow to itself here.

    Raises
    ------
    GeographyFault
        A whole or an end of an arrow is no area in the rows, or shares do not add up to 1.
    """
    levels = {row.code: row.level for row in areas}
    _check_codes(areas, transitions, levels)
    arrows = [*transitions, *_arrows_to_itself(areas, transitions)]
    _check_shares(arrows)
    for model in (Transition, AreaPart, AreaVersion):
        model.objects.all().delete()  # reference data of one pack, rewritten as a whole in this transaction
    Area.objects.bulk_create(
        [Area(code=code, level=level) for code, level in levels.items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["level"],
    )
    AreaVersion.objects.bulk_create([_version(row) for row in areas])
    AreaPart.objects.bulk_create(
        [
            AreaPart(
                part_id=row.code, whole_id=whole, whole_level=levels[whole], period=(row.since, row.until)
            )
            for row in areas
            for whole in row.wholes
        ]
    )
    Transition.objects.bulk_create(
        [Transition(on=a.on, old_id=a.old, new_id=a.new, kind=a.kind, weight=a.weight) for a in arrows]
    )
    log.record("places.geography.recorded", "places", by=by, at=at, areas=len(levels), arrows=len(arrows))


def _version(row: AreaRow) -> AreaVersion:
    longitude, latitude = row.centre or (None, None)
    return AreaVersion(
        area_id=row.code,
        name=row.name,
        slug=slugify(row.name),
        period=(row.since, row.until),
        longitude=longitude,
        latitude=latitude,
        centre_is_approximate=row.centre_is_approximate,
    )


def _check_codes(
    areas: Sequence[AreaRow], transitions: Sequence[TransitionRow], levels: Mapping[str, str]
) -> None:
    named = [whole for row in areas for whole in row.wholes]
    named += [code for arrow in transitions for code in (arrow.old, arrow.new)]
    unknown = sorted({code for code in named if code not in levels})
    if unknown:
        raise GeographyFault(f"not in the list of areas: {', '.join(unknown)}")


def _arrows_to_itself(areas: Sequence[AreaRow], transitions: Sequence[TransitionRow]) -> list[TransitionRow]:
    """Return the missing arrows of areas that existed before and after taking something in."""
    given = {(t.on, t.old) for t in transitions}
    result = {}
    for arrow in transitions:
        existed = any(row.code == arrow.new and (row.since is None or row.since < arrow.on) for row in areas)
        if existed and (arrow.on, arrow.new) not in given:
            result[arrow.on, arrow.new] = TransitionRow(arrow.on, arrow.new, arrow.new, arrow.kind)
    return list(result.values())


def _check_shares(arrows: Sequence[TransitionRow]) -> None:
    totals: dict[tuple[date, str], float] = {}
    for arrow in arrows:
        totals[arrow.on, arrow.old] = totals.get((arrow.on, arrow.old), 0.0) + arrow.weight
    for (day, old), total in totals.items():
        if abs(total - 1.0) > 1e-9:
            raise GeographyFault(f"the shares of {old} on {day} add up to {total:g}, not to 1")


@transaction.atomic
def load_boundaries(
    rings: Mapping[str, Any],
    *,
    since: date | None,
    until: date | None = None,
    source: str,
    by: Any,
    at: datetime,
) -> int:
    """Store official borders for a period and return for how many areas; borders of that period are replaced.

    `rings` maps an area code to its polygons in RD New metres; codes that are no area here are left out.
    """
    known = set(Area.objects.filter(code__in=rings.keys()).values_list("code", flat=True))
    Boundary.objects.filter(area__in=known, period__overlap=(since, until)).delete()
    Boundary.objects.bulk_create(
        [
            Boundary(area_id=code, period=(since, until), rings=rings[code], source=source, loaded_at=at)
            for code in sorted(known)
        ]
    )
    log.record("places.boundaries.loaded", source, by=by, at=at, areas=len(known), since=since)
    return len(known)
