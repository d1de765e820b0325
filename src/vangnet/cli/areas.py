"""vangnet places and boundaries: areas on a date, and their official borders."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from vangnet.cli.house import CommandError

EXAMPLES = """examples:
  vangnet places --on 2014-07-01
  vangnet places --on 2018-07-01 --json | jq length
  vangnet boundaries municipalities.geojson --since 2019-01-01
  vangnet boundaries pdok
"""


def day(text: str) -> date:
    """Read a day; argparse shows the message."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2018-07-01") from error


def register(nouns: Any) -> None:
    """Add the commands."""
    options: dict[str, Any] = {
        "epilog": EXAMPLES,
        "formatter_class": argparse.RawDescriptionHelpFormatter,
    }
    command = nouns.add_parser("places", help="list the areas that exist on a date", **options)
    command.add_argument("--on", type=day, default=None, metavar="DATE", help="a day (default: today)")
    command.add_argument(
        "--level",
        default="gemeente",
        choices=["land", "provincie", "eenheid", "district", "gemeente"],
        help="which areas (default: %(default)s)",
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=places)

    command = nouns.add_parser("boundaries", help="load official borders from a file or from PDOK", **options)
    command.add_argument("source", metavar="FILE-or-pdok", help="a GeoJSON file, or the word pdok")
    command.add_argument("--since", type=day, default=None, metavar="DATE", help="first day of these borders")
    command.set_defaults(run=boundaries)


def places(args: argparse.Namespace) -> int:
    """List areas with code, name and what they belong to."""
    from django.utils import timezone

    from vangnet.places.models import Area, AreaPart, AreaVersion

    on = args.on or timezone.localdate()
    areas = [(a.code, a.name_then) for a in Area.objects.as_of(on).of_level(args.level)]
    names = dict(AreaVersion.objects.filter(period__contains=on).values_list("area_id", "name"))
    wholes: dict[str, dict[str, str]] = {}
    for part in AreaPart.objects.filter(period__contains=on):
        wholes.setdefault(part.part_id, {})[part.whole_level] = names[part.whole_id]
    rows = [{"code": code, "name": name} | wholes.get(code, {}) for code, name in areas]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for row in rows:
            print("\t".join(row.values()))
    return 0


def boundaries(args: argparse.Namespace) -> int:
    """Load borders and say for how many municipalities they are."""
    from vangnet.config import boundaries as official

    if args.source == "pdok":
        count, missing = official.load_from_pdok(since=args.since)
    else:
        path = Path(args.source)
        if not path.is_file():
            raise CommandError(f"no such file: {path} (give a GeoJSON file, or the word pdok)")
        count, missing = official.load_from_file(path, since=args.since)
    print(f"official borders of {count} municipalities loaded; every map uses them from now on")
    if missing:
        print(f"without border, so shown as schematic cells together: {', '.join(missing)}")
    return 0
