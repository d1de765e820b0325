"""A contact card as vCard 4.0 (RFC 6350): who somebody is at work, and how to reach them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

WIDTH = 75  # octets in a line; what is longer goes on in the next, after a space


def card(
    *,
    key: str,
    name: str,
    email: str,
    organisations: list[str],
    title: str,
    phone: str,
    changed_on: date | None,
) -> bytes:
    """Return a card; what is not known is left out.

    >>> print(card(key="1", name="Bo de Wit", email="b@x.example", organisations=["Gemeente A; B"], title="",
    ...            phone="0570 123 456", changed_on=None).decode().replace(chr(13), ""))
    BEGIN:VCARD
    VERSION:4.0
    UID:urn:uuid:1
    FN:Bo de Wit
    N:de Wit;Bo;;;
    ORG:Gemeente A\\; B
    TEL;VALUE=uri;TYPE=work,voice:tel:0570123456
    EMAIL;TYPE=work:b@x.example
    END:VCARD
    <BLANKLINE>
    """
    first, _, last = name.partition(" ")
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"UID:urn:uuid:{key}", f"FN:{plain(name)}"]
    lines += [f"N:{plain(last)};{plain(first)};;;"]
    lines += [f"ORG:{plain(one)}" for one in organisations[:1]]
    lines += [f"TITLE:{plain(title)}"] if title else []
    digits = "".join(sign for sign in phone if sign in "+0123456789")
    lines += [f"TEL;VALUE=uri;TYPE=work,voice:tel:{digits}"] if digits else []
    lines += [f"EMAIL;TYPE=work:{plain(email)}"]
    lines += [f"REV:{changed_on:%Y%m%d}T000000Z"] if changed_on else []
    lines += ["END:VCARD"]
    return b"".join(folded(line) + b"\r\n" for line in lines)


def plain(text: str) -> str:
    """Return text as a value: signs of the card are escaped, and nothing begins a line of its own."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> bytes:
    """Return a line in parts of 75 octets at most, none of them inside a sign."""
    return b"\r\n ".join(_parts(line))


def _parts(line: str) -> Iterator[bytes]:
    part, room = b"", WIDTH
    for sign in line:
        code = sign.encode()
        if len(part) + len(code) > room:
            yield part
            part, room = b"", WIDTH - 1
        part += code
    yield part
