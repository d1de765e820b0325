"""What every page needs around it: menu, account, place in the flow."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from vangnet.casework import supplied
from vangnet.casework.models import Case
from vangnet.identity.models import Membership, User

MENU = (
    ("Start", "/"),
    ("Convenanten", "/convenanten/"),
    ("Beelden", "/beelden/"),
    ("Cijfers", "/cijfers/"),
    ("Strategie", "/strategie/"),
    ("Signalen", "/signalen/"),
    ("Casussen", "/casussen/"),
    ("Registers", "/registers/"),
    ("Netwerk", "/netwerk/"),
    ("Vergaderingen", "/vergaderingen/"),
    ("Dossiers", "/dossiers/"),
    ("Gebieden", "/gebieden/"),
    ("Rapporten", "/rapporten/"),
    ("Handleiding", "/handleiding/"),
)
PUBLIC_MENU = (MENU[0], ("Nota", "/nota/"), ("Netwerk", "/netwerk/"), MENU[-1])
# Steps of the flow without a module of their own yet have no address and are shown as plain text.
FLOW_URLS = {
    "afspraken": "/convenanten/",
    "signalen": "/signalen/",
    "beelden": "/beelden/",
    "doelen": "/strategie/",
    "aanpakken": "/casussen/",
}


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the frame: 1 query for who is signed in, none for anybody else."""
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return {
        "region": {"name": settings.REGION["name"]},
        "navigation": _menu(request.path, MENU if known else PUBLIC_MENU),
        "account": _account(request) if known else None,
        "sign_in_url": reverse("account_login"),
        "flow_urls": FLOW_URLS,
        "demo": settings.DEMO,
        "case_url": SimpleLazyObject(lambda: _case_url(request)),
        "new_case_url": SimpleLazyObject(lambda: _new_case_url(request)),
    }


def _case_url(request: HttpRequest) -> str:
    """Return where the case of the dossier in the address is; the vault itself knows of no cases."""
    found = request.resolver_match.kwargs if request.resolver_match else {}
    if not {"purpose", "dossier"} <= found.keys():
        return ""
    known = Case.objects.visible_to(request.user).filter(pk=found["dossier"]).exists()
    return reverse("cases:case", args=[found["purpose"], found["dossier"]]) if known else ""


def _new_case_url(request: HttpRequest) -> str:
    """Return where a case is opened on the dossier in the address, when that was supplied and has none."""
    found = request.resolver_match.kwargs if request.resolver_match else {}
    if not {"purpose", "dossier"} <= found.keys():
        return ""
    known = supplied.known(found["dossier"])
    waits = known is not None and known.waits
    return reverse("cases:from_supply", args=[found["purpose"], found["dossier"]]) if waits else ""


def memberships(request: HttpRequest) -> list[Membership]:
    """Return the roles that the signed-in person has today; asked once per request."""
    found: list[Membership] | None = getattr(request, "vangnet_memberships", None)
    if found is None:
        assert request.user.is_authenticated  # noqa: S101  callers asked already
        found = list(request.user.memberships_on(timezone.localdate()))
        request.vangnet_memberships = found  # type: ignore[attr-defined]
    return found


def _menu(path: str, items: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": url, "current": path == url or (url != "/" and path.startswith(url))}
        for label, url in items
    ]


def _account(request: HttpRequest) -> dict[str, str]:
    user: User = request.user  # type: ignore[assignment]
    names = _workplaces(request, user)
    return {
        "name": str(user),
        "organisation": ", ".join(names) or "geen rol op dit moment",
        "url": reverse("mfa_index"),
        "sign_out_url": reverse("account_logout"),
    }


def _workplaces(request: HttpRequest, user: User) -> list[str]:
    """Return the names of the organisations where somebody works; asked once per request."""
    known: list[Membership] | None = getattr(request, "vangnet_memberships", None)
    names: list[str] | None = getattr(request, "vangnet_workplaces", None)
    if known is not None:
        return list(dict.fromkeys(one.organisation.name for one in known))
    if names is None:
        names = request.vangnet_workplaces = user.workplaces(timezone.localdate())  # type: ignore[attr-defined]
    return names
