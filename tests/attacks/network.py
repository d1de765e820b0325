"""Bodies and seats for the walk along every address: those of the demonstration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils import timezone

from vangnet.directory.models import Seat
from vangnet.identity.models import User

Kwargs = dict[str, Any]
KEEPERS = {"frank", "hugo"}  # of the body below
BODY = "dvo-twente"
SEEN_BY = dict.fromkeys(
    ("directory:seat_new", "directory:appoint", "directory:vacate", "directory:close"), KEEPERS
)
PARTS = ("directory:body", *SEEN_BY)


def may_see(name: str) -> Callable[[User], bool]:
    """Return the rule who may know of what is behind this address."""
    return lambda person: name not in SEEN_BY or person.name.split()[0].lower() in SEEN_BY[name]


def owners(name: str) -> tuple[str, ...]:
    """Return whose record it is."""
    return ("frank",)


def parts(name: str, owner: User) -> Kwargs:
    """Return the parts of an address."""
    if name in ("directory:body", "directory:seat_new"):
        return {"slug": BODY}
    return {"seat": _seat()}


def _seat() -> UUID:
    found: UUID = Seat.objects.as_of(timezone.localdate()).get(body=BODY, role="voorzitter").pk
    return found
