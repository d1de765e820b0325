"""What the portal worked out before, kept until figures, areas or our own code change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from vangnet.picture import store

T = TypeVar("T")


def remembered(make: Callable[[], T], *parts: object) -> T:
    """Return what `make` returns, from the cache when these parts were asked before."""
    return store.remembered(make, "portal", _code(), *parts)


@cache
def _code() -> str:
    """Return a digest of our own code: an update may give the same question an answer of another shape."""
    total = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()[:16]
