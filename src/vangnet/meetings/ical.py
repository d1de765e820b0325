"""A calendar feed as iCalendar (RFC 5545): when a body meets, and where; nobody's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from vangnet.directory.vcard import folded, plain

OFF = "vervallen"


@dataclass(frozen=True)
class Event:
    """A meeting as a calendar shows it."""

    sitting: UUID
    body: str
    topic: str | None
    state: str
    starts_at: datetime
    ends_at: datetime
    place: str
    revision: int
    changed_at: datetime


def calendar(name: str, events: Iterable[Event], address: Callable[[UUID], str]) -> bytes:
    """Return a calendar; a meeting that is off stays in it as cancelled, so that it leaves other calendars.

    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> one = Event(UUID(int=1), "Overleg A, B", None, "vervallen", noon, noon, "Zaal; 1", 2, noon)
    >>> print(calendar("A", [one], lambda key: "https://x.example/").decode().replace(chr(13), ""))
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Vangnet//Vergaderingen//NL
    CALSCALE:GREGORIAN
    METHOD:PUBLISH
    X-WR-CALNAME:A
    REFRESH-INTERVAL;VALUE=DURATION:PT1H
    BEGIN:VEVENT
    UID:00000000-0000-0000-0000-000000000001@vangnet
    DTSTAMP:20260302T120000Z
    LAST-MODIFIED:20260302T120000Z
    SEQUENCE:2
    DTSTART:20260302T120000Z
    DTEND:20260302T120000Z
    SUMMARY:Overleg A\\, B (vervalt)
    LOCATION:Zaal\\; 1
    URL:https://x.example/
    STATUS:CANCELLED
    END:VEVENT
    END:VCALENDAR
    <BLANKLINE>
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Vangnet//Vergaderingen//NL", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{plain(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H"]
    for event in events:
        lines += _event(event, address(event.sitting))
    lines += ["END:VCALENDAR"]
    return b"".join(folded(line) + b"\r\n" for line in lines)


def _event(event: Event, url: str) -> list[str]:
    is_off = event.state == OFF
    about = f"{event.body}: {event.topic}" if event.topic else event.body
    return [
        "BEGIN:VEVENT",
        f"UID:{event.sitting}@vangnet",
        f"DTSTAMP:{_moment(event.changed_at)}",
        f"LAST-MODIFIED:{_moment(event.changed_at)}",
        f"SEQUENCE:{event.revision}",
        f"DTSTART:{_moment(event.starts_at)}",
        f"DTEND:{_moment(event.ends_at)}",
        f"SUMMARY:{plain(about)}{' (vervalt)' if is_off else ''}",
        f"LOCATION:{plain(event.place)}",
        f"URL:{url}",
        f"STATUS:{'CANCELLED' if is_off else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"
