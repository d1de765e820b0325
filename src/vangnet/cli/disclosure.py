"""From a file to a protected table with certificate and card: what `vangnet analyse` does."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vangnet.analysis.cards import Card, sha256
from vangnet.analysis.disclosure import argus, certificate
from vangnet.analysis.disclosure.audit import audit
from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.disclosure.hierarchy import Hierarchy, from_relations
from vangnet.analysis.disclosure.insiders import audit_insiders
from vangnet.analysis.disclosure.knowledge import Knowledge, Release, combine, from_figures
from vangnet.analysis.disclosure.primary import Primary, Rules, Unit, primary
from vangnet.analysis.disclosure.round_additive import round_additive
from vangnet.analysis.disclosure.solver import VERSION
from vangnet.analysis.disclosure.suppress import METHOD, Suppression, suppress
from vangnet.analysis.disclosure.table import Grid, Key, Record, Table, build, make_grid
from vangnet.cli import tables

SHOWN = 12
Progress = Callable[[str, int, int], None]
SOURCE = (
    "A. Hundepool et al. (2012), Statistical Disclosure Control; "
    "M. Fischetti and J. J. Salazar (2001), Management Science 47"
)
LIMITS = {
    "nl": (
        "Een aanvaller die meer weet dan het gepubliceerde kan verder komen: wie zelf meetelt als daar niet "
        "naar is gevraagd (--insiders, --knows), en altijd wie met anderen samenwerkt.",
        "Marges gelden voor de genoemde eerdere publicaties; wat elders is gepubliceerd telt niet mee.",
        "Wie zelf meetelt mag een cel afleiden die alleen is verborgen om een andere te beschermen: die is "
        "zelf niet gevoelig. Wat hij daarmee over een gevoelige cel weet, telt mee in diens marge.",
        "Er is niet bewezen dat het kleinste aantal cellen is verborgen.",
    ),
    "en": (
        "An attacker who knows more than was published may get further: one of those counted when that was "
        "not asked for (--insiders, --knows), and always several together.",
        "Intervals hold for the earlier releases named; what was published elsewhere does not count.",
        "One of those counted may work out a cell that was hidden only to protect another: it is not "
        "sensitive itself. What that tells of a sensitive cell counts in the interval of that one.",
        "It is not proven that the smallest number of cells is hidden.",
    ),
}
ROUND_LIMITS = {
    "nl": (
        "Afronden verbergt precieze cijfers, niet dat een groep er is.",
        "Wie de methode kent kan bij kleine tabellen soms mogelijkheden uitsluiten.",
    ),
    "en": (
        "Rounding hides exact figures, not that a group is there.",
        "Who knows the method can sometimes exclude possibilities in small tables.",
    ),
}


class Input:
    """The file of a command, read and understood."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.dimensions = [name.strip() for name in args.dimensions.split(",")]
        self.sheet = tables.read(args.file)
        self.hierarchies = tables.hierarchies(self.sheet, self.dimensions, dict(args.nest), args.total)
        contents = {path: path.read_bytes() for path in [args.file, *args.earlier]}
        for name, nest in args.nest:
            if name not in self.dimensions:
                raise TableFault(f"--nest {name}: not a dimension", f"--nest {name}: geen kenmerk")
            if nest not in self.sheet.columns:
                contents[Path(nest)] = Path(nest).read_bytes()
        self.contents, self.hashes = contents, tables.hashes(contents)

    def earlier(self) -> list[str]:
        """Return the earlier releases with their hashes."""
        name = dict(zip(self.contents, self.hashes, strict=True))
        return [f"{name[path]} {self.hashes[name[path]]}" for path in self.args.earlier]

    def table(self, **columns: str | None) -> Table:
        """Return the table, checked."""
        used = {"value": self.args.value} | {role: name for role, name in columns.items() if name}
        return build(
            self.dimensions,
            self.hierarchies,
            tables.records(self.sheet, self.dimensions, used),
            value_column=self.args.value,
            missing_is_zero=self.args.missing_is_zero,
        )

    def release(self, path: Path) -> Release:
        """Return a published file: an empty figure is a hidden cell."""
        sheet = self.sheet if path == self.args.file else tables.read(path)
        found = tables.records(sheet, self.dimensions, {"value": self.args.value})
        grid = make_grid(self.dimensions, self._hierarchies_of(sheet))
        for record in found:
            if record.key not in grid.place:
                raise TableFault(
                    "a code that is in no hierarchy", "een code die in geen hiërarchie staat", row=record.row
                )
        _check_shown(grid, found, self.args.value)
        return from_figures(grid, {record.key: record.value for record in found}, name=path.name)

    def _hierarchies_of(self, sheet: tables.Sheet) -> dict[str, Hierarchy]:
        """An earlier release has codes of its own time, such as municipalities that merged since."""
        if sheet is self.sheet:
            return self.hierarchies
        own = {name: column for name, column in self.args.nest if column in sheet.columns}
        result = tables.hierarchies(sheet, self.dimensions, own, self.args.total)
        for name, nest in self.args.nest:
            if name not in own and nest not in self.sheet.columns:
                result[name] = self.hierarchies[name]
        return result

    def links(self, releases: Sequence[Release]) -> list[tuple[Key, list[Key]]]:
        """Return the sums of old codes that make a new one, for all codes of the other dimensions."""
        keys = {key for release in releases for key in release.keys}
        rest = sorted({key[1:] for key in keys})
        pairs = [(new, old.split("+")) for new, old in self.args.same_as]
        from_relations(dict(pairs) | {"": [new for new, _ in pairs] or ["-"]}, total="")
        return [((new, *other), [(part, *other) for part in old]) for new, old in pairs for other in rest]

    def published(self, table: Table, hidden: Any) -> tuple[list[str], list[list[Any]]]:
        """Return the table as it may be shown, with the columns that say how codes add up."""
        above = []
        for name, nest in self.args.nest:
            if nest in self.sheet.columns:
                found = {part: whole for whole, parts in self.hierarchies[name].relations for part in parts}
                above.append((nest, self.dimensions.index(name), found))
        columns = [*self.dimensions, *(nest for nest, _, _ in above), self.args.value, "status"]
        rows = []
        for key, value, hide in zip(table.keys, table.value.tolist(), hidden.tolist(), strict=True):
            wholes = [found.get(key[place], "") for _, place, found in above]
            shown = ["", "niet getoond"] if hide else [tables.plain(value), "getoond"]
            rows.append([*key, *wholes, *shown])
        return columns, rows

    def write(
        self, kind: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], card: Card, **more: bytes
    ) -> list[str]:
        """Write table, card and what else there is, all or nothing; return the names."""
        out = self.args.out or self.args.file.with_name(f"{self.args.file.stem}.{kind}.csv")
        as_file = tables.as_xlsx if out.suffix.lower() == ".xlsx" else tables.as_csv
        files = {out: more.pop("table", None) or as_file(columns, rows)}
        files[out.with_suffix(".kaart.json")] = card.as_json()
        files[out.with_suffix(".kaart.txt")] = card.as_text()
        files |= {out.with_suffix(f".{name}.json"): content for name, content in more.items()}
        tables.write_all(files, tables.inputs(self.args))
        return [str(path) for path in files]


def suppress_file(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Hide cells of a file; write table, certificate and card."""
    given = Input(args)
    table = given.table(contributors=args.contributors, largest=args.largest, second=args.second)
    rules = _rules(args)
    sensitive = primary(table, rules)
    earlier = [given.release(path) for path in args.earlier]
    engine = (
        argus.Engine(seconds=max(1, int(args.seconds)), python=args.engine_python) if args.tau_argus else None
    )
    found = suppress(
        table,
        sensitive.sensitive,
        needed=args.needed,
        earlier=earlier,
        links=given.links([*earlier, _as_release(table)]) if args.same_as else (),
        keep_revised_apart=args.revised,
        alone=sensitive.singleton if args.insiders else None,
        engine=engine,
        seconds=args.seconds,
        progress=progress,
    )
    columns, rows = given.published(table, found.hidden)
    out = tables.as_xlsx if args.out and args.out.suffix.lower() == ".xlsx" else tables.as_csv
    published = out(columns, rows)
    proof = certificate.certify(
        found,
        dimensions=given.dimensions,
        rules=rules.as_text() | {"needed": args.needed} | _asked(args),
        releases=given.earlier(),
        table_sha256=sha256(published),
    )
    result = _protected(args, sensitive, found)
    settings = rules.as_text() | {"needed": args.needed, "engine": found.engine} | _asked(args)
    card = _card("suppress", given, settings, result)
    text = (json.dumps(proof, sort_keys=True, separators=(",", ":")) + "\n").encode()
    return result | {"bestanden": given.write("beveiligd", columns, rows, card, table=published, bewijs=text)}


def audit_file(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Work out the interval of every hidden cell of published files."""
    given = Input(args)
    releases = [given.release(path) for path in [args.file, *args.earlier]]
    links = given.links(releases) if args.same_as else []
    known = combine(releases, links, keep_revised_apart=args.revised)
    found = audit(
        known,
        whole=args.whole,
        seconds=args.seconds,
        progress=lambda done, total: progress("audit", done, total),
    )
    narrow = found.width < args.needed - 1e-6
    rows = [
        (
            *known.keys[cell],
            tables.plain(low),
            "" if np.isinf(high) else tables.plain(high),
            "smal" if bad else "ruim",
        )
        for cell, low, high, bad in zip(
            found.cells.tolist(), found.low.tolist(), found.high.tolist(), narrow.tolist(), strict=True
        )
    ]
    result: dict[str, Any] = {
        "verborgen": int(found.cells.size),
        "precies af te leiden": int((found.width < 1e-6).sum()),
        "smal": int(narrow.sum()),
        "smalste marge": _least(found.width, np.ones(found.cells.size, dtype=np.bool_)),
    }
    if args.knows:
        result |= _insights(args, known)
    card = _card("audit", given, {"needed": args.needed, "whole": args.whole} | _asked(args), result)
    columns = (*given.dimensions, "minstens", "hoogstens", "oordeel")
    return result | {"bestanden": given.write("marges", columns, rows, card)}


def _protected(args: argparse.Namespace, sensitive: Primary, found: Suppression) -> dict[str, Any]:
    """Return what a result says of a protected table."""
    result: dict[str, Any] = {
        "cellen": found.hidden.size,
        "gevoelig": int(sensitive.sensitive.sum()),
        "ook verborgen": int(found.secondary.sum()),
        "al openbaar": int(found.public.sum()),
        "smalste marge": _least(found.high - found.low, found.hidden),
    }
    if args.insiders:
        alone = int((sensitive.sensitive & sensitive.singleton & found.hidden).sum())
        result["wie alleen staat"] = _inside(alone, earlier=bool(args.earlier))
    return result


def _inside(alone: int, *, earlier: bool) -> str:
    """Say what was checked for those who are alone in a cell, and what was not."""
    if not alone:
        return "in geen enkele verborgen gevoelige cel; er was voor niemand iets na te gaan"
    before = ", of een cel die eerdere publicaties voor hen verborgen" if earlier else ""
    return (
        f"in {alone} {'cel' if alone == 1 else 'cellen'}; wie alleen het eigen cijfer en de publicaties "
        f"kent, leidt geen andere gevoelige cel van deze tabel precies af{before}; cellen die alleen "
        "zijn verborgen om andere te beschermen hebben zelf geen marge nodig, en wat zij over gevoelige "
        "cellen verraden is meegerekend"
    )


def _check_shown(grid: Grid, found: Sequence[Record], column: str) -> None:
    """Refuse a table of whole numbers with a sum of which all parts are shown but do not add up to it."""
    value, row = np.full(len(grid.keys), np.nan), {}
    for record in found:
        at = grid.place[record.key]
        value[at], row[at] = np.nan if record.value is None else record.value, record.row
    shown = value[~np.isnan(value)]
    if not np.array_equal(shown, np.rint(shown)):  # rounded in a last decimal
        return
    for wholes, parts in grid.relations:
        sums = value[parts].sum(axis=1)
        for at in np.flatnonzero(np.abs(sums - value[wholes]) > 0.5)[:1]:
            cell = int(wholes[at])
            name = " x ".join(grid.keys[cell])
            raise TableFault(
                f"not additive: {name} is {value[cell]:g}, but its parts add up to {sums[at]:g}",
                f"telt niet op: {name} is {value[cell]:g}, maar de delen tellen op tot {sums[at]:g}",
                row=row[cell],
                column=column,
            )


def _asked(args: argparse.Namespace) -> dict[str, Any]:
    """Return what was asked about somebody who is counted, when it was."""
    asked = {"insiders": getattr(args, "insiders", False), "knows": "; ".join(getattr(args, "knows", []))}
    return {name: value for name, value in asked.items() if value}


def _insights(args: argparse.Namespace, known: Knowledge) -> dict[str, Any]:
    """Return what attackers work out who each know one hidden figure."""
    place = {",".join(key): at for at, key in enumerate(known.keys)}
    given = []
    for text in args.knows:
        codes, _, value = text.rpartition("=")
        if codes not in place:
            raise TableFault(f"--knows {text}: no cell {codes}", f"--knows {text}: er is geen cel {codes}")
        figure = tables.figure(value, 0, "--knows")
        if figure is None or known.low[place[codes]] == known.high[place[codes]]:
            raise TableFault(
                f"--knows {text}: give the figure of a hidden cell",
                f"--knows {text}: geef het cijfer van een verborgen cel",
            )
        given.append((place[codes], figure))
    found = audit_insiders(
        known, given, known.low < known.high, needed=args.needed, whole=args.whole, seconds=args.seconds
    )
    lines = [
        f"{' x '.join(known.keys[one.learns])}: {tables.plain(round(one.low, 6))} tot "
        f"{tables.plain(round(one.high, 6))} (weet {' x '.join(known.keys[one.knows])})"
        for one in found
    ]
    return {"smal voor wie zelf meetelt": len(found), "dat zijn": lines[:SHOWN] or "geen"}


def round_file(args: argparse.Namespace) -> dict[str, Any]:
    """Round a file so that all sums hold."""
    given = Input(args)
    table = given.table()
    found = round_additive(table, base=args.base, gap=args.gap, seconds=args.seconds)
    rows = [(*key, tables.plain(value)) for key, value in zip(table.keys, found.value.tolist(), strict=True)]
    result: dict[str, Any] = {
        "cellen": len(table.keys),
        "gemiddelde fout": round(found.mean_error, 3),
        "grootste fout": tables.plain(found.largest_error),
        "bewezen afstand tot het minimum": round(found.gap, 4),
    }
    card = _card("round", given, {"base": args.base, "gap": args.gap}, result)
    return result | {"bestanden": given.write("afgerond", (*given.dimensions, args.value), rows, card)}


def _rules(args: argparse.Namespace) -> Rules:
    unit = Unit(args.unit)
    proposal = Rules.for_persons() if unit is Unit.PERSONS else Rules(unit=unit)
    return Rules(
        unit=unit,
        fewest=args.fewest or proposal.fewest,
        dominance_k=args.dominance,
        p_percent=args.p_percent,
        zero=args.zeros,
        whole=proposal.whole,
    )


def _as_release(table: Table) -> Release:
    return Release("", table.keys, table.matrix, table.value, table.value)


def _least(width: Any, where: Any) -> float | str:
    chosen = np.asarray(width)[where]
    finite = chosen[np.isfinite(chosen)]
    return tables.plain(float(finite.min())) if finite.size else "-"


def _card(command: str, given: Input, parameters: Mapping[str, Any], result: Mapping[str, Any]) -> Card:
    titles = {
        "suppress": {"nl": "cellen verbergen", "en": "cell suppression"},
        "audit": {"nl": "wat is af te leiden", "en": "attacker's intervals"},
        "round": {"nl": "afronden met kloppende sommen", "en": "additive rounding"},
    }
    methods = {
        "suppress": {
            "nl": "gevoelige cellen verborgen, daarna de goedkoopste andere tot elke marge breed genoeg is; "
            "wat te veel bleek weer getoond of geruild; alle marges opnieuw berekend",
            "en": METHOD,
        },
        "audit": {
            "nl": "laagste en hoogste waarde van elke verborgen cel bij alles wat is gepubliceerd",
            "en": "least and largest value of each hidden cell given all that was published (linear program)",
        },
        "round": {
            "nl": "elk cijfer naar een veelvoud; alle sommen kloppen; kleinste totale fout",
            "en": "each figure to a multiple, all sums hold, least total error (mixed integer programming)",
        },
    }
    settings = {"dimensions": ",".join(given.dimensions), "solver": VERSION, **parameters}
    limits = ROUND_LIMITS if command == "round" else LIMITS
    return Card(titles[command], methods[command], SOURCE, settings, given.hashes, limits, result)
