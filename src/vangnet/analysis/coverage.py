"""How much a text says about a subject, by plain rules that a reader can check sentence by sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_ENDS = re.compile(r"(?<=[.!?;])\s+(?=[\"'‘“(]?[A-ZÀ-Þ0-9])")
_BEGINS = re.compile(r"[\"'‘“(]?[A-ZÀ-Þ0-9]")
_BULLET = re.compile(r"([-*•–]|\d{1,3}[.)])\s")
_DENIES = re.compile(r"\b(geen|niet|zonder|nooit)\b")
_ADDS = re.compile(r"\bniet (alleen|slechts|enkel|uitsluitend|louter)\b")  # says more, denies nothing
_WORD = re.compile(r"\w+")
_STEM = 6  # letters: of a shorter word too much begins alike
_STOPS = (".", "!", "?", ":", ";")
_HEADING = 80  # characters: a longer line without a full stop is no heading
FEW, MANY = 2, 5  # sentences from which on something is a part, and from which on a priority


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence that names a subject.

    Attributes
    ----------
    text
        The sentence, spaces made one.
    denies
        It holds a word such as "geen" or "niet" (but "niet alleen" denies nothing), so it may say the
        opposite; it is shown, and not counted.
    is_heading
        It stands on a line of its own above other text: between blank lines or first of all, short and
        without a full stop.
    """

    text: str
    denies: bool
    is_heading: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a text says about a subject.

    Attributes
    ----------
    passages
        The sentences that name it, in their order.
    proposal
        0 nothing; 1 named; 2 in two or more sentences; 3 in five or more, or in a heading; 4 in both.
    near
        Words that begin as a term does and do not hold it, such as "cybercriminaliteit" beside "cybercrime":
        not counted, for a person to judge.
    """

    passages: tuple[Passage, ...]
    proposal: int
    near: tuple[str, ...] = ()


def sentences(text: str) -> list[str]:
    r"""Cut a text into sentences; a heading or an item of a list is one too.

    Text that was copied from a file often has a line break at the end of each line. Such a break ends no
    sentence, so that "geen" on one line still denies what stands on the next.

    Parameters
    ----------
    text
        As it was pasted.

    Returns
    -------
    list of str
        In their order, spaces made one, empty ones left out.

    Examples
    --------
    >>> sentences("Ondermijning\nWij pakken hennep\naan. Dat doen wij samen.")
    ['Ondermijning', 'Wij pakken hennep aan.', 'Dat doen wij samen.']
    """
    return [sentence for sentence, _ in _cut(text)]


def _cut(text: str) -> list[tuple[str, bool]]:
    """Return each sentence, and whether it is a heading."""
    found: list[tuple[str, bool]] = []
    for lines, is_heading in _blocks([line.strip() for line in text.split("\n")]):
        block = " ".join(lines)
        pieces = [block] if is_heading else _ENDS.split(block)
        found += [(" ".join(piece.split()), is_heading) for piece in pieces if piece.strip()]
    return found


def _blocks(lines: Sequence[str]) -> list[tuple[list[str], bool]]:
    """Put lines that belong together in a block; say of each block whether it is a heading."""
    filled = [number for number, line in enumerate(lines) if line]
    found: list[tuple[list[str], bool]] = []
    is_open = False  # the last block goes on with the next line
    for number, line in enumerate(lines):
        is_open = is_open and bool(line) and not _BULLET.match(line)
        if is_open:
            found[-1][0].append(line)
        elif line:
            is_heading = number < filled[-1] and _is_heading(lines, number, is_first=number == filled[0])
            found.append(([line], is_heading))
        if line:
            is_open = not found[-1][1] and not line.endswith(_STOPS)
    return found


def _is_heading(lines: Sequence[str], number: int, *, is_first: bool) -> bool:
    line, below = lines[number], lines[number + 1]
    if len(line) > _HEADING or line.endswith((*_STOPS, ",")):
        return False
    if is_first:
        return not below or _BEGINS.match(below) is not None
    return not lines[number - 1] and not below


def coverage(text: str, terms: Sequence[str]) -> Coverage:
    """Find the sentences that name a subject, and propose a score by a fixed rule.

    Parameters
    ----------
    text
        The text of a plan.
    terms
        Words or groups of words, found as part of a longer word too ("inbraak" in "woninginbraak"), whatever
        the capitals and accents.

    Returns
    -------
    Coverage
        Passages and proposal; without terms nothing is found.

    Examples
    --------
    >>> text = "Onze doelen. Wij pakken woninginbraak aan. Inbraak is hier geen thema."
    >>> found = coverage(text, ["inbraak"])
    >>> [(passage.text, passage.denies) for passage in found.passages]
    [('Wij pakken woninginbraak aan.', False), ('Inbraak is hier geen thema.', True)]
    >>> found.proposal
    1
    """
    wanted = [plain for term in terms if (plain := _plain(term))]
    found = []
    for sentence, is_heading in _cut(text):
        told = _plain(sentence)
        if any(term in told for term in wanted):
            found.append(Passage(sentence, bool(_DENIES.search(_ADDS.sub("", told))), is_heading))
    return Coverage(
        tuple(found), _proposal([one for one in found if not one.denies]), _near(_plain(text), wanted)
    )


def _near(told: str, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a text that begin like a term and hold none, each once, in their order."""
    stems = tuple(
        term[: max(_STEM, len(term) - 2)] for term in wanted if len(term) >= _STEM and " " not in term
    )
    words = dict.fromkeys(_WORD.findall(told)) if stems else {}
    return tuple(
        word for word in words if word.startswith(stems) and not any(term in word for term in wanted)
    )


def _proposal(counted: Sequence[Passage]) -> int:
    if not counted:
        return 0
    often, headed = len(counted) >= MANY, any(one.is_heading for one in counted)
    if often or headed:
        return 3 + (often and headed)
    return 2 if len(counted) >= FEW else 1


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in parts if not unicodedata.combining(sign)).split())
