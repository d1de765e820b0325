"""What somebody can see and do about their own signing in."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vangnet.audit import log
from vangnet.identity import session, systems
from vangnet.identity.models import Organisation, User

START = ("Start", "/")
SECURITY = ("Inloggen en beveiliging", "/account/beveiliging/")


@require_safe
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    """Show the second factors that somebody has, and how many recovery codes are left."""
    found = list(Authenticator.objects.filter(user=_user(request)).order_by("created_at"))
    codes = next((one for one in found if one.type == Authenticator.Type.RECOVERY_CODES), None)
    context = {
        "totp": next((one for one in found if one.type == Authenticator.Type.TOTP), None),
        "passkeys": [one for one in found if one.type == Authenticator.Type.WEBAUTHN],
        "codes": codes,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "organisations": _organisations(_user(request)),
        "manages_systems": systems.may_manage(session.organisation()),
        "strong": any(one.current and one.strong for one in session.own()),
        "breadcrumbs": [START, (SECURITY[0], "")],
    }
    return render(request, "account/security.html", context)


@require_safe
@never_cache
def sessions(request: HttpRequest) -> HttpResponse:
    """List where somebody is signed in."""
    crumbs = [START, SECURITY, ("Mijn sessies", "")]
    return render(request, "account/sessions.html", {"sessions": session.own(), "breadcrumbs": crumbs})


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one session, or all others."""
    user, handle = _user(request), request.POST.get("sessie", "")
    ended = int(session.end(handle)) if handle else session.end_others()
    log.record("identity.session.ended", user.pk, by=user, at=timezone.now(), ended=ended)
    text = "Er was geen andere sessie meer." if not ended else "Die sessie is beëindigd."
    messages.success(request, text if ended < 2 else f"{ended} sessies zijn beëindigd.")
    return redirect("account_sessions")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def organisation(request: HttpRequest) -> HttpResponse:
    """Choose for which of the own organisations this session works; only for whoever has several."""
    user = _user(request)
    choices = _organisations(user)
    if len(choices) < 2:
        raise Http404
    if request.method == "POST":
        chosen = next((one for one in choices if str(one.pk) == request.POST.get("organisatie")), None)
        if chosen is None or not session.work_for(chosen.pk):
            raise Http404
        log.record("identity.session.works_for", chosen.pk, by=user, at=timezone.now())
        messages.success(request, f"U werkt nu voor {chosen.name}.")
        return redirect("portal:home")
    context = {"choices": choices, "current": session.organisation()}
    crumbs = [START, SECURITY, ("Voor wie werkt u nu?", "")]
    return render(request, "account/organisation.html", context | {"breadcrumbs": crumbs})


def _organisations(user: User) -> list[Organisation]:
    rows = user.memberships_on(timezone.localdate())
    return list({row.organisation_id: row.organisation for row in rows}.values())


def _user(request: HttpRequest) -> User:
    assert request.user.is_authenticated  # noqa: S101  LoginRequiredMiddleware asked already
    return request.user
