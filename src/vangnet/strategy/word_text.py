"""Reads the text of a Word file on standard input, in a process that cannot grow or go on for long.

Run as a program, as `pdf_text` is: a file that was made to unfold without end then stops this process and not
the server. It knows no settings and no database.
"""

from __future__ import annotations

import io
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

MEMORY = 512 * 1024 * 1024
SECONDS = 20
TOO_LONG, DAMAGED = 4, 5  # as `pdf_text` says it
PART = "word/document.xml"
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, ValueError, NotImplementedError),
    *(RuntimeError, ParseError, DefusedXmlException),
)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TABLE = f"{_WORD}p", f"{_WORD}tbl"
_HEADING = re.compile(r"(heading|kop|title|titel)\d*$", re.IGNORECASE)
_ITEM = re.compile(r"(list|lijst)", re.IGNORECASE)


class TooLong(Exception):
    """There is more in it than a plan has."""


def main(most_xml: int, most_elements: int, most_signs: int) -> int:
    """Write the text, and return 0 or why not."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())) as package:
            if package.getinfo(PART).file_size > most_xml:
                return TOO_LONG
            with package.open(PART) as part:
                room = most_signs
                for line in paragraphs(part, most_elements):
                    room -= len(line)
                    if room < 0:
                        return TOO_LONG
                    sys.stdout.buffer.write(line.encode("utf-8", "replace"))
    except (TooLong, MemoryError):
        return TOO_LONG
    except BROKEN:
        return DAMAGED
    return 0


def paragraphs(part: IO[bytes], most_elements: int) -> Iterator[str]:
    """Yield the paragraphs: a heading between blank lines, an item behind a dash.

    Raises
    ------
    TooLong
        It has more elements than this.
    """
    above: list[Element] = []
    seen = tables = open_paragraphs = 0
    for event, one in iterparse(part, events=("start", "end")):
        step = 1 if event == "start" else -1
        tables += step * (one.tag == _TABLE)
        open_paragraphs += step * (one.tag == _PARAGRAPH)
        if event == "start":
            seen += 1
            if seen > most_elements:
                raise TooLong
            above.append(one)
            continue
        above.pop()
        if one.tag == _PARAGRAPH:
            text = " ".join(_words(one).split())
            if text:
                yield _shaped(one, text, in_table=tables > 0)
        if above and (one.tag == _PARAGRAPH or not open_paragraphs):
            above[-1].remove(one)  # it was read: what is finished takes no room


def _words(paragraph: Element) -> str:
    parts = []
    for one in paragraph.iter():
        if one.tag == f"{_WORD}t":
            parts.append(one.text or "")
        elif one.tag in (f"{_WORD}tab", f"{_WORD}br"):
            parts.append(" ")
    return "".join(parts)


def _shaped(paragraph: Element, text: str, *, in_table: bool) -> str:
    style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
    name = "" if style is None else style.get(f"{_WORD}val", "")
    if _HEADING.match(name):
        return f"\n\n{text}\n\n"
    if in_table or _ITEM.match(name) or paragraph.find(f"{_WORD}pPr/{_WORD}numPr") is not None:
        return f"\n- {text}\n"
    return f"\n{text}\n"


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
