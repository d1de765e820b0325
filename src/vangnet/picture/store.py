"""What was drawn or worked out before: kept until figures, areas or our own code change."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast
from weakref import WeakValueDictionary

from django.core.cache import caches

from vangnet import analysis, figures, picture, places, strategy, ui
from vangnet.ui import digests
from vangnet.ui.pictures import Picture

T = TypeVar("T")
_ABSENT = object()
_AT_WORK: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()
_KEEPS_AT_WORK = threading.Lock()
_SHAPING = (picture, ui, analysis, figures, places, strategy)


def remembered(make: Callable[[], T], *parts: object) -> T:
    """Return what `make` returns, from the cache when these parts were asked before."""
    key = hashlib.sha256(repr((_code(), *parts)).encode()).hexdigest()
    found = caches["pictures"].get(key, _ABSENT)
    if found is _ABSENT:
        with _one_at_a_time(key):
            found = caches["pictures"].get(key, _ABSENT)
            if found is _ABSENT:
                found = make()
                caches["pictures"].set(key, found)
    return cast(T, found)


@contextmanager
def _one_at_a_time(key: str) -> Iterator[None]:
    """Let one thread make what others ask for at the same moment, such as after an update."""
    with _KEEPS_AT_WORK:
        turn = _AT_WORK.setdefault(key, threading.Lock())
    with turn:
        yield


def svg(drawing: Picture) -> str:
    """Return the drawing, drawn at most once."""
    return remembered(lambda: drawing.svg, "svg", drawing.spec_hash)


def png(drawing: Picture) -> bytes:
    """Return the drawing as PNG, drawn at most once."""
    return remembered(drawing.png, "png", drawing.spec_hash)


def _code() -> str:
    """Return a digest of the code and templates that shape a page, so that an update forgets all."""
    return digests.code(*_SHAPING)
