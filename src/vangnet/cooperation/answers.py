"""How the pages of cooperation answer when something is not permitted or not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.views.decorators.http import require_http_methods

from vangnet.identity.answers import Crumbs, answering, asked
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.session import acting

__all__ = ["GET_OR_POST", "Crumbs", "answered", "asked", "crumbs", "kept", "sent"]
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def crumbs(*steps: tuple[str, str], last: str = "") -> Crumbs:
    """Return the way to a page about what partners do together."""
    way = [("Start", "/"), ("Netwerk", "/netwerk/"), *steps]
    return [*way, (last, "")] if last else [*way[:-1], (way[-1][0], "")]


answered = answering("Samenwerking bijhouden", crumbs)


def sent(request: HttpRequest) -> Any:
    """Return what a form was sent with, also when that is nothing at all; None when it is only looked at."""
    return request.POST or ({} if request.method == "POST" else None)


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
