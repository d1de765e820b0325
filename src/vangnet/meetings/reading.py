"""What pages and documents of meetings read, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch
from django.http import Http404
from django.utils import timezone

from vangnet.directory.models import Body, Holder, Seat
from vangnet.identity.models import User
from vangnet.meetings.models import ActionPoint, Matter, Paper, Presence, Ruling, Sitting, Stop
from vangnet.meetings.rules import changes_for
from vangnet.strategy import changes
from vangnet.strategy.models import Route, Verdict, Version

Viewer = User | AnonymousUser


@dataclass(frozen=True)
class Point:
    """A matter at a body, with what was said of it there."""

    stop: Stop
    rulings: list[Ruling]
    verdict: Verdict | None = None  # of the strategy, when the matter is a change of it

    @property
    def ruling(self) -> Ruling | None:
        """Return the last version of what the body said."""
        return self.rulings[-1] if self.rulings else None

    @property
    def is_done(self) -> bool:
        """Say whether the body said something."""
        return bool(self.rulings) or self.verdict is not None

    @property
    def outcome(self) -> str:
        """Return in words what the body said."""
        if self.ruling is not None:
            to = f" aan {self.ruling.to}" if self.ruling.to else ""
            return f"{self.ruling.get_outcome_display()}{to}"
        return self.verdict.get_outcome_display() if self.verdict else ""

    @property
    def words(self) -> str:
        """Return the decision with its motivation."""
        if self.ruling is not None:
            return self.ruling.words
        return self.verdict.words if self.verdict else ""


@dataclass(frozen=True)
class Chairs:
    """Who chairs a body on a day, and who keeps its papers; nobody when a seat is vacant or not there."""

    chair: Holder | None = None
    secretary: Holder | None = None
    vacant: dict[str, Seat] = field(default_factory=dict)


def sitting_at(user: Viewer, pk: UUID) -> Sitting:
    """Return a meeting.

    Raises
    ------
    Http404
        There is none that this session sees.
    """
    found: Sitting | None = (
        Sitting.objects.visible_to(user).filter(pk=pk).select_related("body__above", "topic").first()
    )
    if found is None:
        raise Http404
    return found


def stop_at(user: Viewer, pk: UUID) -> Stop:
    """Return an item of a body.

    Raises
    ------
    Http404
        There is none that this session sees.
    """
    everything = Stop.objects.visible_to(user).select_related(
        "matter__version__replaces", "matter__raised_by", "body__above", "sitting", "written_by"
    )
    found: Stop | None = everything.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def body_at(user: Viewer, slug: str) -> Body:
    """Return a body of today.

    Raises
    ------
    Http404
        There is none with this name.
    """
    found: Body | None = Body.objects.visible_to(user).as_of(timezone.localdate()).filter(pk=slug).first()
    if found is None:
        raise Http404
    return found


def points(user: Viewer, stops: Any) -> list[Point]:
    """Return items with what was said of them (3 queries)."""
    rulings = Ruling.objects.visible_to(user).select_related("to", "recorded_by")
    found = list(
        stops.select_related("matter__version__replaces", "body", "sitting").prefetch_related(
            Prefetch("rulings", queryset=rulings)
        )
    )
    versions = [stop.matter.version_id for stop in found if stop.matter.version_id]
    said = {
        (one.version_id, one.body_id): one
        for one in (_verdicts(user).filter(version__in=versions) if versions else [])
    }
    return [
        Point(stop, list(stop.rulings.all()), said.get((stop.matter.version_id, stop.body_id)))
        for stop in found
    ]


def _verdicts(user: Viewer) -> Any:
    """Return what bodies said of changes; a portfolio holder says it alone, and not as the body."""
    return Verdict.objects.visible_to(user).exclude(decider=Route.HOLDER)


def last_said(way: Iterable[Point]) -> datetime | None:
    """Return when the last body said something: the papers of before stay with the matter."""
    moments = [one.recorded_at for point in way for one in (*point.rulings, point.verdict) if one]
    return max(moments, default=None)


def agenda(user: Viewer, sitting: Sitting) -> list[Point]:
    """Return the items of a meeting in their order (3 queries)."""
    return points(user, Stop.objects.visible_to(user).filter(sitting=sitting))


def journey(user: Viewer, matter: Matter) -> list[Point]:
    """Return every stop of a matter, the first one first (3 queries)."""
    return journeys(user, [matter.pk])[matter.pk]


def journeys(user: Viewer, matters: Collection[UUID]) -> dict[UUID, list[Point]]:
    """Return per matter every stop, the first one first (3 queries; none without matters)."""
    if not matters:
        return {}
    found = points(user, Stop.objects.visible_to(user).filter(matter__in=matters).order_by("written_at"))
    after = {(one.stop.matter_id, one.stop.came_from_id): one for one in found}
    ways: dict[UUID, list[Point]] = {}
    for matter in matters:
        way, here = ways.setdefault(matter, []), after.get((matter, None))
        while here is not None:
            way.append(here)
            here = after.get((matter, here.stop.pk))
    return ways


def waiting(user: Viewer, body: Body) -> list[Stop]:
    """Return what waits for a body, longest first; a change of the strategy as long as it waits itself.

    A change that nobody put on a list yet is there as an item without a key (4 queries).
    """
    open_changes = changes_for(body.pk)
    everything = Stop.objects.visible_to(user).filter(body=body, rulings=None)
    known = list(everything.select_related("matter__version__replaces", "sitting").order_by("written_at"))
    listed = {stop.matter.version_id for stop in known}
    stops = [
        stop for stop in known if stop.sitting is None and stop.matter.version_id in (None, *open_changes)
    ]
    fresh = [one for one in open_changes if one not in listed]
    return stops + [change_as_item(version, body) for version in _versions(user, fresh)]


def _versions(user: Viewer, wanted: list[UUID]) -> Iterable[Version]:
    if not wanted:
        return []
    found = Version.objects.visible_to(user).filter(pk__in=wanted).select_related("replaces", "organisation")
    return found.order_by("submitted_at")


def change_as_item(version: Version, body: Body) -> Stop:
    """Return a change of the strategy as the item that it is for a body, not kept yet."""
    title = f"{version.get_kind_display()}: {changes.name(version)} ({changes.what(version)})"[:200]
    return Stop(
        matter=Matter(title=title, body=body, version=version),
        body=body,
        aim=Stop.Aim.DECISION,
        occasion=version.reason,
        asked="Geef een oordeel of advies over deze wijziging van de strategie.",
        written_at=version.submitted_at or version.written_at,
    )


def days_taken_over(user: Viewer, body: Body) -> set[date]:
    """Return the days of a body of which an old list was taken over (1 query)."""
    found = Sitting.objects.visible_to(user).filter(body=body, from_list=True)
    return {timezone.localdate(moment) for moment in found.values_list("starts_at", flat=True)}


def chairs(user: Viewer, body: Body, day: date) -> Chairs:
    """Return who chairs a body on a day and who is its secretary (2 queries)."""
    seats = {
        one.role: one
        for one in Seat.objects.visible_to(user).as_of(day).filter(body=body, role__in=Seat.SPEAKS)
    }
    holders = (
        Holder.objects.visible_to(user)
        .as_of(day)
        .filter(seat__in=seats.values())
        .select_related("account", "seat")
    )
    held = {one.seat.role: one for one in holders}
    vacant = {role: seat for role, seat in seats.items() if role not in held}
    return Chairs(held.get(Seat.Role.CHAIR), held.get(Seat.Role.SECRETARY), vacant)


def presences(user: Viewer, sitting: Sitting) -> list[Presence]:
    """Return who was there (1 query)."""
    found = Presence.objects.visible_to(user).filter(sitting=sitting)
    return list(
        found.select_related("seat__organisation", "seat__function", "account", "deputy").order_by(
            "seat__role", "seat__organisation__name"
        )
    )


def actions_of(user: Viewer, **which: Any) -> list[ActionPoint]:
    """Return actions (1 query)."""
    found = ActionPoint.objects.visible_to(user).filter(**which)
    return list(found.select_related("owner", "agreed_with", "sitting__body", "stop__matter"))


def papers(user: Viewer, matters: Iterable[Any]) -> list[Paper]:
    """Return the files with matters, without what is in them (1 query)."""
    found = Paper.objects.visible_to(user).filter(matter__in=matters)
    return list(found.defer("content").select_related("added_by"))
