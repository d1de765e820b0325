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
SEEN_BY["portal:hand_over"] = SEEN_BY["directory:body_end"] = {"hugo"}
SEEN_BY["directory:leave"] = {"hugo", "esra", "lotte"}
PARTS = ("directory:body", "directory:person", "directory:card", *SEEN_BY)


def may_see(name: str) -> Callable[[User], bool]:
    """Return the rule who may know of what is behind this address."""
    return lambda person: name not in SEEN_BY or person.name.split()[0].lower() in SEEN_BY[name]


def owners(name: str) -> tuple[str, ...]:
    """Return whose record it is."""
    return {
        "directory:leave": ("esra",), "portal:hand_over": ("hugo",), "directory:body_end": ("hugo",),
    }.get(name, ("frank",))  # fmt: skip


def parts(name: str, owner: User) -> Kwargs:
    """Return the parts of an address."""
    if name == "directory:body_end":
        return {"slug": "hennep-twente"}
    if name in ("directory:body", "directory:seat_new"):
        return {"slug": BODY}
    if name in ("directory:person", "directory:card", "portal:hand_over"):
        return {"pk": User.objects.get(email=cast_email("burgemeester")).pk}
    if name == "directory:leave":
        return {"pk": ThemePartner.objects.get(organisation__slug="riec", topic="ondermijning").pk}
    return {"seat": _seat()}


def _seat() -> UUID:
    """Return the chair of the body; another seat with somebody in it once that has ended."""
    from vangnet.directory import actions
    from vangnet.directory.models import Body, Function
    from vangnet.identity.models import Organisation
    from vangnet.identity.operator import operator, service_session

    today = timezone.localdate()
    found = Seat.objects.as_of(today).filter(body=BODY, role="voorzitter", holders__period__contains=today)
    if seat := found.first():
        return UUID(str(seat.pk))
    told: dict[str, Any] = {"since": today, "by": operator(), "at": timezone.now()}
    with service_session(told["by"]):
        works = Organisation.objects.get(slug="veiligheidsnetwerk")
        function = Function.objects.get(pk="programmamanager")
        body = Body.objects.get(pk=BODY)
        made = actions.open_seat(body, role="lid", organisation=works, function=function, **told)
        holder = User.objects.get(email=cast_email("aanjaagteam"))  # who keeps this body anyway
        actions.appoint(made, account=holder, **told)
    return UUID(str(made.pk))
