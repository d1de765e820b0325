"""vangnet figures: bring figures in, list what is there, undo an import."""

from __future__ import annotations

import argparse
import json
import re
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

from vangnet.cli.areas import day
from vangnet.cli.house import CommandError

EXAMPLES = """examples:
  vangnet figures import cijfers.csv --dry-run
  vangnet figures import cijfers.xlsx --source eigen-opgave --indicator woninginbraak --yes
  vangnet figures import --police 47018NED --offences 1.1.1,1.1.2 --years 2012-2025 --yes
  vangnet figures import --cbs 70072ned --indicator inwoners --years 2024 --borders own-year
  vangnet figures list
  vangnet figures list --imports --json
  vangnet figures undo 6f1c2f0e-6f0b-4a53-a8f4-0b7f0d6a3c11
"""
OWN_YEAR = "own-year"


def years(text: str) -> tuple[int, ...]:
    """Read 2024 or 2012-2025; argparse shows the message."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if first > last:
        raise argparse.ArgumentTypeError(f"{text!r} is not a year or a range such as 2012-2025")
    return tuple(range(first, last + 1))


def borders(text: str) -> Any:
    """Read a day, or the word that leaves each figure on the borders of its own year."""
    return text if text == OWN_YEAR else day(text)


def register(nouns: Any) -> None:
    """Add the commands."""
    options: dict[str, Any] = {
        "epilog": EXAMPLES,
        "formatter_class": argparse.RawDescriptionHelpFormatter,
    }
    noun = nouns.add_parser("figures", help="bring figures in, list them, undo an import", **options)
    verbs = noun.add_subparsers(title="verbs", metavar="VERB", required=True)
    _add_import(verbs.add_parser("import", help="read a file or a published table", **options))
    command = verbs.add_parser("list", help="list indicators with what is in store, or imports", **options)
    command.add_argument("--imports", action="store_true", help="list the imports, latest first")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=list_figures)
    command = verbs.add_parser(
        "undo", help="put every figure back to what it was before an import", **options
    )
    command.add_argument("id", type=UUID, metavar="ID", help="id of the import, see: figures list --imports")
    command.set_defaults(run=undo)


def _add_import(command: argparse.ArgumentParser) -> None:
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("file", nargs="?", metavar="FILE", help="a CSV or XLSX file")
    what.add_argument("--police", metavar="TABLE", help="a table of the police, such as 47018NED")
    what.add_argument("--cbs", metavar="TABLE", help="a table of Statistics Netherlands, such as 70072ned")
    command.add_argument(
        "--source", metavar="SLUG", help="who established the figures (default for a file: eigen-opgave)"
    )
    command.add_argument("--indicator", help="slug, code or name, when file or table is about one indicator")
    command.add_argument(
        "--borders", type=borders, metavar="DATE", help=f"day whose borders the figures are on, or {OWN_YEAR}"
    )
    command.add_argument(
        "--status",
        choices=["definitief", "voorlopig", "schatting"],
        default="definitief",
        help="status when the file has no column for it (default: %(default)s)",
    )
    command.add_argument(
        "--offences", metavar="CODES", help="codes of the source, such as 1.1.1,1.1.2 (default: all we know)"
    )
    command.add_argument("--years", type=years, metavar="YEARS", help="2024 or 2012-2025")
    command.add_argument("--months", action="store_true", help="fetch months instead of years")
    command.add_argument(
        "--country", action="store_true", help="fetch the whole country instead of municipalities"
    )
    command.add_argument("--topic", help="name of the column with figures (default: what the table has now)")
    command.add_argument("--base-url", metavar="URL", help="another address of the service")
    command.add_argument(
        "--spool", type=Path, metavar="DIR", help="folder that keeps fetched pages until the import is there"
    )
    command.add_argument("--dry-run", action="store_true", help="read and check, save nothing")
    command.add_argument("--yes", action="store_true", help="save without asking")
    command.set_defaults(run=import_figures)


def import_figures(args: argparse.Namespace) -> int:
    """Read, check, say what would change, and save when that is wanted."""
    record = _from_file(args) if args.file else _from_table(args)
    if record.state == record.State.REFUSED:
        return _refusal(record, args)
    from vangnet.figures.comparison import compare

    found = compare(record)
    print(f"{record.title}: {found.added} new, {found.replaced} changed, {found.unchanged} unchanged")
    if found.from_other_source:
        print(
            f"warning: {found.from_other_source} of the changed figures came from another source",
            file=sys.stderr,
        )
    if args.dry_run:
        _discard(record)
        print("dry run: nothing saved")
        return 0
    if not args.yes and not _agreed():
        raise CommandError(f"not saved; it waits as import {record.pk}. Add --yes, or save it on its page")
    return _save(record)


def _from_file(args: argparse.Namespace) -> Any:
    from django.conf import settings
    from django.utils import timezone
    from tqdm import tqdm

    from vangnet.figures import intake, sheets
    from vangnet.figures.observations import Unreadable
    from vangnet.identity.operator import operator

    path = Path(args.file)
    if not path.is_file():
        raise CommandError(f"no such file: {path}")
    try:
        with path.open("rb") as file, closing(_bar(tqdm, " figures")) as bar:
            sheet = sheets.open_sheet(file, path.name, max_bytes=settings.FIGURES_MAX_UPLOAD)
            return intake.take_file(
                sheet,
                file,
                _terms(args),
                by=operator(),
                at=timezone.now(),
                progress=lambda done: bar.update(done - bar.n) and None,
            )
    except Unreadable as fault:
        raise CommandError(f"{path.name}: {fault}") from fault


def _terms(args: argparse.Namespace) -> Any:
    from vangnet.figures.intake import Terms
    from vangnet.figures.models import Source

    slug = args.source or "eigen-opgave"
    if not Source.objects.filter(pk=slug).exists():
        known = ", ".join(Source.objects.order_by("pk").values_list("pk", flat=True))
        raise CommandError(f"unknown source {slug!r}; choose one of: {known}")
    indicator = _indicator(args.indicator)
    return Terms(slug, _borders(args, indicator), indicator, args.status)


def _indicator(text: str | None) -> Any:
    from django.utils import timezone

    from vangnet.figures.register import Register

    if text is None:
        return None
    known = Register(today=timezone.localdate())
    found = known.find_indicator(text)
    if found is None:
        names = ", ".join(sorted(row.slug for row in known.indicators.values()))
        raise CommandError(f"unknown indicator {text!r}; choose one of: {names}")
    return found


def _borders(args: argparse.Namespace, indicator: Any) -> Any:
    from django.utils import timezone

    from vangnet.figures.register import usual_borders

    if args.borders == OWN_YEAR:
        return None
    return args.borders or usual_borders(indicator, today=timezone.localdate())


def _from_table(args: argparse.Namespace) -> Any:
    from django.utils import timezone
    from tqdm import tqdm

    from vangnet.figures.fetches import fetch_table
    from vangnet.figures.opendata import OpenDataError
    from vangnet.identity.operator import operator

    request = _request(args)
    try:
        with closing(_bar(tqdm, " rows")) as bar:

            def progress(done: int, total: int | None) -> None:
                bar.total = total
                bar.update(done - bar.n)

            return fetch_table(
                request,
                by=operator(),
                at=timezone.now(),
                progress=progress,
                base_url=args.base_url,
                spool=args.spool,
            )
    except OpenDataError as fault:
        raise CommandError(str(fault)) from fault


def _request(args: argparse.Namespace) -> Any:
    from vangnet.figures import catalogue
    from vangnet.figures.models import Indicator

    number = args.police or args.cbs
    known, indicator = catalogue.known_table(number), _indicator(args.indicator)
    source = args.source or getattr(catalogue.source_of(number), "pk", None)
    topic = args.topic or (known.topic if known else None)
    for value, option in ((args.years, "--years"), (source, "--source"), (topic, "--topic")):
        if not value:
            raise CommandError(f"table {number} needs {option}")
    kinds = tuple(args.offences.split(",")) if args.offences else ()
    if not kinds and indicator is None:
        dimension = known.kind_dimension if known else None
        kinds = tuple(c.code for c in Indicator.objects.all() if catalogue.has_official_code(c, dimension))
    day_of_borders = _borders(args, indicator)
    return catalogue.Request(
        service=catalogue.POLICE if args.police else catalogue.CBS,
        table=number,
        topic=str(topic),
        source=str(source),
        years=args.years,
        indicators=kinds,
        indicator=indicator.code if indicator else None,
        kind_dimension=(known.kind_dimension if known else "SoortMisdrijf") if kinds else None,
        monthly=args.months or bool(known and known.monthly),
        areas=catalogue.COUNTRY if args.country else catalogue.MUNICIPALITIES,
        borders_on=day_of_borders.isoformat() if day_of_borders else None,
    )


def _bar(tqdm: Any, unit: str) -> Any:
    return tqdm(unit=unit, unit_scale=True, leave=False, disable=not sys.stderr.isatty())


def _refusal(record: Any, args: argparse.Namespace) -> int:
    from vangnet.figures.observations import Problem

    blocking = [problem for problem in record.problems if problem["blocking"]]
    for problem in blocking[:20]:
        print(Problem(**problem))
    if record.problem_count > 20:
        print(f"... and {record.problem_count - 20} more")
    kept = "" if args.dry_run else f"; the list is kept as import {record.pk}"
    if args.dry_run:
        _discard(record)
    raise CommandError(f"refused, {record.problem_count} problem(s), nothing saved{kept}")


def _agreed() -> bool:
    return sys.stdin.isatty() and input("Save? [y/N] ").strip().casefold() in ("y", "yes", "j", "ja")


def _save(record: Any) -> int:
    from django.utils import timezone

    from vangnet.figures import actions
    from vangnet.identity.operator import operator

    saved = actions.save(record, by=operator(), at=timezone.now())
    if saved.added or saved.replaced:
        print(f"saved as import {saved.pk}")
    else:
        print(f"all {saved.unchanged} figures were there already; nothing changed")
    return 0


def _discard(record: Any) -> None:
    from django.utils import timezone

    from vangnet.figures import actions
    from vangnet.identity.operator import operator

    actions.discard(record, by=operator(), at=timezone.now())


def undo(args: argparse.Namespace) -> int:
    """Undo an import, or say why that cannot be."""
    from django.utils import timezone

    from vangnet.figures import actions
    from vangnet.figures.models import Import
    from vangnet.identity.operator import operator

    record = Import.objects.visible_to(operator()).filter(pk=args.id).first()
    if record is None:
        raise CommandError(f"no import {args.id}; see: vangnet figures list --imports")
    try:
        actions.undo(record, by=operator(), at=timezone.now())
    except actions.LaterImport as later:
        raise CommandError(f"later imports changed the same figures; undo first: {later}") from later
    except actions.NotADraft as state:
        raise CommandError(f"only a saved import can be undone; this one is: {state}") from state
    print(f"undone: {record.title}")
    return 0


def list_figures(args: argparse.Namespace) -> int:
    """List indicators with what is in store, or imports."""
    rows = _imports() if args.imports else _indicators()
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for row in rows:
        print("\t".join("" if value is None else str(value) for value in row.values()))
    return 0


def _indicators() -> list[dict[str, Any]]:
    from vangnet.figures import stock
    from vangnet.figures.models import Indicator
    from vangnet.identity.operator import operator

    return [
        {
            "indicator": row.indicator.slug,
            "code": row.indicator.code,
            "theme": row.indicator.theme,
            "years": row.years,
            "areas": row.areas,
            "figures": row.count,
            "status": ",".join(row.statuses),
            "source": row.indicator.source_id,
        }
        for row in stock.of_indicators(Indicator.objects.visible_to(operator()))
    ]


def _imports() -> list[dict[str, Any]]:
    from vangnet.figures.models import Import
    from vangnet.identity.operator import operator

    return [
        {
            "id": str(record.pk),
            "state": record.state,
            "started_at": record.started_at.isoformat(timespec="seconds"),
            "by": str(record.by),
            "source": record.source_id,
            "title": record.title,
            "rows": record.rows,
            "added": record.added,
            "replaced": record.replaced,
            "unchanged": record.unchanged,
            "problems": record.problem_count,
        }
        for record in Import.objects.visible_to(operator()).order_by("-started_at")
    ]
