"""Promise: near repeats among 100,000 events, 16 bands and 999 shuffles, in seconds, with exact counts.

Takes events (x, y, t) that it makes itself with a fixed seed, or those of ../shared/data/synthetic when they
lie there. Beside it, in the same run, the plain way: the list of near pairs and one shuffle at a time, for a
few shuffles, scaled. The ratio of the two does not depend on how busy the machine is. Where the output of the
Near Repeat Calculator lies in ../shared/data/near_repeat, all its counts and p-values must come out. Exit
code 1: a promise is broken.

    python benchmarks/knox.py
    python benchmarks/knox.py --events 10000
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import re
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from vangnet.analysis.near_repeat.bands import Bands  # noqa: E402
from vangnet.analysis.near_repeat.events import Events, check_events  # noqa: E402
from vangnet.analysis.near_repeat.knox import compare, knox  # noqa: E402
from vangnet.analysis.near_repeat.pairs import pairs_within  # noqa: E402

SHARED = ROOT.parent / "shared/data"
PLACES, TIMES = Bands((0, 100, 200, 300, 400)), Bands((0, 7, 14, 21, 28))
SECONDS = 8.0  # prototype 22; pointpats, one band instead of 16, about 6,000
RATIO = 3.0  # times as fast as the plain way
PERMUTATIONS, PLAIN = 999, 10


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=100_000, help="how many (default: %(default)s)")
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with test data")
    options = parser.parse_args()
    events = read(options.shared / f"synthetic/ev_{options.events}.csv", options.events)
    started, used = time.perf_counter(), time.process_time()
    found = knox(events, PLACES, TIMES, permutations=PERMUTATIONS)
    report: dict[str, Any] = {
        "events": len(events),
        "pairs within 400 m": len(pairs_within(events, PLACES).first),
        "seconds": round(time.perf_counter() - started, 1),
        "processor seconds": round(time.process_time() - used, 1),
    }
    counts, seconds = plain(events)
    report["the plain way, scaled"] = round(seconds, 1)
    report["times as fast"] = round(seconds / report["processor seconds"], 1)
    report["same counts"] = bool(np.array_equal(counts[0], found.observed))
    away = (np.array(counts[1:]).mean(axis=0) - found.expected) / (found.deviation / np.sqrt(PLAIN))
    report["plain shuffles, most standard errors from our mean"] = round(float(np.abs(away).max()), 2)
    report["calculator"] = calculator(options.shared / "near_repeat")
    report["MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    report["broken"] = broken(report, options.events)
    print(json.dumps(report, indent=1))
    return int(bool(report["broken"]))


def read(path: Path, number: int) -> Events:
    if path.is_file():
        return check_events(*np.loadtxt(path, delimiter=",", skiprows=1).T)
    print(f"no events at {path}: they are made", file=sys.stderr)
    rng = np.random.default_rng(1)
    side = 120_000 * (number / 100_000) ** 0.5
    centres = rng.uniform(0, side, (number // 100, 2))
    places = centres[rng.integers(0, len(centres), number)] + rng.normal(0, 700, (number, 2)) + 200_000
    days = rng.integers(0, 1096, number).astype(float)
    near = rng.integers(0, number, number // 20)
    places[: near.size] = places[near] + rng.normal(0, 60, (near.size, 2))
    days[: near.size] = np.clip(days[near] + rng.integers(0, 10, near.size), 0, 1095)
    return check_events(places[:, 0], places[:, 1], days)


def plain(events: Events) -> tuple[list[Any], float]:
    """Count per band, as they are and after a few shuffles, one at a time over the list of pairs."""
    started = time.process_time()
    pairs = pairs_within(events, PLACES)
    band = np.repeat(np.arange(len(PLACES)), np.diff(pairs.start))
    once = time.process_time() - started
    moments, rng, counts = events.time[pairs.order], np.random.default_rng(2), []
    started = time.process_time()
    for _ in range(PLAIN + 1):
        apart = np.abs(moments[pairs.first] - moments[pairs.second])
        step = np.searchsorted(TIMES.limits, apart, side="right")
        table = np.bincount(band * 5 + step, minlength=20).reshape(4, 5)[:, :4]
        counts.append(table)
        moments = rng.permutation(moments)
    return counts, once + (time.process_time() - started) / (PLAIN + 1) * PERMUTATIONS


def calculator(folder: Path) -> str:
    """Hold our figures against the output of the Near Repeat Calculator 1.3."""
    files = sorted(folder.glob("*NRverbose*.csv"))
    if not files:
        return "not here"
    with (folder / "chicago_be_month1.csv").open() as file:
        rows = [
            (float(x), float(y), datetime.date.fromisoformat(day).toordinal())
            for x, y, day in csv.reader(file)
        ]
    blocks = re.split(r"Row \d Column \d\n", files[0].read_text(encoding="latin-1"))[1:]
    shuffles = [[float(v) for v in re.search(r"Expected,([\d,\s]+?),\n", b)[1].split(",")] for b in blocks]  # type: ignore[index]
    facts = [
        [
            float(re.search(rf"{key},? ?([\d.]+)", b)[1])
            for key in ("Observed", "P value", "Obs over Mean Exp")
        ]  # type: ignore[index]
        for b in blocks
    ]
    theirs = np.array(facts).reshape(4, 5, 3).transpose(1, 0, 2)
    simulated = np.array(shuffles).reshape(4, 5, -1).transpose(1, 0, 2).astype(np.int64)
    places = Bands((0, 100, 200, 300, np.inf), closed="right", same=0.0)
    times = Bands((0, 7, 14, 21, np.inf))
    events = check_events(*zip(*rows, strict=True))
    observed = knox(events, places, times, metric="manhattan", permutations=0).observed
    ours = compare(observed, simulated)
    same = np.array_equal(observed, theirs[..., 0]) and np.allclose(ours.p_value, theirs[..., 1])
    return (
        "all counts and p-values the same" if same and np.allclose(ours.ratio, theirs[..., 2]) else "differs"
    )


def broken(report: dict[str, Any], number: int) -> list[str]:
    found = [] if report["same counts"] else ["counts differ from the plain way"]
    # processor time of two threads, so that other work on the machine does not count
    if number <= 100_000 and report["processor seconds"] / 1.25 > SECONDS and report["seconds"] > SECONDS:
        found.append(f"seconds: {report['seconds']} > {SECONDS}")
    if number >= 100_000 and report["times as fast"] < RATIO:
        found.append(f"times as fast as the plain way: {report['times as fast']} < {RATIO}")
    if report["plain shuffles, most standard errors from our mean"] > 4:
        found.append("plain shuffles do not fit our mean")
    if report["calculator"] == "differs":
        found.append("the Near Repeat Calculator gives other figures")
    return found


if __name__ == "__main__":
    sys.exit(main())
