"""From a file with monthly counts to what the year will come to: what `vangnet analyse nowcast` does."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vangnet.analysis.cards import Card
from vangnet.analysis.nowcast.breaks import Break
from vangnet.analysis.nowcast.panel import Panel, build_panel
from vangnet.analysis.nowcast.year_end import METHOD, Nowcast, Reason, nowcast
from vangnet.analysis.said import Said
from vangnet.cli import options, tables
from vangnet.cli.months import Monthly, month_name, read_monthly
from vangnet.ui.charts import Point, trend_chart

COLUMNS = (
    "gebied", "soort", "bekend", "schatting jaar", "laag", "hoog", "oordeel", "reden", "nog te registreren",
    "eenvoudige som", "fout eerder", "fout eenvoudige som eerder", "niveau veranderd sinds",
)  # fmt: skip
MONTH_COLUMNS = ("gebied", "soort", "maand", "schatting", "laag", "hoog")
BREAK_COLUMNS = (
    "gebied", "soort", "vanaf", "vroegst", "laatst", "factor", "laag", "hoog", "bewijs (log10 Bayes-factor)",
)  # fmt: skip
SHOWN_YEARS = 3
REASONS = {
    Reason.TOO_FEW_YEARS: "fewer than three whole years before this one",
    Reason.GAPS: "months lack in the last three years or in this one",
    Reason.NO_EVENTS: "no event in the whole series; not counted or not happened cannot be seen",
    Reason.NO_BETTER: "no better in earlier years than known x 12 / months",
    Reason.FEW_OUTCOMES: "too few earlier outcomes to calibrate the interval",
}
SOURCE = (
    "A. C. Harvey and C. Fernandes (1989), Journal of Business and Economic Statistics 7, 407-417; "
    "V. Vovk, A. Gammerman and G. Shafer (2005), Algorithmic Learning in a Random World; "
    "T. Mack (1993), ASTIN Bulletin 23, 213-225; "
    "R. E. Kass and A. E. Raftery (1995), Journal of the American Statistical Association 90, 773-795"
)
DUTCH = (
    "niveaus op acht snelheden (gamma-Poisson) met een seizoen per soort en varianten met trend, aandeel en "
    "verhouding, gewogen naar hoe goed ze eerder uitkwamen bij de reeks en bij vergelijkbare; sommen "
    "sluitend, nooit onder 0, hele aantallen; negatief-binomiale marges, per niveau en omvang geijkt op "
    "voorspellingen van het verleden (Mondrian conformal); na-ijlende registratie met chain ladder als die "
    "is opgegeven"
)
LIMITS = {
    "nl": (
        "Een schatting, geen telling: wat na de laatste maand verandert is er niet in te zien.",
        "De marge geldt gemiddeld over reeksen van dezelfde omvang en hetzelfde niveau, niet voor elke reeks "
        "apart, en zolang fouten blijven zoals ze waren.",
        "De spreiding per hoogte en omvang is geschat op alle maanden tot en met de laatste bekende, ook die "
        "waarop de marge is geijkt; van latere maanden is niets gebruikt. Het oordeel "
        "telt ook het tweede jaar, waarvan het beginniveau mede is afgeleid.",
        "Zonder --registered wordt niet bijgeteld wat voor de laatste maanden later nog wordt geregistreerd.",
        "Een geleidelijke verandering geeft ook een breuk; wat de oorzaak is staat er niet bij.",
    ),
    "en": (
        "An estimate, not a count: what changes after the last month cannot be seen in it.",
        "Intervals hold on average over series of one size and height, not for each series by itself, and as "
        "long as errors stay as they were.",
        "The spread per height and size is estimated on all months up to the last known one, also those that "
        "calibrate the interval; nothing of later months is used. The verdict "
        "counts the second year too, on which the first level partly rests.",
        "Without --registered, what is registered later for the latest months is not added.",
        "A gradual change gives a change point too; its cause is not told.",
    ),
}


def nowcast_file(args: argparse.Namespace, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Estimate the running year of each series; write tables, card and chart."""
    monthly = read_monthly(args)
    panel = build_panel(monthly.areas, monthly.kinds, monthly.first_year, monthly.counts, monthly.hierarchy)
    found = nowcast(
        panel,
        triangle=monthly.triangle,
        level=args.confidence,
        progress=lambda done, total: progress("nowcast", done, total),
    )
    given = sum(reason is None for reason in found.reason)
    last = month_name(monthly.first_year, panel.counts.shape[1] - 1)
    result: dict[str, Any] = {
        Said("reeksen", "series"): len(found.reason),
        Said("bekend tot en met", "known up to"): last,
        Said("schatting", "estimate"): given,
        Said("niet vast te stellen", "cannot be determined"): len(found.reason) - given,
        Said("niveau veranderd", "level changed"): len({one.series for one in found.breaks}),
    }
    reasons = [str(reason) for reason in found.reason if reason is not None]
    for reason in sorted(set(reasons)):
        name = Said(f"reden: {reason}", f"reason: {REASONS[Reason(reason)]}")
        result[name] = reasons.count(reason)
    if gaps := reasons.count(str(Reason.GAPS)):
        result[Said("let op", "note")] = Said(
            f"bij {gaps} reeksen ontbreken maanden; zijn dat nullen, geef dan --missing-is-zero",
            f"{gaps} series lack months; if these are zeros, give --missing-is-zero",
        )
    if found.registered.shape[1]:
        registered = Said("deel van de laatste maand geregistreerd", "part of the last month registered")
        result[registered] = f"{found.registered[:, 0].mean():.0%}"
    card = _card(args, monthly, result)
    return result | {"bestanden": _write(args, panel, found, card)}


def _write(args: argparse.Namespace, panel: Panel, found: Nowcast, card: Card) -> list[str]:
    out: Path = args.out or args.file.with_name(f"{args.file.stem}.jaar.csv")
    as_file = tables.as_xlsx if out.suffix.lower() == ".xlsx" else tables.as_csv

    def beside(name: str) -> Path:
        return out.with_name(f"{out.stem}.{name}{out.suffix}")

    files = {
        out: as_file(COLUMNS, _rows(panel, found)),
        beside("maanden"): as_file(MONTH_COLUMNS, _months(panel, found)),
        beside("breuken"): as_file(BREAK_COLUMNS, [_break(panel, one) for one in found.breaks]),
        out.with_suffix(".kaart.json"): card.as_json(),
        out.with_suffix(".kaart.txt"): card.as_text(),
    }
    if (chart := _chart(panel, found)) is not None:
        files[out.with_suffix(".svg")] = chart.encode()
    tables.write_all(files, tables.inputs(args))
    return [str(path) for path in files]


def _order(panel: Panel) -> list[int]:
    """Return the places of series: sums first, the highest on top."""
    return sorted(range(len(panel.height)), key=lambda at: (-int(panel.height[at]), at))


def _rows(panel: Panel, found: Nowcast) -> list[list[Any]]:
    changed = {one.series: month_name(panel.first_year, one.month) for one in found.breaks}
    rows = []
    for at in _order(panel):
        reason = found.reason[at]
        figures: list[Any] = ["", "", "", "niet vast te stellen", str(reason), ""]
        if reason is None:
            figures = [int(found.total[at]), int(found.low[at]), int(found.high[at]), "schatting", ""]
            figures.append(int(found.late[at]) if found.registered.shape[1] else "")
        rows.append(
            [
                *panel.name(at),
                _shown(float(found.known[at]), 0),
                *figures,
                _shown(float(found.naive[at]), 0),
                _shown(float(found.error[at]), 4),
                _shown(float(found.naive_error[at]), 4),
                changed.get(at, ""),
            ]
        )
    return rows


def _months(panel: Panel, found: Nowcast) -> list[list[Any]]:
    first = panel.counts.shape[1]
    return [
        [
            *panel.name(at),
            month_name(panel.first_year, first + ahead),
            int(found.months[at, ahead]),
            int(found.month_low[at, ahead]),
            int(found.month_high[at, ahead]),
        ]
        for at in _order(panel)
        if found.reason[at] is None
        for ahead in range(found.months.shape[1])
    ]


def _break(panel: Panel, one: Break) -> list[Any]:
    months = [month_name(panel.first_year, month) for month in (one.month, one.earliest, one.latest)]
    factors = [round(value, 3) for value in (one.factor, one.low, one.high)]
    return [*panel.name(one.series), *months, *factors, round(one.evidence / float(np.log(10)), 2)]


def _shown(value: float, decimals: int) -> float | int | str:
    return "" if np.isnan(value) else tables.plain(round(value, decimals))


def _chart(panel: Panel, found: Nowcast) -> str | None:
    """Draw the largest series for which there is an estimate, a sum when there is one."""
    given = [at for at in _order(panel) if found.reason[at] is None]
    if not given:
        return None
    top = [at for at in given if panel.height[at] == panel.height[given[0]]]
    at = max(top, key=lambda one: (float(found.known[one]), -one))
    area, kind = panel.name(at)
    months, first = panel.counts.shape[1], panel.counts.shape[1] - panel.cut
    begin = max(first - 12 * SHOWN_YEARS, 0)
    points = [
        Point(area, month_name(panel.first_year, month), None if np.isnan(value) else float(value))
        for month, value in enumerate(panel.counts[at].tolist())
        if month >= begin
    ]
    for ahead, value in enumerate(found.months[at].tolist()):
        low, high = float(found.month_low[at, ahead]), float(found.month_high[at, ahead])
        period = month_name(panel.first_year, months + ahead)
        points.append(Point(area, period, float(value), "schatting", low, high))
    name = f"{area}, {kind}" if kind else area
    return trend_chart(
        points,
        title=f"Voorvallen per maand: {name}",
        description=f"Tellingen, en een schatting met {100 * found.level:g} %-marge voor de rest van "
        f"{panel.first_year + first // 12}; het jaar komt naar schatting uit op {int(found.total[at])} "
        f"({int(found.low[at])} tot {int(found.high[at])}).",
        unit="voorvallen",
        heading=True,
    ).svg


def _card(args: argparse.Namespace, monthly: Monthly, result: dict[str, Any]) -> Card:
    return Card(
        {"nl": "schatting van het jaar", "en": "nowcast of the year"},
        {"nl": DUTCH, "en": METHOD},
        SOURCE,
        options.settings(args),
        tables.hashes(monthly.contents),
        LIMITS,
        result,
    )
