"""A-32: every regular expression of the product meets texts made to keep it busy, and is done in time."""

from __future__ import annotations

import ast
import gc
import importlib
import re
import re._constants as sre
import re._parser as parser
import signal
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from vangnet.casework import attachments
from vangnet.vault.kinds import FileRefused

pytestmark = pytest.mark.attack("A-32")

ROOT = Path(__file__).parents[2] / "src"
LENGTH = 30_000
PATIENCE = 0.8  # seconds of work, not of waiting; a pattern that looks back over all of it takes many
CALLS = {"compile", "search", "match", "fullmatch", "findall", "finditer", "sub", "split"}
FILLERS = (" ", "a", "1", "(", "<", ">", "\n", ".", "-", "_", "@", "\\(", "(a", "a ", "1.", "' ", "#4")


class TooLong(Exception):
    """It was still busy."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Stop what costs more time of the processor; waiting for another process does not count."""

    def stop(*_: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    gc.disable()  # sweeping up after thousands of tests is no work of the pattern
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        gc.enable()


# Meets what we draw ourselves and nothing that anybody sends.
OURS = {"vangnet.ui.pictures", "vangnet.ui.vendor"}


def patterns() -> Iterator[tuple[str, re.Pattern[Any], bool]]:
    """Yield every pattern in the source, with where it stands and whether it is searched for in a text."""
    for path in sorted((ROOT / "vangnet").rglob("*.py")):
        if {"tests", "migrations"} & set(path.parts):
            continue
        source = path.read_text(encoding="utf-8")
        if "re." not in source:
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if name in OURS:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {f"re.{call}" for call in CALLS}:
                known = vars(importlib.import_module(name))
                given = [*node.args[1:], *(one.value for one in node.keywords)]
                flags = next((ast.unparse(one) for one in given if "re." in ast.unparse(one)), "0")
                pattern = eval(ast.unparse(node.args[0]), known)
                searched = ast.unparse(node.func) not in {"re.match", "re.fullmatch"}
                yield f"{name}:{node.lineno}", re.compile(pattern, eval(flags, known)), searched


def literals(found: Any) -> Iterator[str]:
    """Yield the words that a pattern asks for letter by letter."""
    word = ""
    for kind, value in found:
        if kind is sre.LITERAL:
            word += chr(value)
            continue
        if word:
            yield word
        word = ""
        for part in value if isinstance(value, tuple | list) else (value,):
            for one in part if isinstance(part, list) else (part,):
                if isinstance(one, parser.SubPattern):
                    yield from literals(one)
    if word:
        yield word


def tiring(pattern: re.Pattern[Any]) -> Iterator[str | bytes]:
    """Yield long texts that begin to match again and again and never end."""
    words = list(dict.fromkeys(literals(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))))[:12]
    units = [
        *FILLERS,
        *words,
        *(f"{word}{end}" for word in words for end in (" ", "(", "(a)", "0", "<", "?>")),
    ]
    if len(words) > 1:
        units.append(words[0] + words[1])
    for unit in units:
        for first in ("", words[0] if words else ""):
            text = first + unit * (LENGTH // len(unit)) + "!"
            yield text.encode("latin-1", "ignore") if isinstance(pattern.pattern, bytes) else text


FOUND = list(patterns())


def test_a32_the_patterns_are_found():
    assert len(FOUND) > 60
    assert {"vangnet.vault.personal", "vangnet.casework.attachments"} <= {
        where.partition(":")[0] for where, *_ in FOUND
    }


@pytest.mark.parametrize(("where", "pattern", "searched"), FOUND, ids=[one[0] for one in FOUND])
def test_a32_no_text_keeps_a_pattern_busy(where, pattern, searched):
    for text in tiring(pattern):
        try:
            with within(PATIENCE):
                if searched:
                    list(pattern.finditer(text))
                pattern.fullmatch(text)
        except TooLong:
            pytest.fail(f"{where} {pattern.pattern!r} is kept busy by {text[:40]!r}")


def test_a32_a_pattern_that_can_be_kept_busy_is_noticed():
    slow = re.compile(r"(begin.*?\?>)(.*?)(end)", re.DOTALL)

    with pytest.raises(pytest.fail.Exception, match="kept busy"):
        test_a32_no_text_keeps_a_pattern_busy("here", slow, True)


# --- files that are read part by part ---

MEGABYTE = 1024 * 1024
EMPTY = b"/ObjStm stream\n" + zlib.compress(b"")
BOMB = b"/ObjStm stream\n" + zlib.compress(b"0" * 9 * MEGABYTE)
CHUNK = b"\0\0\0\0abcd" + struct.pack(">I", zlib.crc32(b"abcd"))
FILES = {
    "packets.pdf": (b"%PDF-1.4", b"<?xpacket begin?>"),
    "packets-without-end.pdf": (b"%PDF-1.4", b"<?xpacket begin"),
    "lists.pdf": (b"%PDF-1.4", b"/ObjStm"),
    "empty-lists.pdf": (b"%PDF-1.4", EMPTY),
    "bombs.pdf": (b"%PDF-1.4", BOMB),
    "dictionaries.pdf": (b"%PDF-1.4", b"<<"),
    "streams.pdf": (b"%PDF-1.4", b">> stream"),
    "hidden-names.pdf": (b"%PDF-1.4", b"#41"),
    "authors.pdf": (b"%PDF-1.4", b"/Author((a)"),
    "fill.jpg": (b"\xff\xd8", b"\xff"),
    "segments.jpg": (b"\xff\xd8", b"\xff\xfe\0\x02"),
    "scans.jpg": (b"\xff\xd8", b"\xff\xda\0\x02"),
    "scan.jpg": (b"\xff\xd8\xff\xda\0\x02", b"\xff\0"),
    "chunks.png": (b"\x89PNG\r\n\x1a\n", CHUNK),
    "tags.txt": (b"", b"<  "),
}


@pytest.mark.attack("A-30")
@pytest.mark.parametrize("name", FILES)
def test_a32_no_attachment_keeps_the_reader_of_it_busy_or_unfolds_without_end(name):
    """Two megabytes; time and memory grow with the size of a file, and no faster."""
    first, unit = FILES[name]
    file = SimpleUploadedFile(name, first + unit * (2 * MEGABYTE // len(unit)))
    try:
        with within(4):
            attachments.accept([file])
    except FileRefused:
        pass
    except TooLong:
        pytest.fail(f"{name} kept its reader busy")
