"""What sign-in does differently here: no self-registration, a log line, the new token at once."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from vangnet.audit import log
from vangnet.identity import token


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
        log.record("identity.user.signed_in", user.pk, by=user, at=timezone.now())

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        log.record("identity.user.password_changed", user.pk, by=user, at=timezone.now())

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            log.record("identity.user.signed_out", request.user.pk, by=request.user, at=timezone.now())
        super().logout(request)
        token.replace(None)
