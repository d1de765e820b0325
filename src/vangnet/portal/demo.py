"""Demo sign-in: a signed link per role, for a demonstration on one's own machine only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth import login
from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from vangnet.audit import log
from vangnet.identity import session, token
from vangnet.identity.models import Membership, User

SALT = "vangnet.demo.sign-in"  # the key itself is made per data folder
HOURS = 12
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class LinkRefused(Exception):
    """The link was made too long ago, by another installation, or for nobody of the cast."""


@dataclass(frozen=True)
class DemoRole:
    """A member of the demo cast with the link to become that person."""

    role: str
    name: str
    organisation: str
    url: str

    @property
    def title(self) -> str:
        """Return the text of the link; a role can occur twice in the cast, with the name it does not."""
        return f"{self.role}: {self.name}"


def cast(*, on: date) -> list[Membership]:
    """Return the roles of the demo cast on a day, in the order in which the pack lists them (1 query)."""
    rows = Membership.objects.filter(
        period__contains=on, user__email__endswith="@voorbeeld.invalid", user__is_active=True
    )
    return list(rows.select_related("user", "organisation").order_by("id"))


def sign(user: User) -> str:
    """Return a token that lets a browser become this user for some hours."""
    return signing.dumps(str(user.pk), salt=SALT, compress=False)


def read(text: str) -> Membership:
    """Return the role that a token stands for.

    Raises
    ------
    LinkRefused
        Forged, expired, made elsewhere, or the person has no role today.
    """
    try:
        key = signing.loads(text, salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature as error:
        raise LinkRefused from error
    for membership in cast(on=timezone.localdate()):
        if str(membership.user_id) == key:
            return membership
    raise LinkRefused


def is_local(request: HttpRequest) -> bool:
    """Say whether the request comes from this very machine, and not through a proxy that hides who asks."""
    if any(
        f"HTTP_{header}" in request.META for header in ("X_FORWARDED_FOR", "X_REAL_IP", "FORWARDED", "VIA")
    ):
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def become(request: HttpRequest, membership: Membership) -> None:
    """Sign this browser in as a member of the cast, in a new session, and log it."""
    request.session.flush()
    login(request, membership.user, backend=BACKEND)
    request.session.save()
    token.replace(request.session.session_key)
    session.prove(token.current())  # the cast has no second factor; the signed link stands in for both
    now = timezone.now()
    log.record("identity.user.signed_in", membership.user_id, by=membership.user, at=now, through="demo")


def prove(request: HttpRequest) -> None:
    """Let a member of the cast, who has no second factor, say again that it is them.

    Raises
    ------
    LinkRefused
        Somebody else is signed in.
    """
    if not any(row.user_id == request.user.pk for row in cast(on=timezone.localdate())):
        raise LinkRefused
    session.prove(token.current())


def roles(base_url: str = "") -> list[DemoRole]:
    """Return every role of the cast with a fresh link below `base_url`."""
    return list(_roles(cast(on=timezone.localdate()), base_url.rstrip("/")))


def _roles(memberships: Iterable[Membership], base_url: str) -> Iterable[DemoRole]:
    for row in memberships:
        url = base_url + reverse("demo:sign_in", args=[sign(row.user)])
        yield DemoRole(row.get_role_display(), row.user.name, row.organisation.name, url)


def demo_links(base_url: str) -> list[tuple[str, str, str, str]]:
    """Return role, name, organisation and link of the whole cast, for the command line.

    Raises
    ------
    LinkRefused
        This process does not run in demo mode.
    """
    if not settings.DEMO:
        raise LinkRefused
    return [(r.role, r.name, r.organisation, r.url) for r in roles(base_url)]
