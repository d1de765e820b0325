"""The names that a region pack brings, to prove that they live in the pack alone."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import yaml

REGIONS = Path(__file__).parents[1] / "regions"
# Names that are ordinary Dutch words as well: only with a capital do they name a place.
ORDINARY = {"berg", "buren", "maas", "midden", "noord", "oost", "waal", "west", "zuid"}


def of_region(folder: Path) -> set[str]:
    """Return the words of four letters or more in the names of municipalities, districts, provinces, unit."""
    text = yaml.safe_load((folder / "pack.yaml").read_text(encoding="utf-8"))
    names = [text["name"], text["unit"]["name"]]
    names += [entry["name"] for entry in (*text["districts"], *text["provinces"])]
    with (folder / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        names += [row["name"] for row in csv.DictReader(file)]
    return {word for name in names for word in re.findall(r"[^\W\d_]{4,}", name)}


def pattern(words: set[str]) -> re.Pattern[str]:
    """Return what finds these words as whole words, in any case unless they are ordinary words."""
    special = "|".join(sorted(re.escape(word) for word in words if word.lower() not in ORDINARY))
    ordinary = "|".join(sorted(re.escape(word) for word in words if word.lower() in ORDINARY))
    return re.compile(rf"\b(?:(?i:{special})" + (rf"|{ordinary})\b" if ordinary else r")\b"))
