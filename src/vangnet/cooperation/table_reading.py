"""What pages of administrative tables read, each in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Prefetch
from django.http import Http404

from vangnet.cooperation.models import Position, Support, TableItem, TableStep
from vangnet.directory.models import Body
from vangnet.identity.models import User
from vangnet.meetings.models import Matter, Stop

Viewer = User | AnonymousUser


def items(user: Viewer) -> Any:
    """Return what is for administrative tables, with what a list shows of it."""
    return TableItem.objects.visible_to(user).select_related("table", "topic", "body")


def item_at(user: Viewer, pk: UUID) -> TableItem:
    """Return an item (1 query).

    Raises
    ------
    Http404
        There is none that this session sees.
    """
    found: TableItem | None = items(user).select_related("matter", "raised_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def positions(user: Viewer, item: TableItem) -> list[Position]:
    """Return the versions of a position with who supports each, the last one first (2 queries)."""
    given = Support.objects.visible_to(user).select_related("body", "author")
    found = Position.objects.visible_to(user).filter(item=item).select_related("written_by")
    return list(found.prefetch_related(Prefetch("support", queryset=given)))


def steps(user: Viewer, item: TableItem) -> list[TableStep]:
    """Return what happened with an item on its table (1 query)."""
    return list(TableStep.objects.visible_to(user).filter(item=item).select_related("author"))


def supporters(user: Viewer, page: Any) -> dict[UUID, int]:
    """Return how many bodies support the position that holds now, for the items of a page (1 query)."""
    given = Support.objects.visible_to(user).filter(
        position__item__in=[one.pk for one in page],
        position__number=F("position__item__number"),
        stance__in=Support.FOR,
    )
    return dict(Counter(given.values_list("position__item", flat=True)))


def bodies_of(user: User, day: date, *, is_driving: bool) -> Any:
    """Return the bodies in whose name somebody acts, to choose from; every one for the driving team."""
    everything = Body.objects.visible_to(user)
    return everything.as_of(day) if is_driving else everything.spoken_for_by(user, on=day)


def matter_of(user: Viewer, key: str) -> Stop | None:
    """Return the last stop of a matter, of which an item is to be made; None when there is none (1 query)."""
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    found = Stop.objects.visible_to(user).filter(matter=wanted).select_related("matter", "body")
    return found.order_by("written_at").last()


def stop_of(user: Viewer, matter: Matter) -> Stop | None:
    """Return where a matter is now, to go there (1 query)."""
    return Stop.objects.visible_to(user).filter(matter=matter).order_by("written_at").last()
