"""Two areas and two periods side by side, and the borders of then beside those of now."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from vangnet.analysis.change import Change, Difference, Position, change, difference
from vangnet.figures import series
from vangnet.figures.models import Indicator
from vangnet.figures.series import YearTable
from vangnet.picture import areas, borders, material, question, store
from vangnet.picture.areas import MUNICIPALITY, Place, Tree
from vangnet.picture.forms import CompareForm
from vangnet.picture.material import Material, Version
from vangnet.picture.page import Page
from vangnet.picture.refusal import CannotShow
from vangnet.picture.summary import Step, rate_decimals
from vangnet.places import history
from vangnet.places.models import AreaVersion
from vangnet.ui import formats
from vangnet.ui.maps import NOT_ON_BORDERS
from vangnet.ui.tables import Cell, Column, Table

WORDS = {
    Position.ABOVE: "aantoonbaar hoger",
    Position.BELOW: "aantoonbaar lager",
    Position.NO_DIFFERENCE: formats.WITHIN_NOISE,
}


YEARS = ("van", "van_tot", "naar", "naar_tot", "toen")


@dataclass(frozen=True, slots=True)
class Period:
    """Years from and including the first up to and including the last."""

    first: int
    last: int

    @property
    def years(self) -> range:
        """Return its years."""
        return range(self.first, self.last + 1)

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two areas, today's or one of the past, with its figures in both periods."""

    name: str
    address: str
    former: bool
    counts: tuple[float | None, float | None]
    people: tuple[float | None, float | None]  # inhabitants times years
    rates: tuple[float | None, float | None]
    step: Change | None
    why: str  # why figures are missing


@dataclass(frozen=True)
class Choice:
    """What is compared: an indicator, two areas, two periods, and the year of the borders of then."""

    state: Version
    indicators: tuple[Indicator, ...]
    indicator: Indicator
    years: tuple[int, ...]
    areas: tuple[str, str]
    periods: tuple[Period, Period]
    then: int
    adjusted: bool  # years of the form that this indicator does not have were brought within its years

    @property
    def parts(self) -> tuple[object, ...]:
        """Return what makes this comparison different from another, for the cache."""
        return (self.state, self.indicator.pk, self.areas, self.periods, self.then, self.adjusted)

    @property
    def form_values(self) -> dict[str, Any]:
        """Return the choices as the form shows them."""
        first, second = self.periods
        return {
            "indicator": self.indicator.slug,
            "links": self.areas[0],
            "rechts": self.areas[1],
            "van": first.first,
            "van_tot": first.last,
            "naar": second.first,
            "naar_tot": second.last,
            "toen": self.then,
        }


def read(query: Mapping[str, str], *, user: Any) -> Choice:
    """Return what an address asks to compare.

    Raises
    ------
    CannotShow
        An indicator or year is not known here, or a period ends before it begins.
    """
    indicators = tuple(Indicator.objects.visible_to(user))
    slug = query.get("indicator") or settings.REGION["headline"]
    indicator = question.find_indicator(slug, indicators)
    state = material.version()
    span = material.span(indicator, state)
    years = span.years
    if not years:
        raise CannotShow(
            404, "Nog geen cijfers", f"Van {indicator.name.lower()} zijn nog geen cijfers ingelezen."
        )
    fitted = fit(query, years) if "keuze" in query else dict(query.items())
    adjusted = any(fitted[name] != query[name] for name in fitted)
    tree = material.tree(span.borders_on, state)
    own = question.own_municipality(user, tree)
    left = (query.get("links") or own or tree.region.code).strip()
    right = (query.get("rechts") or tree.region.code).strip()
    first = _period(fitted, "van", years, years[0])
    second = _period(fitted, "naar", years, years[-1])
    then = question.read_year(fitted.get("toen"), years, "toen") or first.first
    return Choice(state, indicators, indicator, years, (left, right), (first, second), then, adjusted)


def fit(query: Mapping[str, str], years: Sequence[int]) -> dict[str, str]:
    """Bring the years of the form within those of the indicator, for whoever only chose another subject."""

    def nearest(text: str) -> str:
        is_year = text.isascii() and text.isdigit() and len(text) == 4
        return str(min(max(int(text), years[0]), years[-1])) if is_year else text

    return {name: nearest(text) if name in YEARS else text for name, text in query.items()}


def _period(query: Mapping[str, str], name: str, years: Sequence[int], standard: int) -> Period:
    first = question.read_year(query.get(name), years, name) or standard
    last = question.read_year(query.get(f"{name}_tot"), years, f"{name}_tot") or first
    if last < first:
        raise CannotShow(
            400,
            "Deze periode loopt achteruit",
            f"De periode begint in {first} en eindigt in {last}. Kies een eindjaar dat niet voor "
            "het beginjaar ligt.",
            links=[("Opnieuw vergelijken", reverse("picture:compare"))],
        )
    return Period(first, last)


def page(choice: Choice) -> Page:
    """Return the page of a comparison, made at most once per state of the figures."""
    return store.remembered(lambda: _make(choice), "compare", *choice.parts)


def _make(choice: Choice) -> Page:
    stuff = material.load(choice.indicator, choice.state)
    own_years = series.yearly(choice.indicator)
    sides = tuple(side(stuff, own_years, text, choice.periods) for text in choice.areas)
    former = former_areas(stuff.tree)
    context = {
        "choice": choice,
        "material": stuff,
        "form": CompareForm.of(
            choice.form_values,
            tree=stuff.tree,
            former=former,
            indicators=choice.indicators,
            years=choice.years,
        ),
        "sides": sides,
        "table": _table(stuff, sides, choice.periods),
        "verdicts": verdicts(stuff, sides, choice.periods),
        "borders": borders.then_and_now(choice.then, stuff, own_years, choice.state)
        if _has_local(stuff)
        else None,
    }
    body = render_to_string("picture/compare_body.html", context)
    title = f"{sides[0].name} en {sides[1].name} vergelijken"
    lead = f"{choice.indicator.name}, {choice.periods[0]} naast {choice.periods[1]}."
    return Page(title, lead, mark_safe(body))  # noqa: S308 - rendered by our own template, which escapes


def _has_local(stuff: Material) -> bool:
    return any(code in stuff.counts.areas for code in stuff.tree.region.members)


def former_areas(tree: Tree) -> list[tuple[str, str]]:
    """Return the municipalities that no longer exist, with the year in which they ended."""
    rows = (
        AreaVersion.objects.filter(area__level=MUNICIPALITY, period__endswith__isnull=False)
        .exclude(area__in=tree.places)
        .values_list("area_id", "name", "period")
    )
    ended = {code: (name, period.upper.year) for code, name, period in rows}
    return sorted(
        ((code, f"{name} (tot {year})") for code, (name, year) in ended.items()), key=lambda pair: pair[1]
    )


def side(stuff: Material, own_years: YearTable, text: str, periods: tuple[Period, Period]) -> Side:
    """Return an area with its figures in two periods; an area of the past has only figures of its own time.

    Raises
    ------
    CannotShow
        No area of now or then has this code or name.
    """
    place = stuff.tree.find(text)
    if place is None:
        return _former_side(stuff, own_years, text, periods)
    counts = tuple(_sum(stuff, stuff.count(place), period) for period in periods)
    people = tuple(_sum(stuff, stuff.inhabitants(place), period) for period in periods)
    return _side(
        stuff, place.name, place.address, cast(Any, counts), cast(Any, people), periods, former=False, why=""
    )


def _former_side(stuff: Material, own_years: YearTable, text: str, periods: tuple[Period, Period]) -> Side:
    version = AreaVersion.objects.filter(area__code__iexact=text).order_by("-period").first()
    if version is None:
        areas.resolve(text, stuff.tree)  # explains what is known about it
        raise AssertionError("resolve refuses an unknown area")
    row = own_years.row(version.area_id)
    known = dict(zip(own_years.years, row, strict=True))
    sums = tuple(sum(known.get(year, math.nan) for year in period.years) for period in periods)
    counts = tuple(None if math.isnan(total) else float(total) for total in sums)
    explained = history.explain(version.area_id, on=stuff.tree.day) or f"{version.name} bestaat niet meer"
    reason = explained.split("; gebruik")[0]
    if not np.isfinite(row).any():
        reason = f"{NOT_ON_BORDERS[0].upper()}{NOT_ON_BORDERS[1:]}: {reason}"
    return _side(
        stuff, version.name, reverse("picture:area", args=[version.area_id]), cast(Any, counts), (None, None),
        periods, former=True, why=reason,
    )  # fmt: skip


def _side(
    stuff: Material,
    name: str,
    address: str,
    counts: tuple[float | None, float | None],
    people: tuple[float | None, float | None],
    periods: tuple[Period, Period],
    *,
    former: bool,
    why: str,
) -> Side:
    rates = tuple(
        None if n is None or not at_risk else n / at_risk * 1000.0
        for n, at_risk in zip(counts, people, strict=True)
    )
    before, after = counts
    step = None
    if before is not None and after is not None:
        exact = stuff.indicator.is_population
        step = change(
            before,
            after,
            exposure_before=len(periods[0].years),
            exposure_after=len(periods[1].years),
            dispersion=1.0 if exact else stuff.dispersion,
        )
    return Side(name, address, former, counts, people, cast(Any, rates), step, why)


def _sum(stuff: Material, row: np.ndarray, period: Period) -> float | None:
    values = [stuff.at(row, year) for year in period.years]
    return None if None in values else math.fsum(value for value in values if value is not None)


def _table(stuff: Material, sides: Sequence[Side], periods: tuple[Period, Period]) -> Table:
    columns = [Column("Wat"), *(Column(side.name, "text") for side in sides)]
    several = any(len(period.years) > 1 for period in periods)
    rows: list[list[object]] = []
    for number, period in enumerate(periods):
        label = f"Aantal {period}" + (" (gemiddeld per jaar)" if several else "")
        rows.append([label, *(_count_cell(one, number, len(period.years)) for one in sides)])
    if not stuff.indicator.is_population:
        decimals = rate_decimals([rate for one in sides for rate in one.rates])
        for number, period in enumerate(periods):
            label = f"Per 1.000 inwoners {period}"
            rows.append([label, *(_rate_cell(one, number, decimals) for one in sides)])
    rows.append(
        [f"Verandering {periods[0]} tot {periods[1]}", *(_step_cell(stuff, one, periods) for one in sides)]
    )
    return Table(f"{stuff.indicator.name}, twee gebieden en twee perioden", columns, rows)


def _count_cell(one: Side, number: int, years: int) -> Cell:
    value = one.counts[number]
    if value is None:
        return Cell(
            None, text=NOT_ON_BORDERS if one.former and one.why.casefold().startswith(NOT_ON_BORDERS) else ""
        )
    return Cell(value, text=formats.number(value / years, 0 if years == 1 else 1))


def _rate_cell(one: Side, number: int, decimals: int) -> Cell:
    rate = one.rates[number]
    if rate is not None:
        return Cell(rate, text=formats.number(rate, decimals))
    if one.counts[number] is None:
        return Cell(None)
    return Cell(None, text=formats.CANNOT_TELL, note="geen inwonertal")


def _step_cell(stuff: Material, one: Side, periods: tuple[Period, Period]) -> Cell:
    if one.step is None:
        return Cell(None, text=formats.CANNOT_TELL)
    step = Step(periods[0].first, periods[1].last, one.step)
    if stuff.indicator.is_population:
        return Cell(one.step.relative, text=formats.signed_percent(step.relative))
    return Cell(one.step.relative, text=step.words, note=f"marge {step.interval}" if step.interval else "")


def verdicts(stuff: Material, sides: Sequence[Side], periods: tuple[Period, Period]) -> list[tuple[str, str]]:
    """Say per period whether the areas differ, and whether they changed differently."""
    first, second = sides
    if stuff.indicator.is_population:
        return []
    told = []
    overlap = _overlap(stuff, sides)
    for number, period in enumerate(periods):
        found = None if overlap else _difference(stuff, first, second, number)
        if found is None:
            why = overlap or "niet van beide gebieden is een aantal per inwoner bekend"
            told.append((f"In {period}", f"{formats.CANNOT_TELL}: {why}"))
        else:
            told.append((f"In {period}", f"{first.name} ligt {WORDS[found.position]} dan {second.name}"
                         if found.position != Position.NO_DIFFERENCE else formats.WITHIN_NOISE))  # fmt: skip
    told.append(("Verandering", _change_verdict(first, second)))
    return told


def _overlap(stuff: Material, sides: Sequence[Side]) -> str:
    places = [stuff.tree.find(one.name) for one in sides]
    if None in places or any(one.former for one in sides):
        return ""
    first, second = cast(list[Place], places)
    if first == second:
        return "tweemaal hetzelfde gebied"
    if set(first.members) & set(second.members):
        return "het ene gebied is een deel van het andere"
    return ""


def _difference(stuff: Material, first: Side, second: Side, number: int) -> Difference | None:
    one, other = (first.counts[number], first.people[number]), (second.counts[number], second.people[number])
    if None in one or None in other or not one[1] or not other[1]:
        return None
    return difference(
        cast(float, one[0]), one[1], cast(float, other[0]), other[1], dispersion=stuff.dispersion
    )


def _change_verdict(first: Side, second: Side) -> str:
    """Compare two changes: intervals that do not touch differ for certain, others not demonstrably."""
    if first.step is None or second.step is None:
        return formats.CANNOT_TELL
    if not (math.isfinite(first.step.high) and math.isfinite(second.step.high)):
        return formats.CANNOT_TELL
    if first.step.high < second.step.low:
        return f"{first.name} daalde sterker of steeg minder dan {second.name}"
    if second.step.high < first.step.low:
        return f"{second.name} daalde sterker of steeg minder dan {first.name}"
    return formats.WITHIN_NOISE
