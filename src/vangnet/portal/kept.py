"""What the portal worked out before, kept until figures, areas or our own code change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from vangnet import portal
from vangnet.picture import store
from vangnet.ui import digests

T = TypeVar("T")


def remembered(make: Callable[[], T], *parts: object) -> T:
    """Return what `make` returns, from the cache when these parts were asked before."""
    return store.remembered(make, "portal", digests.code(portal), *parts)
