"""Verbs of choosing themes: open a round, say by what is judged, lock that, score, close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from vangnet.audit import log
from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted
from vangnet.strategy.choosing import Candidate, ChoosingRound, Criterion, Score
from vangnet.strategy.refusals import DoesNotHold, rules

Piece = TypeVar("Piece", Criterion, Candidate)


@transaction.atomic
def open_round(told: ChoosingRound, *, by: User, at: datetime) -> ChoosingRound:
    """Begin a round.

    Raises
    ------
    NotPermitted
        The session does not lead the choice of themes.
    """
    told.opened_by, told.opened_at = by, at
    with rules():
        told.save(force_insert=True)
    log.record("strategy.round_opened", told.pk, by=by, at=at)
    return told


@transaction.atomic
def add(told: Piece, *, by: User, at: datetime) -> Piece:
    """Add a criterion or a candidate to a round that is being prepared.

    Raises
    ------
    NotPermitted
        The session does not lead the choice of themes.
    DoesNotHold
        Criteria and weights are locked, or it is there already.
    """
    with rules():
        told.save(force_insert=True)
    log.record(
        "strategy.round_prepared", told.round_id, by=by, at=at, kind=told._meta.model_name, what=told.pk
    )
    return told


@transaction.atomic
def drop(told: Criterion | Candidate, *, by: User, at: datetime) -> None:
    """Take a criterion or a candidate out of a round that is being prepared.

    Raises
    ------
    NotPermitted
        The session does not lead the choice of themes.
    DoesNotHold
        Criteria and weights are locked.
    """
    key = told.pk
    with rules():
        type(told).objects.filter(pk=key).delete()
    log.record("strategy.round_prepared", told.round_id, by=by, at=at, dropped=key)


@transaction.atomic
def lock(told: ChoosingRound, *, by: User, at: datetime) -> ChoosingRound:
    """Fix criteria, weights and candidates, so that scoring can begin.

    Raises
    ------
    NotPermitted
        The session does not lead the choice of themes.
    DoesNotHold
        There is nothing to judge by or to choose from, or the round is locked already.
    """
    found = _locked(told, by)
    if found.locked_at:
        raise DoesNotHold("Criteria en gewichten staan al vast.")
    found.locked_at = at
    with rules():
        found.save(update_fields=["locked_at"])
    log.record("strategy.round_locked", found.pk, by=by, at=at)
    return found


@transaction.atomic
def score(told: Sequence[Score], *, by: User, at: datetime) -> int:
    """Keep scores, all of them or none; an earlier score of the same paper stays, and counts no more.

    A score without a value withdraws the earlier one.

    Raises
    ------
    NotPermitted
        The session neither leads the choice nor works for the organisation of a paper.
    DoesNotHold
        The round is not locked yet, or closed; or a criterion is about other papers.
    """
    for one in told:
        one.author, one.scored_at = by, at
    with rules():
        Score.objects.bulk_create(told)
    scored = Candidate.objects.visible_to(by).filter(pk__in={one.candidate_id for one in told})
    for key in scored.order_by().values_list("round_id", flat=True).distinct():
        log.record("strategy.scored", key, by=by, at=at, scores=len(told))
    return len(told)


@transaction.atomic
def close(told: ChoosingRound, *, by: User, at: datetime, why: str = "") -> ChoosingRound:
    """End the scoring: the outcome stays as it is.

    Parameters
    ----------
    why
        The reason to close while fewer than half of the papers were scored.

    Raises
    ------
    NotPermitted
        The session does not lead the choice of themes.
    DoesNotHold
        The round is not locked, or closed already; or few papers were scored and there is no reason.
    """
    found = _locked(told, by)
    if not found.locked_at or found.closed_at:
        raise DoesNotHold("Alleen een ronde waarin wordt gescoord, kan sluiten.")
    found.closed_at, found.closed_why = at, why
    with rules():
        found.save(update_fields=["closed_at", "closed_why"])
    log.record("strategy.round_closed", found.pk, by=by, at=at)
    return found


def _locked(told: ChoosingRound, by: Any) -> ChoosingRound:
    with rules():
        found: ChoosingRound | None = (
            ChoosingRound.objects.visible_to(by).select_for_update().filter(pk=told.pk).first()
        )
        if found is None:
            raise NotPermitted("deze sessie leidt de keuze niet")
        return found
