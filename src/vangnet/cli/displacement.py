"""From a file with counts to a verdict on displacement: what `vangnet analyse displacement` does."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.cards import Card
from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.displacement.difference import wdd
from vangnet.analysis.displacement.groups import Group, estimate_overdispersion, group
from vangnet.analysis.displacement.impact import NotInstalled, causal_impact
from vangnet.analysis.displacement.neighbours import Role, neighbour_matrix, roles
from vangnet.analysis.displacement.spillover import Spillover, spillover
from vangnet.analysis.displacement.verdict import Judgement, Verdict, judge
from vangnet.analysis.said import Said
from vangnet.cli import options, tables
from vangnet.cli.periods import check_time, in_order, missing
from vangnet.ui.charts import Point, trend_chart

COLUMNS = ("maat", "waarde", "laag", "hoog", "eenheid")
SOURCE = (
    "K. J. Bowers and S. D. Johnson (2003), Journal of Quantitative Criminology 19, 275-301; "
    "A. P. Wheeler and J. H. Ratcliffe (2018), Crime Science 7:11; "
    "R. T. Guerette (2009), Analyzing Crime Displacement and Diffusion"
)
METHODS = {
    "nl": "verandering in het gebied en zijn omgeving ten opzichte van controlegebieden; marges met "
    "spreiding boven toeval, geschat uit de controlegebieden; kleinste aantoonbare verandering vooraf; "
    "vergelijking met gebieden zonder maatregel",
    "en": "change in treated areas and around them against control areas; intervals with overdispersion "
    "estimated from the control areas; minimum detectable effects first; placebos in space",
}
LIMITS = {
    "nl": (
        "Aangenomen is dat alle gebieden zonder de maatregel met dezelfde factor zouden zijn veranderd.",
        "Geregistreerde voorvallen: andere aangiftebereidheid of andere opsporing lijkt op verplaatsing.",
        "Verplaatsing naar andere delicten, tijdstippen, werkwijzen of verder weg is hiermee niet bekeken.",
    ),
    "en": (
        "Without the measure all areas are assumed to have changed by the same factor.",
        "Registered events: other reporting or other policing looks like displacement.",
        "Displacement to other offences, hours, methods or farther away is not looked at.",
    ),
}


RATES = (
    "; give numbers of events, not rates per 1,000 inhabitants",
    "; neem aantallen voorvallen, geen cijfers per 1.000 inwoners",
)
VERDICTS = {
    Verdict.MOVED: ("verplaatst", "displaced"),
    Verdict.NOT_MOVED: ("niet verplaatst", "not displaced"),
    Verdict.CANNOT_TELL: ("niet vast te stellen", "cannot be determined"),
}
ROLES = {
    Role.TREATED: "treated", Role.BUFFER: "surroundings", Role.GAP: "left out", Role.CONTROL: "control",
}  # fmt: skip
STAGES = 3


def displacement_file(args: argparse.Namespace, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Judge whether events moved; write table, conclusion, card and chart."""
    sheet = tables.read(args.file)
    progress("displacement", 0, STAGES)
    areas, periods, counts = _counts(sheet, args)
    split = periods.index(args.since)
    whole = group(counts[:, :split], counts[:, split:])
    found, matrix, contents = _roles(sheet, areas, args)
    parts = {role: np.array([own is role for own in found]) for role in Role}
    groups = {role: Group(whole.before[mask], whole.after[mask]) for role, mask in parts.items()}
    extra = _extra(counts[parts[Role.CONTROL]], args.overdispersion)
    each = 1 - (1 - args.confidence) / max(args.comparisons, 1)
    placebos = None
    if matrix is not None:
        options = {"overdispersion": extra, "confidence": each, "seed": args.seed}
        placebos = spillover(whole, matrix, found, buffer=args.buffer, gap=args.gap, **options)
    progress("displacement", 1, STAGES)
    judged = judge(
        groups[Role.TREATED],
        groups[Role.BUFFER],
        groups[Role.CONTROL],
        overdispersion=extra,
        confidence=args.confidence,
        margin=args.margin,
        comparisons=args.comparisons,
        placebos=placebos,
    )
    progress("displacement", 2, STAGES)
    rows = [*_rows(judged, placebos), *_by_periods(groups, each)]
    if args.causal_impact:
        rows.append(_second_opinion(counts, parts, split, each, args.seed))
    progress("displacement", STAGES, STAGES)
    result = _result(judged, extra, parts, periods)
    card = _card(args, found, areas, tables.hashes({sheet.path: sheet.content} | contents), result)
    chart = _chart(counts, parts, periods, args.since)
    return result | {
        "conclusie": judged.paragraph,
        "bestanden": _write(args, rows, card, judged.paragraph, chart),
    }


def _result(
    judged: Judgement, extra: float, parts: dict[Role, NDArray[np.bool_]], periods: Sequence[str]
) -> dict[str, Any]:
    """Say the verdict, what it rests on, and what to look out for."""
    result: dict[str, Any] = {
        Said("oordeel", "verdict"): Said(*VERDICTS[judged.verdict]),
        Said("reden", "reason"): judged.reason,
        Said("spreiding boven toeval", "overdispersion"): round(extra, 4),
        **{Said(str(role), ROLES[role]): int(mask.sum()) for role, mask in parts.items()},
    }
    told = list(judged.warnings)
    if gaps := ", ".join(missing(periods)):
        told.append(
            Said(
                f"voor geen enkel gebied is er een regel voor: {gaps}; die periode telt niet mee",
                f"no area has a line for: {gaps}; that period does not count",
            )
        )
    if told:
        result[Said("let op", "note")] = told
    return result


def _check_since(since: str, periods: Sequence[str], column: str) -> None:
    """Refuse a first period of a measure without one before it."""
    if len(periods) < 2:
        only = periods[0] if periods else "-"
        raise TableFault(
            f"periods before and after a measure are needed; there is only {only}",
            f"er is alleen {only}; nodig zijn perioden vóór en na de maatregel",
            column=column,
        )
    if since not in periods[1:]:
        raise TableFault(
            f"--since {since}: must be one of {', '.join(periods[1:])}",
            f"--since {since}: moet een van deze perioden zijn: {', '.join(periods[1:])}",
        )


def _counts(
    sheet: tables.Sheet, args: argparse.Namespace
) -> tuple[list[str], list[str], NDArray[np.float64]]:
    """Return areas, periods in order, and their counts, shape (areas, periods)."""
    options.apart([("--area", args.area), ("--period", args.period), ("--value", args.value)])
    where = [sheet.column(name) for name in (args.area, args.period, args.value)]
    found: dict[tuple[str, str], float] = {}
    rows: dict[str, int] = {}  # first line of each period
    for number, cells in sheet.rows:
        area, period, text = (cells[place] for place in where)
        for name, cell in zip((args.area, args.period), (area, period), strict=True):
            if not cell:
                raise TableFault("nothing here", "hier staat niets", row=number, column=name)
        if (area, period) in found:
            raise TableFault(
                f"{area} in {period} is there twice", f"{area} in {period} staat er twee keer in", row=number
            )
        rows.setdefault(period, number)
        found[area, period] = tables.count(text, number, args.value, hint=RATES)
    areas = sorted({area for area, _ in found})
    periods = in_order({period for _, period in found}, args.period)
    check_time(periods, args.today or date.today(), rows, args.period)  # noqa: DTZ011
    _check_since(args.since, periods, args.period)
    _check_gaps(found, areas, periods, args)
    return areas, periods, np.array([[found.get((a, p), 0.0) for p in periods] for a in areas])


def _check_gaps(
    found: dict[tuple[str, str], float],
    areas: Sequence[str],
    periods: Sequence[str],
    args: argparse.Namespace,
) -> None:
    """Refuse an area without a line for a period, unless that is zero."""
    lacking = [(a, p) for a in areas for p in periods if (a, p) not in found]
    if lacking and not args.missing_is_zero:
        area, period = lacking[0]
        raise TableFault(
            f"no line for {area} in {period} ({len(lacking)} such); --missing-is-zero takes them as 0",
            f"er is geen regel voor {area} in {period} ({len(lacking)} van zulke gaten); met "
            "--missing-is-zero tellen ze als 0",
        )


def _roles(
    sheet: tables.Sheet, areas: Sequence[str], args: argparse.Namespace
) -> tuple[list[Role], NDArray[np.bool_] | None, dict[Path, bytes]]:
    """Return the role of each area, who borders whom when that is known, and what is in its file."""
    given = _given(sheet, args) if args.roles else {}
    treated = [name for text in args.treated for name in options.names(text, areas)]
    if args.neighbours is None:
        if not args.roles:
            raise TableFault(
                "say who borders whom (--neighbours) or what each area is (--roles)",
                "geef op wie aan wie grenst (--neighbours) of wat elk gebied is (--roles)",
            )
        nobody = np.zeros((len(areas), len(areas)), dtype=np.bool_)
        return roles(areas, nobody, treated, given=given), None, {}
    other = tables.read(args.neighbours)
    pairs = []
    for number, cells in other.rows:
        if len(other.columns) < 2 or not (cells[0] and cells[1]):
            raise TableFault("need two areas", "hier horen twee gebieden te staan", row=number)
        pairs.append((cells[0], cells[1]))
    try:
        matrix = neighbour_matrix(areas, pairs)
    except TableFault as fault:
        name = args.neighbours.name
        messages = (fault.english.partition(": ")[2], fault.dutch.partition(": ")[2])
        row = other.rows[(fault.row or 1) - 1][0]
        raise TableFault(*(f"{name}: {message}" for message in messages), row=row) from None
    treated += [area for area, role in given.items() if role is Role.TREATED]
    found = roles(areas, matrix, treated, buffer=args.buffer, gap=args.gap, given=given)
    return found, matrix, {other.path: other.content}


def _given(sheet: tables.Sheet, args: argparse.Namespace) -> dict[str, Role]:
    area, role = sheet.column(args.area), sheet.column(args.roles)
    known = {str(one): one for one in Role}
    found: dict[str, Role] = {}
    for number, cells in sheet.rows:
        own = known.get(cells[role].lower())
        if own is None or found.setdefault(cells[area], own) is not own:
            raise TableFault(
                f"{cells[role]!r}: must be one of {', '.join(known)}, the same on every line of an area",
                f"{cells[role]!r}: moet {', '.join(known)} zijn, en gelijk op elke regel van een gebied",
                row=number,
                column=args.roles,
            )
    return found


def _extra(control: NDArray[np.float64], given: float | None) -> float:
    """Return the overdispersion that was given, or else that of the control areas."""
    if given is not None:
        return given
    try:
        return estimate_overdispersion(control)
    except TableFault as fault:
        raise TableFault(
            f"{fault.english}; give --overdispersion",
            f"{fault.dutch}; neem meer gebieden of langere perioden samen, of geef --overdispersion",
        ) from fault
    except ValueError as error:
        raise TableFault(
            f"{control.shape[0]} control areas and {control.shape[1]} periods are too few to see how much "
            "counts vary; give --overdispersion",
            f"{control.shape[0]} controlegebieden en {control.shape[1]} perioden zijn te weinig om te zien "
            "hoeveel aantallen schommelen; neem er meer, of geef --overdispersion",
        ) from error


def _rows(judged: Judgement, placebos: Spillover | None) -> list[list[Any]]:
    could, per = judged.detectable, "voorvallen per periode"
    rows: list[list[Any]] = [
        ["kleinste aantoonbare daling in het gebied", _shown(could.local), "", "", per],
        ["kleinste aantoonbare stijging in de omgeving", _shown(could.displaced), "", "", per],
    ]
    if judged.effect is not None:
        for name, effect in (
            ("verandering in het gebied", judged.effect.local),
            ("verandering in de omgeving", judged.effect.displaced),
            ("samen", judged.effect.total),
        ):
            rows.append([name, *map(_shown, (effect.value, effect.low, effect.high)), per])
    if judged.quotient is not None:
        quotient = judged.quotient
        rows.append(
            [
                "verplaatsingsquotiënt (WDQ)",
                *map(_shown, (quotient.value, quotient.low, quotient.high)),
                "verhouding",
            ]
        )
    if placebos is not None:
        for name, factor in (("gebied", placebos.local), ("omgeving", placebos.around)):
            values = map(_shown, (factor.value, factor.low, factor.high))
            rows.append([f"factor in {name} (marge uit andere gebieden)", *values, "factor"])
            rows.append([f"kans bij andere gebieden ({name})", _shown(factor.p_value), "", "", "p"])
    return rows


def _by_periods(groups: dict[Role, Group], confidence: float) -> list[list[Any]]:
    """Return the change of both together with an interval from the periods themselves, if enough."""
    treated, buffer, control = (groups[role] for role in (Role.TREATED, Role.BUFFER, Role.CONTROL))
    sizes = [part.means[0] for part in (treated, buffer, control)]
    if sum(treated.before.shape[1:] + treated.after.shape[1:]) < 4 or min(sizes) == 0:
        return []
    weights = (1.0, sizes[2] / sizes[0], 1.0, sizes[2] / sizes[1])
    found = wdd(
        treated, control, buffer, control, area_weights=weights, variance="permutation", confidence=confidence
    )
    values = map(_shown, (found.total, found.low, found.high))
    return [["samen (marge uit de perioden zelf)", *values, "voorvallen per periode"]]


def _second_opinion(
    counts: NDArray[np.float64],
    parts: dict[Role, NDArray[np.bool_]],
    split: int,
    confidence: float,
    seed: int,
) -> list[Any]:
    around = counts[parts[Role.BUFFER]].sum(axis=0)
    controls = counts[parts[Role.CONTROL]].T
    try:
        found = causal_impact(around, controls, split, confidence=confidence, seed=seed)
    except (NotInstalled, ValueError) as error:
        raise TableFault(f"--causal-impact: {error}", f"--causal-impact: {error}") from error
    values = map(_shown, (found.mean, found.low, found.high))
    return ["omgeving volgens tijdreeksmodel", *values, "voorvallen per periode"]


def _shown(value: float) -> float | str:
    return tables.plain(round(value, 3)) if math.isfinite(value) else "onbepaald"


def _chart(
    counts: NDArray[np.float64], parts: dict[Role, NDArray[np.bool_]], periods: Sequence[str], since: str
) -> str | None:
    names = {Role.TREATED: "gebied", Role.BUFFER: "omgeving", Role.CONTROL: "controle"}
    before = periods.index(since)
    points, left_out = [], []
    for role, name in names.items():
        series = counts[parts[role]].sum(axis=0)
        level = float(series[:before].mean())
        if level == 0:  # of nothing there is no index
            left_out.append(name)
            continue
        points += [
            Point(name, period, 100 * float(value) / level)
            for period, value in zip(periods, series, strict=True)
        ]
    if not points:
        return None
    without = f" Zonder {' en '.join(left_out)}: daar waren vóór de maatregel geen voorvallen."
    return trend_chart(
        points,
        title=f"Voorvallen voor en vanaf {since}",
        description="Gebied met de maatregel, zijn omgeving en de controlegebieden; gemiddelde vóór "
        f"de maatregel is 100.{without if left_out else ''}",
        unit=f"index, gemiddelde vóór {since} = 100",
        periods=periods,
        heading=True,
    ).svg


def _write(
    args: argparse.Namespace, rows: list[list[Any]], card: Card, paragraph: str, chart: str | None
) -> list[str]:
    out = args.out or args.file.with_name(f"{args.file.stem}.verplaatsing.csv")
    as_file = tables.as_xlsx if out.suffix.lower() == ".xlsx" else tables.as_csv
    files = {
        out: as_file(COLUMNS, rows),
        out.with_suffix(".conclusie.txt"): (paragraph + "\n").encode(),
        out.with_suffix(".kaart.json"): card.as_json(),
        out.with_suffix(".kaart.txt"): card.as_text(),
    }
    if chart is not None:
        files[out.with_suffix(".svg")] = chart.encode()
    tables.write_all(files, tables.inputs(args))
    return [str(path) for path in files]


def _card(
    args: argparse.Namespace,
    found: Sequence[Role],
    areas: Sequence[str],
    hashes: dict[str, str],
    result: dict[str, Any],
) -> Card:
    chosen = {
        f"role_{role.name.lower()}": ",".join(
            area for area, own in zip(areas, found, strict=True) if own is role
        )
        for role in (Role.TREATED, Role.BUFFER, Role.GAP)
    }
    settings = options.settings(args, **chosen)
    if args.overdispersion is None:
        settings["overdispersion"] = Said("geschat", "estimated")
    return Card(
        {"nl": "verplaatsing (waterbedeffect)", "en": "displacement"},
        METHODS,
        SOURCE,
        settings,
        hashes,
        LIMITS,
        result,
        seed=args.seed,
    )
