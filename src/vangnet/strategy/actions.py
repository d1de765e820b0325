"""Verbs about the strategy: record it as a region pack delivers it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from vangnet.audit import log
from vangnet.strategy.models import Claim, Goal, Strategy, Theme


@transaction.atomic
def record(
    strategy: Strategy,
    *,
    themes: Sequence[Theme],
    goals: Sequence[Goal],
    claims: Sequence[Claim],
    by: Any,
    at: datetime,
) -> Strategy:
    """Make the strategy exactly what is given: its themes, goals in tree order, and look-back.

    Raises
    ------
    django.db.IntegrityError
        A goal names a theme or parent that is not given.
    """
    Goal.objects.update(parent=None)  # parents are protected, also against going together with their children
    for model in (Claim, Goal, Theme):
        model.objects.all().delete()  # the reading copy of one pack, rewritten as a whole in this transaction
    strategy.save()
    Theme.objects.bulk_create(themes)
    Goal.objects.bulk_create(goals)
    Claim.objects.bulk_create(claims)
    log.record("strategy.recorded", strategy.pk, by=by, at=at, goals=len(goals), claims=len(claims))
    return strategy
