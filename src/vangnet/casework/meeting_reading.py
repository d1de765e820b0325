"""What this session may know of weekly meetings: the one that runs, earlier ones, and an agenda in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from vangnet.agreements.models import Authorisation, Purpose
from vangnet.casework.meeting_actions import is_decided
from vangnet.casework.models import Attendee, Item, Meeting, Signal
from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted
from vangnet.vault.desks import Choices

Status = Item.Status


@dataclass(frozen=True, slots=True)
class Agenda:
    """A meeting with its items in order, and who is there."""

    meeting: Meeting
    items: tuple[Item, ...]
    present: tuple[Attendee, ...] = ()

    def state(self, item: Item) -> str:
        """Return how far an item is; what the weighing decided counts at once."""
        return Status.DECIDED if self.meeting.is_open and is_decided(item) else item.status

    def item(self, signal: UUID) -> Item:
        """Return the item of a signal.

        Raises
        ------
        NotPermitted
            It is not on this agenda.
        """
        for one in self.items:
            if one.signal_id == signal:
                return one
        raise NotPermitted("dit signaal staat niet op deze agenda")

    def place(self, item: Item) -> int:
        """Return the how manieth an item is, from 1."""
        return self.items.index(item) + 1

    @property
    def open_items(self) -> list[Item]:
        """What is still to be treated, in order."""
        return [one for one in self.items if self.state(one) == Status.OPEN]

    def following(self, signal: UUID | None) -> Item | None:
        """Return what is treated after a signal: the next one open, and after the last the first again."""
        places = [number for number, one in enumerate(self.items) if one.signal_id == signal]
        after = self.items[places[0] + 1 :] if places else self.items
        before = self.items[: places[0]] if places else ()
        for one in (*after, *before):
            if self.state(one) == Status.OPEN:
                return one
        return None

    @property
    def to_go_on_with(self) -> Item | None:
        """Where the meeting was: the signal it is at, or when that is done the next."""
        for one in self.open_items:
            if one.signal_id == self.meeting.current:
                return one
        return self.following(self.meeting.current)


def running(user: User) -> Meeting | None:
    """Return the meeting that is prepared or held at this desk."""
    return Meeting.objects.visible_to(user).running().first()


def earlier(user: User) -> QuerySet[Meeting]:
    """Return the meetings that were closed, the newest first."""
    return Meeting.objects.visible_to(user).exclude(closed_at=None)


def meeting(user: User, wanted: UUID) -> Meeting:
    """Return a meeting of this desk.

    Raises
    ------
    NotPermitted
        It does not exist for this session.
    """
    related = ("chair", "closed_by", "changed_by")
    found = Meeting.objects.visible_to(user).select_related(*related).filter(pk=wanted).first()
    if found is None:
        raise NotPermitted("dit weegoverleg bestaat hier niet")
    return found


def agenda(of: Meeting) -> Agenda:
    """Return the agenda of a meeting (2 queries)."""
    before = Item.objects.filter(signal=OuterRef("signal"), added_at__lt=OuterRef("added_at"))
    times = before.order_by().values("signal").annotate(n=Count("pk")).values("n")
    items = Item.objects.filter(meeting=of).select_related("signal__phenomenon", "signal__branch", "by")
    items = items.annotate(times=Coalesce(Subquery(times), 0))
    present = Attendee.objects.filter(meeting=of).select_related("user", "organisation")
    return Agenda(of, tuple(items), tuple(present.order_by("organisation__name", "user__name")))


def signal_by_number(user: User, number: str) -> Signal | None:
    """Return the signal with this number."""
    return Signal.objects.visible_to(user).filter(number__iexact=number.strip()).first()


def participants(purpose: Purpose) -> Choices:
    """Return who can be at a meeting: who has an authorisation for it today, as account/organisation."""
    today = timezone.localdate()
    found = Authorisation.objects.filter(
        purpose=purpose, revoked_at=None, period__contains=today, task__in=Authorisation.SEES
    ).select_related("user", "organisation")
    named = {
        f"{one.user_id}/{one.organisation_id}": f"{one.user} ({one.organisation})"
        for one in found.order_by("organisation__name", "user__name")
    }
    return list(named.items())


def chairs(choices: Sequence[tuple[str, str]], organisation: UUID) -> Choices:
    """Return who of them can lead a meeting: the accounts of the organisation it is of."""
    return [(pair.split("/")[0], label) for pair, label in choices if pair.split("/")[1] == str(organisation)]
