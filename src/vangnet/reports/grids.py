"""The tables of a factsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeAlias

from django.db.models import Max, Min
from django.utils import timezone

from vangnet.analysis.change import Position
from vangnet.figures.models import Figure, Import, Indicator, Source
from vangnet.picture import charts
from vangnet.picture.areas import MUNICIPALITY, Place
from vangnet.picture.material import Material
from vangnet.picture.summary import POLARITY, WORDS, line, positions, rate_decimals
from vangnet.reports import wording
from vangnet.ui import formats
from vangnet.ui.tables import Cell, Column, Table

Positions: TypeAlias = dict[str, Position]


def indicators(materials: Sequence[Material], places: Sequence[Place], year: int, base: int) -> Table:
    """Put all indicators of an area under each other, with the areas it belongs to beside it."""
    columns = [Column("Indicator"), Column("Aantal", "number", decimals=0)]
    for _ in places:
        columns += [Column("Per 1.000", "number"), Column(f"Sinds {base}", "change")]
    rows = [_indicator(stuff, places, year, base) for stuff in materials]
    return Table(f"Indicatoren in {places[0].name}, {year}", columns, rows)


def indicator_groups(places: Sequence[Place]) -> tuple[tuple[str, int], ...]:
    """Return the headings above that table: which columns are about which area."""
    here, *wider = places
    return (("", 1), (here.name, 3), *((place.name, 2) for place in wider))


def _indicator(stuff: Material, places: Sequence[Place], year: int, base: int) -> list[Any]:
    lines = [line(stuff, place, year, base) for place in places]
    decimals = rate_decimals([one.rate for one in lines])
    polarity = POLARITY[stuff.indicator.polarity]
    row: list[Any] = [stuff.indicator.name, lines[0].count]
    for number, one in enumerate(lines):
        rate = "" if one.rate is None else wording.rate(one.rate, decimals)
        change = one.on_base.cell(interval=False)
        margin = wording.interval(one.on_base) if number == 0 else ""
        note = "; ".join(part for part in (change.note, margin) if part)
        row += [Cell(one.rate, text=rate), replace(change, note=note, polarity=polarity)]
    return row


def peers_title(place: Place) -> str:
    """Return the heading of the table of comparable areas."""
    return "Gemeenten met ongeveer evenveel inwoners" if place.level == MUNICIPALITY else "De districten"


def found_positions(stuff: Material, place: Place, year: int) -> Positions:
    """Return how each municipality, or each district, lies to the rest of the region."""
    tree = stuff.tree
    among = tree.of(tree.region.members) if place.level == MUNICIPALITY else tree.districts
    return positions(stuff, among, year)


def peers(stuff: Material, place: Place, year: int, found: Positions) -> Table:
    """Put an area beside areas that it can be compared with; the region shows its districts."""
    local, title = place.level == MUNICIPALITY, f"{stuff.indicator.name} in {year}"
    shown = charts.peers(stuff, place, year) if local else stuff.tree.districts
    rates = {one.code: stuff.at(stuff.rate(one), year) for one in shown}
    decimals = rate_decimals(list(rates.values()))
    rows = [
        [
            Cell(one.name, note="deze gemeente" if local and one.code == place.code else ""),
            stuff.at(stuff.inhabitants(one), year),
            stuff.at(stuff.count(one), year),
            Cell(rates[one.code], text=wording.rate(rates[one.code], decimals)),
            WORDS[found[one.code]] if one.code in found else formats.CANNOT_TELL,
        ]
        for one in shown
    ]
    columns = [
        Column("Gemeente" if local else "District"),
        Column("Inwoners", "number", decimals=0),
        Column("Aantal", "number", decimals=0),
        Column("Per 1.000", "number"),
        Column("Naast rest van de regio"),
    ]
    if not rows:
        return Table(title, columns, note="Er zijn te weinig gemeenten om mee te vergelijken.")
    order = "Op volgorde van het verschil in inwonertal. " if local else ""
    note = f"{order}De laatste kolom vergelijkt het cijfer per inwoner; de uitleg staat op bladzijde 2."
    return Table(title, columns, rows, note)


def sources(used: Sequence[Indicator], borders: str) -> Table:
    """Name where every figure came from, under which licence, when it was brought in and how sure it is."""
    people = Indicator.objects.filter(is_population=True)
    known = Figure.objects.filter(indicator__in=[*used, *people]).values("delivered_by", "status")
    spans: dict[Any, dict[str, tuple[date, date]]] = {}
    for row in known.annotate(first=Min("start"), last=Max("start")):
        spans.setdefault(row["delivered_by"], {})[row["status"]] = (row["first"], row["last"])
    deliveries = Import.objects.filter(pk__in=spans).select_related("source").order_by("saved_at", "title")
    rows = [
        [
            Cell(_source(one.source), note=one.source.note),
            one.source.licence,
            timezone.localtime(one.saved_at).date() if one.saved_at else None,
            ", ".join(f"{status} {_years(*span)}" for status, span in sorted(spans[one.pk].items())),
        ]
        for one in deliveries
    ]
    rows += [[borders, "zie de bron", None, "grenzen"]] if borders else []
    columns = [Column("Bron"), Column("Licentie"), Column("Ingelezen op", "date"), Column("Status")]
    return Table("Bronnen van dit factsheet", columns, rows)


def _source(source: Source) -> str:
    table = f" ({source.table})" if source.table else ""
    return f"{source.publisher}: {source.name}{table}"


def _years(first: date, last: date) -> str:
    return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
