"""What the pages about figures show: rows and words, ready for the templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.paginator import Page
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from vangnet.figures import comparison, export, rules, stock
from vangnet.figures.forms import DeliveryForm
from vangnet.figures.models import Import, Indicator
from vangnet.figures.stock import Region, Stock
from vangnet.ui.formats import NOT_PUBLISHED, day, moment, number
from vangnet.ui.tables import Cell, Column, Table

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ROLES = {
    "area": "gebied",
    "area_code": "gebiedscode",
    "indicator": "soort cijfer",
    "period": "periode",
    "year": "jaar",
    "month": "maand",
    "value": "aantal",
    "status": "status",
}
DELIMITERS = {";": "puntkomma", ",": "komma", "\t": "tab", "|": "streep"}
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16"}
STATE_TONES = {"concept": "warning", "opgeslagen": "ok", "teruggedraaid": "neutral", "geweigerd": "error"}


def crumbs(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page of this module."""
    return [("Start", "/"), ("Cijfers", reverse("figures:indicators") if steps else ""), *steps]


def may(user: Any) -> bool:
    """Say whether this user may bring in figures today."""
    return rules.may_import(user, on=timezone.localdate())


# --- what is in store ---


def indicators(found: Iterable[Indicator], user: Any) -> dict[str, Any]:
    """List the indicators per theme."""
    rows = stock.of_indicators(found)
    themes = [(theme, _theme(theme, list(group))) for theme, group in groupby(rows, _theme_of)]
    empty = not any(row.count for row in rows)
    return {
        "themes": themes,
        "empty": empty,
        "may_import": may(user),
        "flow_step": "signalen",
        "breadcrumbs": crumbs(),
    }


def _theme_of(row: Stock) -> str:
    return row.indicator.theme


def _theme(theme: str, rows: Sequence[Stock]) -> Table:
    return Table(
        theme,
        [
            Column("Cijfer"),
            Column("Jaren"),
            Column("Gebieden", "number"),
            Column("Status"),
            Column("Bron"),
            Column("Laatst ingelezen"),
        ],
        [_indicator_row(row) for row in rows],
    )


def _indicator_row(row: Stock) -> list[Any]:
    last = row.last_import
    missing = Cell(None, text="nog geen cijfers")
    return [
        Cell(row.indicator.name, url=reverse("figures:indicator", args=[row.indicator.slug])),
        row.years or missing,
        row.areas,
        ", ".join(row.statuses) or missing,
        f"{row.indicator.source.publisher} {row.indicator.source.table}".strip(),
        Cell(day(_local(last.saved_at)), url=reverse("figures:import", args=[last.pk])) if last else missing,
    ]


def _local(at: datetime | None) -> date | None:
    return timezone.localtime(at).date() if at else None


def indicator(found: Indicator, today: date) -> dict[str, Any]:
    """Tell all about one indicator."""
    region = settings.REGION
    figures = stock.of_region(
        found, unit=region["unit"]["code"], country=region["country"]["code"], today=today
    )
    imports = [
        {
            "date": _local(record.saved_at),
            "title": record.title,
            "url": reverse("figures:import", args=[record.pk]),
        }
        for record in stock.imports_of(found).select_related("by")
    ]
    return {
        "indicator": found,
        "definitions": _definitions(found, figures),
        "per_year": _per_year(found, figures),
        "per_area": _per_area(figures),
        "imports": imports,
        "picture_url": picture_url(found),
        "empty": not figures.table.areas,
        "flow_step": "signalen",
        "breadcrumbs": crumbs((found.name, "")),
    }


def picture_url(found: Indicator) -> str:
    """Return the address of the picture of an indicator; of all pictures when it has no page of its own."""
    try:
        return reverse("picture:indicator", args=[found.slug])
    except NoReverseMatch:
        return f"/beelden/?indicator={found.slug}"


def _definitions(found: Indicator, figures: Region) -> list[tuple[str, str]]:
    source, borders = found.source, figures.table.borders_on
    items = [
        ("Eenheid", found.unit),
        ("Wat is gunstig", found.get_polarity_display()),
        ("Code bij de bron", found.code),
        ("Kleinste gebied", found.get_finest_display()),
        ("Bron", f"{source.name} ({source.publisher})"),
        ("Tabel", source.table or "geen"),
        ("Licentie", source.licence),
    ]
    return [*items, ("Op de grenzen van", day(borders))] if borders else items


def _per_year(found: Indicator, figures: Region) -> Table | None:
    rows = [
        [Cell(year, text=str(year)), value, status or NOT_PUBLISHED]
        for year, value, status in figures.per_year
    ]
    name = figures.names.get(figures.whole, figures.whole)
    columns = [Column("Jaar"), Column("Waarde", "number", unit=found.unit), Column("Status")]
    return Table(f"{found.name} per jaar, {name}", columns, rows) if rows else None


def _per_area(figures: Region) -> Table | None:
    if len(figures.rows) < 2:
        return None
    years = figures.table.years
    columns = [Column("Gemeente"), *(Column(str(year), "number") for year in years)]
    rows = [[name, *(_marked(*pair) for pair in values)] for name, _, values in figures.rows]
    return Table(
        "Per gemeente en jaar",
        columns,
        rows,
        note="* voorlopig cijfer; (s) schatting. Een streep: niet gepubliceerd.",
    )


def _marked(value: float | None, status: str) -> Cell:
    if value is None:
        return Cell(None, text="–")
    return Cell(value, text=number(value) + {"voorlopig": "*", "schatting": " (s)"}.get(status, ""))


def download(found: Indicator, kind: str) -> tuple[bytes, str]:
    """Return all figures of an indicator as a file, with its media type."""
    rows = stock.export_rows(found)
    if kind == "xlsx":
        return export.to_xlsx(stock.COLUMNS, rows, title=found.name), MEDIA_TYPES[kind]
    return export.to_csv(stock.COLUMNS, rows), MEDIA_TYPES[kind]


# --- bringing in ---


def imports(page: Page[Import], form: DeliveryForm | None) -> dict[str, Any]:
    """List the imports, with the form for whoever may bring in figures."""
    columns = [
        Column("Omschrijving"),
        Column("Stand"),
        Column("Wanneer"),
        Column("Wie"),
        Column("Bron"),
        Column("Cijfers", "number"),
        Column("Problemen", "number"),
    ]
    rows = [
        [
            Cell(record.title, url=reverse("figures:import", args=[record.pk])),
            record.get_state_display(),
            moment(timezone.localtime(record.started_at)),
            str(record.by),
            record.source.name,
            record.rows,
            record.problem_count,
        ]
        for record in page
    ]
    return {
        "page": page,
        "table": Table("Inlezingen, de laatste eerst", columns, rows),
        "form": form,
        "flow_step": "signalen",
        "breadcrumbs": crumbs(("Inlezen", "")),
    }


def deliver(form: DeliveryForm) -> dict[str, Any]:
    """Show the form again with what is wrong."""
    return {
        "form": form,
        "flow_step": "signalen",
        "breadcrumbs": crumbs(("Inlezen", reverse("figures:imports")), ("Bestand kiezen", "")),
    }


def delivery(record: Import, user: Any) -> dict[str, Any]:
    """Tell all about one import."""
    draft = record.state == Import.State.DRAFT
    difference = comparison.compare(record) if draft else None
    lost = difference is not None and record.rows != sum(
        (difference.added, difference.replaced, difference.unchanged)
    )
    return {
        "import": record,
        "state_tone": STATE_TONES[record.state],
        "difference": difference,
        "lost": lost,
        "nothing_new": difference is not None and not lost and not (difference.added or difference.replaced),
        "biggest": _biggest(difference.biggest) if difference else None,
        "first": _first(comparison.first_lines(record)) if draft and not lost else None,
        "about": _about(record),
        "reading": _reading(record.reading),
        "as_delivered": _as_delivered(record.reading),
        "problems": _problems(record, blocking=True),
        "remarks": _problems(record, blocking=False),
        "omitted": record.problem_count - sum(p["blocking"] for p in record.problems),
        "may_import": may(user),
        "flow_step": "signalen",
        "breadcrumbs": crumbs(("Inlezen", reverse("figures:imports")), (record.title, "")),
    }


def _about(record: Import) -> list[tuple[str, str]]:
    borders = day(record.borders_on) if record.borders_on else "het eigen jaar van elk cijfer"
    items = [
        ("Bron", record.source.name),
        ("Ingelezen door", f"{record.by}, {moment(timezone.localtime(record.started_at))}"),
        ("Grenzen van", borders),
        ("Controlegetal", record.checksum[:16]),
    ]
    if record.saved_at:
        items.append(("Opgeslagen", moment(timezone.localtime(record.saved_at))))
    if record.undone_at:
        items.append(("Teruggedraaid", moment(timezone.localtime(record.undone_at))))
    return items


def _reading(how: dict[str, Any]) -> list[tuple[str, str]]:
    """Say how a file was read, in the words of whoever made it."""
    if "table" in how:
        return [
            ("Tabel", f"{how['title']} ({how['table']})"),
            ("Bijgewerkt bij de bron", how["modified"][:10]),
        ]
    if "kind" not in how:
        return [("Bestand", str(value)) for value in how.values()]
    delimiter, encoding = how["delimiter"], how["encoding"]
    items = [
        ("Bestand", f"{how['file']} ({'Excel-werkmap' if how['kind'] == 'xlsx' else 'tekst'})"),
        ("Werkblad", how["sheet"]),
        ("Scheidingsteken", delimiter and DELIMITERS.get(delimiter, delimiter)),
        ("Tekenset", encoding and ENCODINGS.get(encoding, encoding)),
        ("Decimaalteken", {",": "komma", ".": "punt"}.get(how["decimal"] or "")),
        ("Koppen in rij", str(how["heading_row"])),
        *((f"Kolom voor {ROLES.get(role, role)}", name) for role, name in how["roles"].items()),
        ("Perioden als koppen", ", ".join(how["periods"])),
        ("Status zonder kolom", "" if "status" in how["roles"] else how["status"]),
        ("Opmerking", " ".join(how["notes"])),
    ]
    return [(term, value) for term, value in items if value]


def _as_delivered(how: dict[str, Any]) -> Table | None:
    if not how.get("sample"):
        return None
    columns = [Column(name or f"kolom {place}") for place, name in enumerate(how["columns"], start=1)]
    rows = [[*row, *[""] * len(columns)][: len(columns)] for row in how["sample"]]
    return Table("Eerste rijen, zoals ze in het bestand staan", columns, rows)


def _first(lines: Sequence[comparison.Line]) -> Table | None:
    columns = [
        Column("Cijfer"),
        Column("Gebied"),
        Column("Periode"),
        Column("Waarde", "number"),
        Column("Status"),
    ]
    rows = [[line.indicator, line.area, line.period, line.value, line.status] for line in lines]
    return Table("Eerste cijfers, zoals ze zijn begrepen", columns, rows) if rows else None


def _biggest(lines: Sequence[comparison.Line]) -> Table | None:
    columns = [
        Column("Cijfer"),
        Column("Gebied"),
        Column("Periode"),
        Column("Nu opgeslagen", "number"),
        Column("Wordt", "number"),
    ]
    rows = [[line.indicator, line.area, line.period, line.before, line.value] for line in lines]
    return Table("Grootste wijzigingen", columns, rows) if rows else None


def _problems(record: Import, *, blocking: bool) -> Table | None:
    found = [problem for problem in record.problems if problem["blocking"] == blocking]
    columns = [Column("Rij"), Column("Kolom"), Column("Er staat"), Column("Wat is er mis")]
    rows = [
        [
            Cell(problem["row"] or "", text=str(problem["row"] or "hele bestand")),
            problem["column"] or "hele rij",
            problem["value"] or "",
            problem["message"][:1].upper() + problem["message"][1:],
        ]
        for problem in found
    ]
    name = "Problemen per rij en kolom" if blocking else "Overgeslagen regels en opmerkingen"
    return Table(name, columns, rows) if rows else None


def saved(record: Import) -> str:
    """Say what saving did."""
    if not (record.added or record.replaced):
        return f"Alle {number(record.unchanged)} cijfers stonden er al; er is niets veranderd."
    return (
        f"Opgeslagen: {number(record.added)} nieuw, {number(record.replaced)} gewijzigd, "
        f"{number(record.unchanged)} ongewijzigd."
    )


def undo(record: Import, later: Sequence[str] = ()) -> dict[str, Any]:
    """Ask whether an import must be undone, or say which later imports stand in the way."""
    return {
        "import": record,
        "later": later,
        "is_saved": record.state == Import.State.SAVED,
        "flow_step": "signalen",
        "breadcrumbs": crumbs(
            ("Inlezen", reverse("figures:imports")),
            (record.title, reverse("figures:import", args=[record.pk])),
            ("Terugdraaien", ""),
        ),
    }
