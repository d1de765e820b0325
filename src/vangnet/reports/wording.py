"""The sentences of a factsheet."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from django.utils import timezone

from vangnet.analysis.change import Position
from vangnet.figures.models import Indicator
from vangnet.picture.areas import COUNTRY, MUNICIPALITY, Place, Tree
from vangnet.picture.material import Material, Version
from vangnet.picture.promises import Promises, about
from vangnet.picture.summary import Line, Step, common_step, step, why_no_rate
from vangnet.strategy import adoption
from vangnet.strategy import reading as note
from vangnet.strategy.models import Claim, Goal, Strategy, Theme
from vangnet.ui import formats

WIDE = "ruime marge"


def listed(words: Sequence[str]) -> str:
    """Join words as Dutch does: "a, b en c".

    >>> listed(["a", "b", "c"])
    'a, b en c'
    """
    return " en ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def unique(place: Place, others: Sequence[Place]) -> str:
    """Return the name, with its level where another area beside it has the same name."""
    same = [other for other in others if other.name == place.name]
    return place.name if len(same) < 2 else f"{place.name} ({place.level})"


def subtitle(place: Place, tree: Tree, stuff: Material, year: int) -> str:
    """Say what kind of area this is, where it belongs, and how many people live there."""
    district = tree.district_of(place) if place.level == MUNICIPALITY else None
    kinds = {"gemeente": "Gemeente", "district": "District"}
    whole = [f"district {district.name}"] if district else []
    whole += [f"regio {tree.region.name}"] if place != tree.region else []
    people = stuff.at(stuff.inhabitants(place), year)
    living = [] if people is None else [f"{formats.number(people, 0)} inwoners in {year}"]
    return ", ".join([f"{kinds.get(place.level, 'Regio')} {place.name}", *whole, *living])


def status(stuff: Material, region: Place, years: Sequence[int]) -> str:
    """Say up to which year figures are final and which are not."""
    open_years = [year for year in years if stuff.status(region, year) not in ("", "definitief")]
    final = [year for year in years if stuff.status(region, year) == "definitief"]
    parts = [f"cijfers van {final[0]} tot en met {final[-1]} definitief"] if final else []
    parts += [f"{listed([str(year) for year in open_years])} voorlopig"] if open_years else []
    return "; ".join(parts)


def since(stuff: Material, one: Line) -> Step:
    """Return the change since the base year, or over the part of it that was published for the country."""
    if one.on_base.result is None and one.place.level == COUNTRY:
        return common_step(stuff, one.place, one.on_base.since, one.year)
    return one.on_base


def interval(change: Step) -> str:
    """Write the margin of a change; one that goes over ten times as much says nothing in numbers."""
    if change.result is None or change.relative is None or not isfinite(change.relative):
        return ""
    return WIDE if change.result.high > 10 else change.interval


def margin(change: Step) -> str:
    """Write the margin of a change as a line of its own; within noise the change itself stands before it."""
    found = interval(change)
    if not found:
        return ""
    told = f"{formats.signed_percent(change.relative)}, " if change.significant is False else ""
    return f"{told}{found if found == WIDE else f'marge {found}'}"


def rate(value: float | None, decimals: int) -> str:
    """Write a rate; none at all is 0, without decimals that suggest a measurement."""
    return formats.number(value, decimals if value else 0)


def rate_of(stuff: Material, one: Line, decimals: int) -> str:
    """Write the rate with its unit, or say why there is none."""
    if one.rate is None:
        return why_no_rate(stuff, one.place) or formats.NOT_PUBLISHED
    return f"{rate(one.rate, decimals)} {stuff.unit}"


def summary(stuff: Material, here: Line, position: Position | None, newest: int, decimals: int) -> str:
    """Tell the headline in three sentences: how much, what changed, and how that lies in the region."""
    name, place = stuff.indicator.name.lower(), here.place.name
    if here.count is None:
        return f"Over {name} in {place} is voor {here.year} niets gepubliceerd."
    number, relative = formats.number(here.count, 0), rate_of(stuff, here, decimals)
    told = [f"In {here.year} telde {place} {number} keer {name} ({stuff.indicator.unit}), {relative}."]
    told.append(_changed(here.on_base))
    told.append(_position(position))
    last = stuff.at(stuff.count(here.place), newest)
    if newest > here.year and last is not None:
        told.append(f"Het voorlopige aantal over {newest} is {formats.number(last, 0)}.")
    return " ".join(part for part in told if part)


def _changed(change: Step) -> str:
    if change.result is None:
        return ""
    since_then = f"Sinds {change.since}"
    if change.significant is None:
        return f"{since_then} is de verandering niet vast te stellen."
    before = formats.number(change.result.before, 0)
    if not change.significant:
        return f"{since_then} ({before}) is er geen aantoonbaar verschil."
    found = interval(change)
    told = f", met een {found}" if found == WIDE else f", met een marge van {found}"
    return f"{since_then} ({before}) is dat {change.words}{told}."


def _position(position: Position | None) -> str:
    if position is None:
        return ""
    words = {
        Position.ABOVE: "ligt het cijfer per inwoner aantoonbaar hoger",
        Position.BELOW: "ligt het cijfer per inwoner aantoonbaar lager",
        Position.NO_DIFFERENCE: "is er per inwoner geen aantoonbaar verschil",
    }
    return f"Vergeleken met de rest van de regio {words[position]}."


def course(stuff: Material, places: Sequence[Place], years: Sequence[int], decimals: int) -> str:
    """Read the chart out: no table in a factsheet holds these figures."""
    told = [f"Lijngrafiek van {stuff.indicator.name.lower()} {stuff.unit}."]
    for place in places:
        row = stuff.rate(place)
        known = [(year, value) for year in years if (value := stuff.at(row, year)) is not None]
        figures = [f"{rate(value, decimals)} in {year}{_mark(stuff, place, year)}" for year, value in known]
        told.append(f"{unique(place, places)}: {', '.join(figures)}.")
    return " ".join(told)


def _mark(stuff: Material, place: Place, year: int) -> str:
    found = stuff.status(place, year)
    return "" if found == "definitief" else f" ({found})"


def map_text(stuff: Material, whole: Place, here: Line, schematic: bool, decimals: int) -> str:
    """Say what the map shows."""
    places = stuff.tree.of(whole.members)
    rates = {place.code: stuff.at(stuff.rate(place), here.year) for place in places}
    kind = "Schematische kaart" if schematic else "Kaart"
    ranked = sorted((value, place.name) for place in places if (value := rates[place.code]) is not None)
    if not ranked:
        return f"{kind} van {whole.name}: voor {here.year} is niets gepubliceerd."
    low, high = ranked[0], ranked[-1]
    own = (
        f" {here.place.name} heeft een dikke rand: {rate(here.rate, decimals)}."
        if here.place != whole
        else ""
    )
    return (
        f"{kind} van {len(places)} gemeenten, {stuff.indicator.name.lower()} {stuff.unit} in {here.year}. "
        f"Hoogst: {high[1]}, {rate(high[0], 2)}. Laagst: {low[1]}, {rate(low[0], 2)}.{own}"
    )


def reading(stuff: Material, base: int) -> tuple[str, ...]:
    """Explain how the tables are to be read."""
    return (
        "Geen aantoonbaar verschil: het verschil valt binnen wat toeval en de gewone schommeling van jaar op "
        "jaar kunnen geven. Het betekent niet dat er niets is veranderd.",
        f"De verandering is die van het aantal sinds {base}. De marge is het gebied waarin de werkelijke "
        "verandering met 95 % zekerheid ligt. Van elke honderd vergelijkingen wijken er zo ongeveer vijf bij "
        "toeval af.",
    )


def strategy(stuff: Material, state: Version, user: Any) -> tuple[str, ...]:
    """Tell what the strategy says about the headline indicator, in our own words."""
    adopted = Strategy.objects.visible_to(user).last()
    if adopted is None:
        return ("Er is geen veiligheidsstrategie ingelezen.",)
    found = about(stuff.indicator, Indicator.objects.visible_to(user), user=user)
    return (
        _themes(adopted, user),
        *(_claim(stuff, claim) for claim in found.claims),
        *_limits(stuff, found),
        *_goals(found),
    )


def _themes(adopted: Strategy, user: Any) -> str:
    themes = Theme.objects.visible_to(user).filter(strategy=adopted).exclude(kind=Theme.Kind.GENERAL)
    names = [theme.name.lower() for theme in themes]
    status = adoption.of(adopted, timezone.localdate(), user)
    chosen = f" kiest als thema's {listed(names)}." if names else "."
    return f"De {adopted.name} ({status.words.lower()}){chosen}"


def _claim(stuff: Material, claim: Claim) -> str:
    place = stuff.tree.places.get(claim.area)
    official = ""
    if place is not None:
        change = step(stuff, place, claim.first_year, claim.last_year)
        official = f" Het officiële cijfer ({stuff.indicator.unit}, {place.name}): {change.words}."
    return (
        f"De terugblik op {claim.first_year}–{claim.last_year} noemt een {claim.claimed} "
        f"({claim.claimed_unit}; blz.{formats.SPACE}{claim.page}).{official} {claim.difference}"
    )


def _limits(stuff: Material, found: Promises) -> list[str]:
    if not found.limits:
        return []
    limits = listed([_limit(goal) for goal in found.limits])
    none = (
        f"De strategie heeft over {stuff.indicator.name.lower()} geen eigen doel, maar stelt wel deze grens"
    )
    opening = "De strategie stelt hierbij deze grens" if found.goals else none
    return [
        f"{opening} aan de inzet van het netwerk: {limits}. "
        "Een eigen plan van de gemeente staat daar los van."
    ]


def _limit(goal: Goal) -> str:
    condition = f", {goal.proviso}" if goal.proviso else ""
    return (
        f"{goal.title[:1].lower()}{goal.title[1:]}{condition} ({goal.code}, blz.{formats.SPACE}{goal.pages})"
    )


def _goals(found: Promises) -> list[str]:
    if not found.goals:
        return [] if found.limits else ["De strategie noemt over dit onderwerp geen doel."]
    goals = listed([f"{goal.title} ({goal.code}, {note.term(goal)})" for goal in found.goals])
    more = f" Er zijn nog {found.more} andere." if found.more else ""
    return [f"Doelen die bij dit onderwerp horen: {goals}.{more}"]


def caution(stuff: Material, schematic: bool) -> tuple[str, ...]:
    """Say why other publications may show another number."""
    borders = stuff.counts.borders_on
    lines = [
        f"Andere telling. Hier tellen {stuff.indicator.unit}; aangiften, meldingen en "
        "ondervraagde slachtoffers geven andere aantallen.",
        f"Andere grenzen. Alle jaren staan op de gemeentegrenzen van {formats.day(borders)}; "
        "elders staan oude jaren vaak op de grenzen van toen."
        if borders
        else "",
        "Ander moment. Voorlopige cijfers worden later bijgesteld; wie op een andere dag inlas, "
        "ziet een ander cijfer.",
        "Andere maat. Hier is gedeeld door het gemiddelde aantal inwoners van het jaar; elders soms door "
        "woningen of bedrijven.",
        "Andere kaart. De kaart is schematisch: vlakken rond de middelpunten van gemeenten, "
        "geen echte grenzen."
        if schematic
        else "",
    ]
    return tuple(text for text in lines if text)
