"""Refuses to serve a demonstration as if it were real."""

from __future__ import annotations

from django.conf import settings

from vangnet.portal.models import Installation


class WrongMode(SystemExit):
    """Mode and database do not belong together; the message is one line for the operator."""


def refuse_wrong_mode() -> None:
    """Stop when production would open a demo door or a demo database, or a demo would open a real one.

    Call it before serving, after the database is migrated.

    Raises
    ------
    WrongMode
        Mode and database do not belong together.
    """
    if settings.MODE == "production" and settings.DEMO:
        raise WrongMode("vangnet: production does not start with demo sign-in; unset the demo setting")
    installation = Installation.objects.first()
    if installation is None:
        return
    if settings.MODE == "production" and installation.is_demo:
        raise WrongMode("vangnet: this database holds a demonstration; use another VANGNET_DATA or database")
    if settings.MODE == "demo" and not installation.is_demo:
        raise WrongMode("vangnet: this database is in real use; demo mode does not open it")
