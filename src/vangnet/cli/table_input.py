"""The file of a command that protects a table, with the releases before it: read, understood, written."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from vangnet.analysis.cards import Card
from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.disclosure.hierarchy import Hierarchy, from_relations
from vangnet.analysis.disclosure.knowledge import Release, from_figures
from vangnet.analysis.disclosure.meaning import relations
from vangnet.analysis.disclosure.table import Grid, Key, Record, Table, build, make_grid
from vangnet.cli import tables

SHOWN = 12


class Input:
    """The file of a command, read and understood."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.dimensions = [name.strip() for name in args.dimensions.split(",")]
        self.sheet = tables.read(args.file)
        self.hierarchies = tables.hierarchies(self.sheet, self.dimensions, dict(args.nest), args.total)
        self.before = [*getattr(args, "earlier", []), *(path for path, _ in self._rounded())]
        contents = {path: path.read_bytes() for path in [args.file, *self.before]}
        for name, nest in args.nest:
            if name not in self.dimensions:
                raise TableFault(f"--nest {name}: not a dimension", f"--nest {name}: geen kenmerk")
            if nest not in self.sheet.columns:
                contents[Path(nest)] = Path(nest).read_bytes()
        self.contents, self.hashes = contents, tables.hashes(contents)

    def _rounded(self) -> list[tuple[Path, int]]:
        return list(getattr(self.args, "earlier_rounded", []))

    def earlier(self) -> list[str]:
        """Return the earlier releases with their hashes."""
        name = dict(zip(self.contents, self.hashes, strict=True))
        return [f"{name[path]} {self.hashes[name[path]]}" for path in self.before]

    def table(self, *, counts: bool, **columns: str | None) -> Table:
        """Return the table, checked; of counts only when all figures are whole."""
        used = {"value": self.args.value} | {role: name for role, name in columns.items() if name}
        found = tables.records(self.sheet, self.dimensions, used)
        for record in found if counts else ():
            if record.value is not None and record.value % 1:
                raise TableFault(
                    f"{record.value:g} is no whole number; counts are",
                    f"{record.value:g} is geen geheel getal; aantallen zijn dat wel",
                    row=record.row,
                    column=self.args.value,
                )
        return build(
            self.dimensions,
            self.hierarchies,
            found,
            value_column=self.args.value,
            columns=used,
            missing_is_zero=self.args.missing_is_zero,
        )

    def releases(self, least: float) -> list[Release]:
        """Return all that was published before; a hidden figure is `least` or more."""
        found = [self.release(path, least) for path in self.args.earlier]
        return found + [self.release(path, least, base) for path, base in self._rounded()]

    def release(self, path: Path, least: float, base: int = 0) -> Release:
        """Return a published file: an empty figure is a hidden cell; figures may be rounded to `base`.

        A dimension that the file lacks counts as its total.
        """
        sheet, total = self.sheet if path == self.args.file else tables.read(path), self.args.total
        codes = {
            n: {c[sheet.column(n)] for _, c in sheet.rows} for n in self.dimensions if n in sheet.columns
        }
        own = [name for name, found in codes.items() if found - {total}]
        if not own:
            names = ", ".join(self.dimensions)
            raise TableFault(
                f"{path.name} has none of the dimensions {names}",
                f"{path.name} heeft geen van de kenmerken {names}",
            )
        known = self._hierarchies_of(sheet, own)
        grid = make_grid(own, {name: narrowed(known[name], codes[name]) for name in own})
        found = tables.records(sheet, own, {"value": self.args.value})
        for record in found:
            if record.key not in grid.place:
                raise TableFault(
                    "a code that is in no hierarchy", "een code die in geen hiërarchie staat", row=record.row
                )
        _check_shown(grid, found, self.args.value)
        figures = {record.key: record.value for record in found}
        made = from_figures(grid, figures, name=path.name, least=least, base=base)
        return replace(made, keys=tuple(self._whole(key, own) for key in made.keys))

    def _whole(self, key: Key, own: Sequence[str]) -> Key:
        """Return the codes of all dimensions, with the total for those that are lacking."""
        codes = dict(zip(own, key, strict=True))
        return tuple(codes.get(name, self.args.total) for name in self.dimensions)

    def _hierarchies_of(self, sheet: tables.Sheet, own: Sequence[str]) -> dict[str, Hierarchy]:
        """An earlier release has codes of its own time, such as municipalities that merged since."""
        if sheet is self.sheet:
            return self.hierarchies
        nests = {name: column for name, column in self.args.nest if name in own and column in sheet.columns}
        result = tables.hierarchies(sheet, own, nests, self.args.total)
        for name, nest in self.args.nest:
            if name not in own or name in nests:
                continue
            place = sheet.column(name)
            known = {*self.hierarchies[name].codes}
            if nest not in self.sheet.columns or all(cells[place] in known for _, cells in sheet.rows):
                result[name] = self.hierarchies[name]
        return result

    def links(self, releases: Sequence[Release]) -> list[tuple[Key, list[Key]]]:
        """Return the sums of old codes that make a new one, for all codes of the other dimensions."""
        keys = {key for release in releases for key in release.keys}
        codes, rest = {key[0] for key in keys}, sorted({key[1:] for key in keys})
        pairs = [(new.strip(), [part.strip() for part in old.split("+")]) for new, old in self.args.same_as]
        for new, old in pairs:
            for code in (new, *old):
                if code not in codes:
                    raise _unknown(f"{new}={'+'.join(old)}", code, codes)
        from_relations(dict(pairs) | {"": [new for new, _ in pairs] or ["-"]}, total="")
        return [((new, *other), [(part, *other) for part in old]) for new, old in pairs for other in rest]

    def unexplained(self, releases: Sequence[Release]) -> str:
        """Say which codes of the first dimension went and came without --same-as; empty: none."""
        finest = [_finest(release) for release in releases]
        named = {code.strip() for new, old in self.args.same_as for code in (new, *old.split("+"))}
        before = frozenset().union(*finest[1:]) if finest[1:] else frozenset()
        gone, came = sorted(before - finest[0] - named), sorted(finest[0] - before - named)
        if not (gone and came):
            return ""
        return (
            f"{self.dimensions[0]}: verdwenen zijn {_listed(gone)}, nieuw zijn {_listed(came)}; hangen die "
            "samen, zoals bij een herindeling, geef dat dan aan met --same-as NIEUW=OUD+OUD, anders telt een "
            "aanvaller ze hier niet bij elkaar op"
        )

    def published(
        self, table: Table, hidden: Any, *, status: bool = True
    ) -> tuple[list[str], list[list[Any]]]:
        """Return the table as it may be shown, with the columns that say how codes add up."""
        above = []
        for name, nest in self.args.nest:
            if nest in self.sheet.columns:
                found = {part: whole for whole, parts in self.hierarchies[name].relations for part in parts}
                above.append((nest, self.dimensions.index(name), found))
        columns = [*self.dimensions, *(nest for nest, _, _ in above), self.args.value]
        rows = []
        for key, value, hide in zip(table.keys, table.value.tolist(), hidden.tolist(), strict=True):
            wholes = [found.get(key[place], "") for _, place, found in above]
            said = ["niet getoond" if hide else "getoond"] if status else []
            rows.append([*key, *wholes, "" if hide else tables.plain(value), *said])
        return columns + (["status"] if status else []), rows

    def write(
        self,
        kind: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        card: Card,
        chart: str,
        **more: bytes,
    ) -> list[str]:
        """Write table, card, chart and what else there is, all or nothing; return the names."""
        out = self.args.out or self.args.file.with_name(f"{self.args.file.stem}.{kind}.csv")
        as_file = tables.as_xlsx if out.suffix.lower() == ".xlsx" else tables.as_csv
        files = {out: more.pop("table", None) or as_file(columns, rows)}
        files[out.with_suffix(".kaart.json")] = card.as_json()
        files[out.with_suffix(".kaart.txt")] = card.as_text()
        files[out.with_suffix(".svg")] = chart.encode()
        files |= {out.with_suffix(f".{name}.json"): content for name, content in more.items()}
        tables.write_all(files, [*tables.inputs(self.args), *self.before])
        return [str(path) for path in files]


def narrowed(hierarchy: Hierarchy, codes: Collection[str]) -> Hierarchy:
    """Leave out what a release has nothing of: codes of other years are no part of its sums."""
    kept, left_over = hierarchy.leaves & set(codes), []
    if not kept:
        return hierarchy
    for whole, parts in hierarchy.relations:
        left = tuple(part for part in parts if part in kept)
        if left:
            left_over.append((whole, left))
            kept |= {whole}
    return Hierarchy(hierarchy.total, tuple(left_over))


def _finest(release: Release) -> frozenset[str]:
    """Codes of the first dimension that are no sum."""
    return frozenset(key[0] for key in release.keys) - set(relations(release.keys, release.matrix)[0])


def _listed(codes: Sequence[str]) -> str:
    more = f" en {len(codes) - SHOWN} andere" if len(codes) > SHOWN else ""
    return ", ".join(codes[:SHOWN]) + more


def _unknown(text: str, code: str, codes: Collection[str]) -> TableFault:
    near = difflib.get_close_matches(code, sorted(codes), n=1, cutoff=0.0)
    nearest = near[0] if near else "-"
    return TableFault(
        f"--same-as {text}: no release has a code {code!r}; the nearest is {nearest}",
        f"--same-as {text}: geen publicatie heeft een code {code!r}; het dichtst erbij komt {nearest}",
    )


def _check_shown(grid: Grid, found: Sequence[Record], column: str) -> None:
    """Refuse a table of whole numbers with a sum of which all parts are shown but do not add up to it."""
    value, row = np.full(len(grid.keys), np.nan), {}
    for record in found:
        at = grid.place[record.key]
        value[at], row[at] = np.nan if record.value is None else record.value, record.row
    shown = value[~np.isnan(value)]
    if not np.array_equal(shown, np.rint(shown)):  # rounded in a last decimal
        return
    for wholes, parts in grid.relations:
        sums = value[parts].sum(axis=1)
        for at in np.flatnonzero(np.abs(sums - value[wholes]) > 0.5)[:1]:
            cell = int(wholes[at])
            name = " x ".join(grid.keys[cell])
            raise TableFault(
                f"not additive: {name} is {value[cell]:g}, but its parts add up to {sums[at]:g}",
                f"telt niet op: {name} is {value[cell]:g}, maar de delen tellen op tot {sums[at]:g}",
                row=row[cell],
                column=column,
            )
