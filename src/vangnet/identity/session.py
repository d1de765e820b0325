"""Sessions: the browser holds a 256-bit token, the database only its sha256."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from vangnet.identity import token


def digest(key: str) -> bytes:
    """Return what the database keeps of a token."""
    return hashlib.sha256(key.encode()).digest()


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
    """Runs each request under the token of its session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with token.use(request.session.session_key):
            return self.get_response(request)
