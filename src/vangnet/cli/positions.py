"""From a file with links to key players with card and chart: what `vangnet analyse positions` does."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from vangnet.analysis.cards import Card, sha256
from vangnet.analysis.positions.breaking import (
    KeyPlayers,
    equally_breaking,
    fragmentation,
    greedy_breaking,
    removal_effects,
    solve_breaking,
    swap_breaking,
)
from vangnet.analysis.positions.equal import Equals
from vangnet.analysis.positions.graph import Graph
from vangnet.analysis.positions.reaching import equally_reaching, solve_reaching
from vangnet.analysis.positions.robustness import Choose, Flip, Inclusion, flips, inclusion
from vangnet.analysis.positions.standing import Standing, standing
from vangnet.analysis.said import Said
from vangnet.cli import tables, waves
from vangnet.cli.network import check_size, network_of, notes
from vangnet.cli.options import settings
from vangnet.ui.bars import Bar, bar_ranking

COLUMNS = (
    "naam", "banden", "fragmentatie zonder", "verbreekt het meest", "bereikt het meest",
    "kortste paden", "kern", "groep", "kans gekozen te blijven",
)  # fmt: skip
QUICK = "kans in de snelle keuze"  # heads the last column when that choice is worse than the best one
MOST_TRIED = 300  # people up to which each draw is improved by swaps, and links up to which each is left out
SHOWN = 12
FEW = 4  # equal choices that are named
CLEAR = 0.3  # modularity from which one speaks of groups
EQUAL = 1e-12  # no difference between two fragmentations
ALSO = "in een even goede keuze"
SOURCE = (
    "S. P. Borgatti (2006), Computational & Mathematical Organization Theory 12, 21-34; S. P. Borgatti, "
    "K. M. Carley and D. Krackhardt (2006), Social Networks 28, 124-136; L. C. Freeman (1977), Sociometry "
    "40, 35-41; U. Brandes and C. Pich (2007), International Journal of Bifurcation and Chaos 17, 2303-2318; "
    "S. B. Seidman (1983), Social Networks 5, 269-287; V. A. Traag, L. Waltman and N. J. van Eck (2019), "
    "Scientific Reports 9:5233"
)
FOUND_BY = {
    "cuts": Said("bewijs met kleine scheidende groepen", "cuts"),
    "cuts, search stopped": Said("kleine scheidende groepen, zoeken gestopt", "cuts, search stopped"),
    "all choices": Said("alle keuzen die ertoe doen", "all choices that matter"),
    "search stopped": Said("ruilen, zoeken gestopt", "swaps, search stopped"),
    "search stopped, bound by HiGHS": Said("ruilen, grens van HiGHS", "swaps, bound by HiGHS"),
}
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
        "Richting en gewicht van banden tellen niet mee: een band is er, of niet.",
        "Banden zijn wat is vastgelegd; wie weinig in beeld is, lijkt onbelangrijk.",
        "De fragmentatie is die van het moment zelf: een netwerk herstelt zich en kan er sterker van worden.",
        "Een groep is een patroon in banden, geen organisatie; aan de rand is het half toeval.",
        "Stijgers zijn een beschrijving van wat is vastgelegd, geen voorspelling van wat iemand gaat doen.",
        "Een plaats in een netwerk is geen aanwijzing van schuld en geen grond voor een maatregel.",
    ),
    "en": (
        "Direction and weight of links do not count: a link is there, or not.",
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
    breakers: Equals  # choices that break up as much
    reachers: Equals
    kept: Inclusion
    hinges: Sequence[Flip] | None  # None: too many links to leave each one out
    other: Sequence[str]  # the quick choice, when it breaks up less than the best one

    @property
    def breaks(self) -> bool:
        """Whether the choice breaks anything up at all."""
        return self.breaking.value > fragmentation(self.network) + EQUAL

    def result(self) -> dict[str, Any]:
        """Say it in a few figures."""
        result: dict[str, Any] = {
            Said("personen", "people"): len(self.network),
            Said("banden", "links"): len(self.network.edges),
            Said("fragmentatie nu", "fragmentation now"): round(fragmentation(self.network), 3),
        }
        result |= self._broken() if self.breaks else {BREAK: _nothing(self.breaking)}
        result |= {
            Said("bereiken het meest", "reach most"): list(self.reaching.chosen),
            Said("deel binnen bereik", "part within reach"): round(self.reaching.value, 3),
            Said("bewijs bereik", "proof of reach"): _proof(self.reaching),
            Said("even goed bereik", "as good in reach"): _equals(self.reachers, self.reaching),
        }
        return result | self._hangs_on()

    def _broken(self) -> dict[str, Any]:
        return {
            BREAK: list(self.breaking.chosen),
            Said("fragmentatie zonder hen", "fragmentation without them"): round(self.breaking.value, 3),
            Said("bewijs", "proof"): _proof(self.breaking),
            Said("even goed", "as good"): _equals(self.breakers, self.breaking),
        }

    def _hangs_on(self) -> dict[str, Any]:
        """Return what the quick choice is, when that is another, and on which links it hangs."""
        result: dict[str, Any] = {}
        if self.other:
            result[Said("snelle keuze", "quick choice")] = list(self.other)
            result[Said("over de kansen", "about the probabilities")] = Said(
                "elke steekproef maakt de snelle keuze, en die verbreekt hier minder dan 'verbreken het "
                "meest': kansen en banden waar de keuze aan hangt, gaan over de snelle keuze",
                "each draw makes the quick choice, which breaks up less here than the best one: "
                "probabilities and links that the choice hangs on are about the quick choice",
            )
        name = (
            Said("snelle keuze hangt aan", "quick choice hangs on")
            if self.other
            else Said("keuze hangt aan", "choice hangs on")
        )
        if self.hinges is None:
            result[name] = Said(
                f"niet nagegaan: meer dan {MOST_TRIED} banden", f"not looked at: over {MOST_TRIED} links"
            )
        else:
            result[name] = [_hinge(flip) for flip in self.hinges[:SHOWN]] or Said(
                "geen enkele band alleen", "no link alone"
            )
        return result


BREAK = Said("verbreken het meest", "break up most")


def positions_file(args: argparse.Namespace, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Find key players in the links of a file; write table, card and chart."""
    sheet = tables.read(args.file)
    moments = waves.split(sheet, args.wave) if args.wave else [waves.Wave("", sheet)]
    networks = [network_of(wave.sheet, args, moment=wave.moment) for wave in moments]
    network = networks[-1]
    check_size(network, args)
    found = _find(network, args, progress)
    stand = standing(network, seed=args.seed)
    result = found.result() | _standing(network, stand)
    if told := notes(network, sheet, args):
        result[Said("let op", "note")] = told
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
    progress("proof", 0, 2)
    breaking = solve_breaking(network, args.size, seconds=args.seconds, seed=args.seed)
    progress("proof", 1, 2)
    reaching = solve_reaching(network, args.size, steps=args.steps, seconds=args.seconds)
    progress("proof", 2, 2)
    small = len(network) <= MOST_TRIED
    choose: Choose = partial(swap_breaking, starts=2) if small else greedy_breaking
    kept = inclusion(
        network,
        args.size,
        missing_links=args.missing_links,
        missing_people=args.missing_people,
        draws=args.draws,
        seed=args.seed,
        choose=partial(_that_breaks, choose),
        progress=lambda done, total: progress("draws", done, total),
    )
    quick = choose(network, args.size)
    worse = quick.value < breaking.value - EQUAL
    breaks = breaking.value > fragmentation(network) + EQUAL
    now = quick.chosen if worse else breaking.chosen if breaks else ()
    hinges = flips(network, args.size, choose=choose, now=now) if len(network.edges) <= MOST_TRIED else None
    return Found(
        network,
        breaking,
        reaching,
        equally_breaking(network, breaking),
        equally_reaching(network, reaching, steps=args.steps),
        kept,
        hinges,
        quick.chosen if worse else (),
    )


def _that_breaks(choose: Choose, network: Graph, size: int) -> KeyPlayers:
    """Choose nobody where no choice breaks anything up: else it would be a name out of many."""
    found = choose(network, size)
    return found if found.value > fragmentation(network) + EQUAL else replace(found, chosen=())


def _hinge(flip: Flip) -> Said:
    link, into, out = "-".join(flip.link), ", ".join(flip.into), ", ".join(flip.out)
    return Said(
        f"{link} ({into} in plaats van {out or 'niemand'})", f"{link} ({into} instead of {out or 'nobody'})"
    )


def _nothing(found: KeyPlayers) -> Said:
    """Say that no choice breaks anything up, or that none was found."""
    if found.proven:
        return Said("niemand: geen keuze verbreekt iets", "nobody: no choice breaks anything up")
    return Said(
        f"niemand: geen keuze gevonden die iets verbreekt; hoogstens {found.bound:.3f}",
        f"nobody: no choice was found that breaks anything up; at most {found.bound:.3f}",
    )


def _equals(equals: Equals, found: KeyPlayers) -> Said:
    """Say how many other choices are worth as much, and name some."""
    others = [choice for choice in equals.choices if choice != found.chosen]
    many, one = len(others), len(others) == 1
    named = "; ".join(", ".join(choice) for choice in others[:FEW]) + ("; ..." if many > FEW else "")
    if not others:
        return Said("geen andere keuze", "no other choice") if equals.complete else Said(
            "geen andere keuze gevonden; niet alle zijn nagegaan", "no other found; not all were looked at"
        )  # fmt: skip
    least = ("", "") if equals.complete else ("ten minste ", "at least ")
    return Said(
        f"{least[0]}{many} andere {'keuze' if one else 'keuzen'}: {named}",
        f"{least[1]}{many} other {'choice' if one else 'choices'}: {named}",
    )


def _proof(found: KeyPlayers) -> Said:
    if found.proven:
        return Said("geen keuze van evenveel personen is beter", "no choice of as many people is better")
    return Said(
        f"niet bewezen; hoogstens {found.bound:.3f}, dus hoogstens {found.gap:.1%} beneden het beste",
        f"not proven; at most {found.bound:.3f}, so at most {found.gap:.1%} below the best",
    )


def _standing(network: Graph, stand: Standing) -> dict[str, Any]:
    """Return what a result says about paths, cores and groups."""
    order = np.argsort(-stand.between, kind="stable")[:3]
    sure = Said("geteld", "counted") if not stand.error else Said(
        f"steekproef, {stand.error:.3f} of minder ernaast (95 %, voor allen samen)",
        f"sample, {stand.error:.3f} or less off (95 %, for all together)",
    )  # fmt: skip
    clear = ("", "") if stand.modularity >= CLEAR else (", nauwelijks groepen", ", hardly groups")
    deep, many = stand.core.max(), (stand.core == stand.core.max()).sum()
    return {
        Said("op de meeste kortste paden", "on most shortest paths"): [
            f"{network.names[place]} ({stand.between[place]:.3f})" for place in order if stand.between[place]
        ]
        or Said("niemand", "nobody"),
        Said("kortste paden", "shortest paths"): sure,
        Said("diepste kern", "deepest core"): Said(
            f"k = {deep}, {many} personen", f"k = {deep}, {many} people"
        ),
        Said("groepen", "groups"): Said(
            f"{stand.groups} (modulariteit {stand.modularity:.2f}{clear[0]})",
            f"{stand.groups} (modularity {stand.modularity:.2f}{clear[1]})",
        ),
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
            _mark(name, found.breakers) if found.breaks else "",
            _mark(name, found.reachers),
            round(float(stand.between[place]), 4),
            int(stand.core[place]),
            int(stand.group[place]),
            round(float(found.kept.probability[place]), 3),
        ]
        for place, name in enumerate(network.names)
    ]
    return sorted(rows, key=lambda row: (row[3] == "", -row[-1], -row[2], row[0]))


def _mark(name: str, equals: Equals) -> str:
    """Say whether somebody is in the best choice: in all when several are as good, or in some."""
    among = sum(name in choice for choice in equals.choices)
    return "ja" if among == len(equals.choices) else ALSO if among else ""


def _chart(rows: Sequence[Sequence[Any]], other: Sequence[str]) -> str:
    bars = [Bar(str(row[0]), 100 * float(row[-1]), own=row[3] != "", noise=False) for row in rows[:SHOWN]]
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
    return Card(
        {"nl": "sleutelposities", "en": "key positions"},
        METHODS,
        SOURCE,
        settings(args, found_by=FOUND_BY[method]),
        {sheet.path.name: sha256(sheet.content)},
        LIMITS,
        result,
        seed=args.seed,
    )
