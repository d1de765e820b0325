"""Signals that look alike, by what is known without opening them. Somebody judges; nothing merges.

Alike are signals of the same place within two weeks, with the same branch and the same phenomenon. What is
not known of this signal is not compared; when neither is known, nothing is alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from vangnet.audit import log
from vangnet.casework.intake import Likeness
from vangnet.casework.models import Signal
from vangnet.identity.models import User
from vangnet.vault import doors

APART: Final = timedelta(days=14)
MOST: Final = 10


def alike(user: User, signal: Signal, judged: Mapping[UUID, str]) -> list[Signal]:
    """Return the signals like this one that nobody judged yet, the nearest in time first (1 query)."""
    same: dict[str, Any] = {"place": signal.place}
    if signal.branch_id:
        same["branch"] = signal.branch_id
    if signal.phenomenon_id:
        same["phenomenon"] = signal.phenomenon_id
    if len(same) == 1:
        return []
    day = max(_day(signal), date.min + APART)  # before the first day there is none
    days = (day - APART, day + APART)
    near = Q(observed_on__range=days) | Q(observed_on=None, received_at__date__range=days)
    found = Signal.objects.visible_to(user).filter(near, **same).exclude(pk__in=[signal.pk, *judged])
    listed = found.select_related("branch", "phenomenon").order_by("-received_at")[: MOST * 5]
    return sorted(listed, key=lambda one: abs(_day(one) - day))[:MOST]


def _day(signal: Signal) -> Any:
    return signal.observed_on or timezone.localdate(signal.received_at)


def judged(signal: Signal) -> dict[UUID, str]:
    """Return what was said of this signal and others (1 query)."""
    found = Likeness.objects.filter(Q(signal=signal) | Q(other=signal))
    return {
        other if one == signal.pk else one: verdict
        for one, other, verdict in found.values_list("signal", "other", "verdict")
    }


def shown(user: User, signal: Signal) -> dict[str, Any]:
    """Return what the page of a signal says about likeness (at most 3 queries)."""
    verdicts = judged(signal)
    together = [pk for pk, verdict in verdicts.items() if verdict == Likeness.Verdict.TOGETHER]
    linked = (
        Signal.objects.visible_to(user).filter(pk__in=together).order_by("received_at") if together else []
    )
    return {"alike": alike(user, signal, verdicts), "together": list(linked)}


@transaction.atomic
def judge(signal: Signal, other: Signal, *, verdict: str, by: User, at: datetime) -> None:
    """Say whether two signals belong together; said again, the last word counts.

    Raises
    ------
    NotPermitted
        Not somebody who weighs signals here.
    """
    first, second = sorted((signal.pk, other.pk))
    told = {"verdict": Likeness.Verdict(verdict), "by": by, "at": at}
    with doors.rules():
        Likeness.objects.update_or_create(signal_id=first, other_id=second, defaults=told)
    log.record("casework.likeness.judged", signal.pk, by=by, at=at, other=other.pk, verdict=verdict)
