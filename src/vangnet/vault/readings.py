"""Who read what, and why: the lines of the log about readings, put into words.

Which lines there are to show is the database's decision: one's own, and for a privacy officer those of the
organisation, for a quarter of an hour after saying for which of the four lawful purposes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from vangnet.agreements.models import Purpose
from vangnet.audit.models import Event, EventQuerySet, LawfulPurpose, Outcome
from vangnet.identity import token
from vangnet.identity.models import User
from vangnet.vault import doors
from vangnet.vault.models import Entry
from vangnet.vault.opening import Reason

RECORD, TEXT, CONSULTED = "vault.record.opened", "vault.text.opened", "audit.log.consulted"
PER_PAGE, EMERGENCIES = 50, 20
OPEN_FOR = timedelta(minutes=15)
NOT_VISIBLE = "niet meer zichtbaar"
EXPLAINED: Mapping[str, str] = {
    LawfulPurpose.LAWFULNESS: "U gaat na of inzagen pasten bij taak, doel en autorisatie.",
    LawfulPurpose.INTERNAL: "U controleert de eigen werkwijze, bijvoorbeeld met een steekproef.",
    LawfulPurpose.SECURITY: "U onderzoekt een mogelijk datalek of misbruik van een account.",
    LawfulPurpose.COURT: "Een rechter of partij in een procedure vraagt om de vastlegging.",
}
REFUSALS: Mapping[str, str] = {
    "geen_rechtmatig_doel": "Geen van de vier wettelijke doelen",
    "geen_organisatie": "Werkte voor geen organisatie",
    "geen_tweede_factor": "Ingelogd zonder tweede stap",
    "geen_fg": "Geen functionaris gegevensbescherming",
}
WORDS: Mapping[str, str] = {
    **{code: str(label) for code, label in (*Reason.choices, *LawfulPurpose.choices)},
    **REFUSALS,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which readings to show; a day counts as a whole, in Dutch time."""

    since: date
    until: date
    person: UUID | None = None
    record: UUID | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One reading, in words and without content."""

    event: int
    at: datetime
    who: str
    what: str
    number: str
    record: str
    purpose: str
    reason: str
    refused: bool
    emergency: bool
    has_words: bool


def own(user: User | AnonymousUser, wanted: Wanted) -> EventQuerySet:
    """Return the readings of this account."""
    return _read(wanted).filter(actor=user.pk)


def of_organisation(organisation: UUID, wanted: Wanted) -> EventQuerySet:
    """Return the readings of an organisation, as far as its log is open to this session."""
    return _read(wanted).filter(organisation=organisation)


def in_emergency(events: EventQuerySet) -> EventQuerySet:
    """Keep the latest readings that only emergency access allowed."""
    return events.filter(details__noodtoegang=True)[:EMERGENCIES]


def _read(wanted: Wanted) -> EventQuerySet:
    start, end = _moment(wanted.since), _moment(wanted.until + timedelta(days=1))
    found = Event.objects.filter(verb__in=[RECORD, TEXT, CONSULTED], recorded_at__gte=start)
    found = found.filter(recorded_at__lt=end)
    if wanted.person:
        found = found.filter(actor=wanted.person)
    if wanted.record:
        found = found.about(wanted.record)
    if wanted.reason:
        found = found.filter(reason=wanted.reason)
    return found.order_by("-id")


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def reviews() -> bool:
    """Say whether this session is that of a privacy officer of the organisation it works for."""
    return bool(doors.one("session_has_role", "fg"))


def opened() -> tuple[UUID, Event] | None:
    """Return the organisation whose log is open to this session and the line that opened it."""
    organisation = doors.one("audit_consulted_organisation")
    if organisation is None:
        return None
    account = doors.one("session_account")
    mine = Event.objects.filter(
        actor=account, organisation=organisation, verb=CONSULTED, outcome=Outcome.ALLOWED
    )
    return organisation, mine.order_by("-recorded_at")[0]


def words_of(event: int) -> tuple[UUID | None, UUID] | None:
    """Return purpose and id of the words with a reading that this session sees."""
    found = Event.objects.filter(pk=event, motivation__isnull=False).first()
    return (found.purpose, cast(UUID, found.motivation)) if found else None


def lines(events: Iterable[Event], *, viewer: User | AnonymousUser) -> list[Line]:
    """Put events into words: a query for people, one for purposes, and one per purpose for the list."""
    rows = list(events)
    people = dict(User.objects.visible_to(viewer).filter(pk__in={e.actor for e in rows}).in_bulk())
    purposes = Purpose.objects.in_bulk({event.purpose for event in rows if event.purpose})
    entries = _entries(rows)
    return [
        _line(
            event,
            who=str(people.get(event.actor, "een account dat er niet meer is")),
            purpose=str(purposes.get(event.purpose, "")),
            entry=entries.get(event.subject),
        )
        for event in rows
    ]


def _entries(rows: Sequence[Event]) -> dict[str, Entry]:
    """Return what the list of today still shows of these records, asked under the purpose of each."""
    per_purpose: dict[UUID, set[str]] = defaultdict(set)
    for event in rows:
        if event.verb == RECORD and event.purpose:
            per_purpose[event.purpose].add(event.subject)
    found: dict[str, Entry] = {}
    for purpose, records in per_purpose.items():
        with token.for_purpose(purpose):
            known = Entry.objects.filter(record__in=records).select_related("category")
            found |= {str(entry.record): entry for entry in known}
    return found


def _line(event: Event, *, who: str, purpose: str, entry: Entry | None) -> Line:
    return Line(
        event=event.pk,
        at=event.recorded_at,
        who=who,
        what=_what(event, entry),
        number=entry.number if entry else "",
        record=event.subject if event.verb == RECORD else "",
        purpose=purpose,
        reason=WORDS.get(event.reason, event.reason),
        refused=event.outcome == Outcome.REFUSED,
        emergency=bool(event.details.get("noodtoegang")),
        has_words=event.motivation is not None,
    )


def _what(event: Event, entry: Entry | None) -> str:
    if event.verb == CONSULTED:
        return "Logboek van de organisatie"
    if event.verb == TEXT:
        return "Weegdocument" if event.details.get("soort") == "weging" else "Toelichting bij een inzage"
    return str(entry.category) if entry and entry.category else NOT_VISIBLE


def colleagues(organisation: UUID, *, viewer: User | AnonymousUser) -> list[tuple[str, str]]:
    """Return whom the filter on a person offers: everybody who has or had a role there."""
    found = User.objects.visible_to(viewer).filter(Q(memberships__organisation=organisation)).distinct()
    return [(str(person.pk), str(person)) for person in found.order_by("name")]


def default(today: date) -> dict[str, Any]:
    """Return the period that is shown first: the last thirty days."""
    return {"since": today - timedelta(days=30), "until": today}
