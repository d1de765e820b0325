"""Forms with a line for each item of an agenda, and for each seat of a body."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from vangnet.directory.forms import seat_name
from vangnet.directory.models import Holder, Seat
from vangnet.identity.models import Membership, User
from vangnet.meetings.actions import Came
from vangnet.meetings.forms import SeenForm
from vangnet.meetings.models import Presence, Sitting, Stop
from vangnet.meetings.reading import Point

MOST = 99


class AgendaForm(SeenForm):
    """A place for each item; without one it waits."""

    def __init__(self, *args: Any, points: Sequence[Point], waiting: Sequence[Stop], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        done = {point.stop.pk for point in points if point.is_done}
        self.items: dict[str, Stop] = {}
        for number, stop in enumerate([*(point.stop for point in points), *waiting], start=1):
            fresh = not stop.sitting_id
            name = f"plaats-{stop.matter.version_id if stop._state.adding else stop.pk}"
            self.items[name] = stop
            self.fields[name] = forms.IntegerField(
                label=f"Plaats van {stop.matter.title}",
                required=stop.pk in done,
                min_value=1,
                max_value=MOST,
                initial=None if fresh else number,
                widget=forms.NumberInput(attrs={"size": 3}),
            )

    @property
    def rows(self) -> list[tuple[Stop, Any]]:
        """Return the items with their fields."""
        return [(stop, self[name]) for name, stop in self.items.items()]

    def chosen(self) -> list[Stop]:
        """Return the items that have a place, in order; of two with the same one the upper goes first."""
        placed = [(self.cleaned_data[name], stop) for name, stop in self.items.items()]
        return [stop for _, stop in sorted((one for one in placed if one[0]), key=lambda one: one[0])]


class AttendanceForm(SeenForm):
    """For each seat whether it was filled, and by whom."""

    def __init__(
        self,
        *args: Any,
        seats: Sequence[Seat],
        holders: dict[UUID, Holder],
        deputies: dict[UUID, list[User]],
        known: dict[UUID, Presence],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.seats, self.holders, self.deputies = seats, holders, deputies
        for seat in seats:
            was = known.get(seat.pk)
            holder = holders.get(seat.pk)
            who = holder.account.name if holder else "vacant"
            self.fields[f"hoe-{seat.pk}"] = forms.ChoiceField(
                label=f"{who}, {seat_name(seat)}",
                choices=[*([] if was else [("", "Nog niet bekend")]), *Presence.Kind.choices],
                required=was is not None,  # what is known is mended, and not unknown again
                initial=was.kind if was else "",
            )
            people = deputies.get(seat.pk, [])
            self.fields[f"wie-{seat.pk}"] = forms.ChoiceField(
                label=f"Vervangen door, {seat.organisation.name}",
                choices=[("", "Niemand"), *((str(one.pk), one.name) for one in people)],
                required=False,
                initial=str(was.deputy_id) if was and was.deputy_id else "",
            )

    @property
    def rows(self) -> list[tuple[Seat, Holder | None, Any, Any]]:
        """Return the seats with their fields."""
        return [
            (seat, self.holders.get(seat.pk), self[f"hoe-{seat.pk}"], self[f"wie-{seat.pk}"])
            for seat in self.seats
        ]

    def clean(self) -> dict[str, Any]:
        """Ask who came instead where somebody did, and only there."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        for seat in self.seats:
            kind, who = told.get(f"hoe-{seat.pk}"), told.get(f"wie-{seat.pk}")
            if kind == Presence.Kind.DEPUTY and not who:
                self.add_error(f"wie-{seat.pk}", "Kies wie verving.")
            elif kind == Presence.Kind.THERE and seat.pk not in self.holders:
                self.add_error(f"hoe-{seat.pk}", "Deze zetel is vacant: niemand was namens hem aanwezig.")
            elif who and kind != Presence.Kind.DEPUTY:
                self.add_error(f"wie-{seat.pk}", "Kies iemand alleen bij ‘vervangen’.")
        return told

    def came(self) -> list[Came]:
        """Return how each seat was filled that something is said of."""
        people = {str(one.pk): one for found in self.deputies.values() for one in found}
        found = []
        for seat in self.seats:
            kind, holder = self.cleaned_data[f"hoe-{seat.pk}"], self.holders.get(seat.pk)
            if kind:
                who = people.get(self.cleaned_data[f"wie-{seat.pk}"])
                found.append(Came(seat, holder.account if holder else None, kind, who))
        return found


def attendance_form(data: Any, user: User, sitting: Sitting) -> AttendanceForm:
    """Return the form for the seats on the day of a meeting (6 queries)."""
    day = timezone.localdate(sitting.starts_at)
    everything = Seat.objects.visible_to(user).as_of(day).filter(body=sitting.body)
    seats = list(everything.exclude(role=Seat.Role.DEPUTY).select_related("organisation", "function", "body"))
    holders = Holder.objects.visible_to(user).as_of(day).filter(seat__in=seats).select_related("account")
    known = {one.seat_id: one for one in Presence.objects.visible_to(user).filter(sitting=sitting)}
    return AttendanceForm(
        data,
        initial={"seen": sitting.revision},
        seats=seats,
        holders={one.seat_id: one for one in holders},
        deputies=_deputies(user, seats, day),
        known=known,
    )


def _deputies(user: User, seats: Sequence[Seat], day: date) -> dict[UUID, list[User]]:
    """Return per seat who could stand in: its deputies, of any organisation, then everybody of its own."""
    works = Membership.objects.filter(
        organisation__in={seat.organisation_id for seat in seats}, period__contains=day, user__is_active=True
    )
    colleagues: dict[UUID, dict[User, None]] = {}
    for one in works.select_related("user").order_by("user__name"):
        colleagues.setdefault(one.organisation_id, {})[one.user] = None
    stand_in = Holder.objects.visible_to(user).as_of(day).filter(seat__deputy_of__in=seats)
    found: dict[UUID | None, dict[User, None]] = {}
    for holder in stand_in.select_related("account", "seat").order_by("account__name"):
        found.setdefault(holder.seat.deputy_of_id, {})[holder.account] = None
    return {
        seat.pk: list(found.get(seat.pk, {}) | colleagues.get(seat.organisation_id, {})) for seat in seats
    }
