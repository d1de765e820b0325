"""Ids that follow from what was sent, so that what is sent twice is kept once."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.db import IntegrityError, transaction

from vangnet.identity.models import User


def new_mark() -> str:
    """Return what tells one form that is opened from the next."""
    return uuid4().hex


def form_mark() -> forms.SlugField:
    """Return the hidden field that carries it: a form that is sent twice, tells something once."""
    return forms.SlugField(widget=forms.HiddenInput, max_length=40, required=False, initial=new_mark)


def drawn_from(*parts: str) -> UUID:
    """Return an id that follows from parts and a secret, so that nobody chooses the id of a dossier."""
    text = "\0".join(parts).encode()
    return UUID(bytes=hmac.digest(settings.SECRET_KEY.encode(), text, hashlib.sha256)[:16], version=4)


def id_of(mark: str, by: User, *told: object) -> UUID:
    """Return the id of what somebody tells in a form; without a mark, a new one each time.

    What is sent again with anything changed, after a step back in the browser, is something else.
    """
    return drawn_from(str(by.pk), mark, *map(str, told)) if mark else uuid4()


@dataclass
class Sent:
    """Whether this was sent before."""

    before: bool = False


@contextmanager
def once(key: str) -> Iterator[Sent]:
    """Add a row under an id of `id_of`; when it is there already, `before` says so and nothing was added.

    `key` is the name of the primary key. Two that send at the same moment wait for each other there.
    """
    sent = Sent()
    try:
        with transaction.atomic():
            yield sent
    except IntegrityError as error:
        found = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if found != key:
            raise
        sent.before = True
