"""May this account do that?"""

from __future__ import annotations

import re
from datetime import date

from vangnet.identity.models import Role, User

SHARED = {
    *("info", "balie", "team", "afdeling", "receptie", "secretariaat", "algemeen", "contact", "postbus"),
    *("administratie", "helpdesk", "servicedesk", "meldkamer", "kantoor", "iedereen", "groep", "cluster"),
    *("bureau", "collega", "collegas", "medewerkers", "noreply"),
}


class SharedAccount(Exception):
    """The account would be of several people, so nobody could tell who did what."""


class NotPermitted(Exception):
    """This account may not do that."""


class Weak(Exception):
    """This session has no second factor, so it changes nothing, and sees nothing of the vault."""


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


def require_personal(*, email: str, name: str) -> None:
    """Refuse a name or address that is plainly of a desk or a team.

    Raises
    ------
    SharedAccount
        The message says which word gives it away.

    >>> require_personal(email="b.team@gemeente.example", name="Bo Team")
    """
    for text in (email.partition("@")[0], name):
        words = re.findall(r"[^\W\d_]+", text.lower())
        if words and words[0] in SHARED:
            raise SharedAccount(
                f"‘{words[0]}’ is van meer mensen; een account is van één persoon,"
                " met een eigen naam en e-mailadres"
            )
