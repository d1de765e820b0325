"""What signals are about and how they are weighed, from casework.yaml of a region pack."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import yaml

from vangnet.casework import lists
from vangnet.casework.protocol import BadProtocol
from vangnet.identity.models import User


class Pack(Protocol):
    """What is read of a region pack here."""

    @property
    def folder(self) -> Path: ...


def load(pack: Pack, *, by: User, at: datetime) -> None:
    """Take over branches, phenomena and the protocol; a pack without casework.yaml has none.

    Raises
    ------
    BadProtocol
        The protocol does not hold together; the message names the file and the step.
    """
    path = pack.folder / "casework.yaml"
    if not path.exists():
        return
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    lists.record_lists(branches=content["branches"], phenomena=content["phenomena"], by=by, at=at)
    try:
        lists.record_protocol(content["protocol"], by=by, at=at)
    except BadProtocol as error:
        raise BadProtocol(f"{path}: {error}") from error
