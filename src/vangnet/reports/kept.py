"""What reports drew or set in type before, kept until what goes in or our own code changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import caches

from vangnet import reports, ui
from vangnet.picture import store
from vangnet.reports.paper import Paper
from vangnet.ui import digests

T = TypeVar("T")


def remembered(make: Callable[[], T], *parts: object) -> T:
    """Return what `make` returns, from the cache when these parts were asked before."""
    return store.remembered(make, "reports", digests.code(reports), *parts)


def file(render: Callable[[Paper], bytes], paper: Paper, extension: str) -> bytes:
    """Return the paper as a file, set in type at most once.

    Anybody may ask for any day, so files have a cache of their own that holds few of them.
    """
    told = repr((digests.code(reports, ui), extension, paper))
    key = hashlib.sha256(told.encode()).hexdigest()
    found: bytes | None = caches["papers"].get(key)
    if found is None:
        found = render(paper)
        caches["papers"].set(key, found)
    return found
