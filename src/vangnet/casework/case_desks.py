"""The way in to every page of cases: a purpose under which one works in cases."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from vangnet.casework.case_reading import holds_cases
from vangnet.identity.rules import NotPermitted
from vangnet.vault.answers import View, at_desk
from vangnet.vault.desks import Desk


def at_case_desk(view: View) -> View:
    """Look up the desk for the purpose in the address, when one works in cases for it."""

    @at_desk
    @wraps(view)
    def wrapped(request: HttpRequest, at: Desk, **kwargs: Any) -> HttpResponse:
        if not holds_cases(at.purpose):
            raise NotPermitted("onder dit doel zijn geen casussen")
        return view(request, at, **kwargs)

    return wrapped
