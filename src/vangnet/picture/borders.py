"""The borders of then beside those of now: which figures exist on which."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from vangnet.analysis.rebase import transition_matrix
from vangnet.figures.series import YearTable
from vangnet.picture import maps, material
from vangnet.picture.areas import Tree
from vangnet.picture.material import Material, Version
from vangnet.picture.page import drawn
from vangnet.picture.summary import rate_decimals
from vangnet.places import history
from vangnet.ui import formats
from vangnet.ui.maps import Missing, class_breaks
from vangnet.ui.tables import Cell, Column, Table

ABSENT: Missing = "niet gepubliceerd op deze grenzen"


def unchanged(then: Tree, now: Tree) -> dict[str, str]:
    """Return for each municipality of then whose borders are still the same the code that it has now."""
    codes = list(then.region.members)
    try:
        later, matrix = transition_matrix(
            codes, history.edges(), since=then.day.toordinal(), until=now.day.toordinal()
        )
    except ValueError:
        return {code: code for code in codes if code in now.places and then.day == now.day}
    return {
        codes[int(np.flatnonzero(row)[0])]: code
        for code, row in zip(later, matrix, strict=True)
        if np.count_nonzero(row) == 1 and row.max() == 1.0
    }


def then_values(
    stuff: Material, own_years: YearTable, then: Tree, year: int
) -> tuple[dict[str, float | None], dict[str, Missing]]:
    """Return figures on the borders of then, and why others are missing.

    Figures that a source gave on the borders of then are taken as they are; those on later borders only
    for areas whose borders did not change.
    """
    same = unchanged(then, stuff.tree)
    values: dict[str, float | None] = {}
    missing: dict[str, Missing] = {}
    for code in then.region.members:
        if stuff.indicator.is_population:
            column = own_years.years.index(year) if year in own_years.years else None
            value = math.nan if column is None else float(own_years.row(code)[column])
            values[code] = None if math.isnan(value) else value
        elif code in same:
            values[code] = stuff.at(stuff.rate(stuff.tree.places[same[code]]), year)
        else:
            values[code], missing[code] = None, ABSENT
    return values, missing


def then_and_now(year: int, stuff: Material, own_years: YearTable, state: Version) -> dict[str, Any]:
    """Return two maps of one year in the same classes: on the borders of then and on those of the figures."""
    then = material.tree(date(year, 1, 1), state)
    now = stuff.tree
    values, missing = then_values(stuff, own_years, then, year)
    current = {code: stuff.at(stuff.rate(now.places[code]), year) for code in now.region.members}
    known = [value for value in (*values.values(), *current.values()) if value is not None]
    decimals = 0 if stuff.indicator.is_population else rate_decimals(list(known))
    breaks = class_breaks([round(value, decimals) for value in known], decimals=decimals)
    shown = []
    for title, tree, found, absent in (
        (f"Toen: grenzen van {year}", then, values, missing),
        (f"Nu: grenzen van {formats.day(now.day)}", now, current, {}),
    ):
        land = maps.ground(tree, state)
        style: dict[str, Any] = {"unit": stuff.unit, "breaks": breaks, "decimals": decimals}
        wide, narrow = (
            maps.then_map(tree, land, found, absent, title=title, narrow=small, **style)
            for small in (False, True)
        )
        table = _table(stuff, tree, found, absent, title, decimals)
        shown.append({"title": title, "wide": drawn(wide), "narrow": drawn(narrow), "table": table,
                      "count": len(tree.region.members), "hatched": len(absent)})  # fmt: skip
    return {"year": year, "maps": shown}


def _table(
    stuff: Material,
    tree: Tree,
    values: Mapping[str, float | None],
    missing: Mapping[str, Missing],
    title: str,
    decimals: int,
) -> Table:
    label = "Inwoners" if stuff.indicator.is_population else "Per 1.000 inwoners"
    rows = [
        [place.name, Cell(values.get(place.code), text=missing.get(place.code, ""))]
        for place in tree.of(tree.region.members)
    ]
    return Table(title, [Column("Gemeente"), Column(label, "number", decimals=decimals)], rows)
