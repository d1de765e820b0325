"""Sessions: the browser holds a 256-bit token, the database only its sha256.

The runtime role cannot read the table. Every function in the database wants the token itself, which travels
as a bound value, so that it is not in the text of a statement for whoever watches the server.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from vangnet.identity import sealing, token

SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad")),
    *(("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux")),
)


def digest(key: str) -> bytes:
    """Return what the database keeps of a token."""
    return hashlib.sha256(key.encode()).digest()


@dataclass(frozen=True)
class OwnSession:
    """What somebody may know of a session of their own; the handle opens nothing."""

    handle: str
    device: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    strong: bool
    current: bool


class SessionStore(SessionBase):
    """Django's session interface on the functions around `identity_session`."""

    device = ""

    def _get_new_session_key(self) -> str:
        return secrets.token_urlsafe(32)

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and SHAPE.fullmatch(key))

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Seal what the session holds: while a second factor is being set up, its seed is in here."""
        return sealing.seal(super().encode(session_dict), use="sessions")

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        sealed = session_data if isinstance(session_data, str) else session_data.decode()
        try:
            return dict(super().decode(sealing.unseal(sealed, use="sessions")))
        except sealing.Unreadable:
            return {}

    def load(self) -> dict[str, Any]:
        found = _ask("session_load(%s)", self.session_key) if self.session_key else None
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found)

    def exists(self, session_key: str) -> bool:
        return bool(SHAPE.fullmatch(session_key) and _ask("session_exists(%s)", session_key))

    def create(self) -> None:
        self._session_key = self._get_new_session_key()
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        values = [data.get(SESSION_KEY), self.encode(data), self.get_expiry_date(), self.device, must_create]
        saved = _ask("session_save(%s, %s::uuid, %s, %s, %s, %s)", self.session_key, *values)
        if not saved:
            raise CreateError if must_create else UpdateError
        return None

    def cycle_key(self) -> None:
        """Go on under another token; what the session had proven stays with it."""
        self._get_session()  # type: ignore[attr-defined]
        former, fresh = self.session_key, self._get_new_session_key()
        if former is None or not _ask("session_rename(%s, %s)", former, fresh):
            return self.create()
        self._session_key = fresh
        self.modified = True
        if token.current() == former:
            token.replace(fresh)
        return None

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None and SHAPE.fullmatch(key):
            _ask("session_delete(%s)", key)

    @classmethod
    def clear_expired(cls) -> None:
        _ask("session_forget()")


def prove(key: str) -> None:
    """Record that the person of this session showed a second factor, now."""
    _ask("session_prove(%s)", key)


def is_proven(*, minutes: int) -> bool:
    """Say whether the person of this transaction showed a second factor in the last minutes."""
    return bool(_ask("session_proven_within(%s)", minutes))


def serve(
    key: str, *, user_id: UUID, organisation_id: UUID | None, strong: bool, expires_at: datetime
) -> None:
    """Begin the session of a job or a command."""
    values = [key, user_id, organisation_id, strong, SessionStore().encode({}), expires_at]
    _ask("session_serve(%s, %s, %s, %s, %s, %s)", *values)


def own() -> list[OwnSession]:
    """Return the sessions of whoever this transaction is of, the last seen first (1 query)."""
    rows = connection.ask_bound("SELECT * FROM session_list()", [])  # type: ignore[attr-defined]
    return [OwnSession(*row) for row in rows]


def end(handle: str) -> bool:
    """End one session of one's own."""
    return bool(_ask("session_end(%s)", handle))


def end_others() -> int:
    """End every session of one's own but this one; return how many there were."""
    return int(_ask("session_end_others()"))


def end_all(user_id: UUID) -> int:
    """End every session of an account; the database refuses whoever is no administrator."""
    return int(_ask("session_end_all(%s)", user_id))


def organisation() -> UUID | None:
    """Return the organisation that this transaction works for."""
    found: UUID | None = _ask("session_organisation()")
    return found


def work_for(organisation_id: UUID) -> bool:
    """Let this session work for another organisation; no when the person has no role there today."""
    return bool(_ask("session_work_for(%s)", organisation_id))


def _ask(call: str, *values: Any) -> Any:
    rows = connection.ask_bound(f"SELECT {call}", values)  # type: ignore[attr-defined]
    return rows[0][0]


class TokenMiddleware:
    """Runs each request under the token of its session, in its trace, for the purpose in its address.

    What it answers to whoever is signed in is kept by no cache.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.session.device = device(request.headers.get("user-agent", ""))  # type: ignore[attr-defined]
        with token.request(
            request.session.session_key,
            traceparent=request.headers.get("traceparent", ""),
            origin=origin(request),
        ):
            response = self.get_response(request)
        if request.session.session_key and not response.has_header("Cache-Control"):
            # What somebody saw while signed in stays in no cache, also not behind the back button.
            patch_cache_control(response, private=True, no_store=True)
        return response

    def process_view(
        self, request: HttpRequest, view: object, arguments: list[Any], keywords: dict[str, Any]
    ) -> None:
        """Tell the transactions of this view for which purpose they work."""
        if "purpose" in keywords:
            token.replace_purpose(keywords["purpose"])


def device(agent: str) -> str:
    """Return browser and system in words that their owner recognises; no version, no number.

    >>> device("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36")
    'Chrome op Windows'
    """
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return " op ".join(filter(None, (browser, system))) or "onbekend apparaat"


def acting(request: HttpRequest) -> dict[str, Any]:
    """Return who acts and when, as verbs take it."""
    return {"by": request.user, "at": timezone.now()}


def origin(request: HttpRequest) -> str:
    """Return the address of the client, through as many proxies as are trusted; empty when unclear."""
    from allauth.account.adapter import get_adapter  # needs the apps, and the engine is loaded before them

    try:
        return str(get_adapter(request).get_client_ip(request))
    except (PermissionDenied, ImproperlyConfigured):
        return ""
