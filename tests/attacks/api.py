"""Systems for the walk along every address: one per member of the cast, of the organisation they work for.

Nobody of the cast asks the API themselves, so each of them is there through a system. That of Anna has an
authorisation, as she has herself; the others have none.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client
from django.utils import timezone

from vangnet.api.tests.conftest import System
from vangnet.identity.models import User

Kwargs = dict[str, Any]
WITH_RIGHTS = "anna"
_systems: dict[tuple[str, User], System] = {}


def system_of(person: User) -> System:
    """Return the system of a person on this database."""
    known = (str(connection.settings_dict["NAME"]), person)
    # A test that was rolled back took its system along.
    if known not in _systems or not User.objects.filter(pk=_systems[known].account.pk).exists():
        at = person.memberships_on(timezone.localdate())[0].organisation
        has_rights = person.name.split()[0].lower() == WITH_RIGHTS
        _systems[known] = System(at.slug, task="koppeling" if has_rights else "")
    return _systems[known]


def browser(person: User | None) -> Client:
    """Return what asks the API for a person; for nobody it sends no token."""
    headers = system_of(person).headers if person else {}
    return Client(raise_request_exception=False, headers=headers)


def a_signal(owner: User) -> Kwargs:
    """Return a signal that the system of this person delivered."""
    return {"signal": UUID(system_of(owner).send().json()["id"])}


def may_see(person: User) -> bool:
    """Say whether the system of a person may know of a signal."""
    return person.name.split()[0].lower() == WITH_RIGHTS
