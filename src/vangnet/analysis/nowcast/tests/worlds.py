"""Invented regions for tests: counts whose truth is known."""

import numpy as np

from vangnet.analysis.disclosure.hierarchy import from_relations
from vangnet.analysis.nowcast.panel import build_panel

PLACES = [f"G{at}" for at in range(20)]
TREE = from_relations({"R": ["D0", "D1"], "D0": PLACES[::2], "D1": PLACES[1::2]}, total="R")


def world(seed, kinds=6, months=84, places=20, size=25):
    """Negative-binomial counts with a season and a trend per kind; places x kinds x months."""
    rng = np.random.default_rng(seed)
    at = np.arange(months)
    level = rng.lognormal(0, 0.6, (places, 1, 1)) * np.geomspace(0.2, 40, kinds)[:, None]
    height, phase = rng.uniform(0.1, 0.4, (kinds, 1)), rng.uniform(0, 12, (kinds, 1))
    trend = rng.normal(0, 0.05, (kinds, 1)) + rng.normal(0, 0.03, (places, kinds, 1))
    mean = level * np.exp(height * np.cos(2 * np.pi * (at - phase) / 12) + trend * (at / 12 - 3.5))
    return rng.negative_binomial(size, size / (size + mean)).astype(float)


def region(counts, tree=TREE):
    names = [f"k{at}" for at in range(counts.shape[1])]
    places = PLACES[: len(counts)] if len(counts) <= len(PLACES) else [f"G{at}" for at in range(len(counts))]
    return build_panel(places, names, 2012, counts, tree)


def delayed(counts, parts, rng):
    """Spread counts over delays; what lies after the last month is unknown."""
    months = counts.shape[-1]
    split = rng.multinomial(counts.astype(int), parts).astype(float)
    future = np.arange(months)[:, None] + np.arange(len(parts)) > months - 1
    split[..., future] = np.nan
    return split
