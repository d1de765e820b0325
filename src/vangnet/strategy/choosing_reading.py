"""What a round of choosing says: means, ranking, and how far each weight may move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from vangnet.analysis.coverage import Coverage, coverage
from vangnet.analysis.weighting import Sensitivity, chosen, equals_at_the_cut, sensitivity, totals
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
class Cell:
    """What the papers say of a candidate on a criterion, and how many said it."""

    mean: float | None
    papers: int
    expected: int

    @property
    def is_few(self) -> bool:
        """Whether fewer than half of the papers are in; the database asks a reason to close then."""
        return 2 * self.papers < max(1, self.expected)

    @property
    def of(self) -> int:
        """The papers that there are: an organisation that was ended since may have scored too."""
        return max(self.papers, self.expected)


@dataclass(frozen=True)
class Papers:
    """How many of the papers of a criterion are in, and whose are not."""

    criterion: Criterion
    expected: int
    full: int
    partly: tuple[str, ...]  # scored for some of the candidates
    missing: tuple[str, ...]

    @property
    def missing_words(self) -> str:
        """How many papers are not in."""
        return f"{len(self.missing)} stukken ontbreken"

    @property
    def share(self) -> float:
        """The part of the papers that is scored for every candidate."""
        return self.full / self.expected if self.expected else 0.0


@dataclass(frozen=True)
class Place:
    """A candidate with what each criterion gives it, its total and whether it is chosen."""

    candidate: Candidate
    cells: tuple[Cell, ...]
    total: float | None
    is_chosen: bool
    is_equal: bool  # as high as others of whom not all fit in: a person chooses


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
    rooms: tuple[Room, ...]  # none when equals stand at the cut
    papers: tuple[Papers, ...]
    left_out: tuple[Criterion, ...]  # not scored for every candidate yet
    uneven: tuple[Criterion, ...]  # that count, from more papers for one candidate than for another
    organisations: int

    @property
    def smallest(self) -> float | None:
        """The smallest move of a weight that changes the choice, as a share."""
        moves = [
            abs(edge - room.share) for room in self.rooms for edge in (room.down, room.up) if edge is not None
        ]
        return min(moves, default=None)

    @property
    def equals(self) -> tuple[Candidate, ...]:
        """The candidates with one total at the cut."""
        return tuple(place.candidate for place in self.places if place.is_equal)

    @property
    def is_few(self) -> bool:
        """Whether some candidate has scores from fewer than half of the papers."""
        return any(cell.is_few for place in self.places for cell in place.cells)


@dataclass(frozen=True)
class Scored:
    """What was scored in a round: by candidate and criterion, the value of each organisation's paper."""

    criteria: Sequence[Criterion]
    candidates: Sequence[Candidate]
    values: Mapping[tuple[Any, Any], Mapping[Any, int]]
    expected: Mapping[str, Mapping[Any, str]]  # by kind of paper: the organisations, with their names

    def cell(self, candidate: Candidate, criterion: Criterion) -> Cell:
        """Return the mean, and from how many papers."""
        told = self.values.get((candidate.pk, criterion.pk), {})
        mean = sum(told.values()) / len(told) if told else None
        return Cell(mean, len(told), len(self.expected.get(criterion.papers, {})))

    def papers(self, criterion: Criterion) -> Papers:
        """Return whose paper is in, and whose is not."""
        known = self.expected.get(criterion.papers, {})
        told = [set(self.values.get((one.pk, criterion.pk), {})) for one in self.candidates]
        full, some = set.intersection(*told) & set(known), set.union(*told)
        return Papers(
            criterion,
            len(known),
            len(full),
            tuple(name for key, name in known.items() if key in some - full),
            tuple(name for key, name in known.items() if key not in some),
        )


def _read(
    choosing_round: ChoosingRound, criteria: Sequence[Criterion], candidates: Sequence[Candidate], user: Any
) -> Scored:
    """Return what was scored, and whose papers were expected: today, or when the round closed (2 queries)."""
    values: dict[tuple[Any, Any], dict[Any, int]] = defaultdict(dict)
    for candidate, criterion, organisation, value in counting(choosing_round, user).values_list(
        "candidate", "criterion", "organisation", "value"
    ):
        values[candidate, criterion][organisation] = value
    on = timezone.localdate(choosing_round.closed_at) if choosing_round.closed_at else timezone.localdate()
    kinds = {criterion.papers for criterion in criteria}
    found = Organisation.objects.visible_to(user).filter(kinds__kind__in=kinds, kinds__period__contains=on)
    expected: dict[str, dict[Any, str]] = defaultdict(dict)
    for kind, key, name in found.order_by("name").values_list("kinds__kind", "pk", "name"):
        expected[kind][key] = name
    return Scored(criteria, candidates, values, expected)


def outcome(
    choosing_round: ChoosingRound, criteria: Sequence[Criterion], candidates: Sequence[Candidate], user: Any
) -> Outcome | None:
    """Return the ranking of a round; nothing while there are no scores (2 queries).

    A criterion counts when every candidate has a score on it; others are named, not guessed. From how many
    papers a mean is stands beside it.
    """
    read = _read(choosing_round, criteria, candidates, user)
    if not read.values:
        return None
    cells = {(one.pk, c.pk): read.cell(one, c) for one in candidates for c in criteria}
    counted = [c for c in criteria if all(cells[one.pk, c.pk].papers for one in candidates)]
    table = [[cells[one.pk, c.pk].mean or 0.0 for c in counted] for one in candidates]
    weights = [criterion.weight for criterion in counted]
    sums: Sequence[float | None] = totals(table, weights) if counted else [None] * len(candidates)
    best = chosen(table, weights, choosing_round.count) if counted else []
    equals = equals_at_the_cut(table, weights, choosing_round.count) if counted else []
    places = [
        Place(
            one,
            tuple(cells[one.pk, c.pk] for c in criteria),
            total,
            is_chosen=n in best and n not in equals,
            is_equal=n in equals,
        )
        for n, (one, total) in enumerate(zip(candidates, sums, strict=True))
    ]
    places.sort(key=lambda place: (-(place.total or 0), place.candidate.order))
    turns = sensitivity(table, weights, choosing_round.count) if counted and not equals else []
    return Outcome(
        tuple(places),
        tuple(_room(c, turn, candidates) for c, turn in zip(counted if turns else (), turns, strict=True)),
        tuple(read.papers(c) for c in criteria),
        tuple(c for c in criteria if c not in counted),
        tuple(c for c in counted if len({cells[one.pk, c.pk].papers for one in candidates}) > 1),
        len({organisation for told in read.values.values() for organisation in told}),
    )


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


def is_short(choosing_round: ChoosingRound, user: Any) -> bool:
    """Say whether a round that is being scored has few papers for some candidate (4 queries)."""
    criteria = list(choosing_round.criteria.visible_to(user))
    candidates = list(choosing_round.candidates.visible_to(user))
    if choosing_round.state != "scoren":
        return False
    read = _read(choosing_round, criteria, candidates, user)
    return any(read.cell(one, criterion).is_few for one in candidates for criterion in criteria)


@dataclass(frozen=True)
class Proposal:
    """What a text says of a candidate, and by which words that was found."""

    candidate: Candidate
    terms: tuple[str, ...]
    found: Coverage


def terms(candidate: Candidate) -> list[str]:
    """Return the words of a candidate that were fixed with the round: its name when it has none."""
    return list(candidate.terms or [candidate.name])


def proposals(
    text: str, candidates: Sequence[Candidate], also: Mapping[Any, Sequence[str]] | None = None
) -> list[Proposal]:
    """Return what a text says of each candidate, by its own words and those that a person adds."""
    told = [(one, (*terms(one), *(also or {}).get(one.pk, ()))) for one in candidates]
    return [Proposal(one, words, coverage(text, words)) for one, words in told]


def scored(choosing_round: ChoosingRound, organisation: Organisation, user: Any) -> dict[str, Score]:
    """Return the scores that count of one paper, by candidate and criterion (1 query)."""
    known = counting(choosing_round, user).filter(organisation=organisation)
    return {f"{score.candidate_id}_{score.criterion_id}": score for score in known}
