"""How the pages of meetings answer when something is not permitted or not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest

from vangnet.identity.answers import Crumbs, answering, asked
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.session import acting

__all__ = ["Crumbs", "answered", "asked", "crumbs", "kept"]
MEETINGS = ("Vergaderingen", "/vergaderingen/")


def crumbs(*steps: tuple[str, str], last: str = "") -> Crumbs:
    """Return the way to a page about meetings."""
    way = [("Start", "/"), MEETINGS, *steps]
    return [*way, (last, "")] if last else [*way[:-1], (way[-1][0], "")]


answered = answering("Vergaderingen bijhouden", crumbs)


def kept(form: forms.Form, request: HttpRequest, verb: Callable[..., Any]) -> bool:
    """Let a verb keep what a valid form says; what does not hold is said on the form."""
    if not form.is_valid():
        return False
    try:
        verb(form.cleaned_data, **acting(request))
    except DoesNotHold as reason:
        form.add_error(None, str(reason))
        return False
    return True
