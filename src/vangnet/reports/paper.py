"""A paper in sections: what the note and its review say, whatever the file format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vangnet.reports.factsheet import Drawing
from vangnet.ui.tables import Table

SOURCES = "Onderliggende stukken"
LONG = 12  # rows


@dataclass(frozen=True)
class Source:
    """A document that lies under a part: what it is called, and where it can be read when that is known."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Section:
    """A part under a heading: texts, points, a map, a table and documents, in this order."""

    title: str
    slug: str
    texts: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    drawing: Drawing | None = None
    table: Table | None = None
    sources: tuple[Source, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether a page folds the table, so that the paper stays short on a screen."""
        return self.table is not None and len(self.table.rows) > LONG


def absolute(url: str, site: str) -> str:
    """Return an address for a file; nothing for one of our own when the site is not known.

    >>> absolute("/strategie/", "https://vangnet.example")
    'https://vangnet.example/strategie/'
    """
    if not url.startswith("/"):
        return url
    return f"{site}{url}" if site else ""


@dataclass(frozen=True)
class Paper:
    """A whole paper, ready to be shown or set in type."""

    title: str
    subtitle: str
    region: str
    day: date
    made_on: date
    status: str
    filename: str  # without extension
    sections: tuple[Section, ...]
    site: str = ""  # where its links lead, for a file: "https://name"; without it a file has no links of ours
