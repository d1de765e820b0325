"""Verbs of what signals are about and are weighed by: lists and protocol, as a region pack delivers them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from vangnet.audit import log
from vangnet.casework.models import Branch, Phenomenon, Protocol
from vangnet.casework.protocol import BadProtocol, ordered
from vangnet.casework.protocol import Protocol as Machine
from vangnet.identity.models import User


@transaction.atomic
def record_lists(
    *, branches: Mapping[str, Any], phenomena: Mapping[str, str], by: User, at: datetime
) -> None:
    """Make branches and phenomena what is given; what signals name already stays."""
    for order, (code, name) in enumerate(phenomena.items()):
        Phenomenon.objects.update_or_create(code=code, defaults={"name": name, "order": order})
    for order, (code, entry) in enumerate(branches.items()):
        told = {"name": entry["name"], "flags": entry.get("flags", []), "order": order}
        Branch.objects.update_or_create(code=code, defaults=told)
    log.record("casework.lists.recorded", "", by=by, at=at, branches=len(branches), phenomena=len(phenomena))


@transaction.atomic
def record_protocol(entry: Mapping[str, Any], *, by: User, at: datetime) -> Protocol:
    """Keep a version of the protocol; one that is known stays as it is, because signals were weighed by it.

    Raises
    ------
    BadProtocol
        It does not hold together, or differs from the version of that number that is known.
    """
    definition = ordered(
        {key: told for key, told in entry.items() if key not in ("code", "version", "since")}
    )
    Machine.read(definition)
    known, is_new = Protocol.objects.get_or_create(
        code=entry["code"],
        version=entry["version"],
        defaults={"since": date.fromisoformat(entry["since"]), "definition": definition},
    )
    if not is_new and known.definition != definition:
        raise BadProtocol(
            f"version {known.version} of {known.code!r} is in use: give the change a new version"
        )
    if is_new:
        log.record("casework.protocol.recorded", known, by=by, at=at)
    return known


def protocol() -> Protocol:
    """Return the version that signals are weighed by today.

    Raises
    ------
    Protocol.DoesNotExist
        The region has none.
    """
    return Protocol.objects.filter(since__lte=timezone.localdate()).latest("since", "version")
