"""What `vangnet analyse displacement`, `knox`, `positions`, `disrupt` and `nowcast` can be told."""

from __future__ import annotations

import argparse
import math
from datetime import date
from pathlib import Path


def add_displacement(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `displacement`."""
    command.add_argument(
        "file", type=Path, metavar="FILE", help="a CSV, XLSX or Parquet file, a line per area and period"
    )
    _add_columns(command, area="gemeente", period="jaar", value="aantal")
    command.add_argument(
        "--since", required=True, metavar="PERIOD", help="first period with the measure, as in the file"
    )
    command.add_argument("--treated", default="", metavar="AREAS", help="areas with the measure, a,b,c")
    command.add_argument("--neighbours", type=Path, metavar="FILE", help="CSV or XLSX, two areas per line")
    command.add_argument(
        "--roles",
        metavar="COLUMN",
        help="column that says of each area: maatregel, omgeving, controle or buiten beschouwing",
    )
    _add_number(command, "--buffer", 1, int, "areas at most so many borders away are the surroundings")
    _add_number(command, "--gap", 0, int, "areas so many borders beyond are left out")
    command.add_argument("--missing-is-zero", action="store_true", help="a period without line is 0")
    command.add_argument(
        "--overdispersion",
        type=float,
        metavar="A",
        help="a in variance = mean + a mean^2 (default: from the control areas)",
    )
    _add_number(command, "--confidence", 0.95, float, "of all intervals together")
    _add_number(command, "--margin", 0.25, float, "displaced part of the fall that is of no importance")
    _add_number(command, "--comparisons", 1, int, "comparisons made, also those not reported")
    command.add_argument(
        "--causal-impact", action="store_true", help="a second opinion by the package bsts-causalimpact"
    )
    _add_output(command)


def add_knox(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `knox`."""
    command.add_argument(
        "file", type=Path, metavar="FILE", help="a CSV, XLSX or Parquet file, a line per event"
    )
    _add_columns(command, x="x", y="y", time="datum")
    command.add_argument(
        "--places",
        type=_limits,
        default="0,100,200,400",
        metavar="METRES",
        help="limits of the bands of distance, the last may be inf (default: %(default)s)",
    )
    command.add_argument(
        "--times",
        type=_limits,
        default="0,7,14,28",
        metavar="DAYS",
        help="limits of the bands of time, the last may be inf (default: %(default)s)",
    )
    command.add_argument(
        "--same-place", type=float, metavar="METRES", help="a band of its own up to and including so far"
    )
    command.add_argument(
        "--closed",
        choices=["left", "right"],
        default="left",
        help="which limit a band holds itself (default: %(default)s)",
    )
    command.add_argument(
        "--metric",
        choices=["straight", "manhattan"],
        default="straight",
        help="as the crow flies or along a square street plan (default: %(default)s)",
    )
    _add_number(command, "--permutations", 999, int, "shuffles of the moments; 0: screening only")
    command.add_argument(
        "--today", type=date.fromisoformat, metavar="DAY", help="last day that can be (default: today)"
    )
    _add_output(command)


def add_positions(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `positions`."""
    command.add_argument(
        "file", type=Path, metavar="FILE", help="a CSV, XLSX or Parquet file, a line per link"
    )
    _add_columns(command, one="van", other="naar")
    command.add_argument(
        "--wave",
        metavar="COLUMN",
        help="column with the moment of a link, such as 2026-01: positions of the last one, and who rose",
    )
    _add_number(command, "--size", 3, int, "how many are chosen")
    _add_number(command, "--steps", 1, int, "links that count as reach")
    _add_number(command, "--seconds", 10.0, float, "time for each proof")
    _add_number(command, "--draws", 200, int, "draws with links and people left out")
    _add_number(command, "--missing-links", 0.1, float, "part of the links left out in a draw")
    _add_number(command, "--missing-people", 0.05, float, "part of the people left out in a draw")
    _add_output(command)


def add_disruption(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `disrupt`."""
    command.add_argument(
        "file", type=Path, metavar="FILE", help="a CSV, XLSX or Parquet file, a line per link"
    )
    _add_columns(command, one="van", other="naar")
    who = command.add_mutually_exclusive_group(required=True)
    who.add_argument("--gone", metavar="NAMES", help="who is taken out, a,b,c")
    who.add_argument("--step", metavar="ROLE", help="take out all who do this step of the crime script")
    who.add_argument(
        "--size", type=int, metavar="N", help="take out at most so many, chosen so that most steps stop"
    )
    command.add_argument(
        "--roles",
        type=Path,
        required=True,
        metavar="FILE",
        help="CSV or XLSX, a name and a role per line: steps of the crime script",
    )
    _add_number(command, "--draws", 200, int, "draws of who steps in")
    _add_output(command)


def add_nowcast(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `nowcast`."""
    command.add_argument(
        "file", type=Path, metavar="FILE", help="a CSV or XLSX file, a line per area, kind and month"
    )
    _add_columns(command, area="gemeente", month="maand", value="aantal")
    command.add_argument("--kind", metavar="COLUMN", help="column with the kind of event")
    command.add_argument(
        "--nest",
        metavar="COLUMN-or-FILE",
        help="areas add up by this column of the file, or by a file with lines from coarse to fine",
    )
    command.add_argument("--total", default="Totaal", help="name of the sum of all (default: %(default)s)")
    command.add_argument(
        "--registered",
        metavar="COLUMN",
        help="column with the month of registration: a line per month of both, for late registration",
    )
    command.add_argument("--missing-is-zero", action="store_true", help="a month without line is 0")
    _add_number(command, "--confidence", 0.95, float, "part of the outcomes that an interval is to hold")
    command.add_argument(
        "--today", type=date.fromisoformat, metavar="DAY", help="months up to here are over (default: today)"
    )
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="CSV or XLSX to write (default: beside FILE)"
    )
    command.add_argument("--json", action="store_true", help="print JSON")


def _add_columns(command: argparse.ArgumentParser, **defaults: str) -> None:
    for name, default in defaults.items():
        command.add_argument(
            f"--{name}",
            default=default,
            metavar="COLUMN",
            help=f"column with the {name} (default: {default})",
        )


def _add_number(
    command: argparse.ArgumentParser, name: str, default: float, kind: type[int] | type[float], words: str
) -> None:
    command.add_argument(name, type=kind, default=default, metavar="N", help=f"{words} (default: {default})")


def _add_output(command: argparse.ArgumentParser) -> None:
    _add_number(command, "--seed", 1, int, "same seed, same result")
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="CSV or XLSX to write (default: beside FILE)"
    )
    command.add_argument("--json", action="store_true", help="print JSON")


def _limits(text: str) -> tuple[float, ...]:
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a row of numbers such as 0,100,200") from None
    if any(math.isnan(limit) for limit in found):
        raise argparse.ArgumentTypeError(f"{text!r} holds something that is no number")
    return found
