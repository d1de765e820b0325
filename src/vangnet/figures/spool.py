"""Pages that were already fetched, kept on disk so that an interrupted fetch can go on."""

import hashlib
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

_IDENTITY: Final = "identity.spool"
_ENDING: Final = ".page"


class Spool:
    """A folder with one file per fetched page.

    Every file is written under another name first, then renamed, and starts with the
    sha256 of what follows: a page is there completely or not at all. The pages belong to
    one `identity` (table, moment of change, selection); another identity empties the
    folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self, identity: dict[str, Any]) -> bool:
        """Prepare the folder; True if it already holds pages of this very identity."""
        mark = json.dumps(identity, sort_keys=True).encode()
        if self._get(_IDENTITY) == mark:
            return True
        self.discard()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._put(_IDENTITY, mark)
        return False

    def discard(self) -> None:
        """Remove our own files, and the folder if nothing else is in it."""
        for name in (_IDENTITY, "*" + _ENDING, "*.part"):
            for file in self.folder.glob(name):
                file.unlink()
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def load(self, name: str) -> dict[str, Any] | None:
        """Return a page kept earlier, or None if it is missing or damaged."""
        body = self._get(name + _ENDING)
        if body is None:
            return None
        loaded: dict[str, Any] = json.loads(body, parse_float=Decimal)
        return loaded

    def keep(self, name: str, content: dict[str, Any]) -> None:
        """Write a page to disk, all or nothing."""
        self._put(name + _ENDING, json.dumps(content, default=_as_text).encode())

    def checksum(self) -> str:
        """sha256 over all pages, in order of name."""
        total = hashlib.sha256()
        for file in sorted(self.folder.glob("*" + _ENDING)):
            with file.open("rb") as page:
                total.update(page.read(64))
        return total.hexdigest()

    def _put(self, name: str, body: bytes) -> None:
        target = self.folder / name
        fresh = target.with_suffix(".part")
        with fresh.open("wb") as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)

    def _get(self, name: str) -> bytes | None:
        try:
            digest, _, body = (self.folder / name).read_bytes().partition(b"\n")
        except OSError:
            return None
        return body if hashlib.sha256(body).hexdigest().encode() == digest else None


def _as_text(value: object) -> str:
    """Decimals are kept as text; the reader of the page accepts numbers written as text."""
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"not a JSON value: {value!r}")
