"""From links and roles to what is left of a disruption: what `vangnet analyse disrupt` does."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vangnet.analysis.cards import Card
from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.positions.breaking import fragmentation
from vangnet.analysis.positions.graph import Graph
from vangnet.analysis.positions.lasting import lasting_removal
from vangnet.analysis.positions.recovery import Recovery, Rule, recover
from vangnet.analysis.positions.steps import scarce_roles, stop_steps
from vangnet.analysis.said import Said
from vangnet.cli import options, positions, tables
from vangnet.cli.network import network_of, notes
from vangnet.ui.bars import Bar, bar_ranking

Steps = Mapping[str, Sequence[str]]  # roles of each name
Progress = Callable[[str, int, int], None]
EQUAL = 1e-9  # no difference between two fragmentations
FEW = 4  # equal choices that are named
COLUMNS = ("ingreep", "herstel", "fragmentatie", "laag", "hoog")
RULES: dict[Rule, str] = {
    "near": "wie het dichtst bij staat springt in",
    "linked": "wie de meeste banden heeft springt in",
    "anybody": "iemand met dezelfde rol springt in",
}
RECOVERED = Said(
    "na herstel, gunstigste regel voor het netwerk", "after recovery, by the rule best for the network"
)
SOURCE = "P. A. C. Duijn, V. Kashirin and P. M. A. Sloot (2014), Scientific Reports 4:4238"
METHODS = {
    "nl": "wie wegvalt wordt vervangen door iemand met dezelfde rol, die zijn banden overneemt; "
    "fragmentatie van wie overblijft, gemiddeld over de steekproeven, met 5 tot 95 van de 100; gekozen naar "
    "rol: zo veel stappen als kan vallen stil, want wie ze deed heeft dan geen vervanger meer; van de keuzen "
    "van evenveel stappen die het meest verbreekt; blijvend gekozen: gezocht door te ruilen naar wie "
    "na herstel het meest verbroken laat, van de keuzen die zijn nagegaan",
    "en": "who is gone is replaced by somebody with the same role, who takes over the links; fragmentation "
    "of those left, mean of the draws, with 5 to 95 of 100; chosen by role: as many steps as can stop, for "
    "those who did them leave no substitute; of choices of as many steps that which breaks up most; "
    "lasting: searched by exchanging one at a time for "
    "who leave most broken up after recovery, of the choices that were looked at",
}
LIMITS = {
    "nl": (
        "Nieuwe mensen van buiten en de tijd die herstel kost zitten er niet in.",
        "Banden tussen twee mensen die allebei wegvallen, neemt niemand over.",
        "Wie geen rol heeft, wordt niet vervangen; zonder zulke mensen lijkt de schade blijvend.",
        "Wie meer rollen heeft, wordt in elke rol vervangen, en elke vervanger neemt alle banden over.",
        "Een blijvende keuze is het resultaat van zoeken, zonder bewijs: een andere kan beter zijn.",
        *positions.LIMITS["nl"],
    ),
    "en": (
        "New people from outside and the time that recovery takes are not in it.",
        "Links between two people who are both gone are taken over by nobody.",
        "Who has no role is not replaced; without such people the damage seems to last.",
        "Who has several roles is replaced in each, and each substitute takes over all links.",
        "A lasting choice comes from a search, without proof: another may be better.",
        *positions.LIMITS["en"],
    ),
}


@dataclass(frozen=True, slots=True)
class Intervention:
    """Who are taken out, how they were chosen, and what recovery leaves by each rule."""

    gone: list[str]
    how: Said
    found: dict[Rule, Recovery]
    equal: Sequence[Sequence[str]] = ()  # other choices that are as good
    roleless: Sequence[str] = ()  # of those gone

    @property
    def name(self) -> str:
        """What a table calls it."""
        return ", ".join(self.gone)

    @property
    def worst(self) -> Recovery:
        """Recovery by the rule that is best for the network."""
        return min(self.found.values(), key=lambda one: one.recovered)

    @property
    def lasts(self) -> bool:
        """Whether anything is broken up after recovery."""
        return self.worst.recovered > self.worst.before + EQUAL

    def result(self) -> dict[str, Any]:
        """Say it in a few figures."""
        one = self.found["near"]
        result: dict[str, Any] = {
            Said("weg", "gone"): self.gone,
            Said("gekozen", "chosen"): self.how,
            Said("fragmentatie vooraf", "fragmentation before"): round(one.before, 3),
            Said("direct erna", "right after"): round(one.at_once, 3),
            RECOVERED: round(self.worst.recovered, 3),
            Said("zonder vervanger", "without substitute"): list(one.without_substitute)
            or Said("niemand", "nobody"),
            Said("stappen die stilvallen", "steps that stop"): list(one.lost_roles) or Said("geen", "none"),
        }
        if self.roleless:
            result[Said("zonder rol, dus niet vervangen", "without role, so not replaced")] = list(
                self.roleless
            )
        if self.equal:
            named = "; ".join(", ".join(choice) for choice in self.equal[:FEW])
            result[Said("even goed", "as good")] = named + ("; ..." if len(self.equal) > FEW else "")
        return result


def disruption_file(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Take people out, let others step in, and write what is left with card and chart."""
    sheet, roles_sheet = tables.read(args.file), tables.read(args.roles)
    network = network_of(sheet, args)
    roles = _roles(roles_sheet, network.names)
    found = _interventions(args, network, roles, progress)
    rows = [row for one in found for row in _rows(one)]
    result = found[0].result() if len(found) == 1 else _compared(found)
    result[Said("schaarste", "scarcity")] = [
        f"{role}: {', '.join(who)}" for role, who in scarce_roles(roles)[:3]
    ]
    if told := notes(network, sheet, args):
        result[Said("let op", "note")] = told
    out = args.out or args.file.with_name(f"{args.file.stem}.verstoring.csv")
    as_file = tables.as_xlsx if out.suffix.lower() == ".xlsx" else tables.as_csv
    card = _card(args, [sheet, roles_sheet], result)
    files = {
        out: as_file(COLUMNS, rows),
        out.with_suffix(".kaart.json"): card.as_json(),
        out.with_suffix(".kaart.txt"): card.as_text(),
        out.with_suffix(".svg"): _chart(found, rows).encode(),
    }
    tables.write_all(files, tables.inputs(args))
    return result | {"bestanden": [str(path) for path in files]}


def _interventions(
    args: argparse.Namespace, network: Graph, roles: Steps, progress: Progress
) -> list[Intervention]:
    """Return each choice of who is taken out with how the network recovers."""
    chosen = _chosen(args, network, roles, progress)
    found, many = [], len(chosen) * len(RULES)
    for at, (gone, how, equal) in enumerate(chosen):
        each: dict[Rule, Recovery] = {}
        for rule in RULES:
            progress("recover", at * len(RULES) + len(each), many)
            each[rule] = recover(network, gone, roles, rule=rule, draws=args.draws, seed=args.seed)
        roleless = [name for name in gone if name not in roles]
        found.append(Intervention(gone, how, each, equal, roleless))
    progress("recover", many, many)
    return found


Choice = tuple[list[str], Said, Sequence[Sequence[str]]]


def _chosen(args: argparse.Namespace, network: Graph, roles: Steps, progress: Progress) -> list[Choice]:
    """Return who is taken out, how they were chosen, and who are as good."""
    if args.gone is not None:
        named = [_named(text, network, args.file.name) for text in args.gone]
        return [(gone, Said("bij naam", "by name"), ()) for gone in named]
    if args.step is not None:
        return [_of_step(args.step, roles)]
    if args.size is not None:
        return [_stopping(args.size, network, roles)]
    return [_lasting(args.lasting, network, roles, args.seed, progress)]


def _named(text: str, network: Graph, file: str) -> list[str]:
    """Return the names of one intervention."""
    gone = list(dict.fromkeys(options.names(text, network.names)))
    for name in gone:
        if name not in network.names:
            raise TableFault(f"--gone {name}: not in {file}", f"--gone {name}: niet in {file}")
    return gone


def _of_step(step: str, roles: Steps) -> Choice:
    steps = dict(scarce_roles(roles))
    if step not in steps:
        known = ", ".join(sorted(steps))
        raise TableFault(
            f"--step {step}: nobody does it; there are {known}",
            f"--step {step}: niemand doet dat; er zijn: {known}",
        )
    how = Said(f"allen die de stap {step} doen", f"all who do the step {step}")
    return list(steps[step]), how, ()


def _stopping(size: int, network: Graph, roles: Steps) -> Choice:
    found = stop_steps(network, roles, size)
    if not found.chosen:
        least = min((len(who) for _, who in scarce_roles(roles)), default=0)
        raise TableFault(
            f"--size {size}: no step stops; the scarcest takes {least} people",
            f"--size {size}: geen stap valt stil; de schaarste stap vraagt {least} personen",
        )
    sure = ("", "")
    if not found.best:
        sure = (
            "; niet alle keuzen van evenveel stappen zijn nagegaan",
            "; not all choices of as many steps were gone through",
        )
    one, alone = len(found.steps) == 1, size == 1
    how = Said(
        f"{'1 stap' if one else f'{len(found.steps)} stappen'} stil met hoogstens "
        f"{'1 persoon' if alone else f'{size} personen'}{sure[0]}",
        f"{'1 step' if one else f'{len(found.steps)} steps'} stopped with at most "
        f"{'1 person' if alone else f'{size} people'}{sure[1]}",
    )
    return list(found.chosen), how, found.equal


def _lasting(size: int, network: Graph, roles: Steps, seed: int, progress: Progress) -> Choice:
    """Return who leave most broken up after recovery, of those looked at."""
    if size >= len(network):
        raise TableFault(
            f"--lasting {size}: there are {len(network)} people",
            f"--lasting {size}: er zijn {len(network)} personen",
        )
    found = lasting_removal(
        network, roles, size, seed=seed, progress=lambda now, of: progress("search", now, of)
    )
    if found.recovered <= fragmentation(network) + EQUAL:
        raise TableFault(
            f"--lasting {size}: of {found.tried} choices tried none leaves anything broken up after "
            "recovery; that is no proof that there is none",
            f"--lasting {size}: van {found.tried} nagegane keuzen laat er geen na herstel iets "
            "verbroken; dat is geen bewijs dat er geen is",
        )
    cut = ("; zoeken afgebroken", "; search cut off") if found.stopped else ("", "")
    how = Said(
        f"laat na herstel het meest verbroken van {found.tried} nagegane keuzen{cut[0]}; niet bewezen",
        f"leaves most broken up after recovery of {found.tried} choices tried{cut[1]}; not proven",
    )
    return list(found.chosen), how, found.equal


def _compared(found: Sequence[Intervention]) -> dict[str, Any]:
    """Return several interventions side by side, that which lasts most first."""
    order = sorted(found, key=lambda one: -one.worst.recovered)
    most = order[0].worst.recovered
    best = [one.name for one in order if one.worst.recovered > most - EQUAL and one.lasts]
    return {
        Said("ingrepen", "interventions"): [
            Said(
                f"{one.name} (direct erna {one.worst.at_once:.3f}, na herstel {one.worst.recovered:.3f})",
                f"{one.name} (right after {one.worst.at_once:.3f}, after recovery {one.worst.recovered:.3f})",
            )
            for one in order
        ],
        Said("fragmentatie vooraf", "fragmentation before"): round(order[0].worst.before, 3),
        Said("houdt het meest stand", "lasts most"): "; ".join(best)
        or Said("geen: na herstel is niets verbroken", "none: after recovery nothing is broken up"),
    }


def _roles(sheet: tables.Sheet, names: Sequence[str]) -> dict[str, list[str]]:
    """Return the roles of each name: the first column holds names, the second a role."""
    if len(sheet.columns) < 2:
        raise TableFault("need a name and a role", "hier horen een naam en een rol te staan", row=1)
    found: dict[str, list[str]] = {}
    for number, cells in sheet.rows:
        name, role = cells[0], cells[1]
        messages = {
            not (name and role): ("a name or role is missing", "er ontbreekt een naam of een rol"),
            bool(name) and name not in names: (f"{name} has no links", f"{name} heeft geen banden"),
            role in found.get(name, ()): (
                f"{name} is there twice as {role}",
                f"{name} staat er twee keer in als {role}",
            ),
        }
        if True in messages:
            english, dutch = (f"{sheet.path.name}: {text}" for text in messages[True])
            raise TableFault(english, dutch, row=number)
        found.setdefault(name, []).append(role)
    return found


def _rows(one: Intervention) -> list[list[Any]]:
    near = one.found["near"]
    rows: list[list[Any]] = [
        [one.name, "vooraf", round(near.before, 4), "", ""],
        [one.name, "direct erna", round(near.at_once, 4), "", ""],
    ]
    for rule, words in RULES.items():
        values = (one.found[rule].recovered, one.found[rule].low, one.found[rule].high)
        rows.append([one.name, words, *(round(value, 4) for value in values)])
    return rows


def _chart(found: Sequence[Intervention], rows: Sequence[Sequence[Any]]) -> str:
    if len(found) > 1:
        return _chart_of_several(found)
    bars = [
        Bar(
            str(row[1]),
            100 * float(row[2]),
            low=None if row[3] == "" else 100 * float(row[3]),
            high=None if row[4] == "" else 100 * float(row[4]),
            noise=False,
            own=row[1] == "direct erna",
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


def _chart_of_several(found: Sequence[Intervention]) -> str:
    order = sorted(found, key=lambda one: -one.worst.recovered)
    bars = [
        Bar(
            f"zonder {one.name}",
            100 * one.worst.recovered,
            low=100 * one.worst.low,
            high=100 * one.worst.high,
            noise=not one.lasts,
        )
        for one in order
    ]
    return bar_ranking(
        bars,
        title="Fragmentatie na herstel, per ingreep",
        description="Deel van de paren dat elkaar niet kan bereiken nadat anderen zijn ingesprongen "
        "volgens de regel die voor het netwerk het gunstigst is; grijs is niet meer dan vooraf.",
        unit="procent van de paren",
        heading=True,
    ).svg


def _card(args: argparse.Namespace, sheets: Sequence[tables.Sheet], result: dict[str, Any]) -> Card:
    return Card(
        {"nl": "verstoring na herstel", "en": "disruption after recovery"},
        METHODS,
        SOURCE,
        options.settings(args),
        tables.hashes({sheet.path: sheet.content for sheet in sheets}),
        LIMITS,
        result,
        seed=args.seed,
    )
