"""A digest of our own code: what is kept under it is forgotten by an update."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from types import ModuleType

SHAPING = {".py", ".html", ".typ"}
ASIDE = {"tests", "migrations", "node_modules"}


@cache
def code(*packages: ModuleType) -> str:
    """Return a digest of the code and templates of packages, read once."""
    total = hashlib.sha256()
    for package in packages:
        folder = Path(str(package.__file__)).parent
        for path in sorted(folder.rglob("*")):
            if path.suffix in SHAPING and not ASIDE & set(path.relative_to(folder).parts):
                total.update(path.read_bytes())
    return total.hexdigest()[:16]
