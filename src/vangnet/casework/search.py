"""Searching signals by what is known without opening them: number, place, phenomenon, branch, source, status.

Every word has to fit somewhere. The newest that fit are put in order of how well they fit; there can be more
that fit, and then the page says so. No text of a report is searched: it lies sealed in the vault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from vangnet.casework.models import Signal
from vangnet.figures.cells import normalise
from vangnet.vault.desks import Choices

CANDIDATES: Final = 2_000  # of what fits, how many of the newest are put in order
MOST_WORDS: Final = 6
FIELDS: Final = {"place": "plaats", "phenomenon_id": "vorm", "branch_id": "branche"}


@dataclass(frozen=True, slots=True)
class Found:
    """The ids of what fits, the best first, and whether more fits than was looked at."""

    keys: tuple[UUID, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class _Word:
    """A word, and per field the codes of names that it begins a word of, or stands in."""

    text: str
    begins: tuple[frozenset[str], ...]
    within: Mapping[str, frozenset[str]]

    @property
    def fits(self) -> Q:
        """Where this word stands anywhere; numbers are in capitals."""
        fits = Q(number__contains=self.text)
        for field, codes in self.within.items():
            if codes:
                fits |= Q(**{f"{field}__in": sorted(codes)})
        return fits

    def fit(self, number: str, codes: Iterable[str]) -> int:
        """Say how well this word fits a signal: the end of its number before a name, a name before a part."""
        if number.endswith(self.text):
            return 3
        return 2 if any(code in known for code, known in zip(codes, self.begins, strict=True)) else 1


def ranked(found: QuerySet[Signal], text: str, known: Mapping[str, Choices], *, most: int = 0) -> Found:
    """Return what fits a text, the best first, from signals that are in order, the newest first (1 query).

    Parameters
    ----------
    known
        The codes and names of places (`plaats`), phenomena (`vorm`) and branches (`branche`).
    most
        How many of the newest are put in order; `CANDIDATES` when not told.
    """
    most = most or CANDIDATES
    names = {field: known[name] for field, name in FIELDS.items()}
    names |= {"source": Signal.Source.choices, "status": Signal.Status.choices}
    words = [_word(one, names) for one in text.split()[:MOST_WORDS]]
    for word in words:
        found = found.filter(word.fits)
    rows = list(found.values_list("pk", "number", *names)[: most + 1])
    kept = sorted(rows[:most], key=lambda row: -sum(word.fit(row[1], row[2:]) for word in words))
    return Found(tuple(pk for pk, *_ in kept), len(rows) > most)


def _word(text: str, names: Mapping[str, Choices]) -> _Word:
    bare = normalise(text)
    spelled = {
        field: [(str(code), f" {normalise(str(name))}") for code, name in choices if bare]
        for field, choices in names.items()
    }
    begins = tuple(_codes(named, f" {bare}") for named in spelled.values())
    return _Word(text.upper(), begins, {field: _codes(named, bare) for field, named in spelled.items()})


def _codes(named: Iterable[tuple[str, str]], part: str) -> frozenset[str]:
    return frozenset(code for code, name in named if part in name)
