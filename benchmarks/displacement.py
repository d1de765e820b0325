"""Promise: intervals of the weighted displacement difference hold what they promise, and verdicts too.

Makes 20,000 worlds per line with a fixed seed: counts that are Poisson, or negative binomial with k = 20 or
k = 5, around 40 or 200 per area, without an effect and with one. In each world the extra variation is
estimated anew from 24 other areas over 6 periods. Beside it the published Poisson interval, in the same
worlds. Exit code 1: a promise is broken.

    python benchmarks/displacement.py
    python benchmarks/displacement.py --worlds 2000
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from vangnet.analysis.displacement.difference import wdd
from vangnet.analysis.displacement.groups import Group, estimate_overdispersion
from vangnet.analysis.displacement.quotient import net_effect, wdq
from vangnet.analysis.displacement.verdict import Verdict, judge

CONTROLS, OTHERS, PERIODS = 8, 24, 6
LEAST, MOST = 0.93, 0.97
WRONG = 0.05  # most verdicts "verplaatst" where nothing moved
EFFECTS = {"none": (1.0, 1.0), "a third less, a fifth of it moved": (0.7, 1.06)}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--worlds", type=int, default=20_000, help="worlds per line (default: %(default)s)")
    options = parser.parse_args()
    lines = []
    for base in (40, 200):
        for k in (None, 20, 5):
            for name, effect in EFFECTS.items():
                lines.append(line(base, k, name, effect, options.worlds))
                print(json.dumps(lines[-1]), file=sys.stderr)
    oracle = wdd(one(20, 10), one(20, 20), confidence=0.90)
    report: dict[str, Any] = {
        "wdd of (20,20) against (20,10)": [
            round(v, 1) for v in (oracle.total, oracle.error, oracle.low, oracle.high)
        ],
        "lines": lines,
    }
    report["broken"] = broken(report)
    print(json.dumps(report, indent=1))
    return int(bool(report["broken"]))


def one(before: float, after: float) -> Group:
    return Group(np.array([[float(before)]]), np.array([[float(after)]]))


def draw(rng: np.random.Generator, mean: Any, k: int | None, size: tuple[int, ...]) -> Any:
    if k is None:
        return rng.poisson(mean, size).astype(float)
    return rng.negative_binomial(k, k / (k + np.asarray(mean)), size).astype(float)


def line(base: int, k: int | None, name: str, effect: tuple[float, float], worlds: int) -> dict[str, Any]:
    """Count how often each interval holds the truth."""
    rng = np.random.default_rng([base, k or 0, len(name)])
    local, around = (base * (factor - 1) for factor in effect)
    held = dict.fromkeys(
        ("poisson", "negative-binomial", "permutation", "local", "around", "total", "quotient"), 0
    )
    moved, started = 0, time.process_time()
    for _ in range(worlds):
        level = base * rng.lognormal(0.0, 0.5, (OTHERS, 1))
        extra = estimate_overdispersion(draw(rng, level, k, (OTHERS, PERIODS)))
        treated = Group(draw(rng, base, k, (1, 1)), draw(rng, base * effect[0], k, (1, 1)))
        buffer = Group(draw(rng, base, k, (1, 1)), draw(rng, base * effect[1], k, (1, 1)))
        control = Group(draw(rng, base, k, (CONTROLS, 1)), draw(rng, base, k, (CONTROLS, 1)))
        two = Group(draw(rng, base, k, (2, PERIODS)), draw(rng, base, k, (2, PERIODS)))
        weights = (1.0, float(CONTROLS), 1.0, float(CONTROLS))
        # the test takes the controls of the surroundings as other areas than those of the treated
        groups = (
            treated,
            control,
            buffer,
            Group(draw(rng, base, k, (CONTROLS, 1)), draw(rng, base, k, (CONTROLS, 1))),
        )
        for variance in ("poisson", "negative-binomial"):
            more = {"overdispersion": extra} if variance != "poisson" else {}
            found = wdd(*groups, area_weights=weights, variance=variance, **more)  # type: ignore[arg-type]
            held[variance] += found.low <= local + around <= found.high
        series = wdd(*(Group(two.before[[at]], two.after[[at]]) for at in (0, 1)), variance="permutation")
        held["permutation"] += series.low <= 0 <= series.high
        moved += judge(treated, buffer, control, overdispersion=extra).verdict is Verdict.MOVED
        net = net_effect(treated, buffer, control, overdispersion=extra)
        ratio = wdq(treated, buffer, control, overdispersion=extra)
        truths = {"local": local, "around": around, "total": local + around}
        parts = {"local": net.local, "around": net.displaced, "total": net.total}
        for part, truth in truths.items():
            held[part] += parts[part].low <= truth <= parts[part].high
        held["quotient"] += ratio.low <= (around / local if local else 0.0) <= ratio.high
    return {
        "base": base, "k": k, "effect": name,
        "held": {part: round(number / worlds, 4) for part, number in held.items()},
        "verdict moved": round(moved / worlds, 4),
        "seconds": round(time.process_time() - started, 1),
    }  # fmt: skip


def broken(report: dict[str, Any]) -> list[str]:
    found = []
    if report["wdd of (20,20) against (20,10)"] != [-10, 8.4, -23.8, 3.8]:
        found.append("the published example")
    for one_line in report["lines"]:
        where = f"base {one_line['base']}, k {one_line['k']}, {one_line['effect']}"
        held = one_line["held"]
        found += [
            f"{part}: {held[part]} ({where})"
            for part in ("negative-binomial", "permutation")
            if not LEAST <= held[part] <= MOST
        ]
        # these lean to the safe side when counts vary a lot; too wide is allowed, too narrow is not
        found += [
            f"{part}: {held[part]} ({where})"
            for part in ("local", "around", "total", "quotient")
            if held[part] < LEAST
        ]
        if one_line["effect"] == "none" and one_line["verdict moved"] > WRONG:
            found.append(f"moved: {one_line['verdict moved']} ({where})")
    return found


if __name__ == "__main__":
    sys.exit(main())
