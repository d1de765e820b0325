"""The page of one indicator: what it counts, where it comes from, and how it lies across the region."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from vangnet.picture import charts, maps, material, portrait, store, tables
from vangnet.picture.areas import Place
from vangnet.picture.forms import ChoiceForm
from vangnet.picture.material import Material
from vangnet.picture.page import Page, drawn
from vangnet.picture.question import Question
from vangnet.ui import formats

POLARITY = {"lager": "Lager is beter", "hoger": "Hoger is beter", "geen": "Geen oordeel"}


def page(question: Question) -> Page:
    """Return the page of an indicator, made at most once per state of the figures."""
    return store.remembered(lambda: _make(question), "indicator", *question.parts)


def _make(question: Question) -> Page:
    stuff = material.load(question.indicator, question.state)
    local = not question.is_national
    context = {
        "question": question,
        "material": stuff,
        "form": ChoiceForm.of(question),
        "facts": _facts(question, stuff),
        "all": _all(question, stuff) if local else None,
        "schematic": local and maps.ground(question.tree, question.state).schematic,
        "course": _course(question, stuff),
    }
    body = render_to_string("picture/indicator_body.html", context)
    indicator = question.indicator
    return Page(indicator.name, indicator.definition, mark_safe(body))  # noqa: S308 - our own template escapes


def _facts(question: Question, stuff: Material) -> list[tuple[str, str]]:
    indicator, years = question.indicator, stuff.counts.years
    provisional = [
        str(year) for year in years if stuff.status(_shown(question), year) not in ("", "definitief")
    ]
    return [
        ("Eenheid", indicator.unit),
        ("Code bij de bron", indicator.code),
        ("Onderwerp", indicator.theme),
        ("Hoe te lezen", POLARITY[indicator.polarity]),
        ("Kleinste gebied", "gemeente" if question.span.local else "het hele land"),
        ("Jaren", f"{years[0]} tot en met {years[-1]}"),
        ("Voorlopig", ", ".join(provisional) or "geen"),
        ("Bron", stuff.source),
        ("Stand", stuff.dated or formats.CANNOT_TELL),
    ]


def _shown(question: Question) -> Place:
    return question.tree.country if question.is_national else question.tree.region


def _all(question: Question, stuff: Material) -> dict[str, object]:
    land = maps.ground(question.tree, question.state)
    places = question.tree.of(question.tree.region.members)
    own = question.own
    return {
        "wide": drawn(portrait.map_picture(question, stuff, land)),
        "narrow": drawn(portrait.map_picture(question, stuff, land, narrow=True)),
        "downloads": [
            (ext.upper(), question.download(ext, "kaart")) for ext in ("csv", "xlsx", "geojson", "svg", "png")
        ],
        "bars": drawn(charts.ranking(stuff, places, question.year, among=places, own=own)),
        "bars_narrow": drawn(
            charts.ranking(stuff, places, question.year, among=places, own=own, narrow=True)
        ),
        "table": tables.municipalities(stuff, places, question.year, question.base),
    }


def _course(question: Question, stuff: Material) -> dict[str, object]:
    national = question.is_national
    places = [question.tree.country] if national else [question.tree.region, *question.tree.districts]
    measure: charts.Measure = "count" if national else "rate"
    shown = places[: charts.MOST]
    return {
        "wide": drawn(charts.course(stuff, shown, measure=measure)),
        "narrow": drawn(charts.course(stuff, shown, measure=measure, narrow=True)),
        "table": tables.course(stuff, shown),
    }
