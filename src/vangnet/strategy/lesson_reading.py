"""Reads of recommendations with what was done with them, and of results with their evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from vangnet.strategy import lines
from vangnet.strategy.lines import Document
from vangnet.strategy.models import Goal, Outcome, Recommendation, Result

TONES = {
    Outcome.Kind.ADOPTED: "ok",
    Outcome.Kind.ADAPTED: "info",
    Outcome.Kind.REJECTED: "warning",
    Outcome.Kind.OPEN: "neutral",
}


@dataclass(frozen=True)
class Advice:
    """A recommendation with what was done with it, the first first."""

    recommendation: Recommendation
    outcomes: tuple[Outcome, ...]
    titles: dict[str, str]  # of goals that there are

    @property
    def last(self) -> Outcome | None:
        """Return what counts now; None when nobody decided."""
        return self.outcomes[-1] if self.outcomes else None

    @property
    def kind(self) -> Outcome.Kind:
        """Return the outcome that counts: open until somebody decides."""
        return Outcome.Kind(self.last.kind) if self.last else Outcome.Kind.OPEN

    @property
    def label(self) -> str:
        """Return the outcome in words."""
        return str(self.kind.label)

    @property
    def tone(self) -> str:
        """Return the colour of the outcome."""
        return TONES[self.kind]

    @property
    def source(self) -> Document:
        """Return where the recommendation stands."""
        return lines.document(self.recommendation.source)

    @property
    def goals(self) -> list[tuple[str, str]]:
        """Return code and title of the goals that took it up; a goal that ended has no title."""
        return [(code, self.titles.get(code, "")) for code in self.last.goals] if self.last else []


@dataclass(frozen=True)
class Proven:
    """A result without a figure, with where it can be read."""

    result: Result

    @property
    def evidence(self) -> list[Document]:
        """Return the documents that say so."""
        return lines.documents(self.result.evidence)


def advices(user: Any, day: date, *, strategy: str = "") -> list[Advice]:
    """Return the recommendations that were there on a day, with what was done then (3 queries)."""
    found = [one for one in Recommendation.objects.visible_to(user) if _was_there(one, day)]
    told: dict[UUID, list[Outcome]] = {}
    for outcome in Outcome.objects.visible_to(user).as_of(day):
        told.setdefault(outcome.recommendation_id, []).append(outcome)
    titles = dict(Goal.objects.visible_to(user).values_list("code", "title")) if told else {}
    return [
        Advice(one, tuple(told.get(one.pk, ())), titles) for one in found if strategy in ("", one.strategy_id)
    ]


def results(user: Any, day: date, *, strategy: str = "") -> list[Proven]:
    """Return the results without a figure that were there on a day (1 query)."""
    found: Iterable[Result] = Result.objects.visible_to(user)
    return [Proven(one) for one in found if _was_there(one, day) and strategy in ("", one.strategy_id)]


def _was_there(one: Recommendation | Result, day: date) -> bool:
    """Say whether it came with the note, or was added by then."""
    return one.organisation_id is None or timezone.localdate(one.recorded_at) <= day


def taken_up_by(goal: str, user: Any) -> list[Recommendation]:
    """Return the recommendations that a goal took up, by the outcome that counts (1 query)."""
    last: dict[UUID, Outcome] = {}
    for outcome in Outcome.objects.visible_to(user).of_goal(goal):
        last[outcome.recommendation_id] = outcome
    return [one.recommendation for one in last.values() if goal in one.goals]
