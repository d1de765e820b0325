"""Promise: a nowcast of thousands of series is fast, its intervals hold, and it beats the simple sum.

Makes worlds with a fixed seed (78 municipalities in 5 districts, 30 kinds, 84 months of negative-binomial counts
with seasons, trends and changes of level; a third of the counts is 0), hides the last 4 months and estimates
them. With `--series FILE` (.npy, municipalities x kinds x months) it takes that world too, and `--monthly FILE`
(a column `month`, a column per series) adds the years of national series from 8 months. Beside it AutoETS and
AutoTheta in the same run, when `statsforecast` can be imported (requirements/bench.txt). Exit code 1: a promise
is broken.

    .venv-bench/bin/python benchmarks/nowcast.py
    python benchmarks/nowcast.py --worlds 4 --no-peers
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from vangnet.analysis.disclosure.hierarchy import from_relations  # noqa: E402
from vangnet.analysis.nowcast.panel import Panel, build_panel  # noqa: E402
from vangnet.analysis.nowcast.year_end import Nowcast, nowcast  # noqa: E402

MONTHLY = ROOT / "regions/oost-nederland/figures/national_monthly.csv"
PLACES, DISTRICTS, KINDS, MONTHS, AHEAD = 78, 5, 30, 84, 4
SECONDS = 2.0
COVERAGE = (0.94, 0.96)
BETTER = 0.10  # least gain in interval score over AutoETS
BIASED = 0.02  # mean signed error of known x 12 / 8 from which it is biased, if over two standard errors too
BANDS = {"under 1": (0, 1), "1 to 10": (1, 10), "over 10": (10, np.inf)}

Floats = NDArray[np.float64]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--worlds", type=int, default=24, help="worlds for coverage (default: %(default)s)")
    parser.add_argument("--series", type=Path, help="a world from a .npy file, for the comparison with peers")
    parser.add_argument("--monthly", type=Path, default=MONTHLY, help="CSV with national monthly counts")
    parser.add_argument("--no-peers", action="store_true", help="leave AutoETS and AutoTheta out")
    options = parser.parse_args()
    report: dict[str, Any] = {"seconds": seconds(world(1)), "coverage": coverage(options.worlds)}
    shared = [world(1)] if options.series is None else [np.load(options.series), world(1)]
    report["scores"] = [scores(one, peers=not options.no_peers) for one in shared]
    if options.monthly.exists():
        report["national"] = national(options.monthly)
    report["broken"] = broken(report)
    print(json.dumps(report, indent=1))
    return int(bool(report["broken"]))


def world(seed: int) -> Floats:
    """Counts of municipalities x kinds x months."""
    rng = np.random.default_rng(seed)
    size, own = rng.lognormal(0, 0.6, (PLACES, 1, 1)), rng.lognormal(0, 0.4, (PLACES, KINDS, 1))
    rate = rng.lognormal(np.log(2.0), 1.75, (1, KINDS, 1)).clip(0.03, 25)
    years = np.arange(MONTHS) / 12
    trend = rng.normal(0, 0.04, (1, KINDS, 1)) + rng.normal(0, 0.04, (PLACES, KINDS, 1))
    height, phase = rng.uniform(0, 0.25, (1, KINDS, 1)), rng.uniform(0, 12, (1, KINDS, 1))
    season = height * np.cos(2 * np.pi * (np.arange(MONTHS) - phase) / 12)
    size_of_shift = rng.normal(0, 0.4, (PLACES, KINDS, 1)) * (rng.random((PLACES, KINDS, 1)) < 0.25)
    shift = size_of_shift * (np.arange(MONTHS) >= rng.integers(6, MONTHS, (PLACES, KINDS, 1)))
    common = np.cumsum(rng.normal(0, 0.008, (1, KINDS, MONTHS)), axis=2)
    mean = size * own * rate * np.exp(trend * (years - years.mean()) + season + shift + common)
    return rng.negative_binomial(25, 25 / (25 + mean)).astype(float)


def panel(counts: Floats) -> Panel:
    places = [f"gemeente {at}" for at in range(len(counts))]
    parts = {f"district {at}": places[at::DISTRICTS] for at in range(DISTRICTS)}
    tree = from_relations({"regio": list(parts), **parts}, total="regio")
    return build_panel(places, [f"soort {at}" for at in range(counts.shape[1])], 2012, counts, tree)


def seconds(counts: Floats) -> float:
    """Time of all series and sums, read and estimated: the median of three."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        nowcast(panel(counts[..., :-AHEAD]))
        times.append(time.perf_counter() - start)
    return round(statistics.median(times), 2)


def coverage(worlds: int) -> dict[str, Any]:
    """Part of the outcomes inside the 95 % interval, by size of the series and by height."""
    held: dict[str, list[float]] = {}
    lowest, exact = 0, True
    for seed in range(100, 100 + worlds):
        counts = world(seed)
        full, part = panel(counts), panel(counts[..., :-AHEAD])
        found = nowcast(part)
        truth, year = full.counts[:, -AHEAD:], full.counts[:, -12:].sum(axis=1)
        months, total = inside(truth, found.month_low, found.month_high), inside(year, found.low, found.high)
        size = found.months.mean(axis=1)
        lines = {
            name: (part.height == 0) & (low <= size) & (size < high) for name, (low, high) in BANDS.items()
        }
        lines |= {"district": part.height == 1, "region": part.height == 2}
        for name, own in lines.items():
            held.setdefault(f"{name}, months", []).extend(months[own].ravel().tolist())
            held.setdefault(f"{name}, year", []).extend(total[own].tolist())
        lowest = min(lowest, int(found.low.min()), int(found.month_low.min()))
        exact = exact and sums_hold(part, found)
    shares = {name: round(float(np.mean(values)), 4) for name, values in held.items()}
    return {"held": shares, "lowest bound": lowest, "sums hold": exact, "worlds": worlds}


def inside(truth: Floats, low: Any, high: Any) -> NDArray[np.bool_]:
    return np.asarray((low <= truth) & (truth <= high))


def sums_hold(part: Panel, found: Nowcast) -> bool:
    """Whether parts add up to their whole exactly, for years and for months."""
    figures = np.column_stack([found.total, found.months])
    sums = np.zeros_like(figures)
    below = part.parent >= 0
    np.add.at(sums, part.parent[below], figures[below])
    whole = part.height > 0
    return bool((sums[whole] == figures[whole]).all())


def scores(counts: Floats, *, peers: bool) -> dict[str, Any]:
    """Interval score, error and coverage of the months, of single series."""
    truth = counts[..., -AHEAD:].reshape(-1, AHEAD)
    start = time.perf_counter()
    found = nowcast(panel(counts[..., :-AHEAD]))
    spent = time.perf_counter() - start
    own = slice(0, len(truth))
    result = {"ours": line(truth, found.months[own], found.month_low[own], found.month_high[own], spent)}
    full = panel(counts)
    year = full.counts[:, -12:].sum(axis=1)
    for height, name in enumerate(("series", "district", "region")):
        which = full.height == height
        errors = [np.abs(table[which] - year[which]).sum() for table in (found.total, found.naive)]
        result[f"year, {name}"] = {
            "ours": round(float(errors[0] / year[which].sum()), 4),
            "x 12 / 8": round(float(errors[1] / year[which].sum()), 4),
            "given": round(float(np.mean([found.reason[at] is None for at in np.flatnonzero(which)])), 3),
        }
    if peers and importlib.util.find_spec("statsforecast"):
        result |= challenge(counts.reshape(-1, counts.shape[2])[:, :-AHEAD], truth)
    return result


def challenge(history: Floats, truth: Floats) -> dict[str, Any]:
    """Score AutoTheta and AutoETS on the same months; their bounds as they are and cut off at 0."""
    import pandas
    from statsforecast import StatsForecast
    from statsforecast.models import AutoETS, AutoTheta

    count, months = history.shape
    frame = pandas.DataFrame(
        {
            "unique_id": np.repeat(np.arange(count), months),
            "ds": np.tile(np.arange(months), count),
            "y": history.ravel(),
        }
    )
    result = {}
    for name, make in (("AutoTheta", AutoTheta), ("AutoETS", AutoETS)):
        model = StatsForecast(models=[make(season_length=12)], freq=1, n_jobs=1)
        model.forecast(df=frame[: 2 * months], h=1)  # compiling is not counted
        start = time.perf_counter()
        answer = model.forecast(df=frame, h=AHEAD, level=[95])
        spent = time.perf_counter() - start
        answer = answer.sort_values(["unique_id", "ds"])
        columns = (
            answer[key].to_numpy().reshape(truth.shape) for key in (name, f"{name}-lo-95", f"{name}-hi-95")
        )
        result[name] = line(truth, *columns, spent)
    return result


def line(truth: Floats, middle: Any, low: Any, high: Any, spent: float) -> dict[str, float]:
    return {
        "seconds": round(spent, 2),
        "mean absolute error": round(float(np.abs(truth - middle).mean()), 4),
        "held": round(float(inside(truth, low, high).mean()), 4),
        "interval score": round(interval_score(truth, low, high), 3),
        "interval score, bounds cut at 0": round(interval_score(truth, np.maximum(low, 0), high), 3),
        "bounds below 0": round(float((np.asarray(low) < 0).mean()), 3),
    }


def interval_score(truth: Floats, low: Any, high: Any, level: float = 0.95) -> float:
    """Width, and 2 / (1 - level) times how far outside (Gneiting and Raftery 2007); lower is better."""
    outside = np.maximum(low - truth, 0) + np.maximum(truth - high, 0)
    return float((high - low + 2 / (1 - level) * outside).mean())


def national(path: Path) -> dict[str, Any]:
    """Errors of the year's total from 8 months, per series: every year with three earlier ones."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name != "month"]
    counts = np.array([[float(row[name] or "nan") for row in rows] for name in names])
    years = counts.reshape(len(names), -1, 12).sum(axis=2)
    error, simple, held = [], [], []
    for year in range(3, years.shape[1]):
        found = nowcast(build_panel(["Nederland"], names, 2012, counts[None, :, : year * 12 + 8]))
        given = np.array([reason is None for reason in found.reason])
        error.append(np.where(given, found.total / years[:, year] - 1, np.nan))
        held.append(np.where(given, inside(years[:, year], found.low, found.high), np.nan))
        simple.append(found.naive / years[:, year] - 1)
    return {
        name: national_line(*(np.array(table)[:, at] for table in (error, simple, held)))
        for at, name in enumerate(names)
    }


def national_line(error: Floats, simple: Floats, held: Floats) -> dict[str, Any]:
    given = ~np.isnan(error)
    bias = float(simple.mean())
    sure = 2 * float(simple.std(ddof=1)) / len(simple) ** 0.5
    return {
        "given": f"{given.sum()}/{len(given)}",
        "error": round(float(np.abs(error[given]).mean()), 4) if given.any() else None,
        "x 12 / 8, same years": round(float(np.abs(simple[given]).mean()), 4) if given.any() else None,
        "x 12 / 8, bias": round(bias, 4),
        "biased": abs(bias) > max(BIASED, sure),
        "held": round(float(held[given].mean()), 2) if given.any() else None,
    }


def broken(report: dict[str, Any]) -> list[str]:
    found = []
    if report["seconds"] > SECONDS:
        found.append(f"all series within {SECONDS} s: {report['seconds']}")
    low, high = COVERAGE
    covered = report["coverage"]
    found += [f"{name} holds {value}" for name, value in covered["held"].items() if not low <= value <= high]
    if covered["lowest bound"] < 0 or not covered["sums hold"]:
        found.append("no bound below 0, and sums hold")
    for one in report["scores"]:
        if "AutoETS" in one:
            ratio = one["ours"]["interval score"] / one["AutoETS"]["interval score"]
            if ratio > 1 - BETTER:
                found.append(f"interval score {BETTER:.0%} below AutoETS: {1 - ratio:.1%}")
    for name, one in report.get("national", {}).items():
        if one["biased"] and one["error"] is not None and one["error"] >= one["x 12 / 8, same years"]:
            found.append(f"{name}: error below known x 12 / 8")
    return found


if __name__ == "__main__":
    sys.exit(main())
