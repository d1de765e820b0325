"""The pages of the demo sign-in."""

from __future__ import annotations

from functools import wraps
from typing import Any, Protocol

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vangnet.portal import demo


class View(Protocol):
    """A page."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...


def on_this_machine_only(view: View) -> View:
    """Answer 403 to whoever asks from another machine."""

    @wraps(view)
    def local(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not demo.is_local(request):
            raise PermissionDenied("Meekijken kan alleen op de computer waarop Vangnet draait.")
        return view(request, *args, **kwargs)

    return local


@login_not_required
@require_safe
@never_cache
@on_this_machine_only
def roles(request: HttpRequest) -> HttpResponse:
    """List the cast with a link each."""
    crumbs = [("Start", "/"), ("Demonstratie", "")]
    return render(request, "portal/demo.html", {"roles": demo.roles(), "breadcrumbs": crumbs})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@on_this_machine_only
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Show who one becomes; become that person by pressing the button."""
    try:
        membership = demo.read(token)
    except demo.LinkRefused:
        return render(request, "portal/demo_refused.html", {"hours": demo.HOURS}, status=410)
    if request.method == "POST":
        demo.become(request, membership)
        return redirect("portal:home")
    return render(request, "portal/demo_sign_in.html", {"membership": membership})


@require_POST
@on_this_machine_only
def prove(request: HttpRequest) -> HttpResponse:
    """Confirm who one is, in a demonstration, and go on where that was asked."""
    try:
        demo.prove(request)
    except demo.LinkRefused as error:
        raise PermissionDenied("Dit kan alleen als een verzonnen collega.") from error
    back = request.POST.get("next", "")
    is_own = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if is_own else "/")
