"""Pictures that somebody will ask for first, drawn before anybody waits for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from vangnet.identity.models import Membership, User
from vangnet.picture import portrait, question
from vangnet.picture.refusal import CannotShow
from vangnet.places.models import Area

RECENT = timedelta(days=14)


def seen_lately(*, on: date) -> QuerySet[User]:
    """Return the people who signed in during the last two weeks: they will be back first."""
    return User.objects.filter(last_login__date__gt=on - RECENT)


def draw(people: QuerySet[User], *, on: date) -> int:
    """Draw the region, and the municipality of each of these people as they will see it.

    What is kept already costs a look in the cache; after an import or an update it is made anew.

    Parameters
    ----------
    people
        Whom it is drawn for.
    on
        The day whose roles count.

    Returns
    -------
    int
        How many pictures are kept now; 0 as long as there are no figures.
    """
    municipalities = Area.objects.of_level(Area.Level.MUNICIPALITY).values("code")
    roles = Membership.objects.filter(user__in=people, period__contains=on)
    found = roles.filter(organisation__place__in=municipalities).values_list("organisation__place", flat=True)
    codes = ["", *sorted(set(found))]
    return sum(_drawn(text, own) for own in codes for text in dict.fromkeys(("", own)))


def _drawn(text: str, own: str) -> bool:
    try:
        asked = question.read(text, {}, user=AnonymousUser())
    except CannotShow:
        return False
    portrait.page(replace(asked, own=own))
    return True
