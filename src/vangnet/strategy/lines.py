"""Lines of a goal that say more than one thing: a partner with its role, a document with page and address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

ROLES = {
    "A": "eindverantwoordelijk",
    "R": "voert uit",
    "C": "wordt geraadpleegd",
    "I": "wordt op de hoogte gehouden",
}
_PARTNER = re.compile(r"([ARCI])\s*:\s*(\S.*)")
_NEVER = re.compile(r"[\s<>\"']")  # what no address holds


class Partner(NamedTuple):
    """Who has which part in a goal (RACI)."""

    role: str
    who: str

    @property
    def part(self) -> str:
        """Return the role in Dutch."""
        return ROLES[self.role]


class WrongAddress(ValueError):
    """An address that leads nowhere; the message is that address."""


class Document(NamedTuple):
    """What stands somewhere: a title, the page, and an address when there is one."""

    title: str
    page: str
    url: str


def partner(line: str) -> Partner:
    """Read "A: gemeenten".

    Raises
    ------
    ValueError
        There is no role, or nobody has it.

    >>> partner("A: gemeenten").part
    'eindverantwoordelijk'
    """
    found = _PARTNER.fullmatch(line.strip())
    if not found:
        raise ValueError(line)
    return Partner(found[1], found[2])


def partners(lines: Iterable[str]) -> list[Partner]:
    """Return the partners of a goal, who answers for it first."""
    return sorted((partner(line) for line in lines), key=lambda one: list(ROLES).index(one.role))


def owner(lines: Iterable[str]) -> str:
    """Return who answers for a goal; nothing when that was not agreed.

    >>> owner(["R: politie", "A: gemeenten"])
    'gemeenten'
    """
    return next((one.who for one in partners(lines) if one.role == "A"), "")


def _parted(text: str) -> tuple[str, str]:
    """Return what stands before an address, and the address: behind a semicolon or a space, or alone."""
    first = max((found.end() for found in _NEVER.finditer(text)), default=0)
    for at in (first, *(place + 1 for place in range(first, len(text)) if text[place] == ";")):
        before = text[:at].rstrip()
        is_place = text.startswith("/", at) and text[at + 1 : at + 2] not in ("", "/")
        if is_place and not before:
            return "", text[at:]
        is_web = text.startswith("https://", at) and len(text) > at + len("https://")
        if (is_place and before.endswith(";")) or (is_web and text[at - 1 : at].strip() in ("", ";")):
            return before.removesuffix(";"), text[at:]
    return text, ""


def document(line: str) -> Document:
    """Read "titel; bladzijde; adres", of which only the title has to be there; or an address alone.

    An address goes on to the end of the line, so it may hold a semicolon.

    Raises
    ------
    ValueError
        It has more parts, no title, or an address that is none.

    >>> document("Onderzoek; blz. 12; https://voorbeeld.example/onderzoek.pdf").page
    'blz. 12'
    >>> document("https://voorbeeld.example/stuk;versie=2")
    Document(title='voorbeeld.example/stuk;versie=2', page='', url='https://voorbeeld.example/stuk;versie=2')
    """
    words, url = _parted(line.strip())
    if url and not words:
        return Document(url.removeprefix("https://"), "", url)
    parts = [part.strip() for part in words.split(";")]
    title, page = parts[0], parts[1] if len(parts) > 1 else ""
    is_broken = not url and len(parts) > 1 and ("//" in parts[-1] or parts[-1].startswith("/"))
    if not title or len(parts) > 2 or is_broken:
        raise ValueError(line)
    return Document(title, page, url)


def leads_somewhere(url: str) -> bool:
    """Say whether an address names a machine, and a port that can be.

    >>> leads_somewhere("https://voorbeeld.example:poort/")
    False
    """
    try:
        parts = urlsplit(url)
        return parts.port != 0 and (bool(parts.hostname) or not parts.scheme)
    except ValueError:
        return False


def new_document(line: str) -> Document:
    """Read a line that somebody writes now; what was kept before is read with `document`.

    Raises
    ------
    WrongAddress
        Its address leads nowhere.
    ValueError
        As `document`, or there is an address that does not begin with https://.
    """
    found = document(line)
    if not found.url and "//" in line:
        raise ValueError(line)
    if found.url and not leads_somewhere(found.url):
        raise WrongAddress(found.url)
    return found


def documents(lines: Iterable[str]) -> list[Document]:
    """Return the documents of a goal in their order."""
    return [document(line) for line in lines]
