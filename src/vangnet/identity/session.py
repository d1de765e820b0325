"""Sessions: the browser holds a 256-bit token, the database only its sha256."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from vangnet.identity import token


def digest(key: str) -> bytes:
    """Return what the database keeps of a token."""
    return hashlib.sha256(key.encode()).digest()


def prove(key: str) -> None:
    """Record that the second factor of this session was shown, now."""
    from vangnet.identity.models import Session

    now = timezone.now()
    Session.objects.filter(token_hash=digest(key)).update(
        strong_at=Coalesce("strong_at", Value(now)), proven_at=now
    )


def first_organisation(user_id: Any) -> Any:
    """Return the organisation of somebody's first role of today; none when there is none."""
    from vangnet.identity.models import Membership

    if user_id is None:
        return None
    rows = Membership.objects.filter(user_id=user_id, period__contains=timezone.localdate())
    return rows.order_by("id").values_list("organisation_id", flat=True).first()


class SessionStore(SessionBase):
    """Django's session interface on the table `identity_session`."""

    def _get_new_session_key(self) -> str:
        return secrets.token_urlsafe(32)

    def load(self) -> dict[str, Any]:
        row = self._rows().filter(expires_at__gt=timezone.now()).values_list("data", flat=True).first()
        if row is None:
            self._session_key = None
            return {}
        return dict(self.decode(row))

    def exists(self, session_key: str) -> bool:
        return bool(self._table().filter(token_hash=digest(session_key)).exists())

    def create(self) -> None:
        self._session_key = self._get_new_session_key()
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        values = {
            "data": self.encode(data),
            "user_id": data.get(SESSION_KEY),
            "expires_at": self._expires(),
            "organisation_id": first_organisation(data.get(SESSION_KEY)),
        }
        if not must_create:
            if not self._rows().update(**values):
                raise UpdateError
            return None
        try:
            with transaction.atomic():
                self._table().create(token_hash=digest(self.session_key), **values)
        except IntegrityError as error:
            raise CreateError from error
        return None

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self._table().filter(token_hash=digest(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        cls._table().filter(expires_at__lte=timezone.now()).delete()

    def _expires(self) -> datetime:
        return self.get_expiry_date()

    def _rows(self) -> Any:
        return self._table().filter(token_hash=digest(self.session_key or ""))

    @staticmethod
    def _table() -> Any:
        from vangnet.identity.models import Session  # the engine is loaded before the apps are

        return Session.objects


class TokenMiddleware:
    """Runs each request under the token of its session, in its trace, for the purpose in its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with token.request(
            request.session.session_key,
            traceparent=request.headers.get("traceparent", ""),
            origin=_origin(request),
        ):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, arguments: list[Any], keywords: dict[str, Any]
    ) -> None:
        """Tell the transactions of this view for which purpose they work."""
        if "purpose" in keywords:
            token.replace_purpose(keywords["purpose"])


def _origin(request: HttpRequest) -> str:
    """Return the address of the client, through as many proxies as are trusted; empty when unclear."""
    from allauth.account.adapter import get_adapter  # needs the apps, and the engine is loaded before them

    try:
        return str(get_adapter(request).get_client_ip(request))
    except (PermissionDenied, ImproperlyConfigured):
        return ""
