"""What the network knows today: as rows of the lists that are handed out, and to compare a list with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from vangnet.directory.listed import FIELDS, PROFILE, Listed, listed
from vangnet.directory.models import Function, Topic
from vangnet.directory.returning import NewProfile
from vangnet.figures.cells import normalise
from vangnet.identity.models import Organisation, OrganisationKind, User
from vangnet.places.atlas import Atlas
from vangnet.portal.network_told import Known


def rows(user: Any, kind: str) -> Iterable[Sequence[Any]]:
    """Return the rows of a list, in its columns."""
    if kind == "functies":
        return [(one.pk, one.name) for one in Function.objects.visible_to(user)]
    if kind == "mensen":
        return _people(user)
    today, atlas = timezone.localdate(), Atlas.load()
    kinds = OrganisationKind.objects.filter(period__contains=today).select_related("organisation")
    return [
        (
            one.organisation.slug,
            one.organisation.name,
            one.get_kind_display(),
            atlas.name(one.organisation.place, on=today) if one.organisation.place in atlas.versions else "",
        )
        for one in kinds.order_by("organisation__name")
    ]


def _people(user: Any) -> list[Sequence[Any]]:
    """Return everybody at work, in the columns of their list, each with how the row stands."""
    return [(*(one.words[field] for field in FIELDS), one.mark) for one in listed(user, timezone.localdate())]


def known(user: Any) -> Known:
    """Return what the network knows today (11 queries)."""
    today, atlas = timezone.localdate(), Atlas.load()
    kinds = OrganisationKind.objects.filter(period__contains=today).select_related("organisation")
    people = listed(user, today)
    topics = list(Topic.objects.visible_to(user).filter(under__isnull=False))
    now = {one.organisation.slug: (one.organisation.name, one.kind) for one in kinds}
    others = Organisation.objects.visible_to(user).exclude(slug__in=now)
    taken = User.objects.get_queryset().values_list("email", "pk")
    return Known(
        organisations=now,
        ended=dict(others.values_list("slug", "name")),
        functions=dict(Function.objects.visible_to(user).values_list("code", "name")),
        people={
            one.words["email"].casefold(): (one.account, one.words["name"], _names(one)) for one in people
        },
        written=frozenset(one.account for one in people if one.is_own),
        filled_in={one.account: _as_told(one) for one in people if one.is_filled_in},
        listed={one.account: one for one in people},
        addresses={email.casefold(): account for email, account in taken},
        topic_names={one.pk: one.name for one in topics},
        me=user.pk,
        topics={normalise(word): one.pk for one in topics for word in (one.pk, one.name)},
        places={
            normalise(word): code
            for code in atlas.versions
            for word in (code, atlas.name(code, on=today) or code)
        },
    )


def _names(person: Listed) -> tuple[str, ...]:
    return tuple(person.words["organisation"].split("; "))


def _as_told(person: Listed) -> NewProfile:
    """Return a profile that nobody confirmed, as a file tells it."""
    return NewProfile(person.account, *(person.values[field] for field in PROFILE))
