"""Setting up and removing a second factor: the pages of the library, with a line in the log."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator

from vangnet.audit import log
from vangnet.identity import forms, session
from vangnet.identity.models import User


class Recorded:
    """Writes the change down; whoever sets a factor up has shown it, so that session is strong."""

    verb = ""
    shows_factor = False

    def form_valid(self: Any, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        user = self.request.user
        if self.shows_factor:
            session.prove(self.request.session.session_key)
        log.record(self.verb, user.pk, by=user, at=timezone.now())
        return answer


class AddTotp(Recorded, ActivateTOTPView):  # type: ignore[misc]
    """Scan a code with an app and type what it shows."""

    verb, shows_factor = "identity.factor.totp_added", True


class RemoveTotp(Recorded, DeactivateTOTPView):  # type: ignore[misc]
    """Stop using an app."""

    verb = "identity.factor.totp_removed"


class AddPasskey(Recorded, AddWebAuthnView):  # type: ignore[misc]
    """Let the browser make a passkey; always one that asks for a PIN or a finger."""

    form_class = forms.NewPasskey
    verb, shows_factor = "identity.factor.passkey_added", True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": auth.begin_registration(self.request.user, True)}
        return context


class RemovePasskey(Recorded, RemoveWebAuthnView):  # type: ignore[misc]
    """Stop using a passkey."""

    verb = "identity.factor.passkey_removed"
    success_url = reverse_lazy("mfa_index")


class RenewCodes(Recorded, GenerateRecoveryCodesView):  # type: ignore[misc]
    """Make ten new recovery codes; the former ones no longer work."""

    verb = "identity.factor.recovery_codes_renewed"


@method_decorator(login_not_required, name="dispatch")
class Authenticate(AuthenticateView):  # type: ignore[misc]
    """Ask for the second factor at sign-in, and offer what this person has."""

    form_class = forms.Code

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"has": kinds(self.stage.login.user)}


authenticate = Authenticate.as_view()


def kinds(user: User) -> set[str]:
    """Return the kinds of second factor that somebody has (1 query)."""
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
