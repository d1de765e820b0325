"""A paper in sections: what the note and its review say, whatever the file format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vangnet.reports.factsheet import Drawing
from vangnet.ui.tables import Table

LONG = 12  # rows


@dataclass(frozen=True)
class Section:
    """A part under a heading: texts, points, a map and a table, in this order."""

    title: str
    slug: str
    texts: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    drawing: Drawing | None = None
    table: Table | None = None

    @property
    def is_long(self) -> bool:
        """Whether a page folds the table, so that the paper stays short on a screen."""
        return self.table is not None and len(self.table.rows) > LONG


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
