"""The official tables that figures are fetched from, and what to ask of them."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from django.conf import settings

from vangnet.figures.models import Indicator, Source
from vangnet.figures.observations import month_codes, year_code
from vangnet.figures.odata3 import OData3
from vangnet.figures.odata4 import OData4
from vangnet.figures.opendata import Manners
from vangnet.figures.selections import Selection
from vangnet.figures.tables import TableSource

POLICE, CBS = "politie", "cbs"
MUNICIPALITIES, COUNTRY = "gemeenten", "land"
# How the kinds in a dimension are coded; an indicator with another code is not in that table.
_CODES = {"SoortMisdrijf": re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}"), "Overlast": re.compile(r"[A-Z]\d+")}


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A table we know: whose service, which column, which dimension tells the kind, years or months."""

    number: str
    label: str
    service: str
    topic: str
    kind_dimension: str | None
    monthly: bool = False


TABLES = {
    table.number: table
    for table in (
        PublishedTable(
            "47018NED",
            "Misdrijven per gemeente en jaar (politie)",
            POLICE,
            "GeregistreerdeMisdrijven",
            "SoortMisdrijf",
        ),
        PublishedTable(
            "47022NED",
            "Misdrijven per gemeente en maand (politie)",
            POLICE,
            "GeregistreerdeMisdrijven",
            "SoortMisdrijf",
            monthly=True,
        ),
        PublishedTable(
            "47024NED",
            "Overlast per gemeente en maand (politie)",
            POLICE,
            "GeregistreerdeOverlast",
            "Overlast",
            monthly=True,
        ),
        PublishedTable("70072ned", "Bevolking per gemeente en jaar (CBS)", CBS, "GemiddeldeBevolking", None),
    )
}


def known_table(number: str) -> PublishedTable | None:
    """Return what we know of a table, whatever the case of its number."""
    return next((table for table in TABLES.values() if table.number.casefold() == number.casefold()), None)


def source_of(number: str) -> Source | None:
    """Return the source under which a table's figures are kept."""
    return Source.objects.filter(table__iexact=number).order_by("slug").first()


def has_official_code(indicator: Indicator, kind_dimension: str | None = None) -> bool:
    """Say whether an indicator can be asked for by its code, in any table or in one with this dimension."""
    patterns = [_CODES[kind_dimension]] if kind_dimension in _CODES else _CODES.values()
    return any(pattern.fullmatch(indicator.code) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Request:
    """What to fetch, in plain values, so that it can be stored and carried to a job.

    `indicators` are codes at the source; `indicator` is the one that a table without kinds is about.
    `borders_on` None: each figure on the borders of its own year.
    """

    service: str
    table: str
    topic: str
    source: str
    years: tuple[int, ...]
    indicators: tuple[str, ...] = ()
    indicator: str | None = None
    kind_dimension: str | None = "SoortMisdrijf"
    monthly: bool = False
    areas: str = MUNICIPALITIES
    borders_on: str | None = None
    pinned: tuple[tuple[str, str], ...] = ()

    def stored(self) -> dict[str, Any]:
        """Return the request as it is kept in the database."""
        return asdict(self)

    @classmethod
    def restored(cls, values: dict[str, Any]) -> Self:
        """Return a request that was kept in the database."""
        lists = {name: tuple(values[name]) for name in ("years", "indicators")}
        return cls(**{**values, **lists, "pinned": tuple(map(tuple, values["pinned"]))})

    @property
    def borders(self) -> date | None:
        """The day whose borders the figures are on."""
        return date.fromisoformat(self.borders_on) if self.borders_on else None

    def selection(self) -> Selection:
        """Return the request in the words of the client."""
        periods = [code for year in self.years for code in _periods(year, monthly=self.monthly)]
        return Selection(
            self.table,
            self.topic,
            offences=self.indicators or None if self.kind_dimension else None,
            region_prefix="NL" if self.areas == COUNTRY else "GM",
            periods=tuple(periods),
            pinned=dict(self.pinned),
            offence_dimension=self.kind_dimension or "SoortMisdrijf",
        )

    def client(self, base_url: str | None = None, manners: Manners | None = None) -> TableSource:
        """Return the client of the service; `base_url` replaces the address in the settings."""
        if self.service == POLICE:
            return OData3(base_url or settings.POLICE_ODATA_URL, manners)
        return OData4(base_url or f"{settings.CBS_ODATA_URL}/CBS", manners)

    def spool(self, folder: Path | None = None) -> Path:
        """Return the folder in which fetched pages wait, the same for the same request."""
        mark = hashlib.sha256(json.dumps(self.stored(), sort_keys=True).encode()).hexdigest()[:20]
        return folder or settings.DATA / "spool" / mark


def _periods(year: int, *, monthly: bool) -> list[str]:
    return month_codes(year) if monthly else [year_code(year)]
