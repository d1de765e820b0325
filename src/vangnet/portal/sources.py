"""Where the figures of this installation come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from vangnet.figures.models import Import, Source


@dataclass(frozen=True)
class Origin:
    """A source with the last time that figures were read from it."""

    source: Source
    read_at: datetime | None


def origins() -> list[Origin]:
    """Return every source, by name (1 query)."""
    saved = Max("imports__saved_at", filter=Q(imports__state=Import.State.SAVED))
    return [Origin(row, row.read_at) for row in Source.objects.annotate(read_at=saved).order_by("name")]
