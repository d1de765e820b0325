"""How the pages of registers answer when something is not permitted or not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from vangnet.identity.rules import NotPermitted
from vangnet.registers.pages import Crumbs, crumbs
from vangnet.registers.rules import Weak

View = Callable[..., HttpResponse]


def answered(view: View) -> View:
    """Give every refusal its page; what is not permitted is as what does not exist."""

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Weak:
            shown = {"breadcrumbs": crumbs(last="Eerst een tweede stap")}
            return render(request, "registers/weak.html", shown, status=403)
        except NotPermitted as error:
            raise Http404 from error

    return wrapped


def asked(
    request: HttpRequest, form: forms.Form, *, title: str, lead: str, button: str, way: Crumbs
) -> HttpResponse:
    """Show a form; the page before it is the way back."""
    back = way[-2][1]
    shown = {"form": form, "title": title, "lead": lead, "button": button, "back": back, "breadcrumbs": way}
    return render(request, "registers/form.html", shown, status=422 if form.errors else 200)
