"""From a file with events to near repeats with card and chart: what `vangnet analyse knox` does."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from vangnet.analysis.cards import Card, sha256
from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.near_repeat.bands import Bands
from vangnet.analysis.near_repeat.events import Events
from vangnet.analysis.near_repeat.knox import METHOD, Knox, knox
from vangnet.analysis.said import Said
from vangnet.cli import options, tables
from vangnet.cli.events import outside, read_events
from vangnet.ui.bars import Bar, bar_ranking

SHOWN = 0.05
FEWEST = 19  # shuffles with which p can be as low as that: 1 / (1 + 19)
CROWDED = 0.2  # share of events at the place of another from which places deserve a look
COLUMNS = (
    "afstand", "tijd", "paren", "verwacht", "afwijking", "verhouding", "p", "p over alle klassen", "oordeel",
)  # fmt: skip
SOURCE = (
    "E. G. Knox (1964), Applied Statistics 13, 25-29; D. E. Barton and F. N. David (1966), The random "
    "intersection of two graphs; P. H. Westfall and S. S. Young (1993), Resampling-Based Multiple Testing"
)
DUTCH = (
    "Knox-toets: paren van voorvallen per klasse van afstand en tijd, vergeleken met willekeurig over de "
    "plekken verdeelde tijdstippen; p = (1 + schuddingen met evenveel paren of meer) / (1 + schuddingen)"
)
LIMITS = {
    "nl": (
        "Plekken en tijdstippen blijven zoals ze zijn: een vaste brandhaard of een druk seizoen telt niet "
        "mee, een brandhaard die zich verplaatst wel.",
        "Onjuiste of afgeronde plekken en tijdstippen maken herhaling onzichtbaar of juist schijnbaar.",
        "De toets zegt dat voorvallen samenhangen, niet waardoor of door wie.",
    ),
    "en": (
        "Places and moments stay as they are: a fixed hot spot or a busy season does not count, a moving "
        "one does.",
        "Wrong or rounded places and moments hide repeats or feign them.",
        "The test says that events hang together, not why or through whom.",
    ),
}


def knox_file(args: argparse.Namespace, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Test the events of a file for near repeats; write table, card and chart."""
    _check_shuffles(args.permutations)
    sheet = tables.read(args.file)
    events, unit = read_events(sheet, args)
    places = Bands(args.places, args.closed, args.same_place)
    times = Bands(tuple(limit * unit for limit in args.times), args.closed)
    found = knox(
        events,
        places,
        times,
        permutations=args.permutations,
        seed=args.seed,
        metric=args.metric,
        progress=lambda done, total: progress("shuffle", done, total),
    )
    rows = _rows(found, place_names(places), time_names(Bands(args.times, args.closed), whole=unit == 1))
    striking = [f"{row[0]}, {row[1]}" for row in rows if row[-1] != "-"]
    result: dict[str, Any] = {
        Said("voorvallen", "events"): found.events,
        Said("op de plek van een ander", "at the place of another"): f"{events.same_place:.0%}",
        Said("schuddingen", "shuffles"): found.permutations,
        Said("herhaling in", "repeats in")
        if args.permutations
        else Said("nader te bekijken", "to look at"): striking or Said("geen enkele klasse", "no band"),
    }
    if told := [*_crowded(events), *outside(events)]:
        result[Said("let op", "note")] = told
    out = args.out or args.file.with_name(f"{args.file.stem}.herhaling.csv")
    as_file = tables.as_xlsx if out.suffix.lower() == ".xlsx" else tables.as_csv
    card = _card(args, sheet, result)
    files = {
        out: as_file(COLUMNS, rows),
        out.with_suffix(".kaart.json"): card.as_json(),
        out.with_suffix(".kaart.txt"): card.as_text(),
        out.with_suffix(".svg"): _chart(rows).encode(),
    }
    tables.write_all(files, tables.inputs(args))
    return result | {"bestanden": [str(path) for path in files]}


def _check_shuffles(number: int) -> None:
    if 0 < number < FEWEST:
        raise TableFault(
            f"--permutations {number}: too few for any p of {SHOWN}; take 0 or at least {FEWEST}",
            f"--permutations {number}: te weinig om ooit op 5 % uit te komen; neem 0 of ten minste {FEWEST}",
        )


def _crowded(events: Events) -> list[Said]:
    if events.same_place <= CROWDED:
        return []
    return [
        Said(
            "veel voorvallen hebben precies dezelfde plek; zijn het adressen, of middelpunten "
            "van een gebied?",
            "many events have exactly the same place; are these addresses, or centres of an area?",
        )
    ]


def place_names(bands: Bands) -> list[str]:
    """Return what the bands of distance are called."""
    names = (
        [] if bands.same is None else ["zelfde plek" if bands.same == 0 else f"tot en met {bands.same:g} m"]
    )
    word = "tot" if bands.closed == "left" else "tot en met"
    for low, high in zip(bands.edges, bands.edges[1:], strict=False):
        names.append(f"{low:g} {word} {high:g} m" if math.isfinite(high) else f"{low:g} m en verder")
    return names


def time_names(bands: Bands, *, whole: bool) -> list[str]:
    """Return what the bands of time are called; whole days are named by the first and the last."""
    names = []
    for at, (low, high) in enumerate(zip(bands.edges, bands.edges[1:], strict=False)):
        if not whole:
            word = "tot" if bands.closed == "left" else "tot en met"
            names.append(
                f"{low:g} {word} {high:g} dagen" if math.isfinite(high) else f"{low:g} dagen en later"
            )
            continue
        right = bands.closed == "right"
        first = 0 if at == 0 else math.floor(low) + 1 if right else math.ceil(low)
        if not math.isfinite(high):
            names.append(f"{first} dagen en later")
            continue
        last = math.floor(high) if right else math.ceil(high) - 1
        names.append(f"{first} dagen" if first == last else f"{first} t/m {last} dagen")
    return names


def _rows(found: Knox, places: Sequence[str], times: Sequence[str]) -> list[list[Any]]:
    rows = []
    for (row, column), observed in np.ndenumerate(found.observed):
        p_value, overall = (
            float(table[row, column]) if found.permutations else math.nan
            for table in (found.p_value, found.p_overall)
        )
        if not found.permutations:
            p_value = float(found.screening[row, column])
        rows.append(
            [
                places[row],
                times[column],
                int(observed),
                _shown(float(found.expected[row, column]), 2),
                _shown(float(found.deviation[row, column]), 2),
                _shown(float(found.ratio[row, column]), 3),
                _shown(p_value, 4),
                _shown(overall, 4),
                _word(p_value, overall, found.permutations),
            ]
        )
    return rows


def _word(p_value: float, overall: float, permutations: int) -> str:
    if not permutations:
        return "nader bekijken" if p_value <= SHOWN else "-"
    return "herhaling" if overall <= SHOWN else "-"


def _shown(value: float, decimals: int) -> float | str:
    return "" if math.isnan(value) else round(float(value), decimals)


def _chart(rows: Sequence[Sequence[Any]]) -> str:
    bars = [
        Bar(f"{row[0]}, {row[1]}", None if row[5] == "" else float(row[5]), noise=row[8] == "-")
        for row in rows
    ]
    return bar_ranking(
        bars,
        title="Paren van voorvallen ten opzichte van toeval",
        description="Per klasse van afstand en tijd het aantal paren gedeeld door het aantal dat toeval "
        "geeft; grijs is niet van toeval te onderscheiden.",
        unit="keer",
        decimals=2,
        reference=("toeval", 1.0),
        heading=True,
    ).svg


def _card(args: argparse.Namespace, sheet: tables.Sheet, result: dict[str, Any]) -> Card:
    return Card(
        {"nl": "herhaling in de buurt", "en": "near repeats"},
        {"nl": DUTCH, "en": METHOD},
        SOURCE,
        options.settings(args),
        {sheet.path.name: sha256(sheet.content)},
        LIMITS,
        result,
        seed=args.seed if args.permutations else None,
    )
