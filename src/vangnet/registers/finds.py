"""Hennep and synthetic drugs as kinds and counts: per year, area and kind, never an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from vangnet.figures.export import Cell as Written
from vangnet.registers import pages, reading
from vangnet.registers.models import Choice, Find
from vangnet.registers.reading import FindCount, Place, Region
from vangnet.ui.charts import Point
from vangnet.ui.tables import Cell, Column, Table

COLUMNS = (
    "jaar",
    "gebiedscode",
    "gebied",
    "soort",
    "aantal",
    "met brandgevaar",
    "illegale stroom",
    "status",
    "bron",
)


@dataclass(frozen=True)
class Book:
    """A register of finds: its kinds, and how its pages speak of them."""

    slug: str
    name: str
    kinds: tuple[Find.Kind, ...]
    lead: str
    one: str

    @property
    def asks_power(self) -> bool:
        """Whether fire hazard and stolen electricity are counted."""
        return Find.Kind.HENNEP in self.kinds

    def url(self, name: str = "finds") -> str:
        """Return the address of one of its pages."""
        return reverse(f"registers:{name}", args=[self.slug])

    @property
    def crumb(self) -> tuple[str, str]:
        """The step of the way to its overview."""
        return (self.name, self.url())


BOOKS = {
    book.slug: book
    for book in (
        Book(
            "hennep", "Hennep", (Find.Kind.HENNEP,),
            "Ontmantelde kwekerijen per jaar en gebied, met brandgevaar en illegale stroom.", "ruiming",
        ),
        Book(
            "synthetische-drugs", "Synthetische drugs", Find.DRUGS,
            "Productieplaatsen, opslag en dumpingen per jaar en gebied.", "vondst",
        ),
    )
}  # fmt: skip


def page(
    book: Book, counts: Sequence[FindCount], facilitators: Mapping[int, Mapping[str, int]],
    listed: Sequence[Choice], of: Region, *, year: str,
) -> pages.Row:  # fmt: skip
    """Show how much was found in a year, its course, and the areas."""
    shown, years = pages.chosen_year(year, (row.year for row in counts), today=of.day)
    here = [row for row in counts if row.year == shown]
    return {
        "book": book,
        "year": shown,
        "years": years,
        "figures": [(kind.label, _number(here, kind) or pages.NONE_GIVEN) for kind in book.kinds],
        "fire": sum(row.fire for row in here),
        "power": sum(row.power for row in here),
        "total": sum(row.finds for row in here),
        "areas": per_area(book, here, of, shown),
        "facilitators": _facilitators(facilitators.get(shown, {}), listed, shown),
        "drawing": course(book, counts, today=of.day),
        "course": course_table(book, counts),
        "status": pages.firmness((row.status for row in here), year=shown, today=of.day),
        "source": reading.sources(here),
        "has_lines": bool(counts),
        "breadcrumbs": pages.crumbs(last=book.name),
    }


def _number(rows: Iterable[FindCount], kind: Find.Kind) -> int | None:
    found = [row.finds for row in rows if row.kind == kind]
    return sum(found) if found else None


def per_area(book: Book, rows: Sequence[FindCount], of: Region, year: int) -> Table:
    """Return counts of a year per region, district and municipality."""
    placed = [(of.today(row.place), row) for row in rows]

    def sums(place: Place) -> list[int | None]:
        inside = [row for code, row in placed if code in place.members]
        found: list[int | None] = [_number(inside, kind) for kind in book.kinds]
        if book.asks_power:
            found += [sum(row.fire for row in inside) if inside else None]
            found += [sum(row.power for row in inside) if inside else None]
        return found

    columns = [Column(str(kind.label), "number") for kind in book.kinds]
    if book.asks_power:
        columns += [Column("Met brandgevaar", "number"), Column("Illegale stroom", "number")]
    return pages.by_area(of, f"Per gebied in {year}", columns, sums)


def _facilitators(counted: Mapping[str, int], listed: Sequence[Choice], year: int) -> Table | None:
    named = sorted((one for one in listed if counted.get(one.pk)), key=lambda one: -counted[one.pk])
    found = [[one.name, counted[one.pk]] for one in named]
    columns = [Column("Soort facilitator"), Column("Keer", "number")]
    return Table(f"Soorten facilitators in {year}, hele regio", columns, found) if found else None


def course(book: Book, counts: Sequence[FindCount], *, today: date) -> str:
    """Draw how much was found per year and kind; nothing without two years."""
    years = sorted({row.year for row in counts})
    if len(years) < 2:
        return ""
    points = []
    for kind in book.kinds:
        for year in range(years[0], years[-1] + 1):
            rows = [row for row in counts if (row.year, row.kind) == (year, kind)]
            status = pages.firmness((row.status for row in rows), year=year, today=today)
            points.append(Point(str(kind.label), str(year), _number(rows, kind), status))
    description = f"Aantal per jaar en soort: {', '.join(str(kind.label).lower() for kind in book.kinds)}."
    return pages.drawn(tuple(points), f"{book.name} per jaar", description, "aantal")


def course_table(book: Book, counts: Sequence[FindCount]) -> Table:
    """Return the figures of the drawing."""
    years = sorted({row.year for row in counts})
    found = [
        [str(year), *(_given([row for row in counts if row.year == year], kind) for kind in book.kinds)]
        for year in years
    ]
    columns = [Column("Jaar"), *(Column(str(kind.label), "number") for kind in book.kinds)]
    return Table(f"{book.name} per jaar", columns, found)


def _given(rows: Iterable[FindCount], kind: Find.Kind) -> Cell:
    n = _number(rows, kind)
    return Cell(n, text="" if n is not None else pages.NONE_GIVEN)


def rows(counts: Sequence[FindCount], of: Region) -> list[list[Written]]:
    """Return all counts, a row per year, municipality, kind, status and source."""
    return [
        [
            row.year,
            row.place,
            of.name_of(row.place),
            str(Find.Kind(row.kind).label),
            row.finds,
            row.fire,
            row.power,
            row.status,
            reading.sources([row]),
        ]
        for row in sorted(counts)
    ]


def words(line: Find) -> list[str]:
    """Say what a line is about."""
    found = [line.get_kind_display(), f"omvang {line.get_size_display().lower()}"]
    return [*found, *([line.building.name] if line.building else [])]
