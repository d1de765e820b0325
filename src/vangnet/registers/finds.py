"""Hennep and synthetic drugs as kinds and counts: per year, area and kind, never an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from vangnet.figures.export import Cell as Written
from vangnet.registers import pages, reading, small
from vangnet.registers.models import Choice, Find
from vangnet.registers.reading import FindCount, Place, Region
from vangnet.ui.charts import Point
from vangnet.ui.formats import number
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

    @property
    def columns(self) -> tuple[str, ...]:
        """What is counted per area, by name."""
        return (*self.kinds, "fire", "power") if self.asks_power else tuple(self.kinds)

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
    listed: Sequence[Choice], of: Region, *, year: str, own: str | None,
    unknown: Mapping[int, tuple[int, int]],
) -> pages.Row:  # fmt: skip
    """Show how much was found in a year, its course, and the areas.

    Parameters
    ----------
    own
        The municipality of who looks, for whom small counts of others are hidden; None for who sees all.
    unknown
        Per year of how many finds fire hazard and stolen electricity are not known.
    """
    shown, years = pages.chosen_year(year, (row.year for row in counts), today=of.day)
    here = [row for row in counts if row.year == shown]
    instead = _instead(book, here, of, own)
    told = dict(zip(book.columns, (texts.get(of.code, "") for texts in instead), strict=True))
    clear = _clear(book, counts, of, own)
    return {
        "book": book,
        "year": shown,
        "years": years,
        "figures": [
            (kind.label, told[kind.value] or _number(here, kind) or pages.NONE_GIVEN) for kind in book.kinds
        ],
        "fire": told.get("fire") or sum(row.fire for row in here),
        "power": told.get("power") or sum(row.power for row in here),
        "total": sum(row.finds for row in here),
        "unknown": _unknown((0, 0) if any(told.values()) else unknown.get(shown, (0, 0))),
        "areas": per_area(book, here, of, shown, instead),
        "is_hiding": any(instead),
        # Kinds of facilitators would say how much was found in a region of which that is not shown.
        "facilitators": _facilitators(
            {} if any(told.values()) else facilitators.get(shown, {}), listed, shown
        ),
        "drawing": course(book, clear, today=of.day),
        "course": course_table(book, clear),
        "status": pages.firmness((row.status for row in here), year=shown, today=of.day),
        "source": reading.sources(here),
        "has_lines": bool(counts),
        "breadcrumbs": pages.crumbs(last=book.name),
    }


def _unknown(counts: tuple[int, int]) -> str:
    """Say of how many finds something is not known: what is not known is never counted as no."""
    asked = zip(("of er brandgevaar was", "of er illegale stroom was"), counts, strict=True)
    said = [f"bij {number(n)} {what}" for what, n in asked if n]
    return f"Niet bekend is {' en '.join(said)}; die tellen niet mee bij ‘met’." if said else ""


def _number(rows: Iterable[FindCount], kind: Find.Kind) -> int | None:
    found = [row.finds for row in rows if row.kind == kind]
    return sum(found) if found else None


def _instead(book: Book, rows: Sequence[FindCount], of: Region, own: str | None) -> list[Mapping[str, str]]:
    """Return per column what stands in place of a small count of another municipality."""
    if own is None:
        return [{} for _ in book.columns]
    per_column: list[dict[str, int]] = [{} for _ in book.columns]
    for row in rows:
        place = of.today(row.place)
        for name, counts in zip(book.columns, per_column, strict=True):
            counts[place] = counts.get(place, 0) + row.of(name)
    return [small.hidden(counts, of, own) for counts in per_column]


def _clear(book: Book, counts: Sequence[FindCount], of: Region, own: str | None) -> list[FindCount]:
    """Return the counts of which the sum for the region can be shown."""
    found = []
    for year in sorted({row.year for row in counts}):
        here = [row for row in counts if row.year == year]
        instead = dict(zip(book.columns, _instead(book, here, of, own), strict=True))
        found += [row for row in here if of.code not in instead[row.kind]]
    return found


def per_area(
    book: Book, rows: Sequence[FindCount], of: Region, year: int, instead: Sequence[Mapping[str, str]]
) -> Table:
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
    return pages.by_area(of, f"Per gebied in {year}", columns, sums, instead)


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


def rows(book: Book, counts: Sequence[FindCount], of: Region, own: str | None) -> list[list[Written]]:
    """Return all counts, a row per year, municipality, kind, status and source.

    What the page does not show of a municipality is not in the file either, in none of its columns. Of
    another municipality there is one row per year and kind: by status and source apart it would say the small
    counts that its sum does not.
    """
    years = sorted({row.year for row in counts})
    instead = {
        year: dict(
            zip(book.columns, _instead(book, [r for r in counts if r.year == year], of, own), strict=True)
        )
        for year in years
    }

    def told(row: FindCount, column: str, n: int) -> Written:
        texts, place = instead[row.year], of.today(row.place)
        return texts[row.kind].get(place) or texts.get(column, {}).get(place) or n

    return [
        [
            row.year,
            row.place,
            of.name_of(row.place),
            str(Find.Kind(row.kind).label),
            told(row, row.kind, row.finds),
            told(row, "fire", row.fire),
            told(row, "power", row.power),
            row.status,
            reading.sources(parts),
        ]
        for row, parts in _together(counts, of, own)
    ]


def _together(
    counts: Sequence[FindCount], of: Region, own: str | None
) -> list[tuple[FindCount, list[FindCount]]]:
    """Return each row that is told with what it adds up, as firm as the weakest of it."""
    parts: dict[tuple[object, ...], list[FindCount]] = {}
    for row in sorted(counts):
        place = of.today(row.place)
        apart = own is None or place == own
        parts.setdefault(row if apart else (row.year, place, row.kind), []).append(row)
    return sorted(
        (_added_up(found, of), found) if len(found) > 1 else (found[0], found) for found in parts.values()
    )


def _added_up(rows: Sequence[FindCount], of: Region) -> FindCount:
    firm = pages.firmness((row.status for row in rows), year=0, today=of.day)
    sums = {name: sum(getattr(row, name) for row in rows) for name in ("finds", "fire", "power")}
    return rows[0]._replace(place=of.today(rows[0].place), status=firm, **sums)


def words(line: Find) -> list[str]:
    """Say what a line is about."""
    found = [line.get_kind_display(), f"omvang {line.get_size_display().lower()}"]
    return [*found, *([line.building.name] if line.building else [])]
