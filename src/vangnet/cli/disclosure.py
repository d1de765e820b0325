"""From a file to a protected table with certificate and card: what `vangnet analyse` does."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from vangnet.analysis.cards import Card, sha256
from vangnet.analysis.disclosure import argus, certificate
from vangnet.analysis.disclosure.audit import Intervals, audit
from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.disclosure.insiders import audit_insiders
from vangnet.analysis.disclosure.knowledge import Knowledge, Release, combine
from vangnet.analysis.disclosure.primary import Primary, Rules, Unit, primary
from vangnet.analysis.disclosure.solver import VERSION
from vangnet.analysis.disclosure.suppress import METHOD, Suppression, suppress
from vangnet.analysis.disclosure.table import Table
from vangnet.cli import margins, tables
from vangnet.cli.table_input import Input

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
        "Marges gelden voor wie een verborgen aantal op 0 of meer houdt. Wie ziet dat elke 0 is getoond, "
        "weet dat het er 1 of meer zijn, en houdt soms een smallere marge over: --positive rekent daarmee.",
        "Marges gelden voor de genoemde eerdere publicaties; wat elders is gepubliceerd telt niet mee.",
        "Wie zelf meetelt mag een cel afleiden die alleen is verborgen om een andere te beschermen: die is "
        "zelf niet gevoelig. Wat hij daarmee over een gevoelige cel weet, telt mee in diens marge.",
        "Er is niet bewezen dat het kleinste aantal cellen is verborgen.",
    ),
    "en": (
        "An attacker who knows more than was published may get further: one of those counted when that was "
        "not asked for (--insiders, --knows), and always several together.",
        "Intervals hold for who takes a hidden count to be 0 or more. Who sees that every 0 is shown "
        "knows it to be 1 or more, and may be left with less; --positive counts for that reader.",
        "Intervals hold for the earlier releases named; what was published elsewhere does not count.",
        "One of those counted may work out a cell that was hidden only to protect another: it is not "
        "sensitive itself. What that tells of a sensitive cell counts in the interval of that one.",
        "It is not proven that the smallest number of cells is hidden.",
    ),
}
SHARP = "precies af te leiden als een 0 altijd is getoond"
TOO_NARROW = ("smal", "smal voor wie zelf meetelt", SHARP)  # what an audit may not find
USUAL = 5.0  # width of an interval when nothing was asked, for counts
TINY = 0.001  # the least width when only a part of the figure was asked


def suppress_file(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Hide cells of a file; write table, certificate, card and chart."""
    given, rules = Input(args), _rules(args)
    needed, share = _asked_width(args)
    counts, least = rules.unit is not Unit.AMOUNT, _least_hidden(args)
    table = given.table(
        counts=counts, contributors=args.contributors, largest=args.largest, second=args.second
    )
    sensitive = primary(table, rules)
    releases = [_as_release(table), *given.releases(least or 0.0)]
    engine, remark = _engine(args, alone=len(releases) == 1)
    found = suppress(
        table,
        sensitive.sensitive,
        needed=needed or TINY,
        share=share,
        least=least,
        earlier=releases[1:],
        links=given.links(releases) if args.same_as else (),
        keep_revised_apart=args.revised,
        alone=sensitive.singleton if args.insiders else None,
        engine=engine,
        seconds=args.seconds,
        progress=progress,
    )
    columns, rows, published = _as_file(given, table, found.hidden)
    settings = rules.as_text() | {"needed": needed} | _asked(args)
    proof = certificate.certify(
        found,
        dimensions=given.dimensions,
        rules=settings,
        releases=given.earlier(),
        table_sha256=sha256(published),
        value_column=args.value,
        needed=needed,
    )
    remarks = [remark, given.unexplained(releases), *_unknown_people(args, table)]
    result = _protected(args, sensitive, found) | _remarks(remarks)
    card = _card("suppress", given, settings | _reader(found), result)
    chart, more = _chart(table, found, needed, args.value), {"table": published, "bewijs": _as_json(proof)}
    return result | {"bestanden": given.write("beveiligd", columns, rows, card, chart, **more)}


def _as_json(proof: Mapping[str, Any]) -> bytes:
    return (json.dumps(proof, sort_keys=True, separators=(",", ":")) + "\n").encode()


def _chart(table: Table, found: Suppression, needed: float, unit: str) -> str:
    names = [table.name(cell) for cell in np.flatnonzero(found.hidden).tolist()]
    width = (found.high - found.low)[found.hidden]
    return margins.chart(names, width, needed=needed, cells=found.hidden.size, unit=unit)


def _as_file(given: Input, table: Table, hidden: Any) -> tuple[list[str], list[list[Any]], bytes]:
    """Return the table to publish: columns, lines, and the file that they make."""
    columns, rows = given.published(table, hidden)
    out = given.args.out
    write = tables.as_xlsx if out and out.suffix.lower() == ".xlsx" else tables.as_csv
    return columns, rows, write(columns, rows)


def audit_file(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Work out the interval of every hidden cell of published files."""
    given = Input(args)
    needed, share = _asked_width(args)
    amounts = bool(share) or bool((given.release(args.file, 0.0).low % 1).any())
    asked = 0.0 if amounts else _least_hidden(args)
    least = asked or 0.0
    releases = [given.release(args.file, least), *given.releases(least)]
    links = given.links(releases) if args.same_as else []
    known = combine(releases, links, keep_revised_apart=args.revised)
    found = audit(
        known,
        whole=args.whole,
        seconds=args.seconds,
        progress=lambda done, total: progress("audit", done, total),
    )
    room = np.maximum(needed, share * found.high) if share else np.full(found.cells.size, needed)
    narrow = (found.width < room - 1e-6) | (found.width < 1e-6)
    result: dict[str, Any] = {
        "verborgen": int(found.cells.size),
        "precies af te leiden": int((found.width < 1e-6).sum()),
        "smal": int(narrow.sum()),
        "smalste marge": _least(found.width, np.ones(found.cells.size, dtype=np.bool_)),
    }
    if asked is None:
        result |= _never_zero(given, links, args)
    if args.knows:
        result |= _insights(args, known, needed)
    result |= _remarks([given.unexplained(releases)])
    settings = {"needed": needed, "whole": args.whole, "least": least} | _asked(args)
    card = _card("audit", given, settings, result)
    columns = (*given.dimensions, "minstens", "hoogstens", "oordeel")
    names = [" x ".join(known.keys[cell]) for cell in found.cells.tolist()]
    chart = margins.chart(names, found.width, needed=needed, cells=len(known.keys), unit=args.value)
    return result | {"bestanden": given.write("marges", columns, _margins(known, found, narrow), card, chart)}


def _margins(known: Knowledge, found: Intervals, narrow: Any) -> list[tuple[Any, ...]]:
    """Return a line for each hidden cell: codes, the least and the most, and whether that is enough."""
    ends = (found.cells.tolist(), found.low.tolist(), found.high.tolist(), narrow.tolist())
    return [
        (
            *known.keys[cell],
            tables.plain(low),
            "" if np.isinf(high) else tables.plain(high),
            "smal" if bad else "ruim",
        )
        for cell, low, high, bad in zip(*ends, strict=True)
    ]


def _asked_width(args: argparse.Namespace) -> tuple[float, float]:
    """Return the least width of intervals, and the same as a part of the figure."""
    share = (args.needed_share or 0.0) / 100.0
    if args.needed is None and not share and getattr(args, "unit", "") == Unit.AMOUNT:
        raise TableFault(
            "--unit amount: say how wide intervals must be; 5 means little for amounts. Give "
            "--needed-share P (percent of the figure) or --needed N (in the unit of the figures)",
            "--unit amount: zeg hoe breed een marge moet zijn; 5 zegt bij bedragen weinig. Geef "
            "--needed-share P (procent van het cijfer) of --needed N (in de eenheid van de cijfers)",
        )
    if args.needed is None:
        alone = (
            share and getattr(args, "unit", Unit.AMOUNT) == Unit.AMOUNT
        )  # a part of a small count is nothing
        return (0.0 if alone else USUAL), share
    if not args.needed > 0:
        raise TableFault(
            f"--needed {args.needed:g}: give a width above 0",
            f"--needed {args.needed:g}: geef een breedte boven 0",
        )
    return args.needed, share


def _least_hidden(args: argparse.Namespace) -> float | None:
    """Return what everybody knows a hidden figure to be at least.

    None is 0 for the widths; and who knows that every 0 is shown, works none out exactly.
    """
    amounts, zeros = getattr(args, "unit", "") == Unit.AMOUNT, getattr(args, "zeros", False)
    if amounts or zeros or args.zeros_hidden:
        return 0.0
    return 1.0 if args.positive else None


def _reader(found: Suppression) -> dict[str, Any]:
    """Return for the card what a reader knows who is left with the widths, and with no figure exactly."""
    return {"engine": found.engine, "least": found.least} | (
        {"exact_from": found.exact_from} if found.exact_from else {}
    )


def _never_zero(given: Input, links: Any, args: argparse.Namespace) -> dict[str, int]:
    """Return how many hidden counts are exactly known to who knows that every 0 is shown."""
    releases = [given.release(args.file, 1.0), *given.releases(1.0)]
    known = combine(releases, links, keep_revised_apart=args.revised)
    width = audit(known, whole=args.whole, seconds=args.seconds).width
    return {SHARP: int((width < 1e-6).sum())}


def _engine(args: argparse.Namespace, *, alone: bool) -> tuple[argus.Engine | None, str]:
    """Return tau-ARGUS when it was asked for and can be used, else why not."""
    if not args.tau_argus:
        return None, ""
    if not alone:
        return None, "tau-ARGUS kent geen eerdere publicaties; de eigen rekenwijze koos alle cellen"
    if not argus.is_installed(args.engine_python):
        return None, (
            "tau-ARGUS (pytauargus) is niet geïnstalleerd; de eigen rekenwijze koos alle cellen. "
            "Geef met --engine-python een Python die het heeft"
        )
    return argus.Engine(seconds=max(1, int(args.seconds)), python=args.engine_python), ""


def _unknown_people(args: argparse.Namespace, table: Table) -> list[str]:
    """Say which rules about contributors could not be applied, or only in part."""
    if args.unit != Unit.AMOUNT and not (args.contributors or args.largest):
        return []
    asked = (
        (args.contributors, "--contributors", "te weinig bijdragers"),
        (args.largest, "--largest", "overheersing"),
    )
    lacking = [
        f"{words} is niet nagegaan ({option} ontbreekt)" for given, option, words in asked if not given
    ]
    sums = table.sums()
    if args.largest and sums.any():
        lacking.append(
            "van sommen is de grootste bijdrage minstens die van de delen; wie in meer delen bijdraagt kan "
            "groter zijn: geef voor sommen eigen regels als dat voorkomt"
        )
    if args.contributors and sums.any():
        lacking.append("bijdragers van sommen zijn opgeteld; wie in meer delen bijdraagt telt dubbel")
    empty = int((np.isnan(table.largest) & (table.value > 0) & ~sums).sum()) if args.largest else 0
    return lacking + ([f"bij {empty} cellen is de grootste bijdrage niet ingevuld"] if empty else [])


def _remarks(texts: Sequence[str]) -> dict[str, str]:
    said = "; ".join(text for text in texts if text)
    return {"let op": said} if said else {}


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


def _asked(args: argparse.Namespace) -> dict[str, Any]:
    """Return what was asked beside the rules, when it was."""
    asked = {
        "needed_share": args.needed_share,
        "zeros_hidden": args.zeros_hidden,
        "positive": args.positive,
        "same_as": "; ".join(f"{new}={old}" for new, old in args.same_as),
        "revised": args.revised,
        "insiders": getattr(args, "insiders", False),
        "knows": "; ".join(getattr(args, "knows", [])),
    }
    return {name: value for name, value in asked.items() if value}


def _insights(args: argparse.Namespace, known: Knowledge, needed: float) -> dict[str, Any]:
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
        known, given, known.low < known.high, needed=needed, whole=args.whole, seconds=args.seconds
    )
    lines = [
        f"{' x '.join(known.keys[one.learns])}: {tables.plain(round(one.low, 6))} tot "
        f"{tables.plain(round(one.high, 6))} (weet {' x '.join(known.keys[one.knows])})"
        for one in found
    ]
    return {"smal voor wie zelf meetelt": len(found), "dat zijn": lines[:SHOWN] or "geen"}


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
    }
    settings = {"dimensions": ",".join(given.dimensions), "solver": VERSION, **parameters}
    return Card(titles[command], methods[command], SOURCE, settings, given.hashes, LIMITS, result)
