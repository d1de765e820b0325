"""Say again that it is really you: before an export, a change of marking, a name behind a pseudonym."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.views import BaseReauthenticateView
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from vangnet.identity import forms, session
from vangnet.identity.factors import kinds

View = Callable[..., HttpResponse]


def fresh_proof_required(view: View | None = None, *, minutes: int = 5) -> Any:
    """Let a view pass only for a session that showed a second factor in the last minutes.

    Anybody else goes to the page that asks for it and comes back. The database demands the same where it
    matters (`session_is_proven()`), so forgetting this decorator opens nothing there.
    """

    def decorate(wrapped: View) -> View:
        @wraps(wrapped)
        def proven(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if session.is_proven(minutes=minutes):
                return wrapped(request, *args, **kwargs)
            return _ask_first(request)

        return proven

    return decorate(view) if view else decorate


def _ask_first(request: HttpRequest) -> HttpResponse:
    address = f"{reverse('account_prove')}?{urlencode({'next': _way_back(request)})}"
    if request.headers.get("hx-request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _way_back(request: HttpRequest) -> str:
    """Return the page to go on from: this one, or the page with the form that was sent."""
    if request.method in {"GET", "HEAD"} and not request.headers.get("hx-request"):
        return request.get_full_path()
    page = request.headers.get("hx-current-url") or request.headers.get("referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(page)
    return parts.path + (f"?{parts.query}" if parts.query else "")


class Prove(BaseReauthenticateView):  # type: ignore[misc]
    """Ask for a code or a passkey; for the password of whoever has neither yet, to set one up."""

    template_name = "account/prove.html"

    def get_form_class(self) -> Any:
        if "credential" in self.request.POST:
            return ReauthenticateWebAuthnForm
        return forms.ProofCode if self._has() else forms.ProofPassword

    def get_form_kwargs(self) -> dict[str, Any]:
        return dict(super().get_form_kwargs()) | {"user": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        if isinstance(form, forms.ProofPassword):
            reauthenticate_by_password(self.request)
        else:
            form.save()
            session.prove(self.request.session.session_key)
        answer: HttpResponse = super().form_valid(form)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        if isinstance(form, ReauthenticateWebAuthnForm):  # it has no field that is seen
            for text in form.errors.get("credential", []):
                messages.error(self.request, text)
            form = forms.ProofCode(user=self.request.user)
        answer: HttpResponse = super().form_invalid(form)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["has"] = self._has()
        if "webauthn" in context["has"]:
            context["js_data"] = {"request_options": auth.begin_authentication(self.request.user)}
        return context

    def _has(self) -> set[str]:
        if not hasattr(self, "_kinds"):
            self._kinds = kinds(self.request.user)
        return self._kinds
