"""Promise: a full-year estimate from eight months beats known x 12 / 8, and its interval is honest.

Reads monthly counts (a column `month` as 2012-01, a column per series) and estimates past years
from their first months, with nothing later than those. Prints errors and coverage per series, next
to AutoETS and AutoTheta when `statsforecast` can be imported (an environment of its own, see
requirements/bench.txt). Ends with exit code 1 when a promise is broken, 2 when there are no figures.

    python benchmarks/part_year.py
    .venv-bench/bin/python benchmarks/part_year.py --json
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from vangnet.analysis.part_year import FEWEST_MONTHS, BackTest, backtest, part_year  # noqa: E402

FIGURES = ROOT / "regions/oost-nederland/figures/national_monthly.csv"
YEARS = range(2015, 2020)
LATER = range(2020, 2024)
CUTS = range(FEWEST_MONTHS, 12)
EIGHT = 8
PROMISED_ERROR = {"1.1.1": 0.022, "youth_nuisance": 0.022}
PROMISED_COVERAGE = (0.85, 0.95)
PROMISED_MARGIN = 0.01
PROMISED_MILLISECONDS = 20.0

Table = dict[str, NDArray[np.float64]]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("path", nargs="?", type=Path, default=FIGURES, help="CSV with monthly counts")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--no-peers", action="store_true", help="leave AutoETS and AutoTheta out")
    options = parser.parse_args()
    if not options.path.exists():
        print(f"no monthly figures at {options.path}: give the path of the table", file=sys.stderr)
        return 2
    first_year, table = read(options.path)
    last = first_year + len(next(iter(table.values()))) - 1
    runs = {name: backtest(series, YEARS, CUTS, first_year=first_year) for name, series in table.items()}
    later = [year for year in LATER if year <= last]
    report: dict[str, Any] = {
        "years": [YEARS[0], YEARS[-1]],
        "months": EIGHT,
        "series": {name: errors(run) for name, run in runs.items()},
        "coverage": coverage(runs),
        "milliseconds": milliseconds(table),
        "later": {
            str(year): coverage(
                {n: backtest(s, [year], CUTS, first_year=first_year) for n, s in table.items()}
            )
            for year in later
        },
    }
    if not options.no_peers and importlib.util.find_spec("statsforecast"):
        report["peers"] = peers(table, first_year)
    report["broken"] = broken(report)
    print(json.dumps(report, indent=2) if options.json else as_text(report))
    return 1 if report["broken"] else 0


def read(path: Path) -> tuple[int, Table]:
    """First year and, per series, the monthly counts of complete years, shape (years, 12)."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    years = len(rows) // 12
    table = {
        name: np.array([float(row[name] or "nan") for row in rows[: years * 12]]).reshape(years, 12)
        for name in rows[0]
        if name != "month"
    }
    return int(rows[0]["month"][:4]), table


def errors(run: BackTest) -> dict[str, Any]:
    """Mean absolute errors from eight months; where some years are refused, of the years given."""
    column = list(run.months).index(EIGHT)
    ours, simple = run.error[:, column], run.naive_error[:, column]
    given = ~np.isnan(ours)
    reasons = sorted({str(line[column].value) for line in run.reason if line[column] is not None})
    return {
        "given": int(given.sum()),
        "of": given.size,
        "error": float(np.abs(ours[given]).mean()) if given.any() else None,
        "simple": float(np.abs(simple[given]).mean()) if given.any() else None,
        "error_refused_too": float(np.abs(run.withheld_error[:, column]).mean()),
        "simple_refused_too": float(np.abs(simple).mean()),
        "covered": float(run.covered[given, column].mean()) if given.any() else None,
        "refused_because": reasons,
    }


def coverage(runs: dict[str, BackTest]) -> dict[str, Any]:
    """Share of intervals that held the truth, over all series and years, and by known months."""
    given = np.concatenate([~np.isnan(run.estimate) for run in runs.values()])
    covered = np.concatenate([run.covered for run in runs.values()])
    return {
        "given": float(given.mean()),
        "all": float(covered[given].mean()),
        "by_months": {
            str(m): float(covered[:, i][given[:, i]].mean()) for i, m in enumerate(CUTS) if given[:, i].any()
        },
    }


def milliseconds(table: Table) -> float:
    """Time of one estimate with its interval, the median over the series."""
    times = []
    for series in table.values():
        start = time.perf_counter()
        part_year(series[:-1], series[-1, :EIGHT])
        times.append((time.perf_counter() - start) * 1000)
    return float(np.median(times))


def peers(table: Table, first_year: int) -> dict[str, dict[str, Any]]:
    """Errors and coverage of other methods from eight months, on the same years.

    Their interval of a sum is taken as the sum of the monthly bounds: errors of months of one
    forecast go together, and a sum of independent errors would cover far less.
    """
    from statsforecast.models import AutoETS, AutoTheta

    result: dict[str, dict[str, Any]] = {}
    for name, make in (("AutoETS", AutoETS), ("AutoTheta", AutoTheta)):
        start, lines = time.perf_counter(), {}
        for series_name, series in table.items():
            rows = [forecast(make(season_length=12), series, year - first_year) for year in YEARS]
            error, covered = np.array(rows).T
            lines[series_name] = {"error": float(np.abs(error).mean()), "covered": float(covered.mean())}
        fits = len(table) * len(YEARS)
        result[name] = {"series": lines, "milliseconds": (time.perf_counter() - start) * 1000 / fits}
    return result


def forecast(model: Any, series: NDArray[np.float64], row: int) -> tuple[float, bool]:
    """Relative error of one peer for one year, and whether its interval held the truth."""
    known = series[row, :EIGHT].sum()
    past = np.concatenate([series[:row].ravel(), series[row, :EIGHT]])
    answer = model.forecast(y=past, h=12 - EIGHT, level=[90])
    low, middle, high = (known + answer[key].sum() for key in ("lo-90", "mean", "hi-90"))
    truth = series[row].sum()
    return middle / truth - 1, bool(low <= truth <= high)


def broken(report: dict[str, Any]) -> list[str]:
    """The promises that these figures do not keep."""
    found = []
    for name, most in PROMISED_ERROR.items():
        line = report["series"].get(name)
        if line is None or line["error"] is None or line["given"] < line["of"] or line["error"] > most:
            found.append(f"{name}: mean error at most {most:.1%} in each of the years")
    for name, line in report["series"].items():
        if line["error"] is not None and line["error"] > line["simple"] + PROMISED_MARGIN:
            found.append(f"{name}: worse than known x 12 / 8 by more than {PROMISED_MARGIN:.0%}")
    low, high = PROMISED_COVERAGE
    if not low <= report["coverage"]["all"] <= high:
        found.append(f"90 % interval covers {low:.0%} to {high:.0%}")
    if report["milliseconds"] > PROMISED_MILLISECONDS:
        found.append(f"an estimate within {PROMISED_MILLISECONDS:.0f} ms")
    return found


def as_text(report: dict[str, Any]) -> str:
    others = report.get("peers", {})
    first, last = report["years"]
    lines = [
        f"Mean absolute error of the year's total, from {EIGHT} months, {first}-{last} (years given only)",
        f"{'series':24}{'given':>6}{'ours':>7}{'x12/8':>7}{'ratio':>7}{'held':>6}"
        + "".join(f"{name:>11}{'held':>6}" for name in others),
    ]
    for name, line in report["series"].items():
        rest = "".join(
            f"{peer['series'][name]['error']:>11.2%}{peer['series'][name]['covered']:>6.0%}"
            for peer in others.values()
        )
        lines.append(f"{name:24}{line['given']:>4}/{line['of']}{own_columns(line)}{rest}")
    lines += ["", f"90 % interval held the truth, {first}-{last}: {spread(report['coverage'])}"]
    lines += [f"the same in {year}: {spread(one)}" for year, one in report["later"].items()]
    lines.append(f"one estimate with interval: {report['milliseconds']:.1f} ms")
    lines += [f"{name}: {peer['milliseconds']:.1f} ms" for name, peer in others.items()]
    lines += [f"BROKEN: {promise}" for promise in report["broken"]] or ["All promises kept."]
    return "\n".join(lines)


def own_columns(line: dict[str, Any]) -> str:
    if line["error"] is None:
        would = f"{line['error_refused_too']:.2%} v {line['simple_refused_too']:.2%}"
        return f"  refused ({would})".ljust(27)
    ratio = line["error"] / line["simple"]
    return f"{line['error']:>7.2%}{line['simple']:>7.2%}{ratio:>7.2f}{line['covered']:>6.0%}"


def spread(one: dict[str, Any]) -> str:
    by_months = " ".join(f"{m}:{value:.0%}" for m, value in one["by_months"].items())
    return f"{one['all']:.1%} (given {one['given']:.0%}; by known months {by_months})"


if __name__ == "__main__":
    sys.exit(main())
