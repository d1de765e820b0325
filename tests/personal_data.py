"""Finds personal data where they do not belong: citizen service numbers, and people that a test planted.

A test of a page that holds people has three lines::

    with personal_data.planted() as person, Watch() as watch:
        watch.browser(anna).post(address, {"name": person.name, "bsn": person.bsn})
    assert watch.findings(owner_connection) == []

`Watch` sees the log, every address, every header, error pages and files that its browsers meet; a connection
of the owner sees every table. `scan` looks through anything else.
"""

from __future__ import annotations

import base64
import html
import io
import itertools
import logging
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from django.test import Client

# --- what a finding is -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """Something personal at a place where it should not be."""

    kind: str  # bsn, planted, column, unread
    value: str
    where: str = ""


# Nine digits in a row, or in groups with one separator: 1234.56.782 or 123 456 782. A longer row of digits, a
# fraction, and a row of more numbers are something else.
_NINE = re.compile(r"(?<![\d])(?<!\d\.)(\d{9})(?!\d|\.\d)")
_MAYBE = re.compile(r"\d{9}|\d{3}([ .-])\d{2,3}\1\d{3}")
_GROUPS = re.compile(r"(?<!\d)(?<!\d[ .-])(\d{4}([ .-])\d{2}\2\d{3}|\d{3}([ .-])\d{3}\3\d{3})(?![ .-]?\d)")
# Random keys, digests, spans of a trace and places in memory hold nine digits in a row now and then.
_KEYS = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,}(?:-[0-9a-f]{16}\b)?"
    r"|\b0x[0-9a-f]{8,16}\b"
    r"|^[0-9a-f]{16}$",  # the number of a span, when it is all there is
    re.IGNORECASE,
)
_TAGS = re.compile(r"<[^<>]*>")
_WRAPPED = re.compile(r"(?<![\w.+/-])(\.?)([\w+/-]{24,})={0,2}")
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009", " "))
_ESCAPES = re.compile(r"\\u([0-9a-fA-F]{4})")


def is_bsn(digits: str) -> bool:
    """Say whether nine digits pass the check of a citizen service number; the test range 9999xxxxx counts.

    >>> is_bsn("123456782"), is_bsn("123456789"), is_bsn("000000000")
    (True, False, False)
    """
    if len(digits) != 9 or not digits.isdecimal() or digits == "0" * 9:
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 == 0


# --- people to plant ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """An invented person whose every trait can be told from anything else on the site."""

    given: str
    family: str
    bsn: str
    street: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def traits(self) -> tuple[str, ...]:
        """What must not be found anywhere; the given name is found as well when it stands alone."""
        return (self.given, self.family, self.bsn, self.street)


_planted: list[tuple[str, ...]] = []
_numbers = itertools.count(1)


@contextmanager
def planted(*traits: str) -> Iterator[Person]:
    """Let every scan inside the block look for an invented person too, and for the texts that are given."""
    person = _invented(next(_numbers))
    _planted.append((*person.traits, *traits))
    try:
        yield person
    finally:
        _planted.pop()


def _invented(number: int) -> Person:
    tail = f"{number:04}".translate(str.maketrans("0123456789", "bcdfghjklm"))
    bsn = next(text for n in range(number * 20, 10**5) if is_bsn(text := f"9999{n:05}"))
    return Person(f"Quirivèr{tail}", f"Zwaluwenstaart{tail}", bsn, f"Korenbloemdreef{tail} 7")


def traits() -> tuple[str, ...]:
    """Return every text that is planted now."""
    return tuple(itertools.chain.from_iterable(_planted))


# --- text and bytes ----------------------------------------------------------------------------------


def scan(content: str | bytes, where: str = "") -> list[Finding]:
    """Return what is personal in a text, or in a file: archives, workbooks, documents and PDF are opened."""
    found: dict[Finding, None] = {}
    for part, text in readable(content):
        place = f"{where} {part}".strip()
        for reading in _readings(text):
            found |= dict.fromkeys(Finding("bsn", number, place) for number in _numbers_in(reading))
        found |= dict.fromkeys(Finding("planted", trait, place) for trait in _traits_in(text))
    return list(found)


def readable(content: str | bytes, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts in a file with the part they stand in."""
    if isinstance(content, str):
        yield name, content
    elif content.startswith(b"PK\x03\x04"):
        yield from _archived(content, name)
    elif content.startswith(b"%PDF"):
        yield from _printed(content, name)
    else:
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        yield name, content.decode("utf-16" if wide else "utf-8", errors="replace")


def _archived(content: bytes, name: str) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            yield f"{name}/name", entry.filename
            yield from readable(archive.read(entry), f"{name}/{entry.filename}")


def _printed(content: bytes, name: str) -> Iterator[tuple[str, str]]:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        yield f"{name}/properties", " | ".join(document.get_metadata_dict().values())
        for number, sheet in enumerate(document, start=1):
            yield f"{name}/page {number}", sheet.get_textpage().get_text_bounded()
    finally:
        document.close()


def _readings(text: str) -> list[str]:
    """Return a text as it is, as it is meant, and what is wrapped in it.

    Meant: without the escapes of HTML, addresses and JSON. Wrapped: sessions, messages in a cookie and cached
    values are base64, the first two compressed and signed.
    """
    wrapped = list(_unwrapped(text))
    return list(dict.fromkeys((text, *wrapped, *map(_meant, (text, *wrapped)))))


def _meant(text: str) -> str:
    return _ESCAPES.sub(lambda match: chr(int(match[1], 16)), html.unescape(unquote_plus(text)))


def _unwrapped(text: str) -> Iterator[str]:
    for match in _WRAPPED.finditer(text):
        letters = match[2].translate(str.maketrans("-_", "+/"))
        try:
            content = base64.b64decode(letters + "=" * (-len(letters) % 4))
            yield (zlib.decompress(content) if match[1] else content).decode("utf-8", errors="replace")
        except (ValueError, zlib.error):
            continue


def _numbers_in(text: str) -> Iterator[str]:
    text = text.translate(_SPACES)
    if not _MAYBE.search(text):
        return
    text = _KEYS.sub("~", text)
    for match in itertools.chain(_NINE.finditer(text), _GROUPS.finditer(text)):
        digits = re.sub(r"\D", "", match[1])
        if is_bsn(digits):
            yield digits


def _traits_in(text: str) -> Iterator[str]:
    wanted = {trait: _folded(trait) for trait in traits()}
    if wanted:
        # A name may be broken by tags, as in a mark around what was searched for.
        folded = [
            _folded(version) for reading in _readings(text) for version in (reading, _TAGS.sub("", reading))
        ]
        for trait, plain in wanted.items():
            if any(plain in version for version in folded):
                yield trait


def _folded(text: str) -> str:
    """Return a text without case, accents and double spaces, so that every spelling is one."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    accents = {ord(sign): None for sign in set(plain) if unicodedata.combining(sign)}
    return " ".join(plain.translate(accents).split())


# --- the log -----------------------------------------------------------------------------------------


class LogCatcher(logging.Handler):
    """Holds everything that is logged inside its block, from DEBUG up, with tracebacks and extra fields.

    Of templates only what is worth a warning: they log a traceback for each variable that is absent.
    """

    _LINE = logging.Formatter("%(name)s %(levelname)s %(message)s")
    _OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request"}

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []
        self._before: list[tuple[logging.Logger, int]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record as one text."""
        extra = {name: value for name, value in vars(record).items() if name not in self._OWN}
        text = self._LINE.format(record)
        self.lines.append(f"{text} {extra}" if extra else text)

    def __enter__(self) -> LogCatcher:
        known = [
            item for item in logging.root.manager.loggerDict.values() if isinstance(item, logging.Logger)
        ]
        for logger in [logging.root, *known]:
            self._before.append((logger, logger.level))
            if logger.name == "django.template":
                logger.setLevel(logging.WARNING)
            elif logger is logging.root or logger.level:
                logger.setLevel(logging.DEBUG)
            if logger is logging.root or not logger.propagate:
                logger.addHandler(self)
        return self

    def __exit__(self, *error: object) -> None:
        for logger, level in self._before:
            logger.removeHandler(self)
            logger.setLevel(level)

    def findings(self) -> list[Finding]:
        """Return what is personal in what was logged."""
        return [found for line in dict.fromkeys(self.lines) for found in scan(line, "log")]


# --- pages -------------------------------------------------------------------------------------------


def errors_and_files(answer: Any) -> bool:
    """Say whether a body may not hold anybody: an error page, or a file that leaves the house."""
    return bool(answer.status_code >= 400 or "Content-Disposition" in answer.headers)


# A form with a fault shows its writer what was typed, in the answer to the very request that sent it. Only
# forms that ask for words of one's own, and only when no cache may keep the answer.
_OWN_WORDS = re.compile(
    r"/convenanten/nieuw/|/dossiers/[0-9a-f-]{36}/(nieuw|noodtoegang)/"
    r"|/dossiers/[0-9a-f-]{36}/[0-9a-f-]{36}/(openen|betrokkene|gegeven|weging(/[0-9a-f-]{36})?)/"
    r"|/signalen/[0-9a-f-]{36}/(nieuw|[0-9a-f-]{36}/wegen)/|/melden/[a-z0-9-]+/"
    r"|/casussen/[0-9a-f-]{36}/[0-9a-f-]{36}/(taak|maatregel|kind|besluit|afronden|overdracht)/"
)


def shows_again(answer: Any) -> bool:
    """Say whether this is a form in which somebody reads back their own words, and nobody else's."""
    return bool(
        answer.status_code == 422
        and answer.request["REQUEST_METHOD"] == "POST"
        and _OWN_WORDS.fullmatch(answer.request["PATH_INFO"])
        and "no-store" in answer.headers.get("Cache-Control", "")
    )


def every_body(answer: Any) -> bool:
    """Say so of every body: for a site without data subjects."""
    return True


@dataclass
class Watch:
    """Browsers whose every address, header and body is looked at, and the log besides.

    `bodies` says whose body is looked at. A page that shows somebody to whoever may see them is not a leak,
    so by default only error pages and files are.
    """

    bodies: Callable[[Any], bool] = errors_and_files
    log: LogCatcher = field(default_factory=LogCatcher)
    seen: int = 0
    _found: list[Finding] = field(default_factory=list)

    def __enter__(self) -> Watch:
        self.log.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.log.__exit__(*error)

    def look(self, answer: Any) -> Any:
        """Look at an answer of any client, and at what was asked; return it."""
        self.seen += 1
        asked = answer.request
        address = asked["PATH_INFO"] + "?" + asked.get("QUERY_STRING", "")
        self._found += scan(address, "address")
        for name, value in answer.headers.items():
            self._found += scan(f"{name}: {value}", f"header of {asked['PATH_INFO']}")
        for name, cookie in answer.cookies.items():
            self._found += scan(cookie.value, f"cookie {name} of {asked['PATH_INFO']}")
        if self.bodies(answer):
            self._found += scan(answer.getvalue(), f"{answer.status_code} {asked['PATH_INFO']}")
        return answer

    def browser(self, person: Any = None) -> Client:
        """Return a client, signed in as this person with a second factor, of which nothing escapes."""
        client = _WatchedClient(self)
        if person is not None:
            from vangnet.identity import session

            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
            session.prove(client.session.session_key)
        return client

    def findings(self, connection: Any = None) -> list[Finding]:
        """Return everything found; a connection adds every table."""
        from tests.personal_tables import scan_database

        tables = scan_database(connection) if connection is not None else []
        return list(dict.fromkeys([*self._found, *self.log.findings(), *tables]))


class _WatchedClient(Client):
    def __init__(self, watch: Watch) -> None:
        super().__init__(raise_request_exception=False)
        self._watch = watch

    def request(self, **request: Any) -> Any:
        return self._watch.look(super().request(**request))
