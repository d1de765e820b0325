"""Promise: key players with a proof on known networks, and quickly on large ones.

Takes the networks of ../shared/data/networks when they lie there; besides, networks that it makes itself with
a fixed seed (power law with clusters). Beside ours, in the same run, the plain way: take somebody out and count
anew, for a part of the network, scaled. Seconds are of processor time. Exit code 1: a promise is broken.

    python benchmarks/positions.py
    python benchmarks/positions.py --large 10000
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from vangnet.analysis.positions.breaking import (  # noqa: E402
    fragmentation,
    greedy_breaking,
    removal_effects,
    solve_breaking,
    swap_breaking,
)
from vangnet.analysis.positions.graph import Graph, graph  # noqa: E402
from vangnet.analysis.positions.reaching import greedy_reaching, solve_reaching  # noqa: E402

SHARED = ROOT.parent / "shared/data"
CAVIAR = ("caviar__1_edges.csv", 0.655)
SECONDS = {"proof of three": 1.0, "five of 1,000 with a gap": 10.0, "ten of the large one, greedy": 0.2}
GAP = 0.05  # of 1,000 people, between the five found and the most that is possible
RATIO = 1000.0  # times as fast as the plain way on 100,000


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--large", type=int, default=100_000, help="nodes (default: %(default)s)")
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with test data")
    options = parser.parse_args()
    started = time.perf_counter()
    removal_effects(made(10))  # loads or makes the compiled code
    report: dict[str, Any] = {"loading": round(time.perf_counter() - started, 1)}
    report |= {"known": known(options.shared / "networks")}
    report["made, 1,000"] = middle(made(1000))
    report["large"] = large(made(options.large))
    report["MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    report["broken"] = broken(report)
    print(json.dumps(report, indent=1))
    return int(bool(report["broken"]))


def timed(function: Any, *arguments: Any, **options: Any) -> tuple[Any, float]:
    started = time.process_time()
    return function(*arguments, **options), round(time.process_time() - started, 3)


def known(folder: Path) -> dict[str, Any]:
    """Prove the best three on every network that is there."""
    found = {}
    for path in sorted(folder.glob("*_edges.csv")):
        with path.open() as file:
            network = graph([(row["source"], row["target"]) for row in csv.DictReader(file)])
        (greedy, _), (swap, _) = (
            timed(function, network, 3) for function in (greedy_breaking, swap_breaking)
        )
        best, seconds = timed(solve_breaking, network, 3)
        reached, reach_seconds = timed(solve_reaching, network, 3)
        found[path.name] = {
            "nodes": len(network),
            "greedy": round(greedy.value, 3), "swap": round(swap.value, 3), "best": round(best.value, 3),
            "proven": best.proven, "seconds": seconds,
            "reach": round(reached.value, 3), "reach proven": reached.proven, "reach seconds": reach_seconds,
        }  # fmt: skip
    return found


def made(size: int, links: int = 3, seed: int = 1) -> Graph:
    """Make a network in which everybody links to some who have many links, and to friends of theirs."""
    rng = np.random.default_rng(seed)
    ends = list(range(links)) * 2
    rows = []
    for node in range(links, size):
        one = ends[rng.integers(len(ends))]
        for _ in range(int(rng.integers(1, links + 1))):
            rows.append((node, one))
            ends += [node, one]
            one = ends[rng.integers(len(ends))]
    edges = np.sort(np.array(rows), axis=1)
    edges = np.unique(edges[edges[:, 0] < edges[:, 1]], axis=0)
    return Graph(tuple(f"{at:06}" for at in range(size)), edges, 0)


def middle(network: Graph) -> dict[str, Any]:
    greedy, _ = timed(greedy_breaking, network, 5)
    swap, _ = timed(swap_breaking, network, 5, starts=3)
    best, seconds = timed(solve_breaking, network, 5, seconds=8.0, starts=3)
    reached, reach_seconds = timed(solve_reaching, network, 5)
    return {
        "greedy": round(greedy.value, 4), "swap": round(swap.value, 4), "best": round(best.value, 4),
        "bound": round(best.bound, 4), "gap": round(best.gap, 4), "proven": best.proven, "seconds": seconds,
        "reach": round(reached.value, 4), "reach bound": round(reached.bound, 4), "reach seconds": reach_seconds,
    }  # fmt: skip


def large(network: Graph) -> dict[str, Any]:
    found, seconds = min((timed(greedy_breaking, network, 10) for _ in range(3)), key=lambda pair: pair[1])
    _, reach_seconds = timed(greedy_reaching, network, 10)
    tries = 5
    _, part = timed(lambda: [fragmentation(network, [name]) for name in network.names[:tries]])
    plain = part / tries * len(network) * 10
    return {
        "nodes": len(network), "links": len(network.edges), "fragmentation": round(found.value, 4),
        "seconds": seconds, "reach seconds": reach_seconds,
        "the plain way, scaled": round(plain), "times as fast": round(plain / max(seconds, 1e-3)),
    }  # fmt: skip


def broken(report: dict[str, Any]) -> list[str]:
    found = []
    for name, line in report["known"].items():
        if not line["proven"] or not line["reach proven"]:
            found.append(f"{name}: no proof")
        if line["seconds"] > SECONDS["proof of three"]:
            found.append(f"{name}: {line['seconds']} s")
        if line["swap"] < line["greedy"]:
            found.append(f"{name}: swap below greedy")
    caviar = report["known"].get(CAVIAR[0])
    if caviar and caviar["best"] != CAVIAR[1]:
        found.append(f"{CAVIAR[0]}: {caviar['best']}")
    if report["made, 1,000"]["seconds"] > SECONDS["five of 1,000 with a gap"]:
        found.append(f"1,000: {report['made, 1,000']['seconds']} s")
    if report["made, 1,000"]["gap"] > GAP:
        found.append(f"1,000: gap {report['made, 1,000']['gap']}")
    if report["large"]["nodes"] >= 100_000:
        if report["large"]["seconds"] > SECONDS["ten of the large one, greedy"]:
            found.append(f"large: {report['large']['seconds']} s")
        if report["large"]["times as fast"] < RATIO:
            found.append(f"large: {report['large']['times as fast']} times as fast")
    return found


if __name__ == "__main__":
    sys.exit(main())
