"""Parameters in an address: one definition that reads, refuses and describes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest

from vangnet.api.problems import fault, wrong

MOST_ON_A_PAGE: Final = 100
LAST_PAGE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: its name in the address, what it is for, and what it may hold."""

    name: str
    text: str
    format: str = ""
    known: Callable[[], Sequence[str]] | None = None
    least: int = 0
    most: int = 0  # of a number; 0: it is words
    longest: int = 0
    default: Any = ""

    def schema(self) -> dict[str, Any]:
        """Return it as JSON Schema."""
        if self.most:
            told: dict[str, Any] = {"type": "integer", "minimum": self.least, "maximum": self.most}
        else:
            told = {"type": "string"}
        if self.longest:
            told["maxLength"] = self.longest
        if self.format:
            told["format"] = self.format
        if self.known:
            told["enum"] = list(self.known())
        return told | ({"default": self.default} if self.default != "" else {})

    def read(self, text: str) -> Any:
        """Return what a text in the address stands for.

        Raises
        ------
        ValueError
            It may not be this; the message says what it may be, in Dutch.
        """
        if self.most:
            if not (text.isascii() and text.isdecimal() and self.least <= int(text[:9]) <= self.most):
                raise ValueError(f"Geef een geheel getal van {self.least} tot en met {self.most}.")
            return int(text)
        if self.format == "uuid":
            try:
                return UUID(text)
            except ValueError as error:
                raise ValueError("Dit is geen UUID.") from error
        if self.known and text not in (known := self.known()):
            raise ValueError("Geef een van: " + ", ".join(known) + ".")
        if (self.longest and len(text) > self.longest) or "\0" in text:
            raise ValueError(f"Geef hoogstens {self.longest} tekens.")
        return text


PAGES: Final = (
    Param("pagina", "Welke bladzijde, vanaf 1.", least=1, most=LAST_PAGE, default=1),
    Param("paginaGrootte", "Hoeveel op een bladzijde.", least=1, most=MOST_ON_A_PAGE, default=50),
)


def read(request: HttpRequest, known: Sequence[Param]) -> dict[str, Any]:
    """Return what an address asks for, with what it leaves out.

    Raises
    ------
    Problem
        It has a parameter that is not known here, one of them twice, or one that holds something else.
    """
    named = {one.name: one for one in known}
    found, errors = {one.name: one.default for one in known}, []
    for name in request.GET:
        values = request.GET.getlist(name)
        if name not in named:
            errors.append(fault("query", name[:40], "Deze parameter is hier niet bekend.", "onbekend"))
        elif len(values) > 1:
            errors.append(fault("query", name, "Deze parameter staat er meer dan eens."))
        else:
            try:
                found[name] = named[name].read(values[0])
            except ValueError as reason:
                errors.append(fault("query", name, str(reason)))
    if errors:
        raise wrong(errors)
    return found
