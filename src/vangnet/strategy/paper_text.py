"""The text of a plan that somebody chose as a file, to look through; neither is kept."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final

from vangnet.strategy import pdf_text, word_text
from vangnet.vault import scanner
from vangnet.vault.kinds import KINDS, FileRefused, recognise
from vangnet.vault.personal import ODD_SIGNS

MOST_SIGNS: Final = 2_000_000
MOST_PAGES: Final = 500
MOST_XML: Final = 60 * 1024 * 1024
MOST_ELEMENTS: Final = 1_500_000
PATIENCE: Final = 30  # seconds
ONLY: Final = "Kies een pdf of een Word-bestand (docx)."
EMPTY: Final = "In dit bestand staat geen tekst; misschien is het een scan. Plak de tekst hieronder."
LONG: Final = f"Dit bestand is te lang: hoogstens {MOST_PAGES} bladzijden. Kies alleen het deel dat telt."
BROKEN_FILE: Final = "Dit bestand is beschadigd en niet te lezen. Sla het opnieuw op, of plak de tekst."
PROTECTED: Final = "Dit bestand is met een wachtwoord beveiligd. Sla het op zonder, of plak de tekst."
SAID: Final = {pdf_text.PROTECTED: PROTECTED, pdf_text.TOO_LONG: LONG}
_HYPHEN: Final = re.compile("[\x02\ufffe\u00ad]\n?")  # a word that was cut at the end of a line


def read(file: Any) -> str:
    """Return the text of an uploaded file.

    Raises
    ------
    FileRefused
        It is of another kind, holds macros, unfolds too far, has a virus in it, is protected, damaged, too
        long, or holds no text; the message is Dutch.
    """
    if not file.size:
        raise FileRefused("Dit bestand is leeg.")
    kind = recognise(file.file, file.name or "")
    if kind not in (KINDS["pdf"], KINDS["docx"]):
        raise FileRefused(ONLY)
    scanner.scan(file.file)
    if kind == KINDS["pdf"]:
        text = _told_by(pdf_text, (MOST_PAGES, MOST_SIGNS), file.read())
    else:
        text = _told_by(word_text, (MOST_XML, MOST_ELEMENTS, MOST_SIGNS), file.read())
    text = _HYPHEN.sub("", text.replace("\r\n", "\n"))
    text = "".join(sign for sign in text if sign == "\n" or ord(sign) not in ODD_SIGNS)
    if len(text) > MOST_SIGNS:
        raise FileRefused(LONG)
    if not text.strip():
        raise FileRefused(EMPTY)
    return text


def _told_by(program: ModuleType, limits: Sequence[int], body: bytes) -> str:
    """Return what a program reads in a file; it knows nothing of us, and is stopped in time."""
    command = [sys.executable, "-I", str(program.__file__), *map(str, limits)]
    try:
        told = subprocess.run(command, input=body, capture_output=True, timeout=PATIENCE, env={}, check=False)
    except subprocess.TimeoutExpired:
        raise FileRefused(LONG) from None
    if told.returncode:
        raise FileRefused(SAID.get(told.returncode, BROKEN_FILE))
    return told.stdout.decode("utf-8", "replace")
