"""What a round of choosing says: means, ranking, and how far each weight may move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from vangnet.analysis.coverage import Coverage, coverage
from vangnet.analysis.weighting import Sensitivity, chosen, sensitivity, totals
from vangnet.identity.models import Organisation, User
from vangnet.strategy.choosing import Candidate, ChoosingRound, Criterion, Score, counting
from vangnet.strategy.plan_reading import Right


def right() -> Right:
    """Say whether this session leads the choice of themes, and has a second factor (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT strategy_leads_choosing(), session_is_strong()")
        return Right(*cursor.fetchone())


def may_score() -> Right:
    """Say whether this session scores papers: of its own organisation, or all (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT strategy_leads_choosing() OR strategy_may_propose(), session_is_strong()")
        return Right(*cursor.fetchone())


def papers(criteria: Sequence[Criterion], user: User, *, on: date, own: Any) -> list[Organisation]:
    """Return the organisations whose papers can be scored; `own` is the only one, unless None (1 query)."""
    kinds = {criterion.papers for criterion in criteria}
    found = Organisation.objects.visible_to(user).filter(kinds__kind__in=kinds, kinds__period__contains=on)
    kept = found if own is None else found.filter(pk=own)
    return list(kept.order_by("name").distinct())


@dataclass(frozen=True)
class Place:
    """A candidate with its mean on each criterion, its total and whether it is chosen."""

    candidate: Candidate
    means: tuple[float | None, ...]
    total: float | None
    is_chosen: bool


@dataclass(frozen=True)
class Room:
    """How far the weight of a criterion may move, in points of a hundred and in names."""

    criterion: Criterion
    share: float
    down: float | None
    up: float | None
    down_names: tuple[str, str]  # who goes out, who comes in
    up_names: tuple[str, str]

    @property
    def is_firm(self) -> bool:
        """Whether no weight changes the choice."""
        return self.down is None and self.up is None


@dataclass(frozen=True)
class Outcome:
    """What a round says so far."""

    places: tuple[Place, ...]
    rooms: tuple[Room, ...]
    counted: tuple[Criterion, ...]
    left_out: tuple[Criterion, ...]  # not scored for every candidate yet
    organisations: int

    @property
    def smallest(self) -> float | None:
        """The smallest move of a weight that changes the choice, as a share."""
        moves = [
            abs(edge - room.share) for room in self.rooms for edge in (room.down, room.up) if edge is not None
        ]
        return min(moves, default=None)


def outcome(
    choosing_round: ChoosingRound, criteria: Sequence[Criterion], candidates: Sequence[Candidate], user: Any
) -> Outcome | None:
    """Return the ranking of a round; nothing while there are no scores (1 query).

    A criterion counts when every candidate has a score on it; others are named, not guessed.
    """
    found: dict[tuple[Any, Any], list[int]] = defaultdict(list)
    who = set()
    for candidate, criterion, organisation, value in counting(choosing_round, user).values_list(
        "candidate", "criterion", "organisation", "value"
    ):
        found[candidate, criterion].append(value)
        who.add(organisation)
    if not found:
        return None
    means = {key: sum(values) / len(values) for key, values in found.items()}
    counted = [c for c in criteria if all((one.pk, c.pk) in means for one in candidates)]
    left_out = tuple(c for c in criteria if c not in counted)
    table = [[means[one.pk, c.pk] for c in counted] for one in candidates]
    weights = [criterion.weight for criterion in counted]
    sums: Sequence[float | None] = totals(table, weights) if counted else [None] * len(candidates)
    best = chosen(table, weights, choosing_round.count) if counted else []
    places = [
        Place(one, tuple(means.get((one.pk, c.pk)) for c in criteria), total, number in best)
        for number, (one, total) in enumerate(zip(candidates, sums, strict=True))
    ]
    places.sort(key=lambda place: (-(place.total or 0), place.candidate.order))
    turns = sensitivity(table, weights, choosing_round.count) if counted else []
    rooms = tuple(_room(c, turn, candidates) for c, turn in zip(counted, turns, strict=True))
    return Outcome(tuple(places), rooms, tuple(counted), left_out, len(who))


def _room(criterion: Criterion, found: Sensitivity, candidates: Sequence[Candidate]) -> Room:
    def names(turn: Any) -> tuple[str, str]:
        return (candidates[turn.leaves].name, candidates[turn.enters].name) if turn else ("", "")

    return Room(
        criterion,
        found.weight,
        found.down.weight if found.down else None,
        found.up.weight if found.up else None,
        names(found.down),
        names(found.up),
    )


def proposals(text: str, candidates: Sequence[Candidate]) -> list[tuple[Candidate, Coverage]]:
    """Return what a text says of each candidate, found by its words, or by its name when it has none."""
    return [(one, coverage(text, one.terms or [one.name])) for one in candidates]


def scored(choosing_round: ChoosingRound, organisation: Organisation, user: Any) -> dict[str, Score]:
    """Return the scores that count of one paper, by candidate and criterion (1 query)."""
    known = counting(choosing_round, user).filter(organisation=organisation)
    return {f"{score.candidate_id}_{score.criterion_id}": score for score in known}
