"""How municipalities guard themselves against pressure, and the reports that few may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.urls import reverse

from vangnet.registers import pages
from vangnet.registers.models import Intimidation, Resilience
from vangnet.registers.reading import Region
from vangnet.registers.rules import Standing
from vangnet.ui.tables import Column, Table

LONG_AGO = timedelta(days=2 * 365)  # an exercise before that is a gap


def crumb() -> tuple[str, str]:
    """Return the step of the way to resilience."""
    return ("Weerbaarheid", reverse("registers:resilience"))


def page(of: Region, stands: Mapping[str, Resilience], at: Standing) -> pages.Row:
    """Show which municipalities have protocol, contact and a recent exercise, and their gaps."""
    districts: list[pages.Row] = [
        {"name": name, "rows": [_row(of, code, stands.get(code)) for code in members]}
        for name, members in of.districts.values()
    ]
    rows: list[pages.Row] = [row for one in districts for row in one["rows"]]
    own = stands.get(at.own_place)
    return {
        "districts": districts,
        "total": len(rows),
        "with_protocol": sum(bool(row["stand"] and row["stand"].protocol_since) for row in rows),
        "with_contact": sum(bool(row["stand"] and row["stand"].contact) for row in rows),
        "exercised": sum("oefening" not in row["gaps"] for row in rows),
        "own_gaps": gaps(own, of) if at.own_place else [],
        "own_name": of.name_of(at.own_place) if at.own_place else "",
        "source": ", ".join(sorted({str(one.get_source_display()) for one in stands.values()}))
        or "nog geen opgaven",
        "breadcrumbs": pages.crumbs(last="Weerbaarheid"),
    }


def gaps(stand: Resilience | None, of: Region) -> list[str]:
    """Return what a municipality lacks."""
    has = {
        "protocol": bool(stand and stand.protocol_since),
        "aanspreekpunt": bool(stand and stand.contact_id),
        "oefening": bool(stand and stand.exercised_on and stand.exercised_on > of.day - LONG_AGO),
    }
    return [name for name, there in has.items() if not there]


def _row(of: Region, code: str, stand: Resilience | None) -> pages.Row:
    return {"name": of.name_of(code), "code": code, "stand": stand, "gaps": gaps(stand, of)}


def initial(stand: Resilience | None) -> pages.Row:
    """Return what the form begins with: how it stood last."""
    if stand is None:
        return {}
    return {
        "protocol_since": stand.protocol_since,
        "contact": stand.contact_id,
        "exercised_on": stand.exercised_on,
    }


def reports(seen: Sequence[Intimidation], at: Standing) -> pages.Row:
    """List the reports that this session may see, and count them per year and form."""
    counted = Counter((one.month.year, one.kind.name) for one in seen)
    rows = [[str(year), kind, n] for (year, kind), n in sorted(counted.items(), reverse=True)]
    return {
        "reports": seen[:100],
        "total": len(seen),
        "reported": sum(one.reported == "ja" for one in seen),
        "counts": Table("Per jaar en vorm", [Column("Jaar"), Column("Vorm"), Column("Keer", "number")], rows),
        "at": at,
        "breadcrumbs": pages.crumbs(crumb(), last="Intimidatie"),
    }
