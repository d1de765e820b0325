"""Short names for addresses."""

from __future__ import annotations

import itertools
from collections.abc import Collection

from django.utils.text import slugify


def new_slug(name: str, taken: Collection[str], *, otherwise: str = "nieuw") -> str:
    """Return a short name for an address that nothing else has.

    >>> new_slug("Wonen & werken", {"wonen-werken"})
    'wonen-werken-2'
    >>> new_slug("?!", ())
    'nieuw'
    """
    slug = slugify(name)[:50] or otherwise
    names = itertools.chain([slug], (f"{slug}-{n}" for n in itertools.count(2)))
    return next(one for one in names if one not in taken)
