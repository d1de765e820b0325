"""What the pages of the network show: seats with who holds them, and bodies in a drawing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from vangnet.directory.models import Body, Seat
from vangnet.directory.occupation import Occupation
from vangnet.directory.organogram import draw

Row = dict[str, Any]
SOON = timedelta(days=90)  # the end of a term that is said beforehand


def bodies(now: Occupation, today: date, *, knows: bool) -> Row:
    """Return the drawing of the bodies of a day and a row for each."""
    drawing = draw(now.bodies)
    names = {one.pk: one.name for one in now.bodies}
    rows = [
        {
            "body": box.body,
            "area": area_name(now, box.body),
            "above": names.get(box.body.above_id or "", ""),
            "seats": len(now.by_body[box.body.pk]),
            "vacant": sum(now.holder(seat) is None for seat in now.by_body[box.body.pk]) if knows else None,
        }
        for box in drawing.boxes
    ]
    return {"day": now.day, "is_today": now.day == today, "drawing": drawing, "rows": rows, "knows": knows}


def body(now: Occupation, found: Body, today: date, *, knows: bool) -> Row:
    """Return the seats of a body on a day, and the bodies around it."""
    exists = any(one.pk == found.pk for one in now.bodies)
    seats = [seat_row(now, seat) for seat in now.by_body.get(found.pk, [])] if exists else []
    return {
        "day": now.day,
        "is_today": now.day == today,
        "is_kept": now.day >= today,  # somebody is appointed before a seat begins too
        "exists": exists,
        "goes_on": not found.period.upper or found.period.upper > today,
        "area": area_name(now, found),
        "knows": knows,
        "seats": seats,
        "ending": [row for row in seats if row["last_day"]],
        "below": [one for one in now.bodies if one.above_id == found.pk],
    }


def seat_row(now: Occupation, seat: Seat) -> Row:
    """Return a seat with who holds it and whom it stands in for."""
    of = next((one for one in now.seats if one.pk == seat.deputy_of_id), None)
    holder = now.holder(seat)
    ends = [one.period.upper for one in (seat, holder) if one and one.period.upper]
    return {
        "seat": seat,
        "holder": holder,
        "has_left": holder is not None and now.has_left(holder, seat),
        "last_day": min(ends) - timedelta(days=1) if ends and min(ends) <= now.day + SOON else None,
        "deputy_of": f"{of.get_role_display().lower()} {of.organisation.name}" if of else "",
        "former": now.is_former(seat.organisation),
    }


def area_name(now: Occupation, found: Body) -> str:
    """Return the name of the area of a body on a day; empty without one."""
    return now.atlas.name(found.area, on=now.day) if found.area in now.atlas.versions else ""
