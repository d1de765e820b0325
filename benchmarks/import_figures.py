"""Promise: 1,000,000 figures come in within 3 times the time of a COPY of the same rows into the same table.

Makes a database of its own in a temporary folder, loads the region pack, and takes turns: a bare COPY into
`figures_figure` with all its constraints, and the real path of a CSV file: recognise, read, check, prepare,
save. Prints JSON. Ends with exit code 1 when the median ratio is above the promise.

    python benchmarks/import_figures.py
    python benchmarks/import_figures.py --rows 200000 --repeat 5
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROMISED = 3.0
BORDERS = date(2025, 1, 1)
COLUMNS = "indicator_id, area_id, grain, start, value, status, borders_on, delivered_by_id"
Row = tuple[str, str, int, int, int]  # area, code of the indicator, year, month (0: whole year), value


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many figures (default: %(default)s)")
    parser.add_argument("--repeat", type=int, default=3, help="how often each (default: %(default)s)")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="vangnet-bench-"))
    folder.chmod(0o711)
    os.environ |= {"VANGNET_MODE": "demo", "VANGNET_DATA": str(folder)}
    os.environ["DJANGO_SETTINGS_MODULE"] = "vangnet.config.settings"
    os.environ.pop("DATABASE_URL", None)  # it empties tables: never somebody's own server
    os.environ.pop("DATABASE_OWNER_URL", None)
    sys.path.insert(0, str(ROOT / "src"))
    try:
        result = _measure(options.rows, options.repeat)
    finally:
        _close(folder)
    print(json.dumps(result, indent=1))
    return 0 if result["ratio"] <= PROMISED else 1


def _close(folder: Path) -> None:
    from django.db import connection

    from vangnet.config.database import embedded_cluster

    connection.close()
    connection.close_pool()
    embedded_cluster(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)


def _measure(rows: int, repeat: int) -> dict[str, Any]:
    import django

    django.setup()
    from vangnet.config import environment, migration, pack
    from vangnet.identity.operator import operator, service_session

    migration.migrate()
    user = operator()
    with service_session(user):
        pack.load(environment.region_folder(), by=user, at=_now(), demo=False)
        made = list(_figures(rows))
        body = _as_file(made)
        lines = _as_copy(made)
        copies, imports, steps = [], [], []
        for _ in range(repeat):
            copies.append(_bare_copy(lines, user))
            step = _import(body, rows, user)
            imports.append(sum(step.values()))
            steps.append(step)
    ratios = [ours / bare for ours, bare in zip(imports, copies, strict=True)]
    return {
        "rows": rows,
        "megabytes": round(len(body) / 1e6, 1),
        "copy_seconds": _spread(copies),
        "import_seconds": _spread(imports),
        "steps_seconds": {name: round(min(step[name] for step in steps), 2) for name in steps[0]},
        "ratio": round(statistics.median(ratios), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
        "promised": PROMISED,
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    return {"min": round(min(seconds), 2), "median": round(statistics.median(seconds), 2)}


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


def _figures(rows: int) -> Iterator[Row]:
    """Yield figures about months and years from 1990 on, each cell once, in the order of a real table."""
    from vangnet.figures.models import Indicator
    from vangnet.places.models import Area

    areas = list(Area.objects.as_of(BORDERS).values_list("code", flat=True))
    codes = list(Indicator.objects.order_by("code").values_list("code", flat=True))
    cells = (
        (area, code, year, month)
        for code in codes
        for area in areas
        for year in range(1990, 2026)
        for month in range(13)
    )
    number = 0
    for number, cell in enumerate(cells):
        if number == rows:
            return
        yield *cell, number * 7919 % 997
    if number + 1 < rows:
        raise SystemExit(f"the pack has room for {number + 1} figures only; choose fewer --rows")


def _as_file(made: list[Row]) -> bytes:
    text = io.StringIO()
    text.write("Gebied;Soort misdrijf;Periode;Aantal\n")
    for area, code, year, month, value in made:
        period = f"{year}-{month:02}" if month else f"{year}"
        text.write(f"{area};{code};{period};{value}\n")
    return text.getvalue().encode()


def _as_copy(made: list[Row]) -> list[str]:
    from vangnet.figures.models import Indicator

    ids = dict(Indicator.objects.values_list("code", "id"))
    end = f"definitief\t{BORDERS}"
    return [
        f"{ids[code]}\t{area}\t{'m' if month else 'j'}\t{year}-{month or 1:02}-01\t{value}\t{end}"
        for area, code, year, month, value in made
    ]


def _bare_copy(lines: list[str], user: Any) -> float:
    from django.db import connection, transaction

    from vangnet.figures.models import Import

    _empty()
    record = Import.objects.create(title="COPY", source_id=_source(), by=user, started_at=_now())
    body = "".join(f"{line}\t{record.pk}\n" for line in lines)
    began = time.perf_counter()
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy(f"COPY figures_figure ({COLUMNS}) FROM STDIN") as copy,
    ):
        copy.write(body)
    return time.perf_counter() - began


def _import(body: bytes, rows: int, user: Any) -> dict[str, float]:
    from vangnet.figures import actions, intake, sheets
    from vangnet.figures.models import Figure

    _empty()
    file = io.BytesIO(body)
    began = time.perf_counter()
    sheet = sheets.open_sheet(file, "miljoen.csv")
    opened = time.perf_counter()
    record = intake.take_file(sheet, file, intake.Terms(_source(), BORDERS), by=user, at=_now())
    prepared = time.perf_counter()
    actions.save(record, by=user, at=_now())
    saved = time.perf_counter()
    if Figure.objects.count() != rows:
        raise SystemExit(
            f"imported {Figure.objects.count()} figures instead of {rows}: {record.problems[:3]}"
        )
    return {"recognise": opened - began, "read_and_prepare": prepared - opened, "save": saved - prepared}


def _source() -> str:
    from vangnet.figures.models import Source

    return str(Source.objects.order_by("pk").values_list("pk", flat=True)[0])


def _empty() -> None:
    """Start every turn from an empty table, and from a server without work left over."""
    from django.db import connection

    from vangnet.config import migration

    connection.close()
    with migration.as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE figures_figure, figures_stagedfigure, figures_replacedfigure")
        cursor.execute("VACUUM figures_figure")


if __name__ == "__main__":
    sys.exit(main())
