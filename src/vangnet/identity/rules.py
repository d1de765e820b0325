"""May this account do that?"""

from __future__ import annotations

from datetime import date

from vangnet.identity.models import Role, User


class NotPermitted(Exception):
    """This account may not do that."""


def require_administrator(user: User, *, on: date) -> None:
    """Let only administrators and the command line pass.

    Raises
    ------
    NotPermitted
        `user` is neither.
    """
    if user.kind == User.Kind.SERVICE:
        return
    if not user.memberships_on(on).filter(role=Role.ADMINISTRATOR).exists():
        raise NotPermitted(f"{user} is geen beheerder")
