"""Whom to call about a subject in a place: in municipality, district and region, best first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from vangnet.directory import reading
from vangnet.directory.models import Expertise, Holder, Profile, Seat, ThemePartner, Topic
from vangnet.directory.occupation import Occupation
from vangnet.identity.models import Membership, Role, User

MOST = 6  # people per level: who gets a longer list calls the first one anyway


@dataclass
class Contact:
    """Somebody to call, why, and how."""

    user: User
    organisations: list[str]
    profile: Profile | None = None
    reasons: dict[str, int] = field(default_factory=dict)  # a reason with how much it weighs

    @property
    def rank(self) -> tuple[int, str]:
        """Where this person stands: the best reason first."""
        return (-max(self.reasons.values()), self.user.name)


@dataclass(frozen=True)
class Level:
    """The people of a level, and the organisations that take part."""

    label: str
    contacts: list[Contact]


@dataclass(frozen=True)
class Question:
    """A subject, a municipality and a day."""

    topic: Topic
    place: str
    day: date

    @property
    def theme(self) -> str:
        """The theme that the subject is of."""
        return self.topic.under_id or self.topic.pk


def whom(user: User, asked: Question) -> list[Level]:
    """Return whom to call, from near to far (15 queries)."""
    now = reading.occupation(user, asked.day)
    place = next(iter(now.atlas.heirs(asked.place, on=asked.day)), asked.place)
    district = now.atlas.whole(place, "district", on=asked.day)
    found: dict[str, dict[UUID, tuple[User, dict[str, int]]]] = {"near": {}, "district": {}, "region": {}}
    for level, person, reason, weight in (
        *_by_role(user, place, asked.day),
        *_by_expertise(user, asked, place, district),
        *_by_seat(now, asked, district),
    ):
        known = found[level].setdefault(person.pk, (person, {}))[1]
        known[reason] = max(weight, known.get(reason, 0))
    labels = {
        "near": now.atlas.name(place, on=asked.day),
        "district": f"District {now.atlas.name(district, on=asked.day)}" if district else "District",
        "region": "Regio",
    }
    people = {pk for rows in found.values() for pk in rows}
    profiles, at_work = profiles_of(user, people), organisations_of(user, people, asked.day)
    return [
        Level(
            labels[level],
            sorted(
                (
                    Contact(person, at_work.get(pk, []), profiles.get(pk), reasons)
                    for pk, (person, reasons) in rows.items()
                    if pk in at_work
                ),
                key=lambda one: one.rank,
            )[:MOST],
        )
        for level, rows in found.items()
    ]


Found = Iterator[tuple[str, User, str, int]]


def _by_role(user: User, place: str, day: date) -> Found:
    roles = {Role.ADVISER.value: 3, Role.MAYOR.value: 1}
    rows = Membership.objects.filter(
        organisation__place=place, period__contains=day, role__in=roles, user__is_active=True
    )
    for one in rows.select_related("user"):
        yield "near", one.user, one.get_role_display(), roles[one.role]


def _by_expertise(user: User, asked: Question, place: str, district: str) -> Found:
    wanted = Q(topic=asked.topic) | Q(topic__under=asked.topic) | Q(topic=asked.theme)
    rows = Expertise.objects.visible_to(user).filter(wanted, account__is_active=True)
    places = dict(
        Membership.objects.filter(period__contains=asked.day, user__in=rows.values("account")).values_list(
            "user", "organisation__place"
        )
    )
    for one in rows.select_related("account", "topic"):
        where = places.get(one.account_id, "")
        level = "near" if where == place else "district" if where == district else "region"
        yield level, one.account, f"Kent {one.topic.name}", 6 if one.topic_id == asked.topic.pk else 4


def _by_seat(now: Occupation, asked: Question, district: str) -> Found:
    bodies = {body.pk: body for body in now.bodies}
    for seat in now.seats:
        holder = now.holder(seat)
        body = bodies.get(seat.body_id)
        if holder is None or body is None or now.has_left(holder, seat):
            continue
        speaks = seat.role in Seat.SPEAKS
        title = f"{seat.get_role_display()} {body.name}"
        if seat.portfolio_id == asked.theme:
            yield "region", holder.account, f"Portefeuillehouder in {body.name}", 4
        if body.topic and asked.topic.pk in (body.topic_id, body.topic.under_id):
            level = "district" if body.area == district else "region"
            yield level, holder.account, title, 5 if speaks else 3
        elif body.topic and body.topic_id == asked.theme and now.atlas.level(body.area) != "district":
            yield "region", holder.account, title, 5 if speaks else 3
        elif not body.topic and body.area == district and speaks:
            yield "district", holder.account, title, 4 if seat.role == Seat.Role.SECRETARY else 2


def profiles_of(user: User, people: Iterable[UUID]) -> dict[UUID, Profile]:
    """Return how to reach these people (1 query)."""
    rows = Profile.objects.visible_to(user).filter(account__in=list(people)).select_related("function")
    return {one.account_id: one for one in rows}


def organisations_of(user: User, people: Iterable[UUID], day: date) -> dict[UUID, list[str]]:
    """Return where these people work on a day (1 query); who works nowhere is not in it."""
    found: dict[UUID, list[str]] = {}
    rows = Membership.objects.filter(user__in=list(people), period__contains=day, user__is_active=True)
    for one in rows.select_related("organisation").order_by("organisation__name"):
        names = found.setdefault(one.user_id, [])
        if one.organisation.name not in names:
            names.append(one.organisation.name)
    return found


def partners(user: User, theme: str, day: date) -> list[ThemePartner]:
    """Return the organisations that take part in a theme on a day (1 query)."""
    rows = ThemePartner.objects.visible_to(user).as_of(day).filter(topic=theme)
    return list(rows.select_related("organisation"))


def found(user: User, words: Iterable[str], day: date) -> Any:
    """Return who is at work on a day and has each word in name, organisation, function or expertise."""
    people = User.objects.visible_to(user).filter(is_active=True, pk__in=at_work(day))
    for word in words:
        works = Membership.objects.filter(period__contains=day, organisation__name__unaccent__icontains=word)
        does = Profile.objects.visible_to(user).filter(function__name__unaccent__icontains=word)
        knows = Expertise.objects.visible_to(user).filter(topic__name__unaccent__icontains=word)
        people = people.filter(
            Q(name__unaccent__icontains=word)
            | Q(pk__in=works.values("user"))
            | Q(pk__in=does.values("account"))
            | Q(pk__in=knows.values("account"))
        )
    return people


def at_work(day: date) -> Any:
    """Return who works for any organisation on a day, to look among."""
    return Membership.objects.filter(period__contains=day).values("user")


def seats_of(user: User, person: UUID) -> list[Holder]:
    """Return the seats that somebody holds, held and will hold, newest first (1 query)."""
    rows = Holder.objects.visible_to(user).filter(account=person)
    related = ("seat__body", "seat__organisation", "seat__function", "seat__portfolio")
    return list(rows.select_related(*related).order_by("-period"))
