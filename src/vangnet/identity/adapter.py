"""What sign-in does differently here: no self-registration, a log line, the new token, how strong it was."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from vangnet.audit import log
from vangnet.identity import sealing, session, token


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator; signing in is logged."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Dit e-mailadres en wachtwoord horen niet bij elkaar. Controleer beide.",
        "enter_current_password": "Dit is niet uw huidige wachtwoord.",
        "incorrect_password": "Dit is niet uw wachtwoord.",
        "too_many_login_attempts": "Er is te vaak een verkeerd wachtwoord ingevuld. "
        "Wacht vijf minuten en probeer het opnieuw.",
        "rate_limited": "Dit is te vaak geprobeerd. Wacht vijf minuten en probeer het opnieuw.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        if request.session.session_key is None:
            request.session.create()
        request.session.save()
        token.replace(request.session.session_key)
        factors = [one for one in get_authentication_records(request, user) if one["method"] == "mfa"]
        through = {"through": factors[-1]["type"]} if factors else {}
        if factors:
            session.prove(token.current())
        log.record("identity.user.signed_in", user.pk, by=user, at=timezone.now(), **through)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Let a fresh proof count on the pages of the library too, the second factor at sign-in included."""
        return not session.is_proven(minutes=5)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        return [{"id": "prove", "description": "Bevestig dat u het bent", "url": reverse("account_prove")}]

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        log.record("identity.user.password_changed", user.pk, by=user, at=timezone.now())

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            log.record("identity.user.signed_out", request.user.pk, by=request.user, at=timezone.now())
        super().logout(request)
        token.replace(None)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds of second factors are sealed, and what goes wrong is said in Dutch."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Deze code klopt niet, of is al gebruikt. Wacht op een nieuwe.",
        "cannot_generate_recovery_codes": "Herstelcodes maakt u nadat u een tweede factor hebt ingesteld.",
    }

    def encrypt(self, text: str) -> str:
        return sealing.seal(text, use="second factor")

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text, use="second factor")

    def get_totp_issuer(self) -> str:
        return f"Vangnet {settings.REGION['name']}"

    def _get_site_name(self) -> str:
        return self.get_totp_issuer()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return f"Passkey van {timezone.localdate():%d-%m-%Y}"
