"""Method cards: what was done, with what, and what the result does not say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vangnet.analysis.said import pairs

WORDS = {
    "nl": (
        "Methodekaart",
        "methode",
        "bron",
        "instellingen",
        "toevalsgetal",
        "gegevens (sha256)",
        "uitkomst",
        "grenzen",
    ),
    "en": ("Method card", "method", "source", "parameters", "seed", "data (sha256)", "result", "limits"),
}
NO_SEED = {"nl": "geen; er wordt niets geloot", "en": "none; nothing is drawn"}


@dataclass(frozen=True, slots=True)
class Card:
    """How a result came about; no date, so the same input gives the same bytes.

    Texts are given in Dutch (`nl`) and English (`en`). Names of parameters are those of `said.NAMES`; names
    and values of a result may be `said.Said`. The JSON keeps names as they are, with Dutch words.
    """

    title: Mapping[str, str]
    method: Mapping[str, str]
    source: str  # literature
    parameters: Mapping[str, Any]
    data_sha256: Mapping[str, str]  # of each input, by name
    limits: Mapping[str, tuple[str, ...]]  # what the result does not say
    result: Mapping[str, Any] = field(default_factory=dict)  # a few figures
    seed: int | None = None

    def as_json(self) -> bytes:
        """Return the card for programs."""
        content = {
            "kind": "vangnet method card",
            "title": dict(self.title),
            "method": dict(self.method),
            "source": self.source,
            "parameters": dict(self.parameters),
            "seed": self.seed,
            "data_sha256": dict(self.data_sha256),
            "result": dict(self.result),
            "limits": {language: list(lines) for language, lines in self.limits.items()},
        }
        return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()

    def as_text(self) -> bytes:
        """Return the card for people, Dutch first."""
        return "\n".join(self._in(language) for language in ("nl", "en")).encode()

    def _in(self, language: str) -> str:
        head, method, source, parameters, seed, data, result, limits = WORDS[language]
        drawn = NO_SEED[language] if self.seed is None else str(self.seed)
        lines = [
            f"{head}: {self.title[language]}",
            f"{method}: {self.method[language]}",
            f"{source}: {self.source}",
        ]
        lines += [f"{parameters}: {pairs(self.parameters, language)}", f"{seed}: {drawn}"]
        lines += [f"{data}: {pairs(self.data_sha256, language)}"]
        lines += [f"{result}: {pairs(self.result, language)}", f"{limits}:"]
        lines += [f"- {line}" for line in self.limits[language]]
        return "\n".join(lines) + "\n"


def sha256(content: bytes) -> str:
    """Return the hash by which a card names its input."""
    return hashlib.sha256(content).hexdigest()
