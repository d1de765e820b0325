"""What was drawn or worked out before: kept until figures, areas or our own code change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

from django.core.cache import caches

from vangnet import analysis, figures, places, strategy, ui
from vangnet.ui.pictures import Picture

T = TypeVar("T")
_ABSENT = object()
_SHAPING = (
    Path(__file__).parent,
    *(Path(str(part.__file__)).parent for part in (ui, analysis, figures, places, strategy)),
)


def remembered(make: Callable[[], T], *parts: object) -> T:
    """Return what `make` returns, from the cache when these parts were asked before."""
    key = hashlib.sha256(repr((_code(), *parts)).encode()).hexdigest()
    found = caches["pictures"].get(key, _ABSENT)
    if found is _ABSENT:
        found = make()
        caches["pictures"].set(key, found)
    return cast(T, found)


def svg(picture: Picture) -> str:
    """Return the drawing, drawn at most once."""
    return remembered(lambda: picture.svg, "svg", picture.spec_hash)


def png(picture: Picture) -> bytes:
    """Return the drawing as PNG, drawn at most once."""
    return remembered(picture.png, "png", picture.spec_hash)


@cache
def _code() -> str:
    """Return a digest of the code and templates that shape a page, so that an update forgets all."""
    files = sorted(
        path
        for folder in _SHAPING
        for path in folder.rglob("*")
        if path.suffix in {".py", ".html"} and "tests" not in path.parts and "node_modules" not in path.parts
    )
    total = hashlib.sha256()
    for path in files:
        total.update(path.read_bytes())
    return total.hexdigest()[:16]
