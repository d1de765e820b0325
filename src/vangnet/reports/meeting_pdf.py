"""A document of a meeting as PDF: tagged for screen readers (PDF/UA-1), or with the PDF papers behind it.

A PDF that is put into another keeps no tags, so a set with papers is no PDF/UA; the agenda alone is.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from vangnet.meetings.models import Paper
from vangnet.reports import typeset
from vangnet.reports.meeting import SET, Document
from vangnet.ui import formats
from vangnet.vault.kinds import KINDS

TEMPLATE = Path(__file__).parent / "typst" / "meeting.typ"
MOST_PAGES = 200  # of one paper
MOST_BYTES = 100 * 1024 * 1024  # of all papers together
PROBE = '#image("{name}", page: {page})'


def render(document: Document) -> bytes:
    """Return the document as PDF; equal documents give equal bytes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(TEMPLATE, folder)
        appended = _appended(folder, document.papers)
        return typeset.render(
            folder / TEMPLATE.name,
            "sheet",
            _content(document, appended),
            made_on=document.made_on,
            is_tagged=document.kind != SET,
        )


def _content(document: Document, appended: list[dict[str, Any]]) -> dict[str, Any]:
    known = {
        name: value
        for name, value in vars(document).items()
        if name not in ("sections", "tables", "contents", "papers", "made_on")
    }
    return {
        **known,
        "made_on": formats.day(document.made_on),
        "contents": asdict(document.contents),
        "sections": [asdict(one) for one in document.sections],
        "tables": [asdict(one) for one in document.tables],
        "papers": appended,
    }


def _appended(folder: Path, papers: Sequence[Paper]) -> list[dict[str, Any]]:
    """Put the papers in the folder; of each its name and number of pages, none when it cannot be appended."""
    found, room = [], MOST_BYTES
    for number, paper in enumerate(papers):
        pages, file = 0, f"paper-{number}.pdf"
        if paper.kind == KINDS["pdf"] and paper.size <= room:
            room -= paper.size
            (folder / file).write_bytes(bytes(paper.content))
            pages = _pages(folder, file)
        found.append({"name": paper.name, "file": file, "pages": pages})
    return found


def _pages(folder: Path, file: str) -> int:
    """Count the pages of a PDF by asking for them, halving each time; 0 when unreadable or too long."""
    low, high = 0, MOST_PAGES + 1  # a page `low` there is, a page `high` we do not want
    if not _has(folder, file, 1) or _has(folder, file, high):
        return 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _has(folder, file, middle) else (low, middle)
    return low


def _has(folder: Path, file: str, page: int) -> bool:
    probe = folder / "probe.typ"
    probe.write_text(PROBE.format(name=file, page=page), encoding="utf-8")
    try:
        typst.compile(probe, root=folder, font_paths=typeset.fonts(), format="pdf")
    except typst.TypstError:
        return False
    return True
