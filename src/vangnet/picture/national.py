"""The picture of the whole country, by year and month, with an estimate from the first months of a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from numpy.typing import NDArray

from vangnet.analysis.part_year import BREAK, FEWEST_MONTHS, FEWEST_YEARS, PartYear, Reason, part_year
from vangnet.figures import series
from vangnet.picture import charts, keyfigures, material, tables
from vangnet.picture.areas import COUNTRY
from vangnet.picture.forms import ChoiceForm, MonthsForm
from vangnet.picture.material import Material
from vangnet.picture.page import Page, drawn
from vangnet.picture.question import Question
from vangnet.picture.refusal import CannotShow
from vangnet.picture.summary import line
from vangnet.ui import formats
from vangnet.ui.axes import Status
from vangnet.ui.charts import Point, trend_chart
from vangnet.ui.pictures import Picture
from vangnet.ui.tables import Cell, Column, Table

MONTHS = 8  # taken as known until the reader chooses
WHY = {
    Reason.TOO_FEW_MONTHS: f"er zijn minder dan {FEWEST_MONTHS} maanden bekend",
    Reason.TOO_FEW_YEARS: f"er zijn minder dan {FEWEST_YEARS} volledige eerdere jaren om van te leren",
    Reason.WORSE_THAN_SIMPLE: "in eerdere jaren was deze schatting slechter dan eenvoudig doortellen",
    Reason.BROKEN_SERIES: f"de reeks is gebroken: het aantal ligt meer dan een factor {BREAK:g} "
    "af van dat in dezelfde maanden een jaar eerder",
    Reason.TOO_UNCERTAIN: "de onzekerheid is te groot voor een bruikbaar getal",
}


@dataclass(frozen=True)
class Estimate:
    """A full-year estimate beside the simple sum and, when the year is over, what it became."""

    year: int
    result: PartYear
    actual: float | None


def read_months(text: str | None) -> int | None:
    """Return the number of known months that a text asks for; None when nothing was asked.

    Raises
    ------
    CannotShow
        It is no whole number from 1 to 11.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= 11):
        raise CannotShow(
            400,
            "Zoveel maanden kan niet",
            f"Bij “maanden” staat “{text[:20]}”. Schrijf een getal van {FEWEST_MONTHS} tot en met 11: "
            "het aantal maanden dat bekend is. Met 12 maanden valt er niets te schatten.",
            links=[("Naar het regiobeeld", reverse("picture:region"))],
        )
    return int(text)


def estimate(months: dict[int, NDArray[np.float64]], year: int, known: int) -> Estimate | None:
    """Estimate a year from its first months and the years before; None when those were not published."""
    row = months.get(year)
    if row is None or np.isnan(row[:known]).any():
        return None
    earlier = [months[y] for y in sorted(months) if y < year]
    history = np.array(earlier) if earlier else np.empty((0, 12))
    total = float(row.sum())
    return Estimate(year, part_year(history, row[:known]), None if np.isnan(total) else total)


def unfinished(months: dict[int, NDArray[np.float64]]) -> tuple[int, int] | None:
    """Return the last year when it is not complete, with its number of known months."""
    if not months:
        return None
    year = max(months)
    gaps = np.flatnonzero(np.isnan(months[year]))
    return (year, int(gaps[0])) if gaps.size and gaps[0] else None


def page(question: Question, known: int | None) -> Page:
    """Return the page about the whole country."""
    stuff = material.load(question.indicator, question.state)
    country = question.tree.country
    months = series.monthly(question.indicator, country.code)
    one = line(stuff, country, question.year, question.base)
    running = unfinished(months)
    context = {
        "question": question,
        "material": stuff,
        "country": country,
        "elsewhere": question.place.level != COUNTRY,
        "form": ChoiceForm.of(question),
        "figures": keyfigures.figures(stuff, [one], 1),
        "course": _course(question, stuff),
        "monthly": _monthly(question, months),
        "running": _explained(question, stuff, estimate(months, *running)) if running else None,
        "explore": _explore(question, stuff, months, known or MONTHS),
    }
    body = render_to_string("picture/national_body.html", context)
    title = f"{question.indicator.name} in {country.name}"
    lead = tables.sentence(one, question.indicator.unit)
    return Page(title, lead, mark_safe(body))  # noqa: S308 - rendered by our own template, which escapes


def course_picture(question: Question, stuff: Material, **style: bool) -> Picture | None:
    """Return the national course by year, in counts."""
    return charts.course(stuff, [question.tree.country], measure="count", **style)


def _course(question: Question, stuff: Material) -> dict[str, Any]:
    return {
        "wide": drawn(course_picture(question, stuff)),
        "narrow": drawn(course_picture(question, stuff, narrow=True)),
        "table": tables.course(stuff, [question.tree.country]),
        "downloads": [(e.upper(), question.download(e, "verloop")) for e in ("csv", "xlsx", "svg", "png")],
    }


def _monthly(question: Question, months: dict[int, NDArray[np.float64]]) -> dict[str, Any] | None:
    points = [
        Point(question.tree.country.name, f"{year}-{n:02}", None if np.isnan(value) else float(value))
        for year, row in sorted(months.items())
        for n, value in enumerate(row, start=1)
    ]
    while points and points[-1].value is None:
        points.pop()
    if not points:
        return None

    def draw(narrow: bool) -> Picture:
        return trend_chart(
            points,
            title=f"{question.indicator.name} per maand in {question.tree.country.name}",
            description="Lijngrafiek per maand. Alle cijfers staan in de tabel.",
            unit=question.indicator.unit,
            narrow=narrow,
        )

    columns = [Column("Jaar"), *(Column(name[:3], "number", decimals=0) for name in formats.MONTHS)]
    rows = [
        [str(year), *(None if np.isnan(value) else float(value) for value in row)]
        for year, row in sorted(months.items(), reverse=True)
    ]
    table = Table(f"{question.indicator.name} per maand", columns, rows)
    return {"wide": drawn(draw(False)), "narrow": drawn(draw(True)), "table": table}


def _explore(
    question: Question, stuff: Material, months: dict[int, NDArray[np.float64]], known: int
) -> dict[str, Any] | None:
    years = [year for year in sorted(months) if not np.isnan(months[year]).any()]
    if not years:
        return None
    year = question.year if question.year in years else years[-1]
    found = estimate(months, year, known)
    if found is None:
        return None
    return {**_explained(question, stuff, found), "form": MonthsForm.of(years, year, known)}


def _explained(question: Question, stuff: Material, found: Estimate | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {
        "estimate": found,
        "why_not": WHY[found.result.reason] if found.result.reason else "",
        "table": _estimate_table(found),
        "wide": drawn(_estimate_picture(question, stuff, found, narrow=False)),
        "narrow": drawn(_estimate_picture(question, stuff, found, narrow=True)),
    }


def _estimate_table(found: Estimate) -> Table:
    result, actual = found.result, found.actual
    columns = [
        Column("Jaartotaal"),
        Column("Aantal", "number", decimals=0),
        Column("90%-marge"),
        *([Column("Afwijking", "percent", decimals=1, unit="van de uitkomst")] if actual else []),
        Column("Gemiddelde fout", "percent", decimals=1, unit="in eerdere jaren"),
    ]

    def row(name: str, value: float | None, margin: str, error: float | None) -> list[object]:
        missing = Cell(None, text=formats.CANNOT_TELL)
        off = [] if not actual else [missing if value is None else abs(value / actual - 1.0)]
        return [name, missing if value is None else value, margin, *off, missing if error is None else error]

    margin = (
        "" if result.low is None else f"{formats.number(result.low, 0)} tot {formats.number(result.high, 0)}"
    )
    rows = [
        row("Schatting", result.estimate, margin, result.backtest_error),
        row(f"Eenvoudig doortellen (× 12/{result.months})", result.naive, "", result.naive_error),
    ]
    if actual is not None:
        blank = Cell(None, text="–")
        rows.append([f"Werd in {found.year}", actual, "", *([blank] if actual else []), blank])
    return Table(f"Schatting van {found.year} uit {result.months} maanden", columns, rows)


def _estimate_picture(
    question: Question, stuff: Material, found: Estimate, *, narrow: bool
) -> Picture | None:
    row = stuff.count(question.tree.country)
    years = [year for year in stuff.counts.years if found.year - 6 <= year <= found.year]
    points = [Point("Werkelijk", str(year), stuff.at(row, year)) for year in years]
    year, result = str(found.year), found.result
    if result.estimate is not None:
        status: Status = "schatting"
        points.append(Point("Schatting", year, result.estimate, status, result.low, result.high))
    points.append(Point("Doortellen", year, result.naive, "schatting"))
    if not any(point.value is not None for point in points):
        return None
    return trend_chart(
        points,
        title=f"Schatting van {year} uit de eerste {result.months} maanden",
        description="Lijngrafiek: de werkelijke jaren, de schatting met marge, en eenvoudig doortellen.",
        unit=question.indicator.unit,
        narrow=narrow,
    )
