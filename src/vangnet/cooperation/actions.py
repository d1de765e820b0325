"""Verbs of cooperation: ask advice and say what comes of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vangnet.audit import log
from vangnet.cooperation.models import AdviceRequest, AdviceTurn
from vangnet.identity import refusals
from vangnet.identity.models import User


@transaction.atomic
def ask(request: AdviceRequest, words: str, *, by: User, at: datetime) -> AdviceRequest:
    """Ask advice of an expert, a team or the driving team, for the organisation of the session.

    Parameters
    ----------
    request
        Not kept yet: subject, topic, place, organisation, addressee and term.
    words
        The question itself, without data about people.

    Raises
    ------
    NotPermitted
        The session works for another organisation, or has no second factor.
    DoesNotHold
        The term is over, or who is asked is not there or is the asker.
    """
    request.asked_by, request.asked_at = by, at
    first = AdviceTurn(request=request, number=1, kind=AdviceTurn.Kind.QUESTION, words=words)
    first.author, first.said_at = by, at
    with refusals.rules():
        request.save(force_insert=True)
        first.save(force_insert=True)
    log.record(
        "cooperation.advice.asked",
        request.pk,
        by=by,
        at=at,
        topic=request.topic_id,
        expert=request.expert_id,
        body=request.body_id,
        due_on=request.due_on,
    )
    return request


@transaction.atomic
def say(turn: AdviceTurn, *, by: User, at: datetime) -> AdviceTurn:
    """Answer a question, hand it on, ask back, add to it, judge the answer, mark it, or withdraw it.

    `turn.number` follows the last turn that the person saw; of two who act at once, the second is told.

    Raises
    ------
    NotPermitted
        This is for another to say: the asker, who was asked, or the driving team.
    DoesNotHold
        Somebody was first, or it does not fit how the question stands.
    """
    turn.author, turn.said_at = by, at
    with refusals.rules():
        turn.save(force_insert=True)
    log.record(
        "cooperation.advice.said",
        turn.request_id,
        by=by,
        at=at,
        kind=turn.kind,
        expert=turn.expert_id,
        body=turn.body_id,
        score=turn.score,
    )
    return turn
