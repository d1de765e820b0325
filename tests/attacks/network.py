"""Bodies and seats for the walk along every address: those of the demonstration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils import timezone

from vangnet.config.pack import cast_email
from vangnet.directory.models import Seat, ThemePartner
from vangnet.identity.models import User

Kwargs = dict[str, Any]
KEEPERS = {"frank", "hugo", "quinten"}  # of the body below
BODY = "dvo-twente"
SEEN_BY = dict.fromkeys(
    ("directory:seat_new", "directory:appoint", "directory:vacate", "directory:close"), KEEPERS
)
SEEN_BY["directory:hand_over"] = {"hugo"}
SEEN_BY["directory:leave"] = {"hugo", "esra", "lotte"}
PARTS = ("directory:body", "directory:person", "directory:card", *SEEN_BY)


def may_see(name: str) -> Callable[[User], bool]:
    """Return the rule who may know of what is behind this address."""
    return lambda person: name not in SEEN_BY or person.name.split()[0].lower() in SEEN_BY[name]


def owners(name: str) -> tuple[str, ...]:
    """Return whose record it is."""
    return {"directory:leave": ("esra",), "directory:hand_over": ("hugo",)}.get(name, ("frank",))


def parts(name: str, owner: User) -> Kwargs:
    """Return the parts of an address."""
    if name in ("directory:body", "directory:seat_new"):
        return {"slug": BODY}
    if name in ("directory:person", "directory:card", "directory:hand_over"):
        return {"pk": User.objects.get(email=cast_email("burgemeester")).pk}
    if name == "directory:leave":
        return {"pk": ThemePartner.objects.get(organisation__slug="riec", topic="ondermijning").pk}
    return {"seat": _seat()}


def _seat() -> UUID:
    found: UUID = Seat.objects.as_of(timezone.localdate()).get(body=BODY, role="voorzitter").pk
    return found
