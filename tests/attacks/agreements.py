"""What each step on an agreement is done to, for the walk along every address."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from vangnet.agreements import actions
from vangnet.agreements.models import (
    Authorisation,
    Category,
    Circle,
    CircleMember,
    Partner,
    PurposeCategory,
    Version,
)
from vangnet.agreements.steps import STEPS
from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import operator, service_session

Kwargs = dict[str, Any]
DRAFT, ACTIVE = "gemeente-gm0200", "riec"
OF_A_DRAFT = {"wijzigen", "adviseren", "ondertekenen", "activeren", "doel", "partner", "categorie"}
OF_A_DRAFT |= {"categorie-verwijderen", "partner-verwijderen"}
# Who is in a blind circle is known to its members and to who keeps the agreement; everything else is open.
CIRCLE = {"esra", "lotte", "nora", "carla", "karel", "anna", "otto", "greet", "ineke", "jan", "petra"}
SEEN_BY = {"lid": CIRCLE, "lid-vertrekt": {"esra", "lotte", "nora", "jan"}}


def may_see(kind: str) -> Callable[[User], bool]:
    """Return the rule who may know of what the step is done to."""
    return lambda person: kind not in SEEN_BY or person.name.split()[0].lower() in SEEN_BY[kind]


def parts(kind: str, owner: User) -> Kwargs:
    """Return the parts of the address of a step; what a form took away is put back first."""
    code = DRAFT if kind in OF_A_DRAFT else ACTIVE
    with service_session(operator()), transaction.atomic():
        version = Version.objects.select_related("agreement").get(agreement__code=code)
        return {"code": code, "kind": kind, "pk": _subject(kind, version).pk}


def _subject(kind: str, version: Version) -> Any:
    here = {"agreement": version.agreement}
    if kind in {"categorie-verwijderen", "partner-verwijderen"}:
        return _category(version) if kind.startswith("categorie") else _partner(version)
    if kind in {"doel-beeindigen", "categorie", "deelgroep"}:
        return version.agreement.purposes.order_by("code")[0]
    if kind in {"partner-vertrekt", "autoriseren"}:
        return Partner.objects.get(**here, organisation__slug="riec")
    if kind == "lid":
        return Circle.objects.get(**here)
    if kind == "lid-vertrekt":
        return CircleMember.objects.get(**here, organisation__slug="riec")
    if kind == "intrekken":
        return Authorisation.objects.get(**here, user__name__startswith="Lotte ", purpose__code="scan")
    return version.agreement if kind == "vernieuwen" else version


def _category(version: Version) -> PurposeCategory:
    purpose = version.agreement.purposes.order_by("code")[0]
    if not purpose.categories.exists():
        signal = Category.objects.get(pk="signaal")
        told = {"version": version, "tier": 1, "retention": 12}
        actions.add_category(purpose, category=signal, **told, by=operator(), at=timezone.now())
    return purpose.categories.all()[0]


def _partner(version: Version) -> Partner:
    found = version.agreement.partners.filter(organisation__slug="gm0200").first()
    return found or actions.add_partner(
        version, organisation=Organisation.objects.get(slug="gm0200"), task="taak",
        period=(version.period.lower, None), by=operator(), at=timezone.now(),
    )  # fmt: skip


MAKERS = {kind: partial(parts, kind) for kind in STEPS}
