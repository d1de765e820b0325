"""What a file tells of the network is filled in: what is new, and what was changed in a list handed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from vangnet.audit import log
from vangnet.directory import returning
from vangnet.directory.models import Expertise, Function, Profile
from vangnet.directory.returning import Change, NewProfile
from vangnet.identity import actions as identity
from vangnet.identity import refusals
from vangnet.identity.models import User


@dataclass(frozen=True)
class NewOrganisation:
    """An organisation that the network does not know yet."""

    slug: str
    name: str
    kind: str
    place: str


@dataclass(frozen=True)
class Filling:
    """What a file adds, and what it changes of people in a list that was handed out."""

    organisations: Sequence[NewOrganisation] = ()
    functions: Sequence[tuple[str, str]] = ()  # code and name
    profiles: Sequence[NewProfile] = ()
    changes: Sequence[Change] = ()

    @property
    def size(self) -> int:
        """How many rows it keeps."""
        return len(self.organisations) + len(self.functions) + len(self.profiles) + len(self.changes)


@transaction.atomic
def fill_in(told: Filling, *, by: User, at: datetime) -> None:
    """Keep what a file tells, all of it or nothing; who is not in it stays as they are.

    Raises
    ------
    NotPermitted
        Neither the driving team nor an administrator; for organisations, names, addresses and ends, no
        administrator.
    DoesNotHold
        Somebody wrote a profile or changed a row meanwhile, an organisation or function is there already, a
        number is none, or the same was kept a moment ago.
    """
    for one in told.organisations:
        identity.register_organisation(
            slug=one.slug,
            name=one.name,
            kind=one.kind,
            place=one.place,
            since=timezone.localdate(at),
            must_be_new=True,
            by=by,
            at=at,
        )
    returning.check_new(told.profiles, by=by, at=at)
    people = returning.locked(told.changes, by=by, at=at)
    returned = returning.profiles(told.changes, people)
    whose = [one.account for one in (*told.profiles, *returned)]
    if Profile.objects.filter(account__in=whose, filled_in_by=None).exists():
        raise refusals.DoesNotHold("Intussen schreef iemand zelf een profiel. Kies het bestand opnieuw.")
    with refusals.rules():
        _functions(told.functions)
        _profiles([*told.profiles, *returned], by, at)
    for profile in told.profiles:
        log.record("directory.profile.filled_in", profile.account, by=by, at=at, topics=len(profile.topics))
    returning.keep(told.changes, people, by=by, at=at)
    counts = {"organisations": len(told.organisations), "functions": len(told.functions)}
    counts |= {"profiles": len(told.profiles), "changes": len(told.changes)}
    log.record("directory.file.filled_in", "", by=by, at=at, **counts)


def _profiles(told: Sequence[NewProfile], by: User, at: datetime) -> None:
    """Write profiles; what was never confirmed makes room, the database keeps the rest as it is."""
    Expertise.objects.filter(account__in=[one.account for one in told]).delete()
    Expertise.objects.bulk_create(
        Expertise(account_id=one.account, topic_id=topic) for one in told for topic in one.topics
    )
    Profile.objects.bulk_create(
        [_profile(one, by, at) for one in told],
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=["function", "phone", "days", "changed_on", "filled_in_by"],
    )


def _functions(told: Sequence[tuple[str, str]]) -> None:
    last = Function.objects.aggregate(last=Max("order"))["last"] or 0
    for order, (code, name) in enumerate(told, start=last + 1):
        Function.objects.create(code=code, name=name, order=order)


def _profile(one: NewProfile, by: User, at: datetime) -> Profile:
    return Profile(
        account_id=one.account,
        function_id=one.function or None,
        phone=one.phone,
        days=sorted(one.days),
        changed_on=timezone.localdate(at),
        filled_in_by=by,
    )
