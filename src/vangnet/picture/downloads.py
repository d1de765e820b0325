"""Files with what a page shows: tables, maps and drawings, each with its source, date and status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vangnet.figures import export
from vangnet.figures.export import Cell
from vangnet.picture import maps, material, national, portrait, store, tables
from vangnet.picture.areas import COUNTRY, Place
from vangnet.picture.material import Material
from vangnet.picture.question import Question
from vangnet.picture.refusal import CannotShow
from vangnet.ui import formats
from vangnet.ui.pictures import Picture

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "svg": "image/svg+xml",
    "png": "image/png",
}
COLUMNS = [
    "gebiedscode",
    "gebied",
    "indicator",
    "jaar",
    "aantal",
    "per 1.000 inwoners",
    "inwoners",
    "status",
    "bron",
    "peildatum",
]


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand out."""

    name: str
    content_type: str
    content: bytes


def make(question: Question, extension: str, shown: str) -> File:
    """Return the file of a question; `shown` is kaart, verloop or volgorde.

    Raises
    ------
    CannotShow
        There is no such file of this picture.
    """
    if extension not in TYPES or shown not in ("kaart", "verloop", "volgorde"):
        raise _no_file(question, f"“{shown}” als {extension} bestaat niet")
    stuff = material.load(question.indicator, question.state)
    makers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: export.to_csv(COLUMNS, rows(question, stuff, shown)),
        "xlsx": lambda: export.to_xlsx(COLUMNS, rows(question, stuff, shown), title=question.indicator.name),
        "geojson": lambda: _geojson(question, stuff, shown).encode(),
        "svg": lambda: store.svg(picture(question, stuff, shown)).encode(),
        "png": lambda: store.png(picture(question, stuff, shown)),
    }
    period = str(question.year) if shown != "verloop" else f"{stuff.counts.years[0]}-{stuff.counts.years[-1]}"
    name = f"{question.indicator.slug}-{question.place.key}-{shown}-{period}.{extension}"
    return File(name, TYPES[extension], makers[extension]())


def _no_file(question: Question, what: str) -> CannotShow:
    return CannotShow(
        404,
        "Dit bestand is er niet",
        f"{what}. Er zijn csv, xlsx, svg en png van kaart, verloop en volgorde, en geojson van de kaart. Een "
        "kaart is er alleen van gebieden met gemeenten, en alleen van cijfers per gemeente.",
        links=[("Terug naar het beeld", question.link())],
    )


def rows(question: Question, stuff: Material, shown: str) -> list[list[Cell]]:
    """Return the figures behind a picture, a row per area and year."""
    if question.is_national:
        return [_row(stuff, question.tree.country, year) for year in stuff.counts.years]
    if shown == "verloop":
        places = portrait.course_places(question)
        return [_row(stuff, place, year) for place in places for year in stuff.counts.years]
    places = portrait.mapped(question) if shown == "kaart" else portrait.ranked_places(question, stuff)
    return [_row(stuff, place, question.year) for place in places]


def _row(stuff: Material, place: Place, year: int) -> list[Cell]:
    rate = None if stuff.indicator.is_population else stuff.at(stuff.rate(place), year)
    return [
        place.code,
        place.name,
        stuff.indicator.name,
        year,
        _whole(stuff.at(stuff.count(place), year)),
        None if rate is None else round(rate, 4),
        None if place.level == COUNTRY else _whole(stuff.at(stuff.inhabitants(place), year)),
        _status(stuff, place, year),
        stuff.source,
        stuff.dated,
    ]


def _status(stuff: Material, place: Place, year: int) -> str:
    status = stuff.status(place, year)
    if status and stuff.at(stuff.count(place), year) is None:
        return formats.NOT_PUBLISHED
    return status or tables.NOT_LOADED


def _whole(value: float | None) -> Cell:
    return int(value) if value is not None and value == int(value) else value


def picture(question: Question, stuff: Material, shown: str) -> Picture:
    """Return the drawing of a page with its title in it, for use elsewhere."""
    found: Picture | None
    if question.is_national:
        found = national.course_picture(question, stuff, heading=True) if shown == "verloop" else None
    elif shown == "kaart":
        land = maps.ground(question.tree, question.state)
        found = portrait.map_picture(question, stuff, land, heading=True)
    elif shown == "verloop":
        found = portrait.course_picture(question, stuff, heading=True)
    else:
        found = portrait.ranking_picture(question, stuff, heading=True)
    if found is None:
        raise _no_file(question, "Van deze keuze is er geen tekening")
    return found


def _geojson(question: Question, stuff: Material, shown: str) -> str:
    if shown != "kaart" or question.is_national:
        raise _no_file(question, "GeoJSON is er alleen van de kaart")
    land = maps.ground(question.tree, question.state)
    return maps.geojson(stuff, land, portrait.map_area(question), question.year)
