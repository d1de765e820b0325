"""Documents of a meeting: agenda with notes, list of decisions and minutes, whatever the file format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.text import slugify

from vangnet.meetings import reading
from vangnet.meetings.models import Paper, Presence, Sitting, Stop
from vangnet.meetings.reading import Point
from vangnet.meetings.rules import standing
from vangnet.ui import formats

AGENDA, DECISIONS, MINUTES, SET = "agenda", "besluitenlijst", "notulen", "vergaderset"
# What there is, in which forms; a set has the papers in it and is for reading on a tablet.
FORMS = {AGENDA: ("pdf",), SET: ("pdf",), DECISIONS: ("pdf", "docx"), MINUTES: ("pdf", "docx")}
TITLES = {AGENDA: "Agenda", SET: "Agenda met stukken", DECISIONS: "Besluitenlijst", MINUTES: "Verslag"}
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    """A heading with labelled texts below it."""

    title: str
    note: str
    parts: Pairs


@dataclass(frozen=True)
class Grid:
    """A table of texts."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    none: str


@dataclass(frozen=True)
class Document:
    """A document of a meeting; texts are ready to be set in type."""

    kind: str
    title: str
    subtitle: str
    region: str
    made_on: date
    filename: str
    facts: Pairs
    contents: Grid
    sections: tuple[Section, ...]
    tables: tuple[Grid, ...]
    papers: tuple[Paper, ...] = ()


def gather(pk: UUID, kind: str, extension: str, *, user: Any, on: date) -> Document:
    """Return a document of a meeting.

    Raises
    ------
    Http404
        This session sees no such meeting, or there is no such document of it.
    """
    sitting = reading.sitting_at(user, pk)
    if not standing().reads or extension not in FORMS.get(kind, ()):
        raise Http404
    if kind in (DECISIONS, MINUTES) and sitting.state not in (Sitting.State.HELD, Sitting.State.ADOPTED):
        raise Http404
    points = reading.agenda(user, sitting)
    papers = reading.papers(user, [point.stop.matter_id for point in points])
    is_before = kind in (AGENDA, SET)
    day = timezone.localdate(sitting.starts_at)
    travelled = {point.stop.matter_id for point in points if is_before and point.stop.came_from_id}
    ways = reading.journeys(user, travelled)
    return Document(
        kind=kind,
        title=f"{TITLES[kind]} {sitting.body.name}",
        subtitle=_subtitle(sitting),
        region=settings.REGION["name"],
        made_on=on,
        filename=slugify(f"{kind}-{sitting.body_id}-{day}"),
        facts=_facts(sitting, user, day),
        contents=_contents(points),
        sections=tuple(
            _before(number, point, papers, ways.get(point.stop.matter_id, []))
            if is_before
            else _after(number, point, full=kind == MINUTES)
            for number, point in enumerate(points, start=1)
        ),
        tables=() if is_before else (_there(sitting, user), _actions(sitting, user)),
        papers=tuple(papers) if kind == SET else (),
    )


def _subtitle(sitting: Sitting) -> str:
    begins, ends = timezone.localtime(sitting.starts_at), timezone.localtime(sitting.ends_at)
    return f"{formats.day(begins.date())}, {begins:%H:%M} tot {ends:%H:%M}, {sitting.place}"


def _facts(sitting: Sitting, user: Any, day: date) -> Pairs:
    chairs = reading.chairs(user, sitting.body, day)
    found = [
        ("Voorzitter", str(chairs.chair.account) if chairs.chair else "niemand"),
        ("Secretaris", str(chairs.secretary.account) if chairs.secretary else "niemand"),
        ("Stand", sitting.get_state_display()),
    ]
    if sitting.adopted_on:
        found.append(("Vastgesteld op", formats.day(sitting.adopted_on)))
    return tuple(found)


def _contents(points: list[Point]) -> Grid:
    rows = tuple(
        (str(number), point.stop.matter.title, point.stop.get_aim_display(), point.outcome or "–")
        for number, point in enumerate(points, start=1)
    )
    return Grid("Punten", ("Punt", "Onderwerp", "Waarvoor", "Besluit"), rows, "Er staat niets op de agenda.")


def _before(number: int, point: Point, papers: list[Paper], way: list[Point]) -> Section:
    """Return an item as it is prepared: its note, where it has been, and what comes with it."""
    stop = point.stop
    own = [paper.name for paper in papers if paper.matter_id == stop.matter_id]
    been = [
        f"{one.stop.body.name}: {one.outcome}. {one.words}"
        + (f" Voorbehoud: {one.ruling.reservations}" if one.ruling and one.ruling.reservations else "")
        for one in way
        if one.is_done and one.stop.pk != stop.pk
    ]
    parts = [*_note(stop), ("Eerder", "\n".join(been)), ("Stukken", ", ".join(own))]
    return Section(f"{number}. {stop.matter.title}", stop.get_aim_display(), _told(parts))


def _after(number: int, point: Point, *, full: bool) -> Section:
    """Return an item as it was decided; in minutes with what was asked and why."""
    ruling = point.ruling
    parts = [
        *(_note(point.stop) if full else []),
        ("Besluit", point.outcome or "nog niet vastgelegd"),
        ("Motivering", point.words),
        ("Voorbehouden", ruling.reservations if ruling else ""),
        ("Hersteld", f"versie {ruling.number}. {ruling.reason}" if ruling and ruling.number > 1 else ""),
    ]
    return Section(f"{number}. {point.stop.matter.title}", point.stop.get_aim_display(), _told(parts))


def _note(stop: Stop) -> list[tuple[str, str]]:
    return [
        ("Aanleiding", stop.occasion),
        ("Gevraagd besluit", stop.asked),
        ("Kanttekeningen", stop.caveats),
        ("Vervolg", stop.follow_up),
    ]


def _told(parts: list[tuple[str, str]]) -> Pairs:
    return tuple((label, text) for label, text in parts if text)


def _there(sitting: Sitting, user: Any) -> Grid:
    rows = tuple(
        (
            str(one.account or "Vacant"),
            f"{one.seat.get_role_display()}, {one.seat.organisation.name}",
            f"Vervangen door {one.deputy}" if one.kind == Presence.Kind.DEPUTY else one.get_kind_display(),
        )
        for one in reading.presences(user, sitting)
    )
    return Grid("Aanwezigheid", ("Wie", "Zetel", "Aanwezigheid"), rows, "De aanwezigheid is niet vastgelegd.")


def _actions(sitting: Sitting, user: Any) -> Grid:
    rows = tuple(
        (
            one.what,
            one.whose,
            formats.day(one.due_on),
            f"gedaan op {formats.day(one.done_on)}" if one.done_on else "open",
        )
        for one in reading.actions_of(user, sitting=sitting)
    )
    return Grid("Acties", ("Actie", "Wie", "Uiterlijk", "Stand"), rows, "Er zijn geen acties afgesproken.")
