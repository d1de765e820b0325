"""What the pages and files of the weekly meeting show: rows and words, ready for the templates."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.urls import reverse
from django.utils import timezone

from vangnet.casework import pages
from vangnet.casework.meeting_reading import Agenda, Status
from vangnet.casework.models import Item, Meeting, Signal
from vangnet.casework.reading import Weighing
from vangnet.ui.formats import day
from vangnet.vault.desks import Choices, Desk

Row = dict[str, Any]
TONES = {
    Status.OPEN: "info",
    Status.DECIDED: "ok",
    Status.PUT_OFF: "warning",
    Status.CARRIED: "neutral",
}
COLUMNS = ("Punt", "Nummer", "Ontvangen", "Gemeente", "Behandeling", "Uitkomst", "Route", "Uitgesteld tot")


def crumbs(at: Desk, meeting: Meeting | None = None, last: str = "") -> list[tuple[str, str]]:
    """Return the way to a page of a meeting."""
    way = [
        *pages.crumbs(at)[:-1],
        (at.purpose.agreement.name, reverse("casework:signals", args=[at.purpose.pk])),
    ]
    way.append(("Weegoverleg", reverse("casework:agenda", args=[at.purpose.pk])))
    if meeting and last:
        way.append((day(meeting.held_on), reverse("casework:meeting", args=[at.purpose.pk, meeting.pk])))
    return [*way, (last or (day(meeting.held_on) if meeting else ""), "")]


def row(known: Agenda, item: Item, places: dict[str, str]) -> Row:
    """Return a line of an agenda, or of a list of decisions."""
    state, signal = known.state(item), item.signal
    decided = state == Status.DECIDED
    outcome = signal.outcome if known.meeting.is_open else item.outcome
    route = signal.route if known.meeting.is_open else item.route
    return {
        "item": item,
        "signal": signal,
        "number": known.place(item),
        "place": places.get(signal.place, signal.place),
        "days": (timezone.now() - signal.received_at).days,
        "state": Status(state).label,
        "is_open": state == Status.OPEN,
        "tone": TONES[Status(state)],
        "outcome": Signal.Outcome(outcome).label if decided else "",
        "route": Signal.Route(route).label if decided and route else "",
    }


def meeting(at: Desk, known: Agenda, *, places: Choices) -> Row:
    """Show a meeting: its agenda while it runs, its list of decisions after."""
    named = dict(places)
    rows = [row(known, item, named) for item in known.items]
    return {
        "at": at,
        "meeting": known.meeting,
        "rows": rows,
        "counted": counted(known),
        "left": len(known.open_items),
        "present": known.present,
        "go_on": known.to_go_on_with if known.meeting.is_open else None,
        "go_on_words": _where(known),
        "breadcrumbs": crumbs(at, known.meeting),
    }


def _where(known: Agenda) -> str:
    going = known.to_go_on_with
    return f"U was bij punt {known.place(going)} van {len(known.items)}." if going else ""


def counted(known: Agenda) -> list[tuple[str, int]]:
    """Return how many items there are of each kind, of those there are."""
    found = Counter(known.state(item) for item in known.items)
    return [(str(state.label), found[state]) for state in Status if found[state]]


def item(at: Desk, known: Agenda, one: Item, weighed: Weighing, *, form: Any, places: Choices) -> Row:
    """Show a signal on the agenda, with what the meeting can do now."""
    following = known.following(one.signal_id)
    items = list(known.items)
    place = known.place(one)
    return {
        "at": at,
        "meeting": known.meeting,
        "item": one,
        "row": row(known, one, dict(places)),
        "signal": one.signal,
        "steps": pages.steps(weighed),
        "next_step": weighed.next_step,
        "may_begin": one.signal.status in (Signal.Status.NEW, Signal.Status.FURTHER),
        "may_conclude": bool(weighed.outcomes),
        "form": form,
        "place": place,
        "total": len(items),
        "previous": items[place - 2] if place > 1 else None,
        "following": following if following != one else None,
        "left": len(known.open_items),
        "carry": f"?overleg={known.meeting.pk}",
        "breadcrumbs": crumbs(at, known.meeting, f"Punt {place}"),
    }


def decisions(known: Agenda, places: Choices) -> list[list[Any]]:
    """Return the list of decisions: numbers, dates, outcomes and routes; nobody is in it."""
    named = dict(places)
    found = []
    for one in known.items:
        shown = row(known, one, named)
        received = timezone.localdate(one.signal.received_at)
        cells = [shown["number"], one.signal.number, received, shown["place"], shown["state"]]
        found.append([*cells, shown["outcome"], shown["route"], one.put_off_to])
    return found


def organisations(known: Agenda) -> str:
    """Say which organisations were there, with how many; no names."""
    found = Counter(str(one.organisation) for one in known.present)
    return ", ".join(f"{name} ({n})" for name, n in sorted(found.items())) or "niet vastgelegd"
