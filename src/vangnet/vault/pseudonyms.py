"""Pseudonyms and blind indexes: one person, another name for every purpose and receiver.

A plain hash of a BSN is undone in half an hour by trying every number. These are keyed, with a key per
purpose, so two purposes cannot be laid side by side, and who has no key cannot try. Nothing here is logged.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import unicodedata
from datetime import date
from typing import Final
from uuid import UUID

from vangnet.vault.keys import KeyRing

LENGTH: Final = 26  # of base32: 130 bits
WORDS: Final = (
    "aan af al bij d da de del della den der des di du el en het in l la las le les los onder op over s t te"
    " ten ter tot uijt uit van vanden vander ver vom von voor zu zum zur"
)
PREFIXES: Final = frozenset(WORDS.split())
# Letters that Unicode does not take apart into a letter and a sign.
LETTERS: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


class NotABsn(ValueError):
    """This is no BSN; the message does not repeat it."""

    def __init__(self) -> None:
        super().__init__("dit is geen geldig burgerservicenummer")


def is_bsn(text: str) -> bool:
    """Say whether nine digits pass the check of a BSN (elfproef).

    >>> is_bsn("123456782"), is_bsn("123456789"), is_bsn("000000000")
    (True, False, False)
    """
    if len(text) != 9 or not (text.isascii() and text.isdigit()) or not text.strip("0"):
        return False
    digits = [int(digit) for digit in text]
    return (sum((9 - place) * digit for place, digit in enumerate(digits[:8])) - digits[8]) % 11 == 0


def clean_bsn(text: str) -> str:
    """Return the nine digits of a BSN as people write it; a first zero may be left out. Raises `NotABsn`."""
    digits = re.sub(r"[\s.\-]", "", text)
    bsn = digits.zfill(9) if len(digits) == 8 else digits
    if not is_bsn(bsn):
        raise NotABsn
    return bsn


def purpose_key(
    ring: KeyRing,
    zone: str,
    *,
    agreement: UUID,
    purpose: UUID,
    receiver: UUID,
    period: str,
    salt: bytes = b"",
) -> bytes:
    """Return the key of the pseudonyms of one purpose for one receiver in one period.

    Keep a random `salt` with the purpose and destroy it at its end: from then on nobody, not even who has the
    ring, can compute its pseudonyms again.
    """
    parts = ["pseudonym", str(agreement), str(purpose), str(receiver), period, salt.hex()]
    return ring.secret(zone, json.dumps(parts).encode())


def index_key(ring: KeyRing, zone: str, *, purpose: UUID) -> bytes:
    """Return the key of the blind indexes of one purpose, with which records are found again."""
    return ring.secret(zone, json.dumps(["index", str(purpose)]).encode())


def pseudonym(key: bytes, bsn: str) -> str:
    """Return the pseudonym of a person: 26 signs that say nothing without the key. Raises `NotABsn`."""
    return _keyed(key, "bsn:" + clean_bsn(bsn))


def bsn_index(key: bytes, bsn: str) -> str:
    """Return the blind index of a BSN. Raises `NotABsn`."""
    return _keyed(key, "index-bsn:" + clean_bsn(bsn))


def name_index(key: bytes, name: str, born: date | str) -> str:
    """Return the blind index of a name with a birth date: see `normal_name` for what is the same name.

    `born` may be a text YYYY-MM-DD in which unknown parts are zeros, as the register of persons has it.
    """
    day = born.isoformat()[:10] if isinstance(born, date) else born
    if not re.fullmatch(r"[0-9]{4}-(0[0-9]|1[0-2])-([0-2][0-9]|3[01])", day):
        raise ValueError("a birth date is written as YYYY-MM-DD, with zeros for what is unknown")
    return _keyed(key, f"index-name:{normal_name(name)}|{day}")


def normal_name(name: str) -> str:
    """Return a name without capitals, signs on letters, prefixes, hyphens and order of its parts.

    Initials stay initials: they are not the same as the given name. A name of prefixes alone keeps them.

    >>> normal_name("Berg-Jansén, Zoë van den"), normal_name("zoe Jansen van de Berg")
    ('berg jansen zoe', 'berg jansen zoe')
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    letters = "".join(sign for sign in plain.translate(LETTERS) if not unicodedata.combining(sign))
    parts = re.findall(r"[^\W_]+", letters)
    if not parts:
        raise ValueError("a name needs a letter")
    return " ".join(sorted([part for part in parts if part not in PREFIXES] or parts))


def shown(pseudonym: str) -> str:
    """Return the part of a pseudonym by which people tell two data subjects of a dossier apart.

    >>> shown("K7QX2MNAABCDEFGHIJKLMNOPQR")
    'K7QX-2MNA'
    """
    return f"{pseudonym[:4]}-{pseudonym[4:8]}"


def _keyed(key: bytes, message: str) -> str:
    if len(key) != 32:
        raise ValueError("a key has 32 bytes")
    digest = hmac.digest(key, message.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return base64.b32encode(digest).decode("ascii")[:LENGTH]
