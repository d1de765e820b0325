"""The tables beside the pictures: every figure that a picture shows can be read here too."""

from __future__ import annotations

from collections.abc import Sequence

from vangnet.analysis.change import Position
from vangnet.picture.areas import COUNTRY, Place
from vangnet.picture.material import Material
from vangnet.picture.summary import (
    POLARITY,
    WORDS,
    Line,
    Step,
    common_step,
    line,
    positions,
    rate_decimals,
)
from vangnet.ui import formats
from vangnet.ui.tables import Cell, Column, Table

NOT_LOADED = "niet ingelezen"


def family(
    material: Material, lines: Sequence[Line], year: int, base: int, decimals: int, links: dict[str, str]
) -> Table:
    """Put an area beside what it belongs to: then, now, per inhabitant, and the change."""
    polarity = POLARITY[material.indicator.polarity]
    columns = [
        Column("Gebied"),
        Column(str(base), "number", decimals=0, unit="aantal"),
        Column(str(year), "number", decimals=0, unit="aantal"),
        *_rate_column(material, year, decimals),
        Column(f"Sinds {year - 1}", "change", polarity=polarity),
        Column(f"Sinds {base}", "change", polarity=polarity, unit="met 95%-marge"),
    ]
    rows = [_family_row(material, one, base, links) for one in lines]
    return Table(f"{material.indicator.name} hier, in de regio en in het hele land", columns, rows)


def _family_row(material: Material, one: Line, base: int, links: dict[str, str]) -> list[object]:
    return [
        Cell(one.place.name, url=links.get(one.place.code, "")),
        Cell(one.base, text=_absent(material, one.place, base)),
        Cell(
            one.count,
            note=one.status if one.status and one.status != "definitief" else "",
            text=_absent(material, one.place, one.year),
        ),
        *_rate_cell(material, one),
        one.on_year.cell(interval=False) if one.on_year.result else Cell(None, text=formats.CANNOT_TELL),
        _since_base(material, one, base),
    ]


def _absent(material: Material, place: Place, year: int) -> str:
    """Tell what was never delivered from what a source chose not to publish; empty when there is a figure."""
    if material.status(place, year) or material.at(material.count(place), year) is not None:
        return ""
    return NOT_LOADED


def _since_base(material: Material, one: Line, base: int) -> Cell:
    if one.on_base.result is not None or one.place.level != COUNTRY:
        return one.on_base.cell()
    # The national figures may end earlier: then the years that they do have, named.
    shorter = common_step(material, one.place, base, one.year)
    if shorter.result is None:
        return Cell(None, text=formats.CANNOT_TELL)
    cell = shorter.cell()
    return Cell(
        cell.value,
        significant=cell.significant,
        text=cell.text,
        note=f"{shorter.since}–{shorter.until}; {cell.note}",
    )


def municipalities(
    material: Material, places: Sequence[Place], year: int, base: int, *, links: dict[str, str] | None = None
) -> Table:
    """List areas by rate, each with its change and how it lies to the rest of the region."""
    lines = [line(material, place, year, base) for place in places]
    lines.sort(key=lambda one: (-_order(one), one.place.name))
    decimals = rate_decimals([one.rate for one in lines])
    region = material.tree.of(material.tree.region.members)
    found = positions(material, region, year)
    if places and all(place.code not in found for place in places):
        found = positions(material, list(places), year)
    polarity = POLARITY[material.indicator.polarity]
    columns = [
        Column("Gemeente" if all(p.members == (p.code,) for p in places) else "Gebied"),
        Column("Aantal", "number", decimals=0),
        *_rate_column(material, year, decimals),
        Column("Verschil", "change", polarity=polarity, unit=f"sinds {year - 1}"),
        Column("Verschil", "change", polarity=polarity, unit=f"sinds {base}"),
        *([Column("Ten opzichte van de rest van de regio")] if found else []),
    ]
    rows = [
        [
            Cell(one.place.name, url=(links or {}).get(one.place.code, one.place.address)),
            one.count,
            *_rate_cell(material, one),
            one.on_year.cell(interval=False),
            one.on_base.cell(interval=False),
            *([_position_cell(found.get(one.place.code))] if found else []),
        ]
        for one in lines
    ]
    return Table(f"{material.indicator.name} in {year}", columns, rows, note=_noise_note(material))


def _order(one: Line) -> float:
    value = one.rate if one.rate is not None else one.count
    return -1.0 if value is None else value


def _position_cell(position: Position | None) -> Cell:
    return Cell(None, text=formats.CANNOT_TELL) if position is None else Cell(WORDS[position])


def _rate_column(material: Material, year: int, decimals: int) -> list[Column]:
    if material.indicator.is_population:
        return []
    return [Column("Per 1.000 inwoners", "number", decimals=decimals, unit=str(year))]


def _rate_cell(material: Material, one: Line) -> list[Cell]:
    if material.indicator.is_population:
        return []
    if one.rate is None and (one.count is not None or one.place.level == COUNTRY):
        return [Cell(None, text=formats.CANNOT_TELL, note="geen inwonertal")]
    return [Cell(one.rate)]


def _noise_note(material: Material) -> str:
    if material.indicator.is_population:
        return ""
    return (
        "“Geen aantoonbaar verschil”: het verschil valt binnen wat toeval en de gewone schommeling van "
        f"jaar op jaar geven (factor {formats.number(material.dispersion, 1)} meer dan zuiver toeval; 95 % "
        "zeker voor de hele lijst)."
    )


def course(material: Material, places: Sequence[Place]) -> Table:
    """Give every year of a few areas, count and rate."""
    with_rate = not material.indicator.is_population
    columns = [Column("Jaar")]
    for place in places:
        columns.append(Column(place.name, "number", decimals=0, unit="aantal"))
        if with_rate and place.level != COUNTRY:
            columns.append(Column(place.name, "number", decimals=2, unit="per 1.000 inwoners"))
    rows: list[list[object]] = []
    for year in material.counts.years:
        statuses = {material.status(place, year) for place in places} - {"", "definitief"}
        row: list[object] = [Cell(str(year), note=", ".join(sorted(statuses)))]
        for place in places:
            row.append(material.at(material.count(place), year))
            if with_rate and place.level != COUNTRY:
                row.append(material.at(material.rate(place), year))
        rows.append(row)
    return Table(f"{material.indicator.name} per jaar", columns, rows)


def sentence(one: Line, unit: str) -> str:
    """Say in one sentence how it went: from how many to how many, and whether that is more than chance."""
    if one.count is None:
        return f"Voor {one.year} is het aantal in {one.place.name} niet gepubliceerd."
    sure = f" ({one.status})" if one.status and one.status != "definitief" else ""
    now = f"{formats.number(one.count, 0)} {unit} in {one.year}{sure}"
    if one.base is None or one.on_base.since == one.year:
        return f"{one.place.name}: {now}."
    before = f"van {formats.number(one.base, 0)} in {one.on_base.since}"
    return f"{one.place.name}: {before} naar {now}, {_told(one.on_base)}."


def _told(step: Step) -> str:
    if step.significant is None:
        return "de verandering is niet vast te stellen"
    return step.words
