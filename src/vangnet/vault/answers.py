"""How the pages of the vault answer when something is not permitted, not there, or cannot be opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from vangnet.audit import log
from vangnet.identity.rules import NotPermitted
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
            return view(request, *args, **kwargs)
        except desks.Weak:
            return _page(request, "vault/weak.html", 403)
        except NotPermitted as error:
            raise Http404 from error
        except (NoKeys, StoreDown):
            return _page(request, "vault/unavailable.html", 503)
        except (Tampered, FileLost):
            with transaction.atomic():
                subject = kwargs.get("record") or kwargs.get("dossier") or kwargs.get("purpose") or ""
                log.record("vault.tampered", subject, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            return _page(request, "vault/tampered.html", 500)

    return wrapped


def at_desk(view: View) -> View:
    """Look up the desk for the purpose in the address and give it to the view in its place."""

    @sheltered
    @wraps(view)
    def wrapped(request: HttpRequest, purpose: UUID, **kwargs: Any) -> HttpResponse:
        with transaction.atomic(savepoint=False):
            desk = desks.desk(purpose)
        return view(request, desk, **kwargs)

    return wrapped


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    with transaction.atomic(savepoint=False):
        return render(request, template, {"breadcrumbs": [("Start", "/"), ("Dossiers", "")]}, status=status)
