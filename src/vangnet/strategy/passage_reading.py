"""The strategy beside the police's multi-year plan: goals on one side, passages on the other, and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

from vangnet.identity.models import Organisation
from vangnet.strategy import reading
from vangnet.strategy.models import Goal, Passage, Strategy

LISTS: Final = {
    "alles": "Alles",
    "gekoppeld": "Doel met passage",
    "zonder-passage": "Doel zonder passage",
    "zonder-doel": "Passage zonder doel",
    "termijn": "Termijn verschilt",
}


@dataclass(frozen=True)
class Side:
    """A passage beside its goal; `differs` says how their terms do, nothing when they are the same."""

    passage: Passage
    differs: str


@dataclass(frozen=True)
class Row:
    """A goal with the passages about it; without a goal, passages that follow from none that there is."""

    goal: Goal | None
    code: str  # of a goal that ended
    sides: tuple[Side, ...]
    term: str = ""

    @property
    def kinds(self) -> set[str]:
        """Return the lists in which the row stands."""
        found = {"alles"}
        if self.goal is None:
            found.add("zonder-doel")
        else:
            found.add("gekoppeld" if self.sides else "zonder-passage")
        if any(side.differs for side in self.sides):
            found.add("termijn")
        return found


def rows(user: Any, *, theme: str = "") -> list[Row]:
    """Return both sides: every goal in its order, then the passages without one (3 queries)."""
    goals = list(Goal.objects.visible_to(user))
    strategy = Strategy.objects.visible_to(user).first()
    of: dict[str, list[Passage]] = {}
    for one in Passage.objects.visible_to(user).standing():
        of.setdefault(one.goal, []).append(one)
    known = {goal.code for goal in goals}
    found = [
        Row(goal, goal.code, _sides(goal, of.get(goal.code, ()), strategy), reading.term(goal))
        for goal in goals
        if theme in ("", goal.theme_id)
    ]
    loose = [(code, one) for code, passages in sorted(of.items()) if code not in known for one in passages]
    return [*found, *(Row(None, code, (Side(one, ""),)) for code, one in loose)]


def of_goal(goal: Goal, strategy: Strategy, user: Any) -> tuple[Side, ...]:
    """Return the passages about a goal (1 query)."""
    return _sides(goal, Passage.objects.visible_to(user).standing().filter(goal=goal.code), strategy)


def _sides(goal: Goal, passages: Any, strategy: Strategy | None) -> tuple[Side, ...]:
    return tuple(Side(one, _differs(goal, one, strategy)) for one in passages)


def _differs(goal: Goal, passage: Passage, strategy: Strategy | None) -> str:
    """Say how the term of a passage differs from that of its goal.

    A goal with a date asks only that its year lies in the passage's; another lasts as long as the strategy.
    """
    if goal.due_on is not None:
        fits = passage.first_year <= goal.due_on.year <= passage.last_year
        return "" if fits else f"het doel is van uiterlijk {goal.due_on.year}, de passage van {passage.term}"
    if strategy is None or (passage.first_year, passage.last_year) == (
        strategy.first_year,
        strategy.last_year,
    ):
        return ""
    return f"de strategie loopt {strategy.first_year}-{strategy.last_year}, de passage {passage.term}"


def counts(found: Sequence[Row]) -> dict[str, int]:
    """Return how many rows each list has."""
    return {name: sum(name in row.kinds for row in found) for name in LISTS}


@dataclass(frozen=True)
class Right:
    """What a session may do with passages."""

    is_strong: bool
    organisations: frozenset[UUID]  # whose passages it keeps


RIGHT = """
SELECT session_is_strong(), ARRAY(SELECT k.organisation_id FROM identity_organisationkind k
                                   WHERE k.kind = 'politie' AND k.period @> today()
                                     AND strategy_keeps_passages(k.organisation_id))
"""


def right() -> Right:
    """Return what the session of this transaction may do (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(RIGHT)
        strong, found = cursor.fetchone()
        return Right(bool(strong), frozenset(found))


def kept_by(user: Any, may: Right) -> Any:
    """Return the police organisations whose passages the session keeps."""
    return Organisation.objects.visible_to(user).filter(pk__in=may.organisations)
