"""How the pages of the network answer when something is not permitted or not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from vangnet.directory.rules import Weak
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.identity.session import acting

View = Callable[..., HttpResponse]
Crumbs = list[tuple[str, str]]


def crumbs(*steps: tuple[str, str], last: str = "") -> Crumbs:
    """Return the way to a page of the network."""
    way = [("Start", "/"), ("Netwerk", reverse("directory:index")), *steps]
    return [*way, (last, "")] if last else [*way[:-1], (way[-1][0], "")]


def answered(view: View) -> View:
    """Give every refusal its page; what is not permitted is as what does not exist."""

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Weak:
            shown = {"breadcrumbs": crumbs(last="Eerst een tweede stap")}
            return render(request, "directory/weak.html", shown, status=403)
        except NotPermitted as error:
            raise Http404 from error

    return wrapped


def asked(
    request: HttpRequest, form: forms.Form, *, title: str, lead: str, button: str, way: Crumbs
) -> HttpResponse:
    """Show a form; the page before it is the way back."""
    shown = {
        "form": form, "title": title, "lead": lead, "button": button, "back": way[-2][1], "breadcrumbs": way
    }  # fmt: skip
    return render(request, "directory/form.html", shown, status=422 if form.errors else 200)


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
