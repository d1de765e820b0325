"""What the pages about areas show, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from vangnet.places.atlas import Atlas
from vangnet.places.models import Area, AreaPart, AreaVersion
from vangnet.ui.formats import day as written

LEVELS = dict(Area.Level.choices)


@dataclass(frozen=True)
class Link:
    """Another area, as a link with a word of explanation."""

    name: str
    url: str
    note: str = ""


def areas_on(atlas: Atlas, day: date, today: date) -> dict[str, Any]:
    """Return the districts of a day with their municipalities, and what changed around that day."""
    groups = atlas.districts(on=day)
    moments = sorted({arrow.on for arrow in atlas.transitions})
    return {
        "day": day,
        "is_future": day > today,
        "groups": groups,
        "count": sum(len(group.members) for group in groups),
        "moments": [(moment, len(atlas.municipalities(on=moment))) for moment in moments],
        "before_moments": len(atlas.municipalities(on=moments[0] - timedelta(days=1))) if moments else None,
    }


def story(atlas: Atlas, code: str, today: date) -> dict[str, Any]:
    """Return everything about one area: names, origin, fate, and where it belonged."""
    versions = atlas.versions[code]
    exists = atlas.exists(code, on=today)
    others = dict.fromkeys(other for event in atlas.events(code) for other in event.others)
    return {
        "code": code,
        "name": versions[-1].name,
        "level": LEVELS[atlas.level(code)],
        "exists": exists,
        "ended_on": None if exists else versions[-1].period.upper,
        "is_municipality": atlas.level(code) == Area.Level.MUNICIPALITY,
        "heirs": [] if exists else [_link(atlas, heir, today) for heir in atlas.heirs(code, on=today)],
        "names": [(row.name, _period(row)) for row in versions],
        "timeline": [{"date": e.on, "title": e.title} for e in atlas.events(code)],
        "related": [_link(atlas, other, today) for other in others],
        "wholes": [_whole(atlas, part) for part in atlas.parts if part.part_id == code],
        "members": _members(atlas, code, today),
        "picture_url": picture_of(atlas, code) if exists else "",
        "approximate": versions[-1].centre_is_approximate,
    }


def _link(atlas: Atlas, code: str, today: date) -> Link:
    url = reverse("places:area", args=[code])
    until = atlas.versions[code][-1].period.upper
    gone = until is not None and until <= today
    return Link(atlas.name(code), url, f"tot {written(until)}" if gone else "bestaat nu")


def picture_of(atlas: Atlas, code: str) -> str:
    """Return the address of the picture of an area of today; empty for the country and provinces."""
    level = atlas.level(code)
    if level == Area.Level.UNIT:
        return reverse("picture:region")
    if level == Area.Level.DISTRICT:
        return reverse("picture:area", args=[atlas.versions[code][-1].slug])
    return reverse("picture:area", args=[code]) if level == Area.Level.MUNICIPALITY else ""


def _whole(atlas: Atlas, part: AreaPart) -> tuple[str, Link]:
    url = reverse("places:area", args=[part.whole_id])
    return LEVELS[part.whole_level], Link(atlas.name(part.whole_id), url, _period(part))


def _members(atlas: Atlas, code: str, today: date) -> list[Link]:
    if atlas.level(code) == Area.Level.MUNICIPALITY:
        return []
    return [
        Link(atlas.name(part, on=today), reverse("places:area", args=[part]))
        for part in atlas.within(code, on=today)
    ]


def _period(row: AreaVersion | AreaPart) -> str:
    low, high = row.period.lower, row.period.upper
    since = f"sinds {written(low)}" if low else "van vóór het begin van de gegevens"
    if high is None:
        return since if low else "de hele periode"
    return f"{written(low) if low else 'van vóór het begin van de gegevens'} tot {written(high)}"
