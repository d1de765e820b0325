"""What the texts in a column mean: each is worked out once, however often it occurs."""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from vangnet.figures.cells import as_text, normalise, without_brackets

MOST_SUGGESTIONS: Final = 300


class Wrong(Exception):
    """A cell cannot be read; the message goes into a Problem."""


class Lookup(dict[Any, Any]):
    """Remembers what each text means; a text that means nothing raises Wrong every time."""

    def __init__(self, read: Callable[[Any], Any], most: int = 500_000) -> None:
        super().__init__()
        self._read, self._most = read, most

    def __missing__(self, cell: Any) -> Any:
        meaning = self._read(cell)
        if len(self) < self._most:
            self[cell] = meaning
        return meaning


class Names(Lookup):
    """Translates names and codes into our codes, and suggests the nearest name for a wrong one."""

    def __init__(self, known: Mapping[str, str], what: str, code: re.Pattern[str] | None = None) -> None:
        super().__init__(self._translate)
        self._codes = _unambiguous((normalise(name), target) for name, target in known.items())
        self._loose = _unambiguous((_bare(name), target) for name, target in known.items())
        self._shown = {normalise(n): n for n in known if code is None or not code.fullmatch(n)}
        self._what, self._by_area_code = what, code is not None
        self._messages: dict[str, str] = {}

    def knows(self, text: str) -> bool:
        """Say whether the text is a name or code that we know."""
        return self._find(text) is not None

    def _find(self, text: str) -> str | None:
        plain = normalise(text)
        tries = [plain, plain.removeprefix("gemeente ")]
        if self._by_area_code and plain.isascii() and plain.isdigit() and len(plain) <= 4:
            tries.append(f"gm{int(plain):04}")
        if not self._by_area_code and " " in plain:
            # "1.1.1 Diefstal/inbraak woning": the code in front decides.
            tries.append(plain.split(" ", 1)[0])
        # "Bergen" may stand for "Bergen (L.)" if there is no other; never the other way round.
        known = (names[name] for names in (self._codes, self._loose) for name in tries if name in names)
        return next(known, None)

    def _translate(self, cell: Any) -> str:
        text = as_text(cell)
        if not text:
            raise Wrong(f"het {self._what} is leeg. Vul een naam of code in.")
        found = self._find(text)
        if found is None:
            raise Wrong(self._unknown(text))
        return found

    def _unknown(self, text: str) -> str:
        if text not in self._messages:
            message = f"'{text[:60]}' is geen bekend {self._what}."
            near: list[str] = []
            if len(self._messages) < MOST_SUGGESTIONS:
                near = get_close_matches(normalise(text[:60]), self._shown, n=1, cutoff=0.7)
            if near:
                message += f" Bedoelt u '{self._shown[near[0]]}'?"
            else:
                message += " Gebruik de naam of code uit de lijst van Vangnet."
            if len(self._messages) >= MOST_SUGGESTIONS:
                return message
            self._messages[text] = message
        return self._messages[text]


def _bare(name: str) -> str:
    return normalise(without_brackets(name))


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Keep the spellings that can mean only one thing: nobody's figures go to a namesake."""
    kept: dict[str, str] = {}
    dropped: set[str] = set()
    for spelling, target in pairs:
        if kept.setdefault(spelling, target) != target:
            dropped.add(spelling)
    return {spelling: target for spelling, target in kept.items() if spelling not in dropped}
