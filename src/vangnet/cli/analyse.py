"""vangnet analyse: tables that give nobody away, crime that moves or repeats, key positions, the year."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from vangnet.cli import release_options, space
from vangnet.cli.house import CommandError
from vangnet.cli.options import given, number, one_of, refused, whole

EXAMPLES = """examples:
  vangnet analyse suppress cijfers.csv --dimensions gemeente,delict,jaar --nest gemeente=district
  vangnet analyse audit cijfers.beveiligd.csv --dimensions gemeente,delict,jaar --nest gemeente=district
  vangnet analyse round cijfers.csv --dimensions gemeente,delict,jaar --nest gemeente=district --base 5
  vangnet analyse displacement inbraken.csv --treated Aalst --since 2019 --neighbours buren.csv
  vangnet analyse knox inbraken.csv --places 0,100,200,400 --times 0,7,14,28
  vangnet analyse positions banden.csv --size 3
  vangnet analyse disrupt banden.csv --gone Kas,Sem --roles rollen.csv
  vangnet analyse nowcast maanden.csv --kind delict --nest district
"""


def register(nouns: Any) -> None:
    """Add the commands."""
    options: dict[str, Any] = {
        "epilog": EXAMPLES,
        "formatter_class": argparse.RawDescriptionHelpFormatter,
    }
    noun = nouns.add_parser("analyse", help="analyse figures in a file, without a database", **options)
    verbs = noun.add_subparsers(title="verbs", metavar="VERB", required=True)
    command = verbs.add_parser("suppress", help="hide cells so that nobody can be recognised", **options)
    _add_table(command)
    _add_releases(command)
    _add_rules(command)
    command.set_defaults(run=_runs("disclosure", "suppress_file"), needs_house=False)
    command = verbs.add_parser("audit", help="what can be worked out about the hidden cells", **options)
    _add_table(command)
    _add_releases(command)
    _add_attacker(command)
    command.set_defaults(run=_audit, needs_house=False)
    command = verbs.add_parser("round", help="round so that all sums still hold", **options)
    _add_table(command)
    command.add_argument(
        "--base", type=whole(2), default=5, metavar="N", help="multiples of (default: %(default)s)"
    )
    command.add_argument(
        "--gap",
        type=number(0, 1, below=True),
        default=0.01,
        metavar="X",
        help="proven distance to the least error (default: %(default)s)",
    )
    command.set_defaults(run=_runs("rounding", "round_file"), needs_house=False)
    _add_patterns(verbs, options)


def _add_patterns(verbs: Any, options: dict[str, Any]) -> None:
    command = verbs.add_parser("displacement", help="did crime move to the surroundings", **options)
    space.add_displacement(command)
    command.set_defaults(run=_runs("displacement", "displacement_file"), needs_house=False)
    command = verbs.add_parser("knox", help="do events repeat nearby soon after", **options)
    space.add_knox(command)
    command.set_defaults(run=_runs("near_repeat", "knox_file"), needs_house=False)
    command = verbs.add_parser("positions", help="whose absence breaks a network up most", **options)
    space.add_positions(command)
    command.set_defaults(run=_runs("positions", "positions_file"), needs_house=False)
    command = verbs.add_parser("disrupt", help="what is left of a disruption after recovery", **options)
    space.add_disruption(command)
    command.set_defaults(run=_runs("disruption", "disruption_file"), needs_house=False)
    command = verbs.add_parser("nowcast", help="what the running year will come to", **options)
    space.add_nowcast(command)
    command.set_defaults(run=_runs("nowcast", "nowcast_file"), needs_house=False)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise refused(text, "twee namen met = ertussen, a=b", "two names with = between, a=b")
    return name, value


def _add_table(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file", type=Path, metavar="FILE", help="a CSV, XLSX or Parquet file, a line per cell"
    )
    command.add_argument(
        "--dimensions", type=given, required=True, metavar="COLUMNS", help="columns with codes, a,b,c"
    )
    command.add_argument(
        "--value", type=given, default="aantal", metavar="COLUMN", help="the figures (default: %(default)s)"
    )
    command.add_argument(
        "--nest",
        type=_pair,
        action="append",
        default=[],
        metavar="NAME=COLUMN-or-FILE",
        help="codes of NAME add up by this column of the file, or by a file with lines from coarse to fine",
    )
    command.add_argument("--total", type=given, default="Totaal", help="code of sums (default: %(default)s)")
    command.add_argument(
        "--missing-is-zero", action="store_true", help="a cell without line is 0, not a fault"
    )
    _add_output(command)


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
        type=number(above=True),
        metavar="N",
        help="least width of an interval (default: 5; for amounts there is none)",
    )
    release_options.add(command)


def _add_output(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--seconds",
        type=number(above=True),
        default=600.0,
        metavar="N",
        help="time for each problem (default: %(default)s)",
    )
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="CSV or XLSX to write (default: beside FILE)"
    )
    command.add_argument("--json", action="store_true", help="print JSON")


def _add_attacker(command: argparse.ArgumentParser) -> None:
    command.add_argument("--whole", action="store_true", help="the attacker knows that figures are whole")
    command.add_argument(
        "--knows",
        action="append",
        default=[],
        metavar="CODES=N",
        help="an attacker who knows this hidden figure, such as who is alone in it; may be repeated",
    )


def _add_rules(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--unit",
        type=one_of("persons", "incidents", "amount"),
        metavar="{persons,incidents,amount}",
        default="incidents",
        help="what is counted (default: %(default)s)",
    )
    command.add_argument(
        "--fewest", type=whole(1), metavar="N", help="least count shown (default: persons 10, else 5)"
    )
    command.add_argument(
        "--contributors", type=given, metavar="COLUMN", help="number of persons or organisations in a cell"
    )
    command.add_argument(
        "--largest", type=given, metavar="COLUMN", help="contribution of the largest of them"
    )
    command.add_argument("--second", type=given, metavar="COLUMN", help="contribution of the second largest")
    command.add_argument(
        "--dominance",
        type=number(0, 100, above=True),
        default=75.0,
        metavar="K",
        help="most percent of the largest (default: %(default)s)",
    )
    command.add_argument(
        "--p-percent",
        type=number(0, 100, above=True),
        metavar="P",
        help="how closely the second may estimate the largest",
    )
    _add_further_rules(command)


def _add_further_rules(command: argparse.ArgumentParser) -> None:
    command.add_argument("--zeros", action="store_true", help="0 is sensitive too")
    command.add_argument(
        "--insiders",
        action="store_true",
        help="who is alone in a cell attacks too: may not work out another sensitive cell",
    )
    command.add_argument("--tau-argus", action="store_true", help="let tau-ARGUS choose the first cells")
    command.add_argument(
        "--engine-python",
        default=sys.executable,
        metavar="FILE",
        help="Python that has the package pytauargus",
    )


def _runs(module: str, does: str) -> Callable[[argparse.Namespace], int]:
    """Return what runs an analysis and says what came out; its module is read only then, for it is heavy."""

    def run(args: argparse.Namespace) -> int:
        with _plain_faults(args), _bars() as progress:
            done = getattr(import_module(f"vangnet.cli.{module}"), does)(args, progress)
        return _say(args, done)

    return run


def _audit(args: argparse.Namespace) -> int:
    """Write the interval of every hidden cell; exit code 1 when one is too narrow."""
    from vangnet.cli import disclosure

    with _plain_faults(args), _bars() as progress:
        done = disclosure.audit_file(args, progress)
    _say(args, done)
    return int(any(done.get(found, 0) > 0 for found in disclosure.TOO_NARROW))


def _say(args: argparse.Namespace, done: dict[str, Any]) -> int:
    if args.json:
        print(json.dumps(done, ensure_ascii=False, indent=1))
    else:
        for name, value in done.items():
            print(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
    return 0


@contextlib.contextmanager
def _plain_faults(args: argparse.Namespace) -> Iterator[None]:
    """Turn what is wrong with a table, or with where to write, into one line."""
    from vangnet.analysis.disclosure import faults
    from vangnet.cli import outputs, tables

    known = (faults.TableFault, faults.Contradiction, faults.SolverStopped, faults.Unprotectable)
    try:
        # Before hours of work, not after; what is written beside it is held against this later.
        if args.out:
            outputs.check_kind(args.out)
        outputs.check([args.out] if args.out else [], tables.inputs(args))
        yield
    except OSError as error:
        raise CommandError(outputs.dutch(error)) from error
    except known as fault:
        raise CommandError(f"{fault.dutch} / {fault.english}") from fault
    except ValueError as error:
        raise CommandError(str(error)) from error


@contextlib.contextmanager
def _bars() -> Iterator[Any]:
    """Show a bar with the time left for each stage, when somebody is looking."""
    from tqdm import tqdm

    words = {
        "widen": "cellen verbergen",
        "prune": "cellen terugtonen",
        "exchange": "cellen ruilen",
        "audit": "marges berekenen",
        "round": "afronden",
    }
    words |= {"shuffle": "tijdstippen schudden", "draws": "steekproeven", "nowcast": "jaar schatten"}
    words |= {"proof": "keuze bewijzen", "displacement": "gebieden vergelijken"}
    words |= {"search": "blijvende keuze zoeken", "recover": "herstel nabootsen"}
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
