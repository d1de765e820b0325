"""From a file to figures that are rounded and still add up: what `vangnet analyse round` does."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from vangnet.analysis.cards import Card
from vangnet.analysis.disclosure.round_additive import Rounded, round_additive
from vangnet.analysis.disclosure.solver import VERSION
from vangnet.analysis.disclosure.table import Table
from vangnet.cli import tables
from vangnet.cli.table_input import Input
from vangnet.ui.bars import Bar, bar_ranking

MOST_BARS = 20
SOURCE = "L. H. Cox (1987), JASA 82, 520-524; J. J. Salazar (2005), EJOR 169"
LIMITS = {
    "nl": (
        "Afronden verbergt precieze cijfers, niet dat een groep er is.",
        "Wie de methode kent kan bij kleine tabellen soms mogelijkheden uitsluiten.",
        "Met eerdere publicaties is niet vergeleken; geef deze uitkomst later als --earlier-rounded.",
    ),
    "en": (
        "Rounding hides exact figures, not that a group is there.",
        "Who knows the method can sometimes exclude possibilities in small tables.",
        "Earlier releases were not compared; give this result as --earlier-rounded later.",
    ),
}


def round_file(args: argparse.Namespace, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Round a file so that all sums hold; write table, card and chart."""
    given = Input(args)
    table = given.table(counts=True)
    progress("round", 0, 1)
    found = round_additive(table, base=args.base, gap=args.gap, seconds=args.seconds)
    progress("round", 1, 1)
    shown = replace(table, value=found.value)
    columns, rows = given.published(shown, np.zeros(len(table.keys), dtype=np.bool_), status=False)
    result: dict[str, Any] = {
        "cellen": len(table.keys),
        "gemiddelde fout": round(found.mean_error, 3),
        "grootste fout": tables.plain(found.largest_error),
        "bewezen afstand tot het minimum": round(found.gap, 4),
    }
    card = Card(
        {"nl": "afronden met kloppende sommen", "en": "additive rounding"},
        {
            "nl": "elk cijfer naar een veelvoud; alle sommen kloppen; kleinste totale fout",
            "en": "each figure to a multiple, all sums hold, least total error (mixed integer programming)",
        },
        SOURCE,
        {"dimensions": ",".join(given.dimensions), "solver": VERSION, "base": args.base, "gap": args.gap},
        given.hashes,
        LIMITS,
        result,
    )
    chart = _chart(given, shown, found)
    return result | {"bestanden": given.write("afgerond", columns, rows, card, chart)}


def _chart(given: Input, shown: Table, found: Rounded) -> str:
    """Draw the rounded totals of the first dimension, with what a reader may think that they were."""
    totals = tuple(given.hierarchies[name].total for name in given.dimensions[1:])
    step = found.base - 1 if not found.beyond_base else 2 * found.base - 1
    bars = [
        Bar(key[0], value, low=max(value - step, 0.0), high=value + step, noise=False)
        for key, value in zip(shown.keys, shown.value.tolist(), strict=True)
        if key[1:] == totals
    ]
    bars.sort(key=lambda bar: -float(bar.value or 0.0))
    return bar_ranking(
        bars[:MOST_BARS],
        title=f"Afgeronde cijfers per {given.dimensions[0]}",
        description=f"De grootste {min(MOST_BARS, len(bars))}, met waartussen het echte cijfer ligt.",
        unit=given.args.value,
        heading=True,
    ).svg
