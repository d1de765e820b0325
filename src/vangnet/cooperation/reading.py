"""What pages of advice read, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Avg, Count, F, Q
from django.http import Http404

from vangnet.cooperation.models import AdviceKnowledge, AdviceRequest, AdviceTurn
from vangnet.cooperation.rules import Standing
from vangnet.directory import whom
from vangnet.directory.models import Body, Expertise, Holder
from vangnet.identity.models import User

Viewer = User | AnonymousUser
Kind, State = AdviceTurn.Kind, AdviceRequest.State
DRIVING, TEAM, PERSON = "aanjaagteam", "team:", "persoon:"
TERM = 10  # days, when the region pack names no other


@dataclass(frozen=True)
class Waits:
    """A question that waits for somebody, in which part, and until when."""

    request: UUID
    side: str  # antwoord (of this person or a team of theirs), team (the driving team), vrager
    due_on: date

    def is_late(self, day: date) -> bool:
        """Say whether the term of an answer is over."""
        return self.side != "vrager" and self.due_on < day


@dataclass(frozen=True)
class Record:
    """How the questions that somebody follows were dealt with."""

    answered: int
    in_term: int
    late: int
    mean: float | None  # of how satisfied askers were
    scored: int


def waiting() -> list[Waits]:
    """Return which questions wait for the person of this session (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT request, side, due_on FROM cooperation_waiting_advice()")
        return [Waits(*row) for row in cursor.fetchall()]


def unmanned() -> set[UUID]:
    """Return which questions wait for nobody, for the driving team (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cooperation_unmanned_advice()")
        return {pk for (pk,) in cursor.fetchall()}


def questions(user: Viewer) -> Any:
    """Return the questions that the session sees, with what a list shows of them."""
    return AdviceRequest.objects.visible_to(user).select_related("topic", "organisation", "expert", "body")


def question_at(user: Viewer, pk: UUID) -> AdviceRequest:
    """Return a question (1 query).

    Raises
    ------
    Http404
        There is none that this session sees.
    """
    found: AdviceRequest | None = (
        questions(user).select_related("asked_by", "answered_by").filter(pk=pk).first()
    )
    if found is None:
        raise Http404
    return found


def turns(user: Viewer, request: AdviceRequest) -> list[AdviceTurn]:
    """Return what was said, first to last (1 query)."""
    found = AdviceTurn.objects.visible_to(user).filter(request=request)
    return list(found.select_related("author", "expert", "body"))


def knowledge(user: Viewer) -> Any:
    """Return what the network learns of answered questions, whoever asked them."""
    return AdviceKnowledge.objects.visible_to(user).select_related("topic", "organisation")


def record(user: Viewer, day: date) -> Record:
    """Return how the questions that the session follows were dealt with (1 query)."""
    found = AdviceRequest.objects.visible_to(user)
    told = found.aggregate(
        answered=Count("pk", filter=Q(answered_on__isnull=False)),
        in_term=Count("pk", filter=Q(answered_on__lte=F("due_on"))),
        late=Count("pk", filter=Q(state=State.ASKED, due_on__lt=day)),
        mean=Avg("score"),
        scored=Count("score"),
    )
    return Record(**told)


def possible(request: AdviceRequest, at: Standing) -> set[str]:
    """Return which turns this session may take now; the database decides, this only saves a press."""
    return {kind for kind in roles(request, at) if request.state in _FITS[kind]} - (
        {Kind.KNOWLEDGE.value} if request.knowledge_on else set()
    )


_FITS: dict[str, set[str]] = {
    Kind.ANSWER: {State.ASKED},
    Kind.ASKED_BACK: {State.ASKED},
    Kind.HANDED_ON: {State.ASKED},
    Kind.ADDED: {State.RETURNED},
    Kind.JUDGED: {State.ANSWERED},
    Kind.KNOWLEDGE: {State.ANSWERED, State.CLOSED},
    Kind.WITHDRAWN: {State.ASKED, State.RETURNED},
}


def roles(request: AdviceRequest, at: Standing) -> set[str]:
    """Return which turns are for this session to take, whatever the state of the question."""
    asks = request.asked_by_id == at.account and request.organisation_id == at.organisation
    found: set[str] = {Kind.ADDED, Kind.WITHDRAWN} if asks or at.stands_in else set()
    if asks:
        found |= {Kind.JUDGED}
    if request.organisation_id == at.organisation:
        found |= {Kind.KNOWLEDGE}
    if at.is_addressed and request.asked_by_id != at.account:
        found |= {Kind.ANSWER, Kind.ASKED_BACK, Kind.HANDED_ON}
    if at.is_driving:
        found |= {Kind.HANDED_ON}
    return {str(kind) for kind in found}


def term() -> int:
    """Return within how many days an answer is asked by default."""
    return int(settings.REGION.get("advice", {}).get("days", TERM))


def addressees(user: User, day: date, *, also: Iterable[UUID] = ()) -> list[tuple[str, Any]]:
    """Return of whom one may ask: teams with somebody in them, and people by what they know (3 queries)."""
    kinds = settings.REGION.get("advice", {}).get("teams", [])
    manned = Holder.objects.visible_to(user).as_of(day).values("seat__body")
    teams = Body.objects.visible_to(user).as_of(day).filter(kind__in=kinds, pk__in=manned)
    known: dict[UUID, list[str]] = {}
    people: dict[UUID, User] = {}
    rows = Expertise.objects.visible_to(user).filter(account__in=whom.at_work(day), account__is_active=True)
    for one in rows.select_related("account", "topic"):
        people[one.account_id] = one.account
        known.setdefault(one.account_id, []).append(one.topic.name)
    others = User.objects.visible_to(user).filter(
        pk__in=[pk for pk in also if pk not in people], is_active=True, kind=User.Kind.PERSON
    )
    people |= {one.pk: one for one in others.filter(pk__in=whom.at_work(day))}
    people.pop(user.pk, None)
    experts = sorted(people.values(), key=lambda one: one.name)
    return [
        ("Teams", [(DRIVING, "Aanjaagteam"), *((f"{TEAM}{one.pk}", one.name) for one in teams)]),
        ("Deskundigen", [(f"{PERSON}{one.pk}", _known(one, known.get(one.pk, []))) for one in experts]),
    ]


def _known(person: User, topics: list[str]) -> str:
    return f"{person.name} ({', '.join(topics)})" if topics else person.name


def addressee(chosen: str) -> dict[str, Any]:
    """Return a choice of addressee as a question or a turn keeps it."""
    if chosen.startswith(PERSON):
        return {"expert_id": UUID(chosen.removeprefix(PERSON)), "body_id": None}
    return {"expert_id": None, "body_id": chosen.removeprefix(TEAM) if chosen != DRIVING else None}


# Work with a branch that one's own organisation leads and that should have been evaluated. Each row: what
# kind of thing, about what, its name, which one it is, and its day.
EVALUATIONS = """
SELECT 'evaluatie' AS source, '' AS subject, f.name AS name, f.id::text AS key, f.evaluate_on AS day
  FROM cooperation_partnership f
 WHERE f.ended_on IS NULL AND f.evaluate_on < today() AND f.organisation_id = session_organisation()
   AND directory_enters_for(f.organisation_id)
"""
