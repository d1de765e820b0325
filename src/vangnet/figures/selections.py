"""What to fetch from a published table, and whether the table still allows it."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vangnet.figures.observations import FINAL, PROVISIONAL, cbs_period
from vangnet.figures.opendata import OpenDataError

# Services of Statistics Netherlands count 100 nodes in a filter (four for each term) and
# refuse addresses above about 2,000 characters; both hold with this many terms.
MOST_TERMS: Final = 24


class TableChanged(OpenDataError):
    """The table no longer has the columns or codes that we count on."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to fetch from a table.

    Codes are without padding. None means all of them. `topic` is the column with figures,
    with or without its number ("GeregistreerdeMisdrijven" or "GeregistreerdeMisdrijven_1").
    `regions` and `region_prefix` ("GM", "BU0301") may be combined: both then hold.
    `without_totals` leaves out roll-ups such as "0.0.0". `pinned` fixes every further
    dimension to one code, for example {"Geslacht": "T001038"}.
    """

    table: str
    topic: str
    offences: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    region_prefix: str = ""
    periods: tuple[str, ...] | None = None
    without_totals: bool = False
    pinned: Mapping[str, str] = field(default_factory=dict)
    offence_dimension: str = "SoortMisdrijf"

    def __post_init__(self) -> None:
        for name in ("offences", "regions", "periods"):
            if getattr(self, name) == ():
                raise ValueError(f"{name} is empty: leave it out (None) to select everything")


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a dimension: the key as the service pads it, its title and its status."""

    key: str
    title: str
    status: str = ""

    @property
    def code(self) -> str:
        return self.key.strip()

    @property
    def is_total(self) -> bool:
        return self.code == "0.0.0" or "totaal" in self.title.casefold()

    @property
    def figure_status(self) -> str:
        # Anything but a plain "Definitief" may still change: "NaderVoorlopig", an asterisk, nothing.
        final = self.status.casefold() == "definitief" and "*" not in self.title
        return FINAL if final else PROVISIONAL


@dataclass(frozen=True, slots=True)
class Structure:
    """What a table looks like now: its columns and the codes we may ask for."""

    title: str
    modified: str
    column: str
    area: str
    time: str
    offence: str | None
    fixed: Mapping[str, str]
    offences: tuple[Code, ...]
    periods: tuple[Code, ...]
    region_width: int


def choose(selection: Selection, offences: list[Code], periods: list[Code]) -> tuple[list[Code], list[Code]]:
    """Keep the codes that were selected; TableChanged if an offence or every period is missing."""
    table = selection.table
    known = {code.code for code in offences}
    if selection.offences is not None:
        unknown = [code for code in selection.offences if code.strip() not in known]
        if unknown:
            raise TableChanged(
                f"Tabel {table} kent {selection.offence_dimension} {', '.join(unknown)} niet (meer). "
                "Pas de gekozen codes van deze bron aan. Er is niets ingelezen."
            )
        wanted = {code.strip() for code in selection.offences}
        offences = [code for code in offences if code.code in wanted]
    if selection.without_totals:
        offences = [code for code in offences if not code.is_total]
    periods = [code for code in periods if cbs_period(code.code)]
    if selection.periods is not None:
        asked = {code.strip() for code in selection.periods}
        latest = max((code.code for code in periods), default="geen")
        periods = [code for code in periods if code.code in asked]
        if not periods:
            raise TableChanged(
                f"Tabel {table} heeft geen van de gevraagde perioden; de laatste periode is {latest}. "
                "Kies andere perioden. Er is niets ingelezen."
            )
    return offences, periods


def dimension_roles(
    selection: Selection, kinds: Mapping[str, str]
) -> tuple[str, str, str | None, dict[str, str]]:
    """Find the dimensions for area, time and offence, and fix the others.

    `kinds` gives the kind of every dimension by name. TableChanged if one is missing or
    if a further dimension is not pinned: its codes would be counted on top of each other.
    """
    table = selection.table
    area = _only(table, "gebied", [n for n, k in kinds.items() if k.startswith("Geo")] or _named_area(kinds))
    time = _only(table, "periode", [n for n, k in kinds.items() if k == "TimeDimension"])
    offence = selection.offence_dimension if selection.offence_dimension in kinds else None
    if offence is None and selection.offences is not None:
        raise TableChanged(
            f"Tabel {table} heeft geen kolom '{selection.offence_dimension}' meer (wel: {_list(kinds)}). "
            "Pas de naam van de kolom aan bij deze bron. Er is niets ingelezen."
        )
    rest = [name for name in kinds if name not in (area, time, offence)]
    for name in rest:
        if name not in selection.pinned:
            raise TableChanged(
                f"Tabel {table} is verder uitgesplitst: de kolom '{name}' is nieuw. "
                "Kies bij deze bron welke waarde daarvan geldt, bijvoorbeeld het totaal. "
                "Er is niets ingelezen."
            )
    return area, time, offence, {name: selection.pinned[name] for name in rest}


def no_topic(selection: Selection, present: Iterable[str]) -> TableChanged:
    """The error for a missing or unclear column with figures."""
    return TableChanged(
        f"Tabel {selection.table} heeft niet precies één onderwerp '{selection.topic}' "
        f"(wel: {_list(present)}). Pas het onderwerp van deze bron aan. Er is niets ingelezen."
    )


def _named_area(kinds: Mapping[str, str]) -> list[str]:
    return [name for name in ("WijkenEnBuurten", "RegioS", "Regios") if name in kinds]


def _only(table: str, what: str, names: list[str]) -> str:
    if len(names) != 1:
        raise TableChanged(
            f"Tabel {table} heeft niet precies één kolom voor {what} (gevonden: {_list(names)}). "
            "Kies een andere tabel of meld het aan de beheerder. Er is niets ingelezen."
        )
    return names[0]


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in itertools.islice(names, 20)) or "geen"


def quoted(text: str) -> str:
    """Write a text as OData does, quotes inside doubled."""
    return "'" + text.replace("'", "''") + "'"


def conditions(chosen: Sequence[tuple[str, list[str]]], most: int) -> Iterator[list[str]]:
    """Cut the selection into queries of at most `most` terms, as few queries as possible.

    A dimension without codes is not restricted. Yields the conditions of one query at a time.
    """
    chosen = [(name, codes) for name, codes in chosen if codes]
    sizes = [range(1, min(len(codes), most) + 1) for _, codes in chosen]

    def queries(size: Sequence[int]) -> int:
        product = 1
        for (_, codes), n in zip(chosen, size, strict=True):
            product *= -(-len(codes) // n)
        return product

    best = min((size for size in itertools.product(*sizes) if sum(size) <= most), key=queries)
    parts = [
        [codes[start : start + n] for start in range(0, len(codes), n)]
        for (_, codes), n in zip(chosen, best, strict=True)
    ]
    for combination in itertools.product(*parts):
        yield [
            "(" + " or ".join(f"{name} eq {quoted(code)}" for code in codes) + ")"
            for (name, _), codes in zip(chosen, combination, strict=True)
        ]
