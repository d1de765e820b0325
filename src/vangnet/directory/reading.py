"""What pages of the network read: who sits where on a day, in a fixed number of queries."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from vangnet.directory.models import Body, Holder, Seat, SeatRule, Topic
from vangnet.directory.occupation import Occupation
from vangnet.identity.models import Membership, OrganisationKind, User
from vangnet.places.atlas import Atlas

Viewer = User | AnonymousUser


def occupation(user: Viewer, day: date) -> Occupation:
    """Return all seats of a day, and who holds them as far as this person may know (8 queries)."""
    seats = Seat.objects.visible_to(user).as_of(day)
    holders = Holder.objects.visible_to(user).as_of(day).select_related("account")
    kinds = OrganisationKind.objects.filter(period__contains=day).values_list("organisation", "kind")
    at_work = Membership.objects.filter(period__contains=day, user__in=[one.account_id for one in holders])
    return Occupation(
        day=day,
        bodies=list(Body.objects.visible_to(user).as_of(day).select_related("kind", "topic")),
        seats=list(seats.select_related("organisation", "function", "portfolio")),
        holders={one.seat_id: one for one in holders},
        kinds=dict(kinds),
        working=frozenset(at_work.values_list("user", "organisation")),
        themes=list(Topic.objects.visible_to(user).filter(under=None)),
        atlas=Atlas.load(),
    )


def seat_rules(user: Viewer) -> list[SeatRule]:
    """Return what has to hold (1 query)."""
    return list(SeatRule.objects.visible_to(user))


def body_at(user: Viewer, slug: str) -> Body:
    """Return a body, of now or of another day.

    Raises
    ------
    Http404
        There is none with this name.
    """
    found: Body | None = (
        Body.objects.visible_to(user).filter(pk=slug).select_related("kind", "topic", "above").first()
    )
    if found is None:
        raise Http404
    return found
