"""Who may bring in figures."""

from __future__ import annotations

from datetime import date

from vangnet.identity.models import Role, User
from vangnet.identity.rules import NotPermitted

IMPORTERS = (Role.ADMINISTRATOR, Role.ANALYST, Role.DRIVING_TEAM)


def may_import(user: User, *, on: date) -> bool:
    """Say whether this account may save, undo or throw away an import."""
    if user.kind == User.Kind.SERVICE:
        return True
    return user.memberships_on(on).filter(role__in=IMPORTERS).exists()


def require_importer(user: User, *, on: date) -> None:
    """Let only those pass who may bring in figures.

    Raises
    ------
    NotPermitted
        `user` has none of the roles in `IMPORTERS`.
    """
    if not may_import(user, on=on):
        raise NotPermitted("alleen een beheerder, een analist of het aanjaagteam kan cijfers inlezen")
