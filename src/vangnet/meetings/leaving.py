"""Somebody who leaves: what they hold, and the verb that passes it all on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from vangnet.audit import log
from vangnet.directory import actions as directory
from vangnet.directory import whom
from vangnet.directory.models import Holder
from vangnet.identity import refusals
from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted
from vangnet.meetings import reading
from vangnet.meetings.models import ActionPoint
from vangnet.strategy.models import Goal


@dataclass(frozen=True)
class Estate:
    """What somebody holds: seats, open actions, and the goals of the portfolios of those seats."""

    seats: Sequence[Holder]
    actions: Sequence[ActionPoint]
    goals: Mapping[str, Sequence[Goal]]  # by theme; they go where the seat goes

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to pass on."""
        return not self.seats and not self.actions


def estate(user: Any, account: UUID, today: date) -> Estate:
    """Return what somebody holds today or will hold (3 queries)."""
    seats = [one for one in whom.seats_of(user, account) if not one.period.upper or one.period.upper > today]
    themes = {one.seat.portfolio_id for one in seats if one.seat.portfolio_id}
    goals: dict[str, list[Goal]] = {}
    for goal in Goal.objects.visible_to(user).filter(theme__in=themes):
        goals.setdefault(goal.theme_id, []).append(goal)
    return Estate(seats, reading.actions_of(user, owner=account, done_on=None), goals)


@dataclass(frozen=True)
class Leaver:
    """Somebody who works here no more, with how much of theirs is open."""

    person: User
    seats: int
    actions: int


def left_behind(user: Any, today: date) -> list[Leaver]:
    """Return who works nowhere any more and still holds a seat or has an open action (3 queries)."""
    held = Holder.objects.visible_to(user).filter(
        Q(period__upper_inf=True) | Q(period__endswith__gt=today),
        Q(seat__period__upper_inf=True) | Q(seat__period__endswith__gt=today),
    )
    seats = Counter(held.values_list("account", flat=True))
    open_actions = ActionPoint.objects.visible_to(user).filter(done_on=None)
    actions = Counter(open_actions.values_list("owner", flat=True))
    people = User.objects.visible_to(user).filter(pk__in=seats.keys() | actions.keys())
    gone = people.exclude(is_active=True, pk__in=whom.at_work(today)).order_by("name", "pk")
    return [Leaver(one, seats[one.pk], actions[one.pk]) for one in gone]


@transaction.atomic
def hand_over(
    account: User,
    *,
    seats: Mapping[UUID, User | None],
    actions: Mapping[UUID, User],
    on: date,
    by: User,
    at: datetime,
) -> None:
    """Pass on all that somebody holds, or nothing: seats on a day, open actions at once.

    `seats` and `actions` name everything that the person holds; a seat may knowingly become vacant. The goals
    of a portfolio go with its seat.

    Raises
    ------
    NotPermitted
        The session does not keep one of these bodies, or would appoint its own account.
    DoesNotHold
        Something was forgotten or came meanwhile, or a successor does not work where that is needed.
    """
    directory.hand_over(account, seats, on=on, by=by, at=at)
    wanted = ActionPoint.objects.filter(owner=account, done_on=None)
    known = set(wanted.values_list("pk", flat=True))
    if known != actions.keys():
        raise refusals.DoesNotHold(
            "Intussen zijn er andere acties. Kies opnieuw per actie wie haar overneemt."
        )
    held = list(wanted.select_for_update(of=("self",)))
    if len(held) < len(known):
        raise NotPermitted("een van deze acties houdt een ander bij")
    for one in held:
        heir = actions[one.pk]
        one.agreed_with_id = one.agreed_with_id or one.owner_id
        one.owner, one.passed_on = heir, timezone.localdate(at)
        with refusals.rules():
            one.save(update_fields=["owner", "agreed_with", "passed_on"])
        log.record("meetings.action.passed_on", one.pk, by=by, at=at, former=account.pk, owner=heir.pk)
