"""The look-back: what the note claims about the period before, beside what the official figures say.

Each claim keeps its own unit; the figure beside it counts something else, so the two are never subtracted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from vangnet.analysis.change import Verdict
from vangnet.figures import series
from vangnet.figures.development import Development, NotPublished, development
from vangnet.figures.models import Indicator
from vangnet.figures.series import YearTable
from vangnet.picture.summary import POLARITY
from vangnet.places.models import Area, AreaVersion
from vangnet.reports import kept
from vangnet.strategy.models import Claim
from vangnet.ui import formats


@dataclass(frozen=True)
class Measured:
    """The official figures of two years with their change."""

    first: int
    last: int
    before: float
    after: float
    relative: float | None
    significant: bool | None
    interval: str
    status: str

    @property
    def words(self) -> str:
        """Return the change in words, for a sentence."""
        return formats.change(self.shown, significant=self.significant).words

    @property
    def shown(self) -> float:
        """Return the change for the components; infinite when it started at 0."""
        return math.inf if self.relative is None else self.relative


@dataclass(frozen=True)
class Official:
    """What the official figures say beside a claim; without `measured`, `absence` says why not."""

    indicator: str
    slug: str
    unit: str
    polarity: formats.Polarity
    definition: str
    source: str
    area: str
    measured: tuple[Measured, ...]
    absence: str = ""


@dataclass(frozen=True)
class Row:
    """A claim of the note with the figures beside it."""

    claim: Claim
    official: Official | None  # None: no such indicator here

    @property
    def claimed(self) -> str:
        """Return the claim with number and sign kept on one line."""
        return self.claim.claimed.replace(" %", formats.SPACE + "%")


def rows(user: Any) -> list[Row]:
    """Return every claim with its figures (2 queries; more only when the figures changed)."""
    claims = list(Claim.objects.visible_to(user))
    keys = tuple((c.slug, c.indicator, c.area, c.first_year, c.last_year, c.also_from) for c in claims)
    found = kept.remembered(
        lambda: [_official(claim) for claim in claims], "look-back", series.version(), keys
    )
    return [Row(claim, official) for claim, official in zip(claims, found, strict=True)]


def _official(claim: Claim) -> Official | None:
    indicator = Indicator.objects.filter(slug=claim.indicator).select_related("source").first()
    area = Area.objects.filter(code=claim.area).first()
    if indicator is None or area is None:
        return None
    name = AreaVersion.objects.filter(area=area).order_by("-period").values_list("name", flat=True).first()
    measured, absence = _measured(series.on_latest_borders(indicator), area, claim)
    return Official(
        indicator=indicator.name,
        slug=indicator.slug,
        unit=indicator.unit,
        polarity=POLARITY[indicator.polarity],
        definition=indicator.definition,
        source=_source(indicator),
        area=name or area.code,
        measured=measured,
        absence=absence.replace(f"voor {area.code} ", f"voor {name or area.code} "),
    )


def _source(indicator: Indicator) -> str:
    table = f" ({indicator.source.table})" if indicator.source.table else ""
    return f"{indicator.source.publisher}, {indicator.source.name}{table}"


def _measured(table: YearTable, area: Area, claim: Claim) -> tuple[tuple[Measured, ...], str]:
    starts = [year for year in (claim.first_year, claim.also_from) if year]
    try:
        return tuple(_between(table, area, start, claim.last_year) for start in starts), ""
    except NotPublished as reason:
        return (), str(reason)


def _between(table: YearTable, area: Area, first: int, last: int) -> Measured:
    found: Development = development(table, area, first=first, last=last)
    change = found.change
    known = change.relative is not None
    interval = ""
    if known and math.isfinite(change.high):
        interval = f"{formats.signed_percent(change.low)} tot {formats.signed_percent(change.high)}"
    return Measured(
        first=first,
        last=last,
        before=change.before,
        after=change.after,
        relative=change.relative,
        significant=(change.verdict != Verdict.NO_DIFFERENCE) if known else None,
        interval=interval,
        status=found.status,
    )


def period(found: Iterable[Row]) -> tuple[int, int] | None:
    """Return the years that the claims are about; None without claims."""
    claims = [row.claim for row in found]
    return (min(c.first_year for c in claims), max(c.last_year for c in claims)) if claims else None
