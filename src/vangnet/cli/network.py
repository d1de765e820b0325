"""Reads links between people from a file, for `vangnet analyse positions` and `disrupt`."""

from __future__ import annotations

import argparse
import math

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.positions.graph import Graph, graph
from vangnet.analysis.said import Said
from vangnet.cli import tables
from vangnet.cli.options import apart


def network_of(sheet: tables.Sheet, args: argparse.Namespace, *, moment: str = "") -> Graph:
    """Return the network of a file, or of a moment in it, checked."""
    apart([("--one", args.one), ("--other", args.other), ("--wave", getattr(args, "wave", None))])
    one, other = sheet.column(args.one), sheet.column(args.other)
    for number, cells in sheet.rows:
        for place in (one, other):
            if not cells[place]:
                raise TableFault(
                    "a name is missing", "er ontbreekt een naam", row=number, column=sheet.columns[place]
                )
    network = graph((cells[one], cells[other]) for _, cells in sheet.rows)
    if len(network) < 3:
        when = f"{args.wave} {moment}: " if moment else ""
        dutch = "; laat dat moment weg, of neem het samen met een ander" if moment else ""
        english = "; leave that moment out, or join it with another" if moment else ""
        raise TableFault(f"{when}fewer than 3 people{english}", f"{when}minder dan 3 personen{dutch}")
    return network


def notes(network: Graph, sheet: tables.Sheet, args: argparse.Namespace) -> Said | None:
    """Return what of a file did not count."""
    dutch, english = [], []
    if network.dropped:
        dutch.append(f"{network.dropped} banden telden niet mee: dubbel, of van iemand met zichzelf")
        english.append(f"{network.dropped} links did not count: there twice, or from somebody to himself")
    used = {args.one, args.other, getattr(args, "wave", None)}
    if unused := ", ".join(name for name in sheet.columns if name and name not in used):
        dutch.append(f"niet gebruikt: {unused}")
        english.append(f"not used: {unused}")
    if not dutch:
        return None
    return Said(
        "; ".join([*dutch, "richting en gewicht tellen niet"]),
        "; ".join([*english, "direction and weight do not count"]),
    )


def check_size(network: Graph, args: argparse.Namespace) -> None:
    """Refuse to choose more people than are there in every draw."""
    missing = math.ceil(round(args.missing_people * len(network), 9))
    if args.size > len(network) - missing:
        raise TableFault(
            f"--size {args.size}: there are {len(network)} people, of whom a draw may leave out {missing}",
            f"--size {args.size}: er zijn {len(network)} personen, van wie er in een steekproef {missing} "
            "kan ontbreken",
        )
