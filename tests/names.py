"""The names that a region pack brings, to prove that they live in the pack alone."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import yaml

REGIONS = Path(__file__).parents[1] / "regions"
# Ordinary Dutch words that are part of names; alone they name a place only when written with a capital.
ORDINARY = {"berg", "buren", "maas", "midden", "nederland", "neder", "noord", "oost", "oude", "rijn"}
ORDINARY |= {"waal", "west", "zuid"}


def full_names(folder: Path) -> set[str]:
    """Return the names of the municipalities, districts and provinces of a pack, and of the region itself."""
    text = yaml.safe_load((folder / "pack.yaml").read_text(encoding="utf-8"))
    names = {text["name"], text["unit"]["name"]}
    names |= {entry["name"] for entry in (*text["districts"], *text["provinces"])}
    with (folder / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        return names | {row["name"] for row in csv.DictReader(file) if len(row["name"]) > 3}


def pattern(folder: Path) -> re.Pattern[str]:
    """Return what finds a name of the pack, or a telling word of one, as whole words."""
    names = full_names(folder)
    words = {word for name in names for word in re.findall(r"[^\W\d_]{4,}", name)}
    telling = {word for word in names | words if word.lower() not in ORDINARY}
    capital = {name for name in names if name.lower() in ORDINARY}
    return re.compile("|".join(_whole(telling, "(?i:{})") + _whole(capital, "{}")))


def _whole(names: set[str], form: str) -> list[str]:
    return [rf"\b{form.format(re.escape(name))}\b" for name in sorted(names, key=len, reverse=True)]
