"""How the pages of the vault answer when something is not permitted, not there, or cannot be opened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.defaults import page_not_found

from vangnet.audit import log
from vangnet.audit.models import Outcome
from vangnet.identity.rules import NotPermitted, Weak
from vangnet.vault import desks
from vangnet.vault.envelope import Tampered
from vangnet.vault.files import FileLost, StoreDown
from vangnet.vault.keys import NoKeys

View = Callable[..., HttpResponse]


def sheltered(view: View) -> View:
    """Give every refusal of the vault its page; what is not permitted is as what does not exist."""

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with _undone(request):
                return view(request, *args, **kwargs)
        except Weak:
            return _page(request, "vault/weak.html", 403)
        except (NotPermitted, Http404) as error:
            return _refused(request, kwargs, error)
        except (NoKeys, StoreDown):
            return _page(request, "vault/unavailable.html", 503)
        except (Tampered, FileLost):
            with transaction.atomic():
                log.record("vault.tampered", _subject(kwargs), by=request.user, at=timezone.now())
            return _page(request, "vault/tampered.html", 500)

    return wrapped


def at_desk(view: View) -> View:
    """Look up the desk for the purpose in the address and give it to the view in its place."""

    @sheltered
    @wraps(view)
    def wrapped(request: HttpRequest, purpose: UUID, **kwargs: Any) -> HttpResponse:
        with _transaction():
            desk = desks.desk(purpose)
        return view(request, desk, **kwargs)

    return wrapped


def strong(view: View) -> View:
    """Let only a session with a second factor see what is not under one purpose."""

    @sheltered
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with _transaction():
            desks.require_strong()
        return view(request, *args, **kwargs)

    return wrapped


def _transaction() -> AbstractContextManager[Any]:
    """Return the transaction of the request, or one of its own for a view that opens."""
    return nullcontext() if connection.in_atomic_block else transaction.atomic()


def _undone(request: HttpRequest) -> AbstractContextManager[Any]:
    """Let a form that is refused halfway leave nothing behind, while the refusal itself goes on record."""
    if request.method == "POST" and connection.in_atomic_block:
        return transaction.atomic()
    return nullcontext()


def _refused(request: HttpRequest, kwargs: dict[str, Any], error: Exception) -> HttpResponse:
    """Answer as what does not exist, with a line in the log; raising 404 would roll that line back."""
    with _transaction():
        log.decided(
            "vault.page.refused", _subject(kwargs), Outcome.REFUSED,
            by=request.user, at=timezone.now(), purpose=kwargs.get("purpose"),
        )  # fmt: skip
        return page_not_found(request, error)


def _subject(kwargs: dict[str, Any]) -> object:
    """Return the record, dossier, signal, case or purpose in the address."""
    parts = ("record", "dossier", "signal", "case", "purpose")
    return next((kwargs[part] for part in parts if kwargs.get(part)), "")


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    with _transaction():
        return render(request, template, {"breadcrumbs": [("Start", "/"), ("Dossiers", "")]}, status=status)
