"""From links and roles to what is left of a disruption: what `vangnet analyse disrupt` does."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from vangnet.analysis.cards import Card
from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.positions.graph import Graph
from vangnet.analysis.positions.recovery import Recovery, Rule, recover, scarce_roles, stop_steps
from vangnet.cli import positions, tables
from vangnet.ui.bars import Bar, bar_ranking

COLUMNS = ("herstel", "fragmentatie", "laag", "hoog")
RULES: dict[Rule, str] = {
    "near": "wie het dichtst bij staat springt in",
    "linked": "wie de meeste banden heeft springt in",
    "anybody": "iemand met dezelfde rol springt in",
}
RECOVERED = "na herstel, gunstigste regel voor het netwerk"
SOURCE = "P. A. C. Duijn, V. Kashirin and P. M. A. Sloot (2014), Scientific Reports 4:4238"
METHODS = {
    "nl": "wie wegvalt wordt vervangen door iemand met dezelfde rol, die zijn banden overneemt; "
    "fragmentatie van wie overblijft, gemiddeld over de steekproeven, met 5 tot 95 van de 100; gekozen naar "
    "rol: zo veel stappen als kan vallen stil, want wie ze deed heeft dan geen vervanger meer; van de keuzen "
    "van evenveel stappen die het meest verbreekt",
    "en": "who is gone is replaced by somebody with the same role, who takes over the links; fragmentation "
    "of those left, mean of the draws, with 5 to 95 of 100; chosen by role: as many steps as can stop, for "
    "those who did them leave no substitute; of choices of as many steps that which breaks up most",
}
LIMITS = {
    "nl": (
        "Nieuwe mensen van buiten en de tijd die herstel kost zitten er niet in.",
        "Banden tussen twee mensen die allebei wegvallen, neemt niemand over.",
        *positions.LIMITS["nl"],
    ),
    "en": (
        "New people from outside and the time that recovery takes are not in it.",
        "Links between two people who are both gone are taken over by nobody.",
        *positions.LIMITS["en"],
    ),
}


def disruption_file(args: argparse.Namespace) -> dict[str, Any]:
    """Take people out, let others step in, and write what is left with card and chart."""
    sheet, roles_sheet = tables.read(args.file), tables.read(args.roles)
    network = positions.network_of(sheet, args)
    roles = _roles(roles_sheet, network.names)
    gone, chosen = _chosen(args, network, roles)
    found = {
        rule: recover(network, gone, roles, rule=rule, draws=args.draws, seed=args.seed) for rule in RULES
    }
    rows = _rows(found)
    one = found["near"]
    result: dict[str, Any] = {
        "weg": gone,
        "gekozen": chosen,
        "fragmentatie vooraf": round(one.before, 3),
        "direct erna": round(one.at_once, 3),
        RECOVERED: round(min(recovery.recovered for recovery in found.values()), 3),
        "zonder vervanger": list(one.without_substitute) or "niemand",
        "stappen die stilvallen": list(one.lost_roles) or "geen",
        "schaarste": [f"{role}: {', '.join(who)}" for role, who in scarce_roles(roles)[:3]],
    }
    out = args.out or args.file.with_name(f"{args.file.stem}.verstoring.csv")
    as_file = tables.as_xlsx if out.suffix.lower() == ".xlsx" else tables.as_csv
    card = _card(args, [sheet, roles_sheet], result)
    files = {
        out: as_file(COLUMNS, rows),
        out.with_suffix(".kaart.json"): card.as_json(),
        out.with_suffix(".kaart.txt"): card.as_text(),
        out.with_suffix(".svg"): _chart(rows).encode(),
    }
    tables.write_all(files, tables.inputs(args))
    return result | {"bestanden": [str(path) for path in files]}


def _chosen(args: argparse.Namespace, network: Graph, roles: Mapping[str, str]) -> tuple[list[str], str]:
    """Return who is taken out and how they were chosen: by name, by step, or as many steps as can be."""
    if args.gone is not None:
        gone = [name.strip() for name in args.gone.split(",") if name.strip()]
        for name in gone:
            if name not in network.names:
                english, dutch = f"not in {args.file.name}", f"niet in {args.file.name}"
                raise TableFault(f"--gone {name}: {english}", f"--gone {name}: {dutch}")
        return gone, "bij naam"
    steps = dict(scarce_roles(roles))
    if args.step is not None:
        if args.step not in steps:
            known = ", ".join(sorted(steps))
            raise TableFault(
                f"--step {args.step}: nobody does it; there are {known}",
                f"--step {args.step}: niemand doet dat; er zijn: {known}",
            )
        return list(steps[args.step]), f"allen die de stap {args.step} doen"
    found = stop_steps(network, roles, args.size) if args.size > 0 else None
    if found is None or not found.chosen:
        least = min((len(who) for who in steps.values()), default=0)
        raise TableFault(
            f"--size {args.size}: no step stops; the scarcest takes {least} people",
            f"--size {args.size}: geen stap valt stil; de schaarste stap vraagt {least} personen",
        )
    sure = "" if found.best else "; niet alle keuzen van evenveel stappen zijn nagegaan"
    stopped = "1 stap" if len(found.steps) == 1 else f"{len(found.steps)} stappen"
    people = "1 persoon" if args.size == 1 else f"{args.size} personen"
    return list(found.chosen), f"{stopped} stil met hoogstens {people}{sure}"


def _roles(sheet: tables.Sheet, names: Sequence[str]) -> dict[str, str]:
    """Return the role of each name: the first column holds names, the second roles."""
    if len(sheet.columns) < 2:
        raise TableFault("need a name and a role", "hier horen een naam en een rol te staan", row=1)
    found: dict[str, str] = {}
    for number, cells in sheet.rows:
        name, role = cells[0], cells[1]
        messages = {
            not (name and role): ("a name or role is missing", "er ontbreekt een naam of een rol"),
            bool(name) and name not in names: (f"{name} has no links", f"{name} heeft geen banden"),
            name in found: (f"{name} is there twice", f"{name} staat er twee keer in"),
        }
        if True in messages:
            english, dutch = (f"{sheet.path.name}: {text}" for text in messages[True])
            raise TableFault(english, dutch, row=number)
        found[name] = role
    return found


def _rows(found: dict[Rule, Recovery]) -> list[list[Any]]:
    one = found["near"]
    rows: list[list[Any]] = [
        ["vooraf", round(one.before, 4), "", ""],
        ["direct erna", round(one.at_once, 4), "", ""],
    ]
    for rule, words in RULES.items():
        values = (found[rule].recovered, found[rule].low, found[rule].high)
        rows.append([words, *(round(value, 4) for value in values)])
    return rows


def _chart(rows: Sequence[Sequence[Any]]) -> str:
    bars = [
        Bar(
            str(row[0]),
            100 * float(row[1]),
            low=None if row[2] == "" else 100 * float(row[2]),
            high=None if row[3] == "" else 100 * float(row[3]),
            noise=False,
            own=row[0] == "direct erna",
        )
        for row in rows
    ]
    return bar_ranking(
        bars,
        title="Fragmentatie vooraf, direct erna en na herstel",
        description="Deel van de paren dat elkaar niet kan bereiken, per wijze van herstel.",
        unit="procent van de paren",
        heading=True,
    ).svg


def _card(args: argparse.Namespace, sheets: Sequence[tables.Sheet], result: dict[str, Any]) -> Card:
    return Card(
        {"nl": "verstoring na herstel", "en": "disruption after recovery"},
        METHODS,
        SOURCE,
        {"gone": args.gone or "", "step": args.step or "", "size": args.size or "", "draws": args.draws},
        tables.hashes({sheet.path: sheet.content for sheet in sheets}),
        LIMITS,
        result,
        seed=args.seed,
    )
