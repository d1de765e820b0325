"""Systems of an organisation: made by its administrator, known by a token, and never signed in on a page."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from vangnet.audit import log
from vangnet.identity import refusals
from vangnet.identity.models import Membership, Organisation, Role, User
from vangnet.identity.rules import NotPermitted

# Longer than the token of a browser, so that neither can ever be taken for the other.
SHAPE: Final = re.compile(r"vangnet_[A-Za-z0-9_-]{43}")
LONGEST: Final = timedelta(days=366)
refusals.SAID["a token ends within a year"] = (
    "Een token eindigt na vandaag en hoogstens een jaar na vandaag. Kies een andere dag."
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token a request carries, and how many seconds it has to wait."""

    account: UUID
    organisation: UUID
    wait: int


@dataclass(frozen=True, slots=True)
class Token:
    """What an administrator may know of a token; the token itself was shown once."""

    id: UUID
    issued_at: datetime
    issued_by: str
    ends_on: date
    revoked_at: datetime | None
    used_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Whether a system comes in with it today."""
        return self.revoked_at is None and self.ends_on > timezone.localdate()

    @property
    def last_day(self) -> date:
        """The last day on which it works."""
        return self.ends_on - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class System:
    """A system with its tokens, the newest first."""

    account: UUID
    name: str
    is_active: bool
    tokens: list[Token] = field(default_factory=list)


@transaction.atomic(savepoint=False)
def may_manage(organisation: UUID | None) -> bool:
    """Say whether this session makes systems of an organisation and gives them tokens."""
    return bool(_ask("session_may_manage_systems(%s)", organisation)[0][0])


@transaction.atomic(savepoint=False)
def of(organisation: UUID) -> Sequence[System]:
    """Return the systems of an organisation, for who manages them (1 query)."""
    found: dict[UUID, System] = {}
    for account, name, is_active, *rest in _ask("* FROM identity_systems(%s)", organisation):
        one = found.setdefault(account, System(account, name, is_active))
        if rest[0]:
            one.tokens.append(Token(*rest))
    return list(found.values())


def enter(secret: str, *, per_minute: int) -> Caller | None:
    """Return whose token this is and count the call; None when it is nobody's (1 query)."""
    if not SHAPE.fullmatch(secret):
        return None
    found = _ask("* FROM identity_enter(%s, %s)", secret, per_minute)
    return Caller(*found[0]) if found else None


# --- verbs ---


@transaction.atomic
def register(*, organisation: Organisation, name: str, by: User, at: datetime) -> User:
    """Make the account of a system of an organisation; it has no password and signs in nowhere.

    Raises
    ------
    NotPermitted
        No administrator of that organisation.
    """
    _require(organisation.pk)
    pk = uuid4()
    account = User(
        id=pk,
        email=f"{pk}@systeem.invalid",
        name=name.strip(),
        kind=User.Kind.SYSTEM,
        password="!",  # noqa: S106
    )
    with refusals.rules():
        account.save(force_insert=True)
        period = (timezone.localdate(at), None)
        Membership.objects.create(user=account, organisation=organisation, role=Role.SYSTEM, period=period)
    log.record("identity.system.registered", pk, by=by, at=at, organisation=organisation.pk)
    return account


@transaction.atomic
def issue(account: UUID, *, organisation: UUID, until: date, by: User, at: datetime) -> str:
    """Give a system a token until a day (the first day without it) and return it, once and for all.

    Raises
    ------
    NotPermitted
        No administrator of the organisation of that system.
    DoesNotHold
        The day has passed, or is more than a year away.
    """
    pk, secret = uuid4(), f"vangnet_{secrets.token_urlsafe(32)}"
    with refusals.rules():
        _ask("identity_issue_token(%s, %s, %s, %s, %s)", pk, secret, account, organisation, until)
    log.record("identity.token.issued", pk, by=by, at=at, system=account, until=until)
    return secret


@transaction.atomic
def revoke(token: UUID, *, by: User, at: datetime) -> None:
    """Take a token back: the next request with it is nobody's.

    Raises
    ------
    NotPermitted
        Not a live token of a system of one's organisation.
    """
    with refusals.rules():
        account = _ask("identity_revoke_token(%s)", token)[0][0]
    log.record("identity.token.revoked", token, by=by, at=at, system=account)


def _require(organisation: UUID) -> None:
    if not may_manage(organisation):
        raise NotPermitted("alleen een beheerder van deze organisatie maakt systemen")


def _ask(call: str, *values: Any) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = connection.ask_bound(f"SELECT {call}", values)  # type: ignore[attr-defined]
    return found
