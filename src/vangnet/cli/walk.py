"""Asks every main page as every role and reports status, queries and time."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.test.client import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from vangnet.identity import session
from vangnet.identity.models import Membership, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def main_pages(place: str) -> list[str]:
    """Return the addresses that every role is asked for; `place` is the area of the person's organisation."""
    region = settings.REGION
    headline = region["headline"]
    districts = [reverse("picture:area", args=[_slug(d["name"])]) for d in region["districts"][:1]]
    own = [reverse("picture:area", args=[place])] if place.startswith("GM") else []
    return [
        reverse("portal:home"),
        reverse("agreements:agreements"),
        reverse("agreements:mine"),
        reverse("agreements:shareable"),
        reverse("agreements:expiring"),
        reverse("picture:region"),
        *districts,
        *own,
        reverse("picture:compare"),
        reverse("picture:indicator", args=[headline]),
        reverse("figures:indicators"),
        reverse("figures:indicator", args=[headline]),
        reverse("figures:imports"),
        reverse("registers:index"),
        reverse("registers:gains"),
        reverse("directory:index"),
        reverse("directory:bodies"),
        reverse("directory:people"),
        reverse("directory:participation"),
        reverse("directory:who") + "?onderwerp=ondermijning",
        reverse("cooperation:questions"),
        reverse("cooperation:items"),
        reverse("cooperation:partnerships"),
        reverse("cooperation:capacity"),
        reverse("meetings:index"),
        reverse("strategy:strategy"),
        reverse("portal:look_back"),
        reverse("places:areas"),
        reverse("reports:reports"),
        reverse("portal:search") + "?q=" + headline,
        reverse("portal:manual"),
        reverse("portal:sources"),
        reverse("ui:style_guide"),
    ]


def _slug(name: str) -> str:
    from django.utils.text import slugify

    return slugify(name)


def walk() -> int:
    """Print a line per page and role; return 1 when any page failed."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # a client per role would warn that it is missing
    faults = 0
    for person, place, role in cast():
        client = Client(raise_request_exception=False)
        client.force_login(person, backend=BACKEND)
        session.prove(str(client.session.session_key))  # as if with a second factor: the vault asks for it
        for address in main_pages(place):
            faults += not _ask(client, role, address)
        client.logout()
    print(f"{faults} faults" if faults else "no faults")
    return int(faults > 0)


def cast() -> Iterator[tuple[User, str, str]]:
    """Yield each member of the demo cast with the area of the organisation and the role."""
    memberships = Membership.objects.filter(user__email__endswith="@voorbeeld.invalid")
    for item in memberships.select_related("user", "organisation").order_by("pk"):
        yield item.user, item.organisation.place, item.role


def _ask(client: Client, role: str, address: str) -> bool:
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    milliseconds = 1000 * (time.perf_counter() - started)
    well = answer.status_code == 200
    mark = "ok   " if well else "FAULT"
    print(
        f"{mark} {answer.status_code} {len(queries):3d} queries {milliseconds:7.1f} ms  {role:15s} {address}"
    )
    return well
