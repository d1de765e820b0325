"""What `vangnet analyse displacement`, `knox`, `positions`, `disrupt` and `nowcast` can be told."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vangnet.cli.options import day, given, limits, number, one_of, some_names, whole

PART = number(0, 1, above=True, below=True)
QUOTED = "a name with a comma between double quotes"


def add_displacement(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `displacement`."""
    command.add_argument(
        "file", type=Path, metavar="FILE", help="a CSV, XLSX or Parquet file, a line per area and period"
    )
    _add_columns(command, area="gemeente", period="jaar", value="aantal")
    command.add_argument(
        "--since",
        type=given,
        required=True,
        metavar="PERIOD",
        help="first period with the measure, as in the file",
    )
    command.add_argument(
        "--treated",
        type=some_names,
        action="append",
        default=[],
        metavar="AREAS",
        help=f"areas with the measure, a,b,c; may be repeated; {QUOTED}",
    )
    command.add_argument("--neighbours", type=Path, metavar="FILE", help="CSV or XLSX, two areas per line")
    command.add_argument(
        "--roles",
        type=given,
        metavar="COLUMN",
        help="column that says of each area: maatregel, omgeving, controle or buiten beschouwing",
    )
    _add_judging(command)
    _add_today(command, "periods up to here are over")
    _add_output(command)


def _add_judging(command: argparse.ArgumentParser) -> None:
    _add_number(command, "--buffer", 1, whole(1), "areas at most so many borders away are the surroundings")
    _add_number(command, "--gap", 0, whole(0), "areas so many borders beyond are left out")
    command.add_argument("--missing-is-zero", action="store_true", help="a period without line is 0")
    command.add_argument(
        "--overdispersion",
        type=number(),
        metavar="A",
        help="a in variance = mean + a mean^2 (default: from the control areas)",
    )
    _add_number(command, "--confidence", 0.95, PART, "of all intervals together")
    _add_number(
        command, "--margin", 0.25, number(above=True), "displaced part of the fall that is of no importance"
    )
    _add_number(command, "--comparisons", 1, whole(1), "comparisons made, also those not reported")
    command.add_argument(
        "--causal-impact", action="store_true", help="a second opinion by the package bsts-causalimpact"
    )


def add_knox(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `knox`."""
    command.add_argument(
        "file", type=Path, metavar="FILE", help="a CSV, XLSX or Parquet file, a line per event"
    )
    _add_columns(command, x="x", y="y", time="datum")
    command.add_argument(
        "--places",
        type=limits,
        default="0,100,200,400",
        metavar="METRES",
        help="limits of the bands of distance, the last may be inf (default: %(default)s)",
    )
    command.add_argument(
        "--times",
        type=limits,
        default="0,7,14,28",
        metavar="DAYS",
        help="limits of the bands of time, the last may be inf (default: %(default)s)",
    )
    command.add_argument(
        "--same-place", type=number(), metavar="METRES", help="a band of its own up to and including so far"
    )
    command.add_argument(
        "--closed",
        type=one_of("left", "right"),
        metavar="{left,right}",
        default="left",
        help="which limit a band holds itself (default: %(default)s)",
    )
    command.add_argument(
        "--metric",
        type=one_of("straight", "manhattan"),
        metavar="{straight,manhattan}",
        default="straight",
        help="as the crow flies or along a square street plan (default: %(default)s)",
    )
    _add_number(command, "--permutations", 999, whole(0), "shuffles of the moments; 0: screening only")
    _add_today(command, "last day that can be")
    _add_output(command)


def add_positions(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `positions`."""
    command.add_argument(
        "file", type=Path, metavar="FILE", help="a CSV, XLSX or Parquet file, a line per link"
    )
    _add_columns(command, one="van", other="naar")
    command.add_argument(
        "--wave",
        type=given,
        metavar="COLUMN",
        help="column with the moment of a link, such as 2026-01: positions of the last one, and who rose",
    )
    _add_number(command, "--size", 3, whole(1), "how many are chosen")
    _add_number(command, "--steps", 1, whole(1), "links that count as reach")
    _add_number(command, "--seconds", 10.0, number(above=True), "time for each proof")
    _add_number(command, "--draws", 200, whole(1), "draws with links and people left out")
    _add_number(
        command, "--missing-links", 0.1, number(0, 1, below=True), "part of the links left out in a draw"
    )
    _add_number(
        command, "--missing-people", 0.05, number(0, 1, below=True), "part of the people left out in a draw"
    )
    _add_output(command)


def add_disruption(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `disrupt`."""
    command.add_argument(
        "file", type=Path, metavar="FILE", help="a CSV, XLSX or Parquet file, a line per link"
    )
    _add_columns(command, one="van", other="naar")
    who = command.add_mutually_exclusive_group(required=True)
    who.add_argument(
        "--gone",
        type=some_names,
        action="append",
        metavar="NAMES",
        help=f"who is taken out, a,b,c; repeat it to compare interventions; {QUOTED}",
    )
    who.add_argument(
        "--step", type=given, metavar="ROLE", help="take out all who do this step of the crime script"
    )
    who.add_argument(
        "--size",
        type=whole(1),
        metavar="N",
        help="take out at most so many, chosen so that most steps stop",
    )
    who.add_argument(
        "--lasting",
        type=whole(1),
        metavar="N",
        help="take out so many, chosen for what is still broken after others stepped in; a search, no proof",
    )
    command.add_argument(
        "--roles",
        type=Path,
        required=True,
        metavar="FILE",
        help="CSV or XLSX, a name and a role (step of the crime script) per line, a line for each role",
    )
    _add_number(command, "--draws", 200, whole(1), "draws of who steps in")
    _add_output(command)


def add_nowcast(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `nowcast`."""
    command.add_argument(
        "file", type=Path, metavar="FILE", help="a CSV or XLSX file, a line per area, kind and month"
    )
    _add_columns(command, area="gemeente", month="maand", value="aantal")
    command.add_argument("--kind", type=given, metavar="COLUMN", help="column with the kind of event")
    command.add_argument(
        "--nest",
        type=given,
        metavar="COLUMN-or-FILE",
        help="areas add up by this column of the file, or by a file with lines from coarse to fine",
    )
    command.add_argument(
        "--total", type=given, default="Totaal", help="name of the sum of all (default: %(default)s)"
    )
    command.add_argument(
        "--registered",
        type=given,
        metavar="COLUMN",
        help="column with the month of registration: a line per month of both, for late registration",
    )
    command.add_argument("--missing-is-zero", action="store_true", help="a month without line is 0")
    _add_number(command, "--confidence", 0.95, PART, "part of the outcomes that an interval is to hold")
    _add_today(command, "months up to here are over")
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="CSV or XLSX to write (default: beside FILE)"
    )
    command.add_argument("--json", action="store_true", help="print JSON")


def _add_columns(command: argparse.ArgumentParser, **defaults: str) -> None:
    for name, default in defaults.items():
        command.add_argument(
            f"--{name}",
            type=given,
            default=default,
            metavar="COLUMN",
            help=f"column with the {name} (default: {default})",
        )


def _add_number(
    command: argparse.ArgumentParser, name: str, default: float, kind: Callable[[str], Any], words: str
) -> None:
    command.add_argument(name, type=kind, default=default, metavar="N", help=f"{words} (default: {default})")


def _add_output(command: argparse.ArgumentParser) -> None:
    _add_number(command, "--seed", 1, whole(0), "same seed, same result")
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="CSV or XLSX to write (default: beside FILE)"
    )
    command.add_argument("--json", action="store_true", help="print JSON")


def _add_today(command: argparse.ArgumentParser, words: str) -> None:
    command.add_argument("--today", type=day, metavar="DAY", help=f"{words} (default: today)")
