"""vangnet routes: along which routes the signals of a year went, with intervals."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import Any

EXAMPLES = """examples:
  vangnet routes --year 2026
  vangnet routes --year 2025 --json | jq '.areas[] | select(.level == "district")'
"""


def register(nouns: Any) -> None:
    """Add the command."""
    command = nouns.add_parser(
        "routes",
        help="shares of the routes of signals per municipality, district and region",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "--year", type=_year, default=None, metavar="YEAR", help="year of decision (default: this year)"
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=routes)


def _year(text: str) -> int:
    if text.isascii() and text.isdigit() and 2000 <= int(text) <= 2999:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a year such as 2026")


def routes(args: argparse.Namespace) -> int:
    """Print the shares; that they were counted is on record."""
    from django.utils import timezone

    from vangnet.casework import shares
    from vangnet.cli.audit import owner_address, put_on_record

    today = timezone.localdate()
    year = args.year or today.year
    put_on_record("casework.routes.counted", str(year))
    found = shares.rows(shares.counts(owner_address(), year), on=min(today, date(year, 12, 31)))
    if args.json:
        print(json.dumps({"year": year, "level": 0.95, "areas": found}, ensure_ascii=False, indent=1))
        return 0
    for row in found:
        parts = [
            f"{route} {one['signals']} ({one['share']:.1%}, {one['low']:.1%} - {one['high']:.1%})"
            for route, one in row["routes"].items()
        ]
        print("\t".join([row["level"], row["name"], str(row["signals"]), *parts]))
    if not found:
        print(f"{year}: no signal went along a route")
    return 0
