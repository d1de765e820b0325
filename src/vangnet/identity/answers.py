"""How a page on which people change something answers: a page for each refusal, one shape for each form."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from vangnet.identity.rules import NotPermitted, Weak

View = Callable[..., HttpResponse]
Crumbs = list[tuple[str, str]]
FIRST = "Eerst een tweede stap"


def answering(doing: str, crumbs: Callable[..., Crumbs]) -> Callable[[View], View]:
    """Return what gives each refusal of a view its page; what is not permitted is as what does not exist.

    Parameters
    ----------
    doing
        What needs a second factor, as a sentence begins: "Registers bijwerken".
    crumbs
        The way to a page of this module, given the name of the page as `last`.
    """

    def answered(view: View) -> View:
        @never_cache
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except Weak:
                shown = {"doing": doing, "title": FIRST, "breadcrumbs": crumbs(last=FIRST)}
                return render(request, "identity/weak.html", shown, status=403)
            except NotPermitted as error:
                raise Http404 from error

        return wrapped

    return answered


def asked(
    request: HttpRequest, form: forms.Form, *, title: str, lead: str, button: str, way: Crumbs, **shown: Any
) -> HttpResponse:
    """Show a form on a page of its own; the page before it is the way back."""
    shown |= {"form": form, "title": title, "lead": lead, "button": button}
    shown |= {"back": way[-2][1], "breadcrumbs": way}
    return render(request, "identity/form.html", shown, status=422 if form.errors else 200)
