"""Finds personal data in free text, to warn before it is kept where it does not belong."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from django import forms

from vangnet.vault.pseudonyms import is_bsn

# Between digits: up to three of spaces that do not end a line, dots, hyphens, slashes, and signs of no width.
_BETWEEN: Final = r"[^\S\r\n]|[.\-/\u00ad\u2010-\u2015\u2212\u200b-\u200d\u2060\ufeff\u00b7]"
_NINE: Final = re.compile(rf"(?<!\d)(?=(\d(?:(?:{_BETWEEN}){{0,3}}\d){{8}})(?!\d))")
# Eight digits are a BSN without its first zero only when somebody says so; dates have eight too.
_EIGHT: Final = re.compile(
    rf"(?i:bsn|burgerservicenummer|sofi-?(?:nummer)?)\D{{0,12}}(\d(?:(?:{_BETWEEN}){{0,3}}\d){{7}})(?!\d)"
)
MASK: Final = "[BSN]"
# Signs that steer a screen or turn the reading direction, and can make a text look like another one.
# Steering signs, and two that are no characters: they come out of a pdf and no Word file may hold them.
ODD_SIGNS: Final = frozenset(
    {*range(32), 127, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFFFE, 0xFFFF} - {9, 10, 13}
)
_TAKEN_OUT: Final = dict.fromkeys(ODD_SIGNS - {0})  # a NUL is refused: it comes from no keyboard


@dataclass(frozen=True, slots=True)
class Match:
    """Where something stands in a text; what it says is left in the text."""

    start: int
    end: int
    kind: str = "bsn"


def find_bsn(text: str) -> list[Match]:
    """Return every number that passes the check of a BSN, with separators or without, in order.

    Of numbers of nine digits one in eleven passes by chance, so this warns and does not decide.
    """
    found: list[Match] = []
    spans = [match.span(1) for pattern in (_NINE, _EIGHT) for match in pattern.finditer(text)]
    for start, end in sorted(spans):
        is_new = not found or start >= found[-1].end
        if is_new and is_bsn(_digits(text[start:end]).zfill(9)):
            found.append(Match(start, end))
    return found


def mask(text: str) -> str:
    """Return the text with each number that `find_bsn` finds replaced by [BSN].

    >>> mask("Betrokkene 1234.56.782 woont hier sinds 2019.")
    'Betrokkene [BSN] woont hier sinds 2019.'
    """
    for match in reversed(find_bsn(text)):
        text = text[: match.start] + MASK + text[match.end :]
    return text


class PlainField(forms.CharField):
    """A text without signs that steer or turn the reading direction."""

    def to_python(self, value: Any) -> str:
        """Take them out before anything is asked of the text."""
        return str(super().to_python(str(value).translate(_TAKEN_OUT) if value else value))


class CarefulForm(forms.Form):
    """A form with words of one's own in some of its fields, which stops at what looks like a BSN in any."""

    told: tuple[str, ...] = ()

    @property
    def has_number(self) -> bool:
        """Whether a number that looks like a BSN stands in what was typed."""
        return any(self.has_error(name, "bsn") for name in self.told)

    def clean(self) -> dict[str, Any]:
        """Take words without a number by accident."""
        found = super().clean() or self.cleaned_data
        for name in self.told:
            if found.get(name):
                try:
                    found[name] = settled(self, name)
                except forms.ValidationError as error:
                    self.add_error(name, error)
        return found


def settled(form: forms.Form, name: str) -> str:
    """Return a text; stop at what looks like a citizen service number until somebody says what to do with it.

    Raises
    ------
    forms.ValidationError
        Such a number stands in it, and nobody has said yet whether to mask it; the code is `bsn`.
    """
    text: str = form.cleaned_data[name]
    if not find_bsn(text) or form.data.get("bsn") == "laten":
        return text
    if form.data.get("bsn") == "verbergen":
        return mask(text)
    raise forms.ValidationError("In deze tekst staat iets dat een burgerservicenummer lijkt.", code="bsn")


def masked(form: forms.Form, name: str) -> str:
    """Return a text without the number that it was stopped for; empty when it was not."""
    return mask(form.data.get(name, "")) if form.has_error(name, "bsn") else ""


def _digits(text: str) -> str:
    """Return the digits in our own script."""
    return "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())
