"""The picture of one area: everything on its page, shaped once and then kept."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from vangnet.picture import charts, keyfigures, maps, material, national, store, tables
from vangnet.picture.areas import COUNTRY, DISTRICT, MUNICIPALITY, Place
from vangnet.picture.forms import ChoiceForm
from vangnet.picture.maps import Ground
from vangnet.picture.material import Material
from vangnet.picture.page import Page, drawn
from vangnet.picture.question import Question
from vangnet.picture.summary import (
    Line,
    line,
    rate_decimals,
)
from vangnet.ui.pictures import Picture


def page(question: Question, months: int | None = None) -> Page:
    """Return the page of a question, made at most once per state of the figures."""

    def make() -> Page:
        if question.is_national:
            return national.page(question, months)
        return _make(question, material.load(question.indicator, question.state))

    return store.remembered(make, "page", *question.parts, months)


def _make(question: Question, stuff: Material) -> Page:
    tree, place = question.tree, question.place
    beside = course_places(question, parts=False)
    family = [line(stuff, one, question.year, question.base) for one in beside]
    lines = [*family[:1], *_parts(question, stuff), *family[1:]]
    land = maps.ground(tree, question.state)
    decimals = rate_decimals([one.rate for one in lines])
    context = {
        "question": question,
        "material": stuff,
        "form": ChoiceForm.of(question),
        "figures": keyfigures.figures(stuff, family, decimals),
        "family": tables.family(stuff, lines, question.year, question.base, decimals, _links(question)),
        "verdict": keyfigures.verdict(stuff, family),
        "schematic": land.schematic,
        "map": _map(question, stuff, land),
        "course": _course(question, stuff),
        "ranking": _ranking(question, stuff),
        "children": _children(question, stuff),
        "other_measure": _other_measure(question),
    }
    body = render_to_string("picture/area_body.html", context)
    title = f"{question.indicator.name} in {place.name}"
    lead = tables.sentence(family[0], question.indicator.unit)
    return Page(title, lead, mark_safe(body))  # noqa: S308 - rendered by our own template, which escapes


def map_area(question: Question) -> Place:
    """Return the area whose municipalities the map shows: a municipality is shown in its district."""
    place = question.place
    if place.level != MUNICIPALITY:
        return place
    return question.tree.district_of(place) or question.tree.region


def mapped(question: Question) -> list[Place]:
    """Return the municipalities on the map of a question."""
    return question.tree.of(map_area(question).members)


def _own(question: Question) -> str:
    return question.place.code if question.place.level == MUNICIPALITY else question.own


def _parts(question: Question, stuff: Material) -> list[Line]:
    """Return the districts, for the table of the region."""
    if question.place != question.tree.region:
        return []
    return [line(stuff, one, question.year, question.base) for one in question.tree.districts]


def map_picture(question: Question, stuff: Material, land: Ground, **style: bool) -> Picture | None:
    """Return the map of a question."""
    return maps.map_of(stuff, land, map_area(question), question.year, own=_own(question), **style)


def _map(question: Question, stuff: Material, land: Ground) -> dict[str, Any]:
    whole = map_area(question)
    return {
        "title": f"Kaart: {question.indicator.name.lower()} per gemeente, {whole.name}",
        "wide": drawn(map_picture(question, stuff, land)),
        "narrow": drawn(map_picture(question, stuff, land, narrow=True)),
        "table": tables.municipalities(
            stuff, question.tree.of(whole.members), question.year, question.base, links=_links(question)
        ),
        "downloads": [
            (ext.upper(), question.download(ext, "kaart")) for ext in ("csv", "xlsx", "geojson", "svg", "png")
        ],
        "source": f"{stuff.source}; grenzen: {land.source}" if land.source else stuff.source,
    }


def _links(question: Question) -> dict[str, str]:
    return {place.code: question.link(place=place) for place in question.tree.places.values()}


def course_places(question: Question, *, parts: bool = True) -> list[Place]:
    """Return the areas beside each other: the region with its districts, or an area with what it belongs to.

    An index has no districts; the country takes part when any figure of it was delivered.
    """
    tree = question.tree
    family = [
        place for place in tree.family(question.place) if place.level != COUNTRY or question.span.national
    ]
    fits = len(tree.districts) < charts.MOST and not question.index
    return [question.place, *tree.districts] if parts and fits and question.place == tree.region else family


def course_picture(question: Question, stuff: Material, **style: bool) -> Picture | None:
    """Return the course over the years."""
    return charts.course(
        stuff,
        course_places(question),
        measure="index" if question.index else "rate",
        since=question.base if question.index else None,
        **style,
    )


def _course(question: Question, stuff: Material) -> dict[str, Any]:
    return {
        "wide": drawn(course_picture(question, stuff)),
        "narrow": drawn(course_picture(question, stuff, narrow=True)),
        "table": tables.course(stuff, course_places(question)),
        "downloads": [
            (ext.upper(), question.download(ext, "verloop")) for ext in ("csv", "xlsx", "svg", "png")
        ],
    }


def ranked_places(question: Question, stuff: Material) -> list[Place]:
    """Return the areas to rank: peers of a municipality, parts of a district or region."""
    place = question.place
    if place.level == MUNICIPALITY:
        return charts.peers(stuff, place, question.year)
    if place.level == DISTRICT:
        return question.tree.of(place.members)
    return question.tree.districts


def ranking_picture(question: Question, stuff: Material, **style: bool) -> Picture | None:
    """Return the areas in order."""
    places = ranked_places(question, stuff)
    local = all(place.level == MUNICIPALITY for place in places)
    among = question.tree.of(question.tree.region.members) if local else places
    return charts.ranking(stuff, places, question.year, among=among, own=_own(question), **style)


def _ranking(question: Question, stuff: Material) -> dict[str, Any]:
    titles = {
        MUNICIPALITY: "Gemeenten met ongeveer evenveel inwoners",
        DISTRICT: "De gemeenten van dit district op volgorde",
    }
    return {
        "title": titles.get(question.place.level, "De districten op volgorde"),
        "wide": drawn(ranking_picture(question, stuff)),
        "narrow": drawn(ranking_picture(question, stuff, narrow=True)),
        "table": tables.municipalities(
            stuff, ranked_places(question, stuff), question.year, question.base, links=_links(question)
        ),
        "downloads": [
            (ext.upper(), question.download(ext, "volgorde")) for ext in ("csv", "xlsx", "svg", "png")
        ],
    }


def _children(question: Question, stuff: Material) -> dict[str, Any] | None:
    """Return the full list of municipalities, for an area that holds more than one."""
    place = question.place
    if place.level == MUNICIPALITY:
        return None
    table = tables.municipalities(
        stuff, question.tree.of(place.members), question.year, question.base, links=_links(question)
    )
    return {"title": f"Alle gemeenten in {place.name}", "table": table}


def _other_measure(question: Question) -> tuple[str, str]:
    """Return name and address of the other way to draw the course."""
    plain = question.link().replace("&maat=index", "")
    if question.index:
        return f"Toon het verloop {question_unit(question)}", f"{plain}#verloop"
    label = f"Toon als index ({question.base} = 100), met {question.tree.country.name}"
    return label, f"{plain}&maat=index#verloop"


def question_unit(question: Question) -> str:
    """Return the unit of the course that is no index."""
    return "in aantal inwoners" if question.indicator.is_population else "per 1.000 inwoners"
