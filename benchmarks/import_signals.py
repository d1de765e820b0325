"""Promise: 100,000 signals from a CSV file of another system are taken in within 60 seconds.

Makes a database of its own in a temporary folder with the demonstration, and takes the file the way the page does:
recognise, read, check, seal each with a key of its own (and one reporter in five apart), and add them to the vault in
one transaction; then the same file again, of which nothing may come in. Prints JSON. Ends with exit code 1 when it
takes longer than the promise.

    python benchmarks/import_signals.py
    python benchmarks/import_signals.py --rows 20000
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import shutil
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROMISED = 60.0
HEAD = (
    "Zaaknummer",
    "Datum",
    "Gemeente",
    "Branche",
    "Verschijningsvorm",
    "Omschrijving",
    "Bron",
    "Melder",
    "Telefoon",
)
WORDS = (
    "Bij de loods laadden vier mensen 's nachts vaten uit een busje zonder opschrift; dit was de derde keer in twee "
    "weken, steeds tussen twee en vier uur. De hal is verhuurd, maar niemand weet door wie."
)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000, help="how many signals (default: %(default)s)")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="vangnet-bench-"))
    folder.chmod(0o711)
    os.environ |= {"VANGNET_MODE": "demo", "VANGNET_DATA": str(folder)}
    os.environ["DJANGO_SETTINGS_MODULE"] = "vangnet.config.settings"
    os.environ.pop("DATABASE_URL", None)  # never somebody's own server
    os.environ.pop("DATABASE_OWNER_URL", None)
    sys.path.insert(0, str(ROOT / "src"))
    try:
        result = _measure(options.rows)
    finally:
        _close(folder)
    print(json.dumps(result, indent=1))
    return 0 if result["seconds"] <= PROMISED else 1


def _close(folder: Path) -> None:
    from django.db import connection

    from vangnet.config.database import embedded_cluster

    connection.close()
    connection.close_pool()
    embedded_cluster(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)


def _measure(rows: int) -> dict[str, Any]:
    import django

    django.setup()
    from django.conf import settings
    from django.db import transaction
    from django.utils import timezone

    from vangnet.agreements.models import Purpose
    from vangnet.config import environment, migration, pack
    from vangnet.identity import token
    from vangnet.identity.models import User
    from vangnet.identity.operator import operator, service_session
    from vangnet.vault.keys import create_key_file
    from vangnet.vault.start import keep_keys

    create_key_file(settings.KEY_FILE)
    migration.migrate()
    with service_session(operator()):
        keep_keys()
        pack.load(environment.region_folder(), by=operator(), at=timezone.now(), demo=True)
        with transaction.atomic():
            purposes = Purpose.objects.select_related("agreement")
            purpose = purposes.get(agreement__code="gemeente-gm0301", code="signalen")
            adviser = User.objects.get(email=pack.cast_email("adviseur-zutphen"))
    body = _as_file(rows)
    with service_session(adviser), token.for_purpose(purpose.pk):
        first, again = (_take_in(body, purpose, adviser) for _ in range(2))
    assert (first["added"], again["added"], again["skipped"]) == (rows, 0, rows)
    return {
        "rows": rows,
        "megabytes": round(len(body) / 1e6, 1),
        "read_seconds": first["read"],
        "take_in_seconds": first["take_in"],
        "seconds": round(first["read"] + first["take_in"], 1),
        "again_seconds": round(again["read"] + again["take_in"], 1),
        "promised": PROMISED,
    }


def _take_in(body: bytes, purpose: Any, by: Any) -> dict[str, Any]:
    from django.db import transaction
    from django.utils import timezone

    from vangnet.casework import bulk, imports
    from vangnet.vault import desks

    zone = purpose.agreement.zone
    began = time.perf_counter()
    with transaction.atomic():
        lists = imports.Lists.of(desks.places(), "GM0301")
    table = imports.read(body, "signalen.csv", lists, zone=zone, today=timezone.localdate())
    assert not table.problems.blocking, list(table.problems)[:3]
    read = time.perf_counter()
    done = bulk.take_in(table.rows, zone=zone, purpose=purpose.pk, masks=True, by=by, at=timezone.now())
    return {
        "read": round(read - began, 1),
        "take_in": round(time.perf_counter() - read, 1),
        "added": done.added,
        "skipped": done.skipped,
    }


def _as_file(rows: int) -> bytes:
    text = io.StringIO()
    sheet = csv.writer(text, delimiter=";")
    sheet.writerow(HEAD)
    kinds = ("drugs", "hennep", "uitbuiting", "witwassen", "")
    for number in range(rows):
        seen = date(2026, 6, 30) - timedelta(days=number % 700)
        reporter = (f"Verzonnen Melder {number}", "0575-000000") if number % 5 == 0 else ("", "")
        told = (
            f"Z-{number:07}",
            f"{seen:%d-%m-%Y}",
            "Zutphen",
            "horeca",
            kinds[number % 5],
            f"{number}. {WORDS}",
        )
        sheet.writerow((*told, "inwoner" if reporter[0] else "", *reporter))
    return text.getvalue().encode()


if __name__ == "__main__":
    sys.exit(main())
