"""Options of the commands that hold a table against what was published before."""

from __future__ import annotations

import argparse
import math
from pathlib import Path


def add(command: argparse.ArgumentParser) -> None:
    """Add what may be said of hidden cells and earlier releases."""
    command.add_argument(
        "--earlier-rounded",
        type=_rounded,
        action="append",
        default=[],
        metavar="FILE=N",
        help="an earlier release of `analyse round`, with its base; may be repeated",
    )
    command.add_argument(
        "--needed-share",
        type=_percent,
        metavar="P",
        help="least width of an interval as a percentage of the figure, for amounts",
    )
    zeros = command.add_mutually_exclusive_group()
    zeros.add_argument(
        "--zeros-hidden",
        action="store_true",
        help="a hidden figure may be 0, so that nobody knows it to be 1 or more",
    )
    zeros.add_argument(
        "--positive",
        action="store_true",
        help="widths hold for who knows that hidden counts are 1 or more; hides more",
    )


def _rounded(text: str) -> tuple[Path, int]:
    name, sign, base = text.rpartition("=")
    if not (name and sign and base.isdecimal() and int(base) > 1):
        raise argparse.ArgumentTypeError(
            f"{text!r}: geef een bestand en het veelvoud, zoals rond.csv=5 / give a file and its base"
        )
    return Path(name), int(base)


def _percent(text: str) -> float:
    try:
        value = float(text.removesuffix("%").replace(",", "."))
    except ValueError:
        value = math.nan
    if not 0 < value < 100:
        raise argparse.ArgumentTypeError(
            f"{text!r}: geef een percentage tussen 0 en 100 / give a percentage between 0 and 100"
        )
    return value
