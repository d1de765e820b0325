"""The figures of a region pack: sources, indicators and tables in three layouts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from vangnet.figures import actions
from vangnet.figures.actions import Delivery, staged_line
from vangnet.figures.models import Import, Indicator, Source, Status
from vangnet.identity.models import User

if TYPE_CHECKING:
    from vangnet.config.pack import Pack

Cells = Iterator[tuple[str, str, int, int, str]]  # indicator code, area, year, month (0: year), text


def load(pack: Pack, *, by: User, at: datetime) -> None:
    """Define sources and indicators and import every table that was not imported before."""
    _define(pack, by=by, at=at)
    ids = dict(Indicator.objects.values_list("code", "id"))
    for entry in pack.description.get("figures", []):
        checksum = hashlib.sha256((pack.folder / entry["file"]).read_bytes()).hexdigest()
        if Import.objects.saved().filter(checksum=checksum, source=entry["source"]).exists():
            continue
        borders = entry.get("borders_on")
        delivery = Delivery(entry["title"], entry["source"], checksum, borders, {"bestand": entry["file"]})
        record = actions.prepare(delivery, _lines(pack, entry, ids), by=by, at=at)
        actions.save(record, by=by, at=at)


def _define(pack: Pack, *, by: User, at: datetime) -> None:
    texts = pack.description
    sources = [Source(slug=slug, **fields) for slug, fields in texts.get("sources", {}).items()]
    indicators = [
        Indicator(
            code=row["code"],
            slug=row["slug"],
            name=row["name"],
            definition=row["definition"],
            unit=row["unit"],
            polarity=row["polarity"],
            theme=row["theme"],
            finest=row["finest"],
            source_id=row["source"],
            is_population=row["slug"] == texts.get("population"),
        )
        for row in pack.rows("indicators.csv", delimiter=";")
    ]
    actions.define(sources, indicators, by=by, at=at)


def _lines(pack: Pack, entry: dict[str, Any], ids: dict[str, int]) -> Iterator[str]:
    provisional_from = entry.get("provisional_from", 9999)
    borders: date | None = entry.get("borders_on")
    sources = dict(Indicator.objects.values_list("code", "source_id"))
    for code, area, year, month, text in LAYOUTS[entry["layout"]](pack, entry):
        if sources[code] == entry.get("not_of") or sources[code] != entry.get("only_of", sources[code]):
            continue
        start = date(year, month or 1, 1)
        status = Status.PROVISIONAL if year >= provisional_from else Status.FINAL
        value = float(text) if text else None
        on = borders or date(year, 1, 1)
        grain = "m" if month else "j"
        yield staged_line((ids[code], area, grain, start.isoformat(), value, status.value, on.isoformat()))


def _area_offence_years(pack: Pack, entry: dict[str, Any]) -> Cells:
    for row in pack.rows(entry["file"]):
        for year in filter(str.isdigit, row):
            yield row["offence"], row["municipality"], int(year), 0, row[year]


def _area_years(pack: Pack, entry: dict[str, Any]) -> Cells:
    """Leave out years in which the area did not exist: those cells are empty."""
    for row in pack.rows(entry["file"]):
        for year in filter(str.isdigit, row):
            if row[year]:
                yield entry["indicator"], row["municipality"], int(year), 0, row[year]


def _month_series(pack: Pack, entry: dict[str, Any]) -> Cells:
    for row in pack.rows(entry["file"]):
        year, month = map(int, row.pop("month").split("-"))
        for code, text in row.items():
            yield code, entry["area"], year, month, text


LAYOUTS: dict[str, Callable[[Pack, dict[str, Any]], Cells]] = {
    "area-offence-years": _area_offence_years,
    "area-years": _area_years,
    "month-series": _month_series,
}
