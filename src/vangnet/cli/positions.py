"""From a file with links to key players with card and chart: what `vangnet analyse positions` does."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from vangnet.analysis.cards import Card, sha256
from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.positions.breaking import (
    KeyPlayers,
    fragmentation,
    greedy_breaking,
    removal_effects,
    solve_breaking,
    swap_breaking,
)
from vangnet.analysis.positions.graph import Graph, graph
from vangnet.analysis.positions.reaching import solve_reaching
from vangnet.analysis.positions.robustness import Choose, Flip, Inclusion, flips, inclusion
from vangnet.analysis.positions.standing import Standing, standing
from vangnet.cli import tables, waves
from vangnet.ui.bars import Bar, bar_ranking

COLUMNS = (
    "naam", "banden", "fragmentatie zonder", "verbreekt het meest", "bereikt het meest",
    "kortste paden", "kern", "groep", "kans gekozen te blijven",
)  # fmt: skip
QUICK = "kans in de snelle keuze"  # heads the last column when that choice is another than the best one
MOST_TRIED = 300  # people up to which each draw is improved by swaps, and links up to which each is left out
SHOWN = 12
CLEAR = 0.3  # modularity from which one speaks of groups
SOURCE = (
    "S. P. Borgatti (2006), Computational & Mathematical Organization Theory 12, 21-34; S. P. Borgatti, "
    "K. M. Carley and D. Krackhardt (2006), Social Networks 28, 124-136; L. C. Freeman (1977), Sociometry "
    "40, 35-41; U. Brandes and C. Pich (2007), International Journal of Bifurcation and Chaos 17, 2303-2318; "
    "S. B. Seidman (1983), Social Networks 5, 269-287; V. A. Traag, L. Waltman and N. J. van Eck (2019), "
    "Scientific Reports 9:5233"
)
METHODS = {
    "nl": "fragmentatie: deel van de paren dat elkaar niet meer kan bereiken; beste keuze door ruilen, "
    "bewezen met alle kleine groepen personen zonder wie iemand los komt, of door alle keuzen na te gaan die "
    "ertoe doen; kans op keuze als banden en personen ontbreken; "
    "kortste paden: deel van de paren van anderen waarvan de kortste weg hier langs loopt (betweenness); "
    "kern: grootste k waarbij iemand k banden heeft met mensen die dat onderling ook hebben; "
    "groep: wie onderling meer banden heeft dan toeval geeft (Leiden)",
    "en": "fragmentation: part of all pairs that cannot reach each other; best choice by swaps, proven by "
    "all small groups of people without whom somebody comes loose, or by going through all choices that "
    "matter; probability of being chosen when links and people are missing; "
    "shortest paths: part of the pairs of others whose shortest path passes here (betweenness); "
    "core: largest k for which one has k links to people who have as many among themselves; "
    "group: who have more links among themselves than chance gives (Leiden)",
}
LIMITS = {
    "nl": (
        "Banden zijn wat is vastgelegd; wie weinig in beeld is, lijkt onbelangrijk.",
        "De fragmentatie is die van het moment zelf: een netwerk herstelt zich en kan er sterker van worden.",
        "Een groep is een patroon in banden, geen organisatie; aan de rand is het half toeval.",
        "Stijgers zijn een beschrijving van wat is vastgelegd, geen voorspelling van wat iemand gaat doen.",
        "Een plaats in een netwerk is geen aanwijzing van schuld en geen grond voor een maatregel.",
    ),
    "en": (
        "Links are what was recorded; who is little in view seems unimportant.",
        "Fragmentation is that of the moment itself: a network recovers, and may become stronger.",
        "A group is a pattern of links, not an organisation; at its edge it is half luck who is in it.",
        "Risers describe what was recorded; they do not forecast what anybody will do.",
        "A place in a network is no sign of guilt and no ground for a measure.",
    ),
}


@dataclass(frozen=True, slots=True)
class Found:
    """Key players of a network, and what that choice hangs on."""

    network: Graph
    breaking: KeyPlayers
    reaching: KeyPlayers
    kept: Inclusion
    hinges: Sequence[Flip] | None  # None: too many links to leave each one out
    other: Sequence[str]  # the quick choice, when it is another than the best one

    def result(self) -> dict[str, Any]:
        """Say it in a few figures."""
        result: dict[str, Any] = {
            "personen": len(self.network),
            "banden": len(self.network.edges),
            "fragmentatie nu": round(fragmentation(self.network), 3),
            "verbreken het meest": list(self.breaking.chosen),
            "fragmentatie zonder hen": round(self.breaking.value, 3),
            "bewijs": _proof(self.breaking),
            "bereiken het meest": list(self.reaching.chosen),
            "deel binnen bereik": round(self.reaching.value, 3),
            "bewijs bereik": _proof(self.reaching),
        }
        if self.network.dropped:
            result["let op"] = (
                f"{self.network.dropped} banden telden niet mee: dubbel, of van iemand met zichzelf; "
                "richting telt niet"
            )
        if self.other:
            result["snelle keuze"] = list(self.other)
            result["over de kansen"] = (
                "elke steekproef maakt de snelle keuze, en die is hier een andere dan 'verbreken het meest': "
                "kansen en banden waar de keuze aan hangt, gaan over de snelle keuze"
            )
        if self.hinges is not None:
            result["snelle keuze hangt aan" if self.other else "keuze hangt aan"] = [
                f"{flip.link[0]}-{flip.link[1]} ({', '.join(flip.into)} in plaats van {', '.join(flip.out)})"
                for flip in self.hinges[:SHOWN]
            ] or "geen enkele band alleen"
        return result


def positions_file(args: argparse.Namespace, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Find key players in the links of a file; write table, card and chart."""
    sheet = tables.read(args.file)
    moments = waves.split(sheet, args.wave) if args.wave else [waves.Wave("", sheet)]
    networks = [network_of(wave.sheet, args) for wave in moments]
    network = networks[-1]
    if not 1 <= args.size <= round((1 - args.missing_people) * len(network)):
        raise TableFault(
            f"--size {args.size}: there are {len(network)} people",
            f"--size {args.size}: er zijn {len(network)} personen",
        )
    found = _find(network, args, progress)
    stand = standing(network, seed=args.seed)
    result = found.result() | _standing(network, stand)
    if args.wave:
        each = [*(standing(one, seed=args.seed) for one in networks[:-1]), stand]
        result |= waves.told([wave.moment for wave in moments], networks, each)
    rows = _rows(found, stand)
    out = args.out or args.file.with_name(f"{args.file.stem}.posities.csv")
    as_file = tables.as_xlsx if out.suffix.lower() == ".xlsx" else tables.as_csv
    card = _card(args, sheet, result, found.breaking.method)
    files = {
        out: as_file((*COLUMNS[:-1], QUICK) if found.other else COLUMNS, rows),
        out.with_suffix(".kaart.json"): card.as_json(),
        out.with_suffix(".kaart.txt"): card.as_text(),
        out.with_suffix(".svg"): _chart(rows, found.other).encode(),
    }
    tables.write_all(files, tables.inputs(args))
    return result | {"bestanden": [str(path) for path in files]}


def _find(network: Graph, args: argparse.Namespace, progress: Callable[[str, int, int], None]) -> Found:
    """Choose who breaks up and who reaches most, and how sure that is."""
    breaking = solve_breaking(network, args.size, seconds=args.seconds, seed=args.seed)
    reaching = solve_reaching(network, args.size, steps=args.steps, seconds=args.seconds)
    small = len(network) <= MOST_TRIED
    choose: Choose = partial(swap_breaking, starts=2) if small else greedy_breaking
    kept = inclusion(
        network,
        args.size,
        missing_links=args.missing_links,
        missing_people=args.missing_people,
        draws=args.draws,
        seed=args.seed,
        choose=choose,
        progress=lambda done, total: progress("draws", done, total),
    )
    hinges = flips(network, args.size, choose=choose) if len(network.edges) <= MOST_TRIED else None
    quick = choose(network, args.size).chosen
    return Found(network, breaking, reaching, kept, hinges, () if quick == breaking.chosen else quick)


def network_of(sheet: tables.Sheet, args: argparse.Namespace) -> Graph:
    """Return the network of a file, checked."""
    one, other = sheet.column(args.one), sheet.column(args.other)
    for number, cells in sheet.rows:
        for place in (one, other):
            if not cells[place]:
                raise TableFault(
                    "a name is missing", "er ontbreekt een naam", row=number, column=sheet.columns[place]
                )
    network = graph((cells[one], cells[other]) for _, cells in sheet.rows)
    if len(network) < 3:
        raise TableFault("fewer than 3 people", "minder dan 3 personen")
    return network


def _proof(found: KeyPlayers) -> str:
    if found.proven:
        return "geen keuze van evenveel personen is beter"
    return f"niet bewezen; hoogstens {found.bound:.3f}, dus hoogstens {found.gap:.1%} beneden het beste"


def _standing(network: Graph, stand: Standing) -> dict[str, Any]:
    """Return what a result says about paths, cores and groups."""
    order = np.argsort(-stand.between, kind="stable")[:3]
    sure = (
        "geteld"
        if not stand.error
        else f"steekproef, {stand.error:.3f} of minder ernaast (95 %, voor allen samen)"
    )
    clear = "" if stand.modularity >= CLEAR else ", nauwelijks groepen"
    return {
        "op de meeste kortste paden": [
            f"{network.names[place]} ({stand.between[place]:.3f})" for place in order if stand.between[place]
        ]
        or "niemand",
        "kortste paden": sure,
        "diepste kern": f"k = {stand.core.max()}, {(stand.core == stand.core.max()).sum()} personen",
        "groepen": f"{stand.groups} (modulariteit {stand.modularity:.2f}{clear})",
    }


def _rows(found: Found, stand: Standing) -> list[list[Any]]:
    network = found.network
    degree = np.bincount(network.edges.ravel(), minlength=len(network))
    alone = removal_effects(network)
    rows = [
        [
            name,
            int(degree[place]),
            round(float(alone[place]), 4),
            "ja" if name in found.breaking.chosen else "",
            "ja" if name in found.reaching.chosen else "",
            round(float(stand.between[place]), 4),
            int(stand.core[place]),
            int(stand.group[place]),
            round(float(found.kept.probability[place]), 3),
        ]
        for place, name in enumerate(network.names)
    ]
    return sorted(rows, key=lambda row: (row[3] != "ja", -row[-1], -row[2], row[0]))


def _chart(rows: Sequence[Sequence[Any]], other: Sequence[str]) -> str:
    bars = [Bar(str(row[0]), 100 * float(row[-1]), own=row[3] == "ja", noise=False) for row in rows[:SHOWN]]
    gaps = "als er banden en personen ontbreken"
    about = f"; de snelle keuze is nu {', '.join(other)}" if other else ""
    return bar_ranking(
        bars,
        title=f"{'Kans in de snelle keuze' if other else 'Kans gekozen te blijven'} {gaps}",
        description="Per persoon het deel van de steekproeven waarin die wordt gekozen; vet: "
        f"{'verbreekt het meest' if other else 'nu gekozen'}{about}.",
        unit="procent van de steekproeven",
        heading=True,
    ).svg


def _card(args: argparse.Namespace, sheet: tables.Sheet, result: dict[str, Any], method: str) -> Card:
    settings = {
        "size": args.size,
        "steps": args.steps,
        "seconds": args.seconds,
        "draws": args.draws,
        "wave": args.wave or "",
        "missing links": args.missing_links,
        "missing people": args.missing_people,
        "found by": method,
    }
    return Card(
        {"nl": "sleutelposities", "en": "key positions"},
        METHODS,
        SOURCE,
        settings,
        {sheet.path.name: sha256(sheet.content)},
        LIMITS,
        result,
        seed=args.seed,
    )
