"""vangnet analyse: hide, check and round the figures of a table, with the proof beside it."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vangnet.cli.house import CommandError

EXAMPLES = """examples:
  vangnet analyse suppress cijfers.csv --dimensions gemeente,delict,jaar --nest gemeente=district
  vangnet analyse audit cijfers.beveiligd.csv --dimensions gemeente,delict,jaar --nest gemeente=district
  vangnet analyse round cijfers.csv --dimensions gemeente,delict,jaar --nest gemeente=district --base 5
"""


def register(nouns: Any) -> None:
    """Add the commands."""
    options: dict[str, Any] = {
        "epilog": EXAMPLES,
        "formatter_class": argparse.RawDescriptionHelpFormatter,
    }
    noun = nouns.add_parser("analyse", help="analyse a table in a file, without a database", **options)
    verbs = noun.add_subparsers(title="verbs", metavar="VERB", required=True)
    command = verbs.add_parser("suppress", help="hide cells so that nobody can be recognised", **options)
    _add_table(command)
    _add_rules(command)
    command.set_defaults(run=suppress, needs_house=False)
    command = verbs.add_parser("audit", help="what can be worked out about the hidden cells", **options)
    _add_table(command)
    command.add_argument("--whole", action="store_true", help="the attacker knows that figures are whole")
    command.set_defaults(run=audit, needs_house=False)
    command = verbs.add_parser("round", help="round so that all sums still hold", **options)
    _add_table(command)
    command.add_argument(
        "--base", type=int, default=5, metavar="N", help="multiples of (default: %(default)s)"
    )
    command.add_argument(
        "--gap",
        type=float,
        default=0.01,
        metavar="X",
        help="proven distance to the least error (default: %(default)s)",
    )
    command.set_defaults(run=round_table, needs_house=False)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=COLUMN or NAME=FILE")
    return name, value


def _add_table(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="FILE", help="a CSV or XLSX file, a line per cell")
    command.add_argument("--dimensions", required=True, metavar="COLUMNS", help="columns with codes, a,b,c")
    command.add_argument(
        "--value", default="aantal", metavar="COLUMN", help="the figures (default: %(default)s)"
    )
    command.add_argument(
        "--nest",
        type=_pair,
        action="append",
        default=[],
        metavar="NAME=COLUMN-or-FILE",
        help="codes of NAME add up by this column of the file, or by a file with lines from coarse to fine",
    )
    command.add_argument("--total", default="Totaal", help="code of sums (default: %(default)s)")
    command.add_argument(
        "--missing-is-zero", action="store_true", help="a cell without line is 0, not a fault"
    )
    _add_releases(command)


def _add_releases(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--earlier",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="an earlier release; may be repeated",
    )
    command.add_argument(
        "--same-as",
        type=_pair,
        action="append",
        default=[],
        metavar="NEW=OLD+OLD",
        help="a code of the first dimension that is the sum of older codes, such as a merged municipality",
    )
    command.add_argument("--revised", action="store_true", help="figures were revised since earlier releases")
    command.add_argument(
        "--needed",
        type=float,
        default=5.0,
        metavar="N",
        help="least width of an interval (default: %(default)s)",
    )
    command.add_argument(
        "--seconds",
        type=float,
        default=600.0,
        metavar="N",
        help="time for each problem (default: %(default)s)",
    )
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="CSV or XLSX to write (default: beside FILE)"
    )
    command.add_argument("--json", action="store_true", help="print JSON")


def _add_rules(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--unit",
        choices=["persons", "incidents", "amount"],
        default="incidents",
        help="what is counted (default: %(default)s)",
    )
    command.add_argument(
        "--fewest", type=int, metavar="N", help="least count shown (default: persons 10, else 5)"
    )
    command.add_argument(
        "--contributors", metavar="COLUMN", help="number of persons or organisations in a cell"
    )
    command.add_argument("--largest", metavar="COLUMN", help="contribution of the largest of them")
    command.add_argument("--second", metavar="COLUMN", help="contribution of the second largest")
    command.add_argument(
        "--dominance",
        type=float,
        default=75.0,
        metavar="K",
        help="most percent of the largest (default: %(default)s)",
    )
    command.add_argument(
        "--p-percent", type=float, metavar="P", help="how closely the second may estimate the largest"
    )
    command.add_argument("--zeros", action="store_true", help="0 is sensitive too")
    command.add_argument("--tau-argus", action="store_true", help="let tau-ARGUS choose the first cells")
    command.add_argument(
        "--engine-python",
        default=sys.executable,
        metavar="FILE",
        help="Python that has the package pytauargus",
    )


def suppress(args: argparse.Namespace) -> int:
    """Hide cells and write the table, its certificate and the card."""
    from vangnet.cli import disclosure

    with _plain_faults(), _bars() as progress:
        done = disclosure.suppress_file(args, progress)
    return _say(args, done)


def audit(args: argparse.Namespace) -> int:
    """Write the interval of every hidden cell; exit code 1 when one is too narrow."""
    from vangnet.cli import disclosure

    with _plain_faults(), _bars() as progress:
        done = disclosure.audit_file(args, progress)
    _say(args, done)
    return int(done["smal"] > 0)


def round_table(args: argparse.Namespace) -> int:
    """Write the rounded table and the card."""
    from vangnet.cli import disclosure

    with _plain_faults():
        done = disclosure.round_file(args)
    return _say(args, done)


def _say(args: argparse.Namespace, done: dict[str, Any]) -> int:
    if args.json:
        print(json.dumps(done, ensure_ascii=False, indent=1))
    else:
        for name, value in done.items():
            print(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
    return 0


@contextlib.contextmanager
def _plain_faults() -> Iterator[None]:
    """Turn what is wrong with a table into one line."""
    from vangnet.analysis.disclosure import faults

    known = (faults.TableFault, faults.Contradiction, faults.SolverStopped, faults.Unprotectable)
    try:
        yield
    except known as fault:
        raise CommandError(f"{fault.dutch} / {fault.english}") from fault
    except ValueError as error:
        raise CommandError(str(error)) from error


@contextlib.contextmanager
def _bars() -> Iterator[Any]:
    """Show a bar with the time left for each stage, when somebody is looking."""
    from tqdm import tqdm

    words = {"widen": "cellen verbergen", "prune": "cellen terugtonen", "audit": "marges berekenen"}
    bar: Any = None
    stage = ""

    def report(now: str, done: int, total: int) -> None:
        nonlocal bar, stage
        if bar is None or now != stage or total != bar.total:
            if bar is not None:
                bar.close()
            bar, stage = tqdm(total=total, desc=words[now], disable=not sys.stderr.isatty()), now
        bar.update(done - bar.n)

    try:
        yield report
    finally:
        if bar is not None:
            bar.close()
