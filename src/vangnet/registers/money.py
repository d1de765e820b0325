"""What was taken from crime: sums per year, kind and stage beside what was agreed, and the drawing of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from vangnet.figures.export import Cell as Written
from vangnet.registers import pages, reading
from vangnet.registers.models import Gain
from vangnet.registers.reading import GainTotal, Place, Region
from vangnet.ui.axes import Status
from vangnet.ui.charts import Point
from vangnet.ui.formats import number
from vangnet.ui.tables import Cell, Column, Table

NO_AGREEMENT = "geen afspraak"
Agreed = Mapping[tuple[int, str], int]
COLUMNS = (
    *("jaar", "gebiedscode", "gebied", "soort", "fase", "bedrag in euro's", "regels", "status", "bron"),
)


def page(totals: Sequence[GainTotal], agreed: Agreed, of: Region, *, year: str, stage: str) -> pages.Row:
    """Show sums of a year against the agreement, their course, and the areas they are of."""
    shown, years = pages.chosen_year(year, (row.year for row in totals), today=of.day)
    phase = Gain.Stage(stage) if stage in Gain.Stage else Gain.Stage.COLLECTED
    here = [row for row in totals if row.year == shown]
    return {
        "year": shown,
        "years": years,
        "stage": phase,
        "stages": Gain.Stage.choices,
        "against": against(here, agreed, shown),
        "areas": per_area(here, of, shown),
        "figures": [
            _figure("Geïnd", _sum(here, stage=Gain.Stage.COLLECTED), pages.NONE_GIVEN),
            _figure("In beslag genomen", _sum(here, stage=Gain.Stage.SEIZED), pages.NONE_GIVEN),
            _figure("Afgesproken", _promised(agreed, shown), NO_AGREEMENT),
        ],
        "status": pages.firmness((row.status for row in here), year=shown, today=of.day),
        "drawing": course(totals, phase, today=of.day),
        "course": course_table(totals, phase),
        "source": reading.sources(here),
        "has_lines": bool(totals),
        "breadcrumbs": pages.crumbs(last="Afpakken"),
    }


def _sum(rows: Iterable[GainTotal], **wanted: str) -> int | None:
    return _total(
        row.amount for row in rows if all(getattr(row, key) == value for key, value in wanted.items())
    )


def _promised(agreed: Agreed, year: int) -> int | None:
    """Return what was agreed for a year; nothing when no kind has an agreement."""
    return _total(agreed.get((year, kind)) for kind in Gain.Kind.values)


def _total(amounts: Iterable[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _figure(label: str, n: int | None, otherwise: str) -> tuple[str, int | str, str]:
    return (label, otherwise, "") if n is None else (label, n, "euro")


def against(rows: Sequence[GainTotal], agreed: Agreed, year: int) -> Table:
    """Return the sums of a year per kind, beside what was agreed; stages are never added up."""
    found = []
    for kind in Gain.Kind:
        promised = agreed.get((year, kind.value))
        sums = [_sum(rows, kind=kind.value, stage=stage.value) for stage in Gain.Stage]
        found.append([kind.label, *_cells(promised, sums, _share(sums[-1], promised))])
    sums = [_sum(rows, stage=stage.value) for stage in Gain.Stage]
    # Of all kinds together only what was collected of the kinds with an agreement stands against it.
    with_one = [kind.value for kind in Gain.Kind if (year, kind.value) in agreed]
    collected = _total(_sum(rows, kind=kind, stage=Gain.Stage.COLLECTED) for kind in with_one)
    promised = _promised(agreed, year)
    found.append(["Samen", *_cells(promised, sums, _share(collected, promised))])
    money = [Column(str(stage.label), "number", unit="euro") for stage in Gain.Stage]
    columns = [Column("Soort"), Column("Afspraak", "number", unit="euro"), *money]
    return Table(
        f"Afspraak en resultaat in {year}", [*columns, Column("Geïnd van de afspraak", "percent")], found
    )


def _share(collected: int | None, promised: int | None) -> float | None:
    return collected / promised if promised and collected is not None else None


def _cells(promised: int | None, sums: Sequence[int | None], share: float | None) -> list[Cell]:
    return [
        Cell(promised, text="" if promised is not None else NO_AGREEMENT),
        *map(_given, sums),
        Cell(share, text="" if share is not None else "niet vast te stellen"),
    ]


def per_area(rows: Sequence[GainTotal], of: Region, year: int) -> Table:
    """Return the sums of a year per region, district and municipality."""
    placed: dict[str, dict[str, int]] = {}
    for row in rows:
        of_place = placed.setdefault(of.today(row.place), {})
        of_place[row.stage] = of_place.get(row.stage, 0) + row.amount

    def sums(place: Place) -> list[int | None]:
        inside = [placed[code] for code in place.members & placed.keys()]
        of_stage = ([one[stage.value] for one in inside if stage.value in one] for stage in Gain.Stage)
        return [sum(amounts) if amounts else None for amounts in of_stage]

    columns = [Column(str(stage.label), "number", unit="euro") for stage in Gain.Stage]
    return pages.by_area(of, f"Per gebied in {year}", columns, sums)


def course(totals: Sequence[GainTotal], stage: Gain.Stage, *, today: date) -> str:
    """Draw what was taken per year and kind at one stage, in thousands; nothing without two years."""
    years = sorted({row.year for row in totals if row.stage == stage})
    if len(years) < 2:
        return ""
    points = tuple(
        Point(str(kind.label), str(year), None if n is None else n / 1000, status)
        for kind in Gain.Kind
        for year in range(years[0], years[-1] + 1)
        for n, status in [_at(totals, kind, stage, year, today)]
    )
    name = str(stage.label)
    description = f"Bedragen per jaar en soort, fase {name.lower()}, in duizenden euro's."
    return pages.drawn(points, f"{name} per jaar", description, "duizenden euro's")


def _at(
    totals: Sequence[GainTotal], kind: Gain.Kind, stage: Gain.Stage, year: int, today: date
) -> tuple[int | None, Status]:
    rows = [row for row in totals if (row.year, row.kind, row.stage) == (year, kind, stage)]
    return _sum(rows), pages.firmness((row.status for row in rows), year=year, today=today)


def course_table(totals: Sequence[GainTotal], stage: Gain.Stage) -> Table:
    """Return the figures of the drawing."""
    rows = [row for row in totals if row.stage == stage]
    years = sorted({row.year for row in rows})
    found = [[str(year), *(_given(_in(rows, kind, year)) for kind in Gain.Kind)] for year in years]
    columns = [Column("Jaar"), *(Column(str(kind.label), "number", unit="euro") for kind in Gain.Kind)]
    return Table(f"{stage.label} per jaar", columns, found)


def _in(rows: Iterable[GainTotal], kind: Gain.Kind, year: int) -> int | None:
    return _sum((row for row in rows if row.year == year), kind=kind.value)


def _given(n: int | None) -> Cell:
    return Cell(n, text="" if n is not None else pages.NONE_GIVEN)


def rows(totals: Sequence[GainTotal], of: Region) -> list[list[Written]]:
    """Return all sums, a row per year, municipality, kind, stage, status and source."""
    return [
        [
            row.year,
            row.place,
            of.name_of(row.place),
            str(Gain.Kind(row.kind).label),
            str(Gain.Stage(row.stage).label),
            row.amount,
            row.entries,
            row.status,
            reading.sources([row]),
        ]
        for row in sorted(totals)
    ]


def words(line: Gain) -> list[str]:
    """Say what a line is about."""
    return [line.get_kind_display(), line.get_stage_display(), f"{number(line.amount)} euro"]
