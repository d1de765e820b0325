"""A paper in sections as PDF: tagged for screen readers (PDF/UA-1), set in type from `typst/note.typ`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vangnet.reports import pdf, typeset
from vangnet.reports.paper import SOURCES, Paper, Section, absolute
from vangnet.ui import formats

TEMPLATE = Path(__file__).parent / "typst" / "note.typ"


def render(paper: Paper) -> bytes:
    """Return the paper as PDF; equal papers give equal bytes."""
    return typeset.render(TEMPLATE, "paper", _content(paper), made_on=paper.made_on)


def _content(paper: Paper) -> dict[str, Any]:
    return {
        "title": paper.title,
        "subtitle": paper.subtitle,
        "region": paper.region,
        "made_on": formats.day(paper.made_on),
        "status": paper.status,
        "sections": [_section(one, paper.site) for one in paper.sections],
    }


def _section(section: Section, site: str) -> dict[str, Any]:
    return {
        "title": section.title,
        "texts": section.texts,
        "points": section.points,
        "sources_title": SOURCES,
        "sources": [{"text": one.text, "url": absolute(one.url, site)} for one in section.sources],
        "drawing": pdf.picture(section.drawing),
        "table": pdf.table(section.table, site) if section.table else None,
    }
