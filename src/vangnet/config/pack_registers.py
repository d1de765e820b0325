"""What one chooses from in registers, from registers.yaml, and invented lines for a demonstration."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import yaml

from vangnet.config.pack_registers_demo import invented
from vangnet.identity.models import User
from vangnet.registers import actions
from vangnet.registers.models import GainAgreement


class BadLists(ValueError):
    """registers.yaml cannot be read or names a list that is not known; the message says which."""


class Pack(Protocol):
    """What is read of a region pack here."""

    @property
    def folder(self) -> Path: ...


def load(pack: Pack, *, by: User, at: datetime) -> None:
    """Take over the lists; a pack without registers.yaml has none.

    Raises
    ------
    BadLists
        The file cannot be read, or a list or an entry is not as it should be.
    """
    try:
        content = _content(pack)
        if content:
            actions.record_choices(content["lists"], by=by, at=at)
    except (KeyError, TypeError) as error:
        raise BadLists(f"{pack.folder / 'registers.yaml'} lacks {error}") from error
    except (ValueError, yaml.YAMLError) as error:
        raise BadLists(f"{pack.folder / 'registers.yaml'}: {error}") from error


def load_demo(pack: Pack, *, by: User, at: datetime) -> int:
    """Fill every register by the rule and with the seed of `demo`, once; return how many lines."""
    told = _content(pack).get("demo")
    if not told or GainAgreement.objects.exists():
        return 0
    return actions.load(invented(told["seed"], told["years"], by=by, at=at), by=by, at=at)


def _content(pack: Pack) -> dict[str, Any]:
    path = pack.folder / "registers.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}
